"""The rules that are listed one by one, within one segment of a log.

Rules with the same count pair are equally likely, so only the prior of all rules with each count
pair is tracked, and the few rules that call a play move from one count pair to another.

Shapes: R listed rules, F contexts, C count pairs, N rules that are asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import DEAD, CountTable, Floats, Places
from signdecoder.bayes.hypotheses import Hypotheses, RuleIds
from signdecoder.bayes.partly_shown import PartialCalls

Singles = NDArray[np.float32]

_MAX_LOG = 600.0  # a count pair that no rule has may be likelier than a float can hold
_STEPS = 1024.0  # of a log factor, in one nat: short numbers are saved in less space


@dataclass(slots=True, eq=False)
class ListedRules:
    """The prior of the listed rules, by what they called.

    Attributes
    ----------
    hypotheses : Hypotheses
        All rules and their prior.
    counts : CountTable
        The count pairs that occur, shared by all segments.
    count_ids : ndarray of uint16
        (R,) the number of each rule's count pair.
    by_context : bool
        Whether it matters which context a rule has: only where there are other plays.
    log_factor : ndarray of float32 or None
        (R,) log of what the prior of each rule is multiplied by, for plays of which it is not known
        whether the rule calls them; None where no play was missed in part.
    mass : ndarray of float
        (F, C) prior of all rules by context and count pair; (1, C) where the context does not
        matter.
    """

    hypotheses: Hypotheses
    counts: CountTable
    count_ids: NDArray[np.uint16]
    by_context: bool
    log_factor: Singles | None = None
    mass: Floats = field(init=False)
    _log_counts: Floats = field(init=False)  # (C,) log likelihood of each count pair
    _prior: Floats = field(init=False)  # (R,) the prior times the factor, up to exp(_shift)
    _shift: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.sum_mass()

    def observe(self, called: RuleIds, run: bool) -> None:
        """Learn from one play. Call `weigh` after it.

        Parameters
        ----------
        called : ndarray of int32
            The rules that called the target.
        run : bool
            Whether it was the target.
        """
        old = self.count_ids[called].astype(np.int64)
        new = self.counts.after(old, run)[old]
        self.count_ids[called] = new
        if self.log_factor is not None:
            return  # then `weigh` sums all of the mass
        self._widen()
        context = self._context_of(called) if len(self.mass) > 1 else 0
        prior, width = self.hypotheses.prior[called], self.mass.shape[1]
        flat = self.mass.ravel()  # a view, row by row
        np.subtract.at(flat, context * width + old, prior)
        np.add.at(flat, context * width + new, prior)

    def observe_partly(self, calls: PartialCalls, run: bool, n_run: int, n_not_run: int) -> None:
        """Learn from a play whose signals were missed in part. Call `weigh` after it.

        A rule that calls a share q of what the play may have been makes its outcome
        q P(outcome | called) + (1 - q) P(outcome | not called) likely, by what the plays before
        tell of the rule's noise. That is exact. From then on the play counts as called or as not
        called, whichever is likelier by its outcome: the counts stay whole numbers, and a factor
        keeps the rest.

        Parameters
        ----------
        calls : PartialCalls
            The rules that may call the target.
        run : bool
            Whether it was the target.
        n_run : int
            How many plays of the segment before were the target.
        n_not_run : int
            How many were not.
        """
        if self.log_factor is None:
            self.log_factor = np.zeros(len(self.count_ids), np.float32)
        rules, share = calls.of_all(len(self.count_ids))
        sure = share >= 1
        self.observe(rules[sure].astype(np.int32), run)
        count_ids = self.count_ids[rules].astype(np.int64)
        left = ~sure & (count_ids != DEAD)
        rules, share, count_ids = rules[left], share[left], count_ids[left]
        now = self.counts.log_likelihood(n_run, n_not_run)
        now[now == -np.inf] = np.inf  # pairs that no rule in question has
        p_run = [
            np.exp(np.minimum(log_p - now, 0.0))
            for log_p in self.counts.log_likelihood_if_run(n_run, n_not_run)
        ]
        if_not, if_called = ((p if run else 1 - p)[count_ids] for p in p_run)
        of_called, of_not = share * if_called, (1 - share) * if_not
        is_called = of_called >= of_not
        log_p = np.log(of_called + of_not) - np.log(np.where(is_called, if_called, if_not))
        self.log_factor[rules] += np.rint(log_p * _STEPS) / _STEPS
        self.observe(rules[is_called].astype(np.int32), run)

    def split_by_context(self) -> None:
        """Tell contexts apart from now on."""
        if not self.by_context:
            self.by_context = True
            self.sum_mass()

    def sum_mass(self) -> None:
        """Sum the prior by count pair, and by context where it matters."""
        self._prior = self.hypotheses.prior
        total, width = self.hypotheses.prior_by_context, len(self.counts)
        common, others = self._most_and_others()
        place = self.count_ids[others].astype(np.int64)
        if self.by_context:
            place += self._context_of(others) * width
        else:
            total = total.sum(keepdims=True)
        of_others = np.bincount(place, self.hypotheses.prior[others], minlength=len(total) * width)
        self.mass = of_others.astype(np.float64).reshape(len(total), width)
        self.mass[:, common] = total - self.mass.sum(axis=1)  # sums of priors are exact

    def _most_and_others(self) -> tuple[int, Places]:
        """Return a count pair that most rules have, and the rules that have another.

        Most rules have never called a play, or are pruned.
        """
        n_moved = np.count_nonzero(self.count_ids)
        common = DEAD if 2 * n_moved > len(self.count_ids) else 0
        return common, np.flatnonzero(self.count_ids != common)

    def _context_of(self, rules: RuleIds | Places) -> Places:
        """Return the context of each of some rules."""
        return self.hypotheses.bases.context[rules % self.hypotheses.n_bases]

    def _widen(self) -> None:
        missing = len(self.counts) - self.mass.shape[1]
        if missing > 0:
            self.mass = np.pad(self.mass, ((0, 0), (0, missing + len(self.counts) // 2)))

    # --- how likely they are ----------------------------------------------------------------------

    def weigh(self, n_run: int, n_not_run: int) -> None:
        """Recompute the likelihood of each count pair.

        Parameters
        ----------
        n_run : int
            How many plays of the segment were the target.
        n_not_run : int
            How many were not.
        """
        self._widen()
        self._log_counts = self.counts.log_likelihood(n_run, n_not_run)
        if self.log_factor is not None:
            self._apply_factors(self.log_factor)

    def _apply_factors(self, log_factor: Singles) -> None:
        """Multiply the prior by the factors, and sum it again; the likeliest rule keeps its own."""
        log_p = np.where(
            self.hypotheses.prior > 0, log_factor + self._log_counts[self.count_ids], -np.inf
        )
        best = int(log_p.argmax())
        self._shift = float(log_factor[best]) if log_p[best] > -np.inf else 0.0
        factor = np.exp(np.clip(log_factor.astype(np.float64) - self._shift, -_MAX_LOG, _MAX_LOG))
        self._prior = self.hypotheses.prior * factor
        n_contexts, width = len(self.hypotheses.prior_by_context), len(self.counts)
        place = self.count_ids.astype(np.int64)
        if self.by_context:
            place += self._context_of(np.arange(len(place))) * width
        else:
            n_contexts = 1
        mass = np.bincount(place, self._prior, minlength=n_contexts * width)
        self.mass = mass.astype(np.float64).reshape(n_contexts, width)
        self._log_counts = self._log_counts + self._shift

    def log_likelihood(self, log_contexts: Floats) -> float:
        """Return the log likelihood of the plays, summed over all rules by their prior.

        Parameters
        ----------
        log_contexts : ndarray of float
            (F,) log likelihood of the other plays in each context.

        Returns
        -------
        float
            The log likelihood; minus infinity if every rule was pruned.
        """
        mass = self.mass[:, : len(self.counts)]
        held = mass.any(axis=0)
        top = self._log_counts.max(initial=-np.inf, where=held)
        if top == -np.inf:
            return -np.inf
        by_context = mass[:, held] @ np.exp(self._log_counts[held] - top)
        contexts = log_contexts if len(by_context) > 1 else log_contexts[:1]
        peak = contexts.max()
        with np.errstate(divide="ignore"):
            return float(top + peak + np.log(max(0.0, by_context @ np.exp(contexts - peak))))

    def probs(self, log_contexts: Floats, log_scale: float) -> Floats:
        """Return the joint probability of each rule and the plays, relative to a scale.

        Parameters
        ----------
        log_contexts : ndarray of float
            (F,) log likelihood of the other plays in each context.
        log_scale : float
            What the log probabilities are relative to.

        Returns
        -------
        ndarray of float
            (R,) probabilities.
        """
        weights = np.exp(np.minimum(self._log_counts - log_scale, _MAX_LOG))
        common, others = self._most_and_others()
        probs = self._prior * weights[common]
        probs[others] = self._prior[others] * weights[self.count_ids[others]]
        if len(self.mass) > 1:
            by_variant = probs.reshape(self.hypotheses.n_variants, -1)  # a view
            by_variant *= np.exp(log_contexts)[self.hypotheses.bases.context]
        else:
            probs *= np.exp(log_contexts[0])
        return np.asarray(probs)

    # --- predictions ------------------------------------------------------------------------------

    def look_ahead(self, n_run: int, n_not_run: int, log_scale: float) -> tuple[Floats, Floats]:
        """Return how likely the plays so far and one more that is the target are.

        Parameters
        ----------
        n_run : int
            How many plays of the segment were the target.
        n_not_run : int
            How many were not.
        log_scale : float
            What the log likelihoods are relative to.

        Returns
        -------
        tuple of ndarray of float
            (F,) or (1,) for the rules of each context, had none called the play; and what a call
            adds, by count pair (C,).
        """
        self._widen()
        uncalled, called = (
            np.exp(np.minimum(log_p + (self._shift - log_scale), _MAX_LOG))
            for log_p in self.counts.log_likelihood_if_run(n_run, n_not_run)
        )
        return self.mass[:, : len(self.counts)] @ uncalled, called - uncalled

    def gains(self, called: RuleIds, by_count: Floats, contexts: Floats) -> Floats:
        """Return what each of some rules adds to the probability of the target by a call.

        Parameters
        ----------
        called : ndarray of int32
            (N,) rules.
        by_count : ndarray of float
            (C,) what `look_ahead` returned.
        contexts : ndarray of float
            (F,) or (1,) the weight of each context.

        Returns
        -------
        ndarray of float
            (N,) joint probabilities.
        """
        gain = self._prior[called] * by_count[self.count_ids[called]]
        gain *= contexts[self._context_of(called) if len(contexts) > 1 else 0]
        return np.asarray(gain)

    def p_run_with(
        self, rules: RuleIds, n_run: int, n_not_run: int, log_contexts: Floats, log_scale: float
    ) -> tuple[Floats, Floats]:
        """Return the joint probability of each of some rules and of the next play being the target.

        Parameters
        ----------
        rules : ndarray of int32
            (N,) rules.
        n_run : int
            How many plays of the segment were the target.
        n_not_run : int
            How many were not.
        log_contexts : ndarray of float
            (F,) log likelihood of the other plays in each context.
        log_scale : float
            What the log probabilities are relative to.

        Returns
        -------
        tuple of ndarray of float
            (N,) joint probabilities if the rule calls the play, and (N,) if it does not.
        """
        uncalled, called = self.counts.log_likelihood_if_run(n_run, n_not_run)
        count_ids = self.count_ids[rules]
        contexts = log_contexts[self._context_of(rules) if len(self.mass) > 1 else 0]
        base, prior = contexts + (self._shift - log_scale), self._prior[rules]
        return prior * np.exp(called[count_ids] + base), prior * np.exp(uncalled[count_ids] + base)

    # --- pruning and growing ----------------------------------------------------------------------

    def above_threshold(
        self, p_min: float, log_contexts: Floats, log_scale: float
    ) -> NDArray[np.bool_]:
        """Return the count pairs that matter.

        Parameters
        ----------
        p_min : float
            A joint probability of one rule and the plays, relative to the scale.
        log_contexts : ndarray of float
            (F,) log likelihood of the other plays in each context.
        log_scale : float
            What log probabilities are relative to.

        Returns
        -------
        ndarray of bool
            (C,) True for pairs under which some rule may be at least that likely.
        """
        self._widen()
        known = len(self._log_counts)  # later ones belong to another segment
        weights = np.exp(np.minimum(self._log_counts - log_scale, _MAX_LOG))
        contexts = np.exp(log_contexts[: len(self.mass)])
        mass, least = self.mass[:, :known], p_min
        if self.log_factor is None:  # else any one rule has at most the mass of all
            mass, least = np.where(mass > 0, 1.0, 0.0), p_min / self.hypotheses.prior.max()
        above = np.zeros(len(self.counts), np.bool_)
        above[:known] = (mass * contexts[:, None]).max(axis=0) * weights >= least
        return above

    def renumber(self, counts: CountTable, number: Places) -> None:
        """Switch to another table of count pairs. Call `weigh` after it.

        Parameters
        ----------
        counts : CountTable
            The new table.
        number : ndarray of int
            (C,) the new number of each pair. Rules whose pair becomes DEAD are pruned; they come
            back with the next segment.
        """
        self._widen()
        old, alive = self.mass[:, : len(number)], number != DEAD
        self.mass = np.zeros((len(old), len(counts)))
        self.mass[:, number[alive]] = old[:, alive]
        self.mass[:, DEAD] = old[:, ~alive].sum(axis=1)  # sums of priors are exact
        self.counts, self.count_ids = counts, number.astype(np.uint16)[self.count_ids]

    def grow(self, larger: Hypotheses, origins: Places) -> None:
        """Switch to the rules about more signals. Call `weigh` after it.

        Parameters
        ----------
        larger : Hypotheses
            The rules about more signals.
        origins : ndarray of int
            (R,) for each of them, the rule so far that no play could tell from it; -1 for none.
        """
        no_counts = np.uint16(0)
        self.count_ids = np.where(origins >= 0, self.count_ids[origins], no_counts)
        if self.log_factor is not None:
            factors = np.where(origins >= 0, self.log_factor[origins], np.float32(0))
            self.log_factor = factors.astype(np.float32)
        self.hypotheses = larger
        self.sum_mass()
