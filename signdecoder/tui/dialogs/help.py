"""The help dialog: what the screen shows, and all keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Markdown


class HelpScreen(ModalScreen[None]):
    """Show a help text and a table of keys, both in Markdown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss", "Close"),
    ]

    def __init__(self, about: str, keys: str) -> None:
        super().__init__()
        self._about, self._keys = about, keys

    def compose(self) -> ComposeResult:
        """Lay out the text and the keys."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = "Esc to close"
            with VerticalScroll():
                yield Markdown(f"{self._about}\n\n## Keys\n\n{self._keys}\n")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()


def list_keys(screen: Screen[None]) -> str:
    """Return a table of the keys that work on this screen now, and what each does."""
    bindings = [active.binding for active in screen.active_bindings.values()]
    rows = [
        f"| {screen.app.get_key_display(binding)} | {binding.tooltip or binding.description} |"
        for binding in bindings
        if binding.description
    ]
    return "\n".join(["| key | does |", "|---|---|", *rows])
