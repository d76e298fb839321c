"""Simulated logs are reproducible, follow the options, and keep the rule that they hide."""

from itertools import pairwise

import pytest

from signdecoder.core.errors import UsageError
from signdecoder.rules.registry import FAMILIES
from signdecoder.simulation.named_log import LEVELS, simulate
from signdecoder.simulation.wide_coaches import WIDE_KINDS


def test_the_same_seed_makes_the_same_log() -> None:
    assert simulate(30, 5, games=3, other_plays=0.2) == simulate(30, 5, games=3, other_plays=0.2)
    assert simulate(30, 5).plays != simulate(30, 6).plays


def test_games_are_in_order_and_equally_long() -> None:
    plays = simulate(40, 5, coach="Hawks", games=4).plays
    assert [p.game for p in plays] == [f"Game {n}" for n in (1, 2, 3, 4) for _ in range(10)]
    assert [p.date for p in plays] == sorted(p.date for p in plays)
    assert {p.coach for p in plays} == {"Hawks"}


def test_every_classroom_play_follows_a_rule_about_a_pair() -> None:
    made = simulate(200, 8, family="next", level="classroom")
    key = made.key_signs[0]
    live = {b for p in made.plays if p.outcome == "steal" for a, b in _pairs(p.signals) if a == key}
    calls = [
        live_signal
        for live_signal in live
        if all(
            ((key, live_signal) in _pairs(p.signals)) == (p.outcome == "steal") for p in made.plays
        )
    ]
    assert len(calls) == 1
    assert made.rule == f"{calls[0]} right after {key} = steal"


def _pairs(signals: tuple[str, ...]) -> set[tuple[str, str]]:
    return set(pairwise(signals))


def test_other_plays_are_called_if_asked_for() -> None:
    assert {p.outcome for p in simulate(200, 3, family="next").plays} == {"steal", "none"}
    others = {p.outcome for p in simulate(200, 3, family="next", other_plays=0.4).plays}
    assert others - {"steal", "none"}


def test_the_rule_has_a_wipe_off_if_asked_for() -> None:
    assert "cancels everything" in simulate(10, 3, family="next", wipe_off=True).rule


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_family_can_be_simulated_at_every_level(family: str, level: str) -> None:
    made = simulate(20, 1, family=family, level=level)
    assert len(made.plays) == 20
    assert all(p.signals for p in made.plays)


def test_an_unknown_level_or_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'major'\. Choose one of classroom"):
        simulate(10, 1, level="major")
    with pytest.raises(UsageError, match=r"'triple'\. Choose one of next"):
        simulate(10, 1, family="triple")


def test_options_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(UsageError, match="no wipe-off"):
        simulate(10, 1, family="null", wipe_off=True)
    with pytest.raises(UsageError, match="3 plays cannot fill 5 games"):
        simulate(3, 1, games=5)


def test_signs_change_at_least_as_often_at_each_higher_level() -> None:
    within, between, fakes = zip(
        *(
            (c.p_change_within_game, c.p_change_between_games, c.p_fake_game)
            for c in (level.change_policy for level in LEVELS.values())
        ),
        strict=True,
    )
    for rates in (within, between, fakes):
        assert list(rates) == sorted(rates)
        assert rates[0] == 0.0 < rates[-1]


def test_every_rule_is_described_with_its_first_play() -> None:
    made = simulate(400, 4, games=8, family="next", level="pro")
    first, *later = made.rule.splitlines()
    assert f" right after {made.key_signs[0]} = steal" in first
    assert made.changes
    for line, since in zip(later, made.changes, strict=True):
        assert line.startswith(f"From play {since} on: ")
        assert " right after " in line


def test_a_classroom_coach_keeps_the_signs() -> None:
    made = simulate(400, 4, games=8, family="next", level="classroom")
    assert made.changes == ()
    assert "\n" not in made.rule


@pytest.mark.parametrize("kind", [kind for kind in WIDE_KINDS if kind not in FAMILIES])
def test_every_wider_kind_can_be_simulated(kind: str) -> None:
    made = simulate(30, 2, games=2, family=kind, level="youth")
    assert len(made.plays) == 30
    assert made.key_signs
    assert made.rule.count("= steal") == 1
    assert all(list(play.context) == ["inning", "half", "outs", "balls", "strikes"]
               for play in made.plays)  # fmt: skip
    assert made == simulate(30, 2, games=2, family=kind, level="youth")
    with pytest.raises(UsageError, match="no wipe-off and no other plays"):
        simulate(30, 2, family=kind, wipe_off=True)
    with pytest.raises(UsageError, match="no wipe-off and no other plays"):
        simulate(30, 2, family=kind, other_plays=0.1)
