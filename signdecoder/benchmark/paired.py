"""The mixture beside its parts, and beside itself when it is told of a change: coach by coach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from signdecoder.benchmark.bootstrap import Figure, Sample, standard_error
from signdecoder.benchmark.metrics import CaseMetrics, Chosen, split_examinees

_MIXTURE, _TOLD, _PARTS = "mixture", "mixture, told", ("lstm", "rules")


@dataclass(frozen=True, slots=True)
class Gap:
    """The mixture less the better of its two parts, coach by coach.

    ``better`` has the higher accuracy of the two; the loss is held against the lower loss.
    ``*_error`` are standard errors, None for a single coach.
    """

    group: str
    plays: int
    better: str
    accuracy: Figure
    accuracy_error: float | None
    loss: Figure
    loss_error: float | None


def find_gaps(checkpoints: Sequence[int], graded: Sequence[CaseMetrics]) -> Iterator[Gap]:
    """What mixing costs or brings: in all and by family, at each checkpoint."""
    by_name = {grades.decoder: grades for grades in graded}
    if not all(name in by_name for name in (_MIXTURE, *_PARTS)):
        return
    mixture = by_name[_MIXTURE]
    everyone = np.ones(len(mixture.examinees), np.bool_)
    families = split_examinees(mixture.examinees).get("family", [])
    for group, chosen in [("all", everyone), *families]:
        for plays in checkpoints:
            at = mixture.at(plays)
            if at is not None:
                yield _gap(group, plays, mixture, [by_name[p] for p in _PARTS], at, chosen)


def _gap(
    group: str,
    plays: int,
    mixture: CaseMetrics,
    parts: Sequence[CaseMetrics],
    at: int,
    chosen: Chosen,
) -> Gap:
    sample = Sample([e.family for e, kept in zip(mixture.examinees, chosen, strict=True) if kept])
    better = max(parts, key=lambda part: sample.mean(part.accuracy[chosen, at]))
    surer = min(parts, key=lambda part: sample.mean(part.loss[chosen, at]))
    accuracy = mixture.accuracy[chosen, at] - better.accuracy[chosen, at]
    loss = mixture.loss[chosen, at] - surer.loss[chosen, at]
    return Gap(
        group,
        plays,
        better.decoder,
        sample.figure(accuracy),
        standard_error(accuracy),
        sample.figure(loss),
        standard_error(loss),
    )


def find_told_gap(scored_from: int, graded: Sequence[CaseMetrics]) -> Figure | None:
    """How much more often the mixture is right on the plays that count, when told of the change."""
    by_name = {grades.decoder: grades for grades in graded}
    if not all(name in by_name for name in (_MIXTURE, _TOLD)):
        return None
    alone, told = (
        ((g.ahead >= 0.5) == g.steals)[:, scored_from - 1 :].mean(axis=1)
        for g in (by_name[_MIXTURE], by_name[_TOLD])
    )
    families = [examinee.family for examinee in by_name[_MIXTURE].examinees]
    return Sample(families).figure(told - alone)
