"""The play store: one SQLite file that holds plays, and everything that was done to them."""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import real_path
from signdecoder.core.names import fold, parse_name
from signdecoder.core.play import Play
from signdecoder.store import change_points as marks
from signdecoder.store import editing as edits
from signdecoder.store import errors as faults
from signdecoder.store import history, schema
from signdecoder.store import keypads as pads
from signdecoder.store import wal as ahead
from signdecoder.store.editing import Deleted, Renamed
from signdecoder.store.history import Operation, Revision
from signdecoder.store.importing import check_play, read_spelling, take_in
from signdecoder.store.keypads import Pad

if TYPE_CHECKING:
    from signdecoder.logs.play_log import PlayLog

__all__ = ["ImportResult", "Operation", "RefusedRows", "Store"]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of a file: plays added, plays known already, rows that were bad.

    `refused` are the rows that were good in themselves and that the store could not take, as line
    and words; `bad` counts them too.
    """

    file: str
    added: int
    known: int
    bad: int
    refused: tuple[tuple[int, str], ...] = ()


class RefusedRows(SigndecoderError):
    """Rows of a log that cannot be taken, one a line, where nothing is wrong with the store."""


class Store:
    """A store that is open; a context manager that closes it.

    What a method records is on disk when it returns. Every method may raise SigndecoderError, with
    a sentence on what is wrong with the file.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, read_only: bool) -> None:
        """Take a connection over; `Store.open` makes one."""
        self.path = path
        self.read_only = read_only
        self._db = db
        self.waiting_since: float | None = None  # for others that write, by the monotonic clock
        self._place = real_path(path)
        self._identity = ahead.identify(path, self._place)

    @classmethod
    def open(cls, path: Path | None = None) -> Self:
        """Open the store at `path`, or the user's own, made if it is not there."""
        place = cls.find(path)
        return cls(place, *schema.connect(place))

    @classmethod
    def find(cls, path: Path | None = None) -> Path:
        """Return where the store is that is asked for with a path, or with none."""
        return Path(os.path.expanduser(path or cls.default_path()))

    @staticmethod
    def default_path() -> Path:
        """Return where the store is: SIGNDECODER_DB, else a file in the user's data folder."""
        if asked := os.environ.get("SIGNDECODER_DB"):
            return Path(asked)
        from platformdirs import user_data_path

        return user_data_path("signdecoder", appauthor=False) / "signdecoder.db"

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to read one state of the store, whatever others write meanwhile."""
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to write: all that is done with it, or nothing."""
        if self.read_only:
            raise faults.read_only(self.path)
        with self._transaction("BEGIN IMMEDIATE") as db:
            # SQLite would write on to a file that has no name any more, and nobody would find it.
            found = ahead.identify(self.path, self._place)
            if found is None or found != self._identity:
                raise faults.replaced(self.path)
            yield db

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        """Run a transaction and say in a sentence what SQLite says in a code."""
        try:
            self.waiting_since = monotonic()
            try:
                self._db.execute(begin)
            finally:
                self.waiting_since = None
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            raise faults.fault(self.path, error) from None
        except UnicodeDecodeError:  # SQLite quotes in its errors what it finds
            odd = sqlite3.DatabaseError("what it holds is no text")
            raise faults.fault(self.path, odd) from None

    def add(self, play: Play) -> Play:
        """Record one play and return it as it is stored, with its number."""
        play = check_play(play)
        with self.writing() as db:
            play = read_spelling(db, play.coach).spell(play)
            play = replace(play, id=history.next_play(db))
            words = f"the play {edits.say_play(play)} of {play.coach}"
            act = history.begin_act(db, "play", words)
            history.write_versions(db, act, [Revision(play, play.id or 0)])
        return play

    def add_logs(
        self, logs: Sequence["PlayLog"], skip_bad: bool = False
    ) -> tuple[ImportResult, ...]:
        """Record the good plays of logs, a file an act; plays that are known add nothing.

        A row with which a coach would have too many signals is bad: RefusedRows then names every
        such row of its file, the files before it being recorded; or, with `skip_bad`, the row is
        left out and told of in Added.
        """
        return tuple(self._add_log(log, skip_bad) for log in logs)

    def _add_log(self, log: "PlayLog", skip_bad: bool) -> ImportResult:
        """Record the good plays of one log."""
        with self.writing() as db:
            intake = take_in(db, log)
            if intake.refused and not skip_bad:
                rows = [f"{log.file}:{line}: {what}" for line, what in intake.refused]
                raise RefusedRows("\n".join(rows))
            added = len(intake.versions)
            if added:
                name = os.fsencode(Path(log.file).name).decode(errors="replace")
                name = "standard input" if log.file == "-" else name
                words = f"the import of {name} ({edits.say_plays(added)})"
                act = history.begin_act(db, "import", words)
                history.write_versions(db, act, intake.versions)
        bad = len(log.bad) + len(intake.refused)
        return ImportResult(log.file, added, intake.known, bad, tuple(intake.refused))

    def plays(self, coach: str | None = None) -> list[Play]:
        """Return the plays of a coach, or of all: by date, then game, then row; undated first."""
        with self.reading() as db:
            return [version.play for version in history.read_versions(db, coach)]

    def changes(self, coach: str) -> frozenset[int]:
        """Return each i such that the signs were marked as changed just before `plays(coach)[i]`.

        i is the number of plays if that was after the last of them. A mark with none of his plays
        before it is left out: nothing that was learned from them could be wrong.
        """
        with self.reading() as db:
            return marks.read_changes(db, coach)

    def plays_and_changes(self, coach: str) -> tuple[list[Play], frozenset[int]]:
        """Return `plays` and `changes` of one state of the store, whatever others write."""
        with self.reading() as db:
            plays = [version.play for version in history.read_versions(db, coach)]
            return plays, marks.read_changes(db, coach)

    def coaches(self) -> list[str]:
        """Return the coaches, in the order in which they first appeared."""
        with self.reading() as db:
            return list(history.first_places(db))

    def tally(self) -> dict[str, Counter[str]]:
        """Return the same coaches with how many plays of each outcome they have."""
        with self.reading() as db:
            return history.count_outcomes(db)

    def outcomes(self) -> frozenset[str]:
        """Return the outcomes that plays in the store have."""
        with self.reading() as db:
            return history.read_outcomes(db)

    def mark_change(self, coach: str) -> Operation:
        """Mark that a coach's signs changed after the last of his plays.

        Raises SigndecoderError if he has none, and if it is marked there already.
        """
        with self.writing() as db:
            return marks.mark_change(db, coach)

    def pad(self, coach: str) -> Pad:
        """Return the signals that a screen offers for a coach, with their keys."""
        with self.reading() as db:
            return pads.read_pad(db, coach)

    def has_pad(self, coach: str) -> bool:
        """Was a pad kept for this coach? If not, what is offered follows from his plays alone."""
        with self.reading() as db:
            return pads.is_put(db, coach)

    def put_pad(self, coach: str, pad: Pad, words: str) -> Operation:
        """Keep a coach's pad; `words` name what was done to it ("the new signal wink")."""
        coach = parse_name(coach, "coach")
        with self.writing() as db:
            act = history.begin_act(db, "pad", f"{words} of {coach}")
            pads.write_pad(db, act, coach, pad)
            return act

    def draft(self, coach: str) -> tuple[str, ...]:
        """Return the sequence that was being given by a coach when somebody left."""
        with self.reading() as db:
            row = db.execute(
                "SELECT signals FROM drafts WHERE coach_key = ?", (fold(coach),)
            ).fetchone()
            return history.read_signs(row[0]) if row else ()

    def keep_draft(self, coach: str, signals: Sequence[str]) -> None:
        """Keep a sequence that is being given, in the place of the one before."""
        with self.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?, ?)", (fold(coach), json.dumps(signals))
            )

    def edit(self, number: int, play: Play) -> Operation:
        """Put another play in the place of play `number`; without a coach it stays with his."""
        with self.writing() as db:
            return edits.edit_play(db, number, play)

    def delete(self, kind: Deleted, name: str | int, coach: str | None = None) -> Operation:
        """Delete a coach, a game (of one coach or of all) or the play of a number."""
        with self.writing() as db:
            return edits.delete_plays(db, kind, str(name), coach)

    def rename(self, kind: Renamed, old: str, new: str, coach: str | None = None) -> Operation:
        """Give a coach, a signal or a game another name; onto a name that exists, they merge."""
        with self.writing() as db:
            return edits.rename_plays(db, kind, old, new, coach)

    def undo(self) -> Operation | None:
        """Take the last act back and return it; None if there is none."""
        with self.writing() as db:
            return history.take_back(db)

    def redo(self) -> Operation | None:
        """Do the act again that was taken back last and return it; None if there is none."""
        with self.writing() as db:
            return history.do_again(db)
