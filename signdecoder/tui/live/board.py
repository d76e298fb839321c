"""The board of the live screen: what is given, what is said of it, and what is behind that."""

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

_HINT = "Press a signal's key as the coach touches it. Enter ends the sequence."


class Board(Container):
    """Hands on to its panels what there is to show; what they announce goes past it."""

    def __init__(self, play: str) -> None:
        super().__init__(id="board")
        self._play = play

    def compose(self) -> ComposeResult:
        """The pad, the sequence, the key sign; the plays, the plot."""
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
        """Say what to do before anything is given."""
        self.query_one(Gauge).play = self._play
        self.query_one(SequenceChips).hint = _HINT
        await self.query_one(NextStep).show(ended=False)

    def show_draft(self, draft: Draft) -> None:
        """The sequence so far; weights that were told stay until new ones come."""
        chips = self.query_one(SequenceChips)
        if draft.signals != chips.signals:
            chips.show(draft.signals, chips.weights[: len(draft.signals)])
        if not draft.signals:
            self.query_one(Gauge).prediction = None
        self.call_later(self.query_one(NextStep).show, draft.ended)

    def show_prediction(self, prediction: Prediction) -> None:
        """What is said of the sequence."""
        self.query_one(Gauge).prediction = prediction

    def show_weights(self, signals: tuple[str, ...], weights: tuple[float, ...]) -> None:
        """What each of its signals weighs."""
        self.query_one(SequenceChips).show(signals, weights)

    async def show_book(self, book: LogChanged) -> None:
        """The pad, and the plays as they are recorded."""
        await self.query_one(Keypad).show(book.pad)
        self.query_one(PlayList).show_plays(book.plays, book.changes)

    def show_standing(self, standing: BeliefUpdated | None) -> None:
        """What is thought of the signs; None while nothing is known of this coach."""
        keys = self.query_one(KeySignPanel)
        self.query_one(Gauge).standing = keys.standing = standing.summary if standing else None
        keys.catching_up = False
        self.query_one(PlayList).show_points(standing.points if standing else ())
        if standing is not None:
            self.query_one(KeySignPlot).show(standing.points)

    def show_catching_up(self) -> None:
        """Plays are being read again."""
        self.query_one(KeySignPanel).catching_up = True

    def redraw_plot(self, standing: BeliefUpdated | None) -> None:
        """Draw the plot for the room that it has now."""
        if standing is not None:
            self.call_after_refresh(self.query_one(KeySignPlot).redraw, standing.points)
