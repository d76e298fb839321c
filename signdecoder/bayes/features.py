"""What runs of signals show, for every kind of rule.

Runs of one length are the rows of an array; a number below zero is a signal that no rule is about,
but equal ones are still equal. Each kind of rule is asked for the signals in its roles (k the
indicator, s the second, l the live signal) and for a number, where it counts. What a run shows it
may show after a wipe-off too: that is told by the places from which on it is still shown. A test
holds this to ``systems.plays_called``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules import prior as grammar

Numbers = NDArray[np.int64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RuleMatches:
    """What runs show of one kind of rule, E times in all; one thing may come twice.

    ``run`` (E,) is its row; ``roles`` are (E,) signals for each role in the block's order, and last
    numbers, as places in the block's, where it has any. What is left of the run from any place
    within ``first`` to ``last`` (E,) on shows it: from 0 on, the run itself.
    """

    run: Numbers
    roles: tuple[Numbers, ...]
    first: Numbers
    last: Numbers


def find_matches(kind: str, runs: Numbers) -> RuleMatches:
    """What (N, T) runs of at least one signal show of the block of this name."""
    return _SIGHTS[kind](runs)


def _see(runs: Numbers, places: tuple[Numbers, ...], where: Truth | None = None) -> RuleMatches:
    """The signals of every run at some (P,) places; with ``where`` (N, P), only at those of each.

    They are shown until one of the places is cut off.
    """
    count, width = len(runs), len(places[0])
    last = np.minimum.reduce(places)
    if where is None:
        run, last = np.repeat(np.arange(count), width), np.tile(last, count)
        roles = tuple(runs[:, place].ravel() for place in places)
    else:
        run, at = np.nonzero(where)
        roles, last = tuple(runs[run, place[at]] for place in places), last[at]
    return RuleMatches(run, roles, np.zeros_like(last), last)


def _see_steps(runs: Numbers, *steps: int) -> RuleMatches:
    """Signals that stand so many steps from each other."""
    begin = np.arange(max(0, runs.shape[1] - max(steps)))
    return _see(runs, tuple(begin + step for step in steps))


def _see_pairs(runs: Numbers) -> RuleMatches:
    """Each signal and every one that follows it."""
    return _see(runs, _pairs(runs.shape[1]))


def _see_both(runs: Numbers) -> RuleMatches:
    seen = _see_pairs(runs)
    return replace(seen, roles=(np.minimum(*seen.roles), np.maximum(*seen.roles)))


def _see_between(runs: Numbers, equal: bool) -> RuleMatches:
    """Signals between two that are equal, or are not."""
    x, y, z = _triples(runs.shape[1])
    around = runs[:, x] == runs[:, z]
    return _see(runs, (x, y), around) if equal else _see(runs, (x, z, y), ~around)


def _see_again(runs: Numbers, step: int, given: bool) -> RuleMatches:
    """Signals that come again so many steps later, or that any does."""
    begin = np.arange(max(0, runs.shape[1] - step))
    seen = _see(runs, (begin,), runs[:, begin] == runs[:, begin + step])
    return seen if given else replace(seen, roles=(np.zeros_like(seen.run),))


def _see_places(runs: Numbers) -> RuleMatches:
    """The signals at the places that rules are about, in the run and in what is left of it."""
    length = runs.shape[1]
    rows = []  # place, number, first, last
    for number, step in enumerate(grammar.PLACES):
        if step > 0:
            rows += [(begin + step - 1, number, begin, begin) for begin in range(length - step + 1)]
        elif length + step >= 0:
            rows.append((length + step, number, 0, length + step))
    place, which, first, last = (
        np.tile(column, len(runs)) for column in np.array(rows, np.int64).reshape(-1, 4).T
    )
    run = np.repeat(np.arange(len(runs)), len(rows))
    return RuleMatches(run, (runs[run, place], which), first, last)


def _see_count(runs: Numbers) -> RuleMatches:
    """How many signals follow the first of each kind."""
    length = runs.shape[1]
    after = np.broadcast_to(length - 1 - np.arange(length), runs.shape)
    return _number(runs, after, grammar.COUNTS_AFTER)


def _see_count_of(runs: Numbers) -> RuleMatches:
    """How often each signal comes."""
    places = np.arange(runs.shape[1])
    from_here = places[:, None] <= places
    often = ((runs[:, :, None] == runs[:, None, :]) & from_here).sum(axis=2)
    return _number(runs, often, grammar.COUNTS_OF)


def _number(runs: Numbers, count: Numbers, numbers: tuple[int, ...]) -> RuleMatches:
    """Signals with what was counted (N, T) from each on, if rules are about such a number."""
    number = _place_in(numbers, count)
    run, at = np.nonzero(number >= 0)
    return RuleMatches(run, (runs[run, at], number[run, at]), _firsts(runs)[run, at], at)


def _see_count_to(runs: Numbers) -> RuleMatches:
    """How many signals come between the first of each kind and the first stop after it."""
    i, j = _pairs(runs.shape[1])
    number = _place_in(grammar.COUNTS_AFTER, j - i - 1)
    i, j, number = (x[number >= 0] for x in (i, j, number))
    first = _firsts(runs)
    run, at = np.nonzero(first[:, j] <= i + 1)
    key = i[at]
    return RuleMatches(run, (runs[run, key], runs[run, j[at]], number[at]), first[run, key], key)


def _place_in(numbers: tuple[int, ...], count: Numbers) -> Numbers:
    """The place of each count among the numbers that rules are about, -1 where it has none."""
    place = np.full(max(*numbers, int(count.max(initial=0))) + 1, -1)
    place[list(numbers)] = np.arange(len(numbers))
    return np.asarray(place[count])


def _firsts(runs: Numbers) -> Numbers:
    """(N, T) the place from which on each signal is the first of its kind: past the one before."""
    places = np.arange(runs.shape[1])
    before = (runs[:, :, None] == runs[:, None, :]) & (places[:, None] > places)
    return np.asarray(np.where(before, places + 1, 0).max(axis=2))


@lru_cache(maxsize=128)
def _pairs(length: int) -> tuple[Numbers, ...]:
    return tuple(np.triu_indices(length, 1))


@lru_cache(maxsize=128)
def _triples(length: int) -> tuple[Numbers, ...]:
    i, j = np.triu_indices(length, 1)
    chosen = [np.stack([i[j < m], j[j < m], np.full((j < m).sum(), m)]) for m in range(2, length)]
    empty = np.zeros((3, 0), np.int64)
    return tuple(np.concatenate([empty, *chosen], axis=1))


_SIGHTS: Mapping[str, Callable[[Numbers], RuleMatches]] = {
    "next": lambda runs: _see_steps(runs, 0, 1),
    "second": lambda runs: _see_steps(runs, 0, 2),
    "third": lambda runs: _see_steps(runs, 0, 3),
    "anywhere": _see_pairs,
    "before": lambda runs: _see_steps(runs, 1, 0),
    "hot": lambda runs: _see_steps(runs, 0),
    "count": _see_count,
    "count to": _see_count_to,
    "count of": _see_count_of,
    "place": _see_places,
    "both": _see_both,
    "two after": lambda runs: _see_steps(runs, 0, 1, 2),
    "between equals": partial(_see_between, equal=True),
    "between two": partial(_see_between, equal=False),
    "any twice": partial(_see_again, step=1, given=False),
    "given twice": partial(_see_again, step=1, given=True),
    "any sandwich": partial(_see_again, step=2, given=False),
    "given sandwich": partial(_see_again, step=2, given=True),
}
