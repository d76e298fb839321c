"""Measure decoding beyond training: python benchmarks/beyond_check.py --parts lengths,habits,odd

All coaches are simulated.

* lengths: coaches of the benchmark's exam, for hundreds of plays.
* habits: coaches whose habits are independent of their rule, so touches give no hint of it.
* odd: two kinds of rule that neither the grammar nor the simulator knows, before and after `train`
  on 10 games of 40 plays.

Fresh sequences are half steals; most of the others are near misses. For odd rules they are the
plays of fresh games. Run lengths and habits on one core (OMP_NUM_THREADS=1).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from odd_rules import check_odd
from robust_answers import print_table

from signdecoder.benchmark.cases import Case, QuestionSet, draw_case, draw_question_sets, name_plays
from signdecoder.benchmark.scenarios import FAMILIES, SCENARIOS, SEEDS, Scenario, Seeds
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import draw_games, start_games

LENGTHS = (60, 100, 200, 400)
EARLY = (5, 10, 15, 20, 30, 40)
PARTS = ("lengths", "habits", "odd")
_HANDS = 0x4A5D  # root seed of coaches who hide nothing


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--coaches", type=int, default=52, help="for lengths")
    parser.add_argument("--plain-coaches", type=int, default=156, help="for habits")
    parser.add_argument("--seeds", choices=SEEDS, default="report")
    parser.add_argument("--parts", default=",".join(PARTS), help="which: %(default)s")
    arguments = parser.parse_args()
    parts, seeds = arguments.parts.split(","), arguments.seeds
    print(f"weights {Decoder().weights.hash[:12]}, {seeds} seeds")
    if "lengths" in parts:
        scenario = replace(SCENARIOS["exam"], plays=max(LENGTHS), seeds=seeds)
        print(f"\n{arguments.coaches} simulated coaches of the exam, long logs")
        compare((draw_case(scenario, n) for n in range(arguments.coaches)), LENGTHS)
    if "habits" in parts:
        print(f"\n{arguments.plain_coaches} simulated coaches, habits independent of the rule")
        compare((draw_plain(seeds, n) for n in range(arguments.plain_coaches)), EARLY)
    if "odd" in parts:
        check_odd(seeds)


def compare(cases: Iterable[Case], lengths: tuple[int, ...]) -> None:
    """Print how often each model was right after each number of plays."""
    right: dict[int, list[tuple[float, ...]]] = {n: [] for n in lengths}
    for case in cases:
        decoder, learned = Decoder(), 0
        for plays in lengths:
            decoder.observe_many(case.log[learned:plays])
            learned = plays
            right[plays].append(score(decoder, case.question_sets[-1]))
    rows = []
    for plays, scores in right.items():
        each = 100 * np.array(scores)
        spread = 1.96 * each[:, 0].std(ddof=1) / len(each) ** 0.5
        ahead = each[:, 1] - each[:, 2]
        lead = 1.96 * ahead.std(ddof=1) / len(each) ** 0.5
        means = [f"{mean:.1f}" for mean in each.mean(axis=0)]
        rows.append((str(plays), *means, f"{spread:.1f}", f"{ahead.mean():+.1f} ± {lead:.1f}"))
    print_table(("plays", "mixture", "LSTM", "rules", "±", "LSTM - rules"), rows)


def score(decoder: Decoder, questions: QuestionSet) -> tuple[float, ...]:
    """Return how often mixture, LSTM and rules are right on the questions."""
    p = np.array([(o.probability, o.lstm, o.rules) for o in decoder.opinions(questions.sequences)])
    return tuple(((p >= 0.5) == questions.called_mask[:, None]).mean(axis=0).tolist())


def draw_plain(seeds: Seeds, number: int) -> Case:
    """Draw a coach whose habits do not depend on the rule; the rest is as in the exam."""
    scenario: Scenario = replace(SCENARIOS["exam"], seeds=seeds)
    rng = np.random.default_rng((_HANDS, SEEDS.index(seeds), number))
    family = FAMILIES[number % len(FAMILIES)]
    low, high = scenario.vocabulary
    while True:
        vocabulary = int(rng.integers(low, high + 1))
        coach = draw_coach(
            rng, vocabulary, scenario.width, rate=rng.uniform(*scenario.rate),
            other_rate=float(rng.choice(scenario.other_rates)), family=family, hides=False,
        )  # fmt: skip
        if coach.hides:  # no rule occurs often enough with these habits
            continue
        log = draw_games(coach, start_games(scenario.plays, scenario.games), rng)
        names = tuple(f"signal {n + 1}" for n in range(vocabulary))
        question_sets = draw_question_sets(scenario, log, names, rng)
        if question_sets:
            plays: tuple[Play, ...] = tuple(name_plays(log, names))
            return Case(number, names, "", coach.noise, plays, question_sets)


if __name__ == "__main__":
    main()
