"""Keep the decoder of a logging service up to date, and answer questions about sequences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import NamedTuple, Protocol

from signdecoder.analysis.attribution import explain, weigh_signal
from signdecoder.analysis.coach_summary import summarize_coach
from signdecoder.core.moments import Moment
from signdecoder.core.names import fold
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.session.events import (
    Attributed,
    BeliefUpdated,
    Explained,
    Failed,
    Predicted,
    Reading,
    ReplayStarted,
    SessionEvent,
)
from signdecoder.session.replay import LogReplayer, merge_log
from signdecoder.session.worker import PriorityWorker
from signdecoder.store.store import Store
from signdecoder.workspace.decoders import CoachSettings

# Kinds of background tasks.
REPLAY, READ_CARD, ATTRIBUTE, BACKFILL = "replay", "read card", "attribute", "backfill"
_BACKFILL_STEPS = 16  # between two reports
_READING_SECONDS = 0.2  # between two reports of how far a log is read, which the screen has to draw


class _Question(NamedTuple):
    """A sequence that a screen asks about."""

    signals: tuple[str, ...]
    complete: bool
    moment: Moment


class OpenDecoder(Protocol):
    """A function that opens the decoder of a coach step by step, such as `read_decoder`."""

    def __call__(self, store: Store, coach: str) -> Iterator[Decoder]:
        """Open a decoder.

        Parameters
        ----------
        store : Store
            Where the coach's plays are.
        coach : str
            The coach.

        Yields
        ------
        Decoder
            The same decoder after each step; the last time it has read all plays of the coach.
        """
        ...


class BeliefTracker:
    """Keep a decoder up to date with one coach's log, and report predictions and beliefs.

    All methods run in the worker's thread. Long work becomes background tasks of the worker, of
    the kinds `REPLAY`, `READ_CARD`, `ATTRIBUTE` and `BACKFILL`.

    Parameters
    ----------
    open_decoder : callable
        Yields the decoder of a coach, at last up to date with the store.
    worker : PriorityWorker
        Runs the background tasks.
    emit : callable
        Called with each event.

    Attributes
    ----------
    coach : str
        The coach whose log it was brought up to date with last.
    """

    def __init__(
        self,
        open_decoder: Callable[[str], Iterator[Decoder]],
        worker: PriorityWorker,
        emit: Callable[[SessionEvent], None],
    ) -> None:
        self._open_decoder, self._worker, self._emit = open_decoder, worker, emit
        self.coach = ""
        self._log: tuple[tuple[Play, ...], frozenset[int]] = (), frozenset()  # as it is stored
        self._settings: CoachSettings | None = None
        self._replayer: LogReplayer | None = None
        self._reading: Decoder | None = None  # while a log is read that has no belief saved
        self._question: _Question | None = None  # what the screen asked last

    @property
    def decoder(self) -> Decoder | None:
        """The decoder, up to date with the log of the last replay; None while none is open."""
        return None if self._replayer is None else self._replayer.decoder

    def cancel(self) -> None:
        """Drop all background work."""
        self._worker.cancel(REPLAY, READ_CARD, ATTRIBUTE, BACKFILL)

    def reset(self) -> None:
        """Forget the decoder. The next `update` opens one."""
        self.cancel()
        self._replayer = self._reading = None

    def update(
        self,
        coach: str,
        plays: tuple[Play, ...],
        change_points: frozenset[int],
        settings: CoachSettings,
    ) -> None:
        """Bring the decoder up to date in the background; open it again if settings changed.

        Parameters
        ----------
        coach : str
            The coach.
        plays : tuple of Play
            Their plays, in order.
        change_points : frozenset of int
            Numbers of plays before which the user recorded a change of signs.
        settings : CoachSettings
            How the plays are read.
        """
        if fold(coach) != fold(self.coach) or settings != self._settings:
            self.reset()
        self.coach, self._settings = coach, settings
        self._log = plays, change_points
        if self._replayer is not None:
            self._worker.schedule(REPLAY, self._replay(self._replayer, plays, change_points))
        elif not self._worker.is_scheduled(REPLAY):  # opening reads what is new at its end
            self._worker.schedule(REPLAY, self._open(coach))

    def predict(self, signals: tuple[str, ...], complete: bool, moment: Moment) -> None:
        """Report the prediction for a sequence, then the weight of each signal in the background.

        It is reported again whenever the decoder has learned or unlearned something. Nothing is
        reported before the decoder is open.

        Parameters
        ----------
        signals : tuple of str
            The sequence. An empty one is not predicted.
        complete : bool
            Whether it has ended.
        moment : Moment
            When the play is.
        """
        self._question = _Question(signals, complete, moment) if signals else None
        self._answer(is_current=not self._worker.is_scheduled(REPLAY))

    def _answer(self, *, is_current: bool) -> None:
        """Report the prediction for the sequence that was asked about last."""
        self._worker.cancel(ATTRIBUTE)
        decoder = self._replayer.decoder if self._replayer else self._reading
        if self._question is None or decoder is None:
            return
        signals, complete, moment = self._question
        prediction = decoder.predict(signals, complete=complete, stale_confidence=True, at=moment)
        self._emit(Predicted(prediction, complete, is_current))
        if is_current:
            self._worker.schedule(ATTRIBUTE, self._attribute(decoder, signals, complete, moment))

    def explain(self, signals: tuple[str, ...], moment: Moment) -> None:
        """Report why the decoder predicts what it predicts for a sequence.

        Parameters
        ----------
        signals : tuple of str
            The complete sequence.
        moment : Moment
            When the play is.
        """
        replayer = self._replayer
        if replayer is None:
            self._emit(Failed("Still reading the plays. Ask again in a moment.", "explaining"))
            return
        explanation = explain(self.coach, replayer.decoder, signals, replayer.plays, moment)
        self._emit(Explained(explanation))

    # --- background tasks -------------------------------------------------------------------------

    def _open(self, coach: str) -> Iterator[None]:
        """Open the decoder of a coach."""
        plays, change_points = self._log
        report_at = monotonic()
        for decoder in self._open_decoder(coach):
            if decoder.n_plays < len(plays):
                self._reading = decoder
                if monotonic() >= report_at:
                    report_at = monotonic() + _READING_SECONDS
                    self._emit(Reading(decoder.n_plays, len(plays)))
                    self._answer(is_current=False)
                yield
        self._reading = None
        replayer = LogReplayer(decoder, merge_log(plays, change_points))
        if decoder.n_plays != len(plays):  # plays were logged elsewhere meanwhile
            replayer = LogReplayer(decoder.fresh())
            yield from replayer.replay(merge_log(*self._log))
        self._replayer = replayer
        replayer.decoder.refresh_confidence()
        yield from self._replay(self._replayer, *self._log)

    def _replay(
        self, replayer: LogReplayer, plays: tuple[Play, ...], change_points: frozenset[int]
    ) -> Iterator[None]:
        """Bring the decoder up to date, and backfill predictions if any are missing."""
        log = merge_log(plays, change_points)
        if not replayer.is_extended_by(log):
            self._worker.cancel(BACKFILL)
            self._emit(ReplayStarted())
        yield from replayer.replay(log)
        self._report_news()
        if None in replayer.predictions and not self._worker.is_scheduled(BACKFILL):
            self._worker.schedule(BACKFILL, self._backfill(replayer))

    def _backfill(self, replayer: LogReplayer) -> Iterator[None]:
        """Compute missing predictions, and report them from time to time."""
        for step, _ in enumerate(replayer.backfill(), 1):
            if step % _BACKFILL_STEPS == 0:
                self._report()
            yield
        self._report()

    def _attribute(
        self, decoder: Decoder, signals: tuple[str, ...], complete: bool, moment: Moment
    ) -> Iterator[None]:
        """Compute the weight of each signal of a sequence."""
        weights = []
        for place in range(len(signals)):
            weight = weigh_signal(decoder, signals, place, complete=complete, moment=moment)
            weights.append(weight)
            yield
        self._emit(Attributed(signals, complete, tuple(weights)))

    def _report_news(self) -> None:
        """Report what the decoder believes after it learned something, and answer again."""
        self._report()
        self._answer(is_current=True)

    def _report(self) -> None:
        """Report what the decoder believes now."""
        assert self._replayer is not None
        replayer = self._replayer
        summary = summarize_coach(self.coach, replayer.decoder, replayer.plays)
        self._emit(BeliefUpdated(summary, tuple(replayer.predictions), replayer.p_before))
        self._worker.schedule(READ_CARD, self._read_card(replayer.decoder))

    def _read_card(self, decoder: Decoder) -> Iterator[None]:
        """Weigh all plays together, for the chances of other plays from now on."""
        decoder.read_card()
        self._answer(is_current=not self._worker.is_scheduled(REPLAY))
        yield
