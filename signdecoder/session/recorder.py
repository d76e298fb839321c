"""Write what a screen logs to a store, and report the log as it is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from signdecoder.core.keypad import KeypadLayout, assign_keys
from signdecoder.core.names import fold, signal_key
from signdecoder.core.play import Play, describe_play
from signdecoder.session.events import Failed, LogChanged, PendingWrites, SessionEvent
from signdecoder.session.outbox import Outbox
from signdecoder.session.renames import Renames, find_renames
from signdecoder.store.errors import StoreError
from signdecoder.store.store import Store

_N_FOLLOWED = 200  # newest plays by which renamed names are found


class LogRecorder:
    """Write one coach's plays to a store, keep those it does not accept, and report the log.

    All methods run in the thread that opened the store.

    Parameters
    ----------
    store : Store
        Where the plays are stored.
    outbox : Outbox
        Holds plays that are not stored yet.
    emit : callable
        Called with each event.

    Attributes
    ----------
    store : Store
        The store.
    coach : str
        The coach whose plays are logged.
    """

    def __init__(self, store: Store, outbox: Outbox, emit: Callable[[SessionEvent], None]) -> None:
        self.store, self._outbox, self._emit = store, outbox, emit
        self.coach = ""
        self._keypad: KeypadLayout = ()  # as it is shown
        self._n_erasures = 0  # when it was loaded
        self._shown: tuple[Play, ...] = ()  # the newest plays that are shown
        self._log: tuple[list[Play], frozenset[int]] = [], frozenset()  # as it was reported
        self._version = 0  # of the store's data, when others were looked for last
        self._renames = Renames()  # since the coach was loaded
        self._followed = ""  # what was renamed elsewhere, until it is reported
        self._reported_pending = False
        self._draft_failure = ""
        self._drafts: dict[str, tuple[str, ...]] = {}  # as this screen left them, by folded coach

    def load_coach(self, coach: str, signals: tuple[str, ...]) -> None:
        """Switch to a coach.

        Parameters
        ----------
        coach : str
            The coach.
        signals : tuple of str
            Signals to offer if the coach is new.
        """
        self.coach = coach
        self._shown, self._renames, self._followed = (), Renames(), ""
        if signals and not self.store.has_saved_keypad(coach) and not self.store.plays(coach):
            self.store.save_keypad(coach, assign_keys(signals))

    def report_log(
        self, message: str, *, loaded: bool = False, is_operation: bool = False
    ) -> LogChanged:
        """Report the log as it is stored now. Names that were changed elsewhere are followed.

        Parameters
        ----------
        message : str
            What was done.
        loaded : bool
            Whether the coach has just been loaded. Then the event carries the saved draft.
        is_operation : bool
            Whether it was an operation of its own: no play, undo or redo.

        Returns
        -------
        LogChanged
            The event.
        """
        store = self.store
        self.follow_renames()
        draft = store.draft(self.coach) if loaded else None
        if draft is not None:
            self._drafts[fold(self.coach)] = draft
        self._log = plays, change_points = store.plays_and_change_points(self.coach)
        coaches = tuple(
            (coach, outcomes.total()) for coach, outcomes in store.count_outcomes().items()
        )
        self._keypad, self._n_erasures = store.keypad(self.coach), store.n_erasures()
        self._shown = tuple(plays[-_N_FOLLOWED:])
        self._renames = self._renames.without_signals(signal.name for signal in self._keypad)
        message, self._followed = message or self._followed, ""
        event = LogChanged(
            self.coach, tuple(plays), change_points, self._keypad, coaches, message,
            datetime.now().astimezone(), draft, signal_key(store.case_matters(self.coach)),
            self._renames, is_operation,
        )  # fmt: skip
        self._emit(event)
        return event

    def is_out_of_date(self) -> bool:
        """Return whether somebody else has changed the log since it was reported.

        Returns
        -------
        bool
            False as well if the store cannot be read, which the next request reports.
        """
        try:
            version, self._version = self._version, self.store.data_version()
            if version == self._version:
                return False
            return self.store.plays_and_change_points(self.coach) != self._log
        except StoreError:
            return False

    def follow_renames(self) -> None:
        """Find what was renamed elsewhere since the log was reported, and go on with those names.

        Otherwise the next play would start another coach, game or signal of the old name.
        """
        numbers = [play.id for play in self._shown if play.id is not None]
        if not numbers:
            return
        now = self.store.plays_numbered(numbers)
        found = find_renames(self._shown, now)
        self.coach = found.coaches.get(fold(self.coach), self.coach)
        if found.signals:
            found = found.without_signals(s.name for s in self.store.keypad(self.coach))
        self._shown = tuple(now)
        self._renames = self._renames.then(found)
        self._followed = found.describe() or self._followed

    def _rename(self, play: Play) -> Play:
        """Return a play of this coach with the names of now, and any other as it is."""
        own = {fold(self.coach), *self._renames.coaches}
        return self._renames.apply(play) if fold(play.coach) in own else play

    def flush_outbox(self) -> bool:
        """Store the plays that are waiting, and report those that the store does not accept.

        Returns
        -------
        bool
            True if a play of this coach was stored.

        Raises
        ------
        SigndecoderError
            If the store never accepts one of the plays. That play is dropped.
        """
        reason = ""
        pending = self._outbox.plays
        try:
            self.follow_renames()
            self._outbox.rename(self._rename)
            pending = self._outbox.plays
            self._save_default_keypad()
            self._outbox.flush(self.store)
        except StoreError as error:
            reason = error.message  # without its hint to try again, which happens by itself
        finally:
            n_left = len(self._outbox.plays)
            self._report_pending(reason)
        stored = pending[: len(pending) - n_left]
        return any(fold(play.coach) == fold(self.coach) for play in stored)

    def save_draft(self, coach: str, signals: tuple[str, ...]) -> None:
        """Save the sequence that is being entered. A failure is reported once, not per signal.

        Parameters
        ----------
        coach : str
            The coach whose sequence it is.
        signals : tuple of str
            The signals so far.
        """
        if self.store.read_only:
            return
        try:
            if self.store.save_draft(coach, signals, self._drafts.get(fold(coach), ())):
                self._drafts[fold(coach)] = signals
            self._draft_failure = ""
        except StoreError as error:
            previous, self._draft_failure = self._draft_failure, error.message
            if previous != self._draft_failure:
                warning = "If you quit now, the sequence you are entering is lost."
                self._emit(Failed(f"{error.message}. {warning}"))

    def undo(self) -> str | None:
        """Undo the last operation, or drop the last play that is not stored yet.

        Returns
        -------
        str or None
            What was undone; None if there is nothing to undo.
        """
        if self._outbox.plays:
            play = self._outbox.pop()
            self._report_pending("")
            return f"Dropped: {describe_play(play)} (it was not saved yet)"
        operation = self.store.undo()
        return f"Undid: {operation.description}" if operation else None

    def redo(self) -> str | None:
        """Redo the operation that was undone last.

        Returns
        -------
        str or None
            What was redone; None if there is nothing to redo.
        """
        operation = self.store.redo()
        return f"Redid: {operation.description}" if operation else None

    def _save_default_keypad(self) -> None:
        """Save the default keypad with the coach's first play, so that keys do not move later."""
        logged = any(fold(play.coach) == fold(self.coach) for play in self._outbox.plays)
        if logged and not self.store.has_saved_keypad(self.coach):
            if self.store.n_erasures() != self._n_erasures:  # signals may be gone for good
                self._keypad = self.store.keypad(self.coach)
            self.store.save_keypad(self.coach, self._keypad)

    def _report_pending(self, reason: str) -> None:
        """Report the plays that are not stored, and once that there are none left."""
        pending = self._outbox.plays
        if pending or self._reported_pending:
            self._emit(PendingWrites(pending, reason))
        self._reported_pending = bool(pending)
