"""The audit: opponents log every play of a coach, season by season, and learn to read them.

Cracked means the same as in the benchmark: an accuracy of 95% or more on new sequences from this
play on. An opponent reads the coach if they have this accuracy on the coach's natural plays, with
steals and other plays weighted equally.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signdecoder.audit.coach_spec import CoachSpec
from signdecoder.audit.descriptives import measure_descriptives
from signdecoder.audit.interventions import INTERVENTIONS
from signdecoder.audit.natural_accuracy import natural_accuracy
from signdecoder.audit.results import Audit, CrackTime, Effect
from signdecoder.audit.scenarios import (
    UNCHANGED,
    ScenarioPlan,
    draw_season,
    draw_season_coach,
    draw_weights,
)
from signdecoder.benchmark.bootstrap import Floats, mean_figure, quantile
from signdecoder.benchmark.contender import Answers, Contender, ContenderFactory
from signdecoder.benchmark.contenders import contender_factories
from signdecoder.benchmark.metrics import CRACKED, CaseMetrics, compute_metrics, first_for_good
from signdecoder.benchmark.runner import WORKERS, CaseResult, run
from signdecoder.core.play import Play
from signdecoder.core.progress import Progress

OPPONENTS = ("mixture", "rules", "pair score")
_STEP = 2  # plays between two questions of a replay, which limits the precision of a gain
_REPLAYED = 3  # every third season is replayed with each intervention


def audit(
    spec: CoachSpec,
    *,
    seed: int,
    seasons: int,
    plays: int,
    weights: Path | None = None,
    workers: int = WORKERS,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Audit:
    """Simulate seasons of this coach, with and without each intervention, and let opponents learn.

    ``weights`` are the LSTM's, None for the shipped ones. Raises SigndecoderError if these signs
    cannot be given as often as the coach calls plays.
    """
    coaches = [draw_season_coach(spec, seed, season) for season in range(seasons)]
    fitting = [name for name, change in INTERVENTIONS.items() if change.fits(coaches[0], plays)]
    replayed = -(-seasons // _REPLAYED)
    unchanged = ScenarioPlan(spec, seed, tuple((UNCHANGED, season) for season in range(seasons)))
    changed = ScenarioPlan(spec, seed, tuple(product(fitting, range(replayed))))
    factories = [partial(_make_silent, make) for make in contender_factories(OPPONENTS, weights)]
    total, scores = seasons + len(changed.seasons), []
    # Only the first opponent replays the interventions.
    for plan, done, opponents in ((unchanged, 0, factories), (changed, seasons, factories[:1])):
        results = run(
            plan.scenario(plays),
            opponents,
            workers=workers,
            draw=partial(draw_season, plan),
            progress=partial(_report, progress, done, total),
        )
        scores.append(_score(plan, results))
    before, after = (by_opponent[0] for by_opponent in scores)
    effects = [
        _effect(name, before, after, n * replayed + np.arange(replayed))
        for n, name in enumerate(fitting)
    ]
    return Audit(
        spec,
        seed,
        seasons,
        replayed,
        plays,
        measure_descriptives(coaches, seed),
        tuple(map(_crack_time, scores[0])),
        tuple(sorted(effects, key=lambda e: (e.kind != "habit", -e.gained.mean))),
        tuple(name for name in INTERVENTIONS if name not in fitting),
    )


def _report(progress: Callable[[Progress], None], done: int, total: int, part: Progress) -> None:
    """Report the progress of a part as progress of the whole; all seasons take equally long."""
    pace = part.seconds_left / max(1, part.steps - part.step)
    step = done + part.step
    left = pace * (total - step) if part.step < part.steps else part.seconds_left
    progress(replace(part, step=step, steps=total, seconds_left=left))


@dataclass(frozen=True, slots=True, eq=False)
class _SeasonScores:
    """One opponent over N seasons: its metrics, and its accuracy on natural plays (N, A)."""

    metrics: CaseMetrics
    natural: Floats


def _score(plan: ScenarioPlan, results: Sequence[CaseResult]) -> list[_SeasonScores]:
    weights = [draw_weights(plan, result.case) for result in results]
    return [
        _SeasonScores(
            metrics,
            np.stack(
                [
                    natural_accuracy(result.case, result.predictions[place], weights_of_season)
                    for result, weights_of_season in zip(results, weights, strict=True)
                ]
            ),
        )
        for place, metrics in enumerate(compute_metrics(results))
    ]


def _effect(
    name: str, before: _SeasonScores, after: _SeasonScores, rows: NDArray[np.int64]
) -> Effect:
    """Compare the changed seasons in ``rows`` with the same seasons unchanged."""
    first = np.arange(len(rows))
    asked_in_both = np.isin(before.metrics.n_seen, after.metrics.n_seen)
    plays = before.metrics.steal_mask.shape[1]
    safe_before = plays * (before.natural[first][:, asked_in_both] < CRACKED).mean(axis=1)
    safe_after = plays * (after.natural[rows] < CRACKED).mean(axis=1)
    gained = mean_figure(safe_after - safe_before)
    low, high = min(gained.low, gained.mean - _STEP / 2), max(gained.high, gained.mean + _STEP / 2)
    return Effect(
        name,
        INTERVENTIONS[name].kind,
        replace(gained, low=low, high=high),
        float(safe_after.mean()),
        _share_predicted(before.metrics, first),
        _share_predicted(after.metrics, rows),
    )


def _crack_time(scores: _SeasonScores) -> CrackTime:
    metrics = scores.metrics
    plays = metrics.crack_plays
    median, early, late = (_finite_or_none(quantile(plays, share)) for share in (0.5, 0.25, 0.75))
    since = [first_for_good(reached) for reached in scores.natural >= CRACKED]
    reads = np.array([np.inf if at is None else metrics.n_seen[at] for at in since])
    return CrackTime(
        metrics.decoder,
        median,
        early,
        late,
        _finite_or_none(quantile(metrics.crack_steals, 0.5)),
        float(np.isinf(plays).mean()),
        _finite_or_none(quantile(reads, 0.5)),
        _share_predicted(metrics, np.arange(len(plays))),
    )


def _share_predicted(metrics: CaseMetrics, rows: NDArray[np.int64]) -> float:
    """Return the share of these seasons' steals that were predicted, 0 if there were none."""
    steal_mask = metrics.steal_mask[rows]
    return float((metrics.p_next[rows][steal_mask] >= 0.5).mean()) if steal_mask.any() else 0.0


def _finite_or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


class _SilentContender:
    """A contender that is asked for probabilities only; reports and key signs take time."""

    def __init__(self, contender: Contender) -> None:
        self.columns, self.every_play = contender.columns, contender.every_play
        self.observe_many: Callable[[Sequence[Play]], None] = contender.observe_many
        self.mark_change: Callable[[], None] = contender.mark_change
        self.predict_proba: Callable[[Sequence[Sequence[str]]], Answers] = contender.predict_proba

    def key_signs(self) -> tuple[str | None, ...]:
        return (None,) * len(self.columns)

    def finding(self) -> None:
        return None


def _make_silent(make: ContenderFactory, play: str) -> Contender:
    return _SilentContender(make(play))
