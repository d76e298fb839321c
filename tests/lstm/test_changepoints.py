"""Bayesian change-point detection with the network as its model."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import SlotTable
from signdecoder.lstm.changepoints import MAX_SEGMENTS, ChangePointFilter
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.lstm.segment import SHRINKAGE, Segment
from signdecoder.lstm.weights import SHIPPED, read_weights

WEIGHTS = read_weights(Path(SHIPPED))
SIGNALS = ("cap", "ear", "belt", "chin", "wrist", "knee", "nose", "thigh")


def draw_log(key: str, live: str, plays: int, seed: int) -> list[Play]:
    """Plays of "the signal right after the key counts", drawn evenly, half of them called."""
    rng = np.random.default_rng(seed)
    log = []
    for n in range(plays):
        given = list(rng.choice(SIGNALS, 6))
        if n % 2:
            at = int(rng.integers(5))
            given[at : at + 2] = [key, live]
        called = any(pair == (key, live) for pair in pairwise(given))
        log.append(Play(tuple(given), "steal" if called else "none"))
    return log


def new_expert() -> OnlineLSTM:
    return OnlineLSTM(EncodedLog("steal"), SlotTable(), WEIGHTS)


def learn(expert: OnlineLSTM, *plays: Play) -> list[float]:
    expert.log.append(plays)
    return expert.update()


def learn_each(plays: list[Play]) -> OnlineLSTM:
    expert = new_expert()
    for play in plays:
        learn(expert, play)
    return expert


def predict(expert: OnlineLSTM, *sequences: tuple[str, ...]) -> list[float]:
    return expert.predict(expert.log.vocabulary.encode_many(sequences), complete=True)


def segments_of(expert: OnlineLSTM) -> tuple[Segment, ...]:
    return expert._readings.plain.segments


OLD, NEW = ("nose", "cap", "belt", "chin"), ("nose", "wrist", "knee", "chin")


@pytest.mark.slow
def test_a_log_without_surprises_has_one_segment() -> None:
    (segment,) = segments_of(learn_each(draw_log("cap", "belt", 40, seed=1)))
    assert (segment.start, segment.n_called) == (0, 22)
    assert segment.weight == pytest.approx(1)


@pytest.mark.slow
def test_an_unmarked_change_is_detected_within_a_few_plays() -> None:
    expert = learn_each(draw_log("cap", "belt", 30, seed=1) + draw_log("wrist", "knee", 12, seed=2))
    assert sum(s.weight for s in segments_of(expert) if s.start >= 30) > 0.5
    old, new = predict(expert, OLD, NEW)
    assert old < 0.2 < 0.9 < new
    keys = expert.key_sign_probs()
    assert max(keys, key=keys.__getitem__) == "wrist"


@pytest.mark.slow
def test_one_steal_without_a_sign_is_not_taken_for_a_change() -> None:
    log = draw_log("cap", "belt", 30, seed=1)
    log.insert(20, Play(("ear", "chin", "knee"), "steal"))
    expert = learn_each(log)
    assert expert._readings.plain.heaviest.start == 0
    assert predict(expert, OLD)[0] > 0.9


def test_a_play_with_unknown_outcome_does_not_change_the_weights() -> None:
    expert = learn_each(draw_log("cap", "belt", 20, seed=1))
    before = [segment.weight for segment in segments_of(expert)]
    learn(expert, Play(("cap", "belt"), "unknown"))
    assert [segment.weight for segment in segments_of(expert)] == pytest.approx(before)


@pytest.mark.slow
def test_the_number_of_segments_is_limited_and_their_weights_sum_to_1() -> None:
    rng = np.random.default_rng(0)
    expert, most = new_expert(), 0
    for n in range(60):
        outcome = "steal" if rng.random() < 0.5 else "none"
        # At first there is a rule, then none: each play may surprise.
        play = draw_log("cap", "belt", 2, seed=n)[n % 2]
        learn(expert, play if n < 20 else Play(play.signals, outcome))
        segments = segments_of(expert)
        most = max(most, len(segments))
        assert [s.start for s in segments] == sorted({s.start for s in segments})
        assert sum(s.weight for s in segments) == pytest.approx(1, abs=1e-5)
    assert most == MAX_SEGMENTS


@pytest.mark.slow
def test_predictions_become_modest_if_the_signs_predict_little() -> None:
    """Signals that are weak evidence, hundreds of times: a trash can, not a sign system."""
    rng, log = np.random.default_rng(3), []
    for _ in range(400):
        bang = bool(rng.random() < 0.25)
        signals = ("bang",) * int(rng.integers(1, 4)) if bang else ("quiet",)
        log.append(Play(signals, "steal" if rng.random() < (0.7 if bang else 0.4) else "none"))
    expert = new_expert()
    p = np.array([learn(expert, play)[0] for play in log])[100:]
    called_mask = np.array([play.outcome == "steal" for play in log])[100:]
    loss = -np.log(np.where(called_mask, p, 1 - p)).mean()
    assert loss < 0.73  # a coin costs 0.69, the network without shrinkage 0.79
    segments = segments_of(expert)
    assert sum(s.weights[1:].sum() for s in segments) > 0.9
    assert segments[0].start > 100  # what was counted at first has been dropped
    assert 400 - segments[-1].start <= 16


def test_log_odds_are_scaled_by_the_number_of_called_plays_and_by_shrinkage() -> None:
    belief = ChangePointFilter.begin(new_expert()._model, 0, 0).segments[0].belief
    for n_called, power in ((0, 0.75), (1, 0.85), (2, 1.0), (3, 1.05), (4, 1.2), (50, 1.2)):
        segment = Segment(0, belief, n_called, np.array([1, 0, 0], np.float32))
        odds = 4.0 ** (power * np.array(SHRINKAGE))
        assert segment.calibrate(np.array([0.8]))[0] == pytest.approx(odds / (1 + odds))


@pytest.mark.slow
def test_a_snapshot_restores_all_segments() -> None:
    expert = learn_each(draw_log("cap", "belt", 30, seed=1) + draw_log("wrist", "knee", 4, seed=2))
    assert len(segments_of(expert)) > 1
    log = EncodedLog("steal")
    log.append(draw_log("cap", "belt", 30, seed=1) + draw_log("wrist", "knee", 4, seed=2))
    resumed = OnlineLSTM.resume(log, WEIGHTS, expert.snapshot())
    assert [(s.start, s.n_called) for s in segments_of(resumed)] == [
        (s.start, s.n_called) for s in segments_of(expert)
    ]
    assert predict(resumed, OLD, NEW) == predict(expert, OLD, NEW)
    for each in (expert, resumed):
        learn(each, *draw_log("wrist", "knee", 6, seed=4))
    assert predict(resumed, OLD, NEW) == predict(expert, OLD, NEW)


def test_new_signals_get_slots_in_every_segment() -> None:
    expert = learn_each(draw_log("cap", "belt", 30, seed=1) + draw_log("wrist", "knee", 4, seed=2))
    slots = expert._readings.plain.slots
    learn(expert, Play(("hip", "shin"), "none"))
    assert {segment.belief.slots for segment in segments_of(expert)} == {slots + 2}


def test_a_marked_change_leaves_one_segment_that_begins_there() -> None:
    expert = learn_each(draw_log("cap", "belt", 30, seed=1))
    expert.log.mark_change()
    expert.restart()
    assert [segment.start for segment in segments_of(expert)] == [30]
    learn(expert, Play(("cap", "belt"), "none"))
    assert expert.log.plays[-1].evidence is Evidence.NOTHING
    assert [segment.start for segment in segments_of(expert)] == [30]


@pytest.mark.slow
def test_marked_changes_are_applied_when_a_log_is_read_again() -> None:
    first = learn_each(draw_log("cap", "belt", 12, seed=1))
    first.log.mark_change()
    first.restart()
    learn(first, *draw_log("wrist", "knee", 6, seed=2))
    again = OnlineLSTM(first.log, SlotTable(), WEIGHTS)
    again.update()
    assert predict(again, OLD, NEW) == pytest.approx(predict(first, OLD, NEW), abs=1e-6)
