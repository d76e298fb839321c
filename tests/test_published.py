"""Published logs, decoded by the shipped weights; skipped where the logs are not at hand."""

import os
from pathlib import Path

import pytest

from signdecoder.decoder import Decoder
from signdecoder.logs import read_log
from signdecoder.plays import STEAL, Play

FOLDER = os.environ.get("SIGNDECODER_PUBLISHED_LOGS")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="SIGNDECODER_PUBLISHED_LOGS names no folder"),
]


def published(name: str) -> tuple[Play, ...]:
    log = read_log(Path(str(FOLDER)) / "sdec" / name)
    assert not log.bad
    return log.plays


def test_fifty_plays_name_the_pair() -> None:
    decoder = Decoder()
    decoder.observe_many(published("pair_train50.txt"))
    key = decoder.key_signs()[0]
    assert (key.sign, key.probability >= 0.75) == ("g", True)
    test = published("pair_test.txt")
    said = decoder.predict_many(play.signals for play in test)
    right = [
        (p.probability >= 0.5) == (play.outcome == STEAL)
        for p, play in zip(said, test, strict=True)
    ]
    assert sum(right) / len(right) >= 0.97
