"""The line in which you type what the plays of the list have to show."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from signdecoder.tui.live.play_list import PlayList


class PlaySearch(Input):
    """Filter the plays as you type. Enter goes to the list, and Esc shows all plays again."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id, placeholder="search plays: belt steal", compact=True)
        self.display = False

    def begin(self) -> None:
        """Show the line and put the cursor into it."""
        self.display = True
        self.focus()

    def on_input_changed(self) -> None:
        """Filter the plays."""
        self.screen.query_one(PlayList).search(self.value)

    def on_input_submitted(self) -> None:
        """Go to the plays that were found."""
        self.screen.query_one(PlayList).focus()

    def action_close(self) -> None:
        """Show all plays again, and go back to them."""
        self.value, self.display = "", False
        self.screen.query_one(PlayList).focus()
