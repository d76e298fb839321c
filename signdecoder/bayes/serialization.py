"""A rule posterior as bytes, and back: what a saved belief keeps of it."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import BEYOND
from signdecoder.bayes.other_plays import OtherPlayCounts
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.bayes.segment import RuleSegment
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.npz import pack_arrays, read_arrays

_WHERE = "the saved belief of the rules"
_MOST = 8  # segments that a saved belief may hold, a few more than are ever kept
_PLACES = np.dtype("<i8")
_LEVEL = 1  # of compressing, after every play: 6 takes three times as long, for a third less


def pack_posterior(posterior: RulePosterior) -> bytes:
    """The posterior as bytes: a line of JSON, its length before it, and the arrays."""
    posterior.prune()  # what is next to impossible need not be kept
    segments, tallies = posterior.segments, posterior.tallies
    about = {
        "plays": posterior.n_plays,
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


def unpack_posterior(blob: bytes, signals: int, plays: int) -> RulePosterior:
    """The posterior over rules about so many signals, after so many plays, that was packed so.

    Raises SigndecoderError where the bytes are damaged or another's: no count may be one that so
    many plays cannot give.
    """
    try:
        (length,) = struct.unpack_from("<I", blob)
        about = json.loads(blob[4 : 4 + length])
        segments = about["segments"]
        if not 1 <= len(segments) <= _MOST or not _is_count(about["tallies"], 2, 0xFFFF):
            raise ValueError("its sizes are out of bounds")
        if about["plays"] != plays or not _is_share(about["hazard"]):
            raise ValueError("it is of another log")
        for kept in segments:
            _check_segment(kept, plays)
        posterior = RulePosterior(signals)
        rules = posterior.hypotheses
        shapes = {
            "tallies": (2, about["tallies"]),
            "tally": (len(segments), len(rules)),
            "frames": (len(segments), 2, *posterior.segments[0].frames.tries.shape),
        }
        kinds: dict[str, np.dtype[Any]] = {
            "tallies": _PLACES, "tally": np.dtype("<u2"), "frames": _PLACES
        }  # fmt: skip
        arrays = read_arrays(blob[4 + length :], shapes, _WHERE, kinds)
        _check_counts(arrays, plays)
        _restore(posterior, about, arrays)
        if not np.isfinite([segment.log_weight for segment in posterior.segments]).all():
            raise ValueError("it says that nothing is possible")
    except (ValueError, LookupError, TypeError, RecursionError, struct.error) as error:
        raise SigndecoderError(f"{_WHERE} is damaged ({error})", "it is made anew") from None
    return posterior


def _check_segment(kept: dict[str, Any], plays: int) -> None:
    """Raise ValueError where a segment is none of so many plays."""
    starts = [*kept["before"], kept["start"]]
    if not all(_is_count(n, 0, plays) for n in (*starts, kept["run"], kept["not_run"])):
        raise ValueError("its segments are of another log")
    if any(early >= late for early, late in pairwise(starts)):
        raise ValueError("its segments are in no order")
    if not (isinstance(kept["birth"], float | int) and isfinite(kept["birth"])):
        raise ValueError("the weight of a segment is no number")
    if not _is_share(kept["null"]):
        raise ValueError("the share of no rule is no share")


def _check_counts(arrays: Mapping[str, NDArray[Any]], plays: int) -> None:
    """Raise ValueError where the counts of rules or frames are none of so many plays."""
    run, missed = arrays["tallies"]
    given_up = (run == BEYOND) & (missed == 0)
    if not (((run >= 0) & (run <= plays) | given_up) & (missed >= 0) & (missed <= plays)).all():
        raise ValueError("its tallies are of another log")
    tries, hits = arrays["frames"].swapaxes(0, 1)
    if not ((hits >= 0) & (hits <= tries) & (tries <= plays)).all():
        raise ValueError("its frames are of another log")


def _is_count(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _is_share(value: object) -> bool:
    return isinstance(value, float | int) and 0 <= value <= 1


def _restore(posterior: RulePosterior, about: dict[str, Any], arrays: dict[str, Any]) -> None:
    rules, tallies = posterior.hypotheses, posterior.tallies
    numbers = tallies.find(*arrays["tallies"])
    posterior.resume(
        int(about["plays"]),
        float(about["hazard"]),
        bool(about["began"]),
        [
            RuleSegment(
                rules,
                tallies,
                int(kept["start"]),
                tuple(map(int, kept["before"])),
                float(kept["birth"]),
                float(kept["null"]),
                numbers[tally].astype(np.uint16),
                OtherPlayCounts(tries.copy(), hits.copy()),
                int(kept["run"]),
                int(kept["not_run"]),
            )
            for kept, tally, (tries, hits) in zip(
                about["segments"], arrays["tally"], arrays["frames"], strict=True
            )
        ],
    )
