"""A decoder that follows a log knows what one knows that has read the log at once."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.session.replay import Entry, LogReplayer, merge_log
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
            decoder.mark_change()
        else:
            decoder.observe_many([entry])
    return decoder


def assert_same_mind(replayer: LogReplayer, log: Iterable[Entry]) -> None:
    ours, theirs = replayer.decoder, read_at_once(log)
    assert (ours.n_plays, ours.n_called) == (theirs.n_plays, theirs.n_called)
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
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    for log in logs:
        finish(replayer.replay(log))
        assert len(replayer.predictions) == sum(entry is not None for entry in log)
    assert_same_mind(replayer, logs[-1])


def test_what_is_undone_is_not_read_from_the_start() -> None:
    log = draw_plays(30)
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    for end in range(1, 31):
        finish(replayer.replay(log[:end]))
    steps = finish(replayer.replay(log[:27]))
    assert steps <= 3
    assert_same_mind(replayer, log[:27])
    assert replayer.is_extended_by(log[:28])
    assert not replayer.is_extended_by(log[:26])


def test_a_log_that_comes_back_after_another() -> None:
    (play,) = draw_plays(1)
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    for log in ([play], [None], [play]):
        finish(replayer.replay(log))
    assert list(replayer.predictions) == [None]
    finish(replayer.backfill())
    assert replayer.predictions[0] is not None
    assert_same_mind(replayer, [play])


def test_a_log_that_is_left_halfway_leaves_the_decoder_as_it_was() -> None:
    log = draw_plays(12)
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    finish(replayer.replay(log))
    edited = [*log[:3], log[5], *log[4:]]
    steps = replayer.replay(edited)
    next(steps)
    assert_same_mind(replayer, log)
    finish(replayer.replay([*log, log[0]]))
    assert_same_mind(replayer, [*log, log[0]])


def test_looking_back_finds_what_was_said_before_each_play() -> None:
    log = merge_log(draw_plays(15), {4})
    replayer = LogReplayer(read_at_once(log), log)
    assert set(replayer.predictions) == {None}
    finish(replayer.backfill())
    replayed = LogReplayer(Decoder(weights=WEIGHTS))
    for end in range(1, len(log) + 1):
        finish(replayed.replay(log[:end]))
    assert None not in replayer.predictions
    for ours, theirs in zip(replayer.predictions, replayed.predictions, strict=True):
        assert ours is not None
        assert theirs is not None
        assert ours.prediction.probability == pytest.approx(theirs.prediction.probability, abs=1e-6)
        assert [k.sign for k in ours.key_signs] == [k.sign for k in theirs.key_signs]
    assert finish(replayer.backfill()) == 0


def test_few_states_are_kept_however_long_the_log() -> None:
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    log = draw_plays(90)
    for end in range(1, 91):
        finish(replayer.replay(log[:end]))
    assert len(replayer._checkpoints) <= 24
    assert_same_mind(replayer, log)
    finish(replayer.replay(log[:40]))
    assert_same_mind(replayer, log[:40])


def test_changes_stand_between_the_plays() -> None:
    a, b = draw_plays(2)
    assert merge_log([a, b], {1, 2}) == (a, None, b, None)
    assert merge_log([], {0}) == (None,)
