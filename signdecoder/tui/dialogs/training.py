"""How a training goes that runs beside the game."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Label, ProgressBar
from textual_plotext import PlotextPlot

from signdecoder.core.text import printable
from signdecoder.session.training_process import BackgroundTraining
from signdecoder.tui.labels import training_words

_POINTS = 400  # of the loss that are drawn
_LOOKS = 0.25  # seconds between two looks


class TrainingScreen(ModalScreen[None]):
    """Shows the steps and the loss. To leave it lets the training go on; it can be stopped."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f6", "leave", "Leave")]

    def __init__(self, training: BackgroundTraining) -> None:
        super().__init__()
        self._training = training

    def compose(self) -> ComposeResult:
        """The bar, the loss, the buttons."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Train"
            yield Label(
                "Tunes the LSTM on all plays of every coach in the store. It takes some minutes,"
                " and is kept only where it foretells held-out games better. The game goes on.",
                markup=False,
            )
            yield ProgressBar(show_eta=False)
            yield PlotextPlot()
            yield Label("", id="state", markup=False)
            with Horizontal():
                yield Button("Stop", id="stop")
                yield Button("Back to the game", id="leave", variant="primary")

    def on_mount(self) -> None:
        """Show how far it is."""
        self.show()
        self.set_interval(_LOOKS, self.show)
        self.query_one("#leave").focus()

    def show(self) -> None:
        """Show how far it is now."""
        training = self._training
        self.query_one("#state", Label).update(printable(training_words(training)))
        self.query_one("#stop", Button).disabled = not training.runs
        if training.progress is not None:
            steps, step = training.progress.steps, training.progress.step
            self.query_one(ProgressBar).update(total=steps, progress=step)
        if len(training.losses) > 1:
            plot = self.query_one(PlotextPlot)
            plot.plt.clear_data()
            plot.plt.title("loss, nats")
            plot.plt.plot(*zip(*training.losses[-_POINTS:], strict=True), marker="braille")
            plot.refresh()

    def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Stop it, or leave."""
        if pressed.button.id == "stop":
            self._training.stop()
        else:
            self.dismiss()

    def action_leave(self) -> None:
        """Back to the game; the training goes on."""
        self.dismiss()
