"""Rules whose key sign or live signal depends on the moment of the game, such as the outs.

The rule is "the live signal right after the key". In each context, such as the number of outs, each
pair of key and live signal has a likelihood. Given the part that is the same in all contexts, the
contexts are independent: sum over what varies, multiply over contexts, sum over what is shared.

Shapes: K kinds of context, C values of one, V signals, N noise levels, P pairs that a sequence
shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, Places
from signdecoder.bayes.noise_levels import LOG_P_NOISE, MISSED, OWN
from signdecoder.core.contexts import CONTEXT_KINDS, NOT_NOTED

N_VALUES = tuple(kind.n_values for kind in CONTEXT_KINDS)
VARYING = ("key", "live")
"""What may depend on the context."""
_MOST = max(N_VALUES)


class Pairs(NamedTuple):
    """The signals that stand right after each other in a sequence, each pair once.

    Attributes
    ----------
    key : ndarray of int
        (P,) the first signal.
    live : ndarray of int
        (P,) the second.
    """

    key: Places
    live: Places


class ContextPosterior(NamedTuple):
    """What is believed about the rule of one kind of context, given that it is of this kind.

    Attributes
    ----------
    log_evidence : float
        Log likelihood of the plays.
    shared : ndarray of float
        (V, N) probability of each shared signal and noise level.
    varying : ndarray of float
        (C, V, V, N) probability of each varying signal, given context, shared signal and noise;
        axes: context, varying, shared, noise.
    """

    log_evidence: float
    shared: Floats
    varying: Floats


def adjacent_pairs(sequence: Sequence[int], n_signals: int) -> Pairs:
    """Return the pairs of signals right after each other.

    Parameters
    ----------
    sequence : sequence of int
        Signals; those below zero or from V on have no role.
    n_signals : int
        The number V of signals.

    Returns
    -------
    Pairs
        Each pair once.
    """
    pairs = {(k, m) for k, m in pairwise(sequence) if 0 <= k < n_signals and 0 <= m < n_signals}
    key, live = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    return Pairs(key, live)


@dataclass(slots=True)
class ContextTables:
    """The likelihood of each pair in each context, for the plays of a segment.

    Attributes
    ----------
    n_signals : int
        The number V of signals.
    log_ratio : ndarray of float32
        (K, C, V, V, N) log likelihood of the plays in a context for each key and live signal,
        relative to `base`.
    base : ndarray of float
        (K, N) log likelihood of the plays if none was called.
    seen : ndarray of int
        (K, C) plays in each context.
    """

    n_signals: int
    log_ratio: NDArray[np.float32] = field(init=False)
    base: Floats = field(init=False)
    seen: Places = field(init=False)
    _posteriors: dict[tuple[int, int], ContextPosterior] = field(init=False)

    def __post_init__(self) -> None:
        v, kinds = self.n_signals, len(N_VALUES)
        self.log_ratio = np.zeros((kinds, _MOST, v, v, len(MISSED)), np.float32)
        self.base = np.zeros((kinds, len(MISSED)))
        self.seen = np.zeros((kinds, _MOST), np.int64)
        self._posteriors = {}

    @property
    def used(self) -> list[int]:
        """The kinds of context that some play of the segment tells."""
        return np.flatnonzero(self.seen.any(axis=1)).tolist()

    def observe(
        self,
        pairs: Pairs,
        run: bool,
        context: tuple[int, ...],
        log_before: float,
        log_p: float,
        p_pairs: Floats | None = None,
    ) -> None:
        """Learn from one play.

        Parameters
        ----------
        pairs : Pairs
            The pairs that its sequence shows.
        run : bool
            Whether it was the target.
        context : tuple of int
            The value of each kind of context, -1 where it is not known; may be empty.
        log_before : float
            Log likelihood of the plays before, without rules of context. A play whose context is
            not known says nothing about them: they predict what the other rules do.
        log_p : float
            The same for this play alone.
        p_pairs : ndarray of float, optional
            (P,) how probably the sequence shows each pair, if signals were missed.
        """
        if not any(value != NOT_NOTED for value in context) and not self.seen.any():
            return
        self._posteriors = {}
        log_uncalled = np.log(OWN) if run else np.log1p(-OWN)
        ratio = ((1 - MISSED) if run else MISSED) / (OWN if run else 1 - OWN)
        log_ratio = np.log(ratio) if p_pairs is None else np.log1p(p_pairs[:, None] * (ratio - 1))
        for kind in range(len(N_VALUES)):
            value = context[kind] if kind < len(context) else NOT_NOTED
            is_used = self.seen[kind].any()
            if value == NOT_NOTED:
                if is_used:
                    self.base[kind] += log_p
                continue
            if not is_used:
                self.base[kind] = log_before
            self.seen[kind, value] += 1
            self.base[kind] += log_uncalled
            self.log_ratio[kind, value, pairs.key, pairs.live] += log_ratio.astype(np.float32)

    def posterior(self, kind: int, varying: int) -> ContextPosterior:
        """Return what is believed about the rule of one kind of context.

        Parameters
        ----------
        kind : int
            The kind of context.
        varying : int
            What varies, an index into VARYING.

        Returns
        -------
        ContextPosterior
            The posterior.
        """
        found = self._posteriors.get((kind, varying))
        if found is None:
            found = self._posteriors[kind, varying] = self._compute(kind, varying)
        return found

    def _compute(self, kind: int, varying: int) -> ContextPosterior:
        log_ratio = self.log_ratio[kind, : N_VALUES[kind]].astype(np.float64)
        if VARYING[varying] == "live":
            log_ratio = log_ratio.swapaxes(1, 2)
        top = log_ratio.max(axis=1, keepdims=True)
        odds = np.exp(log_ratio - top)
        total = odds.sum(axis=1, keepdims=True)
        log_v = np.log(self.n_signals)
        of_context = (top + np.log(total))[:, 0] - log_v  # (C, V, N)
        joint = of_context.sum(axis=0) - log_v + self.base[kind] + LOG_P_NOISE
        log_evidence = float(np.logaddexp.reduce(joint, axis=None))
        return ContextPosterior(log_evidence, np.exp(joint - log_evidence), odds / total)

    def p_run(self, pairs: Pairs, value: int, kind: int, varying: int) -> float:
        """Return the probability of the target after a sequence by the rule of one kind of context.

        Parameters
        ----------
        pairs : Pairs
            The pairs that the sequence shows.
        value : int
            The context; -1 if it is not known: the mean over what the plays make likely.
        kind : int
            The kind of context.
        varying : int
            What varies, an index into VARYING.

        Returns
        -------
        float
            The probability.
        """
        belief = self.posterior(kind, varying)
        own = float(belief.shared.sum(axis=0) @ OWN)
        if not len(pairs.key):
            return own
        vary, shared = pairs if VARYING[varying] == "key" else (pairs.live, pairs.key)
        shown = belief.varying[:, vary, shared] * belief.shared[shared]  # (C, P, N)
        called = shown.sum(axis=1) @ (1 - MISSED - OWN)
        return own + float(called[value] if value != NOT_NOTED else called @ self.p_values(kind))

    def p_values(self, kind: int) -> Floats:
        """Return (C,) how likely each context is at some play.

        Parameters
        ----------
        kind : int
            The kind of context.

        Returns
        -------
        ndarray of float
            Probabilities.
        """
        seen = self.seen[kind, : N_VALUES[kind]] + 0.5
        return np.asarray(seen / seen.sum())

    def grow(self, n_signals: int) -> None:
        """Add signals, which no play has shown yet.

        Parameters
        ----------
        n_signals : int
            The new number of signals.
        """
        more = n_signals - self.n_signals
        self.log_ratio = np.pad(self.log_ratio, [(0, 0), (0, 0), (0, more), (0, more), (0, 0)])
        self.n_signals = n_signals
        self._posteriors = {}
