"""Held-out scores: which games are held out, and the scores of the base rate."""

from collections.abc import Collection
from math import log

import pytest

from signdecoder.analysis.holdout import hold_out_games, score, score_in_order
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from tests.support.networks import random_weights


def a_game(name: str, *outcomes: str) -> list[Play]:
    return [Play(("cap", "belt"), outcome, game=name) for outcome in outcomes]


def a_season(games: int) -> list[Play]:
    return [p for n in range(games) for p in a_game(f"game {n + 1}", "steal", "none")]


@pytest.mark.parametrize(
    ("games", "held"), [(4, [4]), (7, [4]), (8, [4, 8]), (58, list(range(4, 59, 4)))]
)
def test_every_fourth_game_is_held_out(games: int, held: list[int]) -> None:
    learn, out = hold_out_games(a_season(games))
    assert [game[0].game for game in out] == [f"game {n}" for n in held]
    assert len(learn) + sum(map(len, out)) == 2 * games
    assert not {p.game for p in learn} & {p.game for game in out for p in game}


def test_fewer_than_four_games_are_predicted_in_order() -> None:
    learn, out = hold_out_games(a_season(3))
    assert learn == []
    assert [p for game in out for p in game] == a_season(3)
    assert score(a_season(3), "steal", random_weights()).held_out().how == "in order"


def test_the_base_is_the_rate_of_the_called_play_so_far() -> None:
    plays = a_game("g", "none", "unknown", "steal", "bunt")
    found = score(plays, "steal", random_weights()).held_out()
    # One call and one other are taken as seen: 1/2, then 1/3 (the unknown is not scored), then 2/4.
    assert found.plays == 3
    assert found.base_log_loss == pytest.approx((-log(1 / 2) - log(1 / 3) - log(1 / 2)) / 3)
    # 1/2 counts as "steal": wrong on the first and the last; 1/3 says "none": wrong on the steal.
    assert found.base_accuracy == 0.0


def test_the_base_of_held_out_games_knows_the_others() -> None:
    plays = [
        *a_game("1", "steal"),
        *a_game("2", "steal"),
        *a_game("3", "none"),
        *a_game("4", "steal"),
    ]
    found = score(plays, "steal", random_weights()).held_out()
    assert (found.how, found.plays) == ("games", 1)
    assert found.base_log_loss == pytest.approx(-log(3 / 5))


def test_without_known_outcomes_the_scores_are_none() -> None:
    found = score(a_game("g", "unknown", "unknown"), "steal", random_weights()).held_out()
    assert (found.plays, found.log_loss, found.accuracy) == (0, None, None)


def test_log_loss_is_summed_by_game() -> None:
    scores = score(a_season(8), "steal", random_weights())
    by_game = scores.loss_by_game()
    assert len(by_game) == 2
    assert by_game.sum() == pytest.approx(scores.loss.sum())


def read(plays: list[Play], changes: Collection[int] = ()) -> Decoder:
    decoder = Decoder(weights=random_weights())
    decoder.catch_up(plays, changes)
    return decoder


def test_plays_are_scored_in_order_with_recorded_changes() -> None:
    plays, weights = a_season(5), random_weights()
    few = a_season(2)
    assert score_in_order(read(few), few).loss == pytest.approx(score(few, "steal", weights).loss)
    decoder, losses = Decoder(weights=weights), []
    for number, p in enumerate(plays):
        if number == 6:
            decoder.mark_change()
        (said,) = decoder.opinions([p.signals])
        losses.append(-log(said.probability if p.outcome == "steal" else 1 - said.probability))
        decoder.observe_many([p])
    told = score_in_order(read(plays, {6}), plays)
    assert told.loss == pytest.approx(losses)
    assert told.how == "in order"
    assert told.loss[6] != score_in_order(read(plays), plays).loss[6]
