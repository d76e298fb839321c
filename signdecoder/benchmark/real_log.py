"""Every decoder side by side on a real log, whose rule nobody tells."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.contenders import Answers, Contender, Maker, ask_entrant
from signdecoder.benchmark.metrics import log_loss
from signdecoder.benchmark.rule_match import Finding
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence, evidence_of
from signdecoder.core.play import Play, parse_date
from signdecoder.core.progress import Progress

BASE = "rate so far"
_SHARED = 64  # plays that are asked about at once, which bounds memory


@dataclass(frozen=True, slots=True)
class ScoredPlay:
    """How one decoder did: log loss in nats and accuracy over plays whose outcome is known."""

    decoder: str
    plays: int
    log_loss: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class RealLogResult:
    """The marks of all decoders on one log, and how they came about."""

    log: str
    play: str
    how: str
    marks: tuple[ScoredPlay, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One coach's plays to learn from, and those to mark; ``test`` None: predict, then learn."""

    learn: tuple[Play, ...]
    test: tuple[Play, ...] | None

    @property
    def marked(self) -> tuple[Play, ...]:
        """The plays that are predicted."""
        return self.learn if self.test is None else self.test


@dataclass(frozen=True, slots=True)
class RealLogPlan:
    """What is learned of a log and what is marked, coach by coach, and that in words."""

    log: str
    play: str
    how: str
    lessons: tuple[Lesson, ...]


def plan_trial(
    log: str,
    play: str,
    plays: Sequence[Play],
    learn: int | None = None,
    test: tuple[str, Sequence[Play]] | None = None,
) -> RealLogPlan:
    """What to learn and what to mark of the log with these plays; ``play`` is the called play.

    ``learn`` plays of each coach (None: all) are learned and the others marked, or those of
    ``test``, another log. With neither, each play is predicted and then learned. Raises
    SigndecoderError where nothing is left to mark.
    """
    coaches, name = _by_coach(plays), Path(log).name
    if learn is None and test is None:
        lessons = [Lesson(tuple(own), None) for own in coaches.values()]
        how = "each play from those before it"
    else:
        asked = _by_coach(test[1]) if test else {}
        if len(coaches) == 1 and asked:  # a file's name is its coach's where it names none
            asked = {next(iter(coaches)): [p for own in asked.values() for p in own]}
        lessons = [
            Lesson(tuple(own[:learn]), tuple(asked.get(coach, []) if test else own[learn:]))
            for coach, own in coaches.items()
        ]
        known = {None: "all plays", 1: "the first play"}.get(learn, f"the first {learn} plays")
        how = f"{known} learned, {Path(test[0]).name if test else 'the others'} marked"
    lessons = [lesson for lesson in lessons if lesson.marked]
    if not lessons:
        raise SigndecoderError(f"{log}: no plays are left to mark", "learn fewer, or name a test")
    return RealLogPlan(name, play, how, tuple(lessons))


def _by_coach(plays: Sequence[Play]) -> dict[str, list[Play]]:
    """The plays of each coach in order: by day, by a game's first appearance, by row."""
    games: dict[tuple[str, str, str], int] = {}
    for play in plays:
        games.setdefault(_game_of(play), len(games))
    coaches: dict[str, list[Play]] = {}
    for play in sorted(plays, key=lambda p: (parse_date(p.date), games[_game_of(p)])):
        coaches.setdefault(fold(play.coach), []).append(play)
    return coaches


def _game_of(play: Play) -> tuple[str, str, str]:
    return fold(play.coach), parse_date(play.date), fold(play.game)


def hold_trial(
    plan: RealLogPlan,
    makers: Sequence[Maker],
    progress: Callable[[Progress], None] = lambda _: None,
) -> RealLogResult:
    """Mark every entrant, and the rate of the called play so far, on all that is planned."""
    plays = sum(len(lesson.marked) for lesson in plan.lessons)
    clock = _Clock(plays * (len(makers) + 1), progress)
    said: dict[str, list[Answers]] = {}
    came: dict[str, list[NDArray[np.bool_]]] = {}
    for make in (*makers, RateSoFar):
        for lesson in plan.lessons:
            entrant = make(plan.play)
            evidence = np.array([evidence_of(p.outcome, plan.play) for p in lesson.marked])
            known, called = evidence != Evidence.SILENT, evidence == Evidence.CALLED
            parts = list(clock.watch(_predict(entrant, lesson), known, called))
            for name, row in zip(entrant.columns, np.concatenate(parts, axis=1), strict=True):
                said.setdefault(name, []).append(row[known])
                came.setdefault(name, []).append(called[known])
    joined = {name: (np.concatenate(said[name]), np.concatenate(came[name])) for name in said}
    marks = tuple(_mark(name, *both) for name, both in joined.items())
    return RealLogResult(plan.log, plan.play, plan.how, marks)


def _predict(entrant: Contender, lesson: Lesson) -> Iterator[Answers]:
    """What an entrant says of the plays that are marked: (columns, some of them) at a time."""
    if lesson.test is not None:
        entrant.learn(lesson.learn)
        for begin in range(0, len(lesson.test), _SHARED):
            yield ask_entrant(entrant, [p.signals for p in lesson.test[begin : begin + _SHARED]])
        return
    begin, step = 0, 1
    while begin < len(lesson.learn):
        block = lesson.learn[begin : begin + step]
        yield ask_entrant(entrant, [p.signals for p in block])
        entrant.learn(block)
        begin += len(block)
        # What is slow learns anew each time that it has seen as many plays again.
        step = 1 if entrant.every_play else begin


def _mark(name: str, said: Answers, called: NDArray[np.bool_]) -> ScoredPlay:
    if not len(said):
        return ScoredPlay(name, 0, None, None)
    right = float(((said >= 0.5) == called).mean())
    return ScoredPlay(name, len(said), float(log_loss(said, called).mean()), right)


class RateSoFar:
    """Says of every sequence how often the called play came so far: no signs needed.

    One call and one other play are taken as seen: a rate is never quite 0 or 1.
    """

    columns = (BASE,)
    every_play = True

    def __init__(self, play: str) -> None:
        self._play = play
        self._called, self._known = 1, 2

    def learn(self, plays: Sequence[Play]) -> None:
        """Count the plays whose outcome is known."""
        evidence = [evidence_of(play.outcome, self._play) for play in plays]
        self._known += sum(e is not Evidence.SILENT for e in evidence)
        self._called += evidence.count(Evidence.CALLED)

    def tell_change(self) -> None:
        """Go on as before: it has no use for that."""

    def ask(self, sequences: Sequence[Sequence[str]]) -> Answers:
        """The rate, for each sequence."""
        return np.full((1, len(sequences)), self._called / self._known)

    def key_signs(self) -> tuple[str | None, ...]:
        """None: it does not look at signs."""
        return (None,)

    def finding(self) -> Finding | None:
        """None, for the same reason."""
        return None


class _Clock:
    """Tells how many plays were marked, how well, and how long the others will take."""

    def __init__(self, steps: int, progress: Callable[[Progress], None]) -> None:
        self._steps, self._progress = steps, progress
        self._done, self._began = 0, time.monotonic()

    def watch(
        self, parts: Iterator[Answers], known: NDArray[np.bool_], called: NDArray[np.bool_]
    ) -> Iterator[Answers]:
        """Pass on what an entrant says, some plays at a time; ``known`` and ``called`` hold all."""
        begin, total, count = 0, 0.0, 0
        for answers in parts:
            yield answers
            here = slice(begin, begin + answers.shape[1])
            losses = log_loss(answers[0], called[here])[known[here]]
            begin, total, count = here.stop, total + losses.sum(), count + len(losses)
            self._done += answers.shape[1]
            left = (time.monotonic() - self._began) / self._done * (self._steps - self._done)
            self._progress(Progress(self._done, self._steps, total / max(count, 1), left))
