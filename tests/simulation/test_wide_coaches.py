"""Coaches with wider kinds of rules: sets of signals, and rules that depend on the moment."""

import numpy as np
import pytest

from signdecoder.benchmark.questions import choose_questions, find_near_misses
from signdecoder.core.contexts import CONTEXT_KINDS, context_values
from signdecoder.rules.by_context import ContextRule
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import CALLED, NOTHING, Rule
from signdecoder.simulation.coach import Coach, Noise, SimulatedPlays
from signdecoder.simulation.context_coach import AnyCoach, ContextCoach, draw_plays_at
from signdecoder.simulation.moments import draw_moments
from signdecoder.simulation.patterns import lengths_of
from signdecoder.simulation.seasons import start_games
from signdecoder.simulation.wide_coaches import WIDE_KINDS, draw_wide_coach


def draw(kind: str, seed: int = 3, plays: int = 400) -> tuple[AnyCoach, SimulatedPlays]:
    rng = np.random.default_rng(seed)
    coach = draw_wide_coach(rng, kind, 9, rate=0.3)
    return coach, draw_plays_at(coach, draw_moments(start_games(plays, 10), rng), rng)


def values_of(rule: ContextRule, drawn: SimulatedPlays) -> np.ndarray:
    return np.array([rule.value_in(context_values(moment)) for moment in drawn.moments])


@pytest.mark.parametrize("kind", WIDE_KINDS)
def test_a_coach_calls_what_the_rule_says_at_that_moment(kind: str) -> None:
    coach, drawn = draw(kind)
    rule, contexts = coach.rule, [context_values(moment) for moment in drawn.moments]
    assert drawn.called.tolist() == plays_called(rule, drawn.signals, contexts).tolist()
    assert drawn.done.tolist() == drawn.called.tolist()
    assert (drawn.called == CALLED).mean() == pytest.approx(0.3, abs=0.1)
    lengths = lengths_of(drawn.signals)
    assert (lengths.min(), lengths.max()) == (5, 9)
    assert rule == rule.plain


@pytest.mark.parametrize("kind", WIDE_KINDS)
def test_near_misses_are_about_as_common_as_calls(kind: str) -> None:
    coach, drawn = draw(kind)
    near = find_near_misses(coach.rule, drawn.signals, drawn.called)
    assert len(near) >= 0.4 * (drawn.called == CALLED).sum()
    questions = choose_questions(drawn, near, 30, 20)
    assert questions is not None
    assert questions.called_mask.sum() == 30
    assert len(questions.sequences) == len(questions.moments) == 60


@pytest.mark.parametrize(
    ("kind", "n_live", "n_indicators"),
    [
        ("any_of_two", 2, 1),
        ("any_of_three", 3, 1),
        ("half_of_all", 4, 1),
        ("two_indicators", 1, 2),
    ],
)
def test_sets_have_their_sizes(kind: str, n_live: int, n_indicators: int) -> None:
    rule = draw(kind)[0].rule
    assert isinstance(rule, Rule)
    assert (1 + len(rule.more_live), len(rule.indicators)) == (n_live, n_indicators)


def test_the_pair_of_another_moment_is_shown_without_a_call() -> None:
    coach, drawn = draw("by_outs")
    assert isinstance(coach, ContextCoach)
    values = values_of(coach.rule, drawn)
    for value, own in enumerate(coach.rule.rules):
        shows = plays_called(own, drawn.signals) == CALLED
        assert (drawn.called[shows & (values == value)] == CALLED).all()
        elsewhere = shows & (values != value)
        assert elsewhere.sum() >= 15
        assert (drawn.called[elsewhere] == NOTHING).any()


def test_the_key_around_a_signal_is_around_a_given_one_or_any() -> None:
    families = {draw("two_roles", seed, 20)[0].rule.family for seed in range(12)}
    assert families == {"framed", "sandwich"}


def test_noise_is_that_of_the_caller() -> None:
    rng = np.random.default_rng(1)
    noisy = Noise(0.5, 0.0, 0.0)
    for kind in ("any_of_two", "by_count"):
        coach = draw_wide_coach(rng, kind, 8, rate=0.4, noise=noisy)
        each = [coach] if isinstance(coach, Coach) else coach.coaches
        assert all(one.noise == noisy for one in each)


# --- moments --------------------------------------------------------------------------------------


def test_moments_run_like_a_game() -> None:
    new_game = start_games(240, 8)
    moments = draw_moments(new_game, np.random.default_rng(2))
    assert len(moments) == 240
    for before, moment, begins in zip(moments, moments[1:], new_game[1:], strict=False):
        if not begins:
            assert moment.half == before.half
            assert (moment.inning, moment.outs) >= (before.inning, before.outs)
    assert {moment.half for moment in moments} == {"top", "bottom"}
    assert max(moment.inning or 0 for moment in moments) == 9
    values = np.array([context_values(moment) for moment in moments])
    for kind, column in zip(CONTEXT_KINDS, values.T, strict=True):
        shares = np.bincount(column, minlength=kind.n_values) / len(column)
        assert shares.min() > 0.12, kind


def test_a_game_with_many_plays_has_extra_innings() -> None:
    moments = draw_moments(start_games(400, 1), np.random.default_rng(2))
    assert len(moments) == 400
    assert (moments[-1].inning or 0) > 9
