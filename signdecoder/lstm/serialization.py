"""The LSTM's belief as bytes and back. A saved belief is checked: it may come from a stranger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.npz import pack_arrays, read_arrays, refuse
from signdecoder.core.vocabulary import MAX_SLOTS
from signdecoder.lstm.cell import State
from signdecoder.lstm.changepoints import MAX_SEGMENTS, ChangePointFilter
from signdecoder.lstm.model import PairBelief, PairModel
from signdecoder.lstm.rule_sets import SetBelief
from signdecoder.lstm.segment import SHRINKAGE, Segment
from signdecoder.lstm.sequence_encoder import UNSEEN

_WHERE = "the saved belief"  # what an error calls it
# The states of a belief, by the names that the saved arrays begin with.
_STATES = {"alone": "pair_state", "third": "modifier_state", "together": "context_state"}
_SETS = ("first_sets", "sets")  # attributes of a belief, for networks with set rules


def pack_segments(change_points: ChangePointFilter, slots: Sequence[int]) -> bytes:
    """Return the segments and the slots of the signals as bytes.

    Parameters
    ----------
    change_points : ChangePointFilter
        The segments.
    slots : sequence of int
        The id of the signal in each slot.

    Returns
    -------
    bytes
        The number of segments, one byte, then the arrays.
    """
    segments = change_points.segments
    arrays = {
        "slots": np.array(slots, np.float32),
        "since": np.array([segment.start for segment in segments], np.float32),
        "shares": np.array([segment.weights for segment in segments], np.float32),
    }
    for name, attribute in _STATES.items():
        states: list[State] = [getattr(segment.belief, attribute) for segment in segments]
        arrays[f"{name}_h"] = np.array([state.h for state in states], np.float32)
        arrays[f"{name}_c"] = np.array([state.c for state in states], np.float32)
    for name in _SETS:
        sets: list[SetBelief | None] = [getattr(segment.belief, name) for segment in segments]
        for part in SetBelief.__slots__ if sets[0] else ():
            arrays[f"{name}_{part}"] = np.array([getattr(s, part) for s in sets], np.float32)
    return bytes([len(segments)]) + pack_arrays(arrays, level=0)


def unpack_segments(
    snapshot: bytes, model: PairModel, log: EncodedLog
) -> tuple[ChangePointFilter, list[int]]:
    """Return the segments and slots that were packed.

    Parameters
    ----------
    snapshot : bytes
        What `pack_segments` returned.
    model : PairModel
        The network that it was taken with.
    log : EncodedLog
        The plays and changes that it was taken after.

    Returns
    -------
    tuple of ChangePointFilter and list of int
        The segments, and the id of the signal in each slot.

    Raises
    ------
    SigndecoderError
        If the snapshot is damaged or belongs to another log or network.
    """
    count, n_signals = snapshot[0] if snapshot else 0, len(log.vocabulary)
    if not 1 <= count <= MAX_SEGMENTS:
        raise refuse(_WHERE, "it is not of one log")
    arrays = read_arrays(snapshot[1:], _shapes(model, count, n_signals), _WHERE)
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise refuse(_WHERE, "it holds values that are not finite")
    ids = set(arrays["slots"].tolist())
    if len(ids & set(range(n_signals))) != min(n_signals, MAX_SLOTS):
        raise refuse(_WHERE, "its slots are not those of this log")
    starts, weights = arrays["since"].tolist(), arrays["shares"]
    last_change = max(log.changes, default=0)
    if not set(starts) <= set(range(last_change, len(log) + 1)) or starts != sorted(set(starts)):
        raise refuse(_WHERE, "it begins where this log does not")
    if (weights < 0).any() or not np.isclose(weights.sum(), 1, atol=1e-3):
        raise refuse(_WHERE, "its weights do not sum to 1")
    slots = min(n_signals, MAX_SLOTS) + UNSEEN
    segments = []
    for n, start in enumerate(map(int, starts)):
        states: dict[str, Any] = {
            attribute: State(arrays[f"{name}_h"][n], arrays[f"{name}_c"][n])
            for name, attribute in _STATES.items()
        }
        sets: dict[str, Any] = {
            name: SetBelief(*(arrays[f"{name}_{part}"][n] for part in SetBelief.__slots__))
            for name in _SETS
            if model.size.set_rules
        }
        belief = PairBelief(slots, **states, **sets)
        segments.append(Segment(start, belief, log.n_called_from(start), weights[n]))
    return ChangePointFilter(model, tuple(segments)), [int(n) for n in arrays["slots"]]


def _shapes(model: PairModel, count: int, n_signals: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each saved array, for a number of segments and signals."""
    known, size = min(n_signals, MAX_SLOTS), model.size
    slots = known + UNSEEN
    shapes: dict[str, tuple[int, ...]] = {
        "slots": (known,),
        "since": (count,),
        "shares": (count, len(SHRINKAGE)),
    }
    for name, *shape in (
        ("alone", slots * slots, size.alone_units),
        ("third", slots, size.third_units),
        ("together", slots * slots, size.together_units),
    ):
        shapes |= dict.fromkeys((f"{name}_h", f"{name}_c"), (count, *shape))
    for name in _SETS if size.set_rules else ():
        shapes[f"{name}_members"] = (count, slots, slots, size.set_rules)
        shapes[f"{name}_evidence"] = (count, slots, size.set_rules)
        shapes[f"{name}_pair_evidence"] = (count,)
    return shapes
