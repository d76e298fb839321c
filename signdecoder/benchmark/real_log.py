"""Compare the contenders on a real log, whose rule is unknown."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.baselines.base import Baseline
from signdecoder.benchmark.contender import Answers, Contender, ContenderFactory, predict_checked
from signdecoder.benchmark.metrics import log_loss
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.evidence import evidence_in
from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play, parse_date
from signdecoder.core.progress import Progress

BASE = "rate so far"
_BATCH = 64  # plays that are predicted at once, which bounds memory


@dataclass(frozen=True, slots=True)
class RealLogScore:
    """Log loss in nats and accuracy of one decoder over the plays whose outcome is known."""

    decoder: str
    plays: int
    log_loss: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class RealLogResult:
    """The scores (``marks``) of all decoders on one log, and how they were measured."""

    log: str
    play: str
    how: str
    marks: tuple[RealLogScore, ...]


@dataclass(frozen=True, slots=True)
class CoachSplit:
    """One coach's plays to learn and those to predict; with ``test`` None, predict, then learn."""

    learn: tuple[Play, ...]
    test: tuple[Play, ...] | None

    @property
    def scored(self) -> tuple[Play, ...]:
        """The plays that are predicted."""
        return self.learn if self.test is None else self.test


@dataclass(frozen=True, slots=True)
class RealLogPlan:
    """Which plays are learned and which are predicted, coach by coach; ``how`` describes it."""

    log: str
    play: str
    how: str
    splits: tuple[CoachSplit, ...]


def plan_real_log(
    log: str,
    play: str,
    plays: Sequence[Play],
    learn: int | None = None,
    test: tuple[str, Sequence[Play]] | None = None,
) -> RealLogPlan:
    """Split the plays of a log into those to learn and those to predict; ``play`` is the target.

    The first ``learn`` plays of each coach (None: all) are learned, and the rest or the plays of
    ``test``, another log, are predicted. With neither, each play is predicted and then learned.
    Raises SigndecoderError if there is nothing to predict.
    """
    coaches, name = _by_coach(plays), Path(log).name
    if learn is None and test is None:
        splits = [CoachSplit(tuple(own), None) for own in coaches.values()]
        how = "each play from those before it"
    else:
        tests = _by_coach(test[1]) if test else {}
        if len(coaches) == 1 and tests:  # a file without coaches has the name of the file as one
            tests = {next(iter(coaches)): [p for own in tests.values() for p in own]}
        splits = [
            CoachSplit(tuple(own[:learn]), tuple(tests.get(coach, []) if test else own[learn:]))
            for coach, own in coaches.items()
        ]
        known = {None: "all plays", 1: "the first play"}.get(learn, f"the first {learn} plays")
        how = f"{known} learned, {Path(test[0]).name if test else 'the others'} marked"
    splits = [split for split in splits if split.scored]
    if not splits:
        raise SigndecoderError(
            f"{log}: no plays are left to predict",
            "lower --learn, or name another log with --test",
        )
    return RealLogPlan(name, play, how, tuple(splits))


def _by_coach(plays: Sequence[Play]) -> dict[str, list[Play]]:
    """Return each coach's plays in order: by date, by a game's first appearance, by row."""
    games: dict[tuple[str, str, str], int] = {}
    for play in plays:
        games.setdefault(_game_of(play), len(games))
    coaches: dict[str, list[Play]] = {}
    for play in sorted(plays, key=lambda p: (parse_date(p.date), games[_game_of(p)])):
        coaches.setdefault(fold(play.coach), []).append(play)
    return coaches


def _game_of(play: Play) -> tuple[str, str, str]:
    return fold(play.coach), parse_date(play.date), fold(play.game)


def run_real_log(
    plan: RealLogPlan,
    factories: Sequence[ContenderFactory],
    progress: Callable[[Progress], None] = lambda _: None,
) -> RealLogResult:
    """Score every contender, and the rate of the called play so far, on all planned plays."""
    plays = sum(len(split.scored) for split in plan.splits)
    clock = _ScoreClock(plays * (len(factories) + 1), progress)
    p_called: dict[str, list[Answers]] = {}
    masks: dict[str, list[NDArray[np.bool_]]] = {}
    for make in (*factories, RateSoFar):
        for split in plan.splits:
            contender = make(plan.play)
            evidence = np.array([evidence_in(p, plan.play) for p in split.scored])
            known_mask, called_mask = evidence != Evidence.SILENT, evidence == Evidence.CALLED
            parts = list(clock.watch(_predict(contender, split), known_mask, called_mask))
            for name, row in zip(contender.columns, np.concatenate(parts, axis=1), strict=True):
                p_called.setdefault(name, []).append(row[known_mask])
                masks.setdefault(name, []).append(called_mask[known_mask])
    scores = tuple(
        _score(name, np.concatenate(p_called[name]), np.concatenate(masks[name]))
        for name in p_called
    )
    return RealLogResult(plan.log, plan.play, plan.how, scores)


def _predict(contender: Contender, split: CoachSplit) -> Iterator[Answers]:
    """Yield a contender's answers for the scored plays: (columns, some plays) at a time."""
    if split.test is not None:
        contender.observe_many(split.learn)
        for begin in range(0, len(split.test), _BATCH):
            yield predict_checked(
                contender, [p.signals for p in split.test[begin : begin + _BATCH]]
            )
        return
    begin, step = 0, 1
    while begin < len(split.learn):
        block = split.learn[begin : begin + step]
        yield predict_checked(contender, [p.signals for p in block])
        contender.observe_many(block)
        begin += len(block)
        # A slow contender is retrained only when the log has doubled.
        step = 1 if contender.every_play else begin


def _score(name: str, p_called: Answers, called_mask: NDArray[np.bool_]) -> RealLogScore:
    if not len(p_called):
        return RealLogScore(name, 0, None, None)
    accuracy = float(((p_called >= 0.5) == called_mask).mean())
    loss = float(log_loss(p_called, called_mask).mean())
    return RealLogScore(name, len(p_called), loss, accuracy)


class RateSoFar(Baseline):
    """Answers with the rate of the called play so far (Laplace), without looking at the signs."""

    name = BASE

    def __init__(self, play: str) -> None:
        self._play = play
        self._n_called, self._n_known = 1, 2

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Count the plays whose outcome is known."""
        evidence = [evidence_in(play, self._play) for play in plays]
        self._n_known += sum(e is not Evidence.SILENT for e in evidence)
        self._n_called += evidence.count(Evidence.CALLED)

    def probabilities(self, sequences: Sequence[Sequence[str]]) -> list[float]:
        """Return the rate for each sequence."""
        return [self._n_called / self._n_known] * len(sequences)

    def key_sign(self) -> str | None:
        """Return None: it does not look at the signs."""
        return None


class _ScoreClock:
    """Reports how many plays were scored, the log loss so far, and the time left."""

    def __init__(self, steps: int, progress: Callable[[Progress], None]) -> None:
        self._steps, self._progress = steps, progress
        self._done, self._began = 0, time.monotonic()

    def watch(
        self,
        parts: Iterator[Answers],
        known_mask: NDArray[np.bool_],
        called_mask: NDArray[np.bool_],
    ) -> Iterator[Answers]:
        """Pass on a contender's answers, some plays at a time; the masks are of all plays."""
        begin, total, count = 0, 0.0, 0
        for answers in parts:
            yield answers
            here = slice(begin, begin + answers.shape[1])
            losses = log_loss(answers[0], called_mask[here])[known_mask[here]]
            begin, total, count = here.stop, total + losses.sum(), count + len(losses)
            self._done += answers.shape[1]
            left = (time.monotonic() - self._began) / self._done * (self._steps - self._done)
            self._progress(Progress(self._done, self._steps, total / max(count, 1), left))
