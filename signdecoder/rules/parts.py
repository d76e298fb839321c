"""Which part each signal of a sequence plays in a rule: key sign, live signal, wipe-off or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from signdecoder.rules.rule import (
    CALLED,
    FAMILIES,
    NO_SIGNAL,
    Rule,
    pad_sequences,
    plays_called,
)

Part = Literal["key", "live", "wipe-off", ""]
_FOREIGN = -1000  # a signal that no rule is about


def find_parts(system: Rule, sequence: Sequence[int]) -> tuple[Part, ...]:
    """(T,) what each signal of a sequence is to a rule: key sign, live signal, wipe-off or none.

    Where the sequence calls the play, only signals without which it would not; else each that
    could have had a part.
    """
    named = [_part_of(system, signal) for signal in sequence]
    rows = pad_sequences([tuple(sequence)] * (1 + len(sequence)))
    for place in range(len(sequence)):
        rows[1 + place, place] = _FOREIGN
    called = plays_called(system, rows) == CALLED
    needed = called[0] & ~called[1:]
    if not needed.any():  # it calls nothing, or it calls the play twice over
        any_signal = NO_SIGNAL in system.calls and not called[0]
        return tuple("" if any_signal and part == "live" else part for part in named)
    return tuple(part if need else "" for part, need in zip(named, needed, strict=True))


def _part_of(system: Rule, signal: int) -> Part:
    """The part that a rule has for this signal, wherever it stands."""
    counts = FAMILIES[system.family].counts
    live = () if counts else system.calls[:1]
    if system.family == "hot":  # the second one means the same
        live += (system.second,)
    if signal in live:
        return "live"
    if signal in (system.indicator, system.second):
        return "key"
    if signal == system.wipe_off:
        return "wipe-off"
    return "live" if NO_SIGNAL in system.calls[:1] and not counts else ""
