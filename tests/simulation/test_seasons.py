"""A log over games has the changes of signs, the fakes and the probabilities asked for."""

import numpy as np
import pytest

from signdecoder.rules.matching import plays_called
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.rules.rule import (
    CALLED,
    NOTHING,
)
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import ChangePolicy, draw_changes, draw_games, start_games


def a_coach(seed: int = 1, *, family: str = "next", noise: Noise | None = None) -> Coach:
    return draw_coach(
        np.random.default_rng(seed), 10, 10, rate=0.35, family=family, noise=noise, hides=True
    )


def test_games_are_about_equally_long() -> None:
    assert np.flatnonzero(start_games(10, 3)).tolist() == [0, 4, 7]
    assert np.flatnonzero(start_games(5, 1)).tolist() == [0]


def test_signs_change_with_the_probabilities_of_the_policy() -> None:
    new_game = start_games(30_000, 1_000)
    rng = np.random.default_rng(2)
    changes = np.array(
        draw_changes(
            new_game, ChangePolicy(p_change_within_game=0.01, p_change_between_games=0.3), rng
        )
    )
    between = new_game[changes]
    assert 0 not in changes
    assert between.sum() == pytest.approx(0.3 * 999, abs=45)
    assert (~between).sum() == pytest.approx(0.01 * 29_000, abs=55)
    assert draw_changes(new_game, ChangePolicy(), rng) == ()


@pytest.mark.parametrize("family", [name for name in FAMILY_WEIGHTS if name != "null"])
def test_each_rule_holds_from_its_first_play_to_the_next_change(family: str) -> None:
    for seed in range(5):
        drawn = draw_games(
            a_coach(seed, family=family),
            start_games(60, 3),
            np.random.default_rng(seed),
            changes=(20, 33),
        )
        assert [regime.since for regime in drawn.regimes] == [0, 20, 33]
        for regime, end in zip(drawn.regimes, (20, 33, 60), strict=True):
            rows = slice(regime.since, end)
            expected = plays_called(regime.coach.rule, drawn.signals[rows])
            assert drawn.called[rows].tolist() == expected.tolist()
        keys = [regime.coach.rule.key_signs for regime in drawn.regimes]
        assert keys[0] != keys[1] != keys[2]


def test_a_coach_who_hides_keeps_the_old_rule_as_a_decoy() -> None:
    drawn = draw_games(a_coach(), start_games(400, 1), np.random.default_rng(3), changes=(200,))
    before, after = (regime.coach for regime in drawn.regimes)
    assert before.rule in after.decoys
    old = plays_called(before.rule, drawn.signals[200:]) == CALLED
    assert old.mean() >= 0.15


def test_meaningless_signals_do_not_change() -> None:
    drawn = draw_games(
        a_coach(family="null"), start_games(40, 1), np.random.default_rng(4), changes=(20,)
    )
    assert [regime.since for regime in drawn.regimes] == [0]


def test_many_calls_are_not_run_in_games_with_fakes() -> None:
    coach, new_game = a_coach(noise=Noise(missed=0.1)), start_games(40_000, 1_000)
    drawn = draw_games(coach, new_game, np.random.default_rng(5), p_fake_game=0.4)
    game = np.cumsum(new_game) - 1
    called = drawn.called == CALLED
    went = np.array([(drawn.done[called & (game == g)] == CALLED).mean() for g in range(1_000)])
    # Games without fakes: 90% go. With fakes: 20 to 70% of those do.
    assert np.mean(went) == pytest.approx(0.9 * (0.6 + 0.4 * 0.45), abs=0.03)
    assert set(drawn.done[drawn.called == NOTHING]) == {NOTHING}


def test_probabilities_are_those_of_someone_who_knows_the_rule_and_the_fakes() -> None:
    coach, new_game = a_coach(noise=Noise(0.1, 0.05)), start_games(40_000, 1_000)
    drawn = draw_games(coach, new_game, np.random.default_rng(6), p_fake_game=0.5)
    assert drawn.probs.sum(axis=1) == pytest.approx(1.0)
    p_called = drawn.probs[:, 0]
    for low, high in ((0.0, 0.1), (0.1, 0.4), (0.4, 0.7), (0.85, 0.95)):
        rows = (p_called >= low) & (p_called < high)
        assert rows.sum() > 500
        assert (drawn.done[rows] == CALLED).mean() == pytest.approx(p_called[rows].mean(), abs=0.03)


def test_the_same_seed_draws_the_same_games() -> None:
    def once() -> list[list[int]]:
        drawn = draw_games(
            a_coach(), start_games(50, 2), np.random.default_rng(7), changes=(30,), p_fake_game=0.5
        )
        return [*drawn.signals.tolist(), drawn.done.tolist()]

    assert once() == once()
