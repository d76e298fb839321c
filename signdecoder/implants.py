"""Putting a rule into sequences on purpose: to call a play, to come near it, to wipe it off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signdecoder.systems import BLANK, FAMILIES, NO_SIGNAL, Sequences, SignSystem


def lengths_of(sequences: Sequences) -> NDArray[np.int64]:
    """How many signals each sequence has."""
    return np.asarray((sequences != BLANK).sum(axis=1))


def place_anywhere(
    sequences: Sequences,
    chosen: NDArray[np.bool_],
    signal: int,
    rng: np.random.Generator,
    late: bool = False,
) -> None:
    """Put a signal somewhere into the chosen sequences, rather towards the end if ``late``."""
    rows = np.flatnonzero(chosen)
    luck = rng.random(len(rows))
    at = (np.sqrt(luck) if late else luck) * lengths_of(sequences)[rows]
    sequences[rows, at.astype(np.int64)] = signal


def implant(
    system: SignSystem,
    call: int,
    sequences: Sequences,
    chosen: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    """Make the chosen sequences show this call, as far as their lengths let them."""
    pattern = _pattern(system, call, rng)
    if pattern is None:
        return
    signals, adjacent = pattern
    lengths = lengths_of(sequences)
    rows = np.flatnonzero(chosen & (lengths >= len(signals)))
    if not len(rows):
        return
    if FAMILIES[system.family].counts:  # a count is spoilt by an indicator left standing
        swept = sequences[rows]
        stray = swept == system.indicator
        swept[stray] = _other_signals(system.indicator, int(stray.sum()), sequences, rng)
        sequences[rows] = swept
    if system.family == "position":
        at = (lengths[rows] - 1 if system.step < 0 else np.full(len(rows), system.step - 1))[
            :, None
        ]
    elif system.family == "count_after" and system.second == NO_SIGNAL:
        at = (lengths[rows] - 1 - call)[:, None]
        rows, at = rows[at[:, 0] >= 0], at[at[:, 0] >= 0]
    elif adjacent:
        first = (rng.random(len(rows)) * (lengths[rows] - len(signals) + 1)).astype(np.int64)
        at = first[:, None] + np.arange(len(signals))
    else:
        luck = rng.random((len(rows), sequences.shape[1]))
        luck[np.arange(sequences.shape[1]) >= lengths[rows, None]] = 2.0
        at = np.sort(np.argsort(luck, axis=1)[:, : len(signals)], axis=1)
    for column, signal in enumerate(signals):
        if signal != NO_SIGNAL:
            sequences[rows, at[:, column]] = signal


def _pattern(
    system: SignSystem, call: int, rng: np.random.Generator
) -> tuple[tuple[int, ...], bool] | None:
    """The signals that show this call, in order, and whether they stand side by side."""
    key, second, gap = system.indicator, system.second, (NO_SIGNAL,) * (system.step - 1)
    match system.family:
        case "next" | "kth":
            return (key, *gap, call), True
        case "before":
            return (call, key), True
        case "anywhere":
            return (key, call), False
        case "both":
            return ((key, call) if rng.random() < 0.5 else (call, key)), False
        case "hot" | "position":
            either = call == system.calls[0] and second != NO_SIGNAL and rng.random() < 0.5
            return (second if either else call,), True
        case "two_after":
            return (key, second, call), True
        case "between":
            return (key, call, second), False
        case "twice" | "sandwich":
            again = call if call != NO_SIGNAL else int(rng.integers(system.step + 4))
            return (again, *gap, again), True
        case "count_of":
            return (key,) * call, False
        case "count_after" if second != NO_SIGNAL:
            return (key, *(NO_SIGNAL,) * call, second), True
        case "count_after":
            return (key,), False
    return None


def _other_signals(
    signal: int, count: int, sequences: Sequences, rng: np.random.Generator
) -> NDArray[np.int16]:
    used = np.unique(sequences[(sequences != BLANK) & (sequences != signal)])
    return rng.choice(used, count) if len(used) else np.full(count, signal, np.int16)
