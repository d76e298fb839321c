"""Practice rounds, and the score of a match."""

from dataclasses import replace
from itertools import combinations, pairwise
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from signdecoder.core.errors import UsageError
from signdecoder.core.keypad import assign_keys
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.practice.match import (
    GUESS_PROBABILITIES,
    DecoderView,
    Match,
    brier_points,
    first_play_for_good,
    predict_plays,
    score_guesses,
)
from signdecoder.practice.rounds import LEVELS, Round, draw_round
from signdecoder.simulation.named_log import SIGNALS
from tests.support.fakes import FakeDecoder
from tests.support.shell import Shell

# The first two plays of level 2, seed 417, and its rule.
FIRST = ("shoulder sleeve shoulder shoulder", "steal")
SECOND = ("sleeve shoulder knee shoulder knee face", "steal")
RULE = "sleeve anywhere = steal"


def plays(*outcomes: str) -> tuple[Play, ...]:
    return tuple(Play(("cap",), outcome) for outcome in outcomes)


def a_match(*outcomes: str) -> Match:
    return Match(Round(1, 5, plays(*outcomes), ("cap", "ear"), "the rule", ("cap",)))


# --- rounds ---------------------------------------------------------------------------------------


def test_the_same_level_and_seed_make_the_same_round() -> None:
    rounds = [draw_round(level, seed) for level in (1, 2, 4) for seed in (417, 418)]
    assert rounds == [draw_round(level, seed) for level in (1, 2, 4) for seed in (417, 418)]
    assert len({made.plays for made in rounds}) == len(rounds)


def test_a_seed_that_was_published_still_gives_the_same_round() -> None:
    made = draw_round(2, 417)
    first, second = made.plays[:2]
    assert (" ".join(first.signals), first.outcome) == FIRST
    assert (" ".join(second.signals), second.outcome) == SECOND
    assert made.rule == RULE
    assert made.command == "signdecoder practice --level 2 --seed 417"
    assert draw_round(1, 3, 12).command == "signdecoder practice --level 1 --seed 3 --plays 12"


@pytest.mark.parametrize("level", range(1, len(LEVELS) + 1))
def test_every_round_has_enough_steals_and_a_key_sign(level: int) -> None:
    for seed in range(20):
        made = draw_round(level, seed)
        steals = sum(play.outcome == "steal" for play in made.plays)
        assert len(made.plays) == 30
        assert 5 <= steals <= 15
        assert made.key_signs
        assert set(made.key_signs) <= set(made.signals)
        assert {name for play in made.plays for name in play.signals} <= set(made.signals)
        assert max(len(play.signals) for play in made.plays) <= 9


def test_rounds_of_the_first_level_follow_the_rule_that_they_state() -> None:
    for seed in range(12):
        made = draw_round(1, seed)
        key = made.key_signs[0]
        live = made.rule.removesuffix(f" right after {key} = steal")
        for play in made.plays:
            assert ((key, live) in pairwise(play.signals)) == (play.outcome == "steal")


def test_every_signal_of_a_keypad_has_a_letter() -> None:
    for size in {level.where.vocabulary for level in LEVELS}:
        for names in combinations(sorted(SIGNALS), size):
            assert all(signal.key.isalpha() for signal in assign_keys(names)), names


def test_invalid_rounds_are_refused() -> None:
    with pytest.raises(UsageError, match=r"no level 6\. Choose one from 1 to 5"):
        draw_round(6, 0)
    with pytest.raises(UsageError, match="-1 is not a valid seed"):
        draw_round(1, -1)
    with pytest.raises(UsageError, match=r"cannot have 4 plays\. Choose 5 to 200"):
        draw_round(1, 1, 4)


# --- the score ------------------------------------------------------------------------------------


def test_points_of_a_guess() -> None:
    # 25 - 100 (chance - what came)²: 0.05² = 0.0025, 0.25² = 0.0625, 0.5² = 0.25, ...
    assert [brier_points(chance, "steal") for chance in GUESS_PROBABILITIES] == pytest.approx(
        [25 - 90.25, 25 - 56.25, 0, 25 - 6.25, 25 - 0.25]
    )
    assert [brier_points(chance, "bunt") for chance in GUESS_PROBABILITIES] == pytest.approx(
        [24.75, 18.75, 0, -31.25, -65.25]
    )


def test_expected_points_are_highest_for_the_probability_you_believe() -> None:
    for thought in GUESS_PROBABILITIES:
        expected = [
            thought * brier_points(said, "steal") + (1 - thought) * brier_points(said, "none")
            for said in GUESS_PROBABILITIES
        ]
        assert GUESS_PROBABILITIES[expected.index(max(expected))] == thought


def test_a_score_counts_right_guesses_and_adds_points() -> None:
    # right, wrong, no idea, right; a bunt is no steal; the fifth play was not guessed
    outcomes = plays("steal", "none", "steal", "bunt", "steal")
    score = score_guesses([0.75, 0.95, 0.5, 0.05], outcomes)
    assert (score.plays, score.right) == (4, 2)
    assert score.points == pytest.approx(18.75 - 65.25 + 0 + 24.75)


def test_a_key_sign_counts_from_the_play_after_which_it_stayed_right() -> None:
    assert first_play_for_good(["cap", None, "ear", "cap", "cap"], {"cap"}) == 4
    assert first_play_for_good(["cap", "belt", "cap"], {"cap", "belt"}) == 1
    assert first_play_for_good(["cap", "cap", "ear"], {"cap"}) is None
    assert first_play_for_good([], {"cap"}) is None


def test_a_key_sign_counts_from_the_last_play_whose_outcome_was_shown() -> None:
    game = a_match("none", "steal", "none").name("ear").guess(0.25).guess(0.75)
    assert game.key_guesses == ("ear", "ear")
    game = game.name("cap")  # the outcome of the second play was shown, not of the third
    assert (game.key, game.key_guesses) == ("cap", ("ear", "cap"))
    assert game.guess(0.5).student_found_at == 2
    assert game.name("cap").key_guesses == ("ear", None)  # named once more: cleared


def test_a_round_is_won_with_the_key_sign_and_speed_or_points() -> None:
    late = DecoderView(0.9, "cap", 0.8)
    unsure = DecoderView(0.9, "cap", 0.4)  # a favourite below an even chance is not named
    game = a_match("steal", "steal")
    key_guesses = game.name("cap").guess(0.05).guess(0.05)
    assert replace(key_guesses, views=(unsure, late)).decoder_found_at == 2
    assert replace(
        key_guesses, views=(unsure, late)
    ).student_won  # after play 1, the decoder after 2
    assert replace(key_guesses, views=(late, late)).student_won  # both after play 1
    slow = game.guess(0.95).guess(0.05).name("cap")
    assert not replace(slow, views=(late, late)).student_won  # 24.75 - 65.25 beside 2 × 24
    rich = game.guess(0.95).guess(0.95).name("cap")
    assert replace(rich, views=(late, late)).student_won  # 49.5 points beside 48
    assert not replace(rich.name("ear"), views=(late, late)).student_won
    assert not replace(rich.name("cap"), views=()).student_won  # nothing named


def test_a_won_round_is_followed_by_a_higher_level_and_the_next_seed() -> None:
    played = draw_round(2, 7, 10)
    game = Match(played).name(played.key_signs[0]).guess(0.5)
    assert (game.next_round().level, game.next_round().seed) == (3, 8)
    assert len(game.next_round().plays) == 10
    lost = Match(played).guess(0.5)
    assert (lost.next_round().level, lost.next_round().seed) == (2, 8)
    top = draw_round(5, 7, 10)
    assert Match(top).name(top.key_signs[0]).guess(0.5).next_round().level == 5


# --- the decoder ----------------------------------------------------------------------------------


class Recording(FakeDecoder):
    """Says how many plays it has seen, so that the order of predicting and learning shows."""

    @property
    def prequential(self) -> NDArray[np.float32]:
        return np.array([[n / 100, 0, 0] for n in range(self.n_plays)], np.float32)


def test_the_decoder_predicts_each_play_before_it_learns_it() -> None:
    views = list(predict_plays(cast(Decoder, Recording()), plays("none", "steal", "none")))
    assert [view.probability for view in views] == pytest.approx([0, 0.01, 0.02])
    assert [view.favorite for view in views] == [None, "cap", "cap"]


@pytest.mark.slow
def test_the_real_decoder_finds_the_key_sign_of_a_round() -> None:
    made = draw_round(1, 417)
    game = Match(made)
    for view in predict_plays(Decoder(), made.plays):
        game = game.add_view(view).guess(0.5)
    assert game.decoder_found_at is not None
    assert game.decoder.right >= 24
    assert game.student.points == 0
    again = [view.probability for view in predict_plays(Decoder(), made.plays)]
    assert again == [view.probability for view in game.views]
    alone = Decoder()
    for play in made.plays[:12]:
        alone.observe_many([play])
    p = alone.predict(made.plays[12].signals).probability
    assert p == pytest.approx(again[12], abs=1e-6)


# --- the command ----------------------------------------------------------------------------------


def test_the_command_reports_errors_in_one_sentence(shell: Shell) -> None:
    ran = shell.run("practice", "--level", "9")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "Error: there is no level 9. Choose one from 1 to 5.\n"
    ran = shell.run("practice", "--level", "2", "--seed", "417")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Error: practice needs a terminal. ")
    assert len(ran.err.splitlines()) == 1
