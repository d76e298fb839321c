"""The prior over coaches: which sign systems there are, how common, and who hides them how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from signdecoder.rules import prior as grammar
from signdecoder.rules.rule import (
    CALLED,
    FAMILIES,
    NO_SIGNAL,
    Rule,
    Sequences,
    plays_called,
)
from signdecoder.simulation.behaviour import Behaviour, draw_habits, draw_sequences
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.patterns import implant, lengths_of


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
    system = draw_system(rng, vocabulary, chosen, others, wipe_off)
    coach = Coach(
        system,
        habits,
        rates[: len(system.calls)],
        noise or Noise(),
        hides=hides or chosen == "null",
        near_miss_rate=rng.uniform(0.0, 0.9),
        dummy_rate=rng.uniform(0.05, 0.3),
    )
    return _with_decoys(_fit_to_habits(coach, others, wipe_off, rng), rng)


def draw_hider(
    rng: np.random.Generator, system: Rule, habits: Behaviour, rates: tuple[float, ...]
) -> Coach | None:
    """A coach with these hands who hides this very rule; None where they cannot give it.

    He hides it as those of ``draw_coach`` do who hide. ``rates`` are of the calls of ``system``.
    """
    coach = Coach(
        system,
        habits,
        rates,
        Noise(),
        near_miss_rate=rng.uniform(0.0, 0.9),
        dummy_rate=rng.uniform(0.05, 0.3),
    )
    if not _can_hide(system, draw_sequences(habits, 100, rng), rng):
        return None
    return _with_decoys(coach, rng)


def change_signs(coach: Coach, rng: np.random.Generator) -> Coach:
    """The same hands, another rule of the same family: a new key, at times new live signals.

    Who hides keeps the old rule as a decoy. The coach himself comes back where his family has no
    other key to change to.
    """
    old = coach.system
    wipes, others = old.wipe_off != NO_SIGNAL, len(old.calls) - 1
    only_key = rng.random() < 0.8
    for _ in range(20):
        fresh = draw_system(rng, coach.habits.vocabulary, old.family, others, wipes)
        if only_key and fresh.indicator not in (*old.roles, NO_SIGNAL):
            equal = old.second == old.indicator  # opens and closes a bracket
            second = fresh.indicator if equal else old.second
            fresh = replace(old, indicator=fresh.indicator, second=second)
        if fresh.key_signs == old.key_signs:
            continue
        changed = replace(coach, system=fresh, rates=coach.rates[: len(fresh.calls)])
        changed = _with_decoys(_fit_to_habits(changed, others, wipes, rng), rng)
        if changed.system.key_signs != old.key_signs:
            return _keep_as_decoy(old, changed)
    return coach


def draw_system(
    rng: np.random.Generator,
    vocabulary: int,
    family: str,
    others: int,
    wipe_off: bool | None = None,
) -> Rule:
    """A random system of this family, with ``others`` other plays if the vocabulary has room."""
    order = [int(s) for s in rng.permutation(vocabulary)]

    def take() -> int:
        return order.pop() if order else NO_SIGNAL

    indicator = second = NO_SIGNAL
    step = 1
    if family in ("position", "hot", "twice", "sandwich", "null"):
        if family == "hot" and rng.random() < grammar.TWO_HOT and vocabulary > 4:
            second = take()
        if family == "position":
            step = _choose(grammar.PLACES, rng)
        step = 2 if family == "sandwich" else step
    else:
        indicator = take()
    if family == "kth":
        step = _choose(grammar.KTH, rng)
    if family == "two_after":
        second = take()
    if family == "between":
        second = indicator if rng.random() < grammar.EQUAL_KEYS else take()
    if family == "count_after" and rng.random() < grammar.STOP:
        second = take()
    if family in ("twice", "sandwich", "null"):
        calls: tuple[int, ...] = (take() if rng.random() < grammar.GIVEN else NO_SIGNAL,)
    elif FAMILIES[family].counts:
        numbers = grammar.COUNTS_AFTER if family == "count_after" else grammar.COUNTS_OF
        calls = tuple(int(n) for n in rng.permutation(numbers)[: 1 + others])
    else:
        room = max(0, len(order) - 2)
        calls = tuple(take() for _ in range(1 + min(others, room)))
    wipes = rng.random() < grammar.WIPE_OFF if wipe_off is None else wipe_off
    wipe = take() if wipes and family != "null" else NO_SIGNAL
    confirms = rng.random() < grammar.ACTIVATOR and family not in grammar.NEVER_CONFIRMED
    return Rule(
        family,
        calls,
        indicator,
        second,
        step,
        wipe_off=wipe,
        wipes_anywhere=wipe != NO_SIGNAL and bool(rng.random() < grammar.ANYWHERE),
        activator=take() if confirms and len(order) > 1 else NO_SIGNAL,
    )


def draw_family(rng: np.random.Generator, vocabulary: int, power: float = 1.0) -> str:
    """A family that so many signals have room for, by its share to this power."""
    smallest = grammar.SMALLEST_VOCABULARY
    names = [f for f in grammar.FAMILY_WEIGHTS if smallest.get(f, 4) <= vocabulary]
    weights = np.array([grammar.FAMILY_WEIGHTS[f] for f in names]) ** power
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def _choose(shares: Mapping[int, float], rng: np.random.Generator) -> int:
    return int(rng.choice(list(shares), p=list(shares.values())))


def _fit_to_habits(
    coach: Coach, others: int, wipe_off: bool | None, rng: np.random.Generator
) -> Coach:
    """The coach with a rule that suits his hands; if none does he hides one all the same."""
    sample = draw_sequences(coach.habits, 100, rng)
    system = coach.system
    for _ in range(12 if coach.hides else 80):
        suits = (
            _can_hide(system, sample, rng)
            if coach.hides
            else _is_shown(system, sample, coach.rates[0])
        )
        if suits:
            return replace(coach, system=system, rates=coach.rates[: len(system.calls)])
        system = draw_system(rng, coach.habits.vocabulary, system.family, others, wipe_off)
    if coach.hides:
        return coach
    return _fit_to_habits(replace(coach, hides=True), others, wipe_off, rng)


def _is_shown(system: Rule, sample: Sequences, rate: float) -> bool:
    """Do habits alone show this rule about as often as he means to call the play?"""
    shown = float((plays_called(system, sample) == CALLED).mean())
    return 0.7 * rate <= shown <= 1.4 * rate


def _can_hide(system: Rule, sample: Sequences, rng: np.random.Generator) -> bool:
    """Can he give the sign in most of his sequences when he wants to, and else leave it out?"""
    if system.family == "null":
        return True
    put = sample.copy()
    implant(system, system.calls[0], put, np.ones(len(put), np.bool_), rng)
    if system.activator != NO_SIGNAL:
        put[np.arange(len(put)), lengths_of(put) - 1] = system.activator
    by_chance = (plays_called(system, sample) == CALLED).mean()
    return bool(by_chance <= 0.6 and (plays_called(system, put) == CALLED).mean() >= 0.4)


# --- decoys ---------------------------------------------------------------------------------------


def _with_decoys(coach: Coach, rng: np.random.Generator) -> Coach:
    """A coach who hides gives dead rules about as often as the live one, as far as plays last."""
    if not coach.hides or coach.system.family == "null":
        return coach
    system, calls = coach.system, sum(coach.rates)
    shown = coach.rates[0]  # how often he gives the live rule, wiped dummies and all
    if system.wipe_off != NO_SIGNAL or system.activator != NO_SIGNAL:
        shown += coach.dummy_rate * (1.0 - calls)
    # A call is put over a decoy where the sequence has no room for both.
    left = 1.0 - calls * min(1.0, 3.0 / coach.habits.mean_length)
    wanted = shown / left * rng.uniform(0.9, 1.8, rng.integers(1, 4))
    rates = np.diff(np.minimum(np.cumsum(wanted), 0.95), prepend=0.0)
    decoys = [draw_decoy(system, coach.habits.vocabulary, rng) for _ in rates]
    pairs = [(decoy, float(rate)) for decoy, rate in zip(decoys, rates, strict=True) if decoy]
    return replace(coach, decoys=tuple(d for d, _ in pairs), decoy_rates=tuple(r for _, r in pairs))


def _keep_as_decoy(old: Rule, changed: Coach) -> Coach:
    """The coach with the old rule among his dead ones, unless it would call by the new one too."""
    if not changed.decoys or set(old.key_signs) <= set(changed.system.roles):
        return changed
    return replace(changed, decoys=(old, *changed.decoys[1:]))


def draw_decoy(system: Rule, vocabulary: int, rng: np.random.Generator) -> Rule | None:
    """A rule like this one with another live signal, another key or both; None if none is free."""
    free = [int(s) for s in rng.permutation(vocabulary) if s not in system.roles]
    if not free:
        return None
    if system.indicator == NO_SIGNAL:  # "twice" and "sandwich" may take any signal: give a pair
        if system.calls[0] == NO_SIGNAL:
            return Rule("next", (free[0],), free[-1])
        return Rule(system.family, (free[0],), step=system.step)
    new_key, new_call = rng.random() < 0.5, rng.random() < 0.7
    if len(free) == 1 or not (new_key or new_call):
        new_key, new_call = False, True
    key = free[0] if new_key else system.indicator
    call = free[-1]
    if FAMILIES[system.family].counts:
        call = int(rng.choice([n for n in range(1, 6) if n not in system.calls]))
    return Rule(
        system.family,
        (call,) if new_call else system.calls[:1],
        key,
        key if system.second == system.indicator else system.second,
        system.step,
    )
