"""The likeliest rules: ranked for people, and as a fast approximation of predictions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from signdecoder.bayes.counts import Floats
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import CALLED, Rule, Sequences

_MAX_RANKED = 100  # rules considered for a ranking
_MIN_RANKED = 1e-5  # probability of a rule below which it is not ranked

LogScore = Callable[[list[Rule]], Floats]


@dataclass(frozen=True, slots=True)
class RankedRule:
    """A rule and its probability, including rules that call the very same sequences.

    Attributes
    ----------
    rule : Rule
        The rule.
    probability : float
        Its posterior probability.
    """

    rule: Rule
    probability: float


@dataclass(frozen=True, slots=True)
class TopRules:
    """The n likeliest rules, and what they predict.

    Attributes
    ----------
    rules : list of Rule
        The rules.
    called : ndarray of float
        (n,) joint probability of each rule and of the play being the target, if it calls the play.
    uncalled : ndarray of float
        (n,) the same if it does not.
    rest : float
        What all other rules contribute.
    """

    rules: list[Rule]
    called: Floats
    uncalled: Floats
    rest: float

    def predict(self, sequences: Sequences) -> Floats:
        """Return the probability of the target after each of some sequences.

        Parameters
        ----------
        sequences : ndarray of int16
            (N, T) sequences padded with BLANK.

        Returns
        -------
        ndarray of float
            (N,) probabilities.
        """
        total = np.full(len(sequences), self.rest)
        for rule, called, uncalled in zip(self.rules, self.called, self.uncalled, strict=True):
            total += np.where(plays_called(rule, sequences) == CALLED, called, uncalled)
        return np.asarray(np.clip(total, 0.0, 1.0))


def rank_rules(
    hypotheses: Hypotheses, probs: Floats, most: int, external_log_score: LogScore | None = None
) -> list[RankedRule]:
    """Return the likeliest rules, best first; rules that call the same sequences are one.

    Parameters
    ----------
    hypotheses : Hypotheses
        All R rules.
    probs : ndarray of float
        (R,) the probability of each rule.
    most : int
        The number of rules to return, at most.
    external_log_score : callable, optional
        Takes a list of n rules and returns (n,) extra log-likelihood of each. The result is
        renormalised over the ranked rules; the probability of no rule stays.

    Returns
    -------
    list of RankedRule
        The rules with their probabilities.
    """
    count = min(_MAX_RANKED, len(probs) - 1)
    best = np.argpartition(-probs, count)[:count]
    best = best[probs[best] >= _MIN_RANKED]
    if external_log_score is not None and len(best):
        scores = external_log_score([hypotheses.rule(rule) for rule in best])
        scored = probs[best] * np.exp(scores - scores.max())
        scored *= probs[best].sum() / scored.sum()
        probs = probs.copy()
        probs[best] = scored
    ranked: dict[int, RankedRule] = {}
    for rule in best[np.argsort(-probs[best], kind="stable")].tolist():
        same = hypotheses.equivalent_rule(rule)
        if same not in ranked:
            joint = probs[rule] + (probs[same] if same != rule else 0.0)
            ranked[rule] = RankedRule(hypotheses.rule(rule), float(joint))
    return list(ranked.values())[:most]
