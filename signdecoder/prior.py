"""The prior over coaches: which sign systems there are, how common, and who hides them how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from signdecoder.coaches import Coach, Noise
from signdecoder.habits import draw_habits, draw_sequences
from signdecoder.systems import CALLED, FAMILIES, NO_SIGNAL, SignSystem, plays_called

FAMILY_WEIGHTS: Mapping[str, float] = {
    # How common each family is: docs of coaches agree on the first, the rest is judgement.
    "next": 0.36, "hot": 0.10, "count_after": 0.08, "kth": 0.07, "anywhere": 0.05,
    "two_after": 0.05, "count_of": 0.05, "before": 0.04, "between": 0.03, "position": 0.04,
    "both": 0.03, "twice": 0.02, "sandwich": 0.02, "null": 0.03,
}  # fmt: skip
_SMALLEST_VOCABULARY = {
    "hot": 2,
    "position": 2,
    "count_of": 2,
    "twice": 2,
    "sandwich": 2,
    "null": 2,
}


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
    as often as ``rate``, so that what he touches says nothing of the rule.
    """
    hides = bool(rng.random() < 0.6) if hides is None else hides
    # Who hides a pair on purpose has other pairs that are at least as common.
    habits = draw_habits(rng, vocabulary, width, phrase_rate=rate * (2.1 if hides else 1.0))
    others = 0 if other_rate <= 0 else int(rng.integers(1, 4))
    rates = (rate, *(other_rate / max(1, others),) * others)
    chosen = family or _draw_family(rng, vocabulary)
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
    return coach if coach.hides else _fit_to_habits(coach, others, wipe_off, rng)


def change_signs(coach: Coach, rng: np.random.Generator) -> Coach:
    """The same hands, another rule of the same family: a new key, at times new live signals."""
    fresh = draw_system(
        rng,
        coach.habits.vocabulary,
        coach.system.family,
        len(coach.system.calls) - 1,
        coach.system.wipe_off != NO_SIGNAL,
    )
    if rng.random() < 0.8 and fresh.indicator not in (*coach.system.roles, NO_SIGNAL):
        fresh = replace(coach.system, indicator=fresh.indicator)
    return replace(coach, system=fresh, rates=coach.rates[: len(fresh.calls)])


def draw_system(
    rng: np.random.Generator,
    vocabulary: int,
    family: str,
    others: int,
    wipe_off: bool | None = None,
) -> SignSystem:
    """A random system of this family, with ``others`` other plays if the vocabulary has room."""
    order = [int(s) for s in rng.permutation(vocabulary)]

    def take() -> int:
        return order.pop() if order else NO_SIGNAL

    indicator = second = NO_SIGNAL
    step = 1
    if family in ("position", "hot", "twice", "sandwich", "null"):
        if family == "hot" and rng.random() < 0.25 and vocabulary > 4:
            second = take()
        if family == "position":
            step = int(rng.choice([1, -1, 2, 3], p=[0.4, 0.4, 0.1, 0.1]))
        step = 2 if family == "sandwich" else step
    else:
        indicator = take()
    if family == "kth":
        step = 2 if rng.random() < 0.7 else 3
    if family == "two_after":
        second = take()
    if family == "between":
        second = indicator if rng.random() < 0.6 else take()
    if family == "count_after" and rng.random() < 0.3:
        second = take()
    if family in ("twice", "sandwich", "null"):
        calls: tuple[int, ...] = (take() if rng.random() < 0.5 else NO_SIGNAL,)
    elif FAMILIES[family].counts:
        numbers = rng.permutation(np.arange(2, 6) if family == "count_after" else np.arange(1, 4))
        if family == "count_of":  # once is what decoys do; twice or thrice is a sign
            numbers = np.sort(numbers)[::-1][rng.permutation(2)]
        calls = tuple(int(n) for n in numbers[: 1 + others])
    else:
        room = max(0, len(order) - 2)
        calls = tuple(take() for _ in range(1 + min(others, room)))
    wipes = rng.random() < 0.35 if wipe_off is None else wipe_off
    wipe = take() if wipes and family != "null" else NO_SIGNAL
    confirms = rng.random() < 0.07 and family not in ("position", "null", "count_after")
    return SignSystem(
        family,
        calls,
        indicator,
        second,
        step,
        wipe_off=wipe,
        wipes_anywhere=wipe != NO_SIGNAL and bool(rng.random() < 0.2),
        activator=take() if confirms and len(order) > 1 else NO_SIGNAL,
    )


def _draw_family(rng: np.random.Generator, vocabulary: int) -> str:
    names = [f for f in FAMILY_WEIGHTS if _SMALLEST_VOCABULARY.get(f, 4) <= vocabulary]
    weights = np.array([FAMILY_WEIGHTS[f] for f in names])
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def _fit_to_habits(
    coach: Coach, others: int, wipe_off: bool | None, rng: np.random.Generator
) -> Coach:
    """The coach with a rule that his habits show at about his rate; else he hides one."""
    sample = draw_sequences(coach.habits, 160, rng)
    system = coach.system
    for _ in range(40):
        shown = float((plays_called(system, sample) == CALLED).mean())
        if 0.6 * coach.rates[0] <= shown <= 1.6 * coach.rates[0]:
            return replace(coach, system=system, rates=coach.rates[: len(system.calls)])
        system = draw_system(rng, coach.habits.vocabulary, system.family, others, wipe_off)
    return replace(coach, hides=True)
