"""The play store: one SQLite file that holds plays, and everything that was done to them."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from signdecoder.core.attributes import Attributes
from signdecoder.core.keypad import KeypadLayout, describe_change
from signdecoder.core.names import parse_name
from signdecoder.core.play import Play, describe_play
from signdecoder.core.same_plays import SamePlays
from signdecoder.core.text import count
from signdecoder.store import attributes as stored_attributes
from signdecoder.store import change_points, drafts, editing, keypads, letters, summaries
from signdecoder.store import same_plays as stored_same_plays
from signdecoder.store.compaction import count_erasures
from signdecoder.store.editing import DeleteKind, RenameKind
from signdecoder.store.file import StoreFile
from signdecoder.store.importing import (
    ImportResult,
    RefusedRows,
    check_play,
    load_canonicalizer,
    plan_import,
)
from signdecoder.store.letters import SignalKeys
from signdecoder.store.operations import (
    Operation,
    begin_operation,
    redo_operation,
    undo_operation,
)
from signdecoder.store.revisions import (
    Revision,
    next_play_id,
    select_numbered,
    select_revisions,
    write_revisions,
)

if TYPE_CHECKING:
    from signdecoder.logs.play_log import PlayLog

__all__ = ["ImportResult", "Operation", "RefusedRows", "Store"]


class Store(StoreFile):
    """Open store of plays. `Store.open` opens one; use it as a context manager, which closes it.

    A method returns only after its changes are on disk. Every method may raise SigndecoderError,
    which says what is wrong with the file.
    """

    def add(self, play: Play) -> Play:
        """Record one play.

        Parameters
        ----------
        play : Play
            The play, with its coach.

        Returns
        -------
        Play
            The play as it is stored, with its number.

        Raises
        ------
        SigndecoderError
            If a log could not hold it, or the coach would have too many signals.
        """
        play = check_play(play)
        with self.writing() as db:
            key = SignalKeys(db)(play.coach)
            play = load_canonicalizer(db, play.coach, key).spell(play)
            play = replace(play, id=next_play_id(db))
            operation = begin_operation(db, "play", describe_play(play))
            write_revisions(db, operation, [Revision(play, play.id or 0)])
        return play

    def add_logs(
        self, logs: Sequence["PlayLog"], skip_bad: bool = False, again: bool = False
    ) -> tuple[ImportResult, ...]:
        """Record the good plays of logs, one operation per file. Known plays add nothing.

        Parameters
        ----------
        logs : sequence of PlayLog
            Logs that were read.
        skip_bad : bool, optional
            Leave out rows with which a coach would have too many signals, and count them.
        again : bool, optional
            Take plays that were deleted again, if they are rows of a log.

        Returns
        -------
        tuple of ImportResult
            One for each log.

        Raises
        ------
        RefusedRows
            If a log has such rows and `skip_bad` is false. It names all of them. The logs before
            it are recorded.
        """
        return tuple(self._add_log(log, skip_bad, again) for log in logs)

    def _add_log(self, log: "PlayLog", skip_bad: bool, again: bool) -> ImportResult:
        """Record the good plays of one log."""
        with self.writing() as db:
            plan = plan_import(db, log, again=again)
            if plan.refused and not skip_bad:
                rows = [f"{log.file}:{line}: {what}" for line, what in plan.refused]
                raise RefusedRows("\n".join(rows))
            n_added = len(plan.revisions)
            if n_added:
                name = os.fsencode(Path(log.file).name).decode(errors="replace")
                name = "standard input" if log.file == "-" else name
                description = f"Imported {name} ({count(n_added, 'play')})"
                operation = begin_operation(db, "import", description)
                for coach in plan.case_matters:
                    letters.save_case_matters(db, operation, coach)
                write_revisions(db, operation, plan.revisions)
        n_bad = len(log.bad) + len(plan.refused)
        refused, notes = tuple(plan.refused), tuple(plan.notes)
        return ImportResult(log.file, n_added, plan.n_known, n_bad, refused, notes, plan.n_deleted)

    def plays(self, coach: str | None = None) -> list[Play]:
        """Return plays in order of date, then game, then row. Undated plays come first.

        Parameters
        ----------
        coach : str, optional
            Name of a coach, else all.

        Returns
        -------
        list of Play
            The plays.
        """
        with self.reading() as db:
            return [revision.play for revision in select_revisions(db, coach)]

    def change_points(self, coach: str) -> frozenset[int]:
        """Return where the user recorded that the signs changed.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        frozenset of int
            Each i such that the signs changed just before ``plays(coach)[i]``, or after the last
            play if i is the number of plays. Never 0: nothing that was learned before the first
            play could be wrong.
        """
        with self.reading() as db:
            return change_points.select_change_points(db, coach)

    def plays_and_change_points(self, coach: str) -> tuple[list[Play], frozenset[int]]:
        """Return `plays` and `change_points` of the same state, even while others write.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        plays : list of Play
            The coach's plays, in order.
        change_points : frozenset of int
            How many plays stand before each change point.
        """
        with self.reading() as db:
            plays = [revision.play for revision in select_revisions(db, coach)]
            return plays, change_points.select_change_points(db, coach)

    def coaches(self) -> list[str]:
        """Return the coaches, in the order in which they first appeared.

        Returns
        -------
        list of str
            Their names.
        """
        with self.reading() as db:
            return summaries.select_coaches(db)

    def count_outcomes(self) -> dict[str, Counter[str]]:
        """Return the same coaches, with how many plays of each outcome they have.

        Returns
        -------
        dict of str to Counter
            Counts by coach.
        """
        with self.reading() as db:
            return summaries.count_outcomes(db)

    def outcomes(self) -> frozenset[str]:
        """Return the outcomes that plays in the store have.

        Returns
        -------
        frozenset of str
            Their names.
        """
        with self.reading() as db:
            return summaries.select_outcomes(db)

    def add_change_point(self, coach: str, after: int | None = None) -> Operation:
        """Record that a coach's signs changed after one of the coach's plays.

        Parameters
        ----------
        coach : str
            Name of the coach.
        after : int, optional
            Number of the last play with the old signs, else the coach's last play.

        Returns
        -------
        Operation
            The operation that records it.

        Raises
        ------
        SigndecoderError
            If the coach has no such play, or the change is recorded there already.
        """
        with self.writing() as db:
            return change_points.add_change_point(db, coach, after)

    def keypad(self, coach: str) -> KeypadLayout:
        """Return the signals that a screen offers for a coach, with their keys.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        KeypadLayout
            The keypad.
        """
        with self.reading() as db:
            return keypads.load_keypad(db, coach)

    def has_saved_keypad(self, coach: str) -> bool:
        """Return whether a keypad was saved for a coach. If not, it follows from the plays alone.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        bool
            True if one was saved.
        """
        with self.reading() as db:
            return keypads.has_saved_keypad(db, coach)

    def save_keypad(self, coach: str, keypad: KeypadLayout) -> Operation:
        """Save a coach's keypad.

        Parameters
        ----------
        coach : str
            Name of the coach.
        keypad : KeypadLayout
            The signals and their keys.

        Returns
        -------
        Operation
            The operation, which says what changed on the keypad.
        """
        coach = parse_name(coach, "coach")
        with self.writing() as db:
            key = SignalKeys(db)(coach)
            description = describe_change(keypads.load_keypad(db, coach), keypad, key)
            operation = begin_operation(db, "pad", description)
            keypads.save_keypad(db, operation, coach, keypad)
            return operation

    def case_matters(self, coach: str) -> bool:
        """Return whether letters in upper and in lower case are different signals of a coach.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        bool
            True once a log was imported for this coach that uses letters in both cases.
        """
        with self.reading() as db:
            return letters.load_case_matters(db, coach)

    def attributes(self, coach: str) -> Attributes:
        """Return the attributes that were saved for a coach's signals.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        mapping of str to tuple of str
            The attributes by folded name of the signal.
        """
        with self.reading() as db:
            return stored_attributes.load_attributes(db, coach)

    def save_attributes(self, coach: str, attributes: Attributes) -> Operation | None:
        """Save the attributes of a coach's signals, in place of those before.

        Parameters
        ----------
        coach : str
            Name of the coach.
        attributes : mapping of str to tuple of str
            What `parse_attributes` returned.

        Returns
        -------
        Operation or None
            The operation; None if they are saved already.
        """
        coach = parse_name(coach, "coach")
        with self.writing() as db:
            if stored_attributes.load_attributes(db, coach) == attributes:
                return None
            signals = count(len(attributes), "signal")
            operation = begin_operation(
                db, "attributes", f"Saved attributes of {signals} of {coach}"
            )
            stored_attributes.save_attributes(db, operation, coach, attributes)
            return operation

    def same_plays(self, coach: str) -> SamePlays:
        """Return which plays are the same sign of a coach.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        SamePlays
            The groups of plays; SAME_PLAYS if none were saved.
        """
        with self.reading() as db:
            return stored_same_plays.load_same_plays(db, coach)

    def save_same_plays(self, coach: str, same_plays: SamePlays) -> Operation | None:
        """Save which plays are the same sign of a coach, in place of what was saved before.

        Parameters
        ----------
        coach : str
            Name of the coach.
        same_plays : SamePlays
            The groups of plays.

        Returns
        -------
        Operation or None
            The operation; None if they are saved already.
        """
        coach = parse_name(coach, "coach")
        with self.writing() as db:
            if stored_same_plays.load_same_plays(db, coach) == same_plays:
                return None
            description = f"Saved same plays of {coach} ({same_plays.describe()})"
            operation = begin_operation(db, "same", description)
            stored_same_plays.save_same_plays(db, operation, coach, same_plays)
            return operation

    def draft(self, coach: str) -> tuple[str, ...]:
        """Return the sequence that was being entered for a coach when the screen was closed.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        tuple of str
            The signals so far.
        """
        with self.reading() as db:
            return drafts.load_draft(db, coach)

    def save_draft(
        self, coach: str, signals: Sequence[str], own: Sequence[str] | None = None
    ) -> bool:
        """Save a sequence that is being entered, in place of the one before.

        Parameters
        ----------
        coach : str
            Name of the coach.
        signals : sequence of str
            The signals so far.
        own : sequence of str, optional
            What this screen loaded or saved last. Another one is of another screen, and stays.

        Returns
        -------
        bool
            False if the draft of another screen is kept instead.
        """
        with self.writing() as db:
            if own is not None and drafts.load_draft(db, coach) not in ((), tuple(own)):
                return False
            drafts.save_draft(db, coach, signals)
            return True

    def n_erasures(self) -> int:
        """Return how often rows were erased for good.

        Returns
        -------
        int
            Their number. If it has changed, what was learned or shown before may hold such rows.
        """
        with self.reading() as db:
            return count_erasures(db)

    def plays_numbered(self, numbers: Sequence[int]) -> list[Play]:
        """Return the plays of these numbers, whoever coached them.

        Parameters
        ----------
        numbers : sequence of int
            Numbers of plays.

        Returns
        -------
        list of Play
            Those that are not deleted or undone, in no order.
        """
        with self.reading() as db:
            return [revision.play for revision in select_numbered(db, numbers)]

    def edit(self, number: int, play: Play, shown: Play | None = None) -> Operation:
        """Replace a play by another one in the same place.

        Parameters
        ----------
        number : int
            Number of the play.
        play : Play
            The play as it should be. Without a coach it stays with its coach.
        shown : Play, optional
            The play as it was shown to the user. If it has changed since, nothing is done.

        Returns
        -------
        Operation
            The edit.
        """
        with self.writing() as db:
            return editing.edit_play(db, number, play, shown)

    def delete(
        self,
        kind: DeleteKind,
        name: str | int,
        coach: str | None = None,
        shown: Play | None = None,
    ) -> Operation:
        """Delete a coach, a game or a play.

        Parameters
        ----------
        kind : {"coach", "game", "play"}
            What to delete.
        name : str or int
            Name of the coach or game, or number of the play.
        coach : str, optional
            Coach whose game it is, else all.
        shown : Play, optional
            If one play is deleted, that play as it was shown. If it has changed since, nothing is
            done.

        Returns
        -------
        Operation
            The deletion.
        """
        with self.writing() as db:
            return editing.delete_plays(db, kind, str(name), coach, shown)

    def rename(self, kind: RenameKind, old: str, new: str, coach: str | None = None) -> Operation:
        """Rename a coach, a signal or a game. If the new name exists already, they are merged.

        Parameters
        ----------
        kind : {"coach", "signal", "game"}
            What to rename.
        old : str
            Its name.
        new : str
            The new name.
        coach : str, optional
            Coach whose signal or game it is, else all.

        Returns
        -------
        Operation
            The renaming.
        """
        with self.writing() as db:
            return editing.rename_plays(db, kind, old, new, coach)

    def undo(self) -> Operation | None:
        """Undo the last operation.

        Returns
        -------
        Operation or None
            The operation, or None if there is nothing to undo.
        """
        with self.writing() as db:
            return undo_operation(db)

    def redo(self) -> Operation | None:
        """Redo the operation that was undone last.

        Returns
        -------
        Operation or None
            The operation, or None if there is nothing to redo.
        """
        with self.writing() as db:
            return redo_operation(db)
