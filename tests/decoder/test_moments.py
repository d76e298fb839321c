"""The moment of the game reaches both experts, from every way to learn and to ask."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from signdecoder.analysis.attribution import Substitutions, explain
from signdecoder.bayes.changepoints import PastPlay
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.core.contexts import CONTEXT_KINDS
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.evidence import count_left_out, evidence_in
from signdecoder.core.moments import Moment
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.reports.explanation_text import format_explanation
from signdecoder.simulation.named_log import simulate
from tests.support.decoders import WEIGHTS, draw_plays, learn

Context = tuple[int, ...]


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[Context]:
    """The contexts of the plays that a rule posterior learns."""
    contexts: list[Context] = []
    observe_play = RulePosterior.observe_play

    def spy(posterior: RulePosterior, play: PastPlay, new_game: bool = False) -> None:
        contexts.append(play.context)
        observe_play(posterior, play, new_game)

    monkeypatch.setattr(RulePosterior, "observe_play", spy)
    return contexts


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Context]:
    """The contexts of the sequences that a rule posterior predicts exactly."""
    contexts: list[Context] = []
    predict_many = RulePosterior.predict_many

    def spy(
        posterior: RulePosterior,
        sequences: Sequence[Sequence[int]],
        given: Sequence[Context] | None = None,
    ) -> list[float]:
        contexts.extend(given or [])
        return predict_many(posterior, sequences, given)

    monkeypatch.setattr(RulePosterior, "predict_many", spy)
    return contexts


def test_a_play_is_learned_with_its_moment(learned: list[Context]) -> None:
    decoder = Decoder(weights=WEIGHTS)
    decoder.observe("cap belt", steal=True, inning=3, half="top", outs=1, balls=2, strikes=0)
    decoder.observe("cap belt", outcome="none", inning="bot 4", outs="two out", balls="1-2")
    decoder.observe_many([Play(("cap",), "none", context={"outs": "none"}), Play(("cap",), "none")])
    assert learned == [
        (0, 2, 1, 0, 0), (1, 0, 2, 1, 1), (-1, -1, 0, -1, -1), (-1, -1, -1, -1, -1)
    ]  # fmt: skip


def test_a_sequence_is_predicted_at_its_moment(asked: list[Context]) -> None:
    decoder = learn(draw_plays(8))
    asked.clear()
    decoder.predict("cap belt", outs=1)
    decoder.predict("cap belt", outs="one", half="home", at=None)
    decoder.predict_many(["cap", "belt"], contexts=[{"outs": 2}, {"inning": "T3", "outs": None}])
    decoder.predict_many(["cap"], contexts=[None])
    outs = [(context[2], context[4]) for context in asked]
    assert outs == [(1, -1), (1, 1), (2, -1), (-1, 0), (-1, -1)]


def test_the_lstm_is_asked_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    outs: list[int] = []
    predict = OnlineLSTM.predict

    def spy(
        lstm: OnlineLSTM,
        sequences: Sequence[tuple[int, ...]],
        complete: bool,
        contexts: Sequence[Context] | None = None,
    ) -> list[float]:
        outs.extend(context[2] for context in contexts or [])
        return predict(lstm, sequences, complete, contexts)

    decoder = learn([replace(play, context={"outs": "1"}) for play in draw_plays(8)])
    monkeypatch.setattr(OnlineLSTM, "predict", spy)
    decoder.opinions([("cap", "belt")], moments=[Moment(outs=2)])
    assert outs == [2]
    outs.clear()
    decoder.expected_accuracy()  # asks about probe sequences
    assert outs == [1] * 8


def test_a_play_is_predicted_at_its_own_moment(asked: list[Context]) -> None:
    plays = [replace(play, context={"outs": "1"}) for play in draw_plays(6)]
    learn(plays)
    assert {context[2] for context in asked} == {1}


def test_other_signals_are_tried_at_the_same_moment(asked: list[Context]) -> None:
    decoder = learn(draw_plays(8))
    asked.clear()
    Substitutions(decoder, ("cap", "belt"), moment=Moment(outs=2))
    assert len(asked) > 2
    assert {context[2] for context in asked} == {2}


def test_a_moment_that_makes_no_sense_is_an_error() -> None:
    decoder = Decoder(weights=WEIGHTS)
    with pytest.raises(SigndecoderError, match=r'the number of outs "4" cannot be understood'):
        decoder.observe("cap", steal=True, outs=4)
    with pytest.raises(SigndecoderError, match=r'the inning "late" cannot be understood'):
        decoder.predict("cap", inning="late")
    with pytest.raises(SigndecoderError, match=r'"out" says nothing about the moment'):
        decoder.predict_many(["cap"], contexts=[{"out": 1}])
    with pytest.raises(SigndecoderError, match=r"there are 2 sequences and 1 context"):
        decoder.predict_many(["cap", "belt"], contexts=[{"outs": 1}])
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'out'"):
        decoder.predict("cap", out=1)  # type: ignore[call-arg]
    assert decoder.n_plays == 0


def test_a_decoder_says_what_its_rule_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = learn(draw_plays(8))
    monkeypatch.setattr(RulePosterior, "context_kind", lambda _: 2)
    assert decoder.context_needed() == CONTEXT_KINDS[2]
    monkeypatch.setattr(RulePosterior, "context_kind", lambda _: None)
    assert decoder.context_needed() is None


# --- nobody on base -------------------------------------------------------------------------------

EMPTY = {"runners": "bases empty"}


def test_nobody_on_base_is_no_evidence_about_a_play_that_needs_a_runner() -> None:
    def evidence(outcome: str, target: str, runners: str = "none") -> Evidence:
        return evidence_in(Play(("cap",), outcome, context={"runners": runners}), target)

    for outcome in ("none", "bunt", "take", "not_steal", "unknown"):
        assert evidence(outcome, "steal") is Evidence.SILENT
    assert evidence("steal", "steal") is Evidence.CALLED  # the cell is wrong
    assert evidence("hit_and_run", "steal") is Evidence.OTHER  # here too
    assert evidence("none", "bunt") is Evidence.NOTHING
    assert evidence("none", "squeeze") is Evidence.SILENT
    for runners in ("", "1", "?", "-"):
        assert evidence("none", "steal", runners) is Evidence.NOTHING


def test_plays_that_were_left_out_are_counted() -> None:
    outcomes = ("none", "unknown", "bunt", "steal")
    plays = [Play(("cap",), outcome, context=EMPTY) for outcome in outcomes]
    assert count_left_out(plays, "steal") == 2
    assert count_left_out(plays, "bunt") == 0


def test_plays_with_nobody_on_base_leave_the_key_sign_as_it_is() -> None:
    """The coach gives the sign with nobody on base as well, and nobody can go."""
    played = simulate(40, seed=7, family="next").plays
    with_runner = [replace(play, context={"runners": "1__"}) for play in played]
    empty = [
        replace(play, outcome="none", context={"runners": "___"})
        for play in [*played[1:], played[0]]
    ]
    both = [play for pair in zip(with_runner, empty, strict=True) for play in pair]
    short, long = Decoder(), Decoder()
    short.observe_many(with_runner)
    long.observe_many(both)
    assert (long.n_plays, long.n_called) == (80, short.n_called)
    assert long.key_signs()[0].sign == short.key_signs()[0].sign
    questions = [play.signals for play in played[:20]]
    p_short = [p.probability for p in short.predict_many(questions)]
    p_long = [p.probability for p in long.predict_many(questions)]
    assert np.abs(np.subtract(p_short, p_long)).max() < 0.05
    unmarked = Decoder()
    unmarked.observe_many([replace(play, context={}) for play in both])
    p_unmarked = [p.probability for p in unmarked.predict_many(questions)]
    assert np.abs(np.subtract(p_short, p_unmarked)).max() > 0.2


def test_no_steal_can_follow_with_nobody_on_base() -> None:
    decoder = learn(draw_plays(20))
    prediction = decoder.predict("cap belt", runners="none")
    assert (prediction.probability, prediction.verdict) == (0, "hold")
    assert prediction.rules == decoder.predict("cap belt").rules
    assert prediction.came_true("none") is None
    bunt = learn(draw_plays(20), play="bunt")
    asked = "cap belt"
    assert bunt.predict(asked, runners="0").probability == bunt.predict(asked).probability


# --- a coach who changes the key sign by outs -----------------------------------------------------

KEYS = ("cap", "ear", "nose")


def draw_plays_by_outs(count: int) -> list[Play]:
    """Draw plays of a coach whose belt counts right after the key sign of that number of outs."""
    rng, names = np.random.default_rng(1), [*KEYS, "belt", "chin", "wrist"]
    plays = []
    for _ in range(count):
        outs = int(rng.integers(3))
        signals = [names[n] for n in rng.integers(6, size=rng.integers(3, 7))]
        if rng.random() < 0.4:
            at = rng.integers(len(signals) - 1)
            signals[at : at + 2] = [KEYS[outs], "belt"]
        called = (KEYS[outs], "belt") in pairwise(signals)
        outcome = "steal" if called else "none"
        plays.append(Play(tuple(signals), outcome, context={"outs": f"{outs} out"}))
    return plays


def test_a_rule_by_outs_is_read_at_the_outs_of_the_question() -> None:
    plays = draw_plays_by_outs(120)
    decoder = Decoder()
    decoder.observe_many(plays)
    assert decoder.context_needed() == CONTEXT_KINDS[2]
    for outs, key in enumerate(KEYS):
        asked = [f"chin {key} belt wrist"] * 3
        predicted = decoder.predict_many(asked, contexts=[{"outs": n} for n in range(3)])
        assert [p.rules > 0.9 for p in predicted] == [n == outs for n in range(3)]
        assert [p.lstm > 0.9 for p in predicted] == [n == outs for n in range(3)]
    at_one = explain("Hawks", decoder, ("chin", "ear", "belt"), plays, Moment(outs=1))
    assert (at_one.is_called, at_one.parts) == (True, ("", "key", "live"))
    assert not explain("Hawks", decoder, ("chin", "ear", "belt"), plays, Moment(outs=2)).is_called
    assert at_one.deciding is not None
    assert [rival.in_favour for rival in at_one.deciding.rivals[:1]] == [0]
    lines = format_explanation(explain("Hawks", decoder, ("ear", "belt"), plays)).splitlines()
    assert lines[-1] == "  moment    depends on outs: give --outs"
