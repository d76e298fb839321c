"""Draw random rules from the prior, and decoys like a rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from signdecoder.rules import prior
from signdecoder.rules.drawing import SignalDraw
from signdecoder.rules.registry import FAMILIES, drawing_order
from signdecoder.rules.rule import NO_SIGNAL, Rule


def draw_rule(
    rng: np.random.Generator,
    vocabulary: int,
    family: str,
    n_others: int,
    wipe_off: bool | None = None,
    *,
    n_live: int = 1,
    n_indicators: int = 1,
) -> Rule:
    """Draw a random rule of a family.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    vocabulary : int
        Number of signals that the coach uses.
    family : str
        Name of the family.
    n_others : int
        Number of other plays, if the vocabulary has room.
    wipe_off : bool, optional
        Whether the rule has a wipe-off; drawn from the prior if None.
    n_live, n_indicators : int
        How many signals call the called play, and how many count as the indicator; more than one
        in families that take sets.

    Returns
    -------
    Rule
        The rule, sometimes with a wipe-off or an activator.
    """
    draw, kind = SignalDraw(rng, vocabulary), FAMILIES[family]
    rule = kind.sample(draw, n_others)
    if n_live > 1 or n_indicators > 1:
        rule = replace(
            rule,
            more_indicators=draw.take_more(n_indicators - 1),
            more_live=draw.take_more(n_live - 1),
        )
    wipes = wipe_off
    if wipes is None:
        wipes = draw.happens(prior.WIPE_OFF) and kind.can_be_wiped_off
    wipe = draw.take() if wipes and not rule.is_null else NO_SIGNAL
    confirms = draw.happens(prior.ACTIVATOR) and kind.can_be_confirmed
    return replace(
        rule,
        wipe_off=wipe,
        wipes_anywhere=wipe != NO_SIGNAL and draw.happens(prior.WIPES_ANYWHERE),
        activator=draw.take() if confirms and len(draw.left) > 1 else NO_SIGNAL,
    )


def draw_family(rng: np.random.Generator, vocabulary: int, power: float = 1.0) -> str:
    """Draw a family by its weight.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    vocabulary : int
        Number of signals that the coach uses: families that need more are left out.
    power : float
        Power of the weights; below 1, rare families come more often.

    Returns
    -------
    str
        Name of the family.
    """
    families = [f for f in drawing_order() if f.smallest_vocabulary <= vocabulary]
    weights = np.array([family.weight for family in families]) ** power
    return families[int(rng.choice(len(families), p=weights / weights.sum()))].name


def draw_decoy(rule: Rule, vocabulary: int, rng: np.random.Generator) -> Rule | None:
    """Draw a meaningless rule like a given one: with other live signals, another key or both.

    Parameters
    ----------
    rule : Rule
        The coach's rule.
    vocabulary : int
        Number of signals that the coach uses.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Rule or None
        The decoy; None if every signal has a role in the rule.
    """
    free = [int(s) for s in rng.permutation(vocabulary) if s not in rule.roles]
    if not free:
        return None
    if rule.indicator == NO_SIGNAL:  # "twice" and "sandwich" may take any signal: give a pair
        if rule.calls[0] == NO_SIGNAL:
            return Rule("next", (free[0],), free[-1])
        return Rule(rule.family, (free[0],), step=rule.step)
    new_key, new_call = rng.random() < 0.5, rng.random() < 0.7
    if len(free) == 1 or not (new_key or new_call):
        new_key, new_call = False, True
    if rule.takes_any:
        return _draw_wide_decoy(rule, free, new_key, new_call)
    key = free[0] if new_key else rule.indicator
    call = free[-1]
    if rule.counts:
        call = int(rng.choice([n for n in range(1, 6) if n not in rule.calls]))
    return Rule(
        rule.family,
        (call,) if new_call else rule.calls[:1],
        key,
        key if rule.second == rule.indicator else rule.second,
        rule.step,
    )


def _draw_wide_decoy(rule: Rule, free: list[int], new_key: bool, new_call: bool) -> Rule:
    """Return a decoy with as many live signals as a rule, if enough of them are free."""
    if new_key:
        rule = replace(rule, indicator=free[0], more_indicators=())
        free = free[1:]
    if new_call:
        lives = free[: 1 + len(rule.more_live)]
        rule = replace(rule, calls=(lives[0],), more_live=tuple(lives[1:]))
    return replace(rule.plain, calls=rule.calls[:1])
