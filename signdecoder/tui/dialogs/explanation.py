"""The dialog that explains the prediction for one sequence."""

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

_MAX_WIDTH, _FRAME = 84, 7  # columns of the dialog, and of the frame around its text


class ExplanationScreen(ModalScreen[None]):
    """Show the explanation. G opens the network's gates."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f9,q", "dismiss", "Close"),
        Binding("g", "gates", "Network gates"),
    ]

    def __init__(self, explanation: Explanation) -> None:
        super().__init__()
        self._explanation = explanation

    def compose(self) -> ComposeResult:
        """Lay out the text of `signdecoder explain`, which scrolls."""
        with Vertical(classes="dialog", id="why") as dialog:
            dialog.border_title = "Why"
            dialog.border_subtitle = "Esc to close"
            with VerticalScroll():
                room = min(_MAX_WIDTH, round(0.96 * self.app.size.width)) - _FRAME
                yield Static(
                    printable_lines(format_explanation(self._explanation, room)), markup=False
                )
            yield Button("Network gates (G)", disabled=self._explanation.trace is None)

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def on_button_pressed(self) -> None:
        """Open the gates."""
        self.action_gates()

    def action_gates(self) -> None:
        """Open the network's gates, if there is a pair of signals to look at."""
        if self._explanation.trace is None:
            self.notify(NO_CANDIDATE, severity="warning")
        else:
            self.app.push_screen(GatesScreen(self._explanation.trace))
