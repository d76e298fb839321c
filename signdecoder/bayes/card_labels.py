"""Labels of a sign card: which play each value of a scheme calls, if any.

No two plays share a value, and a play has one value, rarely more. Under a scheme the labels of its
values are summed over exactly, value by value: a state says which plays have a value so far.

Shapes: A schemes, N noise levels, W values, K plays, 2^K states. Label 0 calls nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signdecoder.bayes.counts import Floats

IMPOSSIBLE = -1e9
"""Log probability of what cannot be; a finite one, so that differences stay numbers."""


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
    """

    log_first: Floats
    log_more: Floats
    log_evidence: Floats
    log_states: Floats

    def log_likelihood(self) -> Floats:
        """Return the log likelihood of all outcomes under each scheme.

        Returns
        -------
        ndarray of float
            (A, N) log likelihood.
        """
        return np.asarray(np.logaddexp.reduce(self._forward()[-1] + self.log_states, axis=-1))

    def marginals(self) -> tuple[Floats, Floats]:
        """Return what is believed of the labels.

        Returns
        -------
        ndarray of float
            (A, N, W, K + 1) probability of each label of each value.
        ndarray of float
            (A, N, K) probability of each play to have no value.
        """
        forward, backward = self._forward(), self.log_states + np.zeros_like(self._forward()[0])
        total = np.logaddexp.reduce(forward[-1] + self.log_states, axis=-1)
        last = np.exp(forward[-1] + self.log_states - total[..., None])
        without = [last[..., ~self._has(k)].sum(axis=-1) for k in range(self._n_plays)]
        labels = np.empty_like(self.log_evidence)
        n_values = self.log_first.shape[1]
        for value in reversed(range(n_values)):
            before = forward[value]
            next_backward = self.log_evidence[:, :, value, :1] + backward
            labels[:, :, value, 0] = np.logaddexp.reduce(before + next_backward, axis=-1) - total
            for play in range(self._n_plays):
                through = self._label(np.zeros_like(before), backward, value, play)
                p = np.logaddexp.reduce(before + through, axis=-1)
                labels[:, :, value, 1 + play] = p - total
                next_backward = np.logaddexp(next_backward, through)
            backward = next_backward
        return np.exp(labels), np.stack(without, axis=-1)

    @property
    def _n_plays(self) -> int:
        return int(self.log_evidence.shape[-1]) - 1

    def _has(self, play: int) -> np.ndarray:
        """Return (2^K,) whether a play has a value in each state."""
        return (np.arange(self.log_states.shape[-1]) >> play & 1).astype(np.bool_)

    def _label(self, start: Floats, after: Floats, value: int, play: int) -> Floats:
        """Return (A, N, 2^K) how a value gets the label of a play, from each state.

        ``after`` holds the log weight of each state that follows.
        """
        has = self._has(play)
        evidence = self.log_evidence[:, :, value, 1 + play, None]
        result = np.full_like(start, IMPOSSIBLE)
        with_play = after[..., has]
        result[..., ~has] = with_play + evidence + self.log_first[:, None, value, None]
        result[..., has] = with_play + evidence + self.log_more[:, None, None]
        return result

    def _forward(self) -> list[Floats]:
        """Return the log weight (A, N, 2^K) of each state before each value, and after the last."""
        n_schemes, n_levels, n_values, _ = self.log_evidence.shape
        state = np.full((n_schemes, n_levels, self.log_states.shape[-1]), IMPOSSIBLE)
        state[..., 0] = 0.0
        states = [state]
        for value in range(n_values):
            after = state + self.log_evidence[:, :, value, :1]
            for play in range(self._n_plays):
                has = self._has(play)
                evidence = self.log_evidence[:, :, value, 1 + play, None]
                first = state[..., ~has] + self.log_first[:, None, value, None]
                more = state[..., has] + self.log_more[:, None, None]
                after[..., has] = np.logaddexp(
                    after[..., has], np.logaddexp(first, more) + evidence
                )
            state = after
            states.append(state)
        return states


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
