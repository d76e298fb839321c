"""A rule in words."""

from __future__ import annotations

from collections.abc import Sequence

from signdecoder.rules.family import Names
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import NO_SIGNAL, Rule


def describe(rule: Rule, names: Sequence[str], plays: Sequence[str] = ("steal",)) -> str:
    """Say what a rule calls.

    Parameters
    ----------
    rule : Rule
        The rule.
    names : sequence of str
        The names of the signals, by number.
    plays : sequence of str
        The names of the plays, in the order of `rule.calls`. Plays without a name are left out.

    Returns
    -------
    str
        The rule in words, without a capital or a period.

    Examples
    --------
    >>> names = ["ear", "belt", "knee", "nose"]
    >>> describe(Rule("next", (1,), indicator=0), names)
    'belt right after ear = steal'
    >>> describe(Rule("next", (1, 2), indicator=0, wipe_off=3), names, ("steal", "hit_and_run"))
    'right after ear: belt = steal, knee = hit and run; nose cancels everything before it'
    """
    family, name = FAMILIES[rule.family], _namer(names)
    if rule.is_null:
        return family.heading(rule, name)
    calls = list(zip(family.call_words(rule, name), plays, strict=False))
    if len(calls) == 1:
        words = f"{family.phrase(rule, calls[0][0], name)} = {_play(calls[0][1])}"
    else:
        listed = ", ".join(f"{call} = {_play(play)}" for call, play in calls)
        words = f"{family.heading(rule, name)}: {listed}"
    if rule.activator != NO_SIGNAL:
        words += f"; only if {name(rule.activator)} comes last"
    if rule.wipe_off != NO_SIGNAL:
        what = "everything" if rule.wipes_anywhere else "everything before it"
        words += f"; {name(rule.wipe_off)} cancels {what}"
    return words


def describe_call(rule: Rule, names: Sequence[str]) -> str:
    """Say what calls the called play, without the rest of the rule.

    Parameters
    ----------
    rule : Rule
        The rule.
    names : sequence of str
        The names of the signals, by number.

    Returns
    -------
    str
        A live signal, or what is counted.

    Examples
    --------
    >>> describe_call(Rule("count_after", (3,), indicator=0), ["ear"])
    '3 signals after'
    """
    return FAMILIES[rule.family].call_alone(rule, _namer(names))


def _namer(names: Sequence[str]) -> Names:
    """Return the function that names a signal."""
    return lambda signal: "any signal" if signal == NO_SIGNAL else names[signal]


def _play(name: str) -> str:
    return name.replace("_", " ")
