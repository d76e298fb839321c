"""Readers that take over when signals change slots."""

from pathlib import Path

import numpy as np
import pytest

from signdecoder.bayes.online import OnlineBayes
from signdecoder.core.play import Play
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.decoder.reslotting import Experts, SlotRebuilder
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.lstm.vocabulary import MAX_SLOTS
from signdecoder.store.store import Store
from signdecoder.workspace.belief_cache import recall_advisers
from tests.support.networks import random_weights
from tests.support.spies import count_plays_read

WEIGHTS = random_weights()
RARE = [Play((f"rare {n}", "cap"), "none", game="1") for n in range(MAX_SLOTS)] * 4
LATE = [Play(("new", "newer"), "steal", game="2"), Play(("newer", "new"), "none", game="2")] * 16
ASKED = [["new", "newer"], ["newer", "cap"], ["rare 3", "new"]]


def slots_of(reader: OnlineLSTM) -> set[str]:
    return {reader.vocabulary.names[n] for n in reader.vocabulary.slots}


def say(advisers: Ensemble) -> list[float]:
    asked = advisers.lstm.vocabulary.look_up(ASKED)
    return list(advisers.chances(asked, complete=True).ravel())


def test_successors_read_a_few_plays_at_each_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = count_plays_read(monkeypatch)
    advisers = Ensemble("steal", WEIGHTS)
    advisers.learn(RARE)
    for play in LATE:
        before = len(counts)
        advisers.learn([play])
        assert sum(counts[before:]) <= 1 + 4
    assert {"new", "newer"} <= slots_of(advisers.lstm)
    assert len(advisers.lstm.log) == len(RARE) + len(LATE)


def test_they_catch_up_with_the_longest_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = count_plays_read(monkeypatch)
    advisers = Ensemble("steal", WEIGHTS)
    long = [Play(play.signals * 32, play.outcome) for play in (RARE + LATE * 40)]
    advisers.learn(long[:60])
    for play in long[160:]:
        advisers.learn([play])
    assert {"new", "newer"} <= slots_of(advisers.lstm)
    assert max(counts[1:]) == 2


def test_what_successors_say_is_what_one_says_who_had_these_slots_from_the_first() -> None:
    advisers = Ensemble("steal", WEIGHTS)
    advisers.learn(RARE)
    for play in LATE[:4]:
        advisers.learn([play])
    advisers.changed()  # while they are still reading
    for play in LATE[4:]:
        advisers.learn([play])
    plain = OnlineLSTM("steal", WEIGHTS)
    seen = plain.write_down([*RARE, *LATE])
    plain.vocabulary.slots = list(advisers.lstm.vocabulary.slots)
    plain.changes.add(len(RARE) + 4)
    plain.read(seen)
    rules = OnlineBayes(plain)
    rules.learn()
    numbers = plain.vocabulary.look_up(ASKED)
    chances = [plain.chances(numbers, complete=True), rules.chances(numbers, complete=True)]
    assert say(advisers) == pytest.approx(list(np.array(chances).T.ravel()), abs=1e-6)
    assert advisers.called_since == plain.called_since == 14
    assert [s.new_game for s in advisers.lstm.log] == [s.new_game for s in plain.log]


def test_those_who_read_still_answer_for_the_log() -> None:
    """Nothing is lost or said twice while successors catch up."""
    lstm = OnlineLSTM("steal", WEIGHTS)
    readers = SlotRebuilder(Experts(lstm, OnlineBayes(lstm)))
    assert readers.learn(RARE).shape == (len(RARE), 2)
    took_over = []
    for n, play in enumerate(LATE):
        assert readers.learn([play]).shape == (1, 2)
        assert len(readers.now.lstm.log) == len(RARE) + n + 1
        took_over.append(readers.now.lstm is not lstm)
    assert not took_over[0]
    assert took_over == sorted(took_over)  # once, and for good
    assert took_over[-1]


def test_a_short_log_or_a_long_import_is_read_at_once() -> None:
    advisers = Ensemble("steal", WEIGHTS)
    advisers.learn([*RARE, *LATE])
    assert {"new", "newer"} <= slots_of(advisers.lstm)
    assert len(advisers.lstm.log) == len(RARE) + len(LATE)


def test_what_is_kept_has_no_reading_put_off(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        for play in RARE:
            store.add(Play(play.signals, play.outcome, "Hawks", "1"))
        recall_advisers(store, "Hawks", "steal", WEIGHTS)
        for play in LATE[:6]:  # each in a process of its own, as far as the belief is concerned
            store.add(Play(play.signals, play.outcome, "Hawks", "2"))
            advisers = recall_advisers(store, "Hawks", "steal", WEIGHTS)
    assert {"new", "newer"} <= slots_of(advisers.lstm)
