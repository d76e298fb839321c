"""Vectorised questions about sequences, from which families build what they match.

Sequences are (N, T) rows of signals. What a wipe-off has canceled is `BLANK`, at the left, as is
the padding at the right.
"""

from __future__ import annotations

import numpy as np

from signdecoder.rules.rule import BLANK, Mask, Sequences


def at_position(sequences: Sequences, position: int) -> Sequences:
    """Take the signal at one position of each sequence.

    Parameters
    ----------
    sequences : numpy.ndarray of int16, shape (N, T)
        Signals; blanks before the first and after the last do not count.
    position : int
        Position from 1; -1 is the last.

    Returns
    -------
    numpy.ndarray of int16, shape (N,)
        The signals, BLANK where a sequence has no such position.
    """
    present = sequences != BLANK
    width = sequences.shape[1]
    if position < 0:
        index = width - 1 - np.argmax(present[:, ::-1], axis=1)
    else:
        index = np.argmax(present, axis=1) + position - 1
    inside = index < width
    rows, index = np.arange(len(sequences)), np.where(inside, index, 0)
    return np.where(inside, sequences[rows, index], np.int16(BLANK))


def any_in_row(mask: Mask) -> Mask:
    """Reduce a mask of places to a mask of sequences.

    Parameters
    ----------
    mask : numpy.ndarray of bool, shape (N, T)
        A mask of the places of each sequence.

    Returns
    -------
    numpy.ndarray of bool, shape (N,)
        True where any place of the sequence is set.
    """
    return np.asarray(mask.any(axis=1))


def followed_by(sequences: Sequences, first: int, then: int, steps: int) -> Mask:
    """Find the sequences in which one signal follows another at a fixed distance.

    Parameters
    ----------
    sequences : numpy.ndarray of int16, shape (N, T)
        The sequences.
    first : int
        The earlier signal.
    then : int
        The later signal.
    steps : int
        The distance; 1 is right after.

    Returns
    -------
    numpy.ndarray of bool, shape (N,)
        True where the two stand at this distance anywhere.
    """
    if sequences.shape[1] <= steps:
        return np.zeros(len(sequences), np.bool_)
    return any_in_row((sequences[:, :-steps] == first) & (sequences[:, steps:] == then))


def after_first(sequences: Sequences, signal: int) -> Mask:
    """Mark the places that come after the first occurrence of a signal.

    Parameters
    ----------
    sequences : numpy.ndarray of int16, shape (N, T)
        The sequences.
    signal : int
        The signal.

    Returns
    -------
    numpy.ndarray of bool, shape (N, T)
        True at each place after the first occurrence.
    """
    seen = np.logical_or.accumulate(sequences == signal, axis=1)
    after = np.zeros_like(seen)
    after[:, 1:] = seen[:, :-1]
    return after
