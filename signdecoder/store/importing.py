"""Importing: use the store's spelling, keep its limits, and skip plays that it has already."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from signdecoder.core.canonical import NameCanonicalizer, canonicalize_plays
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.letters import LetterCases, find_letter_cases
from signdecoder.core.missed import names_in
from signdecoder.core.names import NameKey, fold, is_valid_text, parse_name
from signdecoder.core.outcomes import normalize_outcome
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS, Play, day_key
from signdecoder.core.sequences import parse_sequence
from signdecoder.store.days import explain_redated
from signdecoder.store.encoding import parse_sequence_cell
from signdecoder.store.letters import SignalKeys, load_case_matters
from signdecoder.store.places import find_places, select_places, spread_places
from signdecoder.store.revisions import Revision, next_play_id
from signdecoder.store.summaries import has_plays, select_names

if TYPE_CHECKING:
    from signdecoder.logs.play_log import PlayLog


def load_canonicalizer(db: sqlite3.Connection, coach: str, key: NameKey) -> NameCanonicalizer:
    """Load the store's spelling of a coach's names.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach. A new coach is spelled like this.
    key : callable
        How the names of this coach's signals are compared.

    Returns
    -------
    NameCanonicalizer
        Spelling of the coach, the games and the signals.
    """
    names = NameCanonicalizer("", key=key)
    for name, game, sequence in select_names(db, coach):
        names.coach = name
        names.games[day_key(game)] = game
        seen = names_in(parse_sequence_cell(sequence))
        names.signals |= {key(signal): signal for signal in seen}
    names.coach = names.coach or coach
    return names


def check_play(play: Play) -> Play:
    """Check that a log could hold a play.

    Parameters
    ----------
    play : Play
        Any play.

    Returns
    -------
    Play
        The play with its names as they are shown.

    Raises
    ------
    SigndecoderError
        If a log could not hold it.
    """
    for name, text in {**play.context, **play.extra}.items():
        if not is_valid_text(name + text):
            raise SigndecoderError(
                f'the column "{name}" holds something that is not text', "remove it"
            )
    for name in play.context:
        if name not in CONTEXT:
            raise SigndecoderError(
                f'there is no context called "{name}"',
                f"use {', '.join(CONTEXT)}, or put it in `extra`",
            )
    for name in play.extra:
        if not name.strip() or fold(name) in KNOWN_COLUMNS:
            raise SigndecoderError(
                f'an extra column cannot be called "{name}"', "give it another name"
            )
    return replace(
        play,
        signals=parse_sequence(play.signals),
        outcome=normalize_outcome(play.outcome),
        coach=parse_name(play.coach, "coach"),
        game=parse_name(play.game, "game") if play.game.strip() else "",
        date=parse_name(play.date, "date") if play.date.strip() else "",
        context={name: play.context[name] for name in CONTEXT if play.context.get(name)},
    )


class ImportPlan(NamedTuple):
    """What importing a log would do.

    Attributes
    ----------
    revisions : list of Revision
        Revisions to write.
    refused : list of tuple of (int, str)
        Line of each refused row, and what is wrong with it.
    n_known : int
        Rows that the store has already.
    case_matters : list of str
        Coaches for whom the case of letters matters from now on.
    notes : list of str
        What the reader should know about letters in both cases.
    """

    revisions: list[Revision]
    refused: list[tuple[int, str]]
    n_known: int
    case_matters: list[str]
    notes: list[str]


class ImportResult(NamedTuple):
    """Result of importing a file.

    Attributes
    ----------
    file : str
        Name of the file.
    added : int
        Plays added.
    known : int
        Plays that the store had already.
    bad : int
        Rows that could not be imported, refused ones included.
    refused : tuple of (int, str), optional
        Line and reason of each row that is valid but that the store cannot take.
    notes : tuple of str, optional
        What the reader should know about letters in both cases.
    """

    file: str
    added: int
    known: int
    bad: int
    refused: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()


class RefusedRows(SigndecoderError):
    """Rows of a log that the store cannot take, one a line. Nothing is wrong with the store."""


def plan_import(db: sqlite3.Connection, log: "PlayLog") -> ImportPlan:
    """Find the plays of a log that the store never held, and spell them as it does.

    The n-th row of an identity is known if n plays of the store came from such a row or have its
    identity now.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    log : PlayLog
        The log.

    Returns
    -------
    ImportPlan
        What to write.
    """
    keys = SignalKeys(db)
    case_matters, notes = _decide_cases(db, log.plays, keys)
    identities = [play.identity_by(keys(play.coach)) for play in log.plays]
    places = find_places(log.plays, identities, select_places(db, set(identities)))
    if places is None:
        spread_places(db)
        places = find_places(log.plays, identities, select_places(db, set(identities)))
    assert places is not None  # there is room between whole numbers
    next_id = next_play_id(db)
    n_known = sum(is_known for is_known, _ in places)
    new = [at for at, (is_known, _) in enumerate(places) if not is_known]
    notes += explain_redated(db, [log.plays[at] for at in new], len(places), keys)
    plan = ImportPlan([], [], n_known, case_matters, notes)
    spelled = canonicalize_plays(
        [log.plays[at] for at in new],
        lambda coach: load_canonicalizer(db, coach, keys(coach)),
    )
    for at, play in zip(new, spelled, strict=True):
        if isinstance(play, SigndecoderError):
            plan.refused.append((log.lines[at], str(play)))
            continue
        number, place = next_id + len(plan.revisions), places[at][1]
        plan.revisions.append(
            Revision(
                replace(play, id=number),
                number if place is None else place,
                identity=identities[at],
            )
        )
    return plan


def _decide_cases(
    db: sqlite3.Connection, plays: Sequence[Play], keys: SignalKeys
) -> tuple[list[str], list[str]]:
    """Return for which coaches the case of letters matters from now on, and what to say of it.

    They have no plays yet, so nothing stored would be read in another way. `keys` learns of them.
    """
    by_coach: dict[str, list[Play]] = {}
    for play in plays:
        by_coach.setdefault(fold(play.coach), []).append(play)
    coaches: list[str] = []
    notes: list[str] = []
    for own in by_coach.values():
        coach, cases = own[0].coach, find_letter_cases(play.signals for play in own)
        if not cases.pairs or load_case_matters(db, coach):
            continue
        if cases.matter and not has_plays(db, coach):
            coaches.append(coach)
            keys.set_case_matters(coach)
            notes.append(f"{coach}: upper and lower case are different signals here: {cases}.")
        else:
            notes.append(_explain_merge(coach, cases))
    return coaches, notes


def _explain_merge(coach: str, cases: LetterCases) -> str:
    """Return why letters in both cases stay the same signal, and how to change that."""
    merged = f"{coach}: upper and lower case are the same signals here ({cases})"
    if not cases.matter:
        return f"{merged}, because upper case only begins sequences or fills whole ones."
    return (
        f"{merged}, because earlier plays were saved so. To tell them apart, delete this coach with"
        ' "signdecoder delete coach" and import all the logs again.'
    )
