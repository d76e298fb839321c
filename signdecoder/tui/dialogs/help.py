"""The help dialog: the panel that has the focus, and all keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Markdown

GENERAL = """\
## Logging a play

1. **Signals**: press each touch's key as the coach gives it, and **?** for one that you missed.
2. **Enter** ends the sequence.
3. **Outcome**: S steal, N nothing, B bunt, H hit-and-run, Q squeeze, T take, O other play,
   U unknown (for example, no pitch was thrown).

Every play is saved as soon as it appears in the list.
"""


class HelpScreen(ModalScreen[None]):
    """Show a help text and a table of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss", "Close"),
    ]

    def __init__(self, about: str, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._about, self._keys = about, keys

    def compose(self) -> ComposeResult:
        """Lay out the text and the keys."""
        table = "\n".join(f"| {key} | {what} |" for key, what in self._keys)
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = "Esc to close"
            with VerticalScroll():
                yield Markdown(f"{self._about}\n\n## Keys\n\n| key | does |\n|---|---|\n{table}\n")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()


def list_keys(screen: Screen[None]) -> list[tuple[str, str]]:
    """Return the keys that work on this screen now, and what each does."""
    bindings = [active.binding for active in screen.active_bindings.values()]
    return [
        (screen.app.get_key_display(binding), binding.tooltip or binding.description)
        for binding in bindings
        if binding.description
    ]
