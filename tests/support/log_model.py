"""A log as a plain list: the specification that the store is checked against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from signdecoder.core.play import Play

Key = tuple[object, ...]


def day_of(play: Play) -> str:
    """Return the day of a play whose date is 2026-05-01, 2026/5/1 or empty."""
    parts = play.date.replace("/", "-").split("-")
    return f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}" if play.date else ""


def key_of(play: Play) -> Key:
    """Return what two rows share if they are the same play."""
    cells = sorted(play.context.items())
    return (play.coach, play.game, day_of(play), play.signals, play.outcome, *cells)


@dataclass(eq=False)
class Entry:
    """A play: the row that it came from, what it is now, and what it was before each edit."""

    origin: Play
    now: Play
    before: list[Play] = field(default_factory=list)
    deleted: bool = False
    id: int = field(default_factory=count().__next__)

    def answers_to(self, key: Key) -> bool:
        """Return whether a row of this key is this play.

        Names that the play had only in between do not count.
        """
        ends = self.origin, self.now
        edited = [
            play
            for play in self.before
            if any(play.coach == end.coach for end in ends)
            and any(play.game == end.game for end in ends)
        ]
        return any(key_of(play) == key for play in (*ends, *edited))


class Counts(NamedTuple):
    """How many rows of a file were added, known, and deleted earlier."""

    added: int
    known: int
    deleted: int


class State(NamedTuple):
    """The list before or after an operation, and the ids of the plays that it touched."""

    entries: list[Entry]
    touched: set[int]


class LogModel:
    """A list of plays, in order, with the operations of a store."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._past: list[State] = []
        self._future: list[State] = []

    def shown(self) -> list[Entry]:
        """Return the plays in order of day, then the first play of the game, then row."""
        kept = [(at, entry) for at, entry in enumerate(self.entries) if not entry.deleted]
        first: dict[tuple[str, str], int] = {}
        for at, entry in kept:
            first.setdefault((entry.now.game, day_of(entry.now)), at)

        def order(pair: tuple[int, Entry]) -> tuple[str, int, int]:
            at, entry = pair
            game = entry.now.game, day_of(entry.now)
            return game[1], first[game] if entry.now.game else at, at

        return [entry for _, entry in sorted(kept, key=order)]

    # --- operations -------------------------------------------------------------------------------

    def log(self, play: Play) -> None:
        """Add a play at the end."""
        entry = Entry(play, play)
        self._begin({entry.id})
        self.entries.append(entry)

    def import_rows(self, rows: Sequence[Play], *, again: bool) -> Counts:
        """Add the rows that are not known, and with `again` those that were deleted."""
        matches = self._match(rows)
        deleted = {match for match in matches if match and match.deleted}
        n_deleted = sum(match in deleted for match in matches)
        n_new = matches.count(None)
        n_taken = n_new + (len(deleted) if again else 0)
        if n_taken:
            touched = self._begin({entry.id for entry in deleted} if again else set())
            matches = self._match(rows)  # the same plays in the new state
            touched |= self._insert(rows, matches)
            for row, match in zip(rows, matches, strict=True):
                if again and match and match.deleted:
                    match.now, match.deleted = row, False
        n_deleted = 0 if again else n_deleted
        return Counts(n_taken, len(rows) - n_taken - n_deleted, n_deleted)

    def edit(self, at: int, play: Play) -> None:
        """Replace the play that is shown at a position."""
        self._begin({self.shown()[at].id})
        entry = self.shown()[at]
        entry.before.append(entry.now)
        entry.now = play

    def delete(self, chosen: Iterable[int]) -> None:
        """Delete the plays that are shown at these positions."""
        ids = {self.shown()[at].id for at in chosen}
        self._begin(ids)
        for entry in self.entries:
            entry.deleted |= entry.id in ids

    def rename(self, of: Callable[[Play], bool], new: Callable[[Play], Play]) -> None:
        """Change the names of plays."""
        ids = {entry.id for entry in self.shown() if of(entry.now)}
        self._begin(ids)
        for entry in self.entries:
            if entry.id in ids:
                entry.now = new(entry.now)

    def erase(self, gone: int) -> None:
        """Remove a play for good: from all states, with operations that touched nothing else."""
        self._future.clear()
        self.entries = [entry for entry in self.entries if entry.id != gone]
        self._past = [
            State([entry for entry in entries if entry.id != gone], touched - {gone})
            for entries, touched in self._past
            if touched != {gone}
        ]

    def undo(self) -> bool:
        """Undo the last operation, if there is one."""
        return self._go(self._past, self._future)

    def redo(self) -> bool:
        """Redo what was undone last, if nothing was done since."""
        return self._go(self._future, self._past)

    # --- helpers ----------------------------------------------------------------------------------

    def _begin(self, touched: set[int]) -> set[int]:
        self._past.append(State(self.entries, touched))
        self._future.clear()
        self.entries = [replace(entry, before=[*entry.before]) for entry in self.entries]
        return touched

    def _go(self, there: list[State], here: list[State]) -> bool:
        if not there:
            return False
        state = there.pop()
        here.append(State(self.entries, state.touched))
        self.entries = state.entries
        return True

    def _match(self, rows: Sequence[Play]) -> list[Entry | None]:
        """Match the n-th row of a key with the n-th play that answers to it, kept ones first."""
        matched: dict[Key, list[Entry]] = {}
        for key, n_rows in Counter(map(key_of, rows)).items():
            answers = [entry for entry in self.entries if entry.answers_to(key)]
            kept = [entry for entry in answers if not entry.deleted]
            deleted = [entry for entry in answers if entry.deleted]
            chosen = kept + deleted[: max(0, n_rows - len(kept))]
            matched[key] = [entry for entry in answers if entry in chosen]
        return [matched[key_of(row)].pop(0) if matched[key_of(row)] else None for row in rows]

    def _insert(self, rows: Sequence[Play], matches: Sequence[Entry | None]) -> set[int]:
        """Put new rows right before the next row of their game that is stored, or to the end."""
        inserted: set[int] = set()
        for at, row in enumerate(rows):
            if matches[at] is None:
                game = row.coach, row.game, day_of(row)
                following = [
                    match
                    for later, match in zip(rows[at:], matches[at:], strict=True)
                    if match and (later.coach, later.game, day_of(later)) == game
                ]
                index = self.entries.index(following[0]) if following else len(self.entries)
                entry = Entry(row, row)
                self.entries.insert(index, entry)
                inserted.add(entry.id)
        return inserted


def rename_signal(old: str, new: str) -> Callable[[Play], Play]:
    """Return how a play changes if a signal is renamed."""
    return lambda play: replace(
        play, signals=tuple(new if name == old else name for name in play.signals)
    )
