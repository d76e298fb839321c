"""The results of a scenario, with 95% intervals over coaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signdecoder.benchmark.bootstrap import Figure, Floats, Sample, quantile
from signdecoder.benchmark.calibration import Calibration, measure_calibration
from signdecoder.benchmark.metrics import (
    CaseMask,
    CaseMetrics,
    compute_metrics,
    log_loss,
    split_cases,
)
from signdecoder.benchmark.paired import Gap, find_gaps, find_informed_gain
from signdecoder.benchmark.runner import CaseResult
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.rules.prior import FAMILY_WEIGHTS


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One decoder's metrics after this many plays.

    ``accuracy`` is a share and ``loss`` is in nats, with all families weighted equally; ``usual_*``
    weight each family by how common it is (``rules.prior``). ``key_found`` is a share of the
    coaches who have a key sign, ``rule_told`` of those who have a rule; None if there are none.
    """

    plays: int
    accuracy: Figure
    loss: Figure
    usual_accuracy: Figure
    usual_loss: Figure
    key_found: Figure | None
    rule_told: Figure | None


@dataclass(frozen=True, slots=True)
class AccuracyPoint:
    """One point of the learning curve, with all families weighted equally."""

    plays: int
    accuracy: Figure
    loss: Figure


@dataclass(frozen=True, slots=True)
class CrackSummary:
    """Plays and steals until a rule is cracked for good; None where that never happens.

    ``median`` and ``ninetieth`` are quantiles over the coaches, ``never`` is a share of them.
    """

    median: float | None
    ninetieth: float | None
    median_interval: tuple[float | None, float | None]
    steals_median: float | None
    steals_ninetieth: float | None
    never: Figure


@dataclass(frozen=True, slots=True)
class Ahead:
    """Prequential scores on each next play; ``base_*`` predict the rate of steals so far."""

    plays: int
    accuracy: Figure
    loss: Figure
    base_accuracy: float
    base_loss: float
    calibration: Calibration | None


@dataclass(frozen=True, slots=True)
class RuleReportSummary:
    """What the report says at the end, as shares of the coaches.

    ``no_rule``: it says that there is no rule. ``change``: of the coaches who changed their signs,
    it reports the last change near its place. ``change_made_up``: it reports a change that did not
    happen.
    """

    no_rule: Figure
    change: Figure | None
    change_made_up: Figure


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the coaches: accuracy (shares) and loss (nats) at each checkpoint, and cracking."""

    name: str
    coaches: int
    accuracy: tuple[float, ...]
    loss: tuple[float, ...]
    median: float | None
    never: float


@dataclass(frozen=True, slots=True)
class ContenderSummary:
    """All results of one decoder; the fields are the keys of the JSON document.

    ``curve`` has a point for every time it was asked, ``checkpoints`` have more about some of
    them. ``told`` summarizes its reports; ``groups`` are by family, signals, level and noise.
    """

    decoder: str
    coaches: int
    checkpoints: tuple[Checkpoint, ...]
    curve: tuple[AccuracyPoint, ...]
    crack: CrackSummary | None
    ahead: Ahead | None
    told: RuleReportSummary | None
    groups: Mapping[str, tuple[Group, ...]]


@dataclass(frozen=True, slots=True)
class Summary:
    """A scenario and the results of every decoder.

    ``informed_gain`` is the mixture's gain in accuracy on next plays if it knows of the change of
    signs, as a share.
    """

    scenario: Scenario
    contenders: tuple[ContenderSummary, ...]
    gaps: tuple[Gap, ...]
    informed_gain: Figure | None


def summarize(scenario: Scenario, results: Sequence[CaseResult]) -> Summary:
    """Summarize the results of all cases."""
    metrics = compute_metrics(results)
    return Summary(
        scenario,
        tuple(_summarize_contender(scenario, one) for one in metrics),
        tuple(find_gaps(scenario.checkpoints, metrics)),
        find_informed_gain(scenario.scored_from, metrics),
    )


def _summarize_contender(scenario: Scenario, metrics: CaseMetrics) -> ContenderSummary:
    places = [(n, at) for n in scenario.checkpoints if (at := metrics.index_of(n)) is not None]
    columns = [at for _, at in places]
    families = [case.family for case in metrics.cases]
    even, usual = Sample(families), Sample(families, FAMILY_WEIGHTS)
    return ContenderSummary(
        metrics.decoder,
        len(families),
        tuple(_checkpoint(plays, metrics, at, even, usual) for plays, at in places),
        tuple(
            AccuracyPoint(
                plays, even.figure(metrics.accuracy[:, at]), even.figure(metrics.loss[:, at])
            )
            for at, plays in enumerate(metrics.n_seen.tolist())
        ),
        _crack(metrics, even) if places else None,
        _ahead(scenario, metrics, even),
        _rule_report(metrics, even) if len(metrics.rule_report.n_seen) else None,
        {
            kind: tuple(_group(metrics, columns, name, mask) for name, mask in split)
            for kind, split in split_cases(metrics.cases).items()
        },
    )


# --- parts of a contender's summary ---------------------------------------------------------------


def _checkpoint(
    plays: int, metrics: CaseMetrics, at: int, even: Sample, usual: Sample
) -> Checkpoint:
    report = metrics.rule_report
    reported = np.flatnonzero(report.n_seen == plays)
    return Checkpoint(
        plays,
        even.figure(metrics.accuracy[:, at]),
        even.figure(metrics.loss[:, at]),
        usual.figure(metrics.accuracy[:, at]),
        usual.figure(metrics.loss[:, at]),
        _figure_or_none(even, metrics.key_found[:, at]),
        _figure_or_none(even, report.rule_correct[:, reported[0]]) if len(reported) else None,
    )


def _rule_report(metrics: CaseMetrics, sample: Sample) -> RuleReportSummary:
    report = metrics.rule_report
    return RuleReportSummary(
        sample.figure(report.no_rule),
        _figure_or_none(sample, report.change_found),
        sample.figure(report.false_change),
    )


def _figure_or_none(sample: Sample, values: Floats) -> Figure | None:
    """Return the figure over the coaches that have a value, or None if none has."""
    return None if np.isnan(values).all() else sample.figure(values)


def _crack(metrics: CaseMetrics, sample: Sample) -> CrackSummary:
    plays, steals = metrics.crack_plays, metrics.crack_steals
    low, high = sample.median_interval(plays)
    return CrackSummary(
        median=_finite_or_none(quantile(plays, 0.5)),
        ninetieth=_finite_or_none(quantile(plays, 0.9)),
        median_interval=(_finite_or_none(low), _finite_or_none(high)),
        steals_median=_finite_or_none(quantile(steals, 0.5)),
        steals_ninetieth=_finite_or_none(quantile(steals, 0.9)),
        never=sample.figure(np.isinf(plays).astype(np.float64)),
    )


def _finite_or_none(value: float) -> float | None:
    """Return the value, or None for never."""
    return value if np.isfinite(value) else None


def _ahead(scenario: Scenario, metrics: CaseMetrics, sample: Sample) -> Ahead | None:
    """Score the predictions of next plays, if each was predicted (Dawid 1984, prequential)."""
    scored = slice(scenario.scored_from - 1, None)
    p_next, steal_mask = metrics.p_next[:, scored], metrics.steal_mask[:, scored]
    if np.isnan(p_next).any() or not p_next.size:
        return None
    n_seen = np.arange(metrics.steal_mask.shape[1])
    steals = metrics.steal_mask.astype(np.float64)
    base = ((np.cumsum(steals, axis=1) - steals + 1) / (n_seen + 2))[:, scored]
    accuracy = ((p_next >= 0.5) == steal_mask).mean(axis=1)
    return Ahead(
        p_next.size,
        sample.figure(accuracy),
        sample.figure(log_loss(p_next, steal_mask).mean(axis=1)),
        sample.mean(((base >= 0.5) == steal_mask).mean(axis=1)),
        sample.mean(log_loss(base, steal_mask).mean(axis=1)),
        measure_calibration(p_next.ravel(), steal_mask.ravel()),
    )


def _group(metrics: CaseMetrics, columns: list[int], name: str, mask: CaseMask) -> Group:
    plays = metrics.crack_plays[mask]
    return Group(
        name,
        int(mask.sum()),
        tuple(float(x) for x in metrics.accuracy[mask][:, columns].mean(axis=0)),
        tuple(float(x) for x in metrics.loss[mask][:, columns].mean(axis=0)),
        _finite_or_none(quantile(plays, 0.5)) if columns else None,
        float(np.isinf(plays).mean()) if columns else 0.0,
    )
