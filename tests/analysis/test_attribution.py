"""Explanations: weights, counterfactuals, and their text."""

import json
from dataclasses import replace
from math import log
from typing import cast

import pytest

from signdecoder.analysis.attribution import (
    Counterfactual,
    Explanation,
    Substitutions,
    explain,
    weigh_signal,
)
from signdecoder.core.moments import Moment
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import Prediction
from signdecoder.logs.play_log import load_log
from signdecoder.reports.explanation_text import explanation_document, format_explanation
from signdecoder.simulation.named_log import simulate
from tests.support.fakes import FakeDecoder
from tests.support.networks import random_weights
from tests.support.paths import DEMO_GAME

SEEN = [Play(("cap", "ear"), "steal"), Play(("belt", "nose"), "none")]


@pytest.fixture
def fake() -> Decoder:
    return cast(Decoder, FakeDecoder(seen=list(SEEN)))


@pytest.fixture
def plays() -> list[Play]:
    return list(load_log(DEMO_GAME).plays)


def test_a_weight_compares_a_signal_with_the_mean_of_all_others(fake: Decoder) -> None:
    # With the cap 0.93, with any of the three others in its place 0.12.
    asked = Substitutions(fake, ["cap", "ear"])
    assert asked.weights() == pytest.approx(
        # In place of the ear a belt or a nose: 0.93 still, so it weighs nothing.
        (log(0.93 / 0.07) - log(0.12 / 0.88), 0.0)
    )
    assert asked.weight(0) == weigh_signal(fake, ["cap", "ear"], 0)


def test_a_weight_is_smaller_if_other_signals_also_call_the_play(fake: Decoder) -> None:
    # Of cap, ear, nose in place of the belt, one of three makes it 0.93.
    lift = log(0.93 / 0.07) - log(0.12 / 0.88)
    assert Substitutions(fake, ["belt"]).weights() == pytest.approx((-lift / 3,))


def test_any_other_signal_reverses_a_call(fake: Decoder) -> None:
    change = Substitutions(fake, ["ear", "cap"]).counterfactual()
    assert change == Counterfactual(1, "ear", 0.12, reverses=True, any_other=True)


def test_one_signal_reverses_a_hold(fake: Decoder) -> None:
    change = Substitutions(fake, ["ear", "nose"]).counterfactual()
    assert change == Counterfactual(0, "cap", 0.93, reverses=True, any_other=False)


def test_if_no_signal_reverses_it_the_largest_change_is_returned(fake: Decoder) -> None:
    change = Substitutions(fake, ["cap", "cap"]).counterfactual()
    assert change is not None
    assert not change.reverses


def test_a_coach_with_one_signal_has_no_counterfactual() -> None:
    decoder = cast(Decoder, FakeDecoder(seen=[Play(("cap",), "steal")]))
    asked = Substitutions(decoder, ["cap"])
    assert asked.weights() == (0.0,)
    assert asked.counterfactual() is None


@pytest.mark.parametrize("complete", [True, False])
def test_weights_computed_together_equal_those_computed_one_by_one(
    hawks: Decoder, complete: bool
) -> None:
    decoder, signals = hawks, ("chin", "ear", "belt", "cap")
    at_once = Substitutions(decoder, signals, complete=complete).weights()
    one_by_one = [weigh_signal(decoder, signals, place, complete=complete) for place in range(4)]
    assert at_once == pytest.approx(one_by_one, abs=1e-4)


def test_the_signals_of_the_planted_rule_weigh_most_and_the_counterfactual_holds(
    hawks: Decoder, plays: list[Play]
) -> None:
    decoder = hawks
    signals = ("chin", "ear", "belt", "cap")
    explanation = explain("Hawks", decoder, signals, plays)
    assert explanation.rule is not None
    assert explanation.rule.words == "belt right after ear = steal"
    assert explanation.parts == ("", "key", "live", "")
    assert explanation.is_called
    heaviest = sorted(range(4), key=lambda place: -explanation.weights[place])[:2]
    assert sorted(heaviest) == [1, 2]
    change = explanation.counterfactual
    assert change is not None
    applied = (*signals[: change.place], change.sign, *signals[change.place + 1 :])
    said = decoder.predict(applied).probability
    assert said == pytest.approx(change.probability, abs=1e-6)
    assert (explanation.prediction.probability > 0.5) != (said > 0.5)
    assert explanation.deciding is not None
    assert {plays[p.play].outcome for p in explanation.deciding.plays if p.called} == {"steal"}
    assert explanation.trace is not None
    assert (explanation.trace.candidate.key, explanation.trace.candidate.live) == ("ear", "belt")


def test_a_named_rule_gives_roles_and_calls(hawks: Decoder) -> None:
    rule = hawks.rules()[0]
    asked = [("EAR", "belt"), ("ear", "a stranger", "belt"), ("belt", "ear")]
    assert rule.calls(asked).tolist() == [True, False, False]
    assert rule.call == "belt"
    assert rule.parts(("ear", "belt", "ear", "belt")) == ("key", "live", "key", "live")


BARE = Explanation(
    coach="Hawks",
    log=tuple(SEEN),
    n_called=1,
    prediction=Prediction(("cap", "ear"), "steal", 0.93, 0.91, 0.96, "steal"),
    weights=(4.58, 0.0),
    counterfactual=Counterfactual(0, "ear", 0.12, reverses=True, any_other=True),
    rule=None,
    parts=("", ""),
    is_called=False,
    deciding=None,
    chance=None,
    agree=True,
    trace=None,
)


def test_the_rule_of_an_explanation_is_read_at_the_moment_of_the_play() -> None:
    made = simulate(100, 3, games=5, family="by_outs")
    decoder = Decoder(weights=random_weights())
    decoder.observe_many(made.plays)
    key, live = made.key_signs[1], made.rule.split("; then ")[1].split()[0]  # with one out
    none_out, one_out = (
        explain("Hawks", decoder, [key, live], made.plays, Moment(outs=outs)) for outs in (0, 1)
    )
    assert (none_out.is_called, one_out.is_called) == (False, True)
    assert (none_out.parts, one_out.parts) == (("", "live"), ("key", "live"))


def test_an_explanation_is_formatted_in_full() -> None:
    assert (
        format_explanation(BARE)
        == """\
STEAL · 93% steal   Hawks · 2 plays, 1 steal

  cap  +4.6  ████████████
  ear     ·

  what if   Without cap as 1st touch it would be at most 12% steal.
  rule      no rule fits the plays yet
  models    Network 91%, rule engine 96%: same key sign"""
    )


def test_sentences_are_folded_to_the_width() -> None:
    lines = format_explanation(BARE, 40).splitlines()
    assert "  what if   Without cap as 1st touch it" in lines
    assert "            would be at most 12% steal." in lines
    assert all(len(line) <= 40 for line in lines[1:])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            Counterfactual(1, "nose", 0.001, True, True),
            "Without ear as 2nd touch it would be <1%",
        ),
        (
            Counterfactual(1, "nose", 0.3, True, False),
            "   With nose instead of ear as 2nd touch it",
        ),
        (
            Counterfactual(1, "nose", 0.8, False, False),
            "No single touch reverses the prediction. With nose instead of ear",
        ),
    ],
)
def test_a_counterfactual_is_one_sentence(change: Counterfactual, words: str) -> None:
    assert words in format_explanation(replace(BARE, counterfactual=change), 100)


def test_the_explanation_document_has_the_keys_that_scripts_use() -> None:
    assert json.loads(json.dumps(explanation_document(BARE))) == {
        "coach": "Hawks", "signs": ["cap", "ear"], "play": "steal", "probability": 0.93,
        "weights": [{"sign": "cap", "weight": 4.58}, {"sign": "ear", "weight": 0.0}],
        "counterfactual": {"position": 1, "sign": "ear", "probability": 0.12},
        "rule": None, "rule_probability": None, "agree": True, "luck_probability": None,
        "depends_on": None,
    }  # fmt: skip
