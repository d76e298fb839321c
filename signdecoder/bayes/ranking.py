"""The likeliest rules: ranked for people, and as a fast approximation of predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from signdecoder.bayes.counts import Floats
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.wide_rules import WideRule
from signdecoder.rules.by_context import AnyRule
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import CALLED, Rule, Sequences

_MAX_RANKED = 100  # rules considered for a ranking
_MIN_RANKED = 1e-5  # probability of a rule below which it is not ranked

ContextValues = Sequence[tuple[int, ...]]
LogScore = Callable[[list[AnyRule]], Floats]


class RankedRule(NamedTuple):
    """A rule and its probability, including rules that call the very same sequences.

    Attributes
    ----------
    rule : Rule or ContextRule
        The rule.
    probability : float
        Its posterior probability.
    """

    rule: AnyRule
    probability: float


class TopRules(NamedTuple):
    """The n likeliest rules, and what they predict.

    Attributes
    ----------
    rules : list of Rule
        The rules.
    called : ndarray of float
        (n,) joint probability of each rule and of the play being the target, if it calls the play.
    uncalled : ndarray of float
        (n,) the same if it does not.
    wide : list of WideRule
        The likeliest rules that are not listed.
    rest : float
        What all other rules contribute.
    """

    rules: list[Rule]
    called: Floats
    uncalled: Floats
    wide: list[WideRule]
    rest: float

    def predict(self, sequences: Sequences, contexts: ContextValues | None = None) -> Floats:
        """Return the probability of the target after each of some sequences.

        Parameters
        ----------
        sequences : ndarray of int16
            (N, T) sequences padded with BLANK.
        contexts : sequence of tuple of int, optional
            The context of each; by default none is known.

        Returns
        -------
        ndarray of float
            (N,) probabilities.
        """
        total = np.full(len(sequences), self.rest)
        for rule, called, uncalled in zip(self.rules, self.called, self.uncalled, strict=True):
            total += np.where(plays_called(rule, sequences) == CALLED, called, uncalled)
        for wide in self.wide:
            total += wide.p_run(sequences, contexts)
        return np.asarray(np.clip(total, 0.0, 1.0))


def rank_rules(
    hypotheses: Hypotheses,
    probs: Floats,
    wide: Sequence[WideRule],
    most: int,
    external_log_score: LogScore | None = None,
) -> list[RankedRule]:
    """Return the likeliest rules, best first; rules that call the same sequences are one.

    Parameters
    ----------
    hypotheses : Hypotheses
        All R listed rules.
    probs : ndarray of float
        (R,) the probability of each listed rule.
    wide : sequence of WideRule
        The likeliest rules that are not listed.
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
    joint: dict[AnyRule, float] = {}
    for number in best[probs[best] >= _MIN_RANKED].tolist():
        same = hypotheses.rule(min(number, hypotheses.equivalent_rule(number)))
        joint[same] = joint.get(same, 0.0) + float(probs[number])
    for each in wide:
        rule = each.rule()
        if rule is not None and each.p_exact >= _MIN_RANKED:
            joint[rule] = joint.get(rule, 0.0) + each.p_exact
    rules, p = list(joint), np.array(list(joint.values()))
    if external_log_score is not None and rules:
        scores = external_log_score(rules)
        scored = p * np.exp(scores - scores.max())
        p = scored * (p.sum() / scored.sum())
    order = np.argsort(-p, kind="stable")[:most].tolist()
    return [RankedRule(rules[n], float(p[n])) for n in order]
