"""Prequential predictions: what the decoder said of each play before it learned the play."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pytest

from signdecoder.core.contexts import context_values
from signdecoder.core.moments import moment_of
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import MAX_SLOTS
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.simulation.named_log import simulate
from tests.support.decoders import WEIGHTS, draw_plays, learn

SEASON = [*simulate(40, seed=3, games=4, level="college").plays]
# More signals than have slots: late ones take the slots of rare ones.
RARE = [Play((f"rare {n}", "cap"), "none", game="1") for n in range(MAX_SLOTS)] * 2
LATE = [Play(("new", "newer"), "steal", game="2"), Play(("newer", "new"), "none", game="2")] * 12


def ask_before_each(plays: Sequence[Play], changes: Collection[int] = ()) -> list[list[float]]:
    """Return what a decoder says of each play when it is asked right before it learns the play."""
    decoder, said = Decoder(weights=WEIGHTS), []
    for n, play in enumerate(plays):
        if n in changes:
            decoder.mark_change()
        (opinion,) = decoder.opinions([play.signals])
        said.append([opinion.probability, opinion.lstm, opinion.rules])
        decoder.observe_many([play])
    assert decoder.prequential == pytest.approx(np.array(said), abs=1e-6)
    return said


@pytest.mark.parametrize("plays", [SEASON, draw_plays(30, games=3)], ids=["season", "random"])
def test_they_are_what_the_decoder_said_right_before_it_learned_each_play(
    plays: list[Play],
) -> None:
    said = ask_before_each(plays)
    together = learn(plays).prequential
    assert together.dtype == np.float32
    assert together == pytest.approx(np.array(said), abs=1e-5)


def test_signals_that_only_later_plays_show_change_nothing() -> None:
    first = learn(SEASON[:5]).prequential
    others = [Play((f"other {n}", "cap"), "steal") for n in range(6)]
    assert learn([*SEASON[:5], *others]).prequential[:5] == pytest.approx(first, abs=1e-6)


@pytest.mark.slow
def test_they_stay_when_signals_change_slots() -> None:
    plays = [*RARE, *LATE]
    said = ask_before_each(plays)
    decoder = learn(plays)
    assert {"new", "newer"} <= set(decoder.bayes.names)
    assert decoder.prequential == pytest.approx(np.array(said), abs=1e-5)


def test_they_start_again_after_a_marked_change() -> None:
    plays = draw_plays(24)
    told = np.array(ask_before_each(plays, {12}))
    untold = np.array(ask_before_each(plays))
    assert told[:12] == pytest.approx(untold[:12])
    assert told[12] != pytest.approx(untold[12])


def test_a_resumed_decoder_has_them_and_continues() -> None:
    plays = draw_plays(20, games=2)
    first = learn(plays[:14])
    resumed = first.resume(plays[:14], (), first.snapshot())
    assert (resumed.prequential == first.prequential).all()
    resumed.observe_many(plays[14:])
    assert resumed.prequential == pytest.approx(learn(plays).prequential, abs=1e-5)


def test_without_plays_there_are_none() -> None:
    decoder = Decoder(weights=WEIGHTS)
    assert decoder.prequential.shape == (0, 3)
    assert decoder.resume([], (), decoder.snapshot()).prequential.shape == (0, 3)


def test_each_play_is_predicted_for_its_own_moment() -> None:
    plays = [
        replace(play, context={"outs": str(n % 3), "inning": str(1 + n // 4)})
        for n, play in enumerate(draw_plays(24, games=2))
    ]
    one_by_one, said = Ensemble.begin("steal", WEIGHTS), []
    for play in plays:
        ids = one_by_one.log.vocabulary.encode_many([play.signals])
        contexts = [context_values(moment_of(play))]
        experts = one_by_one.predict(ids, complete=True, contexts=contexts)
        said.append([*one_by_one.mix(experts), *experts[0]])
        one_by_one.learn([play])
    assert one_by_one.prequential == pytest.approx(np.array(said), abs=1e-6)
    assert learn(plays).prequential == pytest.approx(np.array(said), abs=1e-5)
    without = learn([replace(play, context={}) for play in plays]).prequential
    assert without != pytest.approx(np.array(said), abs=1e-5)
