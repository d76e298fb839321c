"""A log read from each play at which the signs may have changed."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.lstm.changepoints import DOUBTS, MOST_RUNS, ChangePointFilter, Segment
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.lstm.weights import SHIPPED, read_weights

WEIGHTS = read_weights(Path(SHIPPED))
SIGNALS = ("cap", "ear", "belt", "chin", "wrist", "knee", "nose", "thigh")


def a_log(key: str, live: str, plays: int, seed: int) -> list[Play]:
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


def read(log: list[Play]) -> OnlineLSTM:
    reader = OnlineLSTM("steal", WEIGHTS)
    for play in log:
        reader.learn([play])
    return reader


def say(reader: OnlineLSTM, *sequences: tuple[str, ...]) -> list[float]:
    return reader.chances(reader.vocabulary.look_up(sequences), complete=True)


OLD, NEW = ("nose", "cap", "belt", "chin"), ("nose", "wrist", "knee", "chin")


def test_a_log_without_surprises_is_one_run() -> None:
    (run,) = read(a_log("cap", "belt", 40, seed=1))._runs.runs
    assert (run.since, run.called) == (0, 22)
    assert run.share == pytest.approx(1)


def test_a_change_that_nobody_tells_of_is_noticed_within_a_few_plays() -> None:
    reader = read(a_log("cap", "belt", 30, seed=1) + a_log("wrist", "knee", 12, seed=2))
    later = [run for run in reader._runs.runs if run.since >= 30]
    assert sum(run.share for run in later) > 0.5
    old, new = say(reader, OLD, NEW)
    assert old < 0.2 < 0.9 < new
    keys = reader.key_chances()
    assert max(keys, key=keys.__getitem__) == "wrist"


def test_one_runner_on_his_own_is_not_taken_for_a_change() -> None:
    log = a_log("cap", "belt", 30, seed=1)
    log.insert(20, Play(("ear", "chin", "knee"), "steal"))
    reader = read(log)
    assert reader._runs.heaviest.since == 0
    assert say(reader, OLD)[0] > 0.9


def test_a_play_whose_outcome_nobody_saw_weighs_nothing() -> None:
    reader = read(a_log("cap", "belt", 20, seed=1))
    before = [run.share for run in reader._runs.runs]
    reader.learn([Play(("cap", "belt"), "unknown")])
    assert [run.share for run in reader._runs.runs] == pytest.approx(before)


def test_there_are_never_more_runs_than_that_and_their_shares_sum_to_1() -> None:
    rng = np.random.default_rng(0)
    reader, most = OnlineLSTM("steal", WEIGHTS), 0
    for n in range(60):
        outcome = "steal" if rng.random() < 0.5 else "none"
        # At first there is a rule, then none: each play may surprise.
        play = a_log("cap", "belt", 2, seed=n)[n % 2]
        reader.learn([play if n < 20 else Play(play.signals, outcome)])
        runs = reader._runs.runs
        most = max(most, len(runs))
        assert [run.since for run in runs] == sorted({run.since for run in runs})
        assert sum(run.share for run in runs) == pytest.approx(1, abs=1e-5)
    assert most == MOST_RUNS


def test_where_little_comes_as_foretold_it_grows_modest() -> None:
    """Signals that tell a little, hundreds of times: a trash can, not a sign system."""
    rng, log = np.random.default_rng(3), []
    for _ in range(400):
        bang = bool(rng.random() < 0.25)
        signals = ("bang",) * int(rng.integers(1, 4)) if bang else ("quiet",)
        log.append(Play(signals, "steal" if rng.random() < (0.7 if bang else 0.4) else "none"))
    reader = OnlineLSTM("steal", WEIGHTS)
    said = np.array([reader.learn([play])[0] for play in log])[100:]
    came = np.array([play.outcome == "steal" for play in log])[100:]
    loss = -np.log(np.where(came, said, 1 - said)).mean()
    assert loss < 0.73  # a coin costs 0.69, the network left to itself 0.79
    assert sum(run.shares[1:].sum() for run in reader._runs.runs) > 0.9
    assert reader._runs.since > 100  # what was counted at first has made room
    assert 400 - reader._runs.runs[-1].since <= 16


def test_odds_are_tempered_by_called_plays_and_doubt() -> None:
    belief = ChangePointFilter.begin(read([])._network, 0, 0).runs[0].belief
    for called, power in ((0, 0.75), (1, 0.85), (2, 1.0), (3, 1.05), (4, 1.2), (50, 1.2)):
        run = Segment(0, belief, called, np.array([1, 0, 0], np.float32))
        odds = 4.0 ** (power * np.array(DOUBTS))
        assert run.temper(np.array([0.8]))[0] == pytest.approx(odds / (1 + odds))


def test_runs_survive_keeping() -> None:
    log = a_log("cap", "belt", 30, seed=1) + a_log("wrist", "knee", 4, seed=2)
    reader = read(log)
    assert len(reader._runs.runs) > 1
    again = OnlineLSTM.resume("steal", WEIGHTS, log, (), reader.snapshot())
    assert [(r.since, r.called) for r in again._runs.runs] == [
        (r.since, r.called) for r in reader._runs.runs
    ]
    assert say(again, OLD, NEW) == say(reader, OLD, NEW)
    for kept in (reader, again):
        kept.learn(a_log("wrist", "knee", 6, seed=4))
    assert say(again, OLD, NEW) == say(reader, OLD, NEW)


def test_new_signals_find_room_in_every_run() -> None:
    reader = read(a_log("cap", "belt", 30, seed=1) + a_log("wrist", "knee", 4, seed=2))
    slots = reader._runs.slots
    reader.learn([Play(("hip", "shin"), "none")])
    assert {run.belief.slots for run in reader._runs.runs} == {slots + 2}


def test_a_change_that_is_told_begins_the_only_run() -> None:
    reader = read(a_log("cap", "belt", 30, seed=1))
    reader.changed()
    assert [run.since for run in reader._runs.runs] == [30]
    reader.learn([Play(("cap", "belt"), "none")])
    assert reader.log[-1].evidence is Evidence.NOTHING
    assert [run.since for run in reader._runs.runs] == [30]
