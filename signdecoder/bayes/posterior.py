"""The exact posterior over all rules: any rule, any noise, and changes of signs.

It uses outcomes alone: what a sequence would call under each rule, and what the team then did. It
is the bound to measure the LSTM against, the second expert, and the source of the rule in words.

Changes of signs follow Bayesian online change-point detection (Adams and MacKay 2007): the plays
since the last change form a segment, and segments are weighed by how likely they make the log.

References
----------
R. P. Adams and D. J. C. MacKay (2007), Bayesian online changepoint detection. arXiv:0710.3742.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signdecoder.bayes.changepoints import ChangePointPosterior, Hazards, PastPlay
from signdecoder.bayes.class_rules import SignalClasses
from signdecoder.bayes.counts import Floats, NoiseRates
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.ranking import LogScore, RankedRule, TopRules, rank_rules
from signdecoder.bayes.shown import ShownOfEach
from signdecoder.bayes.wide import WidePrior
from signdecoder.bayes.wide_rules import WideRule, likeliest_wide_rules
from signdecoder.core.contexts import CONTEXT_KINDS
from signdecoder.core.outcomes import Evidence
from signdecoder.rules.rule import Sequences

_N_TOP_RULES = 64  # rules that approximate predictions
_BATCH = 64  # sequences predicted at once, which bounds memory
_DEPENDS = 0.5  # probability from which on the rule is said to depend on a context


class RulePosterior:
    """Track the posterior over all rules about V signals, play by play.

    Signals are numbers from 0; a number below zero or from V on is a signal that no rule is about.

    Parameters
    ----------
    n_signals : int
        The number V of signals that rules are about.
    noise : NoiseRates, optional
        The prior over noise.
    hazards : Hazards, optional
        The prior over changes of signs.
    wide : WidePrior, optional
        How common rules are that are not listed one by one, such as those about sets of signals.
    classes : tuple of frozenset of int
        Classes of signals that rules may be about. Signals that are added later belong to none.

    Attributes
    ----------
    changes : ChangePointPosterior
        The plays since each possible change of signs, and what they say about the rules.
    """

    def __init__(
        self,
        n_signals: int,
        noise: NoiseRates | None = None,
        hazards: Hazards | None = None,
        wide: WidePrior | None = None,
        classes: SignalClasses = (),
    ) -> None:
        hypotheses = Hypotheses(n_signals, wide, classes)
        self.changes = ChangePointPosterior(hypotheses, noise or NoiseRates(), hazards or Hazards())
        self._clear_cache()

    def _clear_cache(self) -> None:
        self._rule_probs: Floats | None = None
        self._top_rules: TopRules | None = None
        self._top_wide: list[WideRule] | None = None

    @property
    def hypotheses(self) -> Hypotheses:
        """All rules and their prior."""
        return self.changes.hypotheses

    @property
    def n_plays(self) -> int:
        """The number of plays observed."""
        return self.changes.n_plays

    # --- learning ---------------------------------------------------------------------------------

    def observe_play(self, play: PastPlay, new_game: bool = False) -> None:
        """Learn from one play, whose signals may have been missed in part.

        Parameters
        ----------
        play : PastPlay
            The play.
        new_game : bool
            Whether a game begins with it.
        """
        self._clear_cache()
        self.changes.observe(play, new_game)

    def observe(
        self,
        sequence: Sequence[int],
        evidence: Evidence,
        new_game: bool = False,
        context: tuple[int, ...] = (),
    ) -> None:
        """Learn from one play. A play with unknown outcome is no evidence about the rule.

        Parameters
        ----------
        sequence : sequence of int
            Its signals.
        evidence : Evidence
            What its outcome says about the target.
        new_game : bool
            Whether a game begins with it.
        context : tuple of int
            The value of each of `CONTEXT_KINDS`, -1 where it is not known; empty if none is.
        """
        self.observe_play(PastPlay(tuple(sequence), evidence, context), new_game)

    def restart(self) -> None:
        """Begin a new segment: the signs are known to have changed here."""
        self._clear_cache()
        self.changes.restart()

    def grow(self, n_signals: int) -> None:
        """Add signals, as if rules about them had been weighed from the start.

        Parameters
        ----------
        n_signals : int
            The new number of signals.
        """
        self._clear_cache()
        now = self.hypotheses
        self.changes.grow(Hypotheses(n_signals, now.wide.prior, now.bases.classes))

    def prune(self) -> None:
        """Drop rules that are next to impossible, together with their count pairs."""
        self._clear_cache()
        self.changes.prune()

    # --- predictions ------------------------------------------------------------------------------

    def predict(self, sequence: Sequence[int], context: tuple[int, ...] = ()) -> float:
        """Return the probability of the target after one sequence.

        Parameters
        ----------
        sequence : sequence of int
            Its signals.
        context : tuple of int
            The value of each of `CONTEXT_KINDS`, -1 where it is not known; empty if none is.

        Returns
        -------
        float
            The probability.
        """
        return self.predict_many([sequence], [context])[0]

    def predict_many(
        self,
        sequences: Sequence[Sequence[int]],
        contexts: Sequence[tuple[int, ...]] | None = None,
    ) -> list[float]:
        """Return the probability of the target after each of some sequences.

        Takes less time than one by one.

        Parameters
        ----------
        sequences : sequence of sequences of int
            The signals of N sequences.
        contexts : sequence of tuple of int, optional
            For each, the value of each of `CONTEXT_KINDS`; by default none is known.

        Returns
        -------
        list of float
            N probabilities.
        """
        predictions: list[float] = []
        for begin in range(0, len(sequences), _BATCH):
            rows = list(map(tuple, sequences[begin : begin + _BATCH]))
            rest = contexts[begin : begin + _BATCH] if contexts else [()] * len(rows)
            called = self.hypotheses.matching_rules_of_each(rows)
            shown = ShownOfEach.join(called, list(map(self.hypotheses.wide.shown, rows)))
            p = np.zeros(len(rows))
            for weight, segment in self.changes.significant_segments:
                p += weight * segment.predict(shown, rest)
            predictions += np.clip(p, 0.0, 1.0).tolist()
        return predictions

    def predict_approx(
        self, sequences: Sequences, contexts: Sequence[tuple[int, ...]] | None = None
    ) -> Floats:
        """Return the probability of the target by the likeliest rules alone.

        All other rules are taken to predict the rate so far.

        Parameters
        ----------
        sequences : ndarray of int16
            (N, T) sequences padded with BLANK.
        contexts : sequence of tuple of int, optional
            For each, the value of each of `CONTEXT_KINDS`; by default none is known.

        Returns
        -------
        ndarray of float
            (N,) probabilities.
        """
        if self._top_rules is None:
            self._top_rules = self._find_top_rules()
        return self._top_rules.predict(sequences, contexts)

    def _find_top_rules(self) -> TopRules:
        probs = self.rule_probs()
        most = min(_N_TOP_RULES, len(probs) - 1)
        best = np.argpartition(-probs, most)[:most].astype(np.int32)
        called, uncalled = np.zeros(most), np.zeros(most)
        for weight, segment in self.changes.significant_segments:
            if_called, if_not = segment.p_run_with(best)
            called, uncalled = called + weight * if_called, uncalled + weight * if_not
        wide = self._wide_rules()
        left = 1 - float(probs[best].sum()) - sum(rule.probability for rule in wide)
        rest = max(0.0, left) * self.changes.heaviest.rate
        return TopRules([self.hypotheses.rule(r) for r in best], called, uncalled, wide, rest)

    def _wide_rules(self) -> list[WideRule]:
        """Return the rules that are not listed and likely enough to matter."""
        if self._top_wide is None:
            self._top_wide = [
                rule.scaled(weight)
                for weight, segment in self.changes.significant_segments
                for rule in likeliest_wide_rules(segment)
            ]
        return self._top_wide

    def context_kind(self) -> int | None:
        """Return which context the coach's rule depends on.

        Returns
        -------
        int or None
            An index into CONTEXT_KINDS, or None if the rule is likelier to depend on none.
        """
        by_kind = np.zeros(len(CONTEXT_KINDS))
        for weight, segment in self.changes.significant_segments:
            for kind, varying in segment.wide.context_rules():
                by_kind[kind] += weight * segment.context_weight(kind, varying)
        return int(by_kind.argmax()) if by_kind.max() > _DEPENDS else None

    # --- segments ---------------------------------------------------------------------------------

    # --- rules ------------------------------------------------------------------------------------

    def rule_probs(self) -> Floats:
        """Return the posterior probability of each rule.

        Returns
        -------
        ndarray of float
            (R,) probabilities; what they lack to 1 is the probability of no rule.
        """
        if self._rule_probs is None:
            self._rule_probs = np.zeros(len(self.hypotheses))
            for weight, segment in self.changes.significant_segments:
                self._rule_probs += weight * segment.rule_probs()
        return self._rule_probs

    def _base_probs(self) -> Floats:
        """Return (B,) probabilities of base rules, with any wipe-off or activator."""
        return np.asarray(self.rule_probs().reshape(self.hypotheses.n_variants, -1).sum(axis=0))

    def p_no_rule(self) -> float:
        """Return the probability that the signals mean nothing.

        Returns
        -------
        float
            The probability.
        """
        return self.changes.p_no_rule()

    def p_wide(self) -> float:
        """Return the probability of rules about sets of signals, and of those of context.

        Returns
        -------
        float
            The probability.
        """
        return float(sum(weight * s.p_wide() for weight, s in self.changes.significant_segments))

    def entropy(self) -> float:
        """Compute the uncertainty about the rule, its wipe-off and activator left out.

        Returns
        -------
        float
            The entropy in bits.
        """
        wide = [rule.probability for rule in self._wide_rules()]
        probs = np.concatenate([self._base_probs(), [self.p_no_rule()], wide])
        probs = probs[probs > 0]
        return float(-(probs * np.log2(probs)).sum())

    def ranking(
        self, most: int = 5, external_log_score: LogScore | None = None
    ) -> list[RankedRule]:
        """Return the likeliest rules, best first; rules that call the same sequences are one.

        Parameters
        ----------
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
        probs, wide = self.rule_probs(), self._wide_rules()
        return rank_rules(self.hypotheses, probs, wide, most, external_log_score)

    def key_sign_probs(self) -> Floats:
        """Return the probability of each signal to be the key sign.

        Returns
        -------
        ndarray of float
            (V + 1,) probabilities; the last one is that no single signal is the key sign.
        """
        by_base = self._base_probs()
        keys = np.zeros(self.hypotheses.n_signals + 1)
        for key in self.hypotheses.bases.key_signs:
            keys += np.bincount(key, by_base / 2, minlength=len(keys))
        for rule in self._wide_rules():
            keys[: self.hypotheses.n_signals] += rule.key_sign_probs(self.hypotheses.n_signals)
        keys[-1] += max(0.0, 1 - keys.sum())
        return keys
