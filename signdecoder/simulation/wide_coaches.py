"""Coaches with the wider kinds of rules that coaches tell of: sets of signals, and contexts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from signdecoder.core.contexts import CONTEXT_KINDS
from signdecoder.rules.by_context import ContextRule, Varies
from signdecoder.rules.drawing import SignalDraw
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import Rule
from signdecoder.simulation.behaviour import Behaviour, draw_habits, with_lengths
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.context_coach import AnyCoach, ContextCoach
from signdecoder.simulation.random_rules import draw_rule
from signdecoder.simulation.sampling import draw_hider

_OTHER_PLAYS = (0.05, 0.12)  # lowest and highest share of each other play
_OTHER_KEYS = (0.5, 1.0)  # how often the pair of another moment is shown, relative to the call


def _next_of(
    n_live: int | None = 1, n_indicators: int = 1
) -> Callable[[np.random.Generator, int], Rule]:
    """Return what draws rules of the family `next`; None live signals are half of all."""

    def draw(rng: np.random.Generator, vocabulary: int) -> Rule:
        lives = vocabulary // 2 if n_live is None else n_live
        rule = draw_rule(rng, vocabulary, "next", 0, False, n_live=lives, n_indicators=n_indicators)
        return rule.plain

    return draw


def _of_family(name: str, n_others: int = 0) -> Callable[[np.random.Generator, int], Rule]:
    """Return what draws rules of a family, with some other plays."""
    return lambda rng, vocabulary: FAMILIES[name].sample(SignalDraw(rng, vocabulary), n_others)


def _around_another(rng: np.random.Generator, vocabulary: int) -> Rule:
    """Draw a key around a given signal, or around any."""
    if rng.random() < 0.5:
        return FAMILIES["framed"].sample(SignalDraw(rng, vocabulary), 0)
    return Rule("sandwich", (int(rng.integers(vocabulary)),), step=2)


_PLAIN: Mapping[str, Callable[[np.random.Generator, int], Rule]] = {
    "any_of_three": _next_of(3),
    "any_of_two": _next_of(2),
    "half_of_all": _next_of(None),
    "two_indicators": _next_of(1, 2),
    "count_one": _of_family("count_one", 2),
    "either_order": _of_family("either_order"),
    "two_roles": _around_another,
    "unless": _of_family("unless", 1),
}
_BY_CONTEXT: Mapping[str, tuple[str, Varies]] = {
    "by_inning": ("inning_rotation", "key"),
    "by_outs": ("outs", "key"),
    "by_count": ("ahead", "live"),
}
WIDE_KINDS: Mapping[str, str] = {
    "any_of_three": "any of three signals right after the key",
    "any_of_two": "either of two signals right after the key",
    "half_of_all": "any of half of all signals right after the key",
    "two_indicators": "the signal right after either of two keys",
    "by_inning": "the key changes from inning to inning, three in turn",
    "by_outs": "the key depends on the number of outs",
    "by_count": "the live signal depends on whether the batter is ahead",
    "count_one": "how often one signal comes after the key",
    "either_order": "key and live signal side by side",
    "two_roles": "the key twice, with a given signal between or any",
    "unless": "live right after key, without a certain signal next",
}
"""The kinds of rules, by name, in a few words."""


def draw_wide_coach(
    rng: np.random.Generator,
    kind: str,
    vocabulary: int,
    *,
    rate: float,
    lengths: tuple[int, int] = (5, 9),
    noise: Noise | None = None,
) -> AnyCoach:
    """Draw a coach who hides a rule of a kind among near misses and decoys.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    kind : str
        One of WIDE_KINDS.
    vocabulary : int
        Number of signals, at least 6.
    rate : float
        Share of plays in which the coach intends the called play.
    lengths : tuple of (int, int)
        Fewest and most signals of a sequence.
    noise : Noise, optional
        Why outcomes differ from signs; no noise if None.

    Returns
    -------
    Coach or ContextCoach
        The coach.
    """
    while True:
        habits = with_lengths(draw_habits(rng, vocabulary, lengths[1], phrase_rate=rate), lengths)
        drawn: AnyCoach | None
        if kind in _BY_CONTEXT:
            drawn = _draw_context_coach(*_BY_CONTEXT[kind], habits, rate, noise or Noise(), rng)
        else:
            rule = _PLAIN[kind](rng, vocabulary)
            others = (float(rng.uniform(*_OTHER_PLAYS)) for _ in rule.calls[1:])
            drawn = _draw_hider(rule, habits, (rate, *others), noise or Noise(), rng)
        if drawn:
            return drawn


def _draw_hider(
    rule: Rule,
    habits: Behaviour,
    rates: tuple[float, ...],
    noise: Noise,
    rng: np.random.Generator,
) -> Coach | None:
    """Draw a coach with a given rule, or None if the habits cannot hide it."""
    coach = draw_hider(rng, rule, habits, rates)
    return replace(coach, noise=noise) if coach else None


def _draw_context_coach(
    kind: str,
    varies: Varies,
    habits: Behaviour,
    rate: float,
    noise: Noise,
    rng: np.random.Generator,
) -> ContextCoach | None:
    """Draw a coach with another key, or another live signal, at each value of a context."""
    n_values = next(each.n_values for each in CONTEXT_KINDS if each.name == kind)
    own, *several = SignalDraw(rng, habits.vocabulary).take_more(1 + n_values)
    pairs = [(key, own) if varies == "key" else (own, key) for key in several]
    rules = tuple(Rule("next", (live,), key) for key, live in pairs)
    coach = _draw_hider(rules[0], habits, (rate,), noise, rng)
    if coach is None:
        return None
    return ContextCoach(
        ContextRule(kind, varies, rules), tuple(_as_at(coach, rule, rules, rng) for rule in rules)
    )


def _as_at(coach: Coach, rule: Rule, rules: tuple[Rule, ...], rng: np.random.Generator) -> Coach:
    """Return the coach while one of their rules holds: the others are decoys then."""
    others = [one for one in rules if one != rule]
    dead = [
        pair for pair in zip(coach.decoys, coach.decoy_rates, strict=True) if pair[0] not in rules
    ]
    shares = coach.rates[0] * rng.uniform(*_OTHER_KEYS, len(others))
    rates = np.array([*shares, *(share for _, share in dead)])
    rates *= min(1.0, 0.95 / rates.sum())
    return replace(
        coach,
        rule=rule,
        decoys=(*others, *(decoy for decoy, _ in dead)),
        decoy_rates=tuple(rates.tolist()),
    )
