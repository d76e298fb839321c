"""Sets of signals in one role: any of several live signals, or any of several indicators.

A pair rule names one indicator and one live signal. A coach may let any of several signals stand in
one of the two roles. A *set rule* is a group of pairs with one feature: all live signals of an
indicator ("any of these right after k"), or all indicators of a live signal. Which signals belong
to it is learned play by play. Given the rule, the memberships are independent, so a play with one
candidate updates its membership exactly by Bayes; a play with several updates each by its exact
marginal (assumed-density filtering, Minka 2001).

`signdecoder.training.network.rule_sets` is the same in Keras; a test compares the two.

Shapes: V slots, C = V·V pairs, S pair features, F = N_SET_RULES set features. A group g is the
signal that all pairs share, m the one that differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.cell import Floats, sigmoid
from signdecoder.lstm.weights import Arrays
from signdecoder.rules.pair_rules import KEY_SET_RULES, LIVE_SET_RULES, N_SET_RULES

MOST_CERTAIN = 0.999  # of a membership; a product of what is left stays a number
TINY = np.float32(1e-6)  # in a denominator that can be 0


@dataclass(frozen=True, slots=True)
class SetBelief:
    """What is believed about the set rules.

    Attributes
    ----------
    members : ndarray of float32
        (V, V, F) evidence in nats that signal m belongs to the set of group g, relative to what
        was believed before the first play.
    evidence : ndarray of float32
        (V, F) log likelihood of the plays by each set rule, older plays counting for less.
    pair_evidence : ndarray of float32
        () the same by the vote on pair rules.
    """

    members: Floats
    evidence: Floats
    pair_evidence: Floats

    def take(self, pairs: NDArray[np.int64], signals: NDArray[np.int64]) -> SetBelief:
        """Return the belief about other slots.

        Parameters
        ----------
        pairs : ndarray of int
            (V', V') the pair of slots that each new pair was, as first slot · V + second slot.
        signals : ndarray of int
            (V',) the slot that each new slot was.

        Returns
        -------
        SetBelief
            The belief about V' slots.
        """
        old = self.members.reshape(-1, self.members.shape[-1])
        return SetBelief(old[pairs], self.evidence[signals], self.pair_evidence)


@dataclass(frozen=True, slots=True)
class SetVote:
    """The part of rule attention that falls to set rules.

    Attributes
    ----------
    rules : ndarray of float32
        (V, F) probability of each set rule.
    members : ndarray of float32
        (V, V, F) probability of each signal m to belong to the set of group g.
    """

    rules: Floats
    members: Floats

    def add_probs(self, probs: Floats) -> None:
        """Add the probability of each set rule to its pairs, shared by membership.

        Parameters
        ----------
        probs : ndarray of float32
            (C, S) probability of each rule of each pair; changed in place.
        """
        share = self.rules / (self.members.sum(axis=1) + TINY)
        _add_to_pairs(probs, self.members * share[:, None])

    def add_shown(self, shown: Floats, features: Floats) -> None:
        """Add the probability of the set rules that a sequence shows to the pairs that show it.

        Parameters
        ----------
        shown : ndarray of float32
            (…, C, S) what the sequence shows of each rule of each pair; changed in place.
        features : ndarray of float32
            (…, C, S) pair features of the sequence.
        """
        hits = self.members * set_features(features)
        called = 1 - np.prod(1 - hits, axis=-2)
        share = self.rules * called / (np.einsum("...gmf->...gf", hits) + TINY)
        hits *= share[..., None, :]
        _add_to_pairs(shown, hits)


class RuleSets:
    """Update the belief about set rules, and weigh it against the vote on pair rules.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        The arrays of the network by name.
    name : str
        The name of the layer in weights files.
    """

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._rates = Rates(arrays[f"{name}/rates"])
        self._pair_rates = Rates(arrays[f"{name}/pair_rates"])
        self._member, self._bias = arrays[f"{name}/member"], arrays[f"{name}/bias"]

    @staticmethod
    def start(slots: int) -> SetBelief:
        """Return the belief before the first play.

        Parameters
        ----------
        slots : int
            The number of slots V.

        Returns
        -------
        SetBelief
            The initial belief.
        """
        return SetBelief(
            np.zeros((slots, slots, N_SET_RULES), np.float32),
            np.zeros((slots, N_SET_RULES), np.float32),
            np.zeros((), np.float32),
        )

    def vote(self, belief: SetBelief) -> tuple[np.float32, SetVote]:
        """Divide the probability among the pair rules together and each set rule.

        Parameters
        ----------
        belief : SetBelief
            The belief.

        Returns
        -------
        tuple of float32 and SetVote
            The share of the pair rules, and the set rules with theirs.
        """
        sets = self._rates.scale * belief.evidence + self._bias
        pairs = self._pair_rates.scale * belief.pair_evidence
        peak = max(pairs, sets.max())
        odds, pair_odds = np.exp(sets - peak), np.exp(pairs - peak)
        total = odds.sum() + pair_odds
        return pair_odds / total, SetVote(odds / total, self._members(belief))

    def observe(
        self, belief: SetBelief, features: Floats, by_pairs: np.float32, evidence: int
    ) -> SetBelief:
        """Return the belief after one more play.

        Parameters
        ----------
        belief : SetBelief
            The belief before the play.
        features : ndarray of float32
            (C, S) pair features of its sequence.
        by_pairs : float32
            The probability of a call by the vote on pair rules.
        evidence : int
            What its outcome says about the target, an `Evidence`.

        Returns
        -------
        SetBelief
            The belief after it.
        """
        rates, pair_rates = self._rates, self._pair_rates
        # All evidence is forgotten alike, or what is weighed would not be of the same plays.
        members, total = rates.memory * belief.members, pair_rates.memory * belief.evidence
        of_pairs = np.asarray(pair_rates.memory * belief.pair_evidence)
        if evidence == Evidence.SILENT:
            return SetBelief(members, total, of_pairs)
        called = evidence == Evidence.CALLED
        shown = set_features(features)
        spared = 1 - self._members(belief) * shown  # no call by this signal
        none = np.prod(spared, axis=1)  # (V, F)
        others = none[:, None] / spared  # no call by any other signal
        if_member = rates.log_likelihood(1 - (1 - shown) * others, called)
        members += if_member - rates.log_likelihood(1 - others, called)
        total += rates.log_likelihood(1 - none, called)
        of_pairs = of_pairs + pair_rates.log_likelihood(by_pairs, called)
        return SetBelief(members, total, of_pairs)

    def _members(self, belief: SetBelief) -> Floats:
        """Return the probability of each signal to belong to each set: (V, V, F)."""
        return np.float32(MOST_CERTAIN) * sigmoid(self._member + belief.members)


class Rates:
    """How an outcome follows from a call, by trained log odds.

    Parameters
    ----------
    log_odds : ndarray of float32
        (SET_RATES, …) rows as `config` lists them.

    Attributes
    ----------
    memory : ndarray of float32
        The share of evidence that is kept until the next play.
    scale : ndarray of float32
        The factor of the evidence in the vote.
    """

    def __init__(self, log_odds: Floats) -> None:
        missed, self._stray, self.memory = sigmoid(log_odds[:3])
        self._span = (1 - self._stray) * (1 - missed)
        self.scale = log_odds[3]

    def log_likelihood(self, p_call: Floats | np.float32, called: bool) -> Floats:
        """Return the log likelihood of an outcome.

        Parameters
        ----------
        p_call : ndarray of float32
            The probability that the play shows a call.
        called : bool
            Whether the called play was run.

        Returns
        -------
        ndarray of float32
            Its log likelihood, in nats.
        """
        p_run = self._stray + self._span * p_call
        return np.asarray(np.log(p_run if called else 1 - p_run))


def set_features(features: Floats) -> Floats:
    """Return what sequences show of the set rules.

    Parameters
    ----------
    features : ndarray of float32
        (…, C, S) pair features.

    Returns
    -------
    ndarray of float32
        (…, V, V, F) what they show of signal m in group g.
    """
    grid = _grid(features)
    mirrored = grid.swapaxes(-3, -2)
    shown = np.empty((*grid.shape[:-1], N_SET_RULES), np.float32)
    for of_live, of_sets, of_pairs in _RUNS:
        shown[..., of_sets] = (grid if of_live else mirrored)[..., of_pairs]
    return shown


def _add_to_pairs(values: Floats, by_group: Floats) -> None:
    """Add (…, V, V, F) values by group to the features (…, C, S) of the pairs, in place."""
    grid = _grid(values)
    mirrored = grid.swapaxes(-3, -2)
    for of_live, of_sets, of_pairs in _RUNS:
        target = (grid if of_live else mirrored)[..., of_pairs]
        target += by_group[..., of_sets]


def _grid(values: Floats) -> Floats:
    """Return a view (…, V, V, S) of values (…, C, S)."""
    slots = int(np.sqrt(values.shape[-2]))
    return values.reshape(*values.shape[:-2], slots, slots, values.shape[-1])


def _find_runs() -> list[tuple[bool, slice, slice]]:
    """Return runs of set rules whose pair rules follow each other, because slices are fast.

    For each run: whether it is of live signals, its set rules, and its pair rules.
    """
    runs: list[tuple[bool, slice, slice]] = []
    for number, rule in enumerate((*LIVE_SET_RULES, *KEY_SET_RULES)):
        of_live = number < len(LIVE_SET_RULES)
        of_sets, of_pairs = slice(number, number + 1), slice(rule, rule + 1)
        if runs and runs[-1][0] == of_live and runs[-1][2].stop == rule:
            _, before, pairs_before = runs.pop()
            of_sets = slice(before.start, number + 1)
            of_pairs = slice(pairs_before.start, rule + 1)
        runs.append((of_live, of_sets, of_pairs))
    return runs


_RUNS = _find_runs()
