"""Buttons for the next step: end the sequence, or enter the outcome."""

from __future__ import annotations

from textual.containers import ItemGrid

from signdecoder.tui.labels import OTHER_KEY, OUTCOME_KEYS, outcome_label
from signdecoder.tui.messages import ActionRequested, OutcomeChosen
from signdecoder.tui.widgets.key_button import KeyButton


class NextStep(ItemGrid):
    """Show the keys that work now, always in the same place."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id, min_column_width=12)
        self._ended: bool | None = None

    async def show(self, ended: bool) -> None:
        """Offer the outcomes if the sequence has ended, and otherwise its end."""
        if ended == self._ended:
            return
        self._ended = ended
        buttons = _outcome_buttons() if ended else _step_buttons()
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(buttons)


def _step_buttons() -> list[KeyButton]:
    return [
        KeyButton("⏎", "end", lambda: ActionRequested("end")),
        KeyButton("⌫", "back", lambda: ActionRequested("back")),
        KeyButton("esc", "clear", lambda: ActionRequested("clear")),
        KeyButton("?", "missed", lambda: ActionRequested("missed")),
        KeyButton("+", "signal", lambda: ActionRequested("add_signal")),
        KeyButton("/", "repeat", lambda: ActionRequested("repeat")),
    ]


def _outcome_buttons() -> list[KeyButton]:
    buttons = [_outcome_button(key, outcome) for key, outcome in OUTCOME_KEYS.items()]
    return [*buttons, KeyButton(OTHER_KEY, "other", lambda: ActionRequested("other_outcome"))]


def _outcome_button(key: str, outcome: str) -> KeyButton:
    return KeyButton(key, outcome_label(outcome), lambda: OutcomeChosen(outcome))
