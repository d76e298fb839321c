"""Compare the audit with the benchmark: python benchmarks/compare_audit.py --coaches 200

Both measure "belt right after cap, 30% steals": the audit with its seasons, the benchmark with
coaches whose rule is of the same kind (family next, no wipe-off, no activator, no other plays, 30%
steals). Both ask the same questions, with different root seeds. Prints medians with their 95%
intervals.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from signdecoder.audit.coach_spec import build_coach_spec
from signdecoder.audit.rule_input import RoleInput
from signdecoder.audit.scenarios import UNCHANGED, ScenarioPlan, draw_season
from signdecoder.benchmark.bootstrap import Sample, quantile
from signdecoder.benchmark.cases import Case, draw_case
from signdecoder.benchmark.contenders import contender_factories
from signdecoder.benchmark.metrics import compute_metrics
from signdecoder.benchmark.runner import DrawCase, run
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.rules.rule import NO_SIGNAL

STEALS = 0.3
PLAYS = 40
DECODERS = ("mixture", "rules", "pair score")


def main() -> None:
    """Print a line for each decoder, for the benchmark and for the audit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the audit's seasons")
    arguments = parser.parse_args()
    scenario = pair_exam(arguments.coaches)
    plan = pair_plan(arguments.coaches, arguments.seed)
    show("benchmark", scenario, partial(draw_numbered, plain_numbers(scenario)))
    show("audit", plan.scenario(PLAYS), partial(draw_season, plan))


def pair_exam(coaches: int) -> Scenario:
    """Return the benchmark's exam with pair rules only, 30% steals and no other plays."""
    rate = (STEALS, STEALS)
    return Scenario(
        "exam", coaches=coaches, family="next", rate=rate, other_rates=(0.0,), plays=PLAYS
    )


def pair_plan(seasons: int, seed: int) -> ScenarioPlan:
    """Plan seasons of a coach whose rule is belt right after cap."""
    spec = build_coach_spec(RoleInput(family="next", key="cap", live="belt"), steals=STEALS)
    return ScenarioPlan(spec, seed, tuple((UNCHANGED, season) for season in range(seasons)))


def plain_numbers(scenario: Scenario) -> tuple[int, ...]:
    """List the numbers of the first cases without wipe-off and activator."""
    numbers: list[int] = []
    number = 0
    while len(numbers) < scenario.coaches:
        rule = draw_case(scenario, number).question_sets[0].rule
        if (rule.wipe_off, rule.activator) == (NO_SIGNAL, NO_SIGNAL):
            numbers.append(number)
        number += 1
    return tuple(numbers)


def draw_numbered(numbers: Sequence[int], scenario: Scenario, place: int) -> Case:
    """Draw the case whose number is at this place."""
    return draw_case(scenario, numbers[place])


def show(what: str, scenario: Scenario, draw: DrawCase) -> None:
    """Run the exam and print how soon each decoder cracks it."""
    results = run(scenario, contender_factories(DECODERS), draw=draw)
    for metrics in compute_metrics(results):
        plays, steals = metrics.crack_plays, metrics.crack_steals
        low, high = Sample(["next"] * len(plays)).median_interval(plays)
        print(
            f"{what:<10} {len(plays)} coaches, {metrics.decoder:<10} cracked after"
            f" {quantile(plays, 0.5):g} plays ({low:g} to {high:g}; quartiles"
            f" {quantile(plays, 0.25):g} and {quantile(plays, 0.75):g}),"
            f" {quantile(steals, 0.5):g} steals"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
