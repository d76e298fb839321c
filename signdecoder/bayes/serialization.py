"""A rule posterior as bytes and back, with checks: a saved belief may come from a stranger."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.class_rules import SignalClasses
from signdecoder.bayes.counts import BEYOND
from signdecoder.bayes.listed import ListedRules
from signdecoder.bayes.other_plays import OtherPlayCounts
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.bayes.segment import RuleSegment
from signdecoder.bayes.wide_serialization import (
    describe_wide,
    expected_wide,
    pack_wide,
    unpack_wide,
)
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.npz import pack_arrays, read_arrays

_WHERE = "the saved belief of the rules"
_MAX_SEGMENTS = 8  # in a saved belief, a few more than are ever kept
_INT64, _FLOAT32 = np.dtype("<i8"), np.dtype("<f4")
_MOST_NATS = 32.0  # by which missed signals can change a factor in one play
# Compression level, used after every play: level 6 takes three times as long and saves a third.
_LEVEL = 1


def pack_posterior(posterior: RulePosterior) -> bytes:
    """Return a posterior as bytes.

    Parameters
    ----------
    posterior : RulePosterior
        The posterior. Rules that are next to impossible are dropped from it.

    Returns
    -------
    bytes
        The length of a line of JSON, the line, and the arrays as an ``.npz``.
    """
    posterior.prune()
    segments, counts = posterior.changes.segments, posterior.changes.counts
    about = {
        "plays": posterior.n_plays,
        "hazard": posterior.changes.hazard,
        "began": posterior.changes.game_began,
        "game": posterior.changes.game_start,
        "tallies": len(counts),
        "segments": [
            {
                "start": s.start,
                "before": list(s.before),
                "returns": [list(pair) for pair in s.returns],
                "birth": s.log_prior,
                "null": s.null_prior,
                "run": s.n_run,
                "not_run": s.n_not_run,
                "wide": describe_wide(s.wide),
                "factors": s.listed.log_factor is not None,
            }
            for s in segments
        ],
    }
    line = json.dumps(about).encode()
    other_plays = [np.stack([s.other_plays.tries, s.other_plays.hits]) for s in segments]
    factors = [s.listed.log_factor for s in segments if s.listed.log_factor is not None]
    arrays = pack_arrays(
        {
            "tallies": np.stack([counts.n_run, counts.n_missed]).astype(_INT64),
            "tally": np.stack([s.listed.count_ids for s in segments]).astype(
                _tally_type(len(counts))
            ),
            "frames": np.stack([each.astype(_INT64) for each in other_plays]),
            "frame_factors": np.stack([s.other_plays.log_factor for s in segments]),
            **({"factors": np.stack(factors).astype(_FLOAT32)} if factors else {}),
            **pack_wide([s.wide for s in segments]),
        },
        level=_LEVEL,
    )
    return struct.pack("<I", len(line)) + line + arrays


def unpack_posterior(
    blob: bytes, n_signals: int, n_plays: int, classes: SignalClasses = ()
) -> RulePosterior:
    """Return the posterior that was packed.

    Parameters
    ----------
    blob : bytes
        What `pack_posterior` returned.
    n_signals : int
        The number of signals that rules are about.
    n_plays : int
        The number of plays that it had observed.
    classes : tuple of frozenset of int
        The classes of signals that rules were about.

    Returns
    -------
    RulePosterior
        The posterior.

    Raises
    ------
    SigndecoderError
        If the bytes are damaged or belong to another log: no count may be one that this many plays
        cannot give.
    """
    try:
        (length,) = struct.unpack_from("<I", blob)
        about = json.loads(blob[4 : 4 + length])
        segments = about["segments"]
        if not 1 <= len(segments) <= _MAX_SEGMENTS or not _is_count(about["tallies"], 2, 0xFFFF):
            raise ValueError("its sizes are out of bounds")
        if about["plays"] != n_plays or not _is_probability(about["hazard"]):
            raise ValueError("it is of another log")
        if not _is_count(about["game"], 0, n_plays):
            raise ValueError("its last game is not in this log")
        for saved in segments:
            _check_segment(saved, n_plays)
        posterior = RulePosterior(n_signals, classes=classes)
        shapes = {
            "tallies": (2, about["tallies"]),
            "tally": (len(segments), len(posterior.hypotheses)),
            "frames": (len(segments), 2, *posterior.changes.segments[0].other_plays.tries.shape),
            "frame_factors": (len(segments), posterior.hypotheses.bases.n_contexts),
        }
        kinds = {
            "tallies": _INT64, "tally": _tally_type(about["tallies"]), "frames": _INT64,
            "frame_factors": np.dtype("<f8"),
        }  # fmt: skip
        if n_factors := sum(saved["factors"] for saved in segments):
            shapes["factors"] = (n_factors, len(posterior.hypotheses))
            kinds["factors"] = _FLOAT32
        wide_shapes, wide_kinds = expected_wide(posterior.hypotheses.wide, _wide_of(segments))
        shapes, kinds = shapes | wide_shapes, kinds | wide_kinds
        arrays = read_arrays(blob[4 + length :], shapes, _WHERE, kinds)
        _check_counts(arrays, n_plays)
        _restore(posterior, about, arrays)
        if not np.isfinite([segment.log_weight for segment in posterior.changes.segments]).all():
            raise ValueError("it says that nothing is possible")
    except (
        ValueError,
        LookupError,
        TypeError,
        OverflowError,
        RecursionError,
        struct.error,
    ) as error:
        raise SigndecoderError(
            f"{_WHERE} is damaged ({error})", "it is computed again from the plays"
        ) from None
    return posterior


def _check_segment(saved: dict[str, Any], n_plays: int) -> None:
    """Raise ValueError if a segment cannot come from this many plays."""
    starts = [*saved["before"], saved["start"]]
    if not all(_is_count(n, 0, n_plays) for n in (*starts, saved["run"], saved["not_run"])):
        raise ValueError("its segments are of another log")
    if any(early >= late for early, late in pairwise(starts)):
        raise ValueError("its segments are out of order")
    returns = saved["returns"]
    if not all(len(pair) == 2 and pair[0] in starts and pair[1] in starts for pair in returns):
        raise ValueError("it comes back to signs that were never used")
    if not (isinstance(saved["birth"], float | int) and isfinite(saved["birth"])):
        raise ValueError("the prior of a segment is not a number")
    if not _is_probability(saved["null"]) or saved["null"] == 1:
        raise ValueError("the probability of no rule is not one that leaves room for a rule")
    if type(saved["factors"]) is not bool:
        raise ValueError("it does not say whether signals were missed")


def _check_counts(arrays: Mapping[str, NDArray[Any]], n_plays: int) -> None:
    """Raise ValueError if counts cannot come from this many plays."""
    run, missed = arrays["tallies"]
    dead = (run == BEYOND) & (missed == 0)
    if arrays["tally"].max() >= len(run):
        raise ValueError("it has counts without a number")
    possible = (run >= 0) & (run <= n_plays) | dead
    if not (possible & (missed >= 0) & (missed <= n_plays)).all():
        raise ValueError("its counts are of another log")
    tries, hits = arrays["frames"].swapaxes(0, 1)
    if not ((hits >= 0) & (hits <= tries) & (tries <= n_plays)).all():
        raise ValueError("its counts of other plays are of another log")
    for name in ("factors", "frame_factors"):
        # Comparing is False for what is not a number.
        if name in arrays and not (np.abs(arrays[name]) <= _MOST_NATS * (1 + n_plays)).all():
            raise ValueError("its factors of missed signals are of another log")


def _tally_type(n_counts: int) -> np.dtype[Any]:
    """Return the smallest type for the numbers of so many count pairs."""
    return np.dtype("<u1" if n_counts <= 0x100 else "<u2")


def _wide_of(segments: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was saved about the wide rules of each segment."""
    return [saved["wide"] for saved in segments]


def _is_count(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _is_probability(value: object) -> bool:
    return isinstance(value, float | int) and 0 <= value <= 1


def _restore(posterior: RulePosterior, about: dict[str, Any], arrays: dict[str, Any]) -> None:
    n_plays = int(about["plays"])
    numbers, rules = posterior.changes.counts.find(*arrays["tallies"]), posterior.hypotheses
    if (numbers != np.arange(len(numbers))).any():
        raise ValueError("its counts are out of order")
    wide = unpack_wide(rules.wide, _wide_of(about["segments"]), arrays, n_plays)
    segments, factors = [], iter(arrays.get("factors", ()))
    for saved, count_ids, (tries, hits), of_frames, own_wide in zip(
        *(about["segments"], arrays["tally"], arrays["frames"], arrays["frame_factors"], wide),
        strict=True,
    ):
        other_plays = OtherPlayCounts(tries.copy(), hits.copy(), of_frames.copy())
        by_context = other_plays.n_others > 0
        log_factor = next(factors).copy() if saved["factors"] else None
        counts, numbers = posterior.changes.counts, count_ids.astype(np.uint16)
        segment = RuleSegment(
            ListedRules(rules, counts, numbers, by_context, log_factor),
            int(saved["start"]),
            tuple(map(int, saved["before"])),
            float(saved["birth"]),
            float(saved["null"]),
            other_plays,
            own_wide,
            tuple((int(change), int(begin)) for change, begin in saved["returns"]),
            int(saved["run"]),
            int(saved["not_run"]),
        )
        segments.append(segment)
    hazard, began, game = float(about["hazard"]), bool(about["began"]), int(about["game"])
    posterior.changes.resume(n_plays, hazard, began, game, segments)
