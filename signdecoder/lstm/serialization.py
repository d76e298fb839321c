"""The LSTM's belief as bytes and back. A saved belief is checked: it may come from a stranger."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

import numpy as np

from signdecoder.core.contexts import CONTEXT_KINDS, NOT_NOTED
from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.npz import pack_arrays, read_arrays, refuse
from signdecoder.core.outcomes import Evidence
from signdecoder.core.vocabulary import MAX_SLOTS
from signdecoder.lstm.cell import Floats, State
from signdecoder.lstm.changepoints import MAX_SEGMENTS, ChangePointFilter
from signdecoder.lstm.context_reading import ContextReading
from signdecoder.lstm.context_readings import ContextReadings
from signdecoder.lstm.model import PairBelief, PairModel
from signdecoder.lstm.rule_sets import SetBelief
from signdecoder.lstm.segment import SHRINKAGE, Segment
from signdecoder.lstm.sequence_encoder import UNSEEN

_WHERE = "the saved belief"  # what an error calls it
# The states of a belief, by the names that the saved arrays begin with.
_STATES = {"alone": "pair_state", "third": "modifier_state", "together": "context_state"}
_SETS = ("first_sets", "sets")  # attributes of a belief, for networks with set rules


# Where a log tells contexts: the filter of each value of each kind, and the log odds of each kind.
_CONTEXTS: dict[str, tuple[int, ...]] = {
    "filters": (len(CONTEXT_KINDS), max(kind.n_values for kind in CONTEXT_KINDS)),
    "odds": (len(CONTEXT_KINDS),),
}
_NO_FILTER = -1
_MOST_NATS = 4.0  # by which one play can change the log odds of a reading


def pack_readings(readings: ContextReadings, slots: Sequence[int]) -> bytes:
    """Return the readings of a log and the slots of the signals as bytes.

    Parameters
    ----------
    readings : ContextReadings
        The readings.
    slots : sequence of int
        The id of the signal in each slot.

    Returns
    -------
    bytes
        The number of filters, one byte, then the number of segments of each, one byte each, then
        the arrays, with the segments of all filters after each other.
    """
    filters = {id(readings.plain): readings.plain}  # each once, the plain reading first
    places = np.full(_CONTEXTS["filters"], _NO_FILTER, np.float32)
    odds = np.zeros(_CONTEXTS["odds"], np.float32)
    for kind, reading in sorted(readings.by_kind.items(), key=itemgetter(0)):
        odds[kind] = reading.log_odds
        for value, each in sorted(reading.filters.items(), key=itemgetter(0)):
            filters.setdefault(id(each), each)
            places[kind, value] = list(filters).index(id(each))
    segments = [segment for each in filters.values() for segment in each.segments]
    arrays = {
        "slots": np.array(slots, np.float32),
        "since": np.array([segment.start for segment in segments], np.float32),
        "shares": np.array([segment.weights for segment in segments], np.float32),
    }
    if readings.by_kind:
        arrays |= {"filters": places, "odds": odds}
    for name, attribute in _STATES.items():
        states: list[State] = [getattr(segment.belief, attribute) for segment in segments]
        arrays[f"{name}_h"] = np.array([state.h for state in states], np.float32)
        arrays[f"{name}_c"] = np.array([state.c for state in states], np.float32)
    for name in _SETS:
        sets: list[SetBelief | None] = [getattr(segment.belief, name) for segment in segments]
        for part in SetBelief.__slots__ if sets[0] else ():
            arrays[f"{name}_{part}"] = np.array([getattr(s, part) for s in sets], np.float32)
    sizes = [len(each.segments) for each in filters.values()]
    return bytes([len(sizes), *sizes]) + pack_arrays(arrays, level=0)


def unpack_readings(
    snapshot: bytes, model: PairModel, log: EncodedLog
) -> tuple[ContextReadings, list[int]]:
    """Return the readings and slots that were packed.

    Parameters
    ----------
    snapshot : bytes
        What `pack_readings` returned.
    model : PairModel
        The network that it was taken with.
    log : EncodedLog
        The plays and changes that it was taken after.

    Returns
    -------
    tuple of ContextReadings and list of int
        The readings, and the id of the signal in each slot.

    Raises
    ------
    SigndecoderError
        If the snapshot is damaged or belongs to another log or network.
    """
    most, n_signals = 1 + int(np.prod(_CONTEXTS["filters"])), len(log.vocabulary)
    n_filters = snapshot[0] if snapshot else 0
    sizes, body = list(snapshot[1 : 1 + n_filters]), snapshot[1 + n_filters :]
    if not 1 <= n_filters <= most or not all(1 <= n <= MAX_SEGMENTS for n in sizes):
        raise refuse(_WHERE, "it is not of one log")
    counts = _count_plays(log)
    shapes = _shapes(model, sum(sizes), n_signals) | (_CONTEXTS if counts else {})
    arrays = read_arrays(body, shapes, _WHERE)
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise refuse(_WHERE, "it holds values that are not finite")
    ids = set(arrays["slots"].tolist())
    if len(ids & set(range(n_signals))) != min(n_signals, MAX_SLOTS):
        raise refuse(_WHERE, "its slots are not those of this log")
    read_by = _plays_of_filters(arrays.get("filters"), counts, log)
    if set(read_by) != set(range(n_filters)):
        raise refuse(_WHERE, "its readings are not those of this log")
    odds = arrays.get("odds", np.zeros(1))
    if (np.abs(odds) > _MOST_NATS * len(log)).any():
        raise refuse(_WHERE, "its readings have impossible weights")
    ends = np.cumsum(sizes)
    filters = [
        ChangePointFilter(model, _unpack_segments(arrays, range(end - size, end), read_by[n], log))
        for n, (size, end) in enumerate(zip(sizes, ends.tolist(), strict=True))
    ]
    by_kind = {}
    for kind, reading in counts.items():
        own = enumerate(map(int, arrays["filters"][kind]))
        of_value = {value: filters[n] for value, n in own if n != _NO_FILTER}
        by_kind[kind] = replace(reading, log_odds=float(odds[kind]), filters=of_value)
    return ContextReadings(model, filters[0], by_kind), [int(n) for n in arrays["slots"]]


def _count_plays(log: EncodedLog) -> dict[int, ContextReading]:
    """Return, by kind of context, the readings without filters, whose counts are in the log."""
    counts: dict[int, ContextReading] = {}
    for play in log.plays[_last_change(log) :]:
        for kind, value in enumerate(play.context):
            if value != NOT_NOTED:
                reading = counts.get(kind) or ContextReading.begin(kind)
                counts[kind] = reading.count(value, play.evidence)
    return counts


def _plays_of_filters(
    places: Floats | None, counts: Mapping[int, ContextReading], log: EncodedLog
) -> dict[int, list[int]]:
    """Return the plays that each filter has read, by its number."""
    first = _last_change(log)
    read_by = {0: list(range(first, len(log)))}
    if places is None:
        return read_by
    for kind, of_kind in enumerate(places.tolist()):
        n_plays = counts[kind].n_plays if kind in counts else ()
        own = [value for value, n in enumerate(of_kind) if n != _NO_FILTER]
        if own and own != [value for value, n in enumerate(n_plays) if n]:
            raise refuse(_WHERE, "it reads contexts that this log does not tell")
        for value in own:
            plays = [n for n in read_by[0] if log.plays[n].context[kind] == value]
            if read_by.setdefault(of_kind[value], plays) != plays:
                raise refuse(_WHERE, "it confuses the plays of two contexts")
    return read_by


def _last_change(log: EncodedLog) -> int:
    return max(log.changes, default=0)


def _unpack_segments(
    arrays: Mapping[str, Floats], rows: range, plays: Sequence[int], log: EncodedLog
) -> tuple[Segment, ...]:
    """Return the segments of one filter, which has read some plays of the log."""
    starts, weights = arrays["since"][rows].tolist(), arrays["shares"][rows]
    possible = set(range(_last_change(log), len(log) + 1))
    if not set(starts) <= possible or starts != sorted(set(starts)):
        raise refuse(_WHERE, "it begins where this log does not")
    if (weights < 0).any() or not np.isclose(weights.sum(), 1, atol=1e-3):
        raise refuse(_WHERE, "its weights do not sum to 1")
    called = [place for place in plays if log.plays[place].evidence is Evidence.CALLED]
    segments = []
    for n, start in zip(rows, map(int, starts), strict=True):
        states: dict[str, Any] = {
            attribute: State(arrays[f"{name}_h"][n], arrays[f"{name}_c"][n])
            for name, attribute in _STATES.items()
        }
        sets: dict[str, Any] = {
            name: SetBelief(*(arrays[f"{name}_{part}"][n] for part in SetBelief.__slots__))
            for name in _SETS
            if f"{name}_members" in arrays
        }
        belief = PairBelief(len(arrays["slots"]) + UNSEEN, **states, **sets)
        n_called = len(called) - bisect_left(called, start)
        segments.append(Segment(start, belief, n_called, weights[n - rows.start]))
    return tuple(segments)


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
