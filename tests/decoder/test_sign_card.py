"""The sign card of a decoder: all plays at once."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import Opinion
from signdecoder.logs.frames import plays_from_frame

SEASON = Path(__file__).parents[2] / "data" / "season"
LOG = (
    ("cap belt ear", "steal"),
    ("nose cap wrist", "bunt"),
    ("ear belt cap", "none"),
    ("cap nose wrist", "none"),
)


def _learn(decoder: Decoder, log: tuple[tuple[str, str], ...] = LOG, times: int = 5) -> Decoder:
    for _ in range(times):
        for signals, outcome in log:
            decoder.observe(signals, outcome=outcome)
    return decoder


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    return _learn(Decoder())


def test_the_card_has_a_line_for_each_play_without_the_key(decoder: Decoder) -> None:
    lines = {line.play: line for line in decoder.card()}
    assert lines["steal"].signals == ("belt",)
    assert lines["bunt"].signals == ("wrist",)
    assert lines["bunt"].seen == 5
    assert lines["bunt"].rule == "wrist right after cap = bunt"
    assert decoder.card()[0].probability == max(line.probability for line in lines.values())


def test_chances_name_the_likeliest_play_and_sum_to_one(decoder: Decoder) -> None:
    prediction = decoder.predict("ear cap wrist")
    assert prediction.likeliest == "bunt"
    assert prediction.chances["bunt"] > 0.8
    assert sum(prediction.chances.values()) == pytest.approx(1)
    assert prediction.chances["steal"] == prediction.probability
    assert list(prediction.chances.values()) == sorted(prediction.chances.values(), reverse=True)


def _shuffled_log(count: int, seed: int) -> list[tuple[str, ...]]:
    rng = np.random.default_rng(seed)
    signals = ["cap", "belt", "ear", "nose", "chin", "knee"]
    return [tuple(rng.permutation(signals)[:5].tolist()) for _ in range(count)]


def test_with_one_play_the_chances_are_its_probability_and_the_rest() -> None:
    decoder = Decoder()
    for signals in _shuffled_log(40, 0):
        steal = ("cap", "belt") in pairwise(signals)
        decoder.observe(signals, outcome="steal" if steal else "none")
    prediction = decoder.predict("ear cap belt")
    p = prediction.probability
    assert dict(prediction.chances) == pytest.approx({"steal": p, "none": 1 - p})
    assert [(line.play, line.signals) for line in decoder.card()] == [("steal", ("belt",))]


def test_before_the_first_play_nothing_is_on_the_card() -> None:
    decoder = Decoder()
    assert decoder.card() == []
    assert set(decoder.predict("cap belt").chances) == {"steal", "none"}


def test_a_play_that_is_not_known_yet_has_a_line_without_signals() -> None:
    decoder = Decoder()
    decoder.observe("cap belt ear nose", outcome="steal")
    decoder.observe("ear wrist cap nose", outcome="bunt")
    assert {(line.play, line.signals, line.rule) for line in decoder.card()} == {
        ("steal", (), ""),
        ("bunt", (), ""),
    }


def test_nobody_on_base_leaves_plays_that_need_no_runner(decoder: Decoder) -> None:
    chances = decoder.predict("ear cap wrist", runners="none").chances
    assert chances["steal"] == 0
    assert chances["bunt"] > 0.8
    assert sum(chances.values()) == pytest.approx(1)
    assert decoder.predict("ear cap belt").likeliest == "steal"
    assert decoder.predict("ear cap belt", runners="none").likeliest != "steal"


def test_double_steals_are_on_the_line_of_the_steal() -> None:
    log = (*LOG, ("ear cap belt", "double_steal"))
    lines = {line.play: line for line in _learn(Decoder(), log, 4).card()}
    assert set(lines) == {"steal", "bunt"}
    assert lines["steal"].seen == 8


def test_asked_about_alone_a_double_steal_has_a_line_of_its_own() -> None:
    log = (*LOG, ("ear cap nose belt", "double_steal"))
    decoder = _learn(Decoder(play="double_steal"), log, 4)
    assert {line.play for line in decoder.card()} == {"steal", "bunt", "double_steal"}


def test_after_a_change_of_signs_the_card_is_empty(decoder: Decoder) -> None:
    changed = _learn(Decoder())
    changed.mark_change()
    assert changed.card() == []
    changed.observe("wrist nose ear", outcome="bunt")
    assert [line.play for line in changed.card()] == ["bunt"]
    assert set(changed.predict("cap belt").chances) == {"steal", "bunt", "none"}


def test_games_with_more_steals_than_others_are_no_changes_of_the_bunt_sign() -> None:
    decoder, rng = Decoder(play="bunt"), np.random.default_rng(0)
    for play in range(60):
        signals = rng.permutation(["cap", "belt", "ear", "nose", "chin", "knee", "wrist"])[:5]
        steal = "nose" in signals and play // 4 % 3 == 1
        outcome = "bunt" if play in (10, 30, 50) else "steal" if steal else "none"
        decoder.observe(signals.tolist(), outcome=outcome, game=str(play // 4))
    assert decoder.change_points() == []


def test_a_resumed_belief_has_the_same_card(decoder: Decoder) -> None:
    plays = [Play(tuple(s.split()), outcome) for _ in range(5) for s, outcome in LOG]
    resumed = decoder.resume(plays, (), decoder.snapshot())
    for again, line in zip(resumed.card(), decoder.card(), strict=True):
        assert (again.play, again.signals) == (line.play, line.signals)
        assert again.probability == pytest.approx(line.probability)


def test_a_rule_that_depends_on_the_moment_has_a_line_for_each() -> None:
    decoder, keys = Decoder(), ("cap", "nose", "knee")
    for play, signals in enumerate(_shuffled_log(90, 1)):
        steal = (keys[play % 3], "belt") in pairwise(signals)
        decoder.observe(signals, outcome="steal" if steal else "none", outs=play % 3)
    lines = decoder.card()
    assert [line.signals for line in lines] == [("belt",)] * 3
    assert lines[1].rule == "belt right after nose = steal with one out"


def test_a_rule_that_most_plays_show_several_values_of_does_not_win_by_that() -> None:
    """In this log a wider rule ("beside cap") shows several values in many plays."""
    decoder = Decoder()
    decoder.observe_many(plays_from_frame(pd.read_csv(SEASON / "lions.csv")))
    lines = {line.play: line for line in decoder.card()}
    assert {play: line.signals for play, line in lines.items()} == {
        "steal": ("belt",),
        "hit_and_run": ("chin",),
        "bunt": ("wrist",),
    }
    assert lines["steal"].rule == "belt right after cap = steal"


LONGER_LOG = (
    *LOG,
    ("nose cap belt knee", "steal"),
    ("cap belt chin ear", "hit_and_run"),
    ("knee cap belt chin", "hit_and_run"),
    ("belt chin cap ear", "none"),
)


@pytest.fixture(scope="module")
def longer_decoder() -> Decoder:
    return _learn(Decoder(), LONGER_LOG, 4)


def test_a_longer_call_has_a_line_of_its_own(longer_decoder: Decoder) -> None:
    lines = {line.play: line for line in longer_decoder.card()}
    longer = lines["hit_and_run"]
    assert longer.signals == ("belt", "chin")
    assert longer.in_a_row
    assert longer.rule == "cap, belt, chin in a row = hit and run"
    assert lines["steal"].signals == ("belt",)
    assert not lines["steal"].in_a_row
    assert lines["steal"].rule == "belt right after cap, unless chin comes next = steal"
    assert {line.where for line in lines.values()} == {"right after cap"}


def test_a_longer_call_counts_and_not_the_one_that_it_begins_with(longer_decoder: Decoder) -> None:
    assert longer_decoder.predict("nose cap belt chin").likeliest == "hit_and_run"
    shorter = longer_decoder.predict("nose cap belt ear")
    assert shorter.likeliest == "steal"
    assert shorter.verdict == "steal"


def test_the_probability_follows_a_longer_call_that_only_the_card_knows(
    longer_decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure = Opinion(0.9, 0.9, 0.9)
    monkeypatch.setattr(longer_decoder, "opinions", lambda asked, **_: [sure for _ in asked])
    longer, shorter = longer_decoder.predict_many(["nose cap belt chin", "nose cap belt ear"])
    assert longer.probability < 0.3
    assert longer.chances["steal"] == longer.probability
    assert longer.likeliest == "hit_and_run"
    assert shorter.probability == sure.probability
