"""A line that tells how far a training is that runs beside the game."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from signdecoder.core.text import bar, printable
from signdecoder.session.training_process import BackgroundTraining
from signdecoder.tui.labels import training_words

_BAR = 20  # columns


class TrainingStatus(Widget):
    """The bar, the step and the loss; not there where nothing is trained."""

    def __init__(self) -> None:
        super().__init__()
        self._training: BackgroundTraining | None = None
        self.display = False

    def show(self, training: BackgroundTraining) -> None:
        """Show how far this one is now."""
        self._training = training
        self.display = training.runs
        self.refresh()

    def render(self) -> Content:
        """One line."""
        training = self._training
        if training is None:
            return Content("")
        progress = training.progress
        share = progress.step / max(1, progress.steps) if progress else 0.0
        return Content.assemble(
            Content.styled(" Training ", "bold"),
            Content.styled(bar(share, _BAR) + "│", "$accent"),
            Content.styled(f" {printable(training_words(training))} · F6", "$quiet"),
        ).truncate(self.size.width, ellipsis=True)
