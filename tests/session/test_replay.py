"""A decoder that replays edits of a log equals one that has read the final log at once."""

from collections.abc import Iterable
from dataclasses import replace

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


def assert_same_belief(replayer: LogReplayer, log: Iterable[Entry]) -> None:
    ours, theirs = replayer.decoder, read_at_once(log)
    assert (ours.n_plays, ours.n_called) == (theirs.n_plays, theirs.n_called)
    sequences = [("cap", "belt"), ("ear",), ("nose", "nose", "wink")]
    probabilities = [p.probability for p in ours.predict_many(sequences)]
    assert probabilities == pytest.approx(
        [p.probability for p in theirs.predict_many(sequences)], abs=1e-6
    )
    keys = {key.sign: key.probability for key in theirs.key_signs()}
    assert {key.sign: key.probability for key in ours.key_signs()} == pytest.approx(keys, abs=1e-6)


LOGS = st.lists(
    st.lists(st.sampled_from([None, *draw_plays(6)]), max_size=9), min_size=1, max_size=5
)


@settings(max_examples=15, deadline=None)
@given(LOGS)
def test_replaying_any_log_after_any_other_equals_reading_it_at_once(
    logs: list[list[Entry]],
) -> None:
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    for log in logs:
        finish(replayer.replay(log))
        assert len(replayer.predictions) == sum(entry is not None for entry in log)
    assert_same_belief(replayer, logs[-1])


@pytest.mark.parametrize(
    ("cells", "teaches"),
    [({"inning": "2"}, True), ({"runners": "none"}, True), ({"note": "windy"}, False)],
)
def test_an_edit_of_the_moment_is_replayed(cells: dict[str, str], teaches: bool) -> None:
    log = draw_plays(5)
    replayer = LogReplayer(read_at_once(log), log)
    edited = [*log[:2], replace(log[2], context=cells), *log[3:]]
    assert replayer.is_extended_by(edited) is not teaches
    finish(replayer.replay(edited))
    assert_same_belief(replayer, edited)


def test_undo_resumes_from_a_checkpoint() -> None:
    log = draw_plays(30)
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    for end in range(1, 31):
        finish(replayer.replay(log[:end]))
    steps = finish(replayer.replay(log[:27]))
    assert steps <= 3
    assert_same_belief(replayer, log[:27])
    assert replayer.is_extended_by(log[:28])
    assert not replayer.is_extended_by(log[:26])


def test_a_log_that_is_restored_after_another_one_is_backfilled() -> None:
    (play,) = draw_plays(1)
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    for log in ([play], [None], [play]):
        finish(replayer.replay(log))
    assert list(replayer.predictions) == [None]
    finish(replayer.backfill())
    assert replayer.predictions[0] is not None
    assert_same_belief(replayer, [play])


def test_an_abandoned_replay_leaves_the_decoder_unchanged() -> None:
    log = draw_plays(12)
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    finish(replayer.replay(log))
    edited = [*log[:3], log[5], *log[4:]]
    steps = replayer.replay(edited)
    next(steps)
    assert_same_belief(replayer, log)
    finish(replayer.replay([*log, log[0]]))
    assert_same_belief(replayer, [*log, log[0]])


def test_backfill_finds_the_prediction_before_each_play() -> None:
    log = merge_log(draw_plays(15), {4})
    replayer = LogReplayer(read_at_once(log), log)
    assert set(replayer.predictions) == {None}
    known_at_once = replayer.p_before
    finish(replayer.backfill())
    replayed = LogReplayer(Decoder(weights=WEIGHTS))
    for end in range(1, len(log) + 1):
        finish(replayed.replay(log[:end]))
    assert None not in replayer.predictions
    assert known_at_once == pytest.approx(replayed.p_before, abs=1e-5)
    rows = zip(replayer.predictions, replayed.predictions, known_at_once, strict=True)
    for ours, theirs, p_before in rows:
        assert ours is not None
        assert theirs is not None
        assert ours.prediction.probability == pytest.approx(theirs.prediction.probability, abs=1e-6)
        assert ours.prediction.probability == pytest.approx(p_before, abs=1e-5)
        assert [k.sign for k in ours.key_signs] == [k.sign for k in theirs.key_signs]
    assert finish(replayer.backfill()) == 0


def test_a_play_with_another_moment_is_learned_again() -> None:
    (play,) = draw_plays(1)
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    finish(replayer.replay([play]))
    assert not replayer.is_extended_by([replace(play, context={"outs": "1"})])
    assert replayer.is_extended_by([replace(play, context={"pitcher": "left-handed"})])


def test_the_number_of_checkpoints_is_limited() -> None:
    replayer = LogReplayer(Decoder(weights=WEIGHTS))
    log = draw_plays(40)
    for end in range(1, 41):
        finish(replayer.replay(log[:end]))
    assert len(replayer._checkpoints) <= 24
    assert_same_belief(replayer, log)
    finish(replayer.replay(log[:20]))
    assert_same_belief(replayer, log[:20])


def test_merge_log_puts_changes_of_signs_between_plays() -> None:
    a, b = draw_plays(2)
    assert merge_log([a, b], {1, 2}) == (a, None, b, None)
    assert merge_log([], {0}) == (None,)
