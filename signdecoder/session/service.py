"""The desk: where a game is logged, and where a decoder is kept up to date with it.

All work on a store and a decoder is done in one thread, in the order in which it was asked for.
Every method returns at once, and what comes of it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Protocol

from signdecoder.analysis.attribution import explain, weigh_signal
from signdecoder.analysis.coach_summary import summarize_coach
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.session.events import (
    BeliefUpdated,
    CatchingUp,
    Errand,
    Explained,
    Failed,
    LogChanged,
    Notice,
    PendingWrites,
    Predicted,
    Weighed,
)
from signdecoder.session.outbox import Outbox
from signdecoder.session.replay import LogReplayer, entries_of
from signdecoder.session.worker import PriorityWorker
from signdecoder.store.editing import Deleted, Renamed, say_play
from signdecoder.store.errors import StoreError
from signdecoder.store.keypads import Pad, lay_out
from signdecoder.store.store import Store

_KINDS = ("following", "keeping", "weighing", "looking")  # what takes long, the most urgent first
_TO_BEGIN_WITH = "the signals to begin with"
_STEPS_A_LOOK = 16  # steps of looking back between two tellings of it


class OpenDecoder(Protocol):
    """Gives the decoder of a coach in a store, up to date."""

    def __call__(self, store: Store, coach: str) -> Decoder:
        """The decoder, which has read all his plays."""
        ...


class LoggingService:
    """Logs one coach's plays in a store, and tells what it makes of them.

    ``tell`` is called in the thread that runs the desk.
    """

    def __init__(
        self, open_store: Callable[[], Store], recall: OpenDecoder, tell: Callable[[Notice], None]
    ) -> None:
        self._open_store, self._recall, self._tell = open_store, recall, tell
        self._turns = PriorityWorker(_KINDS, self._try)
        self._store: Store
        self._coach = ""
        self._offered: Pad = ()
        self._follower: LogReplayer | None = None
        self._unrecorded = Outbox()
        self._told_waiting = False
        self._draft_fault = ""
        self._given = self._taken = 0  # plays; each is counted by one thread alone
        self._is_open = False
        self._ended = Event()

    @property
    def unrecorded(self) -> tuple[Play, ...]:
        """Plays that the store has not taken: to be asked for when the thread has ended."""
        return self._unrecorded.plays

    @property
    def on_their_way(self) -> int:
        """Plays that were given, and are neither recorded nor held yet."""
        return self._given - self._taken

    @property
    def seconds_at_store(self) -> float:
        """For how long the store has let wait by now, for others that write."""
        since = self._store.waiting_since if self._is_open else None
        return 0.0 if since is None else monotonic() - since

    def wait(self, seconds: float) -> bool:
        """Wait for the thread to end, in another one. Has it ended?"""
        return self._ended.wait(seconds)

    # --- the thread -------------------------------------------------------------------------------

    def run(self) -> None:
        """Work until the desk is closed. Raises SigndecoderError if the store cannot be opened."""
        try:
            with closing(self._open_store()) as self._store:
                self._is_open = True
                self._turns.run()
                self._turns.finish("keeping")
                self._try(self._record_held)
        finally:
            self._ended.set()

    def close(self) -> None:
        """Have the thread end after what was asked for before."""
        self._turns.close()

    def _try(self, work: Callable[[], None], of: Errand = "") -> None:
        """Do it; what goes wrong is told, and the desk goes on."""
        try:
            work()
        except SigndecoderError as error:
            self._tell(Failed(str(error), of))
        except Exception as bug:  # a decoder that fails must not end a game that is being logged
            self._turns.drop("following", "weighing", "looking")
            words = f"the decoder met a fault of its own ({type(bug).__name__}: {bug})"
            self._tell(Failed(words, of))

    # --- asking -----------------------------------------------------------------------------------

    def open(self, coach: str, signals: tuple[str, ...] = ()) -> None:
        """Take up the plays of this coach; one who is new begins with these signals, if any."""
        self._turns.ask(lambda: self._try(lambda: self._take_up(coach, "", signals), "opening"))

    def renew(self, done: str) -> None:
        """Have the plays read by the weights that are there now; ``done`` says why."""
        self._turns.ask(lambda: self._renew(done))

    def ask(self, signals: tuple[str, ...], complete: bool) -> None:
        """Ask what a sequence calls, then what each of its signals weighs."""
        self._turns.ask(lambda: self._answer(signals, complete))

    def explain(self, signals: tuple[str, ...]) -> None:
        """Ask why it is thought so of a whole sequence."""
        self._turns.ask(lambda: self._try(lambda: self._explain(signals), "explaining"))

    def keep_draft(self, signals: tuple[str, ...]) -> None:
        """Keep the sequence that is being given, for whoever comes back to it."""
        self._turns.ask(lambda: self._keep_draft(signals))

    def record(self, play: Play) -> None:
        """Record a play of the coach; one that the store cannot take now is held."""
        self._given += 1
        self._turns.ask(lambda: self._record(play))

    def try_again(self) -> None:
        """Record the plays that are held, if the store takes them by now."""
        self._turns.ask(self._record_held)

    def edit(self, number: int, play: Play) -> None:
        """Put another play in the place of the one of this number."""
        self.do(lambda store: store.edit(number, play).words)

    def delete(self, kind: Deleted, name: str | int, coach: str | None = None) -> None:
        """Delete a coach, a game or a play."""
        self.do(lambda store: store.delete(kind, name, coach).words)

    def rename(self, kind: Renamed, old: str, new: str, coach: str | None = None) -> None:
        """Give a coach, a signal or a game another name; onto one that exists they merge."""
        self._turns.ask(lambda: self._rename(kind, old, new, coach))

    def put_pad(self, change: Callable[[Pad], Pad], words: str) -> None:
        """Change the coach's pad as it is by then; ``words`` name what was done to it."""

        def put(store: Store) -> str:
            return store.put_pad(self._coach, change(store.pad(self._coach)), words).words

        self.do(put)

    def mark_change(self) -> None:
        """The signs changed here."""
        self.do(lambda store: store.mark_change(self._coach).words)

    def undo(self) -> None:
        """Take the last act back, whatever it was."""
        self._turns.ask(lambda: self._undo(back=True))

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._turns.ask(lambda: self._undo(back=False))

    def do(self, work: Callable[[Store], str]) -> None:
        """Do anything with the store; ``work`` says in words what it did."""
        self._turns.ask(lambda: self._tell_book(work(self._store)))

    # --- doing ------------------------------------------------------------------------------------

    def _take_up(self, coach: str, done: str, signals: tuple[str, ...] = ()) -> None:
        self._coach = coach
        if signals and not self._store.has_pad(coach) and not self._store.plays(coach):
            self._store.put_pad(coach, lay_out(signals), _TO_BEGIN_WITH)
        self._turns.drop("following", "weighing", "looking")
        self._follower = None
        plays, changes = self._read_book(done, self._store.draft(coach))
        self._turns.begin("following", self._begin(coach, plays, changes))

    def _renew(self, done: str) -> None:
        self._turns.drop("following", "weighing", "looking")
        self._follower = None
        self._tell_book(done)

    def _begin(
        self, coach: str, plays: tuple[Play, ...], changes: frozenset[int]
    ) -> Iterator[None]:
        self._follower = LogReplayer(self._recall(self._store, coach), entries_of(plays, changes))
        self._follower.decoder.weigh_own()
        self._tell_standing()
        self._turns.begin("looking", self._look_back())
        yield

    def _record(self, play: Play) -> None:
        self._unrecorded.add(play)
        try:
            self._record_held()
        finally:
            self._taken += 1

    def _record_held(self) -> None:
        held = self._unrecorded.plays
        why = ""
        try:
            self._keep_offered()
            self._unrecorded.record(self._store)
        except StoreError as fault:
            why = fault.message  # not what it tells to do again, which is done here
        finally:
            left = self._unrecorded.plays
            self._tell_waiting(why)
        recorded = held[: len(held) - len(left)]
        if any(fold(play.coach) == fold(self._coach) for play in recorded):
            self._tell_book("")

    def _keep_offered(self) -> None:
        """Keep the signals and keys that this coach's first play is given with: hands know them."""
        his = any(fold(play.coach) == fold(self._coach) for play in self._unrecorded.plays)
        if his and not self._store.has_pad(self._coach):
            self._store.put_pad(self._coach, self._offered, _TO_BEGIN_WITH)

    def _tell_waiting(self, why: str) -> None:
        waiting = self._unrecorded.plays
        if waiting or self._told_waiting:
            self._tell(PendingWrites(waiting, why))
        self._told_waiting = bool(waiting)

    def _keep_draft(self, signals: tuple[str, ...]) -> None:
        coach = self._coach  # whose it is, though another may be taken up before it is kept

        def keep() -> Iterator[None]:
            if not self._store.read_only:
                self._write_draft(coach, signals)
            yield

        self._turns.begin("keeping", keep())

    def _write_draft(self, coach: str, signals: tuple[str, ...]) -> None:
        try:
            self._store.keep_draft(coach, signals)
            self._draft_fault = ""
        except StoreError as fault:  # a full disk is told once, not at every signal
            before, self._draft_fault = self._draft_fault, fault.message
            if before != self._draft_fault:
                self._tell(Failed(f"{fault.message}: a sequence would be lost if you quit now"))

    def _rename(self, kind: Renamed, old: str, new: str, coach: str | None) -> None:
        act = self._store.rename(kind, old, new, coach)
        if kind == "coach" and fold(old) == fold(self._coach):
            self._take_up(new, act.words)
        else:
            self._tell_book(act.words)

    def _undo(self, *, back: bool) -> None:
        if back and self._unrecorded.plays:
            play = self._unrecorded.take_back()
            self._tell_waiting("")
            self._tell_book(f"let go the play {say_play(play)}, which was not recorded yet")
            return
        act = self._store.undo() if back else self._store.redo()
        if act is None:
            self._tell(Failed("there is nothing to undo" if back else "there is nothing to redo"))
            return
        self._tell_book(f"{'took back' if back else 'did again'} {act.words}")

    def _tell_book(self, done: str) -> None:
        """Tell of the book as it is now, and have the decoder follow."""
        plays, changes = self._read_book(done)
        if self._follower is None:
            self._turns.begin("following", self._begin(self._coach, plays, changes))
            return
        self._turns.begin("following", self._follow(self._follower, plays, changes))

    def _read_book(
        self, done: str, draft: tuple[str, ...] | None = None
    ) -> tuple[tuple[Play, ...], frozenset[int]]:
        store = self._store
        plays, changes = store.plays_and_changes(self._coach)
        coaches = tuple((coach, seen.total()) for coach, seen in store.tally().items())
        self._offered = store.pad(self._coach)
        book = LogChanged(
            self._coach, tuple(plays), changes, self._offered, coaches, done,
            datetime.now().astimezone(), draft,
        )  # fmt: skip
        self._tell(book)
        return book.plays, changes

    # --- steps ------------------------------------------------------------------------------------

    def _follow(
        self, follower: LogReplayer, plays: tuple[Play, ...], changes: frozenset[int]
    ) -> Iterator[None]:
        entries = entries_of(plays, changes)
        if not follower.only_grows(entries):
            self._turns.drop("looking")
            self._tell(CatchingUp())
        steps = follower.follow(entries)
        yield from steps
        self._tell_standing()
        if None in follower.points and not self._turns.has("looking"):
            self._turns.begin("looking", self._look_back())

    def _look_back(self) -> Iterator[None]:
        follower = self._follower
        assert follower is not None
        for step, _ in enumerate(follower.look_back()):
            if step % _STEPS_A_LOOK == _STEPS_A_LOOK - 1:
                self._tell_standing()
            yield
        self._tell_standing()

    def _answer(self, signals: tuple[str, ...], complete: bool) -> None:
        self._turns.drop("weighing")
        if self._follower is None:
            return
        prediction = self._follower.decoder.predict_soon(signals, complete=complete)
        self._tell(Predicted(prediction, complete))
        self._turns.begin("weighing", self._weigh(signals, complete))

    def _explain(self, signals: tuple[str, ...]) -> None:
        follower = self._follower
        if follower is None:
            words = "the plays are still being read: ask again in a moment"
            self._tell(Failed(words, "explaining"))
            return
        told = explain(self._coach, follower.decoder, signals, follower.plays)
        self._tell(Explained(told))

    def _weigh(self, signals: tuple[str, ...], complete: bool) -> Iterator[None]:
        assert self._follower is not None
        weights = []
        for place in range(len(signals)):
            weights.append(weigh_signal(self._follower.decoder, signals, place, complete=complete))
            yield
        self._tell(Weighed(signals, complete, tuple(weights)))

    def _tell_standing(self) -> None:
        follower = self._follower
        assert follower is not None
        summary = summarize_coach(self._coach, follower.decoder, follower.plays)
        self._tell(BeliefUpdated(summary, tuple(follower.points)))
