"""Measure what is claimed where the rule is known: python benchmarks/claims_check.py --coaches 500

Simulated coaches of the benchmark's exam. After each number of plays the decoder is asked the 100
questions of the exam. The table says how often the mixture, the LSTM and the rules are right, for
how many coaches it claims to have cracked the signs, how often it gives a verdict, what verdicts
promise and how often they come true, and for how many coaches it reports a rule at 90% or more that
is wrong on more than 5% of the questions.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from robust_answers import points, print_table
from unknown_rules import Check, check_claims

from signdecoder.benchmark.cases import draw_case
from signdecoder.benchmark.scenarios import SCENARIOS, SEEDS, choose_scenario
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder

ASKED_AFTER = (12, 20, 30, 40)  # plays
EXAMS = [name for name, scenario in SCENARIOS.items() if scenario.family != "null"]

Outcome = tuple[NDArray[np.float64], Check]


def main() -> None:
    """Print a row for each number of plays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=100)
    parser.add_argument("--exam", choices=EXAMS, default="exam")
    parser.add_argument("--seeds", choices=SEEDS, default="report")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    check = partial(check_coach, arguments.exam, arguments.seeds)
    with ProcessPoolExecutor(arguments.workers, get_context("spawn")) as pool:
        coaches = list(pool.map(check, range(arguments.coaches)))
    print(
        f"{arguments.coaches} simulated coaches, exam {arguments.exam}, {arguments.seeds} seeds, "
        f"weights {Decoder().weights.hash[:12]}"
    )
    heads = ("plays", "mixture", "LSTM", "rules", "cracked", "verdicts", "promise", "true", "rule")
    rows = [
        table_row(plays, [coach[n] for coach in coaches]) for n, plays in enumerate(ASKED_AFTER)
    ]
    print_table(heads, rows)


def check_coach(exam: str, seeds: str, number: int) -> list[Outcome]:
    """Read the log of one coach, and ask the questions on the way."""
    case = draw_case(choose_scenario(exam, seeds=seeds), number)
    decoder, outcomes, seen = Decoder(), [], 0
    for plays in ASKED_AFTER:
        decoder.observe_many(case.log[seen:plays])
        seen = plays
        questions = case.questions_after(plays)
        called = questions.called_mask.astype(bool)
        opinions = decoder.opinions(questions.sequences)
        p = np.array([(each.probability, each.lstm, each.rules) for each in opinions])
        asked = [
            Play(tuple(signals), STEAL if is_called else NONE)
            for signals, is_called in zip(questions.sequences, called, strict=True)
        ]
        right = ((p >= 0.5) == called[:, None]).mean(axis=0)
        outcomes.append((right, check_claims(decoder, asked)))
    return outcomes


def table_row(plays: int, outcomes: list[Outcome]) -> tuple[str, ...]:
    """Return the means over coaches after some plays, in percent, and count the wrong rules."""
    right = np.mean([right for right, _ in outcomes], axis=0)
    checks = [check for _, check in outcomes]
    decided = sum(check.decided for check in checks)
    return (
        str(plays),
        *map(points, right),
        points(float(np.mean([check.cracked for check in checks]))),
        points(decided / sum(check.asked for check in checks)),
        points(sum(check.promised for check in checks) / max(1, decided)),
        points(sum(check.came_true for check in checks) / max(1, decided)),
        str(sum(check.wrong_rule for check in checks)),
    )


if __name__ == "__main__":
    main()
