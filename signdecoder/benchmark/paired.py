"""Paired differences, coach by coach: the mixture against its parts, and informed of a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from signdecoder.benchmark.bootstrap import Figure, Sample, standard_error
from signdecoder.benchmark.metrics import CaseMask, CaseMetrics, split_cases

_MIXTURE, _INFORMED, _PARTS = "mixture", "mixture, told", ("lstm", "rules")


@dataclass(frozen=True, slots=True)
class Gap:
    """The mixture minus the better of its two parts, coach by coach.

    ``better`` is the part with the higher accuracy. The loss is compared with the part that has
    the lower loss. ``*_error`` are standard errors, None for a single coach.
    """

    group: str
    plays: int
    better: str
    accuracy: Figure
    accuracy_error: float | None
    loss: Figure
    loss_error: float | None


def find_gaps(checkpoints: Sequence[int], metrics: Sequence[CaseMetrics]) -> Iterator[Gap]:
    """Yield what mixing costs or gains, overall and by family, at each checkpoint."""
    by_name = {one.decoder: one for one in metrics}
    if not all(name in by_name for name in (_MIXTURE, *_PARTS)):
        return
    mixture = by_name[_MIXTURE]
    everyone = np.ones(len(mixture.cases), np.bool_)
    families = split_cases(mixture.cases).get("family", [])
    for group, mask in [("all", everyone), *families]:
        for plays in checkpoints:
            at = mixture.index_of(plays)
            if at is not None:
                yield _gap(group, plays, mixture, [by_name[p] for p in _PARTS], at, mask)


def _gap(
    group: str,
    plays: int,
    mixture: CaseMetrics,
    parts: Sequence[CaseMetrics],
    at: int,
    mask: CaseMask,
) -> Gap:
    sample = Sample([e.family for e, kept in zip(mixture.cases, mask, strict=True) if kept])
    more_accurate = max(parts, key=lambda part: sample.mean(part.accuracy[mask, at]))
    lower_loss = min(parts, key=lambda part: sample.mean(part.loss[mask, at]))
    accuracy = mixture.accuracy[mask, at] - more_accurate.accuracy[mask, at]
    loss = mixture.loss[mask, at] - lower_loss.loss[mask, at]
    return Gap(
        group,
        plays,
        more_accurate.decoder,
        sample.figure(accuracy),
        standard_error(accuracy),
        sample.figure(loss),
        standard_error(loss),
    )


def find_informed_gain(scored_from: int, metrics: Sequence[CaseMetrics]) -> Figure | None:
    """Return the mixture's gain in accuracy on the scored plays if it knows of the change."""
    by_name = {one.decoder: one for one in metrics}
    if not all(name in by_name for name in (_MIXTURE, _INFORMED)):
        return None
    alone, informed = (
        ((one.p_next >= 0.5) == one.steal_mask)[:, scored_from - 1 :].mean(axis=1)
        for one in (by_name[_MIXTURE], by_name[_INFORMED])
    )
    families = [case.family for case in by_name[_MIXTURE].cases]
    return Sample(families).figure(informed - alone)
