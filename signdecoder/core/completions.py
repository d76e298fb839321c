"""Completions: what a sequence may have been whose signals were not all seen.

A bigram model of the coach's sequences says which signals are likely where some were missed (Chen
and Goodman 1999 on smoothing such models). It knows nothing of outcomes or rules. One missed signal
is replaced by every signal in turn, so the completions are exact. Where several were missed, or an
unknown number, a fixed number of completions is drawn.

Shapes: V signals of the coach. Signals are numbered from 1 in tables, 0 is the beginning or end of
a sequence, and V + 1 is any signal that the coach has not shown so far.

References
----------
S. F. Chen and J. Goodman (1999), An empirical study of smoothing techniques for language modeling.
Computer Speech and Language 13.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.sequences import MAX_SIGNALS
from signdecoder.core.vocabulary import FIRST_UNNAMED_ID, MISSED_ID, SOME_MISSED_ID

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

N_DRAWN = 64
"""Completions that are drawn where there are too many to list."""
N_QUICK = 6
"""The same where many similar sequences are compared."""
_BACKGROUND = 4.0  # pseudo-plays of the plain frequencies behind each signal
_LENGTH_DECAY = 0.7  # of the prior probability of one more signal, as much as one sequence tells
_MISSED = -1  # in a row of table numbers


class Completions(NamedTuple):
    """What a sequence may have been, and how probable each of these sequences is.

    Attributes
    ----------
    sequences : tuple of tuple of int
        Ids of the signals; from FIRST_UNNAMED_ID on for one that the coach has not shown.
    weights : tuple of float
        Their probabilities, which sum to 1.
    drawn : tuple of int
        One of the sequences, drawn with these probabilities.
    p_other : float
        How much each probability may be off: 0 where all sequences are listed.
    """

    sequences: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]
    drawn: tuple[int, ...]
    p_other: float


class Habits:
    """Count what the sequences of one coach look like, whatever they call.

    Attributes
    ----------
    n_read : int
        The number of sequences read so far.
    """

    def __init__(self) -> None:
        self.n_read = 0
        self._follows = np.zeros((1, 1))  # (V + 1, V + 1) how often each followed each
        self._lengths = np.full(MAX_SIGNALS + 1, _LENGTH_DECAY).cumprod()
        self._lengths /= self._lengths.sum()

    def read(self, sequences: Iterable[tuple[int, ...]]) -> None:
        """Count some sequences; missed signals and what stands beside them are left out.

        Parameters
        ----------
        sequences : iterable of tuple of int
            Ids of the signals.
        """
        for signal_ids in sequences:
            self.n_read += 1
            self._widen(max(signal_ids) + 1)
            if SOME_MISSED_ID not in signal_ids:
                self._lengths[min(len(signal_ids), MAX_SIGNALS)] += 1
            row = (0, *(n + 1 if n >= 0 else _MISSED for n in signal_ids), 0)
            for first, second in pairwise(row):
                if first != _MISSED and second != _MISSED:
                    self._follows[first, second] += 1

    def _widen(self, n_signals: int) -> None:
        more = 1 + n_signals - len(self._follows)
        if more > 0:
            self._follows = np.pad(self._follows, (0, more))

    def complete(
        self, signal_ids: tuple[int, ...], n_signals: int, quick: bool = False
    ) -> Completions:
        """Return what a sequence may have been; the same each time.

        Sequences in which other signals were seen at the same places are completed with the same
        luck, so that they can be compared.

        Parameters
        ----------
        signal_ids : tuple of int
            Ids of its signals and placeholders.
        n_signals : int
            The number V of signals that the coach has shown.
        quick : bool, optional
            True for at most N_QUICK completions.

        Returns
        -------
        Completions
            The completions.
        """
        self._widen(n_signals)
        follow = self._probabilities(n_signals)
        rng = np.random.default_rng([max(0, -n) for n in signal_ids])
        n_missed, times = signal_ids.count(MISSED_ID), N_QUICK if quick else N_DRAWN
        are_few = (n_missed == 1 and not quick) or (n_signals + 1) ** n_missed <= times
        if are_few and SOME_MISSED_ID not in signal_ids:
            rows, weights = _list_all(_to_row(signal_ids, n_signals), follow)
            sequences = [_to_ids(row, signal_ids, n_signals) for row in rows]
            at = int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum()))
            drawn = sequences[min(at, len(sequences) - 1)]
            return Completions(tuple(sequences), tuple(weights.tolist()), drawn, 0.0)
        drawn_ids: list[tuple[int, ...]] = []
        for template, n_rows in self._draw_lengths(signal_ids, times, rng):
            rows = _draw(_to_row(template, n_signals), follow, n_rows, rng)
            drawn_ids += [_to_ids(row, template, n_signals) for row in rows]
        counts = Counter(drawn_ids)
        first = drawn_ids[int(rng.integers(times))]
        shares = tuple(n / times for n in counts.values())
        return Completions(tuple(counts), shares, first, 0.5 / times)

    def _probabilities(self, n_signals: int) -> Floats:
        """Return (V + 2, V + 2) the probability that each is followed by each."""
        follows = self._follows[: n_signals + 1, : n_signals + 1]
        shown = follows[:, 1:].sum(axis=0)
        # Good and Turing: what was shown once tells how much has not been shown at all.
        p_new = ((shown == 1).sum() + 0.5) / (shown.sum() + n_signals + 1)
        common = np.concatenate([[follows[:, 0].sum()], shown]) + 0.5
        common /= common.sum()
        before = follows.sum(axis=1, keepdims=True)
        known = (follows + _BACKGROUND * common) / (before + _BACKGROUND)
        known = np.vstack([known, common])  # after a signal that was never shown
        return np.hstack([known * (1 - p_new), np.full((len(known), 1), p_new)])

    def _draw_lengths(
        self, signal_ids: tuple[int, ...], times: int, rng: np.random.Generator
    ) -> list[tuple[tuple[int, ...], int]]:
        """Return the sequence with a number of signals for each `…`, and how often to draw each."""
        places = [at for at, n in enumerate(signal_ids) if n == SOME_MISSED_ID]
        least = len(signal_ids) - len(places)
        if not places:
            return [(signal_ids, times)]
        first = max(1, least)
        p = self._lengths[first:] / self._lengths[first:].sum()
        # Systematic draws: each length about as often as it is probable.
        at = np.searchsorted(np.cumsum(p), (np.arange(times) + 0.5) / times)
        templates: Counter[tuple[int, ...]] = Counter()
        for length in (first + np.minimum(at, len(p) - 1)).tolist():
            split = rng.multinomial(length - least, [1 / len(places)] * len(places)).tolist()
            sizes = dict(zip(places, split, strict=True))
            templates[
                tuple(
                    each
                    for place, n in enumerate(signal_ids)
                    for each in ([MISSED_ID] * sizes[place] if place in sizes else [n])
                )
            ] += 1
        return list(templates.items())


def _to_row(signal_ids: tuple[int, ...], n_signals: int) -> list[int]:
    """Return the numbers of signals in tables, between a beginning and an end."""
    new = n_signals + 1
    numbers = [_MISSED if n == MISSED_ID else min(n + 1, new) for n in signal_ids]
    return [0, *numbers, 0]


def _to_ids(row: Places, signal_ids: tuple[int, ...], n_signals: int) -> tuple[int, ...]:
    """Return the ids of a row without beginning and end; seen signals keep theirs."""
    return tuple(
        n if n != MISSED_ID else (filled - 1 if filled <= n_signals else FIRST_UNNAMED_ID + place)
        for place, (n, filled) in enumerate(zip(signal_ids, row[1:-1].tolist(), strict=True))
    )


def _list_all(row: Sequence[int], follow: Floats) -> tuple[Places, Floats]:
    """Return every way (N, T) to fill a row, and its probability (N,)."""
    missed = [at for at, number in enumerate(row) if number == _MISSED]
    fills = np.array(list(product(range(1, len(follow)), repeat=len(missed))))
    rows = np.tile(row, (len(fills), 1))
    rows[:, missed] = fills
    weights = follow[rows[:, :-1], rows[:, 1:]].prod(axis=1)
    return rows, weights / weights.sum()


def _draw(row: Sequence[int], follow: Floats, times: int, rng: np.random.Generator) -> Places:
    """Draw ways (N, T) to fill a row: forward, each signal given the one before and what follows.

    Each place is stratified, so that each signal comes there about as often as it is probable.
    """
    rows = np.tile(row, (times, 1))
    ahead = follow[:, row[-1]]  # the probability of what was seen next, by the signal before
    message: dict[int, Floats] = {}
    for at in range(len(row) - 2, 0, -1):
        if row[at] == _MISSED:
            message[at] = ahead[1:]
            ahead = follow[:, 1:] @ ahead[1:]
        else:
            ahead = follow[:, row[at]]
    for at in sorted(message):
        p = np.cumsum(follow[rows[:, at - 1], 1:] * message[at], axis=1)
        u = (rng.permutation(times) + rng.random(times)) / times
        rows[:, at] = 1 + np.minimum((p < u[:, None] * p[:, -1:]).sum(axis=1), p.shape[1] - 1)
    return rows
