"""What comes next: the end of the sequence, or the outcome; each by key and by touch."""

from __future__ import annotations

from textual.containers import ItemGrid

from signdecoder.tui.labels import OTHER_KEY, OUTCOME_KEYS, outcome_words
from signdecoder.tui.messages import OutcomeGiven, StepAsked
from signdecoder.tui.widgets.key_button import KeyButton


class NextStep(ItemGrid):
    """The keys that work now, in the same place whichever they are."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id, min_column_width=12)
        self._ended: bool | None = None

    async def show(self, ended: bool) -> None:
        """Offer the outcomes if the sequence has ended, else its end."""
        if ended == self._ended:
            return
        self._ended = ended
        caps = _outcomes() if ended else _steps()
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(caps)


def _steps() -> list[KeyButton]:
    return [
        KeyButton("⏎", "end", lambda: StepAsked("end")),
        KeyButton("⌫", "back", lambda: StepAsked("back")),
        KeyButton("esc", "clear", lambda: StepAsked("clear")),
        KeyButton("+", "signal", lambda: StepAsked("add_signal")),
        KeyButton("/", "repeat", lambda: StepAsked("repeat")),
    ]


def _outcomes() -> list[KeyButton]:
    given = [_outcome(key, outcome) for key, outcome in OUTCOME_KEYS.items()]
    return [*given, KeyButton(OTHER_KEY, "another", lambda: StepAsked("other_outcome"))]


def _outcome(key: str, outcome: str) -> KeyButton:
    return KeyButton(key, outcome_words(outcome), lambda: OutcomeGiven(outcome))
