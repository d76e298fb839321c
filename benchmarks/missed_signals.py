"""Measure what missed signals cost: python benchmarks/missed_signals.py --coaches 40

Simulated coaches of the benchmark's exam. Each log is read three times: complete; with one signal
of every play missed, at a random place (?); and with the first or the last part of every second
sequence missed (…). The first table says how many of the exam's 100 questions are then answered
right, by the mixture, the LSTM and the rules.

Then the decoder is asked about the coach's next plays, whose signals are missed in the same way.
The second table says what is predicted where the answer depends on the missed signals, and how
often that was a steal; how often a verdict is given, what verdicts promise and how often they come
true; and how often the verdict is that the signal that counts was missed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from robust_answers import points, print_table

from signdecoder.benchmark.cases import draw_case
from signdecoder.benchmark.scenarios import SEEDS, choose_scenario
from signdecoder.core.missed import MISSED, SOME_MISSED
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import MISSED_VERDICT

ASKED_AFTER = (20, 40)  # plays
NEXT = 60  # plays that are asked about after the last of them
KINDS = ("complete", "one of every play", "a part of every second")
DEPENDS = 0.05  # probability of the other answer from which the answer depends on what was missed


class Asked(NamedTuple):
    """Predictions of next plays: (N,) each."""

    p: NDArray[np.float64]
    missed: NDArray[np.float64]
    decides: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    steal: NDArray[np.bool_]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=40)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", choices=SEEDS, default="report")
    arguments = parser.parse_args()
    numbers = range(arguments.first, arguments.first + arguments.coaches)
    right: dict[str, list[NDArray[np.float64]]] = {kind: [] for kind in KINDS}
    asked: dict[str, list[Asked]] = {kind: [] for kind in KINDS}
    for number in numbers:
        for kind in KINDS:
            shares, predictions = check_coach(arguments.seeds, number, kind)
            right[kind].append(shares)
            asked[kind].append(predictions)
    print(
        f"{len(numbers)} simulated coaches from number {arguments.first}, {arguments.seeds} seeds,"
        f" weights {Decoder().weights.hash[:12]}\n"
    )
    heads = ("missed", *(f"{who} {n}" for n in ASKED_AFTER for who in ("mixture", "LSTM", "rules")))
    rows = [(kind, *map(points, np.mean(right[kind], axis=0).ravel())) for kind in KINDS]
    print_table(heads, rows)
    print()
    print_table(
        ("missed", "depends", "predicted", "steals", "verdicts", "promise", "true", "unknown"),
        [(kind, *describe(Asked(*map(np.concatenate, zip(*asked[kind], strict=True)))))
         for kind in KINDS],
    )  # fmt: skip


def check_coach(seeds: str, number: int, kind: str) -> tuple[NDArray[np.float64], Asked]:
    """Return the share of right answers (2, 3) about one coach, and the predictions."""
    scenario = replace(choose_scenario("exam", seeds=seeds), plays=ASKED_AFTER[-1] + NEXT)
    case = draw_case(scenario, number)
    plays = miss(case.log, kind, np.random.default_rng([number, KINDS.index(kind)]))
    decoder, shares, seen = Decoder(), [], 0
    for n_plays in ASKED_AFTER:
        decoder.observe_many(plays[seen:n_plays])
        seen = n_plays
        questions = case.questions_after(n_plays)
        opinions = decoder.opinions(questions.sequences)
        p = np.array([(each.probability, each.lstm, each.rules) for each in opinions])
        shares.append(((p >= 0.5) == questions.called_mask[:, None]).mean(axis=0))
    predictions = decoder.predict_many([play.signals for play in plays[seen:]])
    return np.array(shares), Asked(
        np.array([each.probability for each in predictions]),
        np.array([each.missed for each in predictions]),
        np.array([each.decides for each in predictions]),
        np.array([each.verdict == MISSED_VERDICT for each in predictions]),
        np.array([play.outcome == STEAL for play in plays[seen:]]),
    )


def miss(plays: Sequence[Play], kind: str, rng: np.random.Generator) -> list[Play]:
    """Return the plays as somebody writes them who missed signals."""
    if kind == KINDS[0]:
        return list(plays)
    missed = []
    for n, play in enumerate(plays):
        signals, length = play.signals, len(play.signals)
        at = int(rng.integers(length))
        if kind == KINDS[1]:
            signals = (*signals[:at], MISSED, *signals[at + 1 :])
        elif n % 2:
            size = int(rng.integers(1, max(2, length // 2 + 1)))
            begins = bool(rng.integers(2))
            signals = (SOME_MISSED, *signals[size:]) if begins else (*signals[:-size], SOME_MISSED)
        missed.append(replace(play, signals=signals))
    return missed


def describe(asked: Asked) -> tuple[str, ...]:
    """Return a row of the second table, in percent."""
    depends, decided = asked.missed > DEPENDS, asked.decides
    sure = np.maximum(asked.p, 1 - asked.p)
    true = (asked.p >= 0.5) == asked.steal
    return (
        points(float(depends.mean())),
        *(
            points(float(x[depends].mean())) if depends.any() else ""
            for x in (asked.p, asked.steal)
        ),
        points(float(decided.mean())),
        points(float(sure[decided].mean())),
        points(float(true[decided].mean())),
        points(float(asked.unknown.mean())),
    )


if __name__ == "__main__":
    main()
