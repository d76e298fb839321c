"""The decoder: observe plays, predict sequences, rank key signs and rules (random weights)."""

import itertools

import numpy as np
import pytest

from signdecoder.bayes.posterior import RulePosterior
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import MAX_SLOTS
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.rules.rule import Rule
from tests.support.decoders import SEQUENCES, WEIGHTS, draw_plays, learn, predict_all


def test_observing_one_play_at_a_time_gives_the_same_predictions_as_all_at_once() -> None:
    plays = draw_plays(30, games=3)
    one_by_one = Decoder(weights=WEIGHTS)
    for play in plays:
        one_by_one.observe(play.signals, outcome=play.outcome, game=play.game)
    at_once = Decoder(weights=WEIGHTS)
    at_once.observe_many(plays)
    assert (one_by_one.n_plays, one_by_one.n_called) == (at_once.n_plays, at_once.n_called)
    # Slots for late signals come at other moments, which moves the means a little.
    assert predict_all(one_by_one) == pytest.approx(predict_all(at_once), abs=0.02)


def test_predicting_does_not_change_later_predictions() -> None:
    decoder = learn(draw_plays(10))
    before = predict_all(decoder)
    decoder.predict(["never", "seen"])
    assert predict_all(decoder) == before


def test_predict_and_predict_many_give_the_same_probabilities() -> None:
    decoder = learn(draw_plays(10))
    assert predict_all(decoder) == pytest.approx(
        [decoder.predict(s).probability for s in SEQUENCES]
    )


def test_the_probability_is_at_most_as_certain_as_the_more_certain_expert() -> None:
    p = learn(draw_plays(10)).predict(["cap", "belt"])
    assert p.lstm != p.rules
    certainty = [abs(each - 0.5) for each in (p.lstm, p.rules)]
    assert 0 < abs(p.probability - 0.5) <= max(certainty) < 0.5
    assert p.probability == p.steal
    assert (p.signals, p.play) == (("cap", "belt"), "steal")


def test_renaming_all_signals_does_not_change_predictions() -> None:
    plays = draw_plays(12)
    renamed = [Play(tuple(f"x {s}" for s in p.signals), p.outcome, game=p.game) for p in plays]
    sequences = [["cap", "belt"], ["ear", "chin"]]
    others = [[f"x {s}" for s in sequence] for sequence in sequences]
    expected = predict_all(learn(renamed), others)
    assert predict_all(learn(plays), sequences) == pytest.approx(expected, abs=1e-6)


def test_spellings_of_a_signal_count_as_one_signal() -> None:
    decoder = learn([Play(("Left  Ear", "cap"), "steal"), Play(("left ear",), "none")])
    assert [key.sign for key in sorted(decoder.key_signs(), key=lambda k: k.sign)] == [
        "Left  Ear",
        "cap",
    ]


def test_unseen_signals_lists_each_new_signal_once() -> None:
    decoder = learn([Play(("cap", "belt"), "steal")])
    assert decoder.unseen_signals(["CAP", "elbow", "belt", "elbow", "chin"]) == ("elbow", "chin")


def test_key_signs_are_sorted_and_sum_to_at_most_1() -> None:
    probs = [key.probability for key in learn(draw_plays(20)).key_signs()]
    assert len(probs) == 5
    assert probs == sorted(probs, reverse=True)
    assert 0 < sum(probs) <= 1


def test_a_new_decoder_has_no_key_signs_accuracy_or_verdict() -> None:
    decoder = Decoder(weights=WEIGHTS)
    assert decoder.key_signs() == []
    assert decoder.expected_accuracy() is None
    assert not decoder.cracked
    assert decoder.predict(["cap"]).verdict == "not enough plays"


def test_there_is_no_verdict_before_the_first_called_play() -> None:
    decoder = learn([Play(("cap", "belt"), "none")] * 60)
    assert decoder.predict(["cap", "belt"]).verdict == "not enough plays"


@pytest.mark.parametrize(
    "arguments", [{}, {"steal": True, "outcome": "steal"}, {"steal": False, "outcome": "none"}]
)
def test_observe_takes_either_steal_or_outcome(arguments: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="exactly one of steal= and outcome="):
        Decoder(weights=WEIGHTS).observe(["cap"], **arguments)  # type: ignore[arg-type]


def test_the_steal_argument_means_a_steal_even_if_another_play_is_predicted() -> None:
    decoder = Decoder(play="bunt", weights=WEIGHTS)
    decoder.observe(["cap"], steal=True)
    assert (decoder.n_plays, decoder.n_called) == (1, 0)
    decoder.observe(["cap"], outcome="bunt")
    assert (decoder.n_plays, decoder.n_called) == (2, 1)


def test_an_invalid_outcome_is_refused_and_nothing_is_learned() -> None:
    decoder = Decoder(weights=WEIGHTS)
    with pytest.raises(SigndecoderError, match="maybe"):
        decoder.observe(["cap"], outcome="maybe")
    assert decoder.n_plays == 0


def test_a_string_is_split_like_a_cell_of_a_log() -> None:
    decoder = learn(draw_plays(10))
    assert decoder.predict("cap, belt") == decoder.predict(["cap", "belt"])


@pytest.mark.slow
def test_only_the_20_signals_with_most_evidence_are_weighed() -> None:
    often = [Play((f"signal {n}",), "none") for n in range(MAX_SLOTS)] * 3
    rare = [Play((f"rare {n}", "signal 0"), "none") for n in range(3)]
    decoder = learn(often + rare)
    assert {key.sign for key in decoder.key_signs()} == {f"signal {n}" for n in range(MAX_SLOTS)}
    assert decoder.notes == ["of 23 different signals the decoder weighs the 20 with most evidence"]
    for _ in range(30):  # the log is read again with other signals, a few plays at a time
        decoder.observe_many([Play(("rare 1", "rare 2"), "steal")])
    assert {"rare 1", "rare 2"} <= {key.sign for key in decoder.key_signs()}
    assert len(decoder.key_signs()) == MAX_SLOTS


def test_predicting_unseen_signals_first_does_not_change_later_predictions() -> None:
    queried, plain = Decoder(weights=WEIGHTS), Decoder(weights=WEIGHTS)
    queried.predict_many([["x", "y"], ["y", "x", "z"]])
    for decoder in (queried, plain):
        decoder.observe_many([Play(("y", "x"), "steal"), Play(("x", "y", "z"), "none")])
    assert queried.predict(["y", "x"]) == plain.predict(["y", "x"])


def test_an_unseen_signal_changes_the_prediction() -> None:
    decoder = learn(draw_plays(12))
    prediction = decoder.predict(["unseen", "cap"])
    assert 0 < prediction.lstm < 1
    assert prediction.lstm != decoder.predict(["cap"]).lstm


# --- rules, changes of signs, slots ---------------------------------------------------------------


def test_a_change_point_names_the_key_signs_before_and_after() -> None:
    cap = [Play(("cap", "belt", "ear"), "steal"), Play(("belt", "cap", "ear"), "none")]
    ear = [Play(("ear", "belt", "cap"), "steal"), Play(("cap", "belt", "ear"), "none")]
    decoder = Decoder(weights=WEIGHTS)
    decoder.observe_many(cap * 8)
    decoder.changed()  # the documented name in version 0.1
    decoder.observe_many(ear * 8)
    (change,) = decoder.change_points()
    assert (change.play, change.before, change.after) == (16, "cap", "ear")


def test_the_rule_is_found_after_enough_plays() -> None:
    decoder = Decoder(weights=WEIGHTS)
    assert (decoder.experts_agree, decoder.has_rule, decoder.expected_calls_to_crack()) == (
        None,
        False,
        None,
    )
    decoder.observe_many([Play(("cap", "belt"), "steal"), Play(("belt", "cap"), "none")])
    assert decoder.expected_calls_to_crack() is not None
    decoder.observe_many([Play(("nose", "cap", "belt", "ear"), "steal")] * 4)
    decoder.observe_many([Play(("cap", "ear", "belt"), "none")] * 4)
    decoder.observe_many([Play(("belt", "nose", "cap"), "none")] * 4)
    assert decoder.has_rule
    best = decoder.rules()[0]
    assert best.words == "belt right after cap = steal"
    assert best.key_signs == ("cap",)
    assert sum(rule.probability for rule in decoder.rules()) <= 1


def test_a_rule_gains_if_it_agrees_with_the_lstm_on_probe_sequences() -> None:
    decoder = Decoder(weights=WEIGHTS)
    assert decoder.bayes.ranking([], np.zeros(0)) == decoder.bayes.ranking()
    # By the plays alone, belt right after cap and belt anywhere after cap are both possible.
    called = [
        ("ear", "cap", "belt"),
        ("cap", "belt", "nose", "ear"),
        ("nose", "ear", "cap", "belt"),
    ]
    not_called = [("belt", "cap"), ("cap", "ear"), ("nose", "belt", "ear"), ("belt", "cap", "nose")]
    decoder.observe_many([Play(signals, "steal") for signals in called] * 2)
    decoder.observe_many([Play(signals, "none") for signals in not_called] * 2)
    (far,) = decoder.lstm.log.vocabulary.encode_many([["cap", "ear", "belt"]])

    def odds(p: float | None) -> float:
        p_probes = None if p is None else np.array([p])
        ranked = decoder.bayes.ranking([far], p_probes)
        probs = {r.rule: r.probability for r in ranked}
        cap, belt = (decoder.bayes.names.index(name) for name in ("cap", "belt"))
        return probs[Rule("anywhere", (belt,), cap)] / probs[Rule("next", (belt,), cap)]

    # They differ on cap, ear, belt. A probe counts like 16 plays: 0.52 / 0.48 to the 16th.
    assert odds(0.52) == pytest.approx(odds(None) * (0.52 / 0.48) ** 16, rel=1e-6)
    assert odds(0.5) == pytest.approx(odds(None), rel=1e-6)


def test_called_plays_are_counted_in_total_and_since_the_marked_change() -> None:
    ensemble = Ensemble.begin("steal", WEIGHTS)
    steal, none = Play(("cap", "belt"), "steal"), Play(("belt",), "none")
    ensemble.learn([steal, none, steal])
    assert (ensemble.log.n_called, ensemble.log.n_called_since_change) == (2, 2)
    ensemble.mark_change()
    assert (ensemble.log.n_called, ensemble.log.n_called_since_change) == (2, 0)
    ensemble.learn([none, steal])
    assert (ensemble.log.n_called, ensemble.log.n_called_since_change) == (3, 1)
    copy = Ensemble.resume(
        "steal", WEIGHTS, [steal, none, steal, none, steal], {3}, ensemble.snapshot()
    )
    assert (copy.log.n_called, copy.log.n_called_since_change) == (3, 1)


def test_the_rule_posterior_gives_unseen_signals_free_slots() -> None:
    opinions = Decoder(weights=WEIGHTS).opinions([["x", "y", "x"], ["p"] * 3])
    fresh = RulePosterior(6)
    expected = [fresh.predict((0, 1, 0)), fresh.predict((0, 0, 0))]
    assert [opinion.rules for opinion in opinions] == pytest.approx(expected)
    assert expected[0] > fresh.predict((-2, -3, -2))


def test_the_rule_posterior_reads_the_log_again_when_a_signal_loses_its_slot() -> None:
    rare = [Play((f"rare {n}", "cap"), "none") for n in range(MAX_SLOTS)]
    late = [Play(("new", "newer"), "steal"), Play(("newer", "new"), "none")] * 4
    decoder = Decoder(weights=WEIGHTS)
    decoder.observe_many(rare)
    for play in late:
        decoder.observe_many([play])
    log, slot = decoder.lstm.log, decoder.lstm.slots.slot_of
    assert sorted(slot) != list(range(MAX_SLOTS))  # some rare signals lost their slots
    expected = RulePosterior(MAX_SLOTS, classes=tuple(decoder.bayes.classes))
    for encoded in log.plays:
        ids = [slot.get(n, -2 - n) for n in encoded.signal_ids]
        expected.observe(ids, encoded.evidence, encoded.new_game)
    new, newer = (slot[log.vocabulary.encode_many([[name]])[0][0]] for name in ("new", "newer"))
    (opinion,) = decoder.opinions([["new", "newer"]])
    assert opinion.rules == pytest.approx(expected.predict((new, newer)))
    assert opinion.rules > 0.5


def test_any_signal_may_call_by_itself_after_a_few_steals() -> None:
    decoder = Decoder(weights=WEIGHTS)
    for sequence in ("left ear>cap", "belt", "left hand>chin"):
        decoder.observe(sequence, steal=True)
    assert any(" = steal" in rule.words for rule in decoder.rules())


def test_classes_of_signals_follow_names_and_attributes() -> None:
    decoder = Decoder(weights=WEIGHTS, attributes={"cap": "hard", "chin": "hard"})
    assert decoder.bayes.classes == {}
    for sequence in ("left ear>cap", "belt", "left hand>chin"):
        decoder.observe(sequence, steal=True)
        decoder.observe("belt>nose", steal=False)
    names = decoder.bayes.names
    classes = {frozenset(names[s] for s in slots): w for slots, w in decoder.bayes.classes.items()}
    assert classes[frozenset({"cap", "chin"})] == "a hard signal (cap, chin)"
    assert classes[frozenset({"left ear", "left hand"})] == "a left signal (left ear, left hand)"
    assert decoder.fresh().attributes == decoder.attributes
    assert decoder.rules()[0].classes == decoder.bayes.classes


def test_a_class_of_signals_by_name_is_found_before_all_its_signals_were_live() -> None:
    rng, decoder = np.random.default_rng(3), Decoder()
    left = ["left ear", "left hand", "left wrist", "left knee"]
    signals = [*left, "right ear", "right hand", "cap", "belt"]
    for n in range(40):
        sequence = [signals[s] for s in rng.integers(len(signals), size=6)]
        sequence[2:4] = ("cap", left[n % 3]) if n % 2 else (left[n % 3], "cap")
        called = any(k == "cap" and m in left for k, m in itertools.pairwise(sequence))
        decoder.observe(sequence, steal=called)
    asked = [["belt", "cap", "left knee", "belt"], ["belt", "cap", "right hand", "belt"]]
    left_knee, right_hand = (p.rules for p in decoder.predict_many(asked))
    assert left_knee > 0.8
    assert right_hand < 0.2
    assert "a left signal" in decoder.rules()[0].words


def test_a_play_without_signals_is_refused_and_spoils_nothing() -> None:
    decoder = Decoder(weights=WEIGHTS)
    decoder.observe("cap belt", steal=True)
    before = decoder.predict("cap belt").probability
    with pytest.raises(SigndecoderError, match="play 2 has no signals"):
        decoder.observe_many([Play((), "none")])
    assert decoder.predict("cap belt").probability == before
    assert decoder.n_plays == 1
