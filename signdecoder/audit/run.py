"""The audit itself: opponents who log every play of a coach, season by season, and what they read.

Cracked is what it is in the benchmark: at least 95% right on fresh sequences, from this play on.
Who reads the coach is right on so much of his own plays as they come, steals and others alike.
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
from signdecoder.audit.descriptives import measure_tells
from signdecoder.audit.interventions import CHANGES
from signdecoder.audit.natural_accuracy import own_accuracy
from signdecoder.audit.results import Audit, CrackTime, Effect
from signdecoder.audit.scenarios import (
    AS_IT_IS,
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
_STEP = 2  # plays between two questions of a replay: no gain is known better
_ONE_IN = 3  # one season in so many is replayed with each change


def audit(
    signs: CoachSpec,
    *,
    seed: int,
    seasons: int,
    plays: int,
    weights: Path | None = None,
    workers: int = WORKERS,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Audit:
    """Simulate seasons of this coach, with and without each change, and let opponents read them.

    ``weights`` are those of the LSTM, None for the shipped ones. Raises SigndecoderError where
    these signs cannot be given as often as he calls plays.
    """
    coaches = [draw_season_coach(signs, seed, season) for season in range(seasons)]
    fitting = [name for name, change in CHANGES.items() if change.fits(coaches[0], plays)]
    replayed = -(-seasons // _ONE_IN)
    as_it_is = ScenarioPlan(signs, seed, tuple((AS_IT_IS, season) for season in range(seasons)))
    changed = ScenarioPlan(signs, seed, tuple(product(fitting, range(replayed))))
    factories = [partial(_make_quiet, make) for make in contender_factories(OPPONENTS, weights)]
    todo, marks = seasons + len(changed.seasons), []
    # Of what the changes bring only the first opponent is asked.
    for plan, done, result in ((as_it_is, 0, factories), (changed, seasons, factories[:1])):
        results = run(
            plan.scenario(plays),
            result,
            workers=workers,
            draw=partial(draw_season, plan),
            progress=partial(_report, progress, done, todo),
        )
        marks.append(_mark(plan, results))
    before, after = (mark[0] for mark in marks)
    effects = [
        _effect(name, before, after, n * replayed + np.arange(replayed))
        for n, name in enumerate(fitting)
    ]
    return Audit(
        signs,
        seed,
        seasons,
        replayed,
        plays,
        measure_tells(coaches, seed),
        tuple(map(_crack, marks[0])),
        tuple(sorted(effects, key=lambda e: (e.kind != "habit", -e.gained.mean))),
        tuple(name for name in CHANGES if name not in fitting),
    )


def _report(progress: Callable[[Progress], None], done: int, todo: int, part: Progress) -> None:
    """Tell how far a part of the work is as a part of the whole, whose seasons take alike."""
    pace = part.seconds_left / max(1, part.steps - part.step)
    step = done + part.step
    left = pace * (todo - step) if part.step < part.steps else part.seconds_left
    progress(replace(part, step=step, steps=todo, seconds_left=left))


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """One opponent over N seasons: its grades, and (N, A) how much of his own plays it reads."""

    metrics: CaseMetrics
    own: Floats


def _mark(plan: ScenarioPlan, results: Sequence[CaseResult]) -> list[_Marks]:
    weights = [draw_weights(plan, result.case) for result in results]
    return [
        _Marks(
            metrics,
            np.stack(
                [
                    own_accuracy(result.case, result.predictions[place], weighed)
                    for result, weighed in zip(results, weights, strict=True)
                ]
            ),
        )
        for place, metrics in enumerate(compute_metrics(results))
    ]


def _effect(name: str, before: _Marks, after: _Marks, rows: NDArray[np.int64]) -> Effect:
    """The rows of the changed seasons, beside the first as many as they are."""
    first = np.arange(len(rows))
    alike = np.isin(before.metrics.n_seen, after.metrics.n_seen)
    plays = before.metrics.steal_mask.shape[1]
    was = plays * (before.own[first][:, alike] < CRACKED).mean(axis=1)
    now = plays * (after.own[rows] < CRACKED).mean(axis=1)
    gained = mean_figure(now - was)
    low, high = min(gained.low, gained.mean - _STEP / 2), max(gained.high, gained.mean + _STEP / 2)
    return Effect(
        name,
        CHANGES[name].kind,
        replace(gained, low=low, high=high),
        float(now.mean()),
        _foretold(before.metrics, first),
        _foretold(after.metrics, rows),
    )


def _crack(marks: _Marks) -> CrackTime:
    metrics = marks.metrics
    plays = metrics.crack_plays
    median, early, late = (_or_none(quantile(plays, share)) for share in (0.5, 0.25, 0.75))
    since = [first_for_good(reached) for reached in marks.own >= CRACKED]
    reads = np.array([np.inf if at is None else metrics.n_seen[at] for at in since])
    return CrackTime(
        metrics.decoder,
        median,
        early,
        late,
        _or_none(quantile(metrics.crack_steals, 0.5)),
        float(np.isinf(plays).mean()),
        _or_none(quantile(reads, 0.5)),
        _foretold(metrics, np.arange(len(plays))),
    )


def _foretold(metrics: CaseMetrics, rows: NDArray[np.int64]) -> float:
    """The share of the steals of these seasons that were foretold; 0 of none."""
    went = metrics.steal_mask[rows]
    return float((metrics.p_next[rows][went] >= 0.5).mean()) if went.any() else 0.0


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


class _Quiet:
    """An entrant that is asked for its answers alone: words and key signs cost it time."""

    def __init__(self, contender: Contender) -> None:
        self.columns, self.every_play = contender.columns, contender.every_play
        self.observe_many: Callable[[Sequence[Play]], None] = contender.observe_many
        self.mark_change: Callable[[], None] = contender.mark_change
        self.predict_proba: Callable[[Sequence[Sequence[str]]], Answers] = contender.predict_proba

    def key_signs(self) -> tuple[str | None, ...]:
        return (None,) * len(self.columns)

    def finding(self) -> None:
        return None


def _make_quiet(make: ContenderFactory, play: str) -> Contender:
    return _Quiet(make(play))
