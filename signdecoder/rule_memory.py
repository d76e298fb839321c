"""A rule posterior as bytes, and back: what a saved belief keeps of it."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

from signdecoder.errors import SigndecoderError
from signdecoder.frames import Frames
from signdecoder.rules import RulePosterior
from signdecoder.segments import Segment
from signdecoder.weights import pack_arrays, read_arrays

_WHERE = "the saved belief of the rules"
_MOST = 64  # segments or earlier changes that a saved belief may speak of
_PLACES = np.dtype("<i8")
_LEVEL = 1  # of compressing, after every play: 6 takes three times as long, for a third less


def pack_posterior(posterior: RulePosterior) -> bytes:
    """The posterior as bytes: a line of JSON, its length before it, and the arrays."""
    posterior.give_up()  # what is next to impossible need not be kept
    segments, tallies = posterior.segments, posterior.tallies
    about = {
        "plays": posterior.plays,
        "hazard": posterior.hazard,
        "began": posterior.began,
        "tallies": len(tallies),
        "segments": [
            {
                "start": s.start,
                "before": list(s.before),
                "birth": s.log_birth,
                "null": s.null,
                "run": s.run,
                "not_run": s.not_run,
            }
            for s in segments
        ],
    }
    words = json.dumps(about).encode()
    arrays = pack_arrays(
        {
            "tallies": np.stack([tallies.run, tallies.missed]).astype(_PLACES),
            "tally": np.stack([s.tally for s in segments]).astype("<u2"),
            "frames": np.stack(
                [np.stack([s.frames.tries, s.frames.hits]).astype(_PLACES) for s in segments]
            ),
        },
        level=_LEVEL,
    )
    return struct.pack("<I", len(words)) + words + arrays


def unpack_posterior(blob: bytes, signals: int) -> RulePosterior:
    """The posterior over rules about so many signals that was packed so.

    Raises SigndecoderError where the bytes are damaged or another's.
    """
    try:
        (length,) = struct.unpack_from("<I", blob)
        about = json.loads(blob[4 : 4 + length])
        segments = about["segments"]
        if not 1 <= len(segments) <= _MOST or not 2 <= about["tallies"] <= 0xFFFF:
            raise ValueError("its sizes are out of bounds")
        posterior = RulePosterior(signals)
        rules = posterior.rules
        shapes = {
            "tallies": (2, about["tallies"]),
            "tally": (len(segments), len(rules)),
            "frames": (len(segments), 2, *posterior.segments[0].frames.tries.shape),
        }
        kinds: dict[str, np.dtype[Any]] = {
            "tallies": _PLACES, "tally": np.dtype("<u2"), "frames": _PLACES
        }  # fmt: skip
        arrays = read_arrays(blob[4 + length :], shapes, _WHERE, kinds)
        _restore(posterior, about, arrays)
    except (ValueError, KeyError, TypeError, IndexError, struct.error) as error:
        raise SigndecoderError(f"{_WHERE} is damaged ({error})", "it is made anew") from None
    return posterior


def _restore(posterior: RulePosterior, about: dict[str, Any], arrays: dict[str, Any]) -> None:
    rules, tallies = posterior.rules, posterior.tallies
    numbers = tallies.find(*arrays["tallies"])
    posterior.resume(
        int(about["plays"]),
        float(about["hazard"]),
        bool(about["began"]),
        [
            Segment(
                rules,
                tallies,
                int(kept["start"]),
                tuple(map(int, kept["before"])),
                float(kept["birth"]),
                float(kept["null"]),
                numbers[tally].astype(np.uint16),
                Frames(tries.copy(), hits.copy()),
                int(kept["run"]),
                int(kept["not_run"]),
            )
            for kept, tally, (tries, hits) in zip(
                about["segments"], arrays["tally"], arrays["frames"], strict=True
            )
        ],
    )
