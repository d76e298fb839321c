"""Where a practice round stands, and what can be done there."""

from __future__ import annotations

from enum import Enum, auto


class Stage(Enum):
    """Where a round stands: which keys work follows from it."""

    START = auto()  # a level and a seed are chosen
    GIVING = auto()  # the signals come
    ASKED = auto()  # all have come, the guess is awaited
    WAITING = auto()  # guessed; the decoder is not ready yet
    TOLD = auto()  # what came is told
    OVER = auto()  # the rule is told


_ROUND = frozenset(Stage) - {Stage.START}
_STAGES: dict[str, frozenset[Stage]] = {
    "start": frozenset({Stage.START}),
    "level": frozenset({Stage.START}),
    "new_seed": frozenset({Stage.START}),
    "show_all": frozenset({Stage.GIVING}),
    "pace": frozenset({Stage.GIVING}),
    "guess": frozenset({Stage.ASKED}),
    "name": _ROUND - {Stage.OVER},
    "go_on": frozenset({Stage.TOLD}),
    "tell_rule": frozenset({Stage.TOLD}),
    "next_round": frozenset({Stage.OVER}),
    "choose": _ROUND,
    "steals": _ROUND,
}


def can_do(action: str, stage: Stage) -> bool:
    """Can this be done at this stage? What is not of a round can be done always."""
    return action not in _STAGES or stage in _STAGES[action]
