"""The prior over coaches: which sign systems there are, how common, and who hides them how."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from signdecoder.rules import prior
from signdecoder.rules.drawing import SignalDraw
from signdecoder.rules.matching import plays_called
from signdecoder.rules.registry import FAMILIES, drawing_order
from signdecoder.rules.rule import CALLED, NO_SIGNAL, NULL, Rule, Sequences
from signdecoder.simulation.behaviour import Behaviour, draw_habits, draw_sequences
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.patterns import insert_pattern, lengths_of


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
) -> Coach:
    """A random coach with ``vocabulary`` signals and sequences of at most ``width``.

    ``rate`` is the share of plays that he means to be the called play, ``other_rate`` that of all
    other plays together. ``hides=False`` draws habits first and then a rule that they show about
    as often as ``rate``, so that what he touches says nothing of the rule: where no such rule is
    found he hides one.
    """
    hides = bool(rng.random() < 0.6) if hides is None else hides
    habits = draw_habits(rng, vocabulary, width, phrase_rate=rate)
    others = 0 if other_rate <= 0 else int(rng.integers(1, 4))
    rates = (rate, *(other_rate / max(1, others),) * others)
    chosen = family or draw_family(rng, vocabulary)
    rule = draw_rule(rng, vocabulary, chosen, others, wipe_off)
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
    """A coach with these hands who hides this very rule; None where they cannot give it.

    He hides it as those of ``draw_coach`` do who hide. ``rates`` are of the calls of ``rule``.
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
    """The same hands, another rule of the same family: a new key, at times new live signals.

    Who hides keeps the old rule as a decoy. The coach himself comes back where his family has no
    other key to change to.
    """
    old = coach.rule
    wipes, others = old.wipe_off != NO_SIGNAL, len(old.calls) - 1
    only_key = rng.random() < 0.8
    for _ in range(20):
        fresh = draw_rule(rng, coach.habits.vocabulary, old.family, others, wipes)
        if only_key and fresh.indicator not in (*old.roles, NO_SIGNAL):
            equal = old.second == old.indicator  # opens and closes a bracket
            second = fresh.indicator if equal else old.second
            fresh = replace(old, indicator=fresh.indicator, second=second)
        if fresh.key_signs == old.key_signs:
            continue
        changed = replace(coach, rule=fresh, rates=coach.rates[: len(fresh.calls)])
        changed = _with_decoys(_fit_to_habits(changed, others, wipes, rng), rng)
        if changed.rule.key_signs != old.key_signs:
            return _keep_as_decoy(old, changed)
    return coach


def draw_rule(
    rng: np.random.Generator,
    vocabulary: int,
    family: str,
    n_others: int,
    wipe_off: bool | None = None,
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

    Returns
    -------
    Rule
        The rule, at times with a wipe-off and an activator.
    """
    draw, kind = SignalDraw(rng, vocabulary), FAMILIES[family]
    rule = kind.sample(draw, n_others)
    wipes = draw.happens(prior.WIPE_OFF) if wipe_off is None else wipe_off
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


def _fit_to_habits(
    coach: Coach, others: int, wipe_off: bool | None, rng: np.random.Generator
) -> Coach:
    """The coach with a rule that suits his hands; if none does he hides one all the same."""
    sample = draw_sequences(coach.habits, 100, rng)
    rule = coach.rule
    for _ in range(12 if coach.hides else 80):
        suits = (
            _can_hide(rule, sample, rng) if coach.hides else _is_shown(rule, sample, coach.rates[0])
        )
        if suits:
            return replace(coach, rule=rule, rates=coach.rates[: len(rule.calls)])
        rule = draw_rule(rng, coach.habits.vocabulary, rule.family, others, wipe_off)
    if coach.hides:
        return coach
    return _fit_to_habits(replace(coach, hides=True), others, wipe_off, rng)


def _is_shown(rule: Rule, sample: Sequences, rate: float) -> bool:
    """Do habits alone show this rule about as often as he means to call the play?"""
    shown = float((plays_called(rule, sample) == CALLED).mean())
    return 0.7 * rate <= shown <= 1.4 * rate


def _can_hide(rule: Rule, sample: Sequences, rng: np.random.Generator) -> bool:
    """Can he give the sign in most of his sequences when he wants to, and else leave it out?"""
    if rule.is_null:
        return True
    put = sample.copy()
    insert_pattern(rule, rule.calls[0], put, np.ones(len(put), np.bool_), rng)
    if rule.activator != NO_SIGNAL:
        put[np.arange(len(put)), lengths_of(put) - 1] = rule.activator
    by_chance = (plays_called(rule, sample) == CALLED).mean()
    return bool(by_chance <= 0.6 and (plays_called(rule, put) == CALLED).mean() >= 0.4)


# --- decoys ---------------------------------------------------------------------------------------


def _with_decoys(coach: Coach, rng: np.random.Generator) -> Coach:
    """A coach who hides gives dead rules about as often as the live one, as far as plays last."""
    if not coach.hides or coach.rule.is_null:
        return coach
    rule, calls = coach.rule, sum(coach.rates)
    shown = coach.rates[0]  # how often he gives the live rule, wiped dummies and all
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
    """The coach with the old rule among his dead ones, unless it would call by the new one too."""
    if not changed.decoys or set(old.key_signs) <= set(changed.rule.roles):
        return changed
    return replace(changed, decoys=(old, *changed.decoys[1:]))


def draw_decoy(rule: Rule, vocabulary: int, rng: np.random.Generator) -> Rule | None:
    """A rule like this one with another live signal, another key or both; None if none is free."""
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
