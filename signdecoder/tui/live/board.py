"""The container of the live screen's panels."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from signdecoder.decoder.prediction import Prediction
from signdecoder.session.draft import Draft
from signdecoder.session.events import BeliefUpdated, LogChanged
from signdecoder.tui.live.gauge import Gauge
from signdecoder.tui.live.key_sign_plot import KeySignPlot
from signdecoder.tui.live.key_signs import KeySignPanel
from signdecoder.tui.live.next_step import NextStep
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.widgets.keypad import Keypad
from signdecoder.tui.widgets.sequence import SequenceChips

_HINT = "Press each touch's key as the coach gives it, then Enter."


class Board(Container):
    """Lay out the panels, and pass on to each what it has to show."""

    def __init__(self, play: str) -> None:
        super().__init__(id="board")
        self._play = play

    def compose(self) -> ComposeResult:
        """Lay out keypad, sequence and key sign, and below them plays and chart."""
        with Container(id="top"):
            yield Keypad(id="pad")
            with Vertical(id="sequence") as sequence:
                sequence.border_title = "This sequence"
                yield SequenceChips()
                yield Gauge()
                yield NextStep(id="next")
            yield KeySignPanel()
        with Container(id="bottom"):
            yield PlayList(id="plays")
            yield KeySignPlot(id="plot")

    async def on_mount(self) -> None:
        """Say what to do first."""
        self.query_one(Gauge).play = self._play
        self.query_one(KeySignPanel).play = self._play
        self.query_one(SequenceChips).hint = _HINT
        await self.query_one(NextStep).show(ended=False)

    def show_draft(self, draft: Draft) -> None:
        """Show the sequence so far. Known weights stay until new ones arrive."""
        chips = self.query_one(SequenceChips)
        if draft.signals != chips.signals:
            chips.show(draft.signals, chips.weights[: len(draft.signals)])
        self.call_later(self.query_one(NextStep).show, draft.ended)

    def show_asked(self) -> None:
        """Dim the prediction until the answer is there; an empty sequence has none."""
        gauge = self.query_one(Gauge)
        gauge.is_stale = True
        if not self.query_one(SequenceChips).signals:
            gauge.prediction = None

    def show_prediction(self, prediction: Prediction, is_current: bool) -> None:
        """Show the prediction for the sequence."""
        gauge = self.query_one(Gauge)
        gauge.prediction, gauge.is_stale = prediction, not is_current

    def show_reading(self, n_read: int, n_plays: int) -> None:
        """Show how far the decoder has read a log that is new to it."""
        for panel in (self.query_one(KeySignPanel), self.query_one(Gauge)):
            panel.n_read, panel.n_unread = n_read, n_plays

    def show_weights(self, signals: tuple[str, ...], weights: tuple[float, ...]) -> None:
        """Show the weight of each signal of the sequence."""
        self.query_one(SequenceChips).show(signals, weights)

    async def show_log(self, log: LogChanged) -> None:
        """Show the keypad and the stored plays."""
        await self.query_one(Keypad).show(log.keypad)
        self.query_one(PlayList).show_plays(log.plays, log.change_points)

    def show_belief(self, belief: BeliefUpdated | None, n_plays: int = 0) -> None:
        """Show what the decoder believes; None while it reads the coach's ``n_plays`` plays."""
        panel, gauge = self.query_one(KeySignPanel), self.query_one(Gauge)
        if belief is None:
            panel.n_unread = gauge.n_unread = n_plays
            panel.n_read = gauge.n_read = 0
        gauge.summary = panel.summary = belief.summary if belief else None
        panel.is_replaying = False
        self.query_one(PlayList).show_predictions(belief)
        if belief is not None:
            self.query_one(KeySignPlot).show(belief.past_predictions)

    def show_replay_started(self) -> None:
        """Show that the decoder is reading plays again."""
        self.query_one(KeySignPanel).is_replaying = True

    def redraw_plot(self, belief: BeliefUpdated | None) -> None:
        """Draw the chart again in the room it has now."""
        if belief is not None:
            self.call_after_refresh(self.query_one(KeySignPlot).redraw, belief.past_predictions)
