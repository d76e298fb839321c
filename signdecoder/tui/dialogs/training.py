"""The dialog that starts a training, and shows its progress while you log."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Label, ProgressBar
from textual_plotext import PlotextPlot

from signdecoder.core.text import printable
from signdecoder.session.training_process import BackgroundTraining
from signdecoder.tui.labels import format_training

_QUESTION = (
    "Tune the network on everything you've logged? You're told how long it takes, or what is"
    " missing. It's kept only if it predicts games better that it has not seen. You can keep"
    " logging meanwhile."
)
_MAX_POINTS = 400  # of the loss that are drawn
_UPDATE_SECONDS = 0.25  # between two updates


class TrainingScreen(ModalScreen[None]):
    """Start a training, or show the one that is running. Closing the dialog does not stop it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f6", "close", "Close")]

    def __init__(
        self, start: Callable[[], BackgroundTraining], training: BackgroundTraining | None = None
    ) -> None:
        super().__init__()
        self._start, self._training = start, training

    def compose(self) -> ComposeResult:
        """Lay out the question, the progress and the buttons."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Train"
            yield Label(_QUESTION, id="question", markup=False)
            yield ProgressBar(show_eta=False)
            yield PlotextPlot()
            yield Label("", id="state", markup=False)
            with Horizontal():
                yield Button("Cancel", id="close")
                yield Button("Start", id="start", variant="primary")

    def on_mount(self) -> None:
        """Show the training's progress, if there is one."""
        self.show()
        self.set_interval(_UPDATE_SECONDS, self.show)
        self.query_one("#start").focus()

    def show(self) -> None:
        """Show the training's progress."""
        training = self._training
        for widget in (self.query_one(ProgressBar), self.query_one(PlotextPlot)):
            widget.display = training is not None
        self.query_one("#question").display = training is None  # on 24 rows there is room for one
        if training is None:
            return
        start, close = self.query_one("#start", Button), self.query_one("#close", Button)
        start.label, start.variant, start.disabled = "Stop", "default", not training.is_running
        close.label = "Close"
        self.query_one("#state", Label).update(printable(format_training(training)))
        if training.progress is not None:
            steps, step = training.progress.steps, training.progress.step
            self.query_one(ProgressBar).update(total=steps, progress=step)
        if len(training.losses) > 1:
            plot = self.query_one(PlotextPlot)
            plot.plt.clear_data()
            plot.plt.title("loss, nats")
            plot.plt.plot(*zip(*training.losses[-_MAX_POINTS:], strict=True), marker="braille")
            plot.refresh()

    def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Start or stop the training, or close the dialog."""
        if pressed.button.id == "close":
            self.dismiss()
        elif self._training is None:
            self._training = self._start()
            self.show()
            self.query_one("#close").focus()  # Enter must not stop what it has just started
        else:
            self._training.stop()

    def action_close(self) -> None:
        """Close the dialog without stopping the training."""
        self.dismiss()
