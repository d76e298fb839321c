"""Published logs, decoded with the shipped weights; skipped if the logs are not available."""

import os
from pathlib import Path

import pytest

from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import load_log

FOLDER = os.environ.get("SIGNDECODER_PUBLISHED_LOGS")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="SIGNDECODER_PUBLISHED_LOGS is not set"),
]


def read_published(name: str) -> tuple[Play, ...]:
    log = load_log(Path(str(FOLDER)) / "sdec" / name)
    assert not log.bad
    return log.plays


def test_fifty_plays_find_the_key_sign() -> None:
    decoder = Decoder()
    decoder.observe_many(read_published("pair_train50.txt"))
    key = decoder.key_signs()[0]
    assert (key.sign, key.probability >= 0.75) == ("g", True)
    test = read_published("pair_test.txt")
    predictions = decoder.predict_many(play.signals for play in test)
    right = [
        (p.probability >= 0.5) == (play.outcome == STEAL)
        for p, play in zip(predictions, test, strict=True)
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
def test_few_plays_find_the_rule(
    learned: str, plays: int, asked: tuple[str, int], key: str | None, rule: str
) -> None:
    decoder = Decoder()
    decoder.observe_many(read_published(learned)[:plays])
    assert decoder.rules()[0].words == rule
    if key:
        assert decoder.key_signs()[0].sign == key
    name, since = asked
    test = read_published(name)[since : since + 500]
    predictions = decoder.opinions([play.signals for play in test])
    for part in ("probability", "rules"):
        right = [
            (getattr(p, part) >= 0.5) == (play.outcome == STEAL)
            for p, play in zip(predictions, test, strict=True)
        ]
        assert sum(right) / len(right) >= 0.99
