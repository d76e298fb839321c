"""The wide rules of a segment as arrays and back, with checks like those of the listed rules."""

from __future__ import annotations

from collections.abc import Mapping
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


def pack_wide(segment: WideSegment, prefix: str) -> Arrays:
    """Return the arrays of a segment's wide rules.

    Parameters
    ----------
    segment : WideSegment
        The wide rules of a segment.
    prefix : str
        What the names of the arrays begin with.

    Returns
    -------
    dict of str to ndarray
        The arrays by name.
    """
    arrays: Arrays = {}
    for kind, each in zip(_KINDS, segment.filters, strict=True):
        values: Arrays = {
            "ids": each.ids, "odds": each.log_odds, "ratio": each.log_ratio, "base": each.base
        }  # fmt: skip
        arrays |= {f"{prefix}{kind}_{name}": v.astype(_TYPES[name]) for name, v in values.items()}
    if segment.contexts.used:
        for name, dtype in _CONTEXT_TYPES.items():
            arrays[f"{prefix}contexts_{name}"] = getattr(segment.contexts, name).astype(dtype)
    return arrays


def expected_wide(
    hypotheses: WideHypotheses, about: Mapping[str, Any], prefix: str
) -> tuple[dict[str, tuple[int, ...]], dict[str, np.dtype[Any]]]:
    """Return the shapes and types that the arrays of a segment must have.

    Parameters
    ----------
    hypotheses : WideHypotheses
        The wide rules.
    about : mapping
        What `describe_wide` returned, as it was saved.
    prefix : str
        What the names of the arrays begin with.

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
    sizes = about["structures"]
    are_flags = all(type(about[flag]) is bool for flag in ("all_sets", "contexts"))
    if len(sizes) != len(_KINDS) or not are_flags:
        raise ValueError("its wide rules are not complete")
    for kind, size, each in zip(_KINDS, sizes, blank.filters, strict=True):
        if type(size) is not int or not 0 <= size <= each.n_structures:
            raise ValueError("it has more wide rules than there are")
        settings, members = each.log_odds.shape[1:]
        own = {
            "ids": (size,), "odds": (size, settings, members),
            "ratio": (size, settings), "base": (settings,),
        }  # fmt: skip
        shapes |= {f"{prefix}{kind}_{name}": shape for name, shape in own.items()}
        types |= {f"{prefix}{kind}_{name}": np.dtype(_TYPES[name]) for name in own}
    if about["contexts"]:
        for name, dtype in _CONTEXT_TYPES.items():
            shapes[f"{prefix}contexts_{name}"] = getattr(blank.contexts, name).shape
            types[f"{prefix}contexts_{name}"] = np.dtype(dtype)
    return shapes, types


def unpack_wide(
    hypotheses: WideHypotheses,
    about: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    prefix: str,
    n_plays: int,
) -> WideSegment:
    """Return the wide rules that were packed.

    Parameters
    ----------
    hypotheses : WideHypotheses
        The wide rules.
    about : mapping
        What `describe_wide` returned, of the types that `expected_wide` checks.
    arrays : mapping of str to ndarray
        The arrays by name, of the expected shapes and types.
    prefix : str
        What their names begin with.
    n_plays : int
        The number of plays that the posterior had observed.

    Returns
    -------
    WideSegment
        The wide rules of the segment.

    Raises
    ------
    ValueError
        If a value is one that no log gives.
    """
    segment = WideSegment.empty(hypotheses, about["all_sets"])
    for kind, each in zip(_KINDS, segment.filters, strict=True):
        ids, odds, ratio, base = (arrays[f"{prefix}{kind}_{name}"] for name in _TYPES)
        in_order = (np.diff(ids) > 0).all() and (ids >= 0).all() and (ids < each.n_structures).all()
        _require(bool(in_order), "its wide rules are out of order")
        _require(bool((np.abs(odds) <= MAX_LOG_ODDS).all()), "a membership is out of bounds")
        _require(_are_logs(ratio) and _are_logs(base), "a likelihood is out of bounds")
        each.resume(ids.astype(np.int64), odds.copy(), ratio.copy(), base.copy())
    if f"{prefix}contexts_seen" in arrays:
        log_ratio, base, seen = (arrays[f"{prefix}contexts_{name}"] for name in _CONTEXT_TYPES)
        in_bounds = ((seen >= 0) & (seen <= n_plays)).all()
        _require(bool(in_bounds), "its contexts are of another log")
        _require(_are_logs(log_ratio) and _are_logs(base), "a likelihood is out of bounds")
        tables = segment.contexts
        tables.log_ratio, tables.base = log_ratio.copy(), base.copy()
        tables.seen = seen.copy()
    return segment


def _require(condition: bool, complaint: str) -> None:
    if not condition:
        raise ValueError(complaint)


def _are_logs(values: NDArray[Any]) -> bool:
    return bool((np.abs(values) <= _MAX_LOG).all())  # False for what is not a number
