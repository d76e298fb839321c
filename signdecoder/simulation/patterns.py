"""Putting a rule into sequences on purpose: to call a play, to come near it, to wipe it off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.rule import BLANK, FAMILIES, NO_SIGNAL, Rule, Sequences


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


def sweep(sequences: Sequences, signals: tuple[int, ...], rng: np.random.Generator) -> None:
    """Put others of the signals that are used in the place of these, where there are others."""
    stray = np.isin(sequences, signals)
    used = np.unique(sequences[(sequences != BLANK) & ~stray])
    if len(used):
        sequences[stray] = rng.choice(used, int(stray.sum()))


def implant(
    system: Rule,
    call: int,
    sequences: Sequences,
    chosen: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    """Make the chosen sequences show this call, as far as their lengths let them."""
    rows = np.flatnonzero(chosen)
    pattern = _pattern(system, call, len(rows), sequences, rng) if len(rows) else None
    if pattern is None:
        return
    lengths = lengths_of(sequences)
    signals, adjacent = pattern
    fits = lengths[rows] >= len(signals)
    rows, signals = rows[fits], [column[fits] for column in signals]
    if not len(rows):
        return
    if FAMILIES[system.family].counts:  # a count is spoilt by an indicator left standing
        swept = sequences[rows]
        sweep(swept, (system.indicator,), rng)
        sequences[rows] = swept
    if system.family == "position":
        last = lengths[rows] - 1
        at = (last if system.step < 0 else np.full(len(rows), system.step - 1))[:, None]
    elif system.family == "count_after" and system.second == NO_SIGNAL:
        at = (lengths[rows] - 1 - call)[:, None]
        inside = at[:, 0] >= 0
        rows, at, signals = rows[inside], at[inside], [column[inside] for column in signals]
    elif adjacent:
        first = (rng.random(len(rows)) * (lengths[rows] - len(signals) + 1)).astype(np.int64)
        at = first[:, None] + np.arange(len(signals))
    else:
        luck = rng.random((len(rows), sequences.shape[1]))
        luck[np.arange(sequences.shape[1]) >= lengths[rows, None]] = 2.0
        at = np.sort(np.argsort(luck, axis=1)[:, : len(signals)], axis=1)
    for column, there in zip(signals, at.T, strict=True):
        said = column != NO_SIGNAL
        sequences[rows[said], there[said]] = column[said]


def slip(
    system: Rule,
    sequences: Sequences,
    chosen: NDArray[np.bool_],
    vocabulary: int,
    rng: np.random.Generator,
) -> None:
    """Spoil one signal of the chosen sequences, one that means something if there is any.

    It gives way to another signal, or changes places with the next.
    """
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return
    lengths = lengths_of(sequences)[rows]
    inside = np.arange(sequences.shape[1]) < lengths[:, None]
    telling = np.isin(sequences[rows], system.roles) & inside
    # Luck decides among the telling places; where there are none, among all.
    luck = rng.random(telling.shape) + telling + 2.0 * inside
    at = np.argmax(luck, axis=1)
    swaps = (rng.random(len(rows)) < 0.3) & (at + 1 < lengths)
    here, then = rows[swaps], at[swaps]
    sequences[here, then], sequences[here, then + 1] = (
        sequences[here, then + 1],
        sequences[here, then],
    )
    rows, at = rows[~swaps], at[~swaps]
    step = rng.integers(1, max(2, vocabulary), size=len(rows))
    sequences[rows, at] = (sequences[rows, at] + step) % vocabulary


Columns = list[NDArray[np.int16]]


def _pattern(
    system: Rule, call: int, count: int, sequences: Sequences, rng: np.random.Generator
) -> tuple[Columns, bool] | None:
    """The signals that show this call, a column each in order, and whether they stand together.

    Where a rule leaves a choice (an order, one of two signals, any signal), each row has its own.
    """
    key, second, gap = system.indicator, system.second, (NO_SIGNAL,) * (system.step - 1)
    either = rng.random(count) < 0.5
    adjacent = system.family not in ("anywhere", "both", "between", "count_of")
    shown: tuple[int | NDArray[np.int16], ...]
    match system.family:
        case "next" | "kth":
            shown = (key, *gap, call)
        case "before":
            shown = (call, key)
        case "anywhere":
            shown = (key, call)
        case "both":
            shown = (
                np.where(either, key, call).astype(np.int16),
                np.where(either, call, key).astype(np.int16),
            )
        case "hot" | "position":
            two = call == system.calls[0] and second != NO_SIGNAL
            shown = (np.where(either & two, second, call).astype(np.int16),)
        case "two_after":
            shown = (key, second, call)
        case "between":
            shown = (key, call, second)
        case "twice" | "sandwich":
            used = np.unique(sequences[sequences != BLANK])
            again = call if call != NO_SIGNAL else rng.choice(used, count).astype(np.int16)
            shown = (again, *gap, again)
        case "count_of":
            shown = (key,) * call
        case "count_after":
            shown = (key, *(NO_SIGNAL,) * call, second) if second != NO_SIGNAL else (key,)
        case _:
            return None
    return [np.full(count, s, np.int16) for s in shown], adjacent
