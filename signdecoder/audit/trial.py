"""The audit itself: opponents who log every play of a coach, season by season, and what they read.

Cracked is what it is in the benchmark: at least 95 % right on fresh sequences, from this play on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signdecoder.audit.changes import CHANGES, Kind
from signdecoder.audit.seasons import AS_IT_IS, Plan, draw_case, draw_season_coach
from signdecoder.audit.signs import Signs
from signdecoder.audit.tells import Tells, measure_tells
from signdecoder.benchmark.entrants import Answers, Entrant, Maker, enter
from signdecoder.benchmark.grades import CRACKED, Grades, grade
from signdecoder.benchmark.intervals import Figure, Sample, quantile
from signdecoder.benchmark.sittings import WORKERS, run
from signdecoder.plays import Play
from signdecoder.progress import Progress

OPPONENTS = ("mixture", "rules", "pair score")
_ONE_IN = 2  # one season in so many is replayed with each change


@dataclass(frozen=True, slots=True)
class Crack:
    """How soon one opponent reads the signs, over the seasons; None where so many never did.

    ``plays``, ``early`` and ``late`` are the median and the quartiles of plays until cracked,
    ``steals`` the median of steals. ``never`` is a share of the seasons, ``read`` the share of all
    steals that were foretold.
    """

    opponent: str
    plays: float | None
    early: float | None
    late: float | None
    steals: float | None
    never: float
    read: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change brings against the decoder, in the mean of the replayed seasons.

    A play is safe if the decoder is right on less than 95 % after it: ``gained`` is how many more
    of a season's are, with the 95 % interval over seasons, ``safe`` how many then. ``read_before``
    and ``read_after`` are the shares of the steals that were foretold.
    """

    change: str
    kind: Kind
    gained: Figure
    safe: float
    read_before: float
    read_after: float

    @property
    def is_clear(self) -> bool:
        """Is there more to it than the spread over seasons?"""
        return self.gained.low > 0 or self.gained.high < 0


@dataclass(frozen=True, slots=True)
class Audit:
    """What the simulated seasons of a coach say of his signs.

    ``cracks`` are by opponent, ``effects`` the habits and then the measures, each with the greatest
    gain first. ``left_out`` are changes that do not fit these signs; ``replayed`` is the number of
    seasons in which each change was tried.
    """

    signs: Signs
    seed: int
    seasons: int
    replayed: int
    plays: int
    tells: Tells
    cracks: tuple[Crack, ...]
    effects: tuple[Effect, ...]
    left_out: tuple[str, ...]


def audit(
    signs: Signs,
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
    fitting = [name for name, change in CHANGES.items() if change.fits(coaches[0])]
    replayed = -(-seasons // _ONE_IN)
    as_it_is = Plan(signs, seed, tuple((AS_IT_IS, season) for season in range(seasons)))
    changed = Plan(signs, seed, tuple(product(fitting, range(replayed))))
    makers = [partial(_make_quiet, maker) for maker in enter(OPPONENTS, weights)]
    graded: list[list[Grades]] = []
    for plan in (as_it_is, changed):
        done, todo = sum(len(g[0].examinees) for g in graded), seasons + len(changed.seasons)
        sittings = run(
            plan.exam(plays),
            makers,
            workers=workers,
            draw=partial(draw_case, plan),
            progress=partial(_report, progress, done, todo),
        )
        graded.append(grade(sittings))
    before, after = (grades[0] for grades in graded)
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
        tuple(map(_crack, graded[0])),
        tuple(sorted(effects, key=lambda e: (e.kind != "habit", -e.gained.mean))),
        tuple(name for name in CHANGES if name not in fitting),
    )


def _report(progress: Callable[[Progress], None], done: int, todo: int, part: Progress) -> None:
    """Tell how far a part of the work is as a part of the whole, whose seasons take alike."""
    pace = part.seconds_left / max(1, part.steps - part.step)
    step = done + part.step
    left = pace * (todo - step) if part.step < part.steps else part.seconds_left
    progress(replace(part, step=step, steps=todo, seconds_left=left))


def _effect(name: str, before: Grades, after: Grades, rows: NDArray[np.int64]) -> Effect:
    """The rows of the changed seasons, beside the first as many as they are."""
    first = np.arange(len(rows))
    alike = np.isin(before.asked, after.asked)
    plays = before.steals.shape[1]
    was = plays * (before.accuracy[first][:, alike] < CRACKED).mean(axis=1)
    now = plays * (after.accuracy[rows] < CRACKED).mean(axis=1)
    return Effect(
        name,
        CHANGES[name].kind,
        Sample([name] * len(rows)).figure(now - was),
        float(now.mean()),
        _read(before, first),
        _read(after, rows),
    )


def _crack(grades: Grades) -> Crack:
    plays, steals = grades.crack_plays, grades.crack_steals
    median, early, late = (_or_none(quantile(plays, share)) for share in (0.5, 0.25, 0.75))
    return Crack(
        grades.decoder,
        median,
        early,
        late,
        _or_none(quantile(steals, 0.5)),
        float(np.isinf(plays).mean()),
        _read(grades, np.arange(len(plays))),
    )


def _read(grades: Grades, rows: NDArray[np.int64]) -> float:
    """The share of the steals of these seasons that were foretold; 0 of none."""
    went = grades.steals[rows]
    return float((grades.ahead[rows][went] >= 0.5).mean()) if went.any() else 0.0


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


class _Quiet:
    """An entrant that is asked for its answers alone: words and key signs cost it time."""

    def __init__(self, entrant: Entrant) -> None:
        self.columns, self.every_play = entrant.columns, entrant.every_play
        self.learn: Callable[[Sequence[Play]], None] = entrant.learn
        self.tell_change: Callable[[], None] = entrant.tell_change
        self.ask: Callable[[Sequence[Sequence[str]]], Answers] = entrant.ask

    def key_signs(self) -> tuple[str | None, ...]:
        return (None,) * len(self.columns)

    def finding(self) -> None:
        return None


def _make_quiet(maker: Maker, play: str) -> Entrant:
    return _Quiet(maker(play))
