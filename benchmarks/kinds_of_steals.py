"""Measure what logs of several kinds of steals teach: python benchmarks/kinds_of_steals.py

In the logs of simulated coaches of the exam, a share of the steals is logged as double and delayed
steals, at random. After 40 plays the decoder is asked the benchmark's fresh sequences. The table
says how often it is right, for how many coaches at least 95% of the time, and how many it claims to
have cracked: if the kinds count as steals, and if each is a play of its own (--separate).
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from robust_answers import ask, points, print_table

from signdecoder.benchmark.cases import Case, draw_case
from signdecoder.benchmark.metrics import CRACKED
from signdecoder.benchmark.scenarios import SCENARIOS, SEEDS, Seeds
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder

SHARES = (0.0, 0.2, 0.4)
KINDS = ("double_steal", "delayed_steal")


def main() -> None:
    """Print a row for each share, with kinds that count as steals and that do not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--coaches", type=int, default=26)
    parser.add_argument("--seeds", choices=SEEDS, default="report")
    arguments = parser.parse_args()
    seeds: Seeds = arguments.seeds
    scenario = replace(SCENARIOS["exam"], seeds=seeds)
    cases = [draw_case(scenario, number) for number in range(arguments.coaches)]
    print(f"{len(cases)} simulated coaches, {seeds} seeds, weights {Decoder().weights.hash[:12]}")
    rows = [
        (f"{100 * share:.0f}% of the steals{words}", *_measure(cases, share, separate))
        for share in SHARES
        for words, separate in ((", same sign", ()), (", separate", KINDS))
        if share or not separate
    ]
    print_table(("logged as other kinds", "right, %", "95% right, %", "claimed, %"), rows)


def _measure(cases: list[Case], share: float, separate: tuple[str, ...]) -> tuple[str, str, str]:
    """Return how often answers are right, and the shares of cracked and claimed coaches."""
    right, claimed = [], []
    for case in cases:
        decoder = Decoder(separate=separate)
        decoder.observe_many(log_kinds(case, share))
        questions = case.question_sets[-1]
        answers = ask(decoder, questions.sequences, questions.called_mask)
        right.append(answers.right[:, 0].mean())
        claimed.append(decoder.cracked)
    shares = np.array(right)
    return (
        points(float(shares.mean())),
        points(float((shares >= CRACKED).mean())),
        points(float(np.mean(claimed))),
    )


def log_kinds(case: Case, share: float) -> list[Play]:
    """Return the log of a coach with a share of the steals logged as other kinds."""
    rng = np.random.default_rng((11, case.number))
    changed = rng.random(len(case.log)) < share
    kinds = rng.choice(KINDS, len(case.log))
    return [
        replace(play, outcome=str(kind)) if play.outcome == STEAL and change else play
        for play, kind, change in zip(case.log, kinds, changed, strict=True)
    ]


if __name__ == "__main__":
    main()
