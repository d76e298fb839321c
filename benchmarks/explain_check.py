"""Measure explanations: python benchmarks/explain_check.py --coaches 240

Uses simulated coaches of the benchmark's exam with a pair or a k-th-after rule whom the decoder has
cracked after 40 plays, and asks about their called sequences:

* Are the two signals with the largest weights the indicator and the live signal?
* Does the counterfactual have the probability that the explanation gives?
* Does the reported rule call what the coach's own rule calls?
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from signdecoder.analysis.attribution import Substitutions
from signdecoder.audit.coach_spec import number_sequences
from signdecoder.benchmark.cases import Case, draw_case
from signdecoder.benchmark.scenarios import SCENARIOS, SEEDS
from signdecoder.core.names import fold
from signdecoder.decoder.decoder import Decoder
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import (
    CALLED,
)

FAMILIES = ("next", "kth")
CRACKED = 0.95  # share of right answers from which a coach is cracked
ASKED = 8  # called sequences of a coach that are explained
FRESH = 1000  # sequences on which two rules are compared, from the log and the questions


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--coaches", type=int, default=240)
    parser.add_argument("--seeds", choices=SEEDS, default="report")
    arguments = parser.parse_args()
    fits: list[bool] = []
    errors: list[float] = []
    rules: list[float] = []
    for family in FAMILIES:
        scenario = replace(SCENARIOS["exam"], family=family, seeds=arguments.seeds)
        for number in range(arguments.coaches // len(FAMILIES)):
            case = draw_case(scenario, number)
            decoder = Decoder()
            decoder.observe_many(case.log)
            questions = case.question_sets[-1]
            opinions = decoder.opinions(questions.sequences)
            right = [
                (o.probability > 0.5) == c
                for o, c in zip(opinions, questions.called_mask, strict=True)
            ]
            if np.mean(right) < CRACKED:
                continue
            called = [
                s for s, c in zip(questions.sequences, questions.called_mask, strict=True) if c
            ]
            for signals in called[:ASKED]:
                fits.append(weights_fit_rule(decoder, case, signals))
                errors.append(counterfactual_error(decoder, signals))
            rules.append(agreement(decoder, case))
    print(f"{len(rules)} simulated coaches ({', '.join(FAMILIES)}), cracked by 40 plays")
    print(f"largest weights: indicator and live signal        {np.mean(fits):.1%} of {len(fits)}")
    print(f"largest error of a counterfactual                 {max(errors):.1e}")
    same = np.mean(np.array(rules) >= 0.99)
    print(f"the rule agrees on 99% of {FRESH} sequences         {same:.1%}")


def weights_fit_rule(decoder: Decoder, case: Case, signals: tuple[str, ...]) -> bool:
    """Are the two signals with the largest weights those of the coach's rule?"""
    rule = case.question_sets[-1].rule
    weights = Substitutions(decoder, signals).weights()
    heaviest = np.argsort(-np.array(weights), kind="stable")[:2]
    names = {fold(signals[place]) for place in heaviest}
    return names == {fold(case.names[s]) for s in (rule.indicator, rule.calls[0])}


def counterfactual_error(decoder: Decoder, signals: tuple[str, ...]) -> float:
    """Return the error of a counterfactual: its probability minus the changed sequence's."""
    change = Substitutions(decoder, signals).counterfactual()
    assert change is not None
    changed = (*signals[: change.place], change.sign, *signals[change.place + 1 :])
    return abs(decoder.predict(changed).probability - change.probability)


def agreement(decoder: Decoder, case: Case) -> float:
    """Return the share of sequences on which the reported rule and the coach's rule agree."""
    rng = np.random.default_rng(case.number)
    own = [play.signals for play in case.log] + list(case.question_sets[-1].sequences)
    halves = rng.integers(len(own), size=(FRESH, 2))
    mixed = [(*own[a][: len(own[a]) // 2], *own[b][len(own[b]) // 2 :]) for a, b in halves]
    rows = number_sequences(mixed, case.names)
    planted = plays_called(case.question_sets[-1].rule, rows) == CALLED
    return float((decoder.rules()[0].calls(mixed) == planted).mean())


if __name__ == "__main__":
    main()
