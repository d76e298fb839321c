"""Measure honesty about rules of no known kind: python benchmarks/unknown_rules.py --coaches 40

Simulated coaches follow rules that neither the grammar nor the training knows; see
unknown_kinds.py. Nothing was tuned on the kinds that are kept out. After 20, 40 and 100 plays the
decoder is asked about 200 fresh plays of the coach. The table says for how many coaches it claims
to have cracked the signs, how many of these claims stand for less than 90% of the fresh plays, how
often verdicts are right and what they promise, and for how many coaches it reports a rule at 90% or
more that is wrong on more than 5% of the fresh plays.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from robust_answers import points, print_table
from unknown_kinds import KEPT_OUT_KINDS, KINDS, draw_unknown_coach

from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder

ASKED_AFTER = (20, 40, 100)  # plays
FRESH = 200  # plays to ask about
STANDS = 0.9  # right answers from which a claim stands
LIKELY, DISAGREES = 0.9, 0.05  # probability of a reported rule; share of plays it may get wrong


@dataclass(frozen=True, slots=True)
class Check:
    """What the decoder claimed of one coach after some plays, and what became of it.

    ``asked`` counts fresh plays, and ``right`` is the share answered right. ``decided`` counts
    verdicts, ``promised`` sums their probabilities, and ``came_true`` counts those that came true.
    """

    cracked: bool
    asked: int
    right: float
    decided: int
    promised: float
    came_true: int
    wrong_rule: bool


def main() -> None:
    """Print a row for each kind and number of plays, and one for all kinds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=40, help="coaches of each kind")
    parser.add_argument("--kinds", default=",".join(KEPT_OUT_KINDS), help="kinds, with commas")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    kinds = arguments.kinds.split(",")
    for kind in set(kinds) - set(KINDS):
        parser.error(f"there is no kind {kind}. Choose from {', '.join(KINDS)}.")
    print(f"{arguments.coaches} simulated coaches of each kind, seed {arguments.seed}")
    rows: list[tuple[str, ...]] = []
    every: list[list[Check]] = []
    for kind in kinds:
        numbers = range(arguments.coaches)
        coaches = [check_coach(kind, arguments.seed, number) for number in numbers]
        print(f"  {kind}: {KINDS[kind][0]}", flush=True)
        rows += table_rows(kind, coaches)
        for row in rows[-len(ASKED_AFTER) :]:
            print(f"    {', '.join(row[1:])}", flush=True)
        every += coaches
    rows += table_rows("all", every)
    heads = ("kind", "plays", "right", "cracked", "false", "verdicts", "promise", "true", "rule")
    print()
    print_table(heads, rows)


def check_coach(kind: str, seed: int, number: int) -> list[Check]:
    """Read the log of one coach and check the claims on the way."""
    coach, log = draw_unknown_coach(kind, seed, number)
    fresh = coach.draw_plays(FRESH, np.random.default_rng((seed, 7, number)))
    decoder, checks, seen = Decoder(), [], 0
    for plays in ASKED_AFTER:
        decoder.observe_many(log[seen:plays])
        seen = plays
        checks.append(check_claims(decoder, fresh))
    return checks


def check_claims(decoder: Decoder, fresh: list[Play]) -> Check:
    """Compare what the decoder claims with fresh plays."""
    called = np.array([play.outcome == STEAL for play in fresh])
    signals = [play.signals for play in fresh]
    predictions = decoder.predict_many(signals)
    p = np.array([prediction.probability for prediction in predictions])
    right = (p >= 0.5) == called
    decided = np.array([prediction.decides for prediction in predictions])
    rules = decoder.rules() if decoder.has_rule else []
    wrong_rule = bool(rules) and rules[0].probability >= LIKELY
    if wrong_rule:
        wrong_rule = bool((rules[0].calls(signals) != called).mean() > DISAGREES)
    return Check(
        decoder.cracked,
        len(fresh),
        float(right.mean()),
        int(decided.sum()),
        float(np.maximum(p, 1 - p)[decided].sum()),
        int(right[decided].sum()),
        wrong_rule,
    )


def table_rows(kind: str, coaches: list[list[Check]]) -> list[tuple[str, ...]]:
    """Return a row for each number of plays."""
    return [
        table_row(kind, plays, [coach[n] for coach in coaches])
        for n, plays in enumerate(ASKED_AFTER)
    ]


def table_row(kind: str, plays: int, checks: list[Check]) -> tuple[str, ...]:
    """Return the claims about some coaches after some plays, in percent or as counts."""
    decided = sum(check.decided for check in checks)
    claims = [check for check in checks if check.cracked]
    return (
        *(kind, str(plays)),
        points(float(np.mean([check.right for check in checks]))),
        *(str(len(claims)), str(sum(check.right < STANDS for check in claims))),
        points(decided / (FRESH * len(checks))),
        points(sum(check.promised for check in checks) / max(1, decided)),
        points(sum(check.came_true for check in checks) / max(1, decided)),
        str(sum(check.wrong_rule for check in checks)),
    )


if __name__ == "__main__":
    main()
