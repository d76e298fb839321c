"""Logs whose signals are letters, to check decoders with."""

from collections.abc import Sequence

import numpy as np

from signdecoder.benchmark.baselines.base import Baseline
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play


def played(text: str, outcome: str = STEAL) -> Play:
    """A play of signals of one letter."""
    return Play(tuple(text), outcome)


def log_of(rule: str, plays: int, seed: int = 1) -> list[Play]:
    """Plays of six signals, every other with this run of signals, which calls the play."""
    rng = np.random.default_rng(seed)
    log: list[Play] = []
    while len(log) < plays:
        text = "".join(rng.choice(list("abcdef"), 6))
        if len(log) % 2 == 0:
            place = int(rng.integers(7 - len(rule)))
            text = text[:place] + rule + text[place + len(rule) :]
        if (rule in text) == (len(log) % 2 == 0):
            log.append(played(text, STEAL if rule in text else NONE))
    return log


def accuracy(baseline: Baseline, plays: Sequence[Play]) -> float:
    said = baseline.probabilities([play.signals for play in plays])
    return float(
        np.mean([(p >= 0.5) == (q.outcome == STEAL) for p, q in zip(said, plays, strict=True)])
    )
