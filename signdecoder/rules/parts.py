"""The part that each signal of a sequence plays in a rule: key sign, live signal or wipe-off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from signdecoder.rules.by_context import AnyRule, ContextRule
from signdecoder.rules.matching import plays_called
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import CALLED, NO_SIGNAL, Rule, pad_sequences

Part = Literal["key", "live", "wipe-off", ""]
_FOREIGN = -1000  # a signal that has no role in any rule


def find_parts(
    rule: AnyRule, sequence: Sequence[int], context: tuple[int, ...] = ()
) -> tuple[Part, ...]:
    """Find the part of each signal of a sequence.

    Parameters
    ----------
    rule : Rule or ContextRule
        The rule.
    sequence : sequence of int
        T signals.
    context : tuple of int, optional
        For a rule that depends on a context, the value of each of CONTEXT_KINDS. If the value is
        not known, a signal has the part that it has at the first value that gives it one.

    Returns
    -------
    tuple of {"key", "live", "wipe-off", ""}, length T
        If the sequence calls the play, only signals without which it would not have a part; else
        each signal that the rule has a part for.

    Examples
    --------
    >>> find_parts(Rule("next", (7,), indicator=4), (7, 4, 7))
    ('', 'key', 'live')
    """
    if isinstance(rule, ContextRule):
        known = rule.rule_for(rule.value_in(context))
        each = [find_parts(one, sequence) for one in ([known] if known else rule.rules)]
        return tuple(
            next((part for part in parts if part), "") for parts in zip(*each, strict=True)
        )
    possible = [_part_of(rule, signal) for signal in sequence]
    rows = pad_sequences([tuple(sequence)] * (1 + len(sequence)))
    for place in range(len(sequence)):
        rows[1 + place, place] = _FOREIGN
    called = plays_called(rule, rows) == CALLED
    needed = called[0] & ~called[1:]
    if not needed.any():  # it calls nothing, or it calls the play twice over
        any_signal = NO_SIGNAL in rule.calls and not called[0]
        return tuple("" if any_signal and part == "live" else part for part in possible)
    return tuple(part if need else "" for part, need in zip(possible, needed, strict=True))


def _part_of(rule: Rule, signal: int) -> Part:
    """Return the part that a rule has for a signal, wherever it stands."""
    live = rule.live_signals
    if signal in live:
        return "live"
    if signal in rule.indicators:
        return "key"
    if signal == rule.second:
        return FAMILIES[rule.family].second_part
    if signal == rule.wipe_off:
        return "wipe-off"
    return "live" if NO_SIGNAL in live else ""
