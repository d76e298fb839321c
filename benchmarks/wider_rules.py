"""Measure decoders on wider kinds of rules: python benchmarks/wider_rules.py --coaches 40

Simulated coaches let any of several signals call, have two keys, change the key by inning, outs or
count, and so on: the kinds of `signdecoder.simulation.wide_coaches`. They hide the rule among near
misses and look-alikes that are as common as the rule. There is no noise. After 20, 40 and 100 plays
the decoder is asked about fresh sequences: half of them call, and most of the others nearly do.
Every play has its inning, outs and count, whether or not the rule depends on them.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from robust_answers import points, print_table

from signdecoder.benchmark.questions import choose_questions, find_near_misses
from signdecoder.benchmark.rule_match import wordings
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.simulation.context_coach import draw_plays_at
from signdecoder.simulation.moments import draw_moments
from signdecoder.simulation.named_log import SIGNALS, name_plays
from signdecoder.simulation.seasons import start_games
from signdecoder.simulation.wide_coaches import WIDE_KINDS, draw_wide_coach

ASKED_AFTER = (20, 40, 100)  # plays
CALLING, NEAR = 30, 25  # questions that call, and near misses among as many others
RATES = (0.15, 0.45)  # lowest and highest share of steals
VOCABULARY = (6, 12)  # fewest and most signals of a coach
USUAL, LONG = (5, 9), (45, 55)  # fewest and most signals of a sequence
PLAYS_OF_A_GAME = 15
DRAWN = 1500  # plays that the questions are taken from
DECODERS = ("mixture", "rules", "LSTM")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """How one coach was read: right answers (3, 3) by decoder and plays seen, and the rule.

    ``right`` are shares of the questions. After all plays, ``told`` is True if the likeliest rule
    is the coach's, and ``cracked`` if the decoder claims to have cracked the coach.
    """

    right: NDArray[np.float64]
    told: bool
    cracked: bool


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """A coach's log, the questions, and which of them call; ``words`` are those of the rule."""

    log: tuple[Play, ...]
    questions: tuple[Play, ...]
    called: NDArray[np.bool_]
    words: frozenset[str]


def main() -> None:
    """Print a table with a row for each kind of rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=40, help="coaches of each kind")
    parser.add_argument("--kinds", default=",".join(WIDE_KINDS), help="kinds, with commas between")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--long", action="store_true", help="about 50 signals in each play")
    arguments = parser.parse_args()
    kinds = arguments.kinds.split(",")
    for kind in set(kinds) - set(WIDE_KINDS):
        parser.error(f"there is no kind {kind}. Choose from {', '.join(WIDE_KINDS)}.")
    lengths = LONG if arguments.long else USUAL
    print(
        f"{arguments.coaches} coaches of each kind, sequences of {lengths[0]} to {lengths[1]} "
        f"signals; right answers, % of {2 * CALLING} fresh sequences"
    )
    rows, every = [], []
    for kind in kinds:
        results = [
            check_coach(draw_exam(kind, arguments.seed, number, lengths))
            for number in range(arguments.coaches)
        ]
        rows.append(table_row(kind, results))
        every += results
        print(f"  {', '.join(rows[-1])}", flush=True)
    heads = [f"{decoder} {plays}" for decoder in DECODERS for plays in ASKED_AFTER]
    print()
    heads += [f"{claim} {ASKED_AFTER[-1]}" for claim in ("rule", "cracked")]
    print_table(("kind", *heads), [*rows, table_row("all", every)])


def table_row(kind: str, results: list[Result]) -> tuple[str, ...]:
    """Return the mean of the results in percent."""
    right = np.mean([result.right for result in results], axis=0).ravel()
    claims = [(result.told, result.cracked) for result in results]
    return kind, *map(points, right), *map(points, np.mean(claims, axis=0))


def draw_exam(kind: str, seed: int, number: int, lengths: tuple[int, int] = USUAL) -> Exam:
    """Draw one coach of a kind, their log and the questions."""
    rng = np.random.default_rng((seed, list(WIDE_KINDS).index(kind), number))
    games, fresh_games = (
        start_games(plays, -(-plays // PLAYS_OF_A_GAME)) for plays in (ASKED_AFTER[-1], DRAWN)
    )
    while True:
        vocabulary = int(rng.integers(VOCABULARY[0], VOCABULARY[1] + 1))
        rate = float(rng.uniform(*RATES))
        coach = draw_wide_coach(rng, kind, vocabulary, rate=rate, lengths=lengths)
        log, fresh = (
            draw_plays_at(coach, draw_moments(each, rng), rng) for each in (games, fresh_games)
        )
        near = find_near_misses(coach.rule, fresh.signals, fresh.called)
        chosen = choose_questions(fresh, near, CALLING, NEAR)
        if chosen is not None:
            break
    names = [SIGNALS[n] for n in rng.permutation(len(SIGNALS))[:vocabulary]]
    called = chosen.called_mask.astype(np.int8)
    one_game = start_games(len(called), 1)
    return Exam(
        name_plays(log.signals, log.done, games, "", names, log.moments),
        name_plays(chosen.sequences, called, one_game, "", names, chosen.moments),
        chosen.called_mask,
        wordings(coach.rule, names),
    )


def check_coach(exam: Exam) -> Result:
    """Read a log and answer the questions on the way."""
    decoder, right, seen = Decoder(), [], 0
    for plays in ASKED_AFTER:
        decoder.observe_many(exam.log[seen:plays])
        seen = plays
        predictions = decoder.predict_many(
            [play.signals for play in exam.questions],
            contexts=[play.context for play in exam.questions],
        )
        p = np.array([(each.probability, each.rules, each.lstm) for each in predictions])
        right.append(((p >= 0.5) == exam.called[:, None]).mean(axis=0))
    ranked = decoder.rules()
    told = bool(ranked) and ranked[0].plain_words in exam.words
    return Result(np.array(right).T, told, decoder.cracked)


if __name__ == "__main__":
    main()
