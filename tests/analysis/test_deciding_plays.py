"""Deciding plays: worked examples with a rule that the log supports."""

import tracemalloc
from dataclasses import replace
from math import log

import numpy as np
import pytest

from signdecoder.analysis import deciding_plays as proof
from signdecoder.analysis.deciding_plays import DecidingPlay, DecidingPlays, Rival, deciding_plays
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.rules.parts import Part, find_parts
from signdecoder.rules.rule import NO_SIGNAL, Rule
from signdecoder.simulation.named_log import simulate
from tests.support.networks import random_weights

CAP, BELT, EAR, NOSE, CHIN = range(5)
# Cap then belt is a steal. Play 4 shows a belt later than that, plays 5, 6 and 9 without it.
LOG = [
    Play(("cap", "belt", "ear"), "steal"),
    Play(("nose", "cap", "belt"), "steal"),
    Play(("ear", "cap", "belt", "chin"), "steal"),
    Play(("cap", "nose", "belt"), "none"),
    Play(("belt", "ear", "cap"), "none"),
    Play(("belt", "nose"), "bunt"),
    Play(("cap", "belt"), "unknown"),
    Play(("nose", "ear", "chin"), "none"),
    Play(("chin", "belt", "ear"), "none"),
    Play(("ear", "nose", "cap", "belt"), "steal"),
    Play(("cap", "belt", "nose", "cap"), "steal"),
    Play(("chin", "ear", "cap"), "none"),
]


def prove(plays: list[Play], play: str = "steal") -> DecidingPlays | None:
    decoder = Decoder(play=play, weights=random_weights())
    decoder.observe_many(plays)
    return deciding_plays(decoder)


def test_each_rival_is_ruled_out_by_plays_that_support_the_rule() -> None:
    told = prove(LOG)
    assert told is not None
    assert told.words == "belt right after cap = steal"
    # Five calls were all run, six others all not: rates of noise 0.5 / 6 and 0.5 / 7.
    one = log((13 / 14) / (1 / 12))
    assert told.rivals == (
        Rival("belt anywhere after cap = steal", 1, 0),
        Rival("cap and belt in any order = steal", 2, 0),
        Rival("cap anywhere = steal", 3, 0),
    )
    assert [replace(p, weight=0.0) for p in told.plays] == [
        DecidingPlay(3, False, ("key", "", "live"), (0, 1, 2), 0.0),
        DecidingPlay(4, False, ("live", "", "key"), (1, 2), 0.0),
        DecidingPlay(11, False, ("", "", "key"), (2,), 0.0),
    ]
    assert [p.weight for p in told.plays] == pytest.approx([3 * one, 2 * one, one])


def test_a_play_weighs_less_if_noise_could_explain_it() -> None:
    # Of 4 calls none was missed, of 5 others none was run: rates 0.5 / 5 and 0.5 / 6. A play that
    # is called weighs log(0.9 / (1 / 12)), one that is not log((11 / 12) / 0.1).
    calls = np.arange(9) < 4
    weights = proof._weigh_plays(calls, calls)
    assert weights == pytest.approx([log(10.8)] * 4 + [log(110 / 12)] * 5)


def test_every_rival_has_a_deciding_play() -> None:
    against = np.array([[1, 1, 1, 1, 0], [0, 0, 0, 0, 1]], np.bool_)
    # The latest of the first four, then the one against the other rival, then the next latest.
    chosen = proof._choose(against, np.array([2.0, 2.0, 2.0, 2.0, 1.5]), 3)
    assert chosen == [(3, 2.0), (2, 2.0), (4, 1.5)]
    assert proof._choose(against, np.ones(5), 9) == [(n, 1.0) for n in (4, 3, 2, 1, 0)]


def test_the_rule_without_its_wipe_off_is_a_rival() -> None:
    wiped = [Play(("cap", "belt", "wrist"), "none"), Play(("cap", "belt", "nose", "wrist"), "none")]
    told = prove([*LOG, *wiped, *LOG, *wiped])
    assert told is not None
    assert told.words.endswith("wrist cancels everything before it")
    assert told.rivals[0].words == "belt right after cap = steal"
    assert told.rivals[0].against == 4
    parts = {p.parts for p in told.plays if 0 in p.rivals}
    assert parts <= {("key", "live", "wipe-off"), ("key", "live", "", "wipe-off")}
    assert parts


def test_there_are_no_deciding_plays_before_the_first_called_play() -> None:
    assert prove([]) is None
    assert prove(LOG, "squeeze") is None


def test_only_plays_since_the_signs_changed_count() -> None:
    decoder = Decoder(weights=random_weights())
    decoder.observe_many(LOG)
    decoder.mark_change()
    decoder.observe_many([Play(p.signals[::-1], p.outcome) for p in LOG])
    told = deciding_plays(decoder)
    assert told is not None
    assert min(p.play for p in told.plays) >= len(LOG)


def test_a_rule_that_depends_on_the_outs_is_read_with_them() -> None:
    made = simulate(100, 3, games=5, family="by_outs")
    told = prove(list(made.plays))
    assert told is not None
    assert told.words == made.rule
    # There is no noise: where the rule and a rival disagree, the outcome supports the rule.
    assert all(rival.against >= 10 and rival.in_favour == 0 for rival in told.rivals)
    assert all("live" in play.parts for play in told.plays if play.called)


NEXT = Rule("next", (BELT,), CAP)
WIPED = Rule("next", (BELT,), CAP, wipe_off=EAR)
SETS = Rule("next", (BELT,), CHIN, more_live=(NOSE,), more_indicators=(EAR,))


@pytest.mark.parametrize(
    ("rule", "sequence", "parts"),
    [
        (NEXT, (BELT, CAP, BELT, CAP), ("", "key", "live", "")),
        (NEXT, (CAP, BELT, CAP, BELT), ("key", "live", "key", "live")),  # it calls twice over
        (NEXT, (BELT, EAR, CAP), ("live", "", "key")),  # it calls nothing
        (SETS, (BELT, CHIN, BELT), ("", "key", "live")),
        (SETS, (NOSE, BELT, EAR), ("live", "live", "key")),
        (WIPED, (EAR, CAP, BELT), ("", "key", "live")),
        (WIPED, (CAP, BELT, EAR), ("key", "live", "wipe-off")),
        (Rule("hot", (BELT,), second=CAP), (EAR, CAP), ("", "live")),
        (Rule("both", (BELT,), CAP), (BELT, EAR, CAP), ("live", "", "key")),
        (Rule("count_of", (2,), CAP), (CAP, BELT, CAP), ("key", "", "key")),
        (Rule("twice", (NO_SIGNAL,)), (EAR, CAP, CAP), ("", "live", "live")),
        (Rule("twice", (NO_SIGNAL,)), (EAR, CAP), ("", "")),
        (Rule("two_after", (BELT,), CAP, EAR), (CAP, EAR, BELT), ("key", "key", "live")),
    ],
)
def test_each_signal_of_a_deciding_play_has_its_role(
    rule: Rule, sequence: tuple[int, ...], parts: tuple[Part, ...]
) -> None:
    assert find_parts(rule, sequence) == parts


def test_plays_decide_only_where_it_does_not_depend_on_what_was_missed() -> None:
    unsure, sure = Play(("cap", "?"), "none"), Play(("cap", "nose", "belt", "?"), "none")
    told = prove([*LOG, unsure, sure])
    assert told is not None
    assert told.words == "belt right after cap = steal"
    numbers = [play.play for play in told.plays]
    assert len(LOG) + 1 in numbers
    assert len(LOG) not in numbers


def test_the_memory_does_not_grow_with_the_square_of_the_plays() -> None:
    decoder = Decoder(weights=random_weights())
    decoder.observe_many(LOG)
    rng = np.random.default_rng(0)
    short = decoder.bayes.plays_since_change()[0][1]
    plays = [
        replace(short, signal_ids=tuple(row)) for row in rng.integers(0, 5, (4000, 7)).tolist()
    ]
    called = rng.random(len(plays)) < 0.3
    leading = decoder.rules()[0].rule
    tracemalloc.start()
    proof._closest(decoder.bayes, leading, plays, called)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6
