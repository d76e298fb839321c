"""Runs a scenario: every contender on every case, play by play, in several processes at once."""

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

from signdecoder.benchmark.cases import Case, draw_case
from signdecoder.benchmark.contender import Answers, Contender, ContenderFactory, predict_checked
from signdecoder.benchmark.rule_match import Finding
from signdecoder.benchmark.scenarios import CHECKPOINTS, Scenario
from signdecoder.core.outcomes import STEAL
from signdecoder.core.processes import end_with_parent
from signdecoder.core.progress import Progress

SLOW = 20  # cases that a slow contender is run on
WORKERS = 2
DrawCase = Callable[[Scenario, int], Case]
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True, slots=True)
class Predictions:
    """The answers of one decoder on one case.

    ``n_seen`` (A,) are the counts of plays after which it was asked, ``p_called`` (A, Q) its
    probabilities of the called play, ``key_signs`` (A,) its best guesses. ``p_next`` (P,) is the
    probability it gave each play before learning it, NaN if it was not asked. ``findings`` are its
    reports about the rule with the number of plays seen, at checkpoints and at the end.
    """

    decoder: str
    n_seen: NDArray[np.int64]
    p_called: NDArray[np.float64]
    key_signs: tuple[str | None, ...]
    p_next: NDArray[np.float64]
    findings: tuple[tuple[int, Finding], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case and the predictions of each decoder on it."""

    case: Case
    predictions: tuple[Predictions, ...]


def run(
    scenario: Scenario,
    factories: Sequence[ContenderFactory],
    *,
    slow: int = SLOW,
    workers: int = WORKERS,
    draw: DrawCase = draw_case,
    progress: Callable[[Progress], None] = lambda _: None,
) -> list[CaseResult]:
    """Run every contender on every case, slow contenders only on the first ``slow`` cases.

    ``draw`` returns the case of a number; it must be picklable. ``workers`` is the number of
    processes to start, 0 to run in this one. It does not change any answer.
    """
    run_number = partial(run_case, scenario, tuple(factories), slow, draw=draw)
    began, results = time.monotonic(), []
    with _mapper(workers) as map_cases:
        for result in map_cases(run_number, range(scenario.coaches)):
            results.append(result)
            left = (time.monotonic() - began) / len(results) * (scenario.coaches - len(results))
            progress(Progress(len(results), scenario.coaches, _recent_loss(results), left))
    return results


def run_case(
    scenario: Scenario,
    factories: Sequence[ContenderFactory],
    slow: int,
    number: int,
    draw: DrawCase = draw_case,
) -> CaseResult:
    """Run all contenders on the case of this number."""
    case = draw(scenario, number)
    predictions: list[Predictions] = []
    for make in factories:
        contender = make(STEAL)
        if contender.every_play or number < slow:
            predictions += _run_contender(contender, scenario, case)
    return CaseResult(case, tuple(predictions))


def _run_contender(contender: Contender, scenario: Scenario, case: Case) -> list[Predictions]:
    """Let one contender learn each play, answer the questions and predict the next play."""
    log, changes = case.log, {questions.since for questions in case.question_sets[1:]}
    recorder = _Recorder(contender, case)
    for n_seen in range(len(log) + 1):
        if n_seen in changes:
            recorder.observe(n_seen)
            contender.mark_change()
        if contender.every_play or n_seen in CHECKPOINTS:
            recorder.observe(n_seen)
            recorder.predict(n_seen, questions=n_seen > 0 and scenario.asks_after(n_seen))
            if n_seen in scenario.checkpoints or n_seen == len(log):
                recorder.report(n_seen)
    return recorder.predictions()


class _Recorder:
    """Asks one contender about one case and records its answers."""

    def __init__(self, contender: Contender, case: Case) -> None:
        self._contender, self._case = contender, case
        self._n_observed = 0
        self._n_seen: list[int] = []
        self._answers: list[Answers] = []
        self._keys: list[tuple[str | None, ...]] = []
        self._findings: list[tuple[int, Finding]] = []
        self._p_next = np.full((len(contender.columns), len(case.log)), np.nan)

    def observe(self, n_seen: int) -> None:
        """Give it the plays up to ``n_seen`` that it has not learned yet."""
        if n_seen > self._n_observed:
            self._contender.observe_many(self._case.log[self._n_observed : n_seen])
            self._n_observed = n_seen

    def predict(self, n_seen: int, questions: bool) -> None:
        """Ask it about the next play, if there is one, and the questions, if it is time."""
        sequences = self._case.questions_after(n_seen).sequences if questions else ()
        coming = [play.signals for play in self._case.log[n_seen : n_seen + 1]]
        if not sequences and not coming:
            return
        answers = predict_checked(self._contender, [*sequences, *coming])
        if coming:
            self._p_next[:, n_seen] = answers[:, -1]
        if sequences:
            self._n_seen.append(n_seen)
            self._answers.append(answers[:, : len(sequences)])
            self._keys.append(self._contender.key_signs())

    def report(self, n_seen: int) -> None:
        """Record what it reports about the rule."""
        finding = self._contender.finding()
        if finding:
            self._findings.append((n_seen, finding))

    def predictions(self) -> list[Predictions]:
        """Return the predictions of each column; the findings go with the first column."""
        columns = self._contender.columns
        questions = len(self._case.question_sets[0].sequences)
        answers = np.array(self._answers).reshape(len(self._n_seen), len(columns), questions)
        return [
            Predictions(
                name,
                np.array(self._n_seen, np.int64),
                answers[:, n],
                tuple(keys[n] for keys in self._keys),
                self._p_next[n],
                tuple(self._findings) if n == 0 else (),
            )
            for n, name in enumerate(columns)
        ]


def _recent_loss(results: Sequence[CaseResult]) -> float:
    """Return the first decoder's log loss on next plays over the last 20 cases."""
    losses: list[float] = []
    for result in results[-20:]:
        if result.predictions:
            steal_mask = np.array([play.outcome == STEAL for play in result.case.log])
            p_next = result.predictions[0].p_next
            p_outcome = np.where(steal_mask, p_next, 1 - p_next)
            losses += (-np.log(np.maximum(p_outcome[~np.isnan(p_outcome)], 1e-6))).tolist()
    return float(np.mean(losses)) if losses else 0.0


# --- processes ------------------------------------------------------------------------------------

_Map = Callable[[Callable[[int], CaseResult], range], Iterator[CaseResult]]


@contextmanager
def _mapper(workers: int) -> Iterator[_Map]:
    """Yield a map over cases that keeps their order, in processes or in this one."""
    if workers < 1:
        yield lambda run_number, numbers: map(run_number, numbers)
        return
    others = active_children()
    with _single_threads():
        pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start_worker)
        try:
            yield lambda run_number, numbers: pool.map(run_number, numbers)
        except BaseException:  # interrupted, or a contender failed: do not wait for the others
            for child in active_children():
                if child not in others:
                    child.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> None:
    """Let Ctrl-C end a worker without a traceback; the parent process reports it."""
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
