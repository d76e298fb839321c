"""Simulated coaches follow their rule, meet their rates, and hide the rule among decoys."""

import numpy as np
import pytest

from signdecoder.rules.matching import plays_called
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    NOTHING,
    Rule,
)
from signdecoder.simulation.behaviour import draw_habits
from signdecoder.simulation.coach import Coach, Noise, draw_plays, outcome_probs
from signdecoder.simulation.random_rules import draw_decoy
from signdecoder.simulation.sampling import change_signs, draw_coach


def some_coaches(count: int, seed: int = 0, **traits: object) -> list[Coach]:
    coaches = []
    for n in range(count):
        rng = np.random.default_rng((seed, n))
        coaches.append(draw_coach(rng, 8, 10, rate=0.3, other_rate=0.1, **traits))  # type: ignore[arg-type]
    return coaches


@pytest.mark.parametrize("family", FAMILY_WEIGHTS)
def test_a_coach_calls_what_the_rule_says(family: str) -> None:
    rng = np.random.default_rng(3)
    for coach in some_coaches(5, family=family):
        drawn = draw_plays(coach, 50, rng)
        assert drawn.called.tolist() == plays_called(coach.rule, drawn.signals).tolist()
        assert (drawn.signals[:, 0] != BLANK).all()


def test_the_same_seed_draws_the_same_coach_and_plays() -> None:
    def once() -> list[list[int]]:
        rng = np.random.default_rng(11)
        coach = draw_coach(rng, 9, 10, rate=0.3, noise=Noise(0.1, 0.1, 0.1))
        return [*draw_plays(coach, 30, rng).signals.tolist(), list(coach.rule.calls)]

    assert once() == once()


@pytest.mark.parametrize("family", [name for name in FAMILY_WEIGHTS if name != "null"])
def test_coaches_who_hide_meet_their_rates(family: str) -> None:
    rng = np.random.default_rng(5)
    coaches = some_coaches(40, family=family, hides=True)
    shares = [(draw_plays(c, 200, rng).called == CALLED).mean() for c in coaches]
    # Short sequences seldom have room to count in, and a single signal comes by chance.
    loose = family in ("hot", "count_after")
    assert np.mean(shares) == pytest.approx(0.3, abs=0.06 if loose else 0.03)


def test_decoys_are_as_common_as_the_rule() -> None:
    rng = np.random.default_rng(15)
    live, decoys, idle = [], [], []
    for coach in some_coaches(60, family="next", hides=True, wipe_off=False):
        drawn = draw_plays(coach, 100, rng)
        live.append((drawn.called == CALLED).mean())
        shown = [plays_called(decoy, drawn.signals) == CALLED for decoy in coach.decoys]
        decoys.append(max((rows.mean() for rows in shown), default=0.0))
        idle += [value == NOTHING for rows in shown for value in drawn.called[rows]]
    assert np.mean(idle) >= 0.5
    assert np.mean(np.array(decoys) >= live) >= 0.6


def test_noise_has_its_probabilities() -> None:
    rng = np.random.default_rng(7)
    coach = draw_coach(rng, 8, 10, rate=0.4, family="next", hides=True, noise=Noise(0.25, 0.1))
    drawn = draw_plays(coach, 20_000, rng)
    missed = drawn.done[drawn.called == CALLED] == NOTHING
    on_own = drawn.done[drawn.called == NOTHING] == CALLED
    assert missed.mean() == pytest.approx(0.25, abs=0.02)
    assert on_own.mean() == pytest.approx(0.1, abs=0.02)
    expected = outcome_probs(coach, np.array([NOTHING, CALLED], np.int8))
    assert expected == pytest.approx(np.array([[0.1, 0, 0.9], [0.75, 0, 0.25]]))


def test_a_null_coach_steals_at_the_same_rate_with_any_signals() -> None:
    rng = np.random.default_rng(9)
    coach = draw_coach(rng, 8, 10, rate=0.3, family="null")
    drawn = draw_plays(coach, 20_000, rng)
    assert (drawn.done == CALLED).mean() == pytest.approx(0.3, abs=0.02)
    for signal in range(8):
        shown = (drawn.signals == signal).any(axis=1)
        assert (drawn.done[shown] == CALLED).mean() == pytest.approx(0.3, abs=0.03)


def test_a_change_of_signs_keeps_the_habits_and_the_family() -> None:
    rng = np.random.default_rng(13)
    before = draw_coach(rng, 10, 10, rate=0.3, family="next")
    after = change_signs(before, rng)
    assert after.habits is before.habits
    assert after.rule.family == "next"
    assert after.rule.indicator != before.rule.indicator


def test_a_coach_who_does_not_hide_gives_the_same_sequences_under_any_rule() -> None:
    rng = np.random.default_rng(31)
    habits = draw_habits(rng, 8, 10, phrase_rate=0.3)
    draws = [
        draw_plays(Coach(rule, habits, (0.3,), Noise(), hides=False), 50, np.random.default_rng(1))
        for rule in (Rule("next", (1,), 0), Rule("hot", (2,)))
    ]
    assert (draws[0].signals == draws[1].signals).all()


@pytest.mark.parametrize("family", ["next", "kth", "anywhere", "before"])
@pytest.mark.parametrize(("n_live", "n_indicators"), [(4, 1), (1, 2), (2, 3)])
def test_a_coach_may_use_any_of_several_signals(
    family: str, n_live: int, n_indicators: int
) -> None:
    rng = np.random.default_rng(16)
    coach = draw_coach(
        rng, 9, 10, rate=0.3, other_rate=0.2, family=family, hides=True,
        n_live=n_live, n_indicators=n_indicators,
    )  # fmt: skip
    rule = coach.rule
    assert (1 + len(rule.more_live), len(rule.indicators)) == (n_live, n_indicators)
    assert len(set(rule.roles)) == len(rule.roles)
    drawn = draw_plays(coach, 1500, rng)
    assert (drawn.called == CALLED).mean() == pytest.approx(coach.rates[0], abs=0.1)
    # Each pair is used: with what it calls alone, some called play has no other pair.
    calls = drawn.signals[drawn.called == CALLED]
    each = np.array([plays_called(one, calls) == CALLED for one in rule.readings])
    assert (each & (each.sum(axis=0) == 1)).any(axis=1).all()
    changed = change_signs(coach, rng).rule
    assert set(changed.key_signs) != set(rule.key_signs)
    assert len(changed.readings) == len(rule.readings)


def test_decoys_of_a_rule_with_several_signals_look_like_it() -> None:
    rng = np.random.default_rng(17)
    rule = Rule("next", (0,), 4, more_live=(1, 2))
    drawn = [decoy for _ in range(60) if (decoy := draw_decoy(rule, 9, rng))]
    assert {len(decoy.more_live) for decoy in drawn} == {2}
    assert {decoy.indicator == 4 for decoy in drawn} == {True, False}
    assert all((d.indicator, set(d.live_signals)) != (4, {0, 1, 2}) for d in drawn)
