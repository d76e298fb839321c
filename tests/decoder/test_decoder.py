"""The decoder: how plays go in and answers come out, on weights that were never trained."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from signdecoder.bayes.posterior import RulePosterior
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import MAX_SLOTS
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.lstm.weights import Weights, write_weights
from signdecoder.store.store import Store
from signdecoder.workspace import tuned_weights as learned
from signdecoder.workspace.decoders import open_decoder
from signdecoder.workspace.saved_beliefs import SavedBelief, load_belief, save_belief
from tests.support.networks import random_weights
from tests.support.spies import count_updates

WEIGHTS = random_weights(7)
ASKED = [["cap", "belt"], ["ear"], ["belt", "chin", "cap", "cap"], ["never", "seen", "before"]]


def some_plays(count: int, signals: int = 5, games: int = 1) -> list[Play]:
    rng = np.random.default_rng(3)
    names = ["cap", "belt", "ear", "chin", "nose", *(f"signal {n}" for n in range(40))][:signals]
    return [
        Play(
            tuple(names[n] for n in rng.integers(signals, size=rng.integers(1, 7))),
            ("steal", "none", "bunt", "unknown", "not_steal")[rng.integers(5)],
            coach="Hawks",
            game=f"game {n * games // count}",
        )
        for n in range(count)
    ]


def answers(decoder: Decoder, asked: Sequence[Sequence[str]] = ASKED) -> list[float]:
    return [p.probability for p in decoder.predict_many(asked)]


def read(plays: Sequence[Play], weights: Weights = WEIGHTS, play: str = "steal") -> Decoder:
    decoder = Decoder(play=play, weights=weights)
    decoder.observe_many(plays)
    return decoder


def test_one_play_at_a_time_is_the_same_as_all_at_once() -> None:
    plays = some_plays(30, games=3)
    one_by_one = Decoder(weights=WEIGHTS)
    for play in plays:
        one_by_one.observe(play.signals, outcome=play.outcome, game=play.game)
    at_once = Decoder(weights=WEIGHTS)
    at_once.observe_many(plays)
    assert (one_by_one.n_plays, one_by_one.n_called) == (at_once.n_plays, at_once.n_called)
    # Slots for late signals come at other moments, which moves the means a little.
    assert answers(one_by_one) == pytest.approx(answers(at_once), abs=0.02)


def test_a_question_teaches_nothing() -> None:
    decoder = read(some_plays(10))
    before = answers(decoder)
    decoder.predict(["never", "seen"])
    assert answers(decoder) == before


def test_one_question_is_the_same_as_many() -> None:
    decoder = read(some_plays(10))
    assert answers(decoder) == pytest.approx([decoder.predict(s).probability for s in ASKED])


def test_the_probability_lies_between_what_both_advisers_say() -> None:
    p = read(some_plays(10)).predict(["cap", "belt"])
    assert p.lstm != p.rules
    assert 0 < min(p.lstm, p.rules) <= p.probability == p.steal <= max(p.lstm, p.rules) < 1
    assert (p.signals, p.play) == (("cap", "belt"), "steal")


def test_names_do_not_matter_only_which_are_equal() -> None:
    plays = some_plays(12)
    renamed = [Play(tuple(f"x {s}" for s in p.signals), p.outcome, game=p.game) for p in plays]
    asked = [["cap", "belt"], ["ear", "chin"]]
    other = [[f"x {s}" for s in sequence] for sequence in asked]
    assert answers(read(plays), asked) == pytest.approx(answers(read(renamed), other), abs=1e-6)


def test_spellings_of_a_signal_are_one_signal() -> None:
    decoder = read([Play(("Left  Ear", "cap"), "steal"), Play(("left ear",), "none")])
    assert [key.sign for key in sorted(decoder.key_signs(), key=lambda k: k.sign)] == [
        "Left  Ear",
        "cap",
    ]


def test_signals_that_never_came_are_unknown() -> None:
    decoder = read([Play(("cap", "belt"), "steal")])
    assert decoder.unseen_signals(["CAP", "elbow", "belt", "elbow", "chin"]) == ("elbow", "chin")


def test_key_signs_come_best_first_and_sum_to_at_most_one() -> None:
    chances = [key.probability for key in read(some_plays(20)).key_signs()]
    assert len(chances) == 5
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1


def test_a_decoder_that_has_seen_nothing_says_so() -> None:
    decoder = Decoder(weights=WEIGHTS)
    assert decoder.key_signs() == []
    assert decoder.expected_accuracy() is None
    assert not decoder.cracked
    assert decoder.predict(["cap"]).verdict == "not enough plays"


def test_without_one_called_play_there_is_no_verdict() -> None:
    decoder = read([Play(("cap", "belt"), "none")] * 60)
    assert decoder.predict(["cap", "belt"]).verdict == "not enough plays"


@pytest.mark.parametrize(
    "arguments", [{}, {"steal": True, "outcome": "steal"}, {"steal": False, "outcome": "none"}]
)
def test_steal_and_outcome_exclude_each_other(arguments: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="either steal= or outcome="):
        Decoder(weights=WEIGHTS).observe(["cap"], **arguments)  # type: ignore[arg-type]


def test_steal_speaks_of_a_steal_whatever_the_called_play() -> None:
    decoder = Decoder(play="bunt", weights=WEIGHTS)
    decoder.observe(["cap"], steal=True)
    assert (decoder.n_plays, decoder.n_called) == (1, 0)
    decoder.observe(["cap"], outcome="bunt")
    assert (decoder.n_plays, decoder.n_called) == (2, 1)


def test_an_outcome_that_is_not_known_is_refused_and_changes_nothing() -> None:
    decoder = Decoder(weights=WEIGHTS)
    with pytest.raises(SigndecoderError, match="maybe"):
        decoder.observe(["cap"], outcome="maybe")
    assert decoder.n_plays == 0


def test_a_text_is_read_like_a_cell() -> None:
    decoder = read(some_plays(10))
    assert decoder.predict("cap, belt") == decoder.predict(["cap", "belt"])


def test_past_the_limit_the_signals_with_most_evidence_are_weighed() -> None:
    often = [Play((f"signal {n}",), "none") for n in range(MAX_SLOTS)] * 3
    rare = [Play((f"rare {n}", "signal 0"), "none") for n in range(3)]
    decoder = read(often + rare)
    assert {key.sign for key in decoder.key_signs()} == {f"signal {n}" for n in range(MAX_SLOTS)}
    assert decoder.notes == ["of 23 different signals the decoder weighs the 20 with most evidence"]
    for _ in range(30):  # a log is read with other signals a few plays at each new one
        decoder.observe_many([Play(("rare 1", "rare 2"), "steal")])
    assert {"rare 1", "rare 2"} <= {key.sign for key in decoder.key_signs()}
    assert len(decoder.key_signs()) == MAX_SLOTS


# --- the store ------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    with Store.open(path) as opened:
        for play in some_plays(20, games=2):
            opened.add(play)
    return path


def recalled(path: Path) -> Decoder:
    with Store.open(path) as store:
        return open_decoder(store, "Hawks", weights=WEIGHTS)


def saved(path: Path) -> SavedBelief:
    with Store.open(path) as store:
        belief = load_belief(store, "Hawks", "steal")
    assert belief is not None
    return belief


def test_a_belief_is_saved_and_taken_back(store: Path) -> None:
    first = answers(recalled(store))
    assert saved(store).plays == 20
    again = recalled(store)
    assert answers(again) == first
    assert (again.n_plays, again.n_called) == (20, read(some_plays(20)).n_called)


def test_of_a_saved_belief_only_the_new_plays_are_read(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalled(store)
    last = Play(("cap", "belt"), "steal", coach="Hawks", game="game 1")
    with Store.open(store) as opened:
        opened.add(last)
    read_now = count_updates(monkeypatch)
    continued = recalled(store)
    assert read_now == [1]
    assert (continued.n_plays, saved(store).plays) == (21, 21)
    expected = read([*some_plays(20, games=2), last])
    assert answers(continued) == pytest.approx(answers(expected), abs=1e-5)


def test_a_play_that_was_changed_makes_the_belief_anew(store: Path) -> None:
    recalled(store)
    with Store.open(store) as opened:
        opened.undo()
    assert answers(recalled(store)) == pytest.approx(answers(read(some_plays(20, games=2)[:19])))
    assert saved(store).plays == 19


def test_a_belief_of_other_weights_or_damaged_is_made_anew(store: Path) -> None:
    right = answers(recalled(store))
    others = random_weights(8)
    with Store.open(store) as opened:
        other = open_decoder(opened, "Hawks", weights=others)
    assert answers(other) == pytest.approx(answers(read(some_plays(20, games=2), others)), abs=1e-5)
    assert answers(recalled(store)) == right
    kept = saved(store)
    with Store.open(store) as opened:
        harmed = SavedBelief(b"PK no", kept.weights_hash, kept.plays, kept.plays_hash)
        save_belief(opened, "Hawks", "steal", harmed)
    assert answers(recalled(store)) == pytest.approx(right)


def test_from_store_takes_paths(store: Path, tmp_path: Path) -> None:
    write_weights(tmp_path / "w.json", WEIGHTS)
    decoder = Decoder.from_store("hawks", db=store, weights=tmp_path / "w.npz")
    assert answers(decoder) == answers(recalled(store))


def test_learned_weights_come_before_the_shipped_ones(store: Path) -> None:
    with Store.open(store) as opened:
        learned.save_weights(opened, "steal", WEIGHTS)
        assert open_decoder(opened, "Hawks").weights.hash == WEIGHTS.hash


def test_asking_about_strangers_first_changes_no_later_answer() -> None:
    asked, calm = Decoder(weights=WEIGHTS), Decoder(weights=WEIGHTS)
    asked.predict_many([["x", "y"], ["y", "x", "z"]])
    for decoder in (asked, calm):
        decoder.observe_many([Play(("y", "x"), "steal"), Play(("x", "y", "z"), "none")])
    assert asked.predict(["y", "x"]) == calm.predict(["y", "x"])


def test_a_stranger_is_asked_about_as_if_he_had_come_without_a_word() -> None:
    # A signal of a play whose outcome nobody knows has come; the play itself taught nothing else.
    decoder = read(some_plays(12))
    said = decoder.predict(["stranger", "cap"])
    assert 0 < said.lstm < 1
    assert said.lstm != decoder.predict(["cap"]).lstm


# --- changes of signs -----------------------------------------------------------------------------


def change_after(store: Path, plays: list[Play]) -> None:
    """Mark a change after what is stored, then record more plays."""
    with Store.open(store) as opened:
        opened.add_change_point("Hawks")
        for play in plays:
            opened.add(play)


def told_decoder(later: list[Play]) -> Decoder:
    """A decoder that learned the stored plays, was told of the change, and learned these."""
    decoder = read(some_plays(20, games=2))
    decoder.mark_change()
    decoder.observe_many(later)
    return decoder


@pytest.mark.parametrize("known", [False, True])
def test_a_change_that_was_marked_is_known_with_or_without_a_saved_belief(
    store: Path, known: bool
) -> None:
    later = [Play(p.signals, p.outcome, coach="Hawks", game="game 2") for p in some_plays(4)]
    if known:
        recalled(store)
    change_after(store, later)
    expected = told_decoder([Play(p.signals, p.outcome, game="game 2") for p in later])
    for _ in range(2):  # anew, then from what was saved
        assert answers(recalled(store)) == pytest.approx(answers(expected), abs=1e-5)
    assert answers(expected) != pytest.approx(answers(read(some_plays(20, games=2) + later)))


def test_right_after_a_change_nothing_is_enough(store: Path) -> None:
    recalled(store)
    change_after(store, [])
    decoder = recalled(store)
    assert (decoder.n_plays, decoder.n_called) == (20, read(some_plays(20)).n_called)
    assert {decoder.predict(s).verdict for s in ASKED} == {"not enough plays"}
    assert answers(recalled(store)) == pytest.approx(answers(told_decoder([])), abs=1e-5)


def test_a_mark_taken_back_makes_the_belief_anew(store: Path) -> None:
    before = answers(recalled(store))
    change_after(store, [])
    recalled(store)
    with Store.open(store) as opened:
        opened.undo()
    assert answers(recalled(store)) == pytest.approx(before, abs=1e-5)


def test_a_change_is_told_with_both_key_signs() -> None:
    cap = [Play(("cap", "belt", "ear"), "steal"), Play(("belt", "cap", "ear"), "none")]
    ear = [Play(("ear", "belt", "cap"), "steal"), Play(("cap", "belt", "ear"), "none")]
    decoder = Decoder(weights=WEIGHTS)
    decoder.observe_many(cap * 8)
    decoder.mark_change()
    decoder.observe_many(ear * 8)
    (change,) = decoder.change_points()
    assert (change.play, change.before, change.after) == (16, "cap", "ear")


def test_what_is_told_of_the_rule_follows_from_the_plays() -> None:
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


def test_a_rule_gains_that_calls_what_another_takes_for_called() -> None:
    decoder = Decoder(weights=WEIGHTS)
    assert decoder.bayes.ranking([], np.zeros(0)) == decoder.bayes.ranking()
    # By the plays alone belt right after cap and belt anywhere after cap are both possible.
    called = [
        ("ear", "cap", "belt"),
        ("cap", "belt", "nose", "ear"),
        ("nose", "ear", "cap", "belt"),
    ]
    not_called = [("belt", "cap"), ("cap", "ear"), ("nose", "belt", "ear"), ("belt", "cap", "nose")]
    decoder.observe_many([Play(signals, "steal") for signals in called] * 2)
    decoder.observe_many([Play(signals, "none") for signals in not_called] * 2)
    (far,) = decoder.lstm.log.vocabulary.encode_many([["cap", "ear", "belt"]])

    def odds(said: float | None) -> float:
        told = None if said is None else np.array([said])
        ranked = decoder.bayes.ranking([far], told)
        chance = {r.rule.family: r.probability for r in ranked if r.rule == r.rule.plain}
        return chance["anywhere"] / chance["next"]

    # Which it is shows in cap, ear, belt. That is heeded like 16 plays: 0.52 / 0.48 to the 16th.
    assert odds(0.52) == pytest.approx(odds(None) * (0.52 / 0.48) ** 16, rel=1e-6)
    assert odds(0.5) == pytest.approx(odds(None), rel=1e-6)


def test_called_plays_are_counted_in_all_and_since_the_signs_changed() -> None:
    advisers = Ensemble("steal", WEIGHTS)
    steal, none = Play(("cap", "belt"), "steal"), Play(("belt",), "none")
    advisers.learn([steal, none, steal])
    assert (advisers.log.n_called, advisers.log.n_called_since_change) == (2, 2)
    advisers.mark_change()
    assert (advisers.log.n_called, advisers.log.n_called_since_change) == (2, 0)
    advisers.learn([none, steal])
    assert (advisers.log.n_called, advisers.log.n_called_since_change) == (3, 1)
    copy = Ensemble.resume(
        "steal", WEIGHTS, [steal, none, steal, none, steal], {3}, advisers.snapshot()
    )
    assert (copy.log.n_called, copy.log.n_called_since_change) == (3, 1)


def test_the_rules_take_strangers_for_signals_that_may_come() -> None:
    said = Decoder(weights=WEIGHTS).opinions([["x", "y", "x"], ["p"] * 3])
    fresh = RulePosterior(6)
    expected = [fresh.predict((0, 1, 0)), fresh.predict((0, 0, 0))]
    assert [opinion.rules for opinion in said] == pytest.approx(expected)
    assert expected[0] > fresh.predict((-2, -3, -2))


def test_the_rules_read_all_anew_when_a_signal_loses_its_slot() -> None:
    rare = [Play((f"rare {n}", "cap"), "none") for n in range(MAX_SLOTS)]
    late = [Play(("new", "newer"), "steal"), Play(("newer", "new"), "none")] * 4
    decoder = Decoder(weights=WEIGHTS)
    decoder.observe_many(rare)
    for play in late:
        decoder.observe_many([play])
    log, slot = decoder.lstm.log, decoder.lstm.slots.slot_of
    assert sorted(slot) != list(range(MAX_SLOTS))  # some of the rare ones lost theirs
    expected = RulePosterior(MAX_SLOTS)
    for encoded in log.plays:
        ids = [slot.get(n, -2 - n) for n in encoded.signal_ids]
        expected.observe(ids, encoded.evidence, encoded.new_game)
    new, newer = (slot[log.vocabulary.encode_many([[name]])[0][0]] for name in ("new", "newer"))
    (said,) = decoder.opinions([["new", "newer"]])
    assert said.rules == pytest.approx(expected.predict((new, newer)))
    assert said.rules > 0.5
