"""Find the base rules that sequences match from their pairs and triples, not by trying each rule.

The functions here are what the families' `find` is built from. All take (N, T) sequences of one
length T, and return `RuleMatches`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from signdecoder.rules.layout import Ints, RuleMatches
from signdecoder.rules.rule import Mask


def find_at(sequences: Ints, places: tuple[Ints, ...], where: Mask | None = None) -> RuleMatches:
    """Find the signals at given places; a match lasts until one of its places is cut off.

    Parameters
    ----------
    sequences : numpy.ndarray of int64, shape (N, T)
        The sequences.
    places : tuple of numpy.ndarray of int64, shape (P,)
        For each role, the places of its signal.
    where : numpy.ndarray of bool, shape (N, P), optional
        Which of the places match in each sequence; all if None.

    Returns
    -------
    RuleMatches
        A match for each sequence and place.
    """
    count, width = len(sequences), len(places[0])
    last = np.minimum.reduce(places)
    if where is None:
        row, last = np.repeat(np.arange(count), width), np.tile(last, count)
        roles = tuple(sequences[:, place].ravel() for place in places)
    else:
        row, at = np.nonzero(where)
        roles, last = tuple(sequences[row, place[at]] for place in places), last[at]
    return RuleMatches(row, roles, np.zeros_like(last), last)


def find_steps(sequences: Ints, *steps: int) -> RuleMatches:
    """Find the signals at fixed distances from each other.

    Parameters
    ----------
    sequences : numpy.ndarray of int64, shape (N, T)
        The sequences.
    *steps : int
        For each role, how many places after the earliest one its signal stands.

    Returns
    -------
    RuleMatches
        A match for each place where all of them fit.
    """
    begin = np.arange(max(0, sequences.shape[1] - max(steps)))
    return find_at(sequences, tuple(begin + step for step in steps))


def find_repeats(sequences: Ints, step: int) -> RuleMatches:
    """Find the signals that are repeated at a fixed distance.

    Parameters
    ----------
    sequences : numpy.ndarray of int64, shape (N, T)
        The sequences.
    step : int
        The distance; 1 is right after.

    Returns
    -------
    RuleMatches
        A match for each repetition, its one role the signal.
    """
    begin = np.arange(max(0, sequences.shape[1] - step))
    return find_at(sequences, (begin,), sequences[:, begin] == sequences[:, begin + step])


def find_counts(sequences: Ints, counts: Ints, numbers: tuple[int, ...]) -> RuleMatches:
    """Find the signals whose count is one of the numbers of a layout.

    Parameters
    ----------
    sequences : numpy.ndarray of int64, shape (N, T)
        The sequences.
    counts : numpy.ndarray of int64, shape (N, T)
        What was counted for the signal at each place, if the sequence began there.
    numbers : tuple of int
        The numbers of the layout.

    Returns
    -------
    RuleMatches
        Roles: the signal, and the index of the number.
    """
    number = index_among(numbers, counts)
    row, at = np.nonzero(number >= 0)
    first = first_as_earliest(sequences)[row, at]
    return RuleMatches(row, (sequences[row, at], number[row, at]), first, at)


def count_from_here(sequences: Ints) -> Ints:
    """Count how often the signal at each place comes from there on.

    Parameters
    ----------
    sequences : numpy.ndarray of int64, shape (N, T)
        The sequences.

    Returns
    -------
    numpy.ndarray of int64, shape (N, T)
        The counts, at least 1.

    Examples
    --------
    >>> count_from_here(np.array([[4, 7, 4, 4]])).tolist()
    [[3, 1, 2, 1]]
    """
    places = np.arange(sequences.shape[1])
    equal = sequences[:, :, None] == sequences[:, None, :]
    return np.asarray((equal & (places[:, None] <= places)).sum(axis=2))


def index_among(numbers: tuple[int, ...], counts: Ints) -> Ints:
    """Return the index of each count among some numbers.

    Parameters
    ----------
    numbers : tuple of int
        The numbers.
    counts : numpy.ndarray of int64
        The counts, in any shape, none negative.

    Returns
    -------
    numpy.ndarray of int64
        The indices in the same shape; -1 for a count that is none of the numbers.

    Examples
    --------
    >>> index_among((2, 3), np.array([0, 3, 2, 9])).tolist()
    [-1, 1, 0, -1]
    """
    index = np.full(max(*numbers, int(counts.max(initial=0))) + 1, -1)
    index[list(numbers)] = np.arange(len(numbers))
    return np.asarray(index[counts])


def first_as_earliest(sequences: Ints) -> Ints:
    """Find from which place on each signal is the earliest of its kind.

    Parameters
    ----------
    sequences : numpy.ndarray of int64, shape (N, T)
        The sequences.

    Returns
    -------
    numpy.ndarray of int64, shape (N, T)
        The place after the previous equal signal, or 0.

    Examples
    --------
    >>> first_as_earliest(np.array([[4, 7, 4, 4]])).tolist()
    [[0, 0, 1, 3]]
    """
    places = np.arange(sequences.shape[1])
    equal = sequences[:, :, None] == sequences[:, None, :]
    before = equal & (places[:, None] > places)
    return np.asarray(np.where(before, places + 1, 0).max(axis=2))


def distinct(numbers: Ints) -> Ints:
    """Return the different ones of some numbers from 0 on, in order.

    `numpy.unique` does the same, but imports masked arrays: a query would wait for them.

    Parameters
    ----------
    numbers : numpy.ndarray of int64, shape (N,)
        The numbers.

    Returns
    -------
    numpy.ndarray of int64
        Each number once.

    Examples
    --------
    >>> distinct(np.array([4, 7, 4])).tolist()
    [4, 7]
    """
    ordered = np.sort(numbers)
    return np.asarray(ordered[np.diff(ordered, prepend=-1) > 0])


@lru_cache(maxsize=128)
def ordered_pairs(length: int) -> tuple[Ints, ...]:
    """List the pairs of places i < j of a sequence.

    Parameters
    ----------
    length : int
        Number of signals.

    Returns
    -------
    tuple of numpy.ndarray of int64
        The places i, and the places j.
    """
    return tuple(np.triu_indices(length, 1))


@lru_cache(maxsize=128)
def ordered_triples(length: int) -> tuple[Ints, ...]:
    """List the triples of places i < j < m of a sequence.

    Parameters
    ----------
    length : int
        Number of signals.

    Returns
    -------
    tuple of numpy.ndarray of int64
        The places i, j and m.
    """
    i, j = np.triu_indices(length, 1)
    chosen = [np.stack([i[j < m], j[j < m], np.full((j < m).sum(), m)]) for m in range(2, length)]
    empty = np.zeros((3, 0), np.int64)
    return tuple(np.concatenate([empty, *chosen], axis=1))
