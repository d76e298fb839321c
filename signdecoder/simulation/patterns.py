"""Insert a rule into sequences: to call a play, to come close to it, to wipe it off."""

from __future__ import annotations

import numpy as np

from signdecoder.rules.drawing import Pattern, PatternDraw
from signdecoder.rules.layout import Ints
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import BLANK, NO_SIGNAL, Mask, Rule, Sequences


def lengths_of(sequences: Sequences) -> Ints:
    """Count the signals of each sequence.

    Parameters
    ----------
    sequences : numpy.ndarray of int16, shape (N, T)
        Sequences, padded with BLANK.

    Returns
    -------
    numpy.ndarray of int64, shape (N,)
        The lengths.
    """
    return np.asarray((sequences != BLANK).sum(axis=1))


def place_anywhere(
    sequences: Sequences,
    chosen: Mask,
    signals: tuple[int, ...],
    rng: np.random.Generator,
    late: bool = False,
) -> None:
    """Put one of some signals at a random place of the chosen sequences.

    Parameters
    ----------
    sequences : numpy.ndarray of int16, shape (N, T)
        The sequences, changed in place.
    chosen : numpy.ndarray of bool, shape (N,)
        Which of them.
    signals : tuple of int
        The signals, each as likely as the others.
    rng : numpy.random.Generator
        Source of randomness.
    late : bool
        True to prefer places toward the end.
    """
    rows = np.flatnonzero(chosen)
    luck = rng.random(len(rows))
    at = (np.sqrt(luck) if late else luck) * lengths_of(sequences)[rows]
    several = len(signals) > 1
    sequences[rows, at.astype(np.int64)] = rng.choice(signals, len(rows)) if several else signals[0]


def replace_signals(
    sequences: Sequences, signals: tuple[int, ...], rng: np.random.Generator
) -> None:
    """Replace some signals by random others of those in use, if there are others.

    Parameters
    ----------
    sequences : numpy.ndarray of int16, shape (N, T)
        The sequences, changed in place.
    signals : tuple of int
        The signals to replace.
    rng : numpy.random.Generator
        Source of randomness.
    """
    replaced = np.isin(sequences, signals)
    used = np.unique(sequences[(sequences != BLANK) & ~replaced])
    if len(used):
        sequences[replaced] = rng.choice(used, int(replaced.sum()))


def insert_pattern(
    rule: Rule, call: int, sequences: Sequences, chosen: Mask, rng: np.random.Generator
) -> None:
    """Make the chosen sequences show a call, if they are long enough.

    Parameters
    ----------
    rule : Rule
        The rule.
    call : int
        One of `rule.calls`.
    sequences : numpy.ndarray of int16, shape (N, T)
        The sequences, changed in place.
    chosen : numpy.ndarray of bool, shape (N,)
        Which of them.
    rng : numpy.random.Generator
        Source of randomness.
    """
    if rule.takes_any:
        _insert_any(rule, call, sequences, chosen, rng)
        return
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return
    draw = PatternDraw(rng, sequences, rng.random(len(rows)) < 0.5)
    pattern = FAMILIES[rule.family].pattern(rule, call, draw)
    if pattern is None:
        return
    lengths = lengths_of(sequences)
    signals = [np.full(len(rows), signal, np.int16) for signal in pattern.signals]
    fits = lengths[rows] >= len(signals)
    rows, signals = rows[fits], [column[fits] for column in signals]
    if not len(rows):
        return
    if pattern.clears:
        cleared = sequences[rows]
        replace_signals(cleared, pattern.clears, rng)
        sequences[rows] = cleared
    at = _draw_places(pattern, lengths[rows], sequences.shape[1], rng)
    inside = at[:, 0] >= 0
    rows, at, signals = rows[inside], at[inside], [column[inside] for column in signals]
    for column, there in zip(signals, at.T, strict=True):
        given = column != NO_SIGNAL
        sequences[rows[given], there[given]] = column[given]


def _insert_any(
    rule: Rule, call: int, sequences: Sequences, chosen: Mask, rng: np.random.Generator
) -> None:
    """Insert one of the pairs that show a call into each sequence, each as often as the others."""
    readings = rule.readings
    which = rng.integers(len(readings), size=len(chosen))
    for place, one in enumerate(readings):
        own = one.calls[0] if call == rule.calls[0] else call
        insert_pattern(one, own, sequences, chosen & (which == place), rng)


def _draw_places(pattern: Pattern, lengths: Ints, width: int, rng: np.random.Generator) -> Ints:
    """Draw (N, S) the places of the S signals; a negative first place does not fit."""
    count = len(pattern.signals)
    if pattern.first is not None:
        return pattern.first(lengths)[:, None] + np.arange(count)
    if pattern.adjacent:
        first = (rng.random(len(lengths)) * (lengths - count + 1)).astype(np.int64)
        return np.asarray(first[:, None] + np.arange(count))
    luck = rng.random((len(lengths), width))
    luck[np.arange(width) >= lengths[:, None]] = 2.0
    return np.sort(np.argsort(luck, axis=1)[:, :count], axis=1)


def corrupt_one_signal(
    rule: Rule,
    sequences: Sequences,
    chosen: Mask,
    vocabulary: int,
    rng: np.random.Generator,
) -> None:
    """Replace one signal of the chosen sequences by another, or swap it with the next.

    Parameters
    ----------
    rule : Rule
        The rule: a signal with a role in it is corrupted, if there is one.
    sequences : numpy.ndarray of int16, shape (N, T)
        The sequences, changed in place.
    chosen : numpy.ndarray of bool, shape (N,)
        Which of them.
    vocabulary : int
        Number of signals that the coach uses.
    rng : numpy.random.Generator
        Source of randomness.
    """
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return
    lengths = lengths_of(sequences)[rows]
    inside = np.arange(sequences.shape[1]) < lengths[:, None]
    has_role = np.isin(sequences[rows], rule.roles) & inside
    # Luck decides among the places with a role; if there are none, among all.
    luck = rng.random(has_role.shape) + has_role + 2.0 * inside
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
