"""A rule in words."""

from __future__ import annotations

from collections.abc import Sequence

from signdecoder.rules.by_context import AnyRule, ContextRule
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import NO_SIGNAL, Rule
from signdecoder.rules.signal_names import NO_CLASSES, ClassWords, SignalNames


def describe(
    rule: AnyRule,
    names: Sequence[str],
    plays: Sequence[str] = ("steal",),
    classes: ClassWords = NO_CLASSES,
) -> str:
    """Say what a rule calls.

    Parameters
    ----------
    rule : Rule or ContextRule
        The rule.
    names : sequence of str
        The names of the signals, by number.
    plays : sequence of str
        The names of the plays, in the order of `rule.calls`. Plays without a name are left out.
    classes : mapping of frozenset of int to str, optional
        What to call sets of signals that have something in common.

    Returns
    -------
    str
        The rule in words, without a capital or a period.

    Examples
    --------
    >>> from signdecoder.rules.rule import Rule
    >>> names = ["ear", "belt", "knee", "nose"]
    >>> describe(Rule("next", (1,), indicator=0), names)
    'belt right after ear = steal'
    >>> describe(Rule("next", (1, 2), indicator=0, wipe_off=3), names, ("steal", "hit_and_run"))
    'right after ear: belt = steal, knee = hit and run; nose cancels everything before it'
    """
    if isinstance(rule, ContextRule):
        return _describe_by_context(rule, SignalNames(names, classes), plays)
    family, name = FAMILIES[rule.family], SignalNames(names, classes)
    if rule.is_null:
        return family.heading(rule, name)
    calls = list(zip(family.call_words(rule, name), plays, strict=False))
    if len(calls) == 1:
        words = f"{family.phrase(rule, calls[0][0], name)} = {_play(calls[0][1])}"
    else:
        listed = ", ".join(f"{call} = {_play(play)}" for call, play in calls)
        words = f"{family.heading(rule, name)}: {listed}"
    return words + _modifiers(rule, name)


def describe_where(rule: AnyRule, names: Sequence[str], classes: ClassWords = NO_CLASSES) -> str:
    """Say where a rule looks for what calls a play, and what cancels it.

    Parameters
    ----------
    rule : Rule or ContextRule
        The rule.
    names : sequence of str
        The names of the signals, by number.
    classes : mapping of frozenset of int to str, optional
        What to call sets of signals that have something in common.

    Returns
    -------
    str
        A phrase that is the same for all plays of a sign card.

    Examples
    --------
    >>> from signdecoder.rules.rule import Rule
    >>> describe_where(Rule("next", (1,), indicator=0, wipe_off=2), ["ear", "belt", "knee"])
    'right after ear; knee cancels everything before it'
    """
    name = SignalNames(names, classes)
    if isinstance(rule, ContextRule):
        return f"depends on {rule.context.depends_on}"
    return FAMILIES[rule.family].heading(rule, name) + _modifiers(rule, name)


def _modifiers(rule: Rule, name: SignalNames) -> str:
    """Say what confirms and what cancels."""
    words = ""
    if rule.activator != NO_SIGNAL:
        words += f"; only if {name(rule.activator)} comes last"
    if rule.wipe_off != NO_SIGNAL:
        what = "everything" if rule.wipes_anywhere else "everything before it"
        words += f"; {name(rule.wipe_off)} cancels {what}"
    return words


def describe_call(rule: AnyRule, names: Sequence[str], classes: ClassWords = NO_CLASSES) -> str:
    """Say what calls the called play, without the rest of the rule.

    Parameters
    ----------
    rule : Rule or ContextRule
        The rule.
    names : sequence of str
        The names of the signals, by number.
    classes : mapping of frozenset of int to str, optional
        What to call sets of signals that have something in common.

    Returns
    -------
    str
        A live signal, or what is counted.

    Examples
    --------
    >>> from signdecoder.rules.rule import Rule
    >>> describe_call(Rule("count_after", (3,), indicator=0), ["ear"])
    '3 signals after'
    """
    if isinstance(rule, ContextRule):
        return _list_by_value(rule, [describe_call(one, names, classes) for one in rule.rules])
    return FAMILIES[rule.family].call_alone(rule, SignalNames(names, classes))


def _describe_by_context(rule: ContextRule, name: SignalNames, plays: Sequence[str]) -> str:
    """Say what a rule calls at each value: first what depends on it, or where it does not."""
    family = FAMILIES[rule.rules[0].family]
    calls = list(zip(family.call_words(rule.rules[0], name), plays, strict=False))
    if rule.varies == "key":
        keys = _list_by_value(rule, [name.any_of(one.indicators) for one in rule.rules])
        listed = ", ".join(f"{call} = {_play(play)}" for call, play in calls[1:])
        first = f"{calls[0][0]} right after it = {_play(calls[0][1])}"
        return f"the key is {keys}; then {first}" + (f", {listed}" if listed else "")
    lives = describe_call(rule, name.by_number, name.classes)
    listed = ", ".join(f"{call} = {_play(play)}" for call, play in [(lives, plays[0]), *calls[1:]])
    return f"{family.heading(rule.rules[0], name)}: {listed}"


def _list_by_value(rule: ContextRule, words: Sequence[str]) -> str:
    """List what holds at each value of the context; a single text if it always holds."""
    if len(set(words)) == 1:
        return words[0]
    when = rule.context.value_words
    between = "; " if any("," in text for text in (*when, *words)) else ", "
    return between.join(f"{text} {at}" for text, at in zip(words, when, strict=True))


def _play(name: str) -> str:
    return name.replace("_", " ")
