"""Lessons for the play LSTM: which pair rules a single play shows.

Before the network reads logs, it learns to read one play: for each pair (k, l), does the play show
each of the pair rules?
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.matching import plays_called
from signdecoder.rules.pair_rules import N_PAIR_RULES, rules_of_pair
from signdecoder.rules.rule import BLANK, CALLED, Sequences
from signdecoder.simulation.behaviour import draw_habits, draw_sequences

_ABSENT_WEIGHT = 0.15  # weight of a pair if one of its signals does not occur
_MAX_WEIGHT = 20.0  # largest weight of a call relative to its absence


def draw_lesson(
    plays: int, width: int, slots: int, rng: np.random.Generator
) -> tuple[Sequences, NDArray[np.float32]]:
    """Draw sequences and their labels.

    Half of the sequences come from coaches with habits. The others are uniform draws from a few or
    many signals, in which rare patterns are more common.

    Parameters
    ----------
    plays : int
        Number of sequences, N.
    width : int
        Largest number of signals, T.
    slots : int
        Number of different signals, V.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    sequences : ndarray of int16, shape (N, T)
        Signal numbers, BLANK after the end.
    labels : ndarray of float32, shape (N, V·V, N_PAIR_RULES)
        1 if a rule of a pair calls the sequence, from `label_sequences`.
    """
    drawn = np.full((plays, width), BLANK, np.int16)
    for row in range(0, plays, 16):
        block = drawn[row : row + 16]
        vocabulary = int(rng.integers(2, slots + 1))
        if rng.random() < 0.5:
            habits = draw_habits(rng, vocabulary, width, phrase_rate=0.3)
            block[:] = draw_sequences(habits, len(block), rng)
        else:
            lengths = rng.integers(1, width + 1, len(block))
            inside = np.arange(width) < lengths[:, None]
            block[inside] = rng.integers(vocabulary, size=int(inside.sum()))
        block[:] = np.where(block == BLANK, block, rng.permutation(slots)[block])
    return drawn, label_sequences(drawn, slots)


def label_sequences(sequences: Sequences, slots: int) -> NDArray[np.float32]:
    """Return which rules of each pair call each sequence.

    Parameters
    ----------
    sequences : ndarray of int16, shape (N, T)
        Signal numbers, BLANK after the end.
    slots : int
        Number of different signals, V.

    Returns
    -------
    ndarray of float32, shape (N, V·V, N_PAIR_RULES)
        1 if the rule calls the sequence, else 0.
    """
    key, live = np.divmod(np.arange(slots * slots), slots)
    signals = sequences[:, None, :]
    # Relabel the signals for each pair: 0 is k and 1 is l.
    others = np.where(signals == BLANK, np.int16(BLANK), signals + np.int16(2))
    own = np.where(signals == live[:, None], np.int16(1), others)
    own = np.where(signals == key[:, None], np.int16(0), own)
    labels = np.empty((len(sequences), slots * slots, N_PAIR_RULES), np.float32)
    same = key == live
    for pairs, rules in ((~same, rules_of_pair(0, 1)), (same, rules_of_pair(0, 0))):
        rows = own[:, pairs].reshape(-1, sequences.shape[1])
        for place, rule in enumerate(rules):
            labels[:, pairs, place] = (plays_called(rule, rows) == CALLED).reshape(
                len(sequences), -1
            )
    return labels


def label_weights(sequences: Sequences, labels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weight of each label in the loss.

    Most rules call few plays and few pairs. Rare calls get larger weights; otherwise they would be
    learned last and worst.

    Parameters
    ----------
    sequences : ndarray of int16, shape (N, T)
        The sequences.
    labels : ndarray of float32, shape (N, V·V, N_PAIR_RULES)
        Their labels.

    Returns
    -------
    ndarray of float32, shape (N, V·V, N_PAIR_RULES)
        The weights.
    """
    slots = int(np.sqrt(labels.shape[1]))
    present = (sequences[:, :, None] == np.arange(slots)).any(axis=1)
    both = (present[:, :, None] & present[:, None, :]).reshape(len(labels), -1, 1)
    weights = np.where(both, 1.0, _ABSENT_WEIGHT) * np.where(labels > 0, _rarity(), 1.0)
    return weights.astype(np.float32)


@lru_cache(maxsize=1)
def _rarity() -> NDArray[np.float32]:
    """Return the root of the odds against each rule's call in lessons: (N_PAIR_RULES,)."""
    labels = draw_lesson(512, 10, 6, np.random.default_rng(0))[1]
    odds = (1 - labels).sum(axis=(0, 1)) / np.maximum(labels.sum(axis=(0, 1)), 1)
    return np.asarray(np.minimum(np.sqrt(odds), _MAX_WEIGHT), np.float32)
