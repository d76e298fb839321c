"""Longer calls: where one call begins another, such as a steal within a hit-and-run.

"Belt right after cap is a steal; belt, then wrist, a hit-and-run": a sequence that shows the longer
call is no steal. A value of a scheme then has two labels: that of the longer call where a certain
signal comes next, and another one, or none, everywhere else.

Only candidates are weighed: longer calls that make the plays likelier than one label does.

Shapes: C candidates, P pairs of a value and the signal after it, S schemes, W values, N noise
levels, K plays, O outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.call_schemes import CallSchemes, LongerShown
from signdecoder.bayes.card_outcomes import NOTHING
from signdecoder.bayes.counts import Floats, Places

_LEAST = 1e-12  # probability
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LongerCalls:
    """Candidates for longer calls, sorted by scheme, value and signal after it.

    Attributes
    ----------
    scheme, value, then, play : ndarray of int
        (C,) the scheme that the call begins under, the value that it begins with, the signal after
        that, and the play, from 1.
    log_prior : ndarray of float
        (C,) log prior odds that a call with this value goes on with that signal.
    log_evidence : ndarray of float
        (C, N, K + 1) log likelihood of the plays that show both, by the label that they then have.
    """

    scheme: Places
    value: Places
    then: Places
    play: Places
    log_prior: Floats
    log_evidence: Floats

    def __len__(self) -> int:
        """Return the number C of candidates."""
        return len(self.scheme)

    def of(self, chosen: Places | np.ndarray) -> LongerCalls:
        """Return some of the candidates.

        Parameters
        ----------
        chosen : ndarray of int or bool
            Which ones.

        Returns
        -------
        LongerCalls
            The candidates, in the same order.
        """
        return LongerCalls(*(getattr(self, name)[chosen] for name in self.__slots__))

    def among(self, place_of: Places) -> LongerCalls:
        """Return the candidates of the schemes that are kept, with the places of these as schemes.

        Parameters
        ----------
        place_of : ndarray of int
            (S,) the place of each scheme; -1 if it is not kept.

        Returns
        -------
        LongerCalls
            The candidates.
        """
        place = place_of[self.scheme]
        return replace(self, scheme=place).of(place >= 0)

    def by_play(self, value: int) -> Iterator[tuple[int, Places]]:
        """Return the candidates that begin with a value, play by play.

        Parameters
        ----------
        value : int
            The value.

        Yields
        ------
        tuple of int and ndarray of int
            A play, and the numbers of its candidates.
        """
        of_value = np.flatnonzero(self.value == value)
        for play in sorted(set(self.play[of_value].tolist())):
            yield play, of_value[self.play[of_value] == play]

    def shown(self, longer: LongerShown, place_of: Places) -> tuple[Places, Places]:
        """Find the candidates that a sequence shows.

        Parameters
        ----------
        longer : LongerShown
            What the sequence shows.
        place_of : ndarray of int
            (S,) the place of each scheme; -1 if it is not kept.

        Returns
        -------
        tuple of ndarray of int
            The numbers of the candidates, and which entry of `longer` shows each.
        """
        if not len(self):
            return np.zeros((2, 0), np.int64)[0], np.zeros(0, np.int64)
        at = place_of[longer.scheme]
        mine = _number(self.scheme, self.value, self.then)
        begin, end = (
            np.searchsorted(mine, _number(at, longer.value, longer.then), side)
            for side in ("left", "right")
        )
        count = np.where(at >= 0, end - begin, 0)
        entry = np.repeat(np.arange(len(at)), count)
        within = np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count)
        return begin[entry] + within, entry


class Shows(Protocol):
    """What a play shows of longer calls: its outcome, and which of them are alone."""

    @property
    def outcome(self) -> int:
        """The outcome."""

    @property
    def longer(self) -> LongerShown:
        """The longer calls."""

    @property
    def is_alone(self) -> Mask:
        """Whether the scheme of each shows no other value."""


class PairCounts(NamedTuple):
    """How often each value came with a certain signal after it, by outcome.

    Attributes
    ----------
    scheme, value, then, longer : ndarray of int
        (P,) as in `LongerShown`.
    counts : ndarray of float
        (P, O) plays by outcome.
    """

    scheme: Places
    value: Places
    then: Places
    longer: Places
    counts: Floats


def count_pairs(plays: Sequence[Shows], n_outcomes: int) -> PairCounts:
    """Count plays by the value and the signal after it that they show, if it is the only value.

    Parameters
    ----------
    plays : sequence of Shows
        What each play shows.
    n_outcomes : int
        The number O of outcomes.

    Returns
    -------
    PairCounts
        The pairs that some play other than NOTHING was seen with.
    """
    entries = np.concatenate(
        [np.zeros((5, 0), np.int64)]
        + [
            np.array([*play.longer, np.full(len(play.is_alone), play.outcome)])[:, play.is_alone]
            for play in plays
        ],
        axis=1,
    )
    _, first, pair = np.unique(_number(*entries[:3]), return_index=True, return_inverse=True)
    counts = np.zeros((len(first), n_outcomes))
    np.add.at(counts, (pair, entries[4]), 1)
    called = counts[:, NOTHING + 1 : -1].any(axis=1)
    scheme, value, then, longer = entries[:4, first[called]]
    return PairCounts(scheme, value, then, longer, counts[called])


def find_longer(
    pairs: PairCounts,
    schemes: CallSchemes,
    log_labels: Floats,
    log_p: Floats,
    log_longer: float,
) -> tuple[LongerCalls, Floats]:
    """Find the longer calls that make the plays likelier than one label for each value does.

    Parameters
    ----------
    pairs : PairCounts
        The plays that show each pair.
    schemes : CallSchemes
        The schemes.
    log_labels : ndarray of float
        (P, N, K + 1) log likelihood of all plays that show the value of a pair, by its label.
    log_p : ndarray of float
        (N, K + 1, O) log probability of each outcome, by noise level and label.
    log_longer : float
        Log prior odds of a longer call.

    Returns
    -------
    LongerCalls
        The candidates.
    ndarray of float
        (C, N) how much likelier than one label each is, in nats; at least 0.
    """
    of_pair = np.einsum("po,nko->pnk", pairs.counts, log_p, optimize=True)
    share = schemes.value_shares[pairs.longer, pairs.then]
    log_prior = log_longer + np.log(np.maximum(share, _LEAST))
    pair, play = np.nonzero(pairs.counts[:, NOTHING + 1 : -1] * (share > 0)[:, None])
    play += 1
    rest = log_labels[pair] - of_pair[pair]
    rest[np.arange(len(pair)), :, play] = -np.inf
    longer = np.take_along_axis(of_pair[pair], play[:, None, None], axis=2)[..., 0]
    longer = longer + rest.max(axis=-1) + log_prior[pair, None]
    gain = np.maximum(longer - log_labels[pair].max(axis=-1), 0.0)
    better = gain.any(axis=1)
    pair, play = pair[better], play[better]
    found = LongerCalls(
        pairs.scheme[pair], pairs.value[pair], pairs.then[pair], play, log_prior[pair],
        of_pair[pair],
    )  # fmt: skip
    return found, gain[better]


def gain_by_scheme(longer: LongerCalls, gain: Floats, n_schemes: int) -> Floats:
    """Return how much likelier longer calls make the plays under each scheme.

    Parameters
    ----------
    longer : LongerCalls
        The candidates, with the numbers of their schemes.
    gain : ndarray of float
        (C, N) what `find_longer` returned.
    n_schemes : int
        The number S of schemes.

    Returns
    -------
    ndarray of float
        (S, N) nats: the best candidate of each value, summed over the values.
    """
    total = np.zeros((n_schemes, gain.shape[1]))
    if len(longer):
        at = longer.scheme, longer.value
        begins = np.flatnonzero(np.any(np.diff(at, prepend=-1), axis=0))
        np.add.at(total, longer.scheme[begins], np.maximum.reduceat(gain, begins, axis=0))
    return total


def add_longer(labels: Floats, longer: LongerCalls, p: Floats, shown: Places, at: Places) -> None:
    """Turn the labels of values that a sequence shows into those of the longer calls it shows.

    Parameters
    ----------
    labels : ndarray of float
        (E, N, K + 1) probability of each label of each value; changed in place.
    longer : LongerCalls
        The candidates.
    p : ndarray of float
        (C, N, K + 1) probability of each, by the label that its value has elsewhere.
    shown : ndarray of int
        The candidates that the sequence shows.
    at : ndarray of int
        Which value each of them begins with.
    """
    np.subtract.at(labels, at, p[shown])
    by_label = labels.transpose(0, 2, 1)
    np.add.at(by_label, (at, longer.play[shown]), p[shown].sum(axis=-1))


def _number(scheme: Places, value: Places, then: Places) -> Places:
    """Return one number for each pair, in the order of scheme, value and signal after it."""
    most = 1 << 20
    return np.asarray((scheme * most + value) * most + then)
