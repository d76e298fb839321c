"""The key sign of a network that names none: what it answers when a signal is put for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from numpy.typing import NDArray

from signdecoder.benchmark.baselines.base import Names

LogOdds = Callable[[Sequence[Names]], NDArray[Any]]

_PLAYS = 12  # called plays that are looked at, the last ones
_HALF = 0.5  # a second signal belongs to the rule if it matters at least so much as the first


def find_key(called: Sequence[Names], vocabulary: Sequence[str], log_odds: LogOdds) -> str | None:
    """The signal whose loss costs called plays most; of a pair of signals the earlier one.

    A signal's worth is the log-odds that a play loses on average when each other signal of the
    vocabulary is put in its place. None where no signal is worth anything.
    """
    worth: defaultdict[str, float] = defaultdict(float)
    looked_at = called[-_PLAYS:]
    drops = [_drops(names, vocabulary, log_odds) for names in looked_at]
    for names, costs in zip(looked_at, drops, strict=True):
        for name, cost in zip(names, costs, strict=True):
            worth[name] += cost
    ranked = sorted(worth, key=lambda name: (-worth[name], name))
    if not ranked or worth[ranked[0]] <= 0:
        return None
    first = ranked[0]
    if len(ranked) == 1 or worth[ranked[1]] < _HALF * worth[first]:
        return first
    second, lead = ranked[1], 0
    for names, costs in zip(looked_at, drops, strict=True):
        if first in names and second in names:
            lead += 1 if _place(second, names, costs) < _place(first, names, costs) else -1
    return second if lead > 0 else first


def _drops(names: Names, vocabulary: Sequence[str], log_odds: LogOdds) -> list[float]:
    """The log-odds that are lost at each place of a sequence, the mean over other signals there."""
    others = [[name for name in vocabulary if name != own] for own in names]
    asked = [names]
    for place, replacements in enumerate(others):
        asked += [(*names[:place], name, *names[place + 1 :]) for name in replacements]
    whole, *rest = map(float, log_odds(asked))
    costs, begin = [], 0
    for replacements in others:
        said = rest[begin : begin + len(replacements)]
        begin += len(replacements)
        costs.append(whole - sum(said) / len(said) if said else 0.0)
    return costs


def _place(name: str, names: Names, costs: Sequence[float]) -> int:
    """Where in a sequence this signal matters most."""
    return max((i for i, other in enumerate(names) if other == name), key=lambda i: costs[i])
