"""A belief is a function of the log, whatever was asked when and however the plays came in."""

from itertools import pairwise
from pathlib import Path

import pytest

from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import PlayLog
from signdecoder.session.belief_tracker import REPLAY
from signdecoder.store.store import Store
from signdecoder.workspace.decoders import load_settings, open_decoder
from tests.support.belief_of_log import COACH, LogUser, answers, few_slots, find_differences, run
from tests.support.networks import random_weights

WEIGHTS = random_weights(7)
# All slots are taken by signals that do not come again; those that matter come late.
RARE = [(f"rare {n}", f"rare {(n + 1) % 6}") for n in range(6)]
LATE = [("new", "newer"), ("rare 1", "new", "newer"), ("newer", "new", "rare 2")] * 2
PLAYS = [
    Play(signals, "steal" if ("new", "newer") in pairwise(signals) else "none")
    for signals in [*RARE, *LATE]
]


def open_hawks(path: Path) -> Decoder:
    with Store.open(path) as store:
        return open_decoder(store, COACH, weights=WEIGHTS)


def test_plays_that_are_imported_teach_what_they_do_if_each_is_logged_and_asked_about(
    tmp_path: Path,
) -> None:
    plays = [Play(play.signals, play.outcome, COACH) for play in PLAYS]
    with few_slots(5):
        with Store.open(tmp_path / "import.db") as store:
            store.add_logs([PlayLog("log.csv", tuple(plays), tuple(range(2, 2 + len(plays))))])
        for play in plays:
            with Store.open(tmp_path / "log.db") as store:
                store.add(play)
            logged = open_hawks(tmp_path / "log.db")
        imported = open_hawks(tmp_path / "import.db")
        assert {"new", "newer"} <= set(imported.bayes.names)
        assert find_differences(answers(logged), answers(imported)) == []


@pytest.mark.parametrize("seed", [0, 4, 6, 7])
def test_after_any_work_on_a_log_its_belief_is_that_of_a_decoder_new_to_it(
    tmp_path: Path, seed: int
) -> None:
    assert run(tmp_path / "x.db", WEIGHTS, seed, steps=10, slots=5) == []


def test_a_screen_reads_the_plays_again_when_letters_in_both_cases_are_imported(
    tmp_path: Path,
) -> None:
    with few_slots(5):
        user = LogUser(tmp_path / "x.db", WEIGHTS, seed=0)
        user.watch()
        letters = [("A", "a"), ("a", "B"), ("B", "A", "a"), ("a", "A")] * 3
        plays = tuple(Play(s, "steal" if s[-1] == "a" else "none", COACH) for s in letters)
        user.store.add_logs([PlayLog("log.csv", plays, tuple(range(2, 2 + len(plays))))])
        assert user.store.case_matters(COACH)
        assert user.differences() == []


def test_a_screen_that_opens_while_plays_are_logged_elsewhere_reads_each_once(
    tmp_path: Path,
) -> None:
    with few_slots(5):
        user = LogUser(tmp_path / "x.db", WEIGHTS, seed=0)
        user.store.add(user.draw_play())
        plays, changes = user.store.plays_and_change_points(COACH)
        settings = load_settings(user.store, COACH)
        user.tracker.update(COACH, tuple(plays), changes, settings)  # opens a decoder soon
        user.store.add(user.draw_play())
        user.worker.finish(REPLAY)
        assert user.tracker.decoder is not None
        assert user.tracker.decoder.n_plays == 1
        assert user.differences() == []
