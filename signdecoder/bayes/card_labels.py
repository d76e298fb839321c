"""Labels of a sign card: which play each value of a scheme calls, if any.

No two plays share a value, and a play has one value, rarely more. Where a certain signal comes next
a value may call another play (see `signdecoder.bayes.card_longer`). Under a scheme the labels of
its values are summed over exactly, value by value: a state says which plays have a value so far.

Shapes: A schemes, N noise levels, W values, K plays, 2^K states, C longer calls. Label 0 calls
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from signdecoder.bayes.card_longer import LongerCalls
from signdecoder.bayes.card_outcomes import NOTHING
from signdecoder.bayes.counts import Floats, Places

IMPOSSIBLE = -1e9
"""Log probability of what cannot be; a finite one, so that differences stay numbers."""


class Marginals(NamedTuple):
    """What is believed of the labels.

    Attributes
    ----------
    labels : ndarray of float
        (A, N, W, K + 1) probability of each label of each value, where it begins no longer call.
    longer : ndarray of float
        (C, N, K + 1) probability of each longer call, by the label that its value has elsewhere.
    without : ndarray of float
        (A, N, K) probability of each play to have no value.
    """

    labels: Floats
    longer: Floats
    without: Floats


@dataclass(frozen=True, slots=True)
class LabelSum:
    """The sum over all labels of the values of some schemes.

    Attributes
    ----------
    log_first : ndarray of float
        (A, W) log prior probability of each value to be a play's first one.
    log_more : ndarray of float
        (A,) log prior probability of each further value of a play.
    log_evidence : ndarray of float
        (A, N, W, K + 1) log likelihood of the outcomes that each value was shown with, by label.
    log_states : ndarray of float
        (N, 2^K) log prior of which plays have a value at all, with what the plays without one make
        of their outcomes.
    longer : LongerCalls
        Longer calls of the schemes. A value begins one of them at most.
    """

    log_first: Floats
    log_more: Floats
    log_evidence: Floats
    log_states: Floats
    longer: LongerCalls

    def log_likelihood(self) -> Floats:
        """Return the log likelihood of all outcomes under each scheme.

        Returns
        -------
        ndarray of float
            (A, N) log likelihood.
        """
        return np.asarray(np.logaddexp.reduce(self._forward()[-1] + self.log_states, axis=-1))

    def marginals(self) -> Marginals:
        """Return what is believed of the labels.

        Returns
        -------
        Marginals
            The probabilities.
        """
        forward = self._forward()
        total = np.logaddexp.reduce(forward[-1] + self.log_states, axis=-1)
        last = np.exp(forward[-1] + self.log_states - total[..., None])
        without = [last[..., ~self._has(k)].sum(axis=-1) for k in range(1, self._n_labels)]
        labels = np.empty_like(self.log_evidence)
        longer = np.full(self.longer.log_evidence.shape, -np.inf)
        backward = np.broadcast_to(self.log_states, forward[-1].shape)
        for value in reversed(range(self.log_first.shape[1])):
            before, next_backward = forward[value], np.full_like(backward, IMPOSSIBLE)
            for label in range(self._n_labels):
                through = self._before(backward, value, label)
                through += self.log_evidence[:, :, value, label, None]
                labels[:, :, value, label] = np.logaddexp.reduce(before + through, axis=-1)
                next_backward = np.logaddexp(next_backward, through)
            for play, chosen in self.longer.by_play(value):
                at = self.longer.scheme[chosen]
                for label, evidence in self._elsewhere(value, play, chosen):
                    through = self._before(backward[at], value, label, at) + evidence
                    through = self._before(through, value, play, at)
                    through += self._longer_evidence(play, chosen)
                    longer[chosen, :, label] = np.logaddexp.reduce(before[at] + through, axis=-1)
                    np.logaddexp.at(next_backward, at, through)
            backward = next_backward
        labels = np.exp(labels - total[:, :, None, None])
        p_longer = np.exp(longer - total[self.longer.scheme][..., None])
        by_value = labels.swapaxes(1, 2)
        np.add.at(by_value, (self.longer.scheme, self.longer.value), p_longer)
        return Marginals(labels, p_longer, np.stack(without, axis=-1))

    @property
    def _n_labels(self) -> int:
        return int(self.log_evidence.shape[-1])

    def _has(self, label: int) -> np.ndarray:
        """Return (2^K,) whether the play of a label has a value in each state."""
        return (np.arange(self.log_states.shape[-1]) >> (label - 1) & 1).astype(np.bool_)

    def _after(self, state: Floats, value: int, label: int, at: Places | slice) -> Floats:
        """Return the log weight of each state after a value gets a label, without its evidence.

        ``at`` are the schemes that ``state`` is about.
        """
        if label == NOTHING:
            return state
        has, after = self._has(label), np.full_like(state, IMPOSSIBLE)
        first = state[..., ~has] + self.log_first[at, None, value, None]
        more = state[..., has] + self.log_more[at, None, None]
        after[..., has] = np.logaddexp(first, more)
        return after

    def _before(
        self, after: Floats, value: int, label: int, at: Places | slice = slice(None)
    ) -> Floats:
        """Return the log weight, from each state, of a value getting a label, without its evidence.

        ``after`` holds the log weight of each state that follows.
        """
        if label == NOTHING:
            return after.copy()
        has, before = self._has(label), np.empty_like(after)
        before[..., ~has] = after[..., has] + self.log_first[at, None, value, None]
        before[..., has] = after[..., has] + self.log_more[at, None, None]
        return before

    def _forward(self) -> list[Floats]:
        """Return the log weight (A, N, 2^K) of each state before each value, and after the last."""
        n_schemes, n_levels, n_values, n_labels = self.log_evidence.shape
        state = np.full((n_schemes, n_levels, self.log_states.shape[-1]), IMPOSSIBLE)
        state[..., 0] = 0.0
        states, every = [state], slice(None)
        for value in range(n_values):
            after = state + self.log_evidence[:, :, value, :1]
            for label in range(1, n_labels):
                has, evidence = self._has(label), self.log_evidence[:, :, value, label, None]
                labeled = self._after(state, value, label, every)[..., has] + evidence
                after[..., has] = np.logaddexp(after[..., has], labeled)
            for play, chosen in self.longer.by_play(value):
                at = self.longer.scheme[chosen]
                begun = self._after(state[at], value, play, at)
                begun += self._longer_evidence(play, chosen)
                for label, evidence in self._elsewhere(value, play, chosen):
                    both = self._after(begun, value, label, at) + evidence
                    np.logaddexp.at(after, at, both)
            state = after
            states.append(state)
        return states

    def _longer_evidence(self, play: int, chosen: Places) -> Floats:
        """Return (C, N, 1) the log weight of the plays that show longer calls of a play."""
        longer = self.longer
        return np.asarray(
            longer.log_evidence[chosen, :, play, None] + longer.log_prior[chosen, None, None]
        )

    def _elsewhere(self, value: int, play: int, chosen: Places) -> list[tuple[int, Floats]]:
        """Return the labels that the value of longer calls may have elsewhere.

        Each with (C, N, 1) the log likelihood of the plays that show it and no longer call.
        """
        evidence = self.log_evidence[self.longer.scheme[chosen], :, value]
        evidence = evidence - self.longer.log_evidence[chosen]
        return [
            (label, evidence[..., label, None]) for label in range(self._n_labels) if label != play
        ]


def which_label(labels: Floats) -> Floats:
    """Return which label decides where a sequence shows several values.

    Parameters
    ----------
    labels : ndarray of float
        (…, M, K + 1) probability of each label of each of the M values.

    Returns
    -------
    ndarray of float
        (…, K + 1) probability of each label to decide: nothing if no value calls a play; of several
        plays that are called, each as likely as any other.

    Examples
    --------
    >>> which_label(np.array([[0.5, 0.5], [1.0, 0.0]])).tolist()
    [0.5, 0.5]
    """
    p_nothing = labels[..., 0].prod(axis=-1)
    p_shown = 1 - (1 - labels[..., 1:]).prod(axis=-2)
    total = p_shown.sum(axis=-1, keepdims=True)
    shares = np.divide(p_shown, total, out=np.zeros_like(p_shown), where=total > 0)
    return np.concatenate([p_nothing[..., None], (1 - p_nothing[..., None]) * shares], axis=-1)


def p_if_known(labels: Floats, p_outcome: Floats) -> Floats:
    """Return how likely an outcome would be if the label of one of several values was known.

    It is what `which_label` says with that label certain, for every value and label at once.

    Parameters
    ----------
    labels : ndarray of float
        (E, N, M, K + 1) probability of each label of each of the M values that a sequence shows.
    p_outcome : ndarray of float
        (N, K + 1) probability of the outcome by the label that decides.

    Returns
    -------
    ndarray of float
        (E, N, M, K + 1) probability of the outcome, by the label that is known.
    """
    hidden = np.concatenate([labels[..., :1], 1 - labels[..., 1:]], axis=-1)
    others = _product_of_others(hidden)
    p_nothing, p_shown = others[..., 0], 1 - others[..., 1:]
    p_play = p_outcome[:, None, 1:]
    total, expected = p_shown.sum(axis=-1), (p_shown * p_play).sum(axis=-1)
    known = np.empty_like(labels)
    mean = np.divide(expected, total, out=np.zeros_like(total), where=total > 0)
    known[..., 0] = p_nothing * p_outcome[:, :1] + (1 - p_nothing) * mean
    hides = 1 - p_shown
    known[..., 1:] = (expected[..., None] + hides * p_play) / (total[..., None] + hides)
    return known


def _product_of_others(x: Floats) -> Floats:
    """Return, for each of the M entries of the last axis but one, the product of the others."""
    before, after = np.ones_like(x), np.ones_like(x)
    np.cumprod(x[..., :-1, :], axis=-2, out=before[..., 1:, :])
    np.cumprod(x[..., :0:-1, :], axis=-2, out=after[..., -2::-1, :])
    return before * after
