"""The background rebuild of both experts when signals change slots."""

from collections.abc import Callable

import numpy as np
import pytest

from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import MAX_SLOTS, SlotTable
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.decoder.reslotting import Experts, SlotRebuild
from tests.support.belief_of_log import few_slots
from tests.support.networks import random_weights
from tests.support.spies import count_updates

WEIGHTS = random_weights()
RARE = [Play((f"rare {n}", "cap"), "none", game="1") for n in range(MAX_SLOTS)] * 4
FEW = [Play((f"rare {n}", "cap"), "none", game="1") for n in range(6)] * 2
LATE = [Play(("new", "newer"), "steal", game="2"), Play(("newer", "new"), "none", game="2")] * 16
SEQUENCES = [["new", "newer"], ["newer", "cap"], ["rare 3", "new"]]


def signals_with_slots(experts: Experts) -> set[str]:
    return set(experts.bayes.names)


def predict(ensemble: Ensemble) -> list[float]:
    ids = ensemble.log.vocabulary.encode_many(SEQUENCES)
    return list(ensemble.predict(ids, complete=True).ravel())


def test_a_rebuild_reads_a_few_plays_with_each_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = count_updates(monkeypatch)
    ensemble = Ensemble.begin("steal", WEIGHTS)
    ensemble.learn(RARE)
    for play in LATE:
        before = len(counts)
        ensemble.learn([play])
        assert sum(counts[before:]) <= 1 + 4
    assert {"new", "newer"} <= signals_with_slots(ensemble.experts)


@pytest.mark.slow
def test_a_rebuild_catches_up_even_with_the_longest_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = count_updates(monkeypatch)
    ensemble = Ensemble.begin("steal", WEIGHTS)
    long = [Play(play.signals * 32, play.outcome) for play in (RARE + LATE * 40)]
    ensemble.learn(long[:60])
    for play in long[160:]:
        ensemble.learn([play])
    assert {"new", "newer"} <= signals_with_slots(ensemble.experts)
    assert max(counts[1:]) == 2


@pytest.mark.slow
def test_rebuilt_experts_predict_like_experts_that_had_the_slots_from_the_start() -> None:
    ensemble = Ensemble.begin("steal", WEIGHTS)
    ensemble.learn(RARE)
    for play in LATE[:4]:
        ensemble.learn([play])
    ensemble.mark_change()  # while the rebuild is under way
    for play in LATE[4:]:
        ensemble.learn([play])
    log = EncodedLog("steal")
    log.append([*RARE, *LATE])
    log.changes.add(len(RARE) + 4)
    plain = Experts.begin(log, SlotTable(ensemble.experts.lstm.slots.ids), WEIGHTS)
    plain.update()
    ids = log.vocabulary.encode_many(SEQUENCES)
    predictions = [plain.lstm.predict(ids, complete=True), plain.bayes.predict(ids, complete=True)]
    assert predict(ensemble) == pytest.approx(list(np.array(predictions).T.ravel()), abs=1e-6)
    assert ensemble.log.n_called_since_change == 14


@pytest.mark.slow
def test_the_old_experts_answer_until_the_new_ones_have_read_everything() -> None:
    ensemble = Ensemble.begin("steal", WEIGHTS)
    ensemble.learn(RARE)
    old, is_new = ensemble.experts, []
    for n, play in enumerate(LATE):
        ensemble.learn([play])
        assert ensemble.experts.lstm.n_plays == len(RARE) + n + 1
        is_new.append(ensemble.experts is not old)
    assert not is_new[0]
    assert is_new == sorted(is_new)  # once, and for good
    assert is_new[-1]


def test_a_long_import_is_rebuilt_at_once() -> None:
    ensemble = Ensemble.begin("steal", WEIGHTS)
    ensemble.learn([*RARE, *LATE])
    assert {"new", "newer"} <= signals_with_slots(ensemble.experts)
    assert ensemble.experts.lstm.n_plays == len(RARE) + len(LATE)


def test_a_change_right_before_a_takeover_is_not_forgotten() -> None:
    with few_slots(5):
        ensemble = Ensemble.begin("steal", WEIGHTS)
        ensemble.learn(FEW)
        old, n_plays = ensemble.experts, -1
        while ensemble.experts is old:
            n_plays += 1
            ensemble.learn([LATE[n_plays]])
        again = Ensemble.begin("steal", WEIGHTS)
        again.learn([*FEW, *LATE[:n_plays]])
        again.mark_change()
        again.learn([LATE[n_plays]])
    assert again.experts.bayes.names == ensemble.experts.bayes.names
    assert again.experts.bayes.posterior.changes.segments[0].start == len(FEW) + n_plays


def test_a_rebuild_that_is_saved_and_resumed_takes_over_after_the_same_play() -> None:
    with few_slots(5):
        live, saved = Ensemble.begin("steal", WEIGHTS), Ensemble.begin("steal", WEIGHTS)
        live.learn(FEW)
        saved.learn(FEW)
        n_waited = 0
        for n, play in enumerate(LATE, 1):
            live.learn([play])
            log = [*FEW, *LATE[:n]]
            saved = Ensemble.resume("steal", WEIGHTS, log[:-1], (), saved.snapshot())
            saved.learn([play])
            assert saved.experts.bayes.names == live.experts.bayes.names
            assert predict(saved) == pytest.approx(predict(live), abs=1e-6)
            n_waited += not {"new", "newer"} & signals_with_slots(saved.experts)
        assert saved.prequential == pytest.approx(live.prequential, abs=1e-6)
        at_once = Ensemble.begin("steal", WEIGHTS)
        at_once.learn([*FEW, *LATE])
        assert at_once.prequential == pytest.approx(live.prequential, abs=1e-5)
    assert 2 < n_waited < len(LATE)


@pytest.mark.parametrize(
    "damage",
    [
        lambda blob: blob[:-4],
        lambda blob: blob[:8] + b"\xff" * (len(blob) - 8),
        lambda blob: blob[:8] + bytes(len(blob) - 8),
        lambda blob: np.float64("nan").tobytes() + blob[8:],
    ],
    ids=["short", "no such signals", "one signal twice", "no number"],
)
def test_a_damaged_rebuild_is_refused(damage: Callable[[bytes], bytes]) -> None:
    with few_slots(5):
        log = EncodedLog("steal")
        log.append([*FEW, *LATE])
        rebuild = SlotRebuild(log, Experts.begin(log, SlotTable(range(5)), WEIGHTS), 3.0)
        blob = rebuild.snapshot()
        assert SlotRebuild.resume(log, WEIGHTS, blob).snapshot() == blob
        with pytest.raises(SigndecoderError, match="choice of signals is damaged"):
            SlotRebuild.resume(log, WEIGHTS, damage(blob))
