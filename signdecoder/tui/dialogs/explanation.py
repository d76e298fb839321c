"""Why it is thought so: the explanation of one sequence, and the way to the LSTM's gates."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from signdecoder.analysis.attribution import Explanation
from signdecoder.core.text import printable_lines
from signdecoder.reports.explanation_text import format_explanation
from signdecoder.reports.gate_text import NO_CANDIDATE
from signdecoder.tui.gates.screen import GatesScreen

_WIDEST, _FRAME = 84, 7  # columns of the dialog, and of what is around its text


class ExplanationScreen(ModalScreen[None]):
    """The explanation in words; G opens the gates."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f9,q", "dismiss", "Leave"),
        Binding("g", "gates", "The LSTM's gates"),
    ]

    def __init__(self, explanation: Explanation) -> None:
        super().__init__()
        self._told = explanation

    def compose(self) -> ComposeResult:
        """All that `signdecoder explain` tells, as text that scrolls."""
        with Vertical(classes="dialog", id="why") as dialog:
            dialog.border_title = "Why"
            dialog.border_subtitle = "esc leave"
            with VerticalScroll():
                room = min(_WIDEST, round(0.96 * self.app.size.width)) - _FRAME
                yield Static(printable_lines(format_explanation(self._told, room)), markup=False)
            yield Button("The LSTM's gates (G)", disabled=self._told.trace is None)

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(VerticalScroll).focus()

    def on_button_pressed(self) -> None:
        """The same by touch."""
        self.action_gates()

    def action_gates(self) -> None:
        """The LSTM opened up, if there is a pair to look at."""
        if self._told.trace is None:
            self.notify(NO_CANDIDATE, severity="warning")
        else:
            self.app.push_screen(GatesScreen(self._told.trace))
