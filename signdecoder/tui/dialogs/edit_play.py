"""The dialog that edits or deletes a stored play."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import parse_outcome
from signdecoder.core.play import Play
from signdecoder.core.sequences import format_signals, parse_signals
from signdecoder.core.text import printable


class EditPlayScreen(ModalScreen[Play | str | None]):
    """Edit a play. The answer is the changed play, "delete", or None if cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("ctrl+s", "save", "Save"),
        Binding("ctrl+d", "delete", "Delete", priority=True),  # not the line with the cursor
    ]

    def __init__(self, play: Play, number: int) -> None:
        super().__init__()
        self._play, self._number = play, number

    def compose(self) -> ComposeResult:
        """Lay out one line for each field."""
        play = self._play
        with Vertical(classes="dialog", id="edit") as dialog:
            dialog.border_title = f"Play {self._number}"
            yield Label("Signals, in order; ? for one that you missed")
            yield Input(format_signals(play.signals), id="signals", compact=True)
            yield Label("Outcome: steal, none, bunt, … or unknown")
            yield Input(play.outcome, id="outcome", compact=True)
            yield Label("Game")
            yield Input(play.game, id="game", compact=True)
            yield Label("Note")
            yield Input(play.context.get("note", ""), id="note", compact=True)
            yield Label("", classes="error", markup=False)
            with Horizontal():
                yield Button("Delete", variant="error", id="delete")
                yield Button("Cancel", id="cancel")
                yield Button("Save", variant="primary", id="save")

    def on_input_submitted(self) -> None:
        """Save, on Enter in any line."""
        self.action_save()

    def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Run the action of a button."""
        {"delete": self.action_delete, "cancel": self.action_cancel, "save": self.action_save}[
            pressed.button.id or "cancel"
        ]()

    def action_save(self) -> None:
        """Answer with the changed play, or show what is wrong with it."""
        signals, outcome, game, note = (
            self.query_one(f"#{name}", Input).value
            for name in ("signals", "outcome", "game", "note")
        )
        try:
            context = {**self._play.context, "note": note.strip()}
            changed = replace(
                self._play,
                signals=parse_signals(signals),
                outcome=parse_outcome(outcome, {self._play.outcome}),
                game=game.strip(),
                context={name: text for name, text in context.items() if text},
            )
        except SigndecoderError as error:
            self.query_one(".error", Label).update(printable(str(error)))
            return
        self.dismiss(changed)

    def action_delete(self) -> None:
        """Answer that the play is to be deleted."""
        self.dismiss("delete")

    def action_cancel(self) -> None:
        """Answer None."""
        self.dismiss(None)
