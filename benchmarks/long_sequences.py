"""Measure answers about long sequences with a wipe-off: python benchmarks/long_sequences.py

Simulated coaches give about 50 signals in a play, and wipe most calls off: almost every sequence
shows the sign somewhere. After 20, 40 and 60 plays the decoder is asked about fresh plays of the
coach. The table says how often it is right, how often it gives a verdict, what verdicts promise and
how often they come true. There is no noise.
"""

from __future__ import annotations

import argparse

import numpy as np
from robust_answers import print_table
from unknown_rules import FRESH, check_claims, table_row

from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.rules.prior import DRAWN_FAMILIES
from signdecoder.rules.registry import FAMILIES
from signdecoder.simulation.behaviour import draw_habits, with_lengths
from signdecoder.simulation.coach import Coach, draw_plays
from signdecoder.simulation.named_log import SIGNALS, name_plays
from signdecoder.simulation.random_rules import draw_rule
from signdecoder.simulation.sampling import draw_hider
from signdecoder.simulation.seasons import start_games

ASKED_AFTER = (20, 40, 60)  # plays
LENGTHS = (45, 55)  # fewest and most signals of a sequence
VOCABULARY = (6, 12)  # fewest and most signals of a coach
RATES = (0.15, 0.45)  # lowest and highest share of steals
WIPED_OFF = tuple(name for name in DRAWN_FAMILIES if FAMILIES[name].can_be_wiped_off)


def main() -> None:
    """Print a row for each number of plays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(f"{arguments.coaches} simulated coaches, seed {arguments.seed}")
    coaches = []
    for number in range(arguments.coaches):
        rng = np.random.default_rng((arguments.seed, number))
        coach = draw_long_coach(rng, WIPED_OFF[number % len(WIPED_OFF)])
        log, fresh = name_log(coach, rng)
        decoder, checks, seen = Decoder(), [], 0
        for plays in ASKED_AFTER:
            decoder.observe_many(log[seen:plays])
            seen = plays
            checks.append(check_claims(decoder, fresh))
        coaches.append(checks)
        row = table_row(coach.rule.family, ASKED_AFTER[-1], checks[-1:])
        print(f"  {', '.join(row)}", flush=True)
    print()
    heads = ("rules", "plays", "right", "cracked", "false", "verdicts", "promise", "true", "wrong")
    rows = [
        table_row("all", plays, [checks[n] for checks in coaches])
        for n, plays in enumerate(ASKED_AFTER)
    ]
    print_table(heads, rows)


def draw_long_coach(rng: np.random.Generator, family: str) -> Coach:
    """Draw a coach with a rule of this family who wipes off and hides the rule."""
    while True:
        vocabulary = int(rng.integers(VOCABULARY[0], VOCABULARY[1] + 1))
        rate = float(rng.uniform(*RATES))
        habits = with_lengths(draw_habits(rng, vocabulary, LENGTHS[1], phrase_rate=rate), LENGTHS)
        rule = draw_rule(rng, vocabulary, family, 0, True)
        coach = draw_hider(rng, rule, habits, (rate,))
        if coach:
            return coach


def name_log(coach: Coach, rng: np.random.Generator) -> tuple[list[Play], list[Play]]:
    """Draw the coach's log, and fresh plays."""
    vocabulary = coach.habits.vocabulary
    names = [SIGNALS[n] for n in rng.permutation(len(SIGNALS))[:vocabulary]]
    log, fresh = (
        name_plays(drawn.signals, drawn.done, start_games(count, 1), "", names)
        for count in (ASKED_AFTER[-1], FRESH)
        for drawn in (draw_plays(coach, count, rng),)
    )
    return list(log), list(fresh)


if __name__ == "__main__":
    main()
