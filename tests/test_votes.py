"""Counting a vote on the rule: by hand, and against the grammar."""

from dataclasses import replace

import numpy as np
import pytest

from signdecoder.lessons import RULES, mark, places_of
from signdecoder.lstm import Floats
from signdecoder.plays import Evidence
from signdecoder.systems import CALLED, SignSystem, plays_called
from signdecoder.votes import LEAST_VOTE, count_votes, log_odds, weigh_wipes, wipe_votes

SLOTS = 5
CAP, BELT = 0, 1


def shares_for(system: SignSystem) -> Floats:
    """The whole vote for one rule: (C, RULES)."""
    shares = np.zeros(SLOTS * SLOTS * RULES, np.float32)
    places = places_of(system, SLOTS)
    shares[places] = 1 / len(places)
    return shares.reshape(SLOTS * SLOTS, RULES)


def test_a_vote_counted_by_hand() -> None:
    # Two candidates, two sights: shares of 0.5 and 0.2 are shown, 0.1 is not, 0.2 is for none.
    shares = np.array([[0.5, 0.1], [0.0, 0.2]], np.float32)
    sights = np.array([[1.0, 0.0], [1.0, 1.0]], np.float32)
    votes = count_votes(shares, sights)
    assert votes[:2] == pytest.approx([0.5, 0.2])
    assert votes[2] == pytest.approx(np.log(0.71 / 0.31))


@pytest.mark.parametrize(
    "system",
    [
        SignSystem("next", (BELT,), CAP),
        SignSystem("kth", (BELT,), CAP, step=2),
        SignSystem("anywhere", (BELT,), CAP),
        SignSystem("before", (BELT,), CAP),
        SignSystem("both", (BELT,), CAP),
    ],
)
def test_what_a_wipe_off_leaves_is_what_the_grammar_says(system: SignSystem) -> None:
    rng = np.random.default_rng(3)
    # Each signal comes once: of one that comes twice the vote does not know which of the two.
    sequences = np.array([rng.permutation(SLOTS)[:4] for _ in range(200)], np.int16)
    sights = mark(sequences, SLOTS)
    left = wipe_votes(shares_for(system), sights)
    for wiper in range(2, SLOTS):
        for kind, anywhere in enumerate((False, True)):
            wiped = replace(system, wipe_off=wiper, wipes_anywhere=anywhere)
            called = (plays_called(wiped, sequences) == CALLED).astype(np.float32)
            assert left[:, wiper, kind] == pytest.approx(called, abs=1e-6)
    assert 0 < left[:, 2:].mean() < count_votes(shares_for(system), sights)[:, :-1].sum(-1).mean()


def test_a_rule_of_one_signal_has_a_sight_of_its_own_for_what_is_wiped() -> None:
    play = np.array([[BELT, CAP, BELT, 2]], np.int16)
    sights = mark(play, SLOTS)[0]
    plain = SignSystem("count_of", (2,), BELT)
    assert wipe_votes(shares_for(plain), sights)[CAP, 0] == pytest.approx(1)  # is left to the other
    wiped = replace(plain, wipe_off=CAP)
    assert count_votes(shares_for(wiped), sights)[:-1].sum() == 0


def test_how_an_outcome_speaks_for_a_wipe_off() -> None:
    total, if_wiped = np.array(0.9, np.float32), np.array([[0.0, 0.9]], np.float32)
    nothing = weigh_wipes(total, if_wiped, Evidence.NOTHING)
    assert nothing == pytest.approx(np.array([[np.log(1.01 / 0.11), 0]]), abs=1e-5)
    called = weigh_wipes(total, if_wiped, Evidence.CALLED)
    assert called == pytest.approx(np.array([[np.log(0.01 / 0.91), 0]]), abs=1e-5)
    assert not weigh_wipes(total, if_wiped, Evidence.SILENT).any()


def test_no_vote_is_taken_for_quite_sure() -> None:
    sure = np.log((1 + LEAST_VOTE) / LEAST_VOTE)
    assert log_odds(np.array([0, 0.5, 1], np.float32)) == pytest.approx([-sure, 0, sure])
