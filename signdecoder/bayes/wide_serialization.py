"""The wide rules of all segments as arrays and back, with checks like those of the listed rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.memberships import MAX_LOG_ODDS
from signdecoder.bayes.wide import WideHypotheses, WideSegment

Arrays = dict[str, NDArray[Any]]

_KINDS = ("sets", "indicators", "pairs")
_TYPES = {"ids": "<i4", "odds": "<f4", "ratio": "<f8", "base": "<f8"}
_CONTEXT_TYPES = {"log_ratio": "<f4", "base": "<f8", "seen": "<i8"}
_MAX_LOG = 1e7  # no log makes anything less likely than that


def describe_wide(segment: WideSegment) -> dict[str, Any]:
    """Return what is needed to know the shapes of a segment's arrays, for JSON.

    Parameters
    ----------
    segment : WideSegment
        The wide rules of a segment.

    Returns
    -------
    dict
        The number of structures of each filter, whether all sets are tracked, and whether rules of
        context are.
    """
    return {
        "structures": [len(each.ids) for each in segment.filters],
        "all_sets": segment.all_sets,
        "contexts": bool(segment.contexts.used),
    }


def pack_wide(segments: Sequence[WideSegment]) -> Arrays:
    """Return the arrays of the wide rules of some segments, one after the other.

    Parameters
    ----------
    segments : sequence of WideSegment
        The wide rules of each segment.

    Returns
    -------
    dict of str to ndarray
        The arrays by name.
    """
    arrays: Arrays = {}
    for kind, filters in zip(_KINDS, zip(*(s.filters for s in segments), strict=True), strict=True):
        values: dict[str, list[NDArray[Any]]] = {
            "ids": [each.ids for each in filters],
            "odds": [each.log_odds for each in filters],
            "ratio": [each.log_ratio for each in filters],
            "base": [each.base[None] for each in filters],
        }
        arrays |= {f"{kind}_{n}": np.concatenate(v).astype(_TYPES[n]) for n, v in values.items()}
    tables = [segment.contexts for segment in segments if segment.contexts.used]
    if tables:
        for name, dtype in _CONTEXT_TYPES.items():
            stacked = np.stack([getattr(table, name) for table in tables])
            arrays[f"contexts_{name}"] = stacked.astype(dtype)
    return arrays


def expected_wide(
    hypotheses: WideHypotheses, about: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, tuple[int, ...]], dict[str, np.dtype[Any]]]:
    """Return the shapes and types that the arrays of some segments must have.

    Parameters
    ----------
    hypotheses : WideHypotheses
        The wide rules.
    about : sequence of mapping
        What `describe_wide` returned for each segment, as it was saved.

    Returns
    -------
    tuple of dict
        Shapes and types by name.

    Raises
    ------
    ValueError
        If a size is out of bounds.
    """
    blank = WideSegment.empty(hypotheses, all_sets=True)
    shapes: dict[str, tuple[int, ...]] = {}
    types: dict[str, np.dtype[Any]] = {}
    for saved in about:
        are_flags = all(type(saved[flag]) is bool for flag in ("all_sets", "contexts"))
        if len(saved["structures"]) != len(_KINDS) or not are_flags:
            raise ValueError("its wide rules are not complete")
    for n, (kind, each) in enumerate(zip(_KINDS, blank.filters, strict=True)):
        sizes = [saved["structures"][n] for saved in about]
        if not all(type(size) is int and 0 <= size <= each.n_structures for size in sizes):
            raise ValueError("it has more wide rules than there are")
        total, (settings, members) = sum(sizes), each.log_odds.shape[1:]
        own = {
            "ids": (total,), "odds": (total, settings, members),
            "ratio": (total, settings), "base": (len(about), settings),
        }  # fmt: skip
        shapes |= {f"{kind}_{name}": shape for name, shape in own.items()}
        types |= {f"{kind}_{name}": np.dtype(_TYPES[name]) for name in own}
    if n_tables := sum(saved["contexts"] for saved in about):
        for name, dtype in _CONTEXT_TYPES.items():
            shapes[f"contexts_{name}"] = (n_tables, *getattr(blank.contexts, name).shape)
            types[f"contexts_{name}"] = np.dtype(dtype)
    return shapes, types


def unpack_wide(
    hypotheses: WideHypotheses,
    about: Sequence[Mapping[str, Any]],
    arrays: Mapping[str, NDArray[Any]],
    n_plays: int,
) -> list[WideSegment]:
    """Return the wide rules that were packed.

    Parameters
    ----------
    hypotheses : WideHypotheses
        The wide rules.
    about : sequence of mapping
        What `describe_wide` returned for each segment, of the types that `expected_wide` checks.
    arrays : mapping of str to ndarray
        The arrays by name, of the expected shapes and types.
    n_plays : int
        The number of plays that the posterior had observed.

    Returns
    -------
    list of WideSegment
        The wide rules of each segment.

    Raises
    ------
    ValueError
        If a value is one that no log gives.
    """
    segments = [WideSegment.empty(hypotheses, saved["all_sets"]) for saved in about]
    for n, kind in enumerate(_KINDS):
        ids, odds, ratio, base = (arrays[f"{kind}_{name}"] for name in _TYPES)
        _require(bool((np.abs(odds) <= MAX_LOG_ODDS).all()), "a membership is out of bounds")
        _require(_are_logs(ratio) and _are_logs(base), "a likelihood is out of bounds")
        ends = np.cumsum([saved["structures"][n] for saved in about]).tolist()
        for segment, begin, end, own in zip(segments, [0, *ends[:-1]], ends, base, strict=True):
            each, numbers = segment.filters[n], ids[begin:end]
            bounds = np.concatenate([[-1], numbers, [each.n_structures]])
            _require(bool((np.diff(bounds) > 0).all()), "its wide rules are out of order")
            each.resume(
                numbers.astype(np.int64),
                odds[begin:end].copy(),
                ratio[begin:end].copy(),
                own.copy(),
            )
    with_contexts = [s for s, saved in zip(segments, about, strict=True) if saved["contexts"]]
    _unpack_contexts(with_contexts, arrays, n_plays)
    return segments


def _unpack_contexts(
    segments: Sequence[WideSegment], arrays: Mapping[str, NDArray[Any]], n_plays: int
) -> None:
    """Restore the tables of the segments with rules of context."""
    if not segments:
        return
    log_ratio, base, seen = (arrays[f"contexts_{name}"] for name in _CONTEXT_TYPES)
    in_bounds = ((seen >= 0) & (seen <= n_plays)).all()
    _require(bool(in_bounds), "its contexts are of another log")
    _require(_are_logs(log_ratio) and _are_logs(base), "a likelihood is out of bounds")
    for n, segment in enumerate(segments):
        tables = segment.contexts
        tables.log_ratio, tables.base = log_ratio[n].copy(), base[n].copy()
        tables.seen = seen[n].copy()


def _require(condition: bool, complaint: str) -> None:
    if not condition:
        raise ValueError(complaint)


def _are_logs(values: NDArray[Any]) -> bool:
    return bool((np.abs(values) <= _MAX_LOG).all())  # False for what is not a number
