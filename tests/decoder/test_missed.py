"""Signals that were given and not seen: what the decoder learns from them, and what it answers."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from signdecoder.analysis.attribution import explain
from signdecoder.analysis.permutation import permutation_test
from signdecoder.analysis.unexplained import find_leads
from signdecoder.core.missed import MISSED, SOME_MISSED, has_missed
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import HOLD, MISSED_VERDICT, NOT_ENOUGH
from signdecoder.decoder.verdict import choose_verdict
from signdecoder.simulation.named_log import simulate
from tests.support.decoders import WEIGHTS, draw_plays, learn

SEASON = simulate(40, seed=3, games=4, level="college").plays
QUESTIONS = [[MISSED], ["cap", MISSED, "ear"], [SOME_MISSED, "belt"], ["cap", SOME_MISSED, MISSED]]


def miss(plays: Sequence[Play], seed: int = 0) -> list[Play]:
    """Return plays of which some have a missed signal, some an unknown number, others none."""
    rng, missed = np.random.default_rng(seed), []
    for n, play in enumerate(plays):
        at, signals = int(rng.integers(len(play.signals))), play.signals
        if n % 3 == 1:
            signals = (*signals[:at], MISSED, *signals[at + 1 :])
        elif n % 3 == 2:
            signals = (*signals[:at], SOME_MISSED)
        missed.append(replace(play, signals=signals))
    return missed


def answers(decoder: Decoder) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(decoder.opinions(QUESTIONS))


def test_a_log_without_missed_signals_gives_the_same_numbers_as_before() -> None:
    before = [
        [0.0878102, 0.0762548, 0.0233343],
        [0.0455185, 0.0393790, 0.0427502],
        [0.0311157, 0.0272642, 0.0297214],
        [0.4535265, 0.6029112, 0.3430650],
        [0.2746772, 0.2578560, 0.2727108],
    ]
    decoder = Decoder()
    decoder.observe_many(SEASON)
    assert decoder.prequential[[5, 12, 20, 30, 39]] == pytest.approx(np.array(before), abs=1e-6)


def test_placeholders_are_not_shown_as_signals() -> None:
    decoder = learn(miss(draw_plays(20)))
    names = {sign.sign for sign in decoder.key_signs()}
    assert not has_missed(decoder.signals)
    assert not has_missed(names)
    assert decoder.unseen_signals([MISSED, "cap", SOME_MISSED, "new"]) == ("new",)


def test_a_prediction_is_the_mean_over_what_was_missed() -> None:
    decoder = learn(draw_plays(30))
    ids = decoder.lstm.log.vocabulary.encode_many([["cap", MISSED, "ear"]])[0]
    completions = decoder.lstm.log.complete(ids)
    assert completions is not None
    names = [*decoder.signals, "a new one"]
    each = decoder.opinions([["cap", name, "ear"] for name in names])
    (mean,) = decoder.opinions([["cap", MISSED, "ear"]])
    weights = np.array(completions.weights)
    assert mean.lstm == pytest.approx(weights @ [o.lstm for o in each], abs=1e-5)
    assert mean.rules == pytest.approx(weights @ [o.rules for o in each], abs=1e-6)


@pytest.mark.parametrize("plays", [SEASON[:14], draw_plays(18, games=3)], ids=["season", "random"])
def test_prequential_predictions_are_what_the_decoder_said_before(plays: list[Play]) -> None:
    decoder, said = Decoder(weights=WEIGHTS), []
    for play in miss(plays):
        (opinion,) = decoder.opinions([play.signals])
        said.append([opinion.probability, opinion.lstm, opinion.rules])
        decoder.observe_many([play])
    assert decoder.prequential == pytest.approx(np.array(said), abs=1e-5)
    together = learn(miss(plays))
    assert together.prequential == pytest.approx(np.array(said), abs=1e-5)
    assert answers(together) == pytest.approx(answers(decoder), abs=1e-5)


def test_a_saved_belief_continues_in_the_same_way() -> None:
    plays = miss(SEASON[:16])
    first = learn(plays[:11])
    resumed = first.resume(plays[:11], (), first.snapshot())
    assert answers(resumed) == pytest.approx(answers(first), abs=1e-6)
    for decoder in (first, resumed):
        decoder.observe_many(plays[11:])
    assert resumed.prequential == pytest.approx(first.prequential, abs=1e-6)
    assert answers(resumed) == pytest.approx(answers(first), abs=1e-6)


def test_signals_change_slots_while_others_are_missed() -> None:
    rare = [Play(tuple(f"rare {4 * n + k}" for k in range(4)), "none") for n in range(6)]
    plays = [*rare, *[Play(("new", "newer", MISSED), "steal")] * 4]
    decoder, said = Decoder(weights=WEIGHTS), []
    for play in plays:
        (opinion,) = decoder.opinions([play.signals])
        said.append([opinion.probability, opinion.lstm, opinion.rules])
        decoder.observe_many([play])
    assert {"new", "newer"} <= set(decoder.bayes.names)
    assert decoder.prequential == pytest.approx(np.array(said), abs=1e-5)


def test_a_sequence_of_which_nothing_was_seen_gives_about_the_rate_of_the_play() -> None:
    decoder = Decoder()
    decoder.observe_many(SEASON)
    rate = decoder.n_called / decoder.n_plays
    assert decoder.predict([SOME_MISSED]).probability == pytest.approx(rate, abs=0.15)


@pytest.fixture(scope="module")
def cracked() -> Decoder:
    """Return a decoder that knows: belt right after cap is a steal."""
    decoder = Decoder()
    rng = np.random.default_rng(5)
    for _ in range(40):
        signals = [str(n) for n in rng.choice(["cap", "belt", "ear", "chin", "nose"], 5)]
        called = ("cap", "belt") in pairwise(signals)
        decoder.observe(signals, steal=called)
    return decoder


def test_the_verdict_is_unknown_where_the_signal_that_counts_was_missed(cracked: Decoder) -> None:
    missed = cracked.predict(["ear", "cap", MISSED, "nose"])
    assert 0.1 < missed.probability < 0.5
    assert 0.2 < missed.missed <= 0.5
    assert missed.verdict == MISSED_VERDICT
    assert not missed.decides


def test_the_verdict_stands_where_the_missed_signal_does_not_matter(cracked: Decoder) -> None:
    steal = cracked.predict(["cap", "belt", MISSED])
    hold = cracked.predict(["ear", MISSED, "nose"])
    assert (steal.verdict, hold.verdict) == ("steal", HOLD)
    assert max(steal.missed, hold.missed) < 0.05


def test_only_what_the_answer_depends_on_makes_it_unknown() -> None:
    probes = np.array([0.02, 0.98])
    assert choose_verdict(0.25, "steal", probes, 5, 0.9, 0.25) == MISSED_VERDICT
    assert choose_verdict(0.1, "steal", probes, 5, 0.9, 0.1) == HOLD
    assert choose_verdict(0.5, "steal", probes, 5, 0.1, 0.5) == NOT_ENOUGH
    assert choose_verdict(0.5, "steal", probes, 0, 0.9, 0.5) == NOT_ENOUGH


def test_the_rule_is_found_although_a_signal_of_every_play_was_missed() -> None:
    decoder, rng = Decoder(), np.random.default_rng(8)
    for _ in range(40):
        signals = [str(n) for n in rng.choice(["cap", "belt", "ear", "chin", "nose", "knee"], 5)]
        called = ("cap", "belt") in pairwise(signals)
        signals[int(rng.integers(5))] = MISSED
        decoder.observe(signals, steal=called)
    assert decoder.rules()[0].words == "belt right after cap = steal"
    assert decoder.key_signs()[0].sign == "cap"


def test_plays_whose_call_depends_on_what_was_missed_are_left_out_of_records(
    cracked: Decoder,
) -> None:
    decoder = cracked.fresh()
    for play in (["cap", "belt", "ear"], ["cap", MISSED, "ear"], ["ear", MISSED, "nose", "cap"]):
        decoder.observe(play, steal=play[1] == "belt")
    rule = replace(cracked.rules()[0], names=tuple(cracked.bayes.names))
    replayed = decoder.replay(rule)
    assert [signals for signals, _, _ in replayed] == [
        ("cap", "belt", "ear"), ("ear", MISSED, "nose", "cap")
    ]  # fmt: skip


def test_missed_signals_are_no_pattern() -> None:
    steals = [("cap", MISSED, "ear"), ("cap", MISSED, "nose"), ("cap", MISSED, "belt")]
    leads = find_leads(steals, [("ear", "nose"), ("belt", "ear", SOME_MISSED)])
    assert not any(has_missed((lead.first, lead.second)) for lead in leads)


def test_everything_that_is_said_of_plays_copes_with_missed_signals() -> None:
    plays = miss(SEASON[:20])
    decoder = Decoder()
    decoder.observe_many(plays)
    for signals in (("signal 1", MISSED), (SOME_MISSED,), (MISSED, "signal 2", SOME_MISSED)):
        explanation = explain("Hawks", decoder, signals, plays)
        weights = dict(zip(signals, explanation.weights, strict=True))
        assert weights.get(MISSED, 0.0) == weights.get(SOME_MISSED, 0.0) == 0.0
        change = explanation.counterfactual
        assert change is None or not has_missed([signals[change.place], change.sign])
        decoder.predict(signals, complete=False)
    assert permutation_test(plays, "steal") is not None


def test_chance_takes_a_missed_signal_for_one_that_no_rule_is_about() -> None:
    names = [f"nothing {n}" for n in range(20)]  # more than have slots
    plays = [Play((*names, *play.signals[:3]), play.outcome) for play in SEASON]
    missed = [replace(p, signals=(*names, *p.signals[20:22], MISSED)) for p in plays]
    unknown = [
        replace(p, signals=(*names, *p.signals[20:22], f"never {n}")) for n, p in enumerate(plays)
    ]
    assert permutation_test(missed, "steal") == permutation_test(unknown, "steal")
