"""The container of the live screen's panels."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from signdecoder.decoder.prediction import Prediction
from signdecoder.session.draft import Draft
from signdecoder.session.events import BeliefUpdated, LogChanged
from signdecoder.tui.live.gauge import Gauge
from signdecoder.tui.live.key_signs import KeySignPanel
from signdecoder.tui.live.next_step import NextStep
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.live.play_search import PlaySearch
from signdecoder.tui.messages import ActionRequested
from signdecoder.tui.widgets.key_button import KeyButton
from signdecoder.tui.widgets.keypad import Keypad
from signdecoder.tui.widgets.sequence import SequenceChips


class Board(Container):
    """Lay out the panels, and pass on to each what it has to show."""

    def __init__(self, play: str) -> None:
        super().__init__(id="board")
        self._play = play

    def compose(self) -> ComposeResult:
        """Lay out the verdict first, then the sequence, the keys, the key sign and the plays."""
        with Vertical(id="entry"):
            yield Gauge()
            yield SequenceChips()
            yield Keypad(id="pad", extras=_extra_keys)
            yield NextStep(self._play, id="next")
            yield PlaySearch(id="search")
            yield PlayList(id="plays")
        yield KeySignPanel()

    async def on_mount(self) -> None:
        """Say what is predicted, and offer the outcomes."""
        self.query_one(Gauge).play = self._play
        self.query_one(KeySignPanel).play = self._play
        await self.query_one(NextStep).show(is_choosing=False)

    def show_draft(self, draft: Draft) -> None:
        """Show the sequence so far. Known weights stay until new ones arrive."""
        chips = self.query_one(SequenceChips)
        if draft.signals != chips.signals:
            chips.show(draft.signals, chips.weights[: len(draft.signals)])
        self.query_one(Keypad).set_class(draft.ended, "-dimmed")
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
        self.query_one(KeySignPanel).plays = log.plays

    def show_belief(self, belief: BeliefUpdated | None, n_plays: int = 0) -> None:
        """Show what the decoder believes; None while it reads the coach's ``n_plays`` plays."""
        panel, gauge = self.query_one(KeySignPanel), self.query_one(Gauge)
        if belief is None:
            self.show_reading(0, n_plays)
        gauge.summary, panel.belief = belief.summary if belief else None, belief
        panel.is_replaying = False
        self.query_one(PlayList).show_predictions(belief)

    def show_replay_started(self) -> None:
        """Show that the decoder is reading plays again."""
        self.query_one(KeySignPanel).is_replaying = True


def _extra_keys() -> list[KeyButton]:
    """Return the keys that stand beside the signals."""
    return [
        KeyButton("?", "missed", lambda: ActionRequested("missed")),
        KeyButton("*", "missed …", lambda: ActionRequested("missed_some")),
        KeyButton("+", "signal", lambda: ActionRequested("add_signal")),
        KeyButton("/", "repeat", lambda: ActionRequested("repeat")),
        KeyButton("⌫ ", "back", lambda: ActionRequested("back")),
        KeyButton("Esc", "clear", lambda: ActionRequested("clear")),
    ]
