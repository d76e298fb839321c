"""The background rebuild of both experts when signals change slots."""

from pathlib import Path

import numpy as np
import pytest

from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import MAX_SLOTS, SlotTable
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.decoder.reslotting import Experts
from signdecoder.store.store import Store
from signdecoder.workspace.decoders import open_decoder
from tests.support.networks import random_weights
from tests.support.spies import count_updates

WEIGHTS = random_weights()
RARE = [Play((f"rare {n}", "cap"), "none", game="1") for n in range(MAX_SLOTS)] * 4
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


@pytest.mark.slow
def test_a_change_right_before_a_takeover_is_not_forgotten() -> None:
    ensemble = Ensemble.begin("steal", WEIGHTS)
    ensemble.learn(RARE)
    ensemble.learn(LATE[:4])
    ensemble.mark_change()
    old = ensemble.experts
    ensemble.flush_pending()
    assert ensemble.experts is not old
    fresh = Experts.begin(ensemble.log, SlotTable(ensemble.experts.lstm.slots.ids), WEIGHTS)
    fresh.update()
    fresh.restart()
    ids = ensemble.log.vocabulary.encode_many(SEQUENCES)
    assert predict(ensemble)[::2] == pytest.approx(fresh.lstm.predict(ids, complete=True), abs=1e-6)


@pytest.mark.slow
def test_a_saved_belief_has_no_rebuild_pending(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        for play in RARE:
            store.add(Play(play.signals, play.outcome, "Hawks", "1"))
        open_decoder(store, "Hawks", weights=WEIGHTS)
        for play in LATE[:6]:  # each opens the decoder again, as a process of its own would
            store.add(Play(play.signals, play.outcome, "Hawks", "2"))
            decoder = open_decoder(store, "Hawks", weights=WEIGHTS)
    assert {"new", "newer"} <= set(decoder.bayes.names)
