"""The figures of an exam, with intervals over coaches: another draw of coaches could say these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signdecoder.benchmark.bootstrap import Figure, Floats, Sample, quantile
from signdecoder.benchmark.calibration import Calibration, measure_calibration
from signdecoder.benchmark.metrics import CaseMetrics, Chosen, grade, log_loss, split_examinees
from signdecoder.benchmark.paired import Gap, find_gaps, find_told_gap
from signdecoder.benchmark.runner import CaseResult
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.rules.prior import FAMILY_WEIGHTS


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How well a decoder does after so many plays.

    ``accuracy`` is a share and ``loss`` in nats, every family counting equally; ``usual_*`` count
    each family as often as it is met (grammar.py). ``key_found`` is a share of the coaches who
    have a key sign, ``rule_told`` of those who have a rule; None without any.
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
    """A point of the learning curve, every family counting equally."""

    plays: int
    accuracy: Figure
    loss: Figure


@dataclass(frozen=True, slots=True)
class CrackSummary:
    """Plays and steals until a rule is cracked for good; None where so many never were.

    ``median`` and ``ninetieth`` are quantiles over the coaches, ``never`` a share of them.
    """

    median: float | None
    ninetieth: float | None
    median_interval: tuple[float | None, float | None]
    steals_median: float | None
    steals_ninetieth: float | None
    never: Figure


@dataclass(frozen=True, slots=True)
class Ahead:
    """How well each next play was predicted; ``base_*``: by the rate of the called play so far."""

    plays: int
    accuracy: Figure
    loss: Figure
    base_accuracy: float
    base_loss: float
    calibration: Calibration | None


@dataclass(frozen=True, slots=True)
class RuleReportSummary:
    """What the report says at the end, as shares of the coaches.

    ``no_rule``: that the signs mean nothing; ``change``: of those who changed their signs, that
    they did, near the last place; ``change_made_up``: a change where there was none.
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
    """All that one decoder reached.

    ``curve`` has a point wherever it was asked, ``checkpoints`` tell more of some of them;
    ``groups`` are by family, signals, level and noise.
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
    """An exam and what every decoder reached in it.

    ``told`` is how much more often the mixture is right on the next play where it is told of a
    change of signs, a share.
    """

    exam: Scenario
    standings: tuple[ContenderSummary, ...]
    gaps: tuple[Gap, ...]
    told: Figure | None


def tally(exam: Scenario, sittings: Sequence[CaseResult]) -> Summary:
    """Add an exam's papers up."""
    graded = grade(sittings)
    return Summary(
        exam,
        tuple(_stand(exam, grades) for grades in graded),
        tuple(find_gaps(exam.checkpoints, graded)),
        find_told_gap(exam.scored_from, graded),
    )


def _stand(exam: Scenario, grades: CaseMetrics) -> ContenderSummary:
    places = [(plays, at) for plays in exam.checkpoints if (at := grades.at(plays)) is not None]
    columns = [at for _, at in places]
    families = [examinee.family for examinee in grades.examinees]
    even, usual = Sample(families), Sample(families, FAMILY_WEIGHTS)
    return ContenderSummary(
        grades.decoder,
        len(families),
        tuple(_checkpoint(plays, grades, at, even, usual) for plays, at in places),
        tuple(
            AccuracyPoint(
                plays, even.figure(grades.accuracy[:, at]), even.figure(grades.loss[:, at])
            )
            for at, plays in enumerate(grades.asked.tolist())
        ),
        _crack(grades, even) if places else None,
        _ahead(exam, grades, even),
        _told(grades, even) if len(grades.told.after) else None,
        {
            kind: tuple(_group(grades, columns, name, chosen) for name, chosen in split)
            for kind, split in split_examinees(grades.examinees).items()
        },
    )


# --- parts of a standing --------------------------------------------------------------------------


def _checkpoint(
    plays: int, grades: CaseMetrics, at: int, even: Sample, usual: Sample
) -> Checkpoint:
    told = np.flatnonzero(grades.told.after == plays)
    return Checkpoint(
        plays,
        even.figure(grades.accuracy[:, at]),
        even.figure(grades.loss[:, at]),
        usual.figure(grades.accuracy[:, at]),
        usual.figure(grades.loss[:, at]),
        _some_figure(even, grades.key_found[:, at]),
        _some_figure(even, grades.told.rule[:, told[0]]) if len(told) else None,
    )


def _told(grades: CaseMetrics, sample: Sample) -> RuleReportSummary:
    return RuleReportSummary(
        sample.figure(grades.told.no_rule),
        _some_figure(sample, grades.told.change),
        sample.figure(grades.told.made_up),
    )


def _some_figure(sample: Sample, values: Floats) -> Figure | None:
    """The figure over the coaches that have a value, None where none has."""
    return None if np.isnan(values).all() else sample.figure(values)


def _crack(grades: CaseMetrics, sample: Sample) -> CrackSummary:
    plays, steals = grades.crack_plays, grades.crack_steals
    low, high = sample.median_interval(plays)
    return CrackSummary(
        median=_or_none(quantile(plays, 0.5)),
        ninetieth=_or_none(quantile(plays, 0.9)),
        median_interval=(_or_none(low), _or_none(high)),
        steals_median=_or_none(quantile(steals, 0.5)),
        steals_ninetieth=_or_none(quantile(steals, 0.9)),
        never=sample.figure(np.isinf(plays).astype(np.float64)),
    )


def _or_none(value: float) -> float | None:
    """The value, None for never."""
    return value if np.isfinite(value) else None


def _ahead(exam: Scenario, grades: CaseMetrics, sample: Sample) -> Ahead | None:
    """The next plays that count, where each was asked about."""
    scored = slice(exam.scored_from - 1, None)
    said, steals = grades.ahead[:, scored], grades.steals[:, scored]
    if np.isnan(said).any() or not said.size:
        return None
    seen = np.arange(grades.steals.shape[1])
    went = grades.steals.astype(np.float64)
    base = ((np.cumsum(went, axis=1) - went + 1) / (seen + 2))[:, scored]
    right = ((said >= 0.5) == steals).mean(axis=1)
    return Ahead(
        said.size,
        sample.figure(right),
        sample.figure(log_loss(said, steals).mean(axis=1)),
        sample.mean(((base >= 0.5) == steals).mean(axis=1)),
        sample.mean(log_loss(base, steals).mean(axis=1)),
        measure_calibration(said.ravel(), steals.ravel()),
    )


def _group(grades: CaseMetrics, columns: list[int], name: str, chosen: Chosen) -> Group:
    plays = grades.crack_plays[chosen]
    return Group(
        name,
        int(chosen.sum()),
        tuple(float(x) for x in grades.accuracy[chosen][:, columns].mean(axis=0)),
        tuple(float(x) for x in grades.loss[chosen][:, columns].mean(axis=0)),
        _or_none(quantile(plays, 0.5)) if columns else None,
        float(np.isinf(plays).mean()) if columns else 0.0,
    )
