"""What a run of signals shows, for every kind of rule at once.

A run is a row of signal numbers; a number below zero is a signal that no rule is about, but equal
ones are still equal. Each kind of rule is asked for the signals in its roles (k the indicator,
s the second, l the live signal) and for a number, where it counts; all that the run shows of it
come as columns. A test holds this to ``systems.plays_called``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signdecoder import grammar

Numbers = NDArray[np.int64]
Shown = Mapping[str, tuple[Numbers, ...]]
"""By block: a row of signals for each role in the block's order, and last of numbers, if any."""


def sight(run: Sequence[int]) -> Shown:
    """All that a run of at least one signal shows, by block; it may name one thing twice."""
    p = np.array(run, np.int64)
    n = len(p)
    i, j = _pairs(n)
    a, b = p[i], p[j]
    first, then = p[:-1], p[1:]
    x, y, z = (p[places] for places in _triples(n))
    around = x == z
    equal = {step: p[:-step][p[:-step] == p[step:]] if n > step else p[:0] for step in (1, 2)}
    places = [(step, p[step - 1 if step > 0 else step]) for step in grammar.PLACES if step <= n]
    some = np.zeros(1, np.int64)
    return {
        "next": (first, then),
        "second": (p[:-2], p[2:]),
        "third": (p[:-3], p[3:]),
        "anywhere": (a, b),
        "before": (then, first),
        "hot": (p,),
        "both": (np.minimum(a, b), np.maximum(a, b)),
        "place": (
            np.array([signal for _, signal in places], np.int64),
            np.array([list(grammar.PLACES).index(step) for step, _ in places], np.int64),
        ),
        "two after": (p[:-2], p[1:-1], p[2:]),
        "between equals": (x[around], y[around]),
        "between two": (x[~around], z[~around], y[~around]),
        "any twice": (some[: len(equal[1])],),
        "given twice": (equal[1],),
        "any sandwich": (some[: len(equal[2])],),
        "given sandwich": (equal[2],),
        **_counts(run),
    }


def _counts(run: Sequence[int]) -> Shown:
    """How many signals follow the first of each kind, up to a stop too; how often each comes."""
    after: list[tuple[int, int]] = []
    to_stop: list[tuple[int, int, int]] = []
    often: list[tuple[int, int]] = []
    firsts = {signal: place for place, signal in reversed(list(enumerate(run)))}
    for signal, place in firsts.items():
        after.append((signal, len(run) - 1 - place))
        often.append((signal, run.count(signal)))
        stops: set[int] = set()
        for counted, stop in enumerate(run[place + 1 :]):
            if stop not in stops:
                stops.add(stop)
                to_stop.append((signal, stop, counted))
    return {
        "count": _number_columns(after, 2, grammar.COUNTS_AFTER),
        "count to": _number_columns(to_stop, 3, grammar.COUNTS_AFTER),
        "count of": _number_columns(often, 2, grammar.COUNTS_OF),
    }


def _number_columns(
    found: Sequence[tuple[int, ...]], width: int, numbers: tuple[int, ...]
) -> tuple[Numbers, ...]:
    """The columns of what was counted, the last as places in ``numbers``; others are left out."""
    kept = [(*row[:-1], numbers.index(row[-1])) for row in found if row[-1] in numbers]
    return tuple(np.array(kept, np.int64).reshape(-1, width).T)


@lru_cache(maxsize=128)
def _pairs(length: int) -> tuple[Numbers, ...]:
    return tuple(np.triu_indices(length, 1))


@lru_cache(maxsize=128)
def _triples(length: int) -> tuple[Numbers, ...]:
    i, j = np.triu_indices(length, 1)
    chosen = [np.stack([i[j < m], j[j < m], np.full((j < m).sum(), m)]) for m in range(2, length)]
    empty = np.zeros((3, 0), np.int64)
    return tuple(np.concatenate([empty, *chosen], axis=1))
