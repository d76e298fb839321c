"""Summaries of the current plays: coaches, outcomes and the names in use."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

from signdecoder.store.encoding import check_name
from signdecoder.store.revisions import select_current


def has_plays(db: sqlite3.Connection, coach: str) -> bool:
    """Return whether a coach has any play.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    bool
        True if there is at least one.
    """
    return next(select_current(db, "play", "i", coach, "LIMIT 1"), None) is not None


def select_coaches(db: sqlite3.Connection) -> list[str]:
    """Select the coaches in the order in which they first appeared.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.

    Returns
    -------
    list of str
        Their names, as shown.
    """
    first = "coach, MIN(place), MIN(play)"
    rows = select_current(db, first, "tri", None, "GROUP BY coach_key ORDER BY 2, 3")
    return [check_name(coach, "coach") for coach, *_ in rows]


def count_outcomes(db: sqlite3.Connection) -> dict[str, Counter[str]]:
    """Count the plays of each outcome for every coach.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.

    Returns
    -------
    dict of str to Counter
        Counts by coach, in the order in which they first appeared.
    """
    rows = select_current(
        db,
        "coach, outcome, COUNT(*)",
        "tti",
        None,
        "GROUP BY coach_key, outcome ORDER BY MIN(place), MIN(play)",
    )
    counts: dict[str, Counter[str]] = {}
    for coach, outcome, n_plays in rows:
        of_coach = counts.setdefault(check_name(coach, "coach"), Counter())
        of_coach[check_name(outcome, "outcome")] = n_plays
    return counts


def select_outcomes(db: sqlite3.Connection) -> frozenset[str]:
    """Select the outcomes that current plays have.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.

    Returns
    -------
    frozenset of str
        Their names.
    """
    rows = select_current(db, "DISTINCT outcome", "t", None)
    return frozenset(check_name(name, "outcome") for (name,) in rows)


def select_names(
    db: sqlite3.Connection, coach: str | None = None
) -> Iterator[tuple[str, str, str]]:
    """Select the distinct coaches, games and sequences of current plays, in no order.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str, optional
        Coach to select, else all.

    Yields
    ------
    coach : str
        Name of the coach.
    game : str
        Name of the game.
    sequence : str
        The sequence, as JSON.
    """
    rows = select_current(db, "DISTINCT coach, game, signs", "ttt", coach)
    yield from ((name, game, sequence) for name, game, sequence in rows)
