"""A dialog that asks for one line of text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from signdecoder.core.text import printable


class PromptScreen(ModalScreen[str | None]):
    """Ask for one line of text. The answer is None if the dialog is cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, title: str, question: str, value: str = "") -> None:
        super().__init__()
        self._title, self._question, self._value = title, question, value

    def compose(self) -> ComposeResult:
        """Lay out the question and the input line."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Label(printable(self._question), markup=False)
            yield Input(self._value)
            yield Label("Enter to save · Esc to cancel", classes="quiet")

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Answer with the text."""
        self.dismiss(submitted.value.strip() or None)

    def action_cancel(self) -> None:
        """Answer None."""
        self.dismiss(None)
