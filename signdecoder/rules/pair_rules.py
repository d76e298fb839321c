"""The rules about one ordered pair of signals that the network has a fixed output for.

For a pair (k, l), the network answers one yes-or-no question per pair rule: does this play show the
rule, read with k and l in its roles? Trained weights depend on the number and order of these rules,
so the list is frozen: a new family does not join it. Rules that take three signals are left to the
layers that compare pairs. Each rule is asked again with a third signal as its wipe-off, in a form
that ignores what the third signal may have cancelled.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.prior import FAMILY_WEIGHTS, FLATTENED
from signdecoder.rules.rule import NO_SIGNAL, Rule

THIRD_SIGNAL = -2
"""Stands for a third signal, outside the pair, that wipes off or confirms."""

_POSITIONS = (1, -1, 2, 3)
_STEPS = (2, 3)
_COUNTS_AFTER = (2, 3, 4, 5)
_COUNTS_OF = (2, 3)
_USUAL_VOCABULARY = 8


def rules_of_pair(key: int, live: int) -> tuple[Rule, ...]:
    """List the pair rules with their roles filled by two signals.

    Parameters
    ----------
    key : int
        The signal k of the pair.
    live : int
        The signal l of the pair.

    Returns
    -------
    tuple of Rule
        N_PAIR_RULES rules; their order does not depend on the signals.

    Examples
    --------
    >>> rule = rules_of_pair(4, 7)[0]
    >>> rule.family, rule.indicator, rule.calls
    ('next', 4, (7,))
    """
    positions = tuple(Rule("position", (live,), step=step) for step in _POSITIONS)
    again = (
        Rule("twice", (live,)),
        Rule("sandwich", (live,), step=2),
        Rule("twice", (NO_SIGNAL,)),
        Rule("sandwich", (NO_SIGNAL,), step=2),
    )
    hot = Rule("hot", (live,))
    counts = (
        *(Rule("count_after", (n,), key) for n in _COUNTS_AFTER),
        *(Rule("count_of", (n,), key) for n in _COUNTS_OF),
    )
    plain = (
        Rule("next", (live,), key),
        *(Rule("kth", (live,), key, step=step) for step in _STEPS),
        *(Rule(family, (live,), key) for family in ("anywhere", "before", "both")),
        Rule("between", (live,), key, second=key),
        *(Rule("count_after", (n,), key, second=live) for n in _COUNTS_AFTER),
        hot,
        *positions,
        *again,
        *counts,
    )
    return (
        *plain,
        *(replace(rule, wipe_off=key) for rule in (hot, *positions, *again)),
        *(replace(rule, wipe_off=live) for rule in counts),
        Rule("hot", (live,), wipe_off=key, wipes_anywhere=True),
        Rule("hot", (live,), activator=key),
        *(replace(rule, wipe_off=THIRD_SIGNAL) for rule in plain),
    )


_RULES = rules_of_pair(0, 1)

N_PAIR_RULES = len(_RULES)
"""How many pair rules there are."""
LIVE_PRESENT = _RULES.index(Rule("hot", (1,)))
"""Index of the pair rule that asks whether l occurs."""
LIVE_AFTER_KEY = _RULES.index(Rule("hot", (1,), wipe_off=0))
"""Index of the pair rule that asks whether l occurs after the last k."""
LIVE_LAST = _RULES.index(Rule("position", (1,), step=-1))
"""Index of the pair rule that asks whether l is the last signal."""
FORGIVES_THIRD = tuple(rule.wipe_off == THIRD_SIGNAL for rule in _RULES)
"""For each pair rule: does it ignore what a third signal may have wiped off?"""
TAKES_BOTH = tuple(
    set(rule.roles) - {THIRD_SIGNAL} == {0, 1} and rule.wipe_off < 0 for rule in _RULES
)
"""For each pair rule: does it use both signals, neither as its wipe-off? A third can be that."""
N_FROZEN_RULES = 1 + max(n for n, both in enumerate(TAKES_BOTH) if both)
"""How many pair rules, from the first, stay frozen once the network has had its lessons."""
LIVE_SET_RULES = (
    *(
        n
        for n, rule in enumerate(_RULES)
        if rule == rule.plain and TAKES_BOTH[n] and not rule.counts
    ),
    LIVE_PRESENT,
    LIVE_AFTER_KEY,
    *(_RULES.index(Rule("position", (1,), step=step)) for step in _POSITIONS),
)
"""The pair rules that call by any of several live signals just as well as by one."""
KEY_SET_RULES = tuple(n for n in LIVE_SET_RULES if TAKES_BOTH[n])
"""The pair rules that can have any of several indicators."""
N_SET_RULES = len(LIVE_SET_RULES) + len(KEY_SET_RULES)
"""How many set rules there are: of live signals first, then of indicators."""
KEY_SIGN_SHARES = tuple(
    tuple(rule.key_signs.count(s) / max(1, len(rule.key_signs)) for s in (0, 1)) for rule in _RULES
)
"""For each pair rule: the shares of its key sign that fall to k and to l."""


@lru_cache(maxsize=16)
def _places_by_rule(slots: int) -> dict[Rule, list[int]]:
    """Return, for each rule, its places pair x N_PAIR_RULES + index among all slots² pairs."""
    places: dict[Rule, list[int]] = {}
    for pair in range(slots * slots):
        for index, rule in enumerate(rules_of_pair(*divmod(pair, slots))):
            places.setdefault(rule, []).append(pair * N_PAIR_RULES + index)
    return places


def log_prior_of_pair() -> NDArray[np.float32]:
    """Compute the log prior of each pair rule for one pair, up to a constant.

    The weight of a family is split evenly among its pair rules. A rule that several pairs ask
    about splits its own weight among those pairs.

    Returns
    -------
    numpy.ndarray of float32, shape (N_PAIR_RULES,)
        Natural logarithms; the largest is 0.
    """
    n_per_family = Counter(rule.family for rule in _RULES)
    weights = [
        FAMILY_WEIGHTS[rule.family] ** FLATTENED
        / n_per_family[rule.family]
        / _USUAL_VOCABULARY ** len(set(rule.roles) - {THIRD_SIGNAL})
        / len(_places_by_rule(_USUAL_VOCABULARY)[rule])
        for rule in _RULES
    ]
    return np.asarray(np.log(np.array(weights) / max(weights)), np.float32)


def pair_rule_places(rule: Rule, slots: int) -> list[int]:
    """Find where the pairs of all slots ask about a coach's rule.

    Only the called play counts; calls of other plays are left out. If the wipe-off or activator is
    a third signal, the place is the form that ignores it. A rule that needs three signals without
    a modifier, or that belongs to a family without pair rules, has no place. A rule with several
    indicators or live signals has the places of all its pairs.

    Parameters
    ----------
    rule : Rule
        A rule whose signals are slots.
    slots : int
        Number of slots.

    Returns
    -------
    list of int
        Places: pair x N_PAIR_RULES + index, where pair = k x slots + l.
    """
    places, found = _places_by_rule(slots), []
    for reading in rule.readings:
        exact = replace(reading, calls=reading.calls[:1])
        forgiving = replace(exact.plain, wipe_off=THIRD_SIGNAL)
        found += places.get(exact) or places.get(forgiving, [])
    return found


def set_rule_places(rule: Rule, signal: int, slots: int) -> list[int]:
    """Find the rules that a coach's rule becomes if one of its signals goes by several names.

    Parameters
    ----------
    rule : Rule
        A rule whose signals are slots.
    signal : int
        The first name of the signal.
    slots : int
        Number of slots.

    Returns
    -------
    list of int
        Places of pair rules, as `pair_rule_places` returns them, if the names make no difference to
        them. Otherwise places of set rules: slots² x N_PAIR_RULES + group x N_SET_RULES + index.
        Empty if no set rule says it.
    """
    exact = replace(rule, calls=rule.calls[:1])
    if signal not in exact.roles:
        return pair_rule_places(exact, slots)
    if signal in (exact.wipe_off, exact.activator):
        return pair_rule_places(replace(exact.plain, wipe_off=THIRD_SIGNAL), slots)
    if signal == exact.second:
        return []
    places = []
    for pair, index in (divmod(n, N_PAIR_RULES) for n in _cancellable_places(exact, slots)):
        key, live = divmod(pair, slots)
        if index in LIVE_SET_RULES and live == signal:
            places.append(key * N_SET_RULES + LIVE_SET_RULES.index(index))
        elif index in KEY_SET_RULES and key == signal:
            of_key = len(LIVE_SET_RULES) + KEY_SET_RULES.index(index)
            places.append(live * N_SET_RULES + of_key)
    return [slots * slots * N_PAIR_RULES + place for place in places]


def _cancellable_places(rule: Rule, slots: int) -> list[int]:
    """Return the places of a rule, without a modifier if one can cancel the pair rule."""
    places = _places_by_rule(slots).get(rule) or _places_by_rule(slots).get(rule.plain, [])
    if rule != rule.plain and places == _places_by_rule(slots).get(rule.plain):
        return [place for place in places if TAKES_BOTH[place % N_PAIR_RULES]]
    return places
