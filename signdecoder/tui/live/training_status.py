"""A line that shows the progress of a training while you log."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from signdecoder.core.text import bar, printable
from signdecoder.session.training_process import BackgroundTraining
from signdecoder.tui.labels import format_training

_BAR = 20  # columns


class TrainingStatus(Widget):
    """Show a progress bar, the step and the loss. Hidden while nothing is trained."""

    def __init__(self) -> None:
        super().__init__()
        self._training: BackgroundTraining | None = None
        self.display = False

    def show(self, training: BackgroundTraining) -> None:
        """Show the progress of this training."""
        self._training = training
        self.display = training.is_running
        self.refresh()

    def render(self) -> Content:
        """Draw the line."""
        training = self._training
        if training is None:
            return Content("")
        progress = training.progress
        share = progress.step / max(1, progress.steps) if progress else 0.0
        return Content.assemble(
            Content.styled(" Training ", "bold"),
            Content.styled(bar(share, _BAR) + "│", "$accent"),
            Content.styled(f" {printable(format_training(training))} · F6", "$quiet"),
        ).truncate(self.size.width, ellipsis=True)
