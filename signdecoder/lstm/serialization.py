"""What the LSTM believes of a coach as bytes, and back: a saved belief may come from a stranger."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signdecoder.core.npz import pack_arrays, read_arrays, refuse
from signdecoder.lstm.cell import State
from signdecoder.lstm.changepoints import DOUBTS, MOST_RUNS, ChangePointFilter, Segment
from signdecoder.lstm.model import PairBelief, PairModel
from signdecoder.lstm.sequence_encoder import UNSEEN
from signdecoder.lstm.vocabulary import MAX_SLOTS

_SAVED = "the saved belief"  # as an error calls it
_LSTMS = ("alone", "third", "together")


def pack_runs(runs: ChangePointFilter, slots: Sequence[int]) -> bytes:
    """The runs, and the numbers of the signals in their slots, as bytes."""
    arrays = {
        "slots": np.array(slots, np.float32),
        "since": np.array([run.since for run in runs.runs], np.float32),
        "shares": np.array([run.shares for run in runs.runs], np.float32),
    }
    for name in _LSTMS:
        states: list[State] = [getattr(run.belief, name) for run in runs.runs]
        arrays[f"{name}_h"] = np.array([state.h for state in states], np.float32)
        arrays[f"{name}_c"] = np.array([state.c for state in states], np.float32)
    return bytes([len(runs.runs)]) + pack_arrays(arrays, level=0)


def unpack_runs(
    snapshot: bytes, network: PairModel, signals: int, called: Sequence[bool], last: int
) -> tuple[ChangePointFilter, list[int]]:
    """The runs and slots that gave this snapshot.

    So many ``signals`` had come; ``called`` tells of each play whether it was the called play;
    ``last`` is the play right before which somebody knew of a change. Raises SigndecoderError where
    the snapshot is damaged or another's.
    """
    count = snapshot[0] if snapshot else 0
    if not 1 <= count <= MOST_RUNS:
        raise refuse(_SAVED, "it is not of one log")
    known = min(signals, MAX_SLOTS)
    slots, size = known + UNSEEN, network.size
    shapes: dict[str, tuple[int, ...]] = {
        "slots": (known,),
        "since": (count,),
        "shares": (count, len(DOUBTS)),
    }
    for name, *shape in (
        ("alone", slots * slots, size.alone_units),
        ("third", slots, size.third_units),
        ("together", slots * slots, size.together_units),
    ):
        shapes |= dict.fromkeys((f"{name}_h", f"{name}_c"), (count, *shape))
    arrays = read_arrays(snapshot[1:], shapes, _SAVED)
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise refuse(_SAVED, "it holds values that are not finite")
    if len(set(arrays["slots"].tolist()) & set(range(signals))) != known:
        raise refuse(_SAVED, "its slots are not those of this log")
    since, shares = arrays["since"].tolist(), arrays["shares"]
    if not set(since) <= set(range(last, len(called) + 1)) or since != sorted(set(since)):
        raise refuse(_SAVED, "it begins where this log does not")
    if (shares < 0).any() or not np.isclose(shares.sum(), 1, atol=1e-3):
        raise refuse(_SAVED, "its shares are none")
    runs = []
    for n, begin in enumerate(map(int, since)):
        alone, third, together = (
            State(arrays[f"{name}_h"][n], arrays[f"{name}_c"][n]) for name in _LSTMS
        )
        belief = PairBelief(slots, alone, third, together)
        runs.append(Segment(begin, belief, sum(called[begin:]), shares[n]))
    return ChangePointFilter(network, tuple(runs)), [int(n) for n in arrays["slots"]]
