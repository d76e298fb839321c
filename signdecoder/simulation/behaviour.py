"""How a simulated coach moves when nothing is called: a Markov chain with habits on top.

Real coaches have favorites: signals, pairs, a gesture to open with, one to close with. A simulator
without habits gives the rule away, because the true pair is then the most common pair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.rule import BLANK, NO_SIGNAL, Sequences


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The habits that a coach's decoys are drawn from, over V signals.

    Attributes
    ----------
    start : numpy.ndarray of float64, shape (V,)
        Cumulative probabilities of the first signal.
    chain : numpy.ndarray of float64, shape (V, V)
        Cumulative probabilities of the next signal, a row for each signal.
    phrases : numpy.ndarray of int16, shape (M, 2)
        Pairs of signals that the coach likes to give together.
    phrase_rates : numpy.ndarray of float64, shape (M,)
        Probability that a play has each phrase.
    opening, closing : int
        Signal that often comes first, or last; NO_SIGNAL if there is none.
    gesture_rate : float
        Share of plays with the opening and closing signals.
    shortest, longest : int
        Limits of the length of a sequence, in signals.
    mean_length, length_spread : float
        Mean and standard deviation of the length, in signals.
    """

    start: NDArray[np.float64]
    chain: NDArray[np.float64]
    phrases: NDArray[np.int16]
    phrase_rates: NDArray[np.float64]
    opening: int
    closing: int
    gesture_rate: float
    shortest: int
    longest: int
    mean_length: float
    length_spread: float

    @property
    def vocabulary(self) -> int:
        """Number of signals that the coach uses."""
        return len(self.start)


def draw_habits(
    rng: np.random.Generator, vocabulary: int, width: int, phrase_rate: float
) -> Behaviour:
    """Draw the habits of a random coach.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    vocabulary : int
        Number of signals.
    width : int
        Most signals in a sequence.
    phrase_rate : float
        About how often each favorite pair is given on purpose, as a share of plays.

    Returns
    -------
    Behaviour
        The habits.
    """
    popularity = np.arange(1, vocabulary + 1, dtype=np.float64) ** -rng.uniform(0.0, 1.1)
    rng.shuffle(popularity)
    # Some coaches wander evenly from signal to signal, others have strong preferences.
    chain = popularity * rng.gamma(4.0 ** rng.uniform(0, 2.5), size=(vocabulary, vocabulary))
    chain[np.diag_indices(vocabulary)] *= rng.choice([0.1, 0.4, 1.0], p=[0.6, 0.2, 0.2])
    phrases = rng.integers(vocabulary, size=(rng.integers(3, 9), 2))
    phrase_rates = np.clip(phrase_rate * rng.uniform(0.8, 2.0, len(phrases)), 0.0, 0.8)
    routines = rng.integers(3)  # pairs in most plays, whatever the coach calls
    phrase_rates[:routines] = rng.uniform(0.3, 0.95, routines)
    shortest = 1 if rng.random() < 0.2 else 2
    mean = rng.uniform(min(3.0, width / 2), width * 0.85)
    if rng.random() < 0.1:  # the short ones: bangs, whistles, single words
        mean = rng.uniform(1.0, 3.0)
    return Behaviour(
        start=_cumulative(popularity),
        chain=_cumulative(chain),
        phrases=phrases.astype(np.int16),
        phrase_rates=np.sort(phrase_rates),  # the most common is put in last, over the others
        opening=int(rng.integers(vocabulary)) if rng.random() < 0.2 else NO_SIGNAL,
        closing=int(rng.integers(vocabulary)) if rng.random() < 0.2 else NO_SIGNAL,
        gesture_rate=rng.uniform(0.4, 1.0),
        shortest=shortest,
        longest=width,
        mean_length=mean,
        length_spread=rng.uniform(0.5, width / 4),
    )


def estimate_habits(sequences: Sequences, vocabulary: int, width: int) -> Behaviour:
    """Estimate a coach's habits from sequences.

    Half an occurrence is added to every count, so that nothing is impossible (the Jeffreys prior).
    Favorite pairs are left to the chain. A closing signal is one that ends most sequences.

    Parameters
    ----------
    sequences : numpy.ndarray of int16, shape (N, T)
        The sequences, padded with BLANK.
    vocabulary : int
        Number V of signals.
    width : int
        Most signals in a sequence to draw, if these are shorter.

    Returns
    -------
    Behaviour
        The habits.
    """
    lengths = (sequences != BLANK).sum(axis=1)
    first = np.bincount(sequences[:, 0], minlength=vocabulary).astype(np.float64)
    here, then = sequences[:, :-1].ravel(), sequences[:, 1:].ravel()
    chain = np.zeros((vocabulary, vocabulary))
    np.add.at(chain, (here[then != BLANK], then[then != BLANK]), 1.0)
    last = np.bincount(sequences[np.arange(len(sequences)), lengths - 1], minlength=vocabulary)
    closes = last.max() > len(sequences) / 2
    return Behaviour(
        start=_cumulative(first + 0.5),
        chain=_cumulative(chain + 0.5),
        phrases=np.empty((0, 2), np.int16),
        phrase_rates=np.empty(0),
        opening=NO_SIGNAL,
        closing=int(last.argmax()) if closes else NO_SIGNAL,
        gesture_rate=float(last.max() / len(sequences)) if closes else 0.0,
        shortest=int(lengths.min()),
        longest=max(width, int(lengths.max())),
        mean_length=float(lengths.mean()),
        length_spread=float(lengths.std()),
    )


def without_favourites(habits: Behaviour) -> Behaviour:
    """Make every signal as likely as any other, after each signal.

    Parameters
    ----------
    habits : Behaviour
        A coach's habits.

    Returns
    -------
    Behaviour
        The habits without favorite signals; phrases, gestures and lengths stay.
    """
    return replace(
        habits,
        start=_cumulative(np.ones_like(habits.start)),
        chain=_cumulative(np.ones_like(habits.chain)),
    )


def with_lengths(habits: Behaviour, lengths: tuple[int, int]) -> Behaviour:
    """Give every sequence a length within limits.

    Parameters
    ----------
    habits : Behaviour
        A coach's habits.
    lengths : tuple of (int, int)
        Fewest and most signals of a sequence.

    Returns
    -------
    Behaviour
        The habits with these lengths, most of them near the middle.
    """
    shortest, longest = lengths
    return replace(
        habits,
        shortest=shortest,
        longest=longest,
        mean_length=(shortest + longest) / 2,
        length_spread=max(0.5, (longest - shortest) / 3),
    )


def draw_sequences(habits: Behaviour, count: int, rng: np.random.Generator) -> Sequences:
    """Draw sequences of decoys.

    Parameters
    ----------
    habits : Behaviour
        A coach's habits.
    count : int
        Number N of sequences.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    numpy.ndarray of int16, shape (N, habits.longest)
        The sequences, padded with BLANK.
    """
    width = habits.longest
    lengths = np.rint(rng.normal(habits.mean_length, habits.length_spread, count)).astype(np.int16)
    lengths = np.clip(lengths, habits.shortest, width)
    luck = rng.random((width, count))
    sequences = np.empty((count, width), np.int16)
    sequences[:, 0] = _pick(habits.start[None, :], luck[0])
    for t in range(1, width):
        sequences[:, t] = _pick(habits.chain[sequences[:, t - 1]], luck[t])
    everyone = np.arange(count)
    for phrase, rate in zip(habits.phrases, habits.phrase_rates, strict=True):
        chosen = (rng.random(count) < rate) & (lengths >= 2)
        at = (rng.random(count) * (lengths - 1)).astype(np.int16)
        sequences[everyone[chosen], at[chosen]] = phrase[0]
        sequences[everyone[chosen], at[chosen] + 1] = phrase[1]
    if habits.opening != NO_SIGNAL:
        sequences[rng.random(count) < habits.gesture_rate, 0] = habits.opening
    if habits.closing != NO_SIGNAL:
        chosen = rng.random(count) < habits.gesture_rate
        sequences[everyone[chosen], lengths[chosen] - 1] = habits.closing
    sequences[np.arange(width) >= lengths[:, None]] = BLANK
    return sequences


def _cumulative(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.cumsum(weights / weights.sum(axis=-1, keepdims=True), axis=-1)


def _pick(cumulative: NDArray[np.float64], luck: NDArray[np.float64]) -> NDArray[np.int16]:
    # The last bin takes what rounding leaves over.
    return np.asarray((cumulative[:, :-1] < luck[:, None]).sum(axis=1), np.int16)
