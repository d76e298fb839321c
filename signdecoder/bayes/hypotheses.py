"""Every rule that a coach with V signals may have, by number, and which of them a sequence matches.

A rule is a *base rule*, such as "next, key 3, live 5", in a *variant*: plain, with a wipe-off, or
with an activator. Rule `variant * n_bases + base` has a prior probability from `rules.prior`. What
a sequence matches is found from its pairs and triples of signals, not by trying every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.base_rules import BaseRules
from signdecoder.bayes.class_rules import ClassRules, SignalClasses
from signdecoder.bayes.other_plays import Showings
from signdecoder.bayes.wide import WideHypotheses, WidePrior
from signdecoder.rules import prior
from signdecoder.rules.family import RuleFamily
from signdecoder.rules.layout import Floats, Ints
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import NULL, Rule

RuleIds = NDArray[np.int32]
Found = TypeVar("Found")

_KEPT = 1024  # sequences whose matches are remembered
_ROOM = 1 << 24  # about how many bytes the sequences that are searched together may take
_UNIT = 2.0**52  # a prior probability is a whole number of these parts


class Hypotheses:
    """The rules for V signals, with their prior. The null rule is not one of them.

    Parameters
    ----------
    n_signals : int
        The number V of signals.
    wide : WidePrior, optional
        How common rules are that are not listed.
    classes : tuple of frozenset of int
        Classes of signals that rules may be about.

    Attributes
    ----------
    bases : BaseRules
        The B base rules.
    wide : WideHypotheses
        The rules that are not listed, such as those about unknown sets of signals.
    n_bases : int
        B.
    n_variants : int
        1 + 3 V: plain, V that wipe off what came before, V that wipe off everything, V activators.
    prior : numpy.ndarray of float64, shape (R,)
        Prior probability of each rule, R = n_variants x B; sums to 1 minus that of the null rule.
    null_prior : float
        Prior probability of the null rule.
    """

    def __init__(
        self, n_signals: int, wide: WidePrior | None = None, classes: SignalClasses = ()
    ) -> None:
        self.n_signals = n_signals
        self.bases = BaseRules(n_signals, classes)
        self.wide = WideHypotheses(self.bases, wide or WidePrior())
        self.n_bases = self.bases.n
        self.n_variants = 1 + 3 * n_signals
        self.null_prior = FAMILIES[NULL].weight
        self.prior = self._compute_prior()
        self._matching: dict[tuple[int, ...], RuleIds] = {}
        self._shown: dict[tuple[int, ...], Showings] = {}

    def __len__(self) -> int:
        """Return the number R of rules."""
        return self.n_variants * self.n_bases

    @cached_property
    def prior_by_context(self) -> Floats:
        """(F,) the prior of all rules that have each context."""
        by_base = self.prior.reshape(self.n_variants, -1).sum(axis=0)
        return np.bincount(self.bases.context, by_base).astype(np.float64)

    def matching_rules(self, sequence: tuple[int, ...]) -> RuleIds:
        """Find the rules by which a sequence calls the play.

        Parameters
        ----------
        sequence : tuple of int
            Signals; one below zero or from V on has no role, but equal ones are equal.

        Returns
        -------
        numpy.ndarray of int32
            The numbers of the rules, each once.
        """
        return self.matching_rules_of_each([sequence])[0]

    def matching_rules_of_each(self, sequences: Sequence[tuple[int, ...]]) -> list[RuleIds]:
        """Find the rules by which each of many sequences calls the play, faster than one by one.

        Parameters
        ----------
        sequences : sequence of tuple of int
            The sequences; see `matching_rules`.

        Returns
        -------
        list of numpy.ndarray of int32
            For each sequence, the numbers of the rules, each once.
        """
        return self._remember(self._matching, sequences, self._find_matching)

    def contexts_shown(self, sequence: tuple[int, ...]) -> Showings:
        """Find what a sequence shows in each context: where another play could stand, and which.

        Parameters
        ----------
        sequence : tuple of int
            Signals; see `matching_rules`.

        Returns
        -------
        numpy.ndarray of int64, shape (F,)
            HIDDEN, SEVERAL, or ALONE plus the one live signal (or index of a number) shown.
        """
        return self.contexts_shown_of_each([sequence])[0]

    def contexts_shown_of_each(self, sequences: Sequence[tuple[int, ...]]) -> list[Showings]:
        """Find what each of many sequences shows in each context, faster than one by one.

        Parameters
        ----------
        sequences : sequence of tuple of int
            The sequences; see `matching_rules`.

        Returns
        -------
        list of numpy.ndarray of int64
            For each sequence (F,) what `contexts_shown` returns.
        """
        return self._remember(self._shown, sequences, self.bases.contexts_shown)

    def rule(self, rule_id: int) -> Rule:
        """Build the rule of a number.

        Parameters
        ----------
        rule_id : int
            Number of a rule.

        Returns
        -------
        Rule
            The rule, for the called play alone.
        """
        variant, base = divmod(int(rule_id), self.n_bases)
        rule = self.bases.rule(base)
        if variant == 0:
            return rule
        kind, signal = divmod(variant - 1, self.n_signals)
        if kind == 2:
            return replace(rule, activator=signal)
        return replace(rule, wipe_off=signal, wipes_anywhere=kind == 1)

    def equivalent_rule(self, rule_id: int) -> int:
        """Find the other rule that matches the very same sequences.

        Parameters
        ----------
        rule_id : int
            Number of a rule.

        Returns
        -------
        int
            Number of the other rule, or of this one if there is none.
        """
        variant, base = divmod(int(rule_id), self.n_bases)
        return variant * self.n_bases + self.bases.mirror(base)

    def origins(self, fewer: Hypotheses) -> Ints:
        """Find, for each rule, the rule about fewer signals that no play can tell from it.

        Parameters
        ----------
        fewer : Hypotheses
            The rules about fewer signals; the others have not been shown yet.

        Returns
        -------
        numpy.ndarray of int64, shape (R,)
            Their numbers there; -1 for a rule that has never called anything.
        """
        signal, old = np.arange(self.n_signals), fewer.n_signals
        kind = np.arange(3)[:, None]
        # A wipe-off that was never shown has wiped off nothing, an activator has let nothing pass.
        if_new = np.where(kind == 2, -1, 0)
        variant = np.where(signal < old, 1 + kind * old + signal, if_new)
        variant = np.concatenate([[0], variant.ravel()])[:, None]
        base = self.bases.origins(fewer.bases)
        return np.where((variant < 0) | (base < 0), -1, variant * fewer.n_bases + base).ravel()

    def _find_matching(self, sequences: Ints) -> list[RuleIds]:
        """Find the rules by which each of (N, T) sequences calls the play."""
        v, places = self.n_signals, np.arange(sequences.shape[1])
        matches_after = self.bases.matches_after(sequences)
        # A signal wipes off everything up to the last of its kind.
        again = (sequences[:, :, None] == sequences[:, None, :]) & (places[:, None] < places)
        ends = ~again.any(axis=2) & (sequences >= 0) & (sequences < v)
        found = []
        for sequence, matches, end in zip(sequences.tolist(), matches_after, ends, strict=True):
            absent = [signal for signal in range(v) if signal not in sequence]
            variants = [0, *(1 + w for w in absent), *(1 + v + w for w in absent)]
            if 0 <= sequence[-1] < v:
                variants.append(1 + 2 * v + sequence[-1])
            whole = np.array(variants)[:, None] * self.n_bases + np.flatnonzero(matches[0])
            wipe_offs = np.flatnonzero(end[:-1])
            at, bases = np.divmod(np.flatnonzero(matches[wipe_offs + 1]), self.n_bases)
            wiped = (1 + np.array(sequence)[wipe_offs[at]]) * self.n_bases + bases
            rule_ids = np.concatenate([whole.ravel(), wiped]).astype(np.int32)
            found.append(rule_ids[self.prior[rule_ids] > 0])
        return found

    def _remember(
        self,
        kept: dict[tuple[int, ...], Found],
        sequences: Sequence[tuple[int, ...]],
        find: Callable[[Ints], list[Found]],
    ) -> list[Found]:
        """Search each sequence once, those of one length together; keep the last `_KEPT`."""
        by_length: dict[int, list[tuple[int, ...]]] = {}
        for sequence in dict.fromkeys(sequences):
            if sequence not in kept:
                by_length.setdefault(len(sequence), []).append(sequence)
        for length, fresh in by_length.items():
            most = max(1, _ROOM // (length * (self.n_bases + 8 * length**2)))
            for begin in range(0, len(fresh), most):
                part = fresh[begin : begin + most]
                kept.update(zip(part, find(np.array(part, np.int64)), strict=True))
        found = [kept[sequence] for sequence in sequences]
        while len(kept) > _KEPT:
            del kept[next(iter(kept))]
        return found

    def _compute_prior(self) -> Floats:
        """Compute (R,) the probability of each rule before the first play."""
        v, probs = self.n_signals, np.zeros((self.n_variants, self.n_bases))
        plain, modified = probs[0], probs[1:].reshape(3, v, self.n_bases)
        groups, total = [], 0.0
        for family, layout in self.bases.layouts:
            odds, roles = layout.base_odds(v), [*layout.signals_by_role(v).values()]
            unmodified, *shares = _variant_shares(family)
            weight = self.bases.weight(family, layout)
            # A wipe-off or activator has no other role.
            n_free = v - len(roles)
            if weight and (sum_odds := odds.sum()):
                start = self.bases.starts[layout.name]
                groups.append((start, odds * (weight / sum_odds), roles, unmodified, shares))
                total += weight * (unmodified + sum(shares) * (n_free > 0))
        # Sums and differences of such fractions are exact: what goes away leaves no remainder.
        scale = _UNIT * (1 - self.null_prior) / total
        for start, odds, roles, unmodified, shares in groups:
            place = np.arange(start, start + len(odds))
            plain[start : start + len(odds)] = np.rint(odds * (unmodified * scale)) / _UNIT
            n_free = v - len(roles)
            for kind, share in enumerate(shares):
                if share and n_free:
                    p = np.rint(odds * (share * scale / n_free)) / _UNIT
                    modified[kind, :, start : start + len(odds)] = p
                    for signals in roles:
                        modified[kind, signals, place] = 0.0
        return probs.ravel()


def _variant_shares(family: RuleFamily | ClassRules) -> tuple[float, float, float, float]:
    """Return the shares of plain rules, wiped before, wiped anywhere, and confirmed ones."""
    wiped = prior.WIPE_OFF if family.can_be_wiped_off else 0.0
    confirmed = prior.ACTIVATOR if family.can_be_confirmed else 0.0
    return (
        (1 - wiped) * (1 - confirmed),
        wiped * (1 - prior.WIPES_ANYWHERE),
        wiped * prior.WIPES_ANYWHERE,
        (1 - wiped) * confirmed,
    )
