"""First lessons for the sequence LSTM: what each pair rule would call in a play.

Before the network reads logs, it learns to read a single play: for each pair (k, l), does the play
show each of the pair rules?
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.matching import plays_called
from signdecoder.rules.pair_rules import N_PAIR_RULES, rules_of_pair
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    Sequences,
)
from signdecoder.simulation.behaviour import draw_habits, draw_sequences

_EASY = 0.15  # weight of a pair if one of its signals does not occur
_MOST = 20.0  # largest weight of a call relative to its absence


def draw_lesson(
    plays: int, width: int, slots: int, rng: np.random.Generator
) -> tuple[Sequences, NDArray[np.float32]]:
    """(N, T) sequences over ``slots`` signals, and (N, V·V, RULES) what each pair's rules call.

    Half come from hands with habits, half are even draws from few or many signals, where all that
    is rare comes more often.
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
    return drawn, mark(drawn, slots)


def mark(sequences: Sequences, slots: int) -> NDArray[np.float32]:
    """(N, V·V, RULES) what the rules of each pair call, of sequences (N, T)."""
    key, live = np.divmod(np.arange(slots * slots), slots)
    seen = sequences[:, None, :]
    # Seen from its own pair each sequence is about the signals 0 (k) and 1 (l).
    others = np.where(seen == BLANK, np.int16(BLANK), seen + np.int16(2))
    own = np.where(seen == live[:, None], np.int16(1), others)
    own = np.where(seen == key[:, None], np.int16(0), own)
    marks = np.empty((len(sequences), slots * slots, N_PAIR_RULES), np.float32)
    same = key == live
    for pairs, rules in ((~same, rules_of_pair(0, 1)), (same, rules_of_pair(0, 0))):
        rows = own[:, pairs].reshape(-1, sequences.shape[1])
        for place, rule in enumerate(rules):
            marks[:, pairs, place] = (plays_called(rule, rows) == CALLED).reshape(
                len(sequences), -1
            )
    return marks


def weigh(sequences: Sequences, marks: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, V·V, RULES) how much each mark of sequences (N, T) counts in learning to read.

    Most rules call in few plays and few pairs: what is rare counts for more, or it would be learned
    last and worst.
    """
    slots = int(np.sqrt(marks.shape[1]))
    comes = (sequences[:, :, None] == np.arange(slots)).any(axis=1)
    both = (comes[:, :, None] & comes[:, None, :]).reshape(len(marks), -1, 1)
    counts = np.where(both, 1.0, _EASY) * np.where(marks > 0, _rarity(), 1.0)
    return counts.astype(np.float32)


@lru_cache(maxsize=1)
def _rarity() -> NDArray[np.float32]:
    """(RULES,) the root of the odds against each rule's call, in lessons."""
    marks = draw_lesson(512, 10, 6, np.random.default_rng(0))[1]
    odds = (1 - marks).sum(axis=(0, 1)) / np.maximum(marks.sum(axis=(0, 1)), 1)
    return np.asarray(np.minimum(np.sqrt(odds), _MOST), np.float32)
