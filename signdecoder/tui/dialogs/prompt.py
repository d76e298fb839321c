"""A question that is answered with a line of text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from signdecoder.core.text import printable


class PromptScreen(ModalScreen[str | None]):
    """Asks for one line; None if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, title: str, what: str, value: str = "") -> None:
        super().__init__()
        self._title, self._what, self._value = title, what, value

    def compose(self) -> ComposeResult:
        """The question and the line."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Label(printable(self._what), markup=False)
            yield Input(self._value)
            yield Label("Enter takes it, Escape leaves.", classes="quiet")

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Answer with what was written."""
        self.dismiss(submitted.value.strip() or None)

    def action_leave(self) -> None:
        """Answer with nothing."""
        self.dismiss(None)
