"""Held-out scores: which games are held out, and the scores of the base rate."""

from collections.abc import Collection
from math import log

import pytest

from signdecoder.analysis.holdout import score, score_in_order, split_games
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from tests.support.networks import random_weights


def a_game(name: str, *outcomes: str) -> list[Play]:
    return [Play(("cap", "belt"), outcome, game=name) for outcome in outcomes]


def a_season(games: int) -> list[Play]:
    return [p for n in range(games) for p in a_game(f"game {n + 1}", "steal", "none")]


@pytest.mark.parametrize("games", [4, 5, 7, 58])
def test_each_game_is_held_out_once_and_the_others_are_learned_first(games: int) -> None:
    plays = a_season(games)
    splits = split_games(plays)
    assert len(splits) == 2
    for first, split in zip((1, 0), splits, strict=True):
        assert {p.game for p in split.held_out} == {f"game {n + 1}" for n in range(first, games, 2)}
        assert not {p.game for p in split.learned} & {p.game for p in split.held_out}
        assert len(split.learned) + len(split.held_out) == len(plays)
        assert [f"game {n + 1}" for n in split.game] == [p.game for p in split.held_out]
    assert len(score(plays, "steal", random_weights()).loss) == 2 * games


def test_a_game_that_was_logged_in_two_parts_is_in_one_half() -> None:
    plays = [*a_season(4), *a_game("Game 1", "steal")]
    second, first = split_games(plays)
    assert first.game == [0, 0, 2, 2, 0]
    assert "game 1" not in {p.game.lower() for p in second.held_out}


def test_fewer_than_four_games_are_predicted_in_order() -> None:
    (split,) = split_games(a_season(3))
    assert (split.learned, split.held_out) == ([], a_season(3))
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
    assert (found.how, found.plays) == ("games", 4)
    # Games 1 and 3 after two steals, then games 2 and 4 after a steal and none.
    losses = [log(3 / 4), log(1 / 5), log(2 / 4), log(3 / 5)]
    assert found.base_log_loss == pytest.approx(-sum(losses) / 4)


def test_without_known_outcomes_the_scores_are_none() -> None:
    found = score(a_game("g", "unknown", "unknown"), "steal", random_weights()).held_out()
    assert (found.plays, found.log_loss, found.accuracy) == (0, None, None)


def test_log_loss_is_summed_by_game() -> None:
    scores = score(a_season(8), "steal", random_weights())
    by_game = scores.loss_by_game()
    assert len(by_game) == 8
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


def test_letters_in_both_cases_are_held_out_as_they_are_predicted() -> None:
    weights = random_weights()
    texts = (("Kpk", "steal"), ("kpK", "none"), ("bKp", "steal"), ("bkp", "none"))
    plays = [Play(tuple(text), outcome, game="g") for text, outcome in texts]
    told, folded = [Decoder(weights=weights, case_matters=matters) for matters in (True, False)]
    for decoder in (told, folded):
        decoder.observe_many(plays)
    assert (told.signals, folded.signals) == (["K", "p", "k", "b"], ["K", "p", "b"])
    loss = score(plays, "steal", weights).loss
    assert loss == pytest.approx(score_in_order(told, plays).loss)
    assert loss != pytest.approx(score_in_order(folded, plays).loss)
