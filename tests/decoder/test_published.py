"""Published logs, decoded by the shipped weights; skipped where the logs are not at hand."""

import os
from pathlib import Path

import pytest

from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import read_log

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


@pytest.mark.parametrize(
    ("learned", "plays", "asked", "key", "rule"),
    [
        (
            *("pair_train10.txt", 10, ("pair_test.txt", 0), "g"),
            "f right after g = steal",
        ),
        (
            *("sandwich.txt", 15, ("sandwich.txt", 2000), None),
            "any signal twice with one between = steal",
        ),
        (
            *("sandwich_wipe_train1k.txt", 30, ("sandwich_wipe_test.txt", 0), None),
            "any signal twice with one between = steal; w cancels everything",
        ),
    ],
)
def test_few_plays_tell_the_whole_rule(
    learned: str, plays: int, asked: tuple[str, int], key: str | None, rule: str
) -> None:
    decoder = Decoder()
    decoder.observe_many(published(learned)[:plays])
    assert decoder.rules()[0].words == rule
    if key:
        assert decoder.key_signs()[0].sign == key
    name, since = asked
    test = published(name)[since : since + 500]
    said = decoder.opinions([play.signals for play in test])
    for part in ("probability", "rules"):
        right = [
            (getattr(p, part) >= 0.5) == (play.outcome == STEAL)
            for p, play in zip(said, test, strict=True)
        ]
        assert sum(right) / len(right) >= 0.99
