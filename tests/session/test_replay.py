"""A decoder that follows a log knows what one knows that has read the log at once."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.session.replay import Entry, LogReplayer, entries_of
from tests.support.networks import random_weights

SIGNALS = ("cap", "ear", "belt", "nose")
WEIGHTS = random_weights(7)


def finish(steps: Iterable[None]) -> int:
    return sum(1 for _ in steps)


def draw_plays(count: int, seed: int = 0) -> list[Play]:
    rng = np.random.default_rng(seed)
    return [
        Play(
            tuple(rng.choice(SIGNALS, size=rng.integers(1, 5)).tolist()),
            str(rng.choice(["steal", "none", "bunt", "unknown"])),
            game=f"game {n // 7}",
        )
        for n in range(count)
    ]


def read_at_once(log: Iterable[Entry]) -> Decoder:
    decoder = Decoder(weights=WEIGHTS)
    for entry in log:
        if entry is None:
            decoder.changed()
        else:
            decoder.observe_many([entry])
    return decoder


def assert_same_mind(follower: LogReplayer, log: Iterable[Entry]) -> None:
    ours, theirs = follower.decoder, read_at_once(log)
    assert (ours.plays, ours.called) == (theirs.plays, theirs.called)
    asked = [("cap", "belt"), ("ear",), ("nose", "nose", "wink")]
    said = [p.probability for p in ours.predict_many(asked)]
    assert said == pytest.approx([p.probability for p in theirs.predict_many(asked)], abs=1e-6)
    keys = {key.sign: key.probability for key in theirs.key_signs()}
    assert {key.sign: key.probability for key in ours.key_signs()} == pytest.approx(keys, abs=1e-6)


LOGS = st.lists(
    st.lists(st.sampled_from([None, *draw_plays(6)]), max_size=9), min_size=1, max_size=5
)


@settings(max_examples=25, deadline=None)
@given(LOGS)
def test_any_log_after_any_other(logs: list[list[Entry]]) -> None:
    follower = LogReplayer(Decoder(weights=WEIGHTS))
    for log in logs:
        finish(follower.follow(log))
        assert len(follower.points) == sum(entry is not None for entry in log)
    assert_same_mind(follower, logs[-1])


def test_what_is_undone_is_not_read_from_the_start() -> None:
    log = draw_plays(30)
    follower = LogReplayer(Decoder(weights=WEIGHTS))
    for end in range(1, 31):
        finish(follower.follow(log[:end]))
    steps = finish(follower.follow(log[:27]))
    assert steps <= 3
    assert_same_mind(follower, log[:27])
    assert follower.only_grows(log[:28])
    assert not follower.only_grows(log[:26])


def test_a_log_that_comes_back_after_another() -> None:
    (play,) = draw_plays(1)
    follower = LogReplayer(Decoder(weights=WEIGHTS))
    for log in ([play], [None], [play]):
        finish(follower.follow(log))
    assert list(follower.points) == [None]
    finish(follower.look_back())
    assert follower.points[0] is not None
    assert_same_mind(follower, [play])


def test_a_log_that_is_left_halfway_leaves_the_decoder_as_it_was() -> None:
    log = draw_plays(12)
    follower = LogReplayer(Decoder(weights=WEIGHTS))
    finish(follower.follow(log))
    edited = [*log[:3], log[5], *log[4:]]
    steps = follower.follow(edited)
    next(steps)
    assert_same_mind(follower, log)
    finish(follower.follow([*log, log[0]]))
    assert_same_mind(follower, [*log, log[0]])


def test_looking_back_finds_what_was_said_before_each_play() -> None:
    log = entries_of(draw_plays(15), {4})
    follower = LogReplayer(read_at_once(log), log)
    assert set(follower.points) == {None}
    finish(follower.look_back())
    followed = LogReplayer(Decoder(weights=WEIGHTS))
    for end in range(1, len(log) + 1):
        finish(followed.follow(log[:end]))
    assert None not in follower.points
    for ours, theirs in zip(follower.points, followed.points, strict=True):
        assert ours is not None
        assert theirs is not None
        assert ours.said.probability == pytest.approx(theirs.said.probability, abs=1e-6)
        assert [k.sign for k in ours.key_signs] == [k.sign for k in theirs.key_signs]
    assert finish(follower.look_back()) == 0


def test_few_states_are_kept_however_long_the_log() -> None:
    follower = LogReplayer(Decoder(weights=WEIGHTS))
    log = draw_plays(90)
    for end in range(1, 91):
        finish(follower.follow(log[:end]))
    assert len(follower._kept) <= 24
    assert_same_mind(follower, log)
    finish(follower.follow(log[:40]))
    assert_same_mind(follower, log[:40])


def test_changes_stand_between_the_plays() -> None:
    a, b = draw_plays(2)
    assert entries_of([a, b], {1, 2}) == (a, None, b, None)
    assert entries_of([], {0}) == (None,)
