"""Draw random coaches: a rule, habits that go with it, and decoys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import CALLED, NO_SIGNAL, NULL, Rule, Sequences
from signdecoder.simulation.behaviour import Behaviour, draw_habits, draw_sequences
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.patterns import insert_pattern, lengths_of
from signdecoder.simulation.random_rules import draw_decoy, draw_family, draw_rule


def draw_coach(
    rng: np.random.Generator,
    vocabulary: int,
    width: int,
    *,
    rate: float,
    other_rate: float = 0.0,
    family: str | None = None,
    wipe_off: bool | None = None,
    noise: Noise | None = None,
    hides: bool | None = None,
    n_live: int = 1,
    n_indicators: int = 1,
) -> Coach:
    """Draw a random coach.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    vocabulary : int
        Number of signals.
    width : int
        Most signals in a sequence.
    rate : float
        Share of plays in which the coach intends the called play.
    other_rate : float
        Share of plays in which the coach intends another play, all of them together.
    family : str, optional
        Family of the rule; drawn by weight if None.
    wipe_off : bool, optional
        Whether the rule has a wipe-off; drawn from the prior if None.
    noise : Noise, optional
        Why outcomes differ from signs; no noise if None.
    hides : bool, optional
        True to hide the rule among decoys. False to draw a rule that the habits alone show about
        as often as `rate`, so that the frequency of signals is no evidence of the rule; if none is
        found, the coach hides one. Drawn if None.
    n_live, n_indicators : int
        How many signals call the called play, and how many count as the indicator; see `draw_rule`.

    Returns
    -------
    Coach
        The coach.
    """
    hides = bool(rng.random() < 0.6) if hides is None else hides
    habits = draw_habits(rng, vocabulary, width, phrase_rate=rate)
    others = 0 if other_rate <= 0 else int(rng.integers(1, 4))
    rates = (rate, *(other_rate / max(1, others),) * others)
    chosen = family or draw_family(rng, vocabulary)
    rule = draw_rule(
        rng, vocabulary, chosen, others, wipe_off, n_live=n_live, n_indicators=n_indicators
    )
    coach = Coach(
        rule,
        habits,
        rates[: len(rule.calls)],
        noise or Noise(),
        hides=hides or chosen == NULL,
        near_miss_rate=rng.uniform(0.0, 0.9),
        dummy_rate=rng.uniform(0.05, 0.3),
    )
    return _with_decoys(_fit_to_habits(coach, others, wipe_off, rng), rng)


def draw_hider(
    rng: np.random.Generator, rule: Rule, habits: Behaviour, rates: tuple[float, ...]
) -> Coach | None:
    """Draw a coach with given habits who hides a given rule, as coaches of `draw_coach` do.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    rule : Rule
        The rule.
    habits : Behaviour
        The habits.
    rates : tuple of float
        Share of plays in which the coach intends each of `rule.calls`.

    Returns
    -------
    Coach or None
        The coach; None if sequences with these habits cannot show the rule.
    """
    coach = Coach(
        rule,
        habits,
        rates,
        Noise(),
        near_miss_rate=rng.uniform(0.0, 0.9),
        dummy_rate=rng.uniform(0.05, 0.3),
    )
    if not _can_hide(rule, draw_sequences(habits, 100, rng), rng):
        return None
    return _with_decoys(coach, rng)


def change_signs(coach: Coach, rng: np.random.Generator) -> Coach:
    """Give a coach another rule of the same family: a new key sign, sometimes new live signals.

    A coach who hides keeps the old rule as a decoy.

    Parameters
    ----------
    coach : Coach
        The coach before the change.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Coach
        The coach after the change; the same object if the family has no other key sign to change
        to.
    """
    old = coach.rule
    wipes, others = old.wipe_off != NO_SIGNAL, len(old.calls) - 1
    only_key = rng.random() < 0.8
    for _ in range(20):
        fresh = _draw_like(old, coach, others, wipes, rng)
        if only_key and set(fresh.indicators).isdisjoint((*old.roles, NO_SIGNAL)):
            is_bracket = old.second == old.indicator
            second = fresh.indicator if is_bracket else old.second
            more = fresh.more_indicators
            fresh = replace(old, indicator=fresh.indicator, second=second, more_indicators=more)
        if fresh.key_signs == old.key_signs:
            continue
        changed = replace(coach, rule=fresh, rates=coach.rates[: len(fresh.calls)])
        changed = _with_decoys(_fit_to_habits(changed, others, wipes, rng), rng)
        if changed.rule.key_signs != old.key_signs:
            return _keep_as_decoy(old, changed)
    return coach


def _fit_to_habits(
    coach: Coach, others: int, wipe_off: bool | None, rng: np.random.Generator
) -> Coach:
    """Return the coach with a rule that suits the habits; if none does, one that is hidden."""
    sample = draw_sequences(coach.habits, 100, rng)
    rule = coach.rule
    for _ in range(12 if coach.hides else 80):
        suits = (
            _can_hide(rule, sample, rng) if coach.hides else _is_shown(rule, sample, coach.rates[0])
        )
        if suits:
            return replace(coach, rule=rule, rates=coach.rates[: len(rule.calls)])
        rule = _draw_like(rule, coach, others, wipe_off, rng)
    if coach.hides:
        return coach
    return _fit_to_habits(replace(coach, hides=True), others, wipe_off, rng)


def _draw_like(
    rule: Rule, coach: Coach, others: int, wipe_off: bool | None, rng: np.random.Generator
) -> Rule:
    """Draw a rule of the same family, with as many indicators and live signals."""
    return draw_rule(
        rng,
        coach.habits.vocabulary,
        rule.family,
        others,
        wipe_off,
        n_live=1 + len(rule.more_live),
        n_indicators=1 + len(rule.more_indicators),
    )


def _is_shown(rule: Rule, sample: Sequences, rate: float) -> bool:
    """Return whether (N, T) habitual sequences show the rule about as often as intended."""
    shown = float((plays_called(rule, sample) == CALLED).mean())
    return 0.7 * rate <= shown <= 1.4 * rate


def _can_hide(rule: Rule, sample: Sequences, rng: np.random.Generator) -> bool:
    """Return whether (N, T) sequences mostly can show the sign, and mostly do not by chance."""
    if rule.is_null:
        return True
    inserted = sample.copy()
    insert_pattern(rule, rule.calls[0], inserted, np.ones(len(inserted), np.bool_), rng)
    if rule.activator != NO_SIGNAL:
        inserted[np.arange(len(inserted)), lengths_of(inserted) - 1] = rule.activator
    by_chance = (plays_called(rule, sample) == CALLED).mean()
    return bool(by_chance <= 0.6 and (plays_called(rule, inserted) == CALLED).mean() >= 0.4)


# --- decoys ---------------------------------------------------------------------------------------


def _with_decoys(coach: Coach, rng: np.random.Generator) -> Coach:
    """Return the coach with decoys about as common as the rule, if the coach hides it."""
    if not coach.hides or coach.rule.is_null:
        return coach
    rule, calls = coach.rule, sum(coach.rates)
    shown = coach.rates[0]  # share of plays that show the rule, wiped off or not
    if rule.wipe_off != NO_SIGNAL or rule.activator != NO_SIGNAL:
        shown += coach.dummy_rate * (1.0 - calls)
    # A call is put over a decoy where the sequence has no room for both.
    left = 1.0 - calls * min(1.0, 3.0 / coach.habits.mean_length)
    wanted = shown / left * rng.uniform(0.9, 1.8, rng.integers(1, 4))
    rates = np.diff(np.minimum(np.cumsum(wanted), 0.95), prepend=0.0)
    decoys = [draw_decoy(rule, coach.habits.vocabulary, rng) for _ in rates]
    pairs = [(decoy, float(rate)) for decoy, rate in zip(decoys, rates, strict=True) if decoy]
    return replace(coach, decoys=tuple(d for d, _ in pairs), decoy_rates=tuple(r for _, r in pairs))


def _keep_as_decoy(old: Rule, changed: Coach) -> Coach:
    """Return the coach with the old rule as a decoy, unless the new rule uses its key signs."""
    if not changed.decoys or set(old.key_signs) <= set(changed.rule.roles):
        return changed
    return replace(changed, decoys=(old, *changed.decoys[1:]))
