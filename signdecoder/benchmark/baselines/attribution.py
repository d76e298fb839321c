"""The key sign of a network that does not name one, by substitution attribution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from numpy.typing import NDArray

from signdecoder.benchmark.baselines.base import Names

LogOdds = Callable[[Sequence[Names]], NDArray[Any]]

_PLAYS = 12  # the last called plays are examined
_HALF = 0.5  # a second signal belongs to the rule if it matters at least this share of the first


def find_key(called: Sequence[Names], vocabulary: Sequence[str], log_odds: LogOdds) -> str | None:
    """Return the signal whose replacement costs called plays most; of a pair, the earlier one.

    A signal's attribution is the log-odds that a play loses on average when each other signal of
    the vocabulary replaces it. Returns None if no signal has a positive attribution.
    """
    attribution: defaultdict[str, float] = defaultdict(float)
    examined = called[-_PLAYS:]
    drops = [_drops(names, vocabulary, log_odds) for names in examined]
    for names, costs in zip(examined, drops, strict=True):
        for name, cost in zip(names, costs, strict=True):
            attribution[name] += cost
    ranked = sorted(attribution, key=lambda name: (-attribution[name], name))
    if not ranked or attribution[ranked[0]] <= 0:
        return None
    first = ranked[0]
    if len(ranked) == 1 or attribution[ranked[1]] < _HALF * attribution[first]:
        return first
    second, lead = ranked[1], 0
    for names, costs in zip(examined, drops, strict=True):
        if first in names and second in names:
            lead += 1 if _place(second, names, costs) < _place(first, names, costs) else -1
    return second if lead > 0 else first


def _drops(names: Names, vocabulary: Sequence[str], log_odds: LogOdds) -> list[float]:
    """Return the mean log-odds lost at each position when another signal replaces the one there."""
    others = [[name for name in vocabulary if name != own] for own in names]
    variants = [names]
    for place, replacements in enumerate(others):
        variants += [(*names[:place], name, *names[place + 1 :]) for name in replacements]
    whole, *rest = map(float, log_odds(variants))
    costs, begin = [], 0
    for replacements in others:
        scores = rest[begin : begin + len(replacements)]
        begin += len(replacements)
        costs.append(whole - sum(scores) / len(scores) if scores else 0.0)
    return costs


def _place(name: str, names: Names, costs: Sequence[float]) -> int:
    """Return the position in a sequence where this signal matters most."""
    return max((i for i, other in enumerate(names) if other == name), key=lambda i: costs[i])
