"""Erasing for good: the rows of a coach, a game or a play, and everything that came from them.

Deleting only hides rows, so that it can be undone. Erasing removes all their revisions, deleted
ones too, with saved beliefs and tuned weights. Operations that only touched erased rows go. Others
stay, so that the rest can be undone, but no longer name what is gone. Then the file is compacted.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from signdecoder.core.missed import names_in
from signdecoder.core.names import fold, parse_name
from signdecoder.core.play import describe_play
from signdecoder.core.text import count
from signdecoder.store import attributes, change_points, keypads
from signdecoder.store.compaction import compact, record_erasure
from signdecoder.store.deleted import select_deleted_names
from signdecoder.store.drafts import load_draft
from signdecoder.store.editing import DeleteKind, no_such_name_error, no_such_play_error
from signdecoder.store.encoding import parse_sequence_cell
from signdecoder.store.known_backups import select_backups
from signdecoder.store.operations import describe_rest
from signdecoder.store.revisions import select_last_revisions
from signdecoder.store.store import Store
from signdecoder.store.validation import typed_rows

# Tables with a row for each operation that touched something of a coach.
_SETTINGS = ("marks", "pads", "attributes", "same_plays", "letters")
_OF_OPERATIONS = ("versions", *_SETTINGS)


class ErasurePlan(NamedTuple):
    """What erasing would remove.

    Attributes
    ----------
    subject : str
        The coach, game or play, for a question to the user.
    numbers : tuple of int
        Numbers of its plays, deleted ones included.
    coach, game : str
        Folded name of the coach or the game that goes; empty if another kind is erased.
    """

    subject: str
    numbers: tuple[int, ...]
    coach: str = ""
    game: str = ""

    def describe(self) -> str:
        """Describe what goes, with the number of plays of a coach or a game.

        Returns
        -------
        str
            Such as ``Hawks (31 plays)``.
        """
        n_plays = f" ({count(len(self.numbers), 'play')})" if self.coach or self.game else ""
        return f"{self.subject}{n_plays}"


class Erasure(NamedTuple):
    """Result of erasing.

    Attributes
    ----------
    plan : ErasurePlan
        What was erased.
    had_weights : bool
        Whether tuned weights were removed.
    is_compact : bool
        False if the file could not be compacted yet.
    backups : mapping of str to str
        When each backup of the store was made, by its path.
    """

    plan: ErasurePlan
    had_weights: bool
    is_compact: bool
    backups: Mapping[str, str]


class _Gone(NamedTuple):
    """Folded names that nothing is called any more, and signals by the folded name of the coach."""

    coaches: frozenset[str]
    games: frozenset[str]
    signals: dict[str, frozenset[str]]


def plan_erasure(
    db: sqlite3.Connection, kind: DeleteKind, name: str, coach: str | None = None
) -> ErasurePlan:
    """Find what belongs to a coach, a game or a play, deleted or not.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    kind : {"coach", "game", "play"}
        What to erase.
    name : str
        Name of the coach or game, or number of the play.
    coach : str, optional
        Coach whose game it is, or None for all.

    Returns
    -------
    ErasurePlan
        What erasing would remove.

    Raises
    ------
    SigndecoderError
        If there is nothing of that name.
    """
    if kind == "play":
        number = int(name) if name.isdecimal() and len(name) < 16 else 0
        found = select_last_revisions(db, "play = ?", number)
        if not found:
            raise no_such_play_error(name)
        return ErasurePlan(f"play {number} ({describe_play(found[0].play)})", (number,))
    key = fold(parse_name(name, kind))
    found = select_last_revisions(db, f"{kind}_key = ?", key)
    names = {revision.play.id or 0: fold(revision.play.coach) for revision in found}
    for number, (own_coach, own_game) in select_deleted_names(db).items():
        if key == (own_coach if kind == "coach" else own_game):  # deleted under an earlier name
            names[number] = own_coach
    if kind == "game" and coach is not None:
        names = {number: own for number, own in names.items() if own == fold(coach)}
    if not names and not (kind == "coach" and _holds_coach(db, key)):
        raise no_such_name_error(kind, name)
    shown = next((getattr(revision.play, kind) for revision in found), name)
    if kind == "coach":
        return ErasurePlan(shown, tuple(names), coach=key)
    return ErasurePlan(f"game {shown}{f' of {coach}' if coach else ''}", tuple(names), game=key)


def _holds_coach(db: sqlite3.Connection, coach: str) -> bool:
    """Return whether a store holds anything of a coach, such as an earlier name or a keypad."""
    tables = (*_OF_OPERATIONS, "drafts", "beliefs")
    queries = (f"SELECT 1 FROM {name} WHERE coach_key = ? LIMIT 1" for name in tables)
    return any(db.execute(query, (coach,)).fetchone() for query in queries)


def erase(store: Store, kind: DeleteKind, name: str, coach: str | None = None) -> Erasure:
    """Remove a coach, a game or a play for good. What was undone goes too.

    Parameters
    ----------
    store : Store
        The store.
    kind : {"coach", "game", "play"}
        What to erase.
    name : str
        Name of the coach or game, or number of the play.
    coach : str, optional
        Coach whose game it is, or None for all.

    Returns
    -------
    Erasure
        What was erased, and what may still hold it.

    Raises
    ------
    SigndecoderError
        If there is nothing of that name, or the store cannot be written.
    """
    with store.writing() as db:
        plan = plan_erasure(db, kind, name, coach)
        record_erasure(db)
        had_weights = _erase(db, plan)
        backups = select_backups(db)
    return Erasure(plan, had_weights, store.outside_transactions(compact), backups)


def _erase(db: sqlite3.Connection, plan: ErasurePlan) -> bool:
    """Remove everything of a plan. Return whether there were tuned weights."""
    db.execute("DELETE FROM acts WHERE undone")
    db.execute("CREATE TEMP TABLE erased (play INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO erased VALUES (?)", ((number,) for number in plan.numbers))
    coaches = _names_of_erased(db, "coach_key") | ({plan.coach} - {""})
    gone = _find_gone(db, plan, coaches)
    touched = change_points.detach(db, plan.numbers, gone.games)
    touched |= _operations(db, "versions", "play IN erased")
    db.execute("DELETE FROM versions WHERE play IN erased")
    db.execute("DROP TABLE erased")
    for column, names in (("coach", gone.coaches), ("game", gone.games)):
        touched |= _forget_name(db, column, names)
    for own in gone.coaches:
        for table in _SETTINGS:
            touched |= _operations(db, table, "coach_key = ?", own)
            db.execute(f"DELETE FROM {table} WHERE coach_key = ?", (own,))
    for own, signals in gone.signals.items():
        touched |= keypads.forget_signals(db, own, signals)
        touched |= attributes.forget_signals(db, own, signals)
    for own in coaches:
        db.execute("DELETE FROM beliefs WHERE coach_key = ?", (own,))
        if own in gone.coaches or not gone.signals[own].isdisjoint(map(fold, load_draft(db, own))):
            db.execute("DELETE FROM drafts WHERE coach_key = ?", (own,))
    _forget_operations(db, touched, gone)
    # They were tuned on the plays of all coaches.
    return bool(plan.numbers) and db.execute("DELETE FROM weights").rowcount > 0


def _find_gone(db: sqlite3.Connection, plan: ErasurePlan, coaches: Set[str]) -> _Gone:
    """Find the names that nothing is called any more once rows are erased.

    A coach or a game that is erased by name is gone even if plays that were renamed since had that
    name before. Earlier names of erased plays are gone unless other plays ever had them.
    """
    gone_coaches = {plan.coach} - {""} | {c for c in coaches if not _is_left(db, "coach_key", c)}
    games = _names_of_erased(db, "game_key") - {""}
    gone_games = {game for game in games if not _is_left(db, "game_key", game)}
    if plan.game and not _is_in_use(db, plan.game):
        gone_games.add(plan.game)
    signals = {own: _find_gone_signals(db, own) for own in coaches - gone_coaches}
    return _Gone(frozenset(gone_coaches), frozenset(gone_games), signals)


def _names_of_erased(db: sqlite3.Connection, column: str) -> set[str]:
    """Return the names that erased plays ever had."""
    rows = db.execute(f"SELECT DISTINCT {column} FROM versions WHERE play IN erased")
    return {name for (name,) in typed_rows(rows, "t")}


def _is_left(db: sqlite3.Connection, column: str, name: str) -> bool:
    """Return whether any other play ever had a name."""
    query = f"SELECT 1 FROM versions WHERE {column} = ? AND play NOT IN erased LIMIT 1"
    return db.execute(query, (name,)).fetchone() is not None


def _is_in_use(db: sqlite3.Connection, game: str) -> bool:
    """Return whether any other play is in a game, deleted or not."""
    erased = {number for (number,) in typed_rows(db.execute("SELECT play FROM erased"), "i")}
    found = select_last_revisions(db, "game_key = ?", game)
    return any(revision.play.id not in erased for revision in found)


def _find_gone_signals(db: sqlite3.Connection, coach: str) -> frozenset[str]:
    """Find the signals, folded, that only erased plays of a coach show."""

    def shown(condition: str) -> set[str]:
        query = f"SELECT DISTINCT signs FROM versions WHERE coach_key = ? AND {condition}"
        rows = typed_rows(db.execute(query, (coach,)), "t")
        return {fold(name) for (cell,) in rows for name in names_in(parse_sequence_cell(cell))}

    return frozenset(shown("play IN erased") - shown("play NOT IN erased"))


def _operations(db: sqlite3.Connection, table: str, condition: str, *values: str) -> set[int]:
    """Return the operations that rows of a table are of."""
    rows = db.execute(f"SELECT DISTINCT act FROM {table} WHERE {condition}", values)
    return {act for (act,) in typed_rows(rows, "i")}


def _forget_name(db: sqlite3.Connection, column: str, names: Iterable[str]) -> set[int]:
    """Give plays that had a name earlier their next name instead. Return the operations changed."""
    touched: set[int] = set()
    for name in names:
        touched |= _operations(db, "versions", f"{column}_key = ?", name)
        db.execute(
            f"UPDATE versions SET ({column}_key, {column}) = ("
            f" SELECT {column}_key, {column} FROM versions AS later"
            f" WHERE later.play = versions.play AND later.act > versions.act"
            f" AND later.{column}_key <> ?1 ORDER BY later.act LIMIT 1) WHERE {column}_key = ?1",
            (name,),
        )
    return touched


def _forget_operations(db: sqlite3.Connection, touched: Set[int], gone: _Gone) -> None:
    """Delete operations that did nothing else, and describe others without names that are gone."""
    names = {*gone.coaches, *gone.games, *_find_unused(db, gone.signals)}
    found = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.I)
    rows = db.execute("SELECT id, kind, words FROM acts")
    for act, kind, words in list(typed_rows(rows, "itt")):
        n_rows = [
            db.execute(f"SELECT COUNT(*) FROM {table} WHERE act = ?", (act,)).fetchone()[0]
            for table in _OF_OPERATIONS
        ]
        if act in touched and not any(n_rows):
            db.execute("DELETE FROM acts WHERE id = ?", (act,))
            continue
        rest = found.sub("…", words) if names else words
        if act in touched or (names and found.search(fold(rest))):
            left = f" ({count(n_rows[0], 'play')} left)" if n_rows[0] else ""
            rest = f"{describe_rest(kind)}{left}"
        db.execute("UPDATE acts SET words = ? WHERE id = ?", (rest, act))


def _find_unused(db: sqlite3.Connection, signals: Mapping[str, Set[str]]) -> frozenset[str]:
    """Return the signals, gone for one coach, that no play of any coach shows."""
    gone = frozenset().union(*signals.values())
    rows = typed_rows(db.execute("SELECT DISTINCT signs FROM versions"), "t") if gone else ()
    return gone.difference(fold(name) for (cell,) in rows for name in parse_sequence_cell(cell))
