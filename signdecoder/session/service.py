"""Log a game and keep a decoder up to date with it, in a thread of its own.

All work on the store and the decoder runs in one thread, in the order in which it was requested.
Every request returns at once; its result arrives as an event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from signdecoder.core.keypad import KeypadLayout
from signdecoder.core.moments import Moment
from signdecoder.core.names import NameKey, fold, signal_key
from signdecoder.core.play import Play
from signdecoder.session.belief_tracker import (
    ATTRIBUTE,
    BACKFILL,
    READ_CARD,
    REPLAY,
    BeliefTracker,
    OpenDecoder,
)
from signdecoder.session.events import Failed, SessionEvent
from signdecoder.session.outbox import Outbox
from signdecoder.session.recorder import LogRecorder
from signdecoder.session.store_thread import StoreThread
from signdecoder.store.editing import PlayChangedError, RenameKind
from signdecoder.store.operations import Operation
from signdecoder.store.store import Store
from signdecoder.workspace.decoders import load_settings

KeypadChange = Callable[[KeypadLayout, NameKey], KeypadLayout]
_SAVE_DRAFT = "save draft"
_TASK_KINDS = (REPLAY, _SAVE_DRAFT, ATTRIBUTE, READ_CARD, BACKFILL)  # the most urgent first


class LoggingService(StoreThread):
    """Log one coach's plays in a store, and report what the decoder makes of them.

    Parameters
    ----------
    open_store : callable
        Opens the store, in the service's thread.
    open_decoder : OpenDecoder
        Opens the decoder of a coach, in the service's thread.
    emit : callable
        Called with each event, in the service's thread.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        open_decoder: OpenDecoder,
        emit: Callable[[SessionEvent], None],
    ) -> None:
        super().__init__(open_store, _TASK_KINDS, emit)
        self._outbox = Outbox()
        self._recorder: LogRecorder  # made once the store is open
        self._tracker = BeliefTracker(
            lambda coach: open_decoder(self._store, coach), self._worker, emit
        )
        self._n_submitted = self._n_handled = 0  # plays; each is counted by one thread alone

    @property
    def unsaved_plays(self) -> tuple[Play, ...]:
        """The plays that the store has not accepted. Ask for them once the thread has ended."""
        return self._outbox.plays

    @property
    def n_in_flight(self) -> int:
        """Number of plays that were logged, but are neither stored nor in the outbox yet."""
        return self._n_submitted - self._n_handled

    # --- requests about the decoder ---------------------------------------------------------------

    def load_coach(self, coach: str, signals: tuple[str, ...] = ()) -> None:
        """Switch to a coach.

        Parameters
        ----------
        coach : str
            The coach.
        signals : tuple of str
            Signals to offer if the coach is new.
        """
        self._worker.submit(
            lambda: self._attempt(lambda: self._load_coach(coach, "", signals), "loading")
        )

    def reload_decoder(self, message: str) -> None:
        """Open the decoder again, because the weights have changed.

        Parameters
        ----------
        message : str
            Why.
        """

        def reload() -> None:
            """Open the decoder again."""
            self._tracker.reset()
            self._report_log(message)

        self._worker.submit(reload)

    def request_prediction(
        self, signals: tuple[str, ...], complete: bool, moment: Moment | None = None
    ) -> None:
        """Request the prediction for a sequence, and then the weight of each signal.

        Parameters
        ----------
        signals : tuple of str
            The sequence.
        complete : bool
            Whether it has ended.
        moment : Moment, optional
            When the play is.
        """
        now = moment or Moment()
        self._worker.submit(lambda: self._tracker.predict(signals, complete, now))

    def request_explanation(self, signals: tuple[str, ...], moment: Moment | None = None) -> None:
        """Request the explanation of a complete sequence.

        Parameters
        ----------
        signals : tuple of str
            The sequence.
        moment : Moment, optional
            When the play is.
        """
        now = moment or Moment()
        self._worker.submit(
            lambda: self._attempt(lambda: self._tracker.explain(signals, now), "explaining")
        )

    # --- requests about the log -------------------------------------------------------------------

    def record(self, play: Play) -> None:
        """Record a play. One that the store does not accept now is kept and retried.

        Parameters
        ----------
        play : Play
            The play.
        """
        self._n_submitted += 1
        self._worker.submit(lambda: self._record(play))

    def retry(self) -> None:
        """Try again to store the plays in the outbox."""
        self._worker.submit(self._flush_outbox)

    def refresh(self) -> None:
        """Report the log again if somebody else has changed it."""
        self._worker.submit(self._refresh)

    def save_draft(self, signals: tuple[str, ...]) -> None:
        """Save the sequence that is being entered, so that it survives a restart.

        Parameters
        ----------
        signals : tuple of str
            The signals so far.
        """
        self._worker.submit(lambda: self._schedule_draft(signals))

    def edit(self, shown: Play, play: Play) -> None:
        """Replace a play, unless it is no longer the one that was shown.

        Parameters
        ----------
        shown : Play
            The play as the screen shows it, with its number.
        play : Play
            What replaces it.
        """
        number = shown.id or 0
        self._change_shown(lambda store: store.edit(number, play, shown))

    def delete_play(self, shown: Play) -> None:
        """Delete a play, unless it is no longer the one that was shown.

        Parameters
        ----------
        shown : Play
            The play as the screen shows it, with its number.
        """
        self._change_shown(lambda store: store.delete("play", shown.id or 0, shown=shown))

    def delete(self, kind: Literal["coach", "game"], name: str, coach: str | None = None) -> None:
        """Delete a coach or a game.

        Parameters
        ----------
        kind : {"coach", "game"}
            What to delete.
        name : str
            Its name.
        coach : str or None
            The coach whose game it is.
        """
        self.update_store(lambda store: store.delete(kind, name, coach).description)

    def rename(self, kind: RenameKind, old: str, new: str, coach: str | None = None) -> None:
        """Rename a coach, a signal or a game. Renaming onto an existing name merges both.

        Parameters
        ----------
        kind : {"coach", "signal", "game"}
            What to rename.
        old, new : str
            The name and the new name.
        coach : str or None
            The coach whose signal or game it is.
        """
        self._worker.submit(lambda: self._rename(kind, old, new, coach))

    def update_keypad(self, change: KeypadChange) -> None:
        """Change the keypad of the coach.

        Parameters
        ----------
        change : callable
            Returns the new keypad, given the one that is stored by then and how names are compared.
        """
        self._worker.submit(lambda: self._update_keypad(change))

    def mark_change(self) -> None:
        """Record that the coach changed their signs."""
        self.update_store(self._mark_change)

    def undo(self) -> None:
        """Undo the last operation on the store, of any kind."""
        self._worker.submit(lambda: self._undo_or_redo(self._recorder.undo, "undo"))

    def redo(self) -> None:
        """Redo the operation that was undone last."""
        self._worker.submit(lambda: self._undo_or_redo(self._recorder.redo, "redo"))

    def update_store(self, work: Callable[[Store], str]) -> None:
        """Change the store in any way.

        Parameters
        ----------
        work : callable
            Changes the store and returns what it did, in words.
        """
        self._worker.submit(lambda: self._report_log(work(self._store), is_operation=True))

    # --- work, in the service's thread ------------------------------------------------------------

    def _mark_change(self, store: Store) -> str:
        """Record a change of the coach's signs, whatever the coach is called by now."""
        self._recorder.follow_renames()
        return store.add_change_point(self._recorder.coach).description

    def _change_shown(self, work: Callable[[Store], Operation]) -> None:
        """Change a play that a screen shows. If it is out of date, show the log as it is."""

        def change(store: Store) -> str:
            try:
                return work(store).description
            except PlayChangedError:
                self._report_log("")
                raise

        self.update_store(change)

    def _start(self, store: Store) -> None:
        """Begin to record in the store."""
        self._recorder = LogRecorder(store, self._outbox, self._emit)

    def _finish(self) -> None:
        """Save the last draft, and try once more to store what is in the outbox."""
        self._worker.finish(_SAVE_DRAFT)
        self._attempt(self._flush_outbox)

    def _cancel_tasks(self) -> None:
        """Stop the decoder's work after it failed."""
        self._tracker.cancel()

    def _load_coach(
        self,
        coach: str,
        message: str,
        signals: tuple[str, ...] = (),
        *,
        is_operation: bool = False,
    ) -> None:
        """Switch to a coach, report their log, and open their decoder."""
        self._recorder.load_coach(coach, signals)
        self._tracker.reset()
        self._report_log(message, loaded=True, is_operation=is_operation)

    def _record(self, play: Play) -> None:
        """Store a play, or keep it in the outbox."""
        self._outbox.add(play)
        try:
            self._flush_outbox()
        finally:
            self._n_handled += 1

    def _flush_outbox(self) -> None:
        """Store what is in the outbox, and report the log if it changed."""
        if self._recorder.flush_outbox():
            self._report_log("")

    def _refresh(self) -> None:
        """Report the log if it is not as it was reported last."""
        if self._recorder.coach and self._recorder.is_out_of_date():
            self._report_log("")

    def _schedule_draft(self, signals: tuple[str, ...]) -> None:
        """Save a draft in the background; a newer draft replaces it."""
        coach = self._recorder.coach  # whose draft it is, even if another coach is loaded meanwhile

        def save() -> Iterator[None]:
            self._recorder.save_draft(coach, signals)
            yield

        self._worker.schedule(_SAVE_DRAFT, save())

    def _rename(self, kind: RenameKind, old: str, new: str, coach: str | None) -> None:
        """Rename, and go on with the coach under the new name."""
        message = self._store.rename(kind, old, new, coach).description
        if kind == "coach" and fold(old) == fold(self._recorder.coach):
            self._load_coach(new, message, is_operation=True)
        else:
            self._report_log(message, is_operation=True)

    def _update_keypad(self, change: KeypadChange) -> None:
        """Change the coach's keypad, and report it."""
        self._recorder.follow_renames()
        coach = self._recorder.coach
        name_key = signal_key(self._store.case_matters(coach))
        keypad = change(self._store.keypad(coach), name_key)
        words = self._store.save_keypad(coach, keypad).description
        self._report_log(words, is_operation=True)

    def _undo_or_redo(self, work: Callable[[], str | None], name: str) -> None:
        """Undo or redo, and report what was done."""
        message = work()
        if message is None:
            self._emit(Failed(f"Nothing to {name}"))
        else:
            self._report_log(message)

    def _report_log(
        self, message: str, *, loaded: bool = False, is_operation: bool = False
    ) -> None:
        """Report the log as it is stored now, and bring the decoder up to date with it."""
        event = self._recorder.report_log(message, loaded=loaded, is_operation=is_operation)
        settings = load_settings(self._store, event.coach)
        self._tracker.update(event.coach, event.plays, event.change_points, settings)
