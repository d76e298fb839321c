"""The permutation test: its score, its validity without a rule, and its power with one."""

import numpy as np
import pytest

from signdecoder.analysis import permutation as luck
from signdecoder.analysis.permutation import PermutationTest, permutation_test
from signdecoder.bayes.counts import NoiseRates
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.core.names import fold
from signdecoder.core.play import Play
from signdecoder.rules.matching import plays_called
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    Sequences,
)
from signdecoder.simulation.coach import draw_plays
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import start_games

ONE_GAME = [
    Play(("cap", "belt"), "steal"),
    *[Play(("belt", "cap", "ear"), "none")] * 19,
]


def draw_log(
    seed: int, family: str, plays: int, *, shuffled: bool, games: int = 2, rate: float = 0.3
) -> list[Play]:
    """Simulate a log; ``shuffled`` draws outcomes only from each game's own steal rate."""
    rng = np.random.default_rng((81, seed))
    coach = draw_coach(rng, 7, 8, rate=rate, family=family)
    drawn = draw_plays(coach, plays, rng)
    game = np.cumsum(start_games(plays, games)) - 1
    steals = drawn.done == CALLED
    if shuffled:
        steals = rng.random(plays) < rng.uniform(0.05, 0.6, games)[game]
    return [
        Play(tuple(f"s{s}" for s in row if s != BLANK), "steal" if steal else "none", game=f"{g}")
        for row, steal, g in zip(drawn.signals, steals, game, strict=True)
    ]


def test_the_p_value_counts_ties_against_the_log() -> None:
    assert PermutationTest(n_plays=40, n_shuffles=999, n_better=0, n_equal=0).p_value == 0.001
    assert PermutationTest(n_plays=40, n_shuffles=999, n_better=30, n_equal=19).p_value == 0.05
    assert PermutationTest(n_plays=40, n_shuffles=999, n_better=30, n_equal=19).is_unlikely
    assert not PermutationTest(n_plays=40, n_shuffles=999, n_better=30, n_equal=20).is_unlikely


def test_one_steal_in_twenty_plays_has_a_p_value_of_at_least_a_twentieth() -> None:
    # The steal alone shows cap then belt. Of 20 places for one steal this is the best; a shuffle
    # finds it 1 time in 20, so p is 0.05 except for the chance of 999 draws (sd 0.007).
    found = permutation_test(ONE_GAME, "steal")
    assert found is not None
    assert (found.n_plays, found.n_shuffles, found.n_better) == (20, 999, 0)
    assert found.n_equal == pytest.approx(999 / 20, abs=25)
    assert permutation_test(ONE_GAME, "steal") == found


def test_the_score_is_the_bayes_factor_of_all_rules() -> None:
    rng = np.random.default_rng(3)
    plays: Sequences = rng.integers(0, 4, (12, 5)).astype(np.int16)
    plays[:4, 3:] = BLANK
    sequences = [tuple(int(s) for s in row if s != BLANK) for row in plays]
    outcomes = np.stack([rng.permutation(np.arange(12) < 4) for _ in range(5)])
    rules, noise = Hypotheses(4), NoiseRates()
    total = np.zeros(5)
    for rule in np.flatnonzero(rules.prior).tolist():
        called = plays_called(rules.rule(rule), plays) == CALLED
        if not called.any():
            continue  # says the same of every shuffle
        run = np.array([(row & called).sum() for row in outcomes])
        own = np.array([(row & ~called).sum() for row in outcomes])
        missed, neither = called.sum() - run, (~called).sum() - own
        chances = noise.log_p_missed(missed, run) + noise.log_p_own(own, neither)
        total += rules.prior[rule] * np.exp(chances + noise.log_classes).sum(axis=0)
    # Without a rule, 4 steals in 12 plays at an even rate: 4! 8! / 13!.
    nothing = 24 * 40320 / 6227020800
    assert luck._score_outcomes(sequences, outcomes) == pytest.approx(
        np.log(total / nothing), abs=1e-8
    )


def test_differences_between_games_are_no_evidence() -> None:
    # The coach touches the cap only in the game with steals: within a game, nothing predicts them.
    ran = [Play(("cap", "ear"), "steal" if n % 3 else "none", game="1") for n in range(12)]
    stayed = [Play(("nose", "ear"), "none" if n % 6 else "steal", game="2") for n in range(12)]
    told = permutation_test(ran + stayed, "steal")
    assert told is not None
    assert told.p_value == 1
    one_game = [Play(p.signals, p.outcome) for p in ran + stayed]
    mixed = permutation_test(one_game, "steal")
    assert mixed is not None
    assert mixed.p_value < 0.2


def test_a_play_without_a_game_belongs_to_the_one_before() -> None:
    plays = [Play((f"s{n % 5}", f"s{n % 3}"), "steal" if n % 4 else "none") for n in range(20)]
    named = [Play(p.signals, p.outcome, game="1" if n == 0 else "") for n, p in enumerate(plays)]
    assert permutation_test(named, "steal") == permutation_test(plays, "steal")


def test_plays_with_unknown_outcomes_are_left_out() -> None:
    silent = [Play(("cap",), "unknown"), Play(("cap", "belt"), "unknown")]
    assert permutation_test([*silent, *ONE_GAME], "steal") == permutation_test(ONE_GAME, "steal")
    not_stolen = [Play(("cap",), "not_steal")]
    bunts = [Play(p.signals, "bunt" if p.outcome == "steal" else "none") for p in ONE_GAME]
    assert permutation_test(not_stolen + bunts, "bunt") == permutation_test(bunts, "bunt")
    assert permutation_test(not_stolen + ONE_GAME, "steal") != permutation_test(ONE_GAME, "steal")


@pytest.mark.parametrize(
    "plays",
    [
        [],
        [Play(("cap",), "none"), Play(("ear",), "unknown")],
        [Play(("cap",), "steal")],
        [Play(("cap",), "steal", game="1"), Play(("ear",), "none", game="2")],
    ],
    ids=["no play", "no steal", "steals alone", "a play a game"],
)
def test_without_anything_to_shuffle_there_is_no_test(plays: list[Play]) -> None:
    assert permutation_test(plays, "steal") is None


def test_only_the_last_plays_of_a_long_log_are_tested() -> None:
    early = [Play(("nose", "nose", "ear"), "steal" if n % 2 else "none") for n in range(9)]
    rest = (ONE_GAME * 20)[: luck.MOST_PLAYS]
    found = permutation_test(early + rest, "steal")
    assert found == permutation_test(rest, "steal")
    assert found is not None
    assert found.is_cut_short


def test_more_than_twenty_signals_are_accepted() -> None:
    rng = np.random.default_rng(8)
    plays = [
        Play(tuple(f"s{s}" for s in rng.integers(0, 30, 6)), "steal" if n % 4 == 0 else "none")
        for n in range(30)
    ]
    told = [
        Play((*p.signals, "go") if p.outcome == "steal" else p.signals, p.outcome) for p in plays
    ]
    found = permutation_test(told, "steal")
    assert found is not None
    assert found.p_value == 0.001


def test_signals_are_numbered_by_how_many_plays_show_them() -> None:
    rare = [f"r{n}" for n in range(21)]
    plays = [Play(("Cap", "cap"), "steal"), Play(("cap", "belt"), "none")]
    plays += [Play(("belt", name), "none") for name in rare]
    numbers = luck._number_signals(plays, fold)
    # Belt is in 22 plays, cap in 2, each rare one in 1: places 0, 1, then 2 to 19; three have none.
    assert numbers[:4] == [(1, 1), (1, 0), (0, 2), (0, 3)]
    assert [number for _, number in numbers[2:]] == [*range(2, 20), -22, -23, -24]


@pytest.mark.slow
def test_the_p_value_is_uniform_if_the_signs_mean_nothing() -> None:
    # The short form of benchmarks/luck_check.py: habits of every kind, a rate for each game.
    kinds = list(FAMILY_WEIGHTS)
    logs = [draw_log(n, kinds[n % len(kinds)], 30, shuffled=True) for n in range(90)]
    p = np.sort([found.p_value for log in logs if (found := permutation_test(log, "steal"))])
    ranks = np.arange(len(p) + 1) / len(p)
    distance = max((p - ranks[:-1]).max(), (ranks[1:] - p).max())
    assert len(p) >= 85
    assert distance * np.sqrt(len(p)) < 1.628  # Kolmogorov and Smirnov at 1%


def test_a_rule_has_a_small_p_value() -> None:
    kinds = [family for family in FAMILY_WEIGHTS if family != "null"]
    logs = [draw_log(n, kinds[n % len(kinds)], 40, shuffled=False) for n in range(26)]
    found = [permutation_test(log, "steal") for log in logs]
    assert np.mean([f is not None and f.is_unlikely for f in found]) >= 0.9
