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
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from signdecoder.entrants import Entrant, Maker
from signdecoder.exam import CHECKPOINTS, Exam
from signdecoder.examinees import Examinee, draw_examinee
from signdecoder.findings import Finding
from signdecoder.plays import STEAL
from signdecoder.progress import Progress

SLOW = 20  # coaches that a slow decoder meets
WORKERS = 2
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True, slots=True)
class Paper:
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
class Sitting:
    """One examinee and the papers about him."""

    examinee: Examinee
    papers: tuple[Paper, ...]


def run(
    exam: Exam,
    makers: Sequence[Maker],
    *,
    slow: int = SLOW,
    workers: int = WORKERS,
    progress: Callable[[Progress], None] = lambda _: None,
) -> list[Sitting]:
    """Every entrant on every examinee, those that are slow on the first ``slow`` alone.

    With ``workers`` 0 it is done in this process, else in so many that are started for it; their
    number changes no answer.
    """
    sit = partial(sit_exam, exam, tuple(makers), slow)
    began, done = time.monotonic(), []
    with _mapper(workers) as run_all:
        for sitting in run_all(sit, range(exam.coaches)):
            done.append(sitting)
            left = (time.monotonic() - began) / len(done) * (exam.coaches - len(done))
            progress(Progress(len(done), exam.coaches, _loss_so_far(done), left))
    return done


def sit_exam(exam: Exam, makers: Sequence[Maker], slow: int, number: int) -> Sitting:
    """All entrants on the examinee of this number."""
    examinee = draw_examinee(exam, number)
    papers: list[Paper] = []
    for make in makers:
        entrant = make(STEAL)
        if entrant.every_play or number < slow:
            papers += _sit(entrant, exam, examinee)
    return Sitting(examinee, tuple(papers))


def _sit(entrant: Entrant, exam: Exam, examinee: Examinee) -> list[Paper]:
    """One entrant's papers: predict the next play, learn it, answer the questions."""
    log, changes = examinee.log, {quiz.since for quiz in examinee.quizzes[1:]}
    asked: list[int] = []
    answers: list[NDArray[np.float64]] = []
    keys: list[tuple[str | None, ...]] = []
    findings: list[tuple[int, Finding]] = []
    ahead = np.full((len(entrant.columns), len(log)), np.nan)
    learned = 0
    for seen in range(len(log) + 1):
        if seen in changes:
            entrant.learn(log[learned:seen])
            learned = seen
            entrant.tell_change()
        if not entrant.every_play and seen not in CHECKPOINTS:
            continue
        entrant.learn(log[learned:seen])
        learned = seen
        questions = examinee.quiz_after(seen).sequences if seen and exam.asks_after(seen) else ()
        coming = [play.signals for play in log[seen : seen + 1]]
        if seen in exam.checkpoints or not coming:
            finding = entrant.finding()
            findings += [(seen, finding)] if finding else []
        if questions or coming:
            said = entrant.ask([*questions, *coming])
        if coming:
            ahead[:, seen] = said[:, -1]
        if questions:
            asked.append(seen)
            answers.append(said[:, : len(questions)])
            keys.append(entrant.key_signs())
    shape = (len(asked), len(entrant.columns), len(examinee.quizzes[0].sequences))
    stacked = np.array(answers).reshape(shape)
    return [
        Paper(name, np.array(asked, np.int64), stacked[:, n], tuple(k[n] for k in keys), ahead[n])
        for n, name in enumerate(entrant.columns)
    ]


def _loss_so_far(done: Sequence[Sitting]) -> float:
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

_Map = Callable[[Callable[[int], Sitting], range], Iterator[Sitting]]


@contextmanager
def _mapper(workers: int) -> Iterator[_Map]:
    """A map over examinees that keeps their order, in processes or in this one."""
    if workers < 1:
        yield lambda sit, numbers: map(sit, numbers)
        return
    with _single_threads():
        pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_quiet_interrupt)
        try:
            yield lambda sit, numbers: pool.map(sit, numbers)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _quiet_interrupt() -> None:
    """Let Ctrl-C end a worker without a traceback: the process that began it says what happened."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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
