"""Buttons for everything that can be done at this stage of a round."""

from __future__ import annotations

from asyncio import Lock

from textual.containers import ItemGrid

from signdecoder.tui.messages import ActionRequested
from signdecoder.tui.practice.labels import GUESSES
from signdecoder.tui.practice.stage import Stage
from signdecoder.tui.widgets.key_button import KeyButton

_NEXT, _RULE = ("⏎", "next play", "next_play"), ("F4", "show rule", "show_rule")
_STEPS: dict[Stage, tuple[tuple[str, str, str], ...]] = {
    Stage.START: (
        ("⏎", "start", "start"), ("←", "easier", "level(-1)"), ("→", "harder", "level(1)"),
        ("F5", "new seed", "new_seed"),
    ),
    Stage.GIVING: (("⏎", "show all", "show_all"), ("-", "slower", "pace(1)"),
                   ("+", "faster", "pace(-1)")),
    Stage.ASKED: tuple((str(n), word, f"guess({n})") for n, word in enumerate(GUESSES, 1)),
    Stage.SHOWN: (_NEXT, _RULE),
    Stage.OVER: (("⏎", "next round", "next_round"), ("F2", "level", "choose")),
}  # fmt: skip
_STEPS[Stage.WAITING] = _STEPS[Stage.ASKED]


class RoundButtons(ItemGrid):
    """Show the keys that work now, always in the same place."""

    def __init__(self) -> None:
        super().__init__(min_column_width=14)
        self._shown: tuple[tuple[str, str, str], ...] = ()
        self._wanted: tuple[tuple[str, str, str], ...] = ()
        self._mounting = Lock()  # a key and the end of a sequence may arrive together

    async def show(self, stage: Stage) -> None:
        """Show the buttons of this stage."""
        steps = self._wanted = _STEPS[stage]
        async with self._mounting:
            if steps == self._shown or steps != self._wanted:
                return
            self._shown = steps
            with self.app.batch_update():
                await self.remove_children()
                await self.mount_all(_button(*step) for step in steps)


def _button(key: str, label: str, action: str) -> KeyButton:
    return KeyButton(key, label, lambda: ActionRequested(action))
