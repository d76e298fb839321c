"""Plays with missed signals: the network is given the mean of the pair features."""

import numpy as np
import pytest

from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.missed import MISSED
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import SlotTable
from signdecoder.lstm.online import OnlineLSTM
from tests.support.decoders import WEIGHTS, draw_plays


def test_pair_features_are_the_mean_over_what_was_missed() -> None:
    log = EncodedLog("steal")
    log.append([*draw_plays(12), Play(("cap", MISSED, "ear"), "steal")])
    reader, by_hand = (OnlineLSTM(log, SlotTable(), WEIGHTS) for _ in range(2))
    reader.update()
    by_hand.update(12)
    missed = log.plays[12]
    assert missed.completions is not None
    grids = np.stack(by_hand._encode(missed.completions.sequences))
    mean = np.tensordot(np.array(missed.completions.weights, np.float32), grids, 1)
    by_hand._readings, _ = by_hand._readings.observe(12, mean, missed)
    assert reader.rule_probs() == pytest.approx(by_hand.rule_probs(), abs=1e-6)
    alone = OnlineLSTM(log, SlotTable(), WEIGHTS)
    alone.update(12)
    assert np.abs(alone.rule_probs() - reader.rule_probs()).max() > 1e-6
