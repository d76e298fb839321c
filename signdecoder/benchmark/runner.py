"""Sits exams: every entrant meets every examinee, play by play, in several processes at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import active_children, get_context

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.cases import Case, draw_examinee
from signdecoder.benchmark.contenders import Answers, Contender, Maker, ask_entrant
from signdecoder.benchmark.rule_match import Finding
from signdecoder.benchmark.scenarios import CHECKPOINTS, Scenario
from signdecoder.core.outcomes import STEAL
from signdecoder.core.processes import end_with_parent
from signdecoder.core.progress import Progress

SLOW = 20  # coaches that a slow decoder meets
WORKERS = 2
Draw = Callable[[Scenario, int], Case]
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True, slots=True)
class Predictions:
    """What one decoder said of one examinee.

    ``asked`` (A,) are the counts of plays after which it was asked, ``answers`` (A, Q) its chances
    of the called play, ``key_signs`` (A,) its guesses. ``ahead`` (P,) is what it said of each play
    before it was learned, nan where it was not asked. ``findings`` are what it told in words after
    so many plays, at checkpoints and at the end.
    """

    decoder: str
    asked: NDArray[np.int64]
    answers: NDArray[np.float64]
    key_signs: tuple[str | None, ...]
    ahead: NDArray[np.float64]
    findings: tuple[tuple[int, Finding], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One examinee and the papers about him."""

    examinee: Case
    papers: tuple[Predictions, ...]


def run(
    exam: Scenario,
    makers: Sequence[Maker],
    *,
    slow: int = SLOW,
    workers: int = WORKERS,
    draw: Draw = draw_examinee,
    progress: Callable[[Progress], None] = lambda _: None,
) -> list[CaseResult]:
    """Every entrant on every examinee, those that are slow on the first ``slow`` alone.

    ``draw`` gives the examinee of a number, and can be pickled. With ``workers`` 0 it is done in
    this process, else in so many that are started for it; their number changes no answer.
    """
    sit = partial(sit_exam, exam, tuple(makers), slow, draw=draw)
    began, done = time.monotonic(), []
    with _mapper(workers) as run_all:
        for sitting in run_all(sit, range(exam.coaches)):
            done.append(sitting)
            left = (time.monotonic() - began) / len(done) * (exam.coaches - len(done))
            progress(Progress(len(done), exam.coaches, _loss_so_far(done), left))
    return done


def sit_exam(
    exam: Scenario, makers: Sequence[Maker], slow: int, number: int, draw: Draw = draw_examinee
) -> CaseResult:
    """All entrants on the examinee of this number."""
    examinee = draw(exam, number)
    papers: list[Predictions] = []
    for make in makers:
        entrant = make(STEAL)
        if entrant.every_play or number < slow:
            papers += _sit(entrant, exam, examinee)
    return CaseResult(examinee, tuple(papers))


def _sit(entrant: Contender, exam: Scenario, examinee: Case) -> list[Predictions]:
    """One entrant's papers: learn a play, answer the questions, predict the next play."""
    log, changes = examinee.log, {quiz.since for quiz in examinee.quizzes[1:]}
    notes = _Notes(entrant, examinee)
    for seen in range(len(log) + 1):
        if seen in changes:
            notes.learn(seen)
            entrant.tell_change()
        if entrant.every_play or seen in CHECKPOINTS:
            notes.learn(seen)
            notes.ask(seen, questions=seen > 0 and exam.asks_after(seen))
            if seen in exam.checkpoints or seen == len(log):
                notes.find(seen)
    return notes.papers()


class _Notes:
    """What one entrant said of one examinee so far."""

    def __init__(self, entrant: Contender, examinee: Case) -> None:
        self._entrant, self._examinee = entrant, examinee
        self._learned = 0
        self._asked: list[int] = []
        self._answers: list[Answers] = []
        self._keys: list[tuple[str | None, ...]] = []
        self._findings: list[tuple[int, Finding]] = []
        self._ahead = np.full((len(entrant.columns), len(examinee.log)), np.nan)

    def learn(self, seen: int) -> None:
        """Let it learn what it has not yet learned of the first plays."""
        if seen > self._learned:
            self._entrant.learn(self._examinee.log[self._learned : seen])
            self._learned = seen

    def ask(self, seen: int, questions: bool) -> None:
        """Ask it about the next play, if there is one, and the questions, if it is time."""
        asked = self._examinee.quiz_after(seen).sequences if questions else ()
        coming = [play.signals for play in self._examinee.log[seen : seen + 1]]
        if not asked and not coming:
            return
        said = ask_entrant(self._entrant, [*asked, *coming])
        if coming:
            self._ahead[:, seen] = said[:, -1]
        if asked:
            self._asked.append(seen)
            self._answers.append(said[:, : len(asked)])
            self._keys.append(self._entrant.key_signs())

    def find(self, seen: int) -> None:
        """Let it tell what it knows of the rule."""
        finding = self._entrant.finding()
        if finding:
            self._findings.append((seen, finding))

    def papers(self) -> list[Predictions]:
        """A paper for each of its columns; what it told in words goes with the first."""
        columns, questions = self._entrant.columns, len(self._examinee.quizzes[0].sequences)
        answers = np.array(self._answers).reshape(len(self._asked), len(columns), questions)
        return [
            Predictions(
                name,
                np.array(self._asked, np.int64),
                answers[:, n],
                tuple(keys[n] for keys in self._keys),
                self._ahead[n],
                tuple(self._findings) if n == 0 else (),
            )
            for n, name in enumerate(columns)
        ]


def _loss_so_far(done: Sequence[CaseResult]) -> float:
    """The log loss of the first decoder on the next play, over the last examinees."""
    losses: list[float] = []
    for sitting in done[-20:]:
        if sitting.papers:
            steal = np.array([play.outcome == STEAL for play in sitting.examinee.log])
            ahead = sitting.papers[0].ahead
            right = np.where(steal, ahead, 1 - ahead)
            losses += (-np.log(np.maximum(right[~np.isnan(right)], 1e-6))).tolist()
    return float(np.mean(losses)) if losses else 0.0


# --- processes ------------------------------------------------------------------------------------

_Map = Callable[[Callable[[int], CaseResult], range], Iterator[CaseResult]]


@contextmanager
def _mapper(workers: int) -> Iterator[_Map]:
    """A map over examinees that keeps their order, in processes or in this one."""
    if workers < 1:
        yield lambda sit, numbers: map(sit, numbers)
        return
    others = active_children()
    with _single_threads():
        pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin_work)
        try:
            yield lambda sit, numbers: pool.map(sit, numbers)
        except BaseException:  # interrupted, or an entrant failed: nobody waits for the others
            for child in active_children():
                if child not in others:
                    child.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin_work() -> None:
    """Let Ctrl-C end a worker without a traceback: the process that began it says what happened."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()


@contextmanager
def _single_threads() -> Iterator[None]:
    """Let each worker compute with one thread, so that they share the cores and round alike."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
