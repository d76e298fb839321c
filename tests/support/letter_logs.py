"""Simple logs whose signals are letters, for tests of baselines."""

from collections.abc import Sequence

import numpy as np

from signdecoder.benchmark.baselines.base import Baseline
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play


def make_play(text: str, outcome: str = STEAL) -> Play:
    """Return a play whose signals are the letters of a text."""
    return Play(tuple(text), outcome)


def simulate_log(rule: str, plays: int, seed: int = 1) -> list[Play]:
    """Simulate plays of six signals. Every second one contains ``rule`` and is a steal."""
    rng = np.random.default_rng(seed)
    log: list[Play] = []
    while len(log) < plays:
        text = "".join(rng.choice(list("abcdef"), 6))
        if len(log) % 2 == 0:
            place = int(rng.integers(7 - len(rule)))
            text = text[:place] + rule + text[place + len(rule) :]
        if (rule in text) == (len(log) % 2 == 0):
            log.append(make_play(text, STEAL if rule in text else NONE))
    return log


def measure_accuracy(baseline: Baseline, plays: Sequence[Play]) -> float:
    """Return the fraction of plays that a baseline predicts correctly."""
    probabilities = baseline.probabilities([play.signals for play in plays])
    return float(
        np.mean(
            [(p >= 0.5) == (q.outcome == STEAL) for p, q in zip(probabilities, plays, strict=True)]
        )
    )
