"""Help: on what has the focus, and every key."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Markdown

GENERAL = """\
## A play, in as many keys as it has signals and two

1. The **signals**, each with its key on the pad, as the coach touches them.
2. **Enter** ends the sequence.
3. **The outcome**: S steal, N nothing, B bunt, H hit-and-run, Q squeeze, T take, O another,
   U unknown (nobody could tell).

The play is on disk before the line at the top says that it is recorded. Nothing is ever unsaved.
"""


class HelpScreen(ModalScreen[None]):
    """A text that is left with any of the usual keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss", "Leave"),
    ]

    def __init__(self, about: str, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._about, self._keys = about, keys

    def compose(self) -> ComposeResult:
        """What has the focus first, then the keys."""
        table = "\n".join(f"| {key} | {what} |" for key, what in self._keys)
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Help"
            with VerticalScroll():
                yield Markdown(f"{self._about}\n\n## Keys\n\n| key | does |\n|---|---|\n{table}\n")

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(VerticalScroll).focus()


def list_keys(screen: Screen[None]) -> list[tuple[str, str]]:
    """The keys that work on this screen now, and what each does."""
    bindings = [active.binding for active in screen.active_bindings.values()]
    return [
        (screen.app.get_key_display(binding), binding.tooltip or binding.description)
        for binding in bindings
        if binding.description
    ]
