"""The stages of a practice round, and the actions that each allows."""

from __future__ import annotations

from enum import Enum, auto


class Stage(Enum):
    """A stage of a round. It decides which keys work."""

    START = auto()  # you choose a level and a seed
    GIVING = auto()  # the coach gives the signals
    ASKED = auto()  # you are to guess
    WAITING = auto()  # you have guessed, the decoder is still computing
    SHOWN = auto()  # the outcome is shown
    OVER = auto()  # the rule is shown


_ROUND = frozenset(Stage) - {Stage.START}
_STAGES: dict[str, frozenset[Stage]] = {
    "start": frozenset({Stage.START}),
    "level": frozenset({Stage.START}),
    "new_seed": frozenset({Stage.START}),
    "show_all": frozenset({Stage.GIVING}),
    "pace": frozenset({Stage.GIVING}),
    "guess": frozenset({Stage.ASKED}),
    "name": _ROUND - {Stage.OVER},
    "next_play": frozenset({Stage.SHOWN}),
    "show_rule": frozenset({Stage.SHOWN}),
    "next_round": frozenset({Stage.OVER}),
    "choose": _ROUND,
    "steals": _ROUND,
}


def is_allowed(action: str, stage: Stage) -> bool:
    """Return whether an action is allowed at a stage. Actions outside a round always are."""
    return action not in _STAGES or stage in _STAGES[action]
