"""Buttons that end a play: stole, stayed, or one of the other plays."""

from __future__ import annotations

from textual.containers import ItemGrid

from signdecoder.tui.labels import BY_NAME, list_other_plays, outcome_label, outcome_words
from signdecoder.tui.messages import ActionRequested, OutcomeChosen
from signdecoder.tui.widgets.key_button import KeyButton


class NextStep(ItemGrid):
    """Show the keys that end the play; while another play is chosen, the digits of each."""

    def __init__(self, play: str, id: str) -> None:
        super().__init__(id=id, min_column_width=13)
        self._play = play
        self._is_choosing: bool | None = None
        self._cursor = 0

    @property
    def key(self) -> str:
        """The digit under the cursor."""
        return list(list_other_plays(self._play))[self._cursor]

    async def show(self, is_choosing: bool) -> None:
        """Offer the other plays, or the usual outcomes."""
        if is_choosing == self._is_choosing:
            return
        self._is_choosing, self._cursor = is_choosing, 0
        self.set_class(is_choosing, "-choosing")
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(self._digits() if is_choosing else self._outcomes())
        if is_choosing:
            self.move(0)

    def move(self, steps: int) -> None:
        """Move the cursor to another play."""
        buttons = list(self.query(KeyButton))
        self._cursor = (self._cursor + steps) % len(list_other_plays(self._play))
        for place, button in enumerate(buttons):
            button.set_class(place == self._cursor, "-cursor")

    def _outcomes(self) -> list[KeyButton]:
        called, nothing = outcome_words(self._play)
        return [
            KeyButton("Space", called, lambda: ActionRequested("stole")),
            KeyButton("Enter", nothing, lambda: ActionRequested("stayed")),
            KeyButton("Tab", "other play", lambda: ActionRequested("other")),
        ]

    def _digits(self) -> list[KeyButton]:
        buttons = [_digit(*item) for item in list_other_plays(self._play).items()]
        return [*buttons, KeyButton("Esc", "back", lambda: ActionRequested("clear"))]


def _digit(digit: str, outcome: str) -> KeyButton:
    if outcome == BY_NAME:
        return KeyButton(digit, "by name …", lambda: ActionRequested("other_by_name"))
    label = {"hit_and_run": "hit & run"}.get(outcome, outcome_label(outcome))
    return KeyButton(digit, label, lambda: OutcomeChosen(outcome))
