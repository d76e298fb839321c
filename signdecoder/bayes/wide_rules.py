"""The likeliest wide rules of a segment: as rules for people, and as fast predictions.

Memberships are averaged over settings here, so predictions are close to those of the segment, not
equal.

Shapes: V signals, N sequences of T signals, S settings.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from signdecoder.bayes.context_tables import N_VALUES, VARYING
from signdecoder.bayes.counts import Floats
from signdecoder.bayes.memberships import MembershipFilter
from signdecoder.bayes.noise_levels import MISSED, OWN
from signdecoder.bayes.segment import RuleSegment
from signdecoder.bayes.set_structures import PAIR_STEPS, RELATIONS, Relation
from signdecoder.core.contexts import CONTEXT_KINDS, NOT_NOTED
from signdecoder.rules.by_context import AnyRule, ContextRule, Varies
from signdecoder.rules.matching import live_part
from signdecoder.rules.rule import NO_SIGNAL, Mask, Rule, Sequences

_LEAST = 2e-3  # probability of a structure below which it is left out
_MOST = 8  # structures of each kind
_LIKELY_MEMBER = 0.5
_MOVED = 1e-3  # log odds: a membership that moved less was never shown


@dataclass(frozen=True, slots=True)
class WideRule(ABC):
    """A rule that is not listed, and what is known of it.

    Attributes
    ----------
    probability : float
        The probability of its structure, whatever the memberships.
    p_exact : float
        The probability that the rule is exactly what `rule` says.
    """

    probability: float
    p_exact: float

    @abstractmethod
    def p_run(
        self, sequences: Sequences, contexts: Sequence[tuple[int, ...]] | None = None
    ) -> Floats:
        """Return the joint probability of the structure and of the target after each sequence.

        Parameters
        ----------
        sequences : ndarray of int16
            (N, T) sequences padded with BLANK.
        contexts : sequence of tuple of int, optional
            The context of each; by default none is known.

        Returns
        -------
        ndarray of float
            (N,) joint probabilities.
        """

    @abstractmethod
    def rule(self) -> AnyRule | None:
        """Return the rule; None if it is not one that a coach would give."""

    @abstractmethod
    def key_sign_probs(self, n_signals: int) -> Floats:
        """Return the joint probability of the structure and of each signal's being the key sign.

        Parameters
        ----------
        n_signals : int
            The number V of signals.

        Returns
        -------
        ndarray of float
            (V,) joint probabilities.
        """

    def scaled(self, weight: float) -> WideRule:
        """Return the rule with its probabilities multiplied.

        Parameters
        ----------
        weight : float
            The factor.

        Returns
        -------
        WideRule
            The new rule.
        """
        return replace(self, probability=weight * self.probability, p_exact=weight * self.p_exact)


@dataclass(frozen=True, slots=True)
class _SetRule(WideRule):
    """A rule about a set of signals in a relation to an anchor, or to one of two.

    Attributes
    ----------
    noise : tuple of float
        The mean rates of the target if a sequence is called, and if not.
    p_member : ndarray of float
        (V,) probability of each signal to be a member.
    relation : Relation or None
        The relation; None for a set that calls by itself.
    anchors : tuple of int
        The anchor, or two.
    wipe_off : int
        The wipe-off, or NO_SIGNAL.
    """

    noise: tuple[float, float]
    p_member: Floats
    relation: Relation | None
    anchors: tuple[int, ...]
    wipe_off: int

    def p_run(
        self, sequences: Sequences, contexts: Sequence[tuple[int, ...]] | None = None
    ) -> Floats:
        live = live_part(sequences, self.wipe_off, anywhere=False)
        shown = np.zeros((len(live), len(self.p_member)), np.bool_)
        for anchor in self.anchors or (NO_SIGNAL,):
            _mark_candidates(shown, live, self.relation, anchor)
        log_none = shown @ np.log1p(-np.minimum(self.p_member, 1 - 1e-9))
        called, uncalled = self.noise
        return self.probability * (called + (uncalled - called) * np.exp(log_none))

    def rule(self) -> AnyRule | None:
        members = np.flatnonzero(self.p_member > _LIKELY_MEMBER).tolist()
        members.sort(key=lambda member: -self.p_member[member])
        if not members:
            return None
        first, more = members[0], tuple(members[1:])
        if self.relation is None:
            return Rule("hot", (first,), wipe_off=self.wipe_off, more_live=more)
        rule = partial(
            Rule, self.relation.family, step=max(1, self.relation.step), wipe_off=self.wipe_off
        )
        if self.relation.candidate_first:
            return rule((self.anchors[0],), first, more_indicators=more)
        return rule((first,), self.anchors[0], more_live=more, more_indicators=self.anchors[1:])

    def key_sign_probs(self, n_signals: int) -> Floats:
        keys = np.zeros(n_signals)
        if self.relation is not None and not self.relation.candidate_first:
            keys[list(self.anchors)] = self.probability / len(self.anchors)
        else:
            keys[:] = self.probability * self.p_member / max(1e-9, self.p_member.sum())
        return keys


@dataclass(frozen=True, slots=True)
class _PairSetRule(WideRule):
    """An unknown set of ordered pairs: what a flexible learner would make of the log.

    Attributes
    ----------
    noise : tuple of float
        The mean rates of the target if a sequence is called, and if not.
    p_member : ndarray of float
        (V, V) probability of each pair to be a member.
    step : int
        How many places apart the signals of a pair stand; 0 for any distance.
    """

    noise: tuple[float, float]
    p_member: Floats
    step: int

    def p_run(
        self, sequences: Sequences, contexts: Sequence[tuple[int, ...]] | None = None
    ) -> Floats:
        v = len(self.p_member)
        shown = np.zeros((len(sequences), v + 1, v + 1), np.bool_)
        inside = np.where((sequences >= 0) & (sequences < v), sequences, v).astype(np.int64)
        length = sequences.shape[1]
        for step in (self.step,) if self.step else range(1, length):
            rows = np.arange(len(sequences))[:, None]
            shown[rows, inside[:, : length - step], inside[:, step:]] = True
        log_not = np.log1p(-np.minimum(self.p_member, 1 - 1e-9))
        log_none: Floats = (shown[:, :v, :v] * log_not).sum(axis=(1, 2))
        called, uncalled = self.noise
        return self.probability * (called + (uncalled - called) * np.exp(log_none))

    def rule(self) -> AnyRule | None:
        return None

    def key_sign_probs(self, n_signals: int) -> Floats:
        return np.zeros(n_signals)


@dataclass(frozen=True, slots=True)
class _ContextBelief(WideRule):
    """A rule whose key sign or live signal depends on the moment of the game.

    Attributes
    ----------
    kind : int
        The kind of context.
    varying : int
        What varies, an index into VARYING.
    p_pair : ndarray of float
        (C, V, V) probability of each key and live signal in each context.
    gain : ndarray of float
        (C, V, V) the same, times what a call adds to the rate of the target.
    own : float
        The mean rate of the target if a sequence is not called.
    p_values : ndarray of float
        (C,) how likely each context is at some play.
    seen : ndarray of bool
        (C,) the contexts that occurred.
    """

    kind: int
    varying: int
    p_pair: Floats
    gain: Floats
    own: float
    p_values: Floats
    seen: Mask

    def p_run(
        self, sequences: Sequences, contexts: Sequence[tuple[int, ...]] | None = None
    ) -> Floats:
        values = np.full(len(sequences), NOT_NOTED)
        if contexts is not None:
            values[:] = [c[self.kind] if c else NOT_NOTED for c in contexts]
        v = self.gain.shape[1]
        mean = np.einsum("c,ckl->kl", self.p_values, self.gain)
        gain = np.concatenate([self.gain, mean[None]])[values]  # NOT_NOTED takes the last
        inside = np.where((sequences >= 0) & (sequences < v), sequences, v).astype(np.int64)
        shown = np.zeros((len(sequences), v + 1, v + 1), np.bool_)
        shown[np.arange(len(sequences))[:, None], inside[:, :-1], inside[:, 1:]] = True
        called: Floats = (shown[:, :v, :v] * gain).sum(axis=(1, 2))
        return self.probability * (self.own + called)

    def rule(self) -> AnyRule | None:
        by_value = [np.unravel_index(p.argmax(), p.shape) for p in self._with_one_shared()]
        rules = tuple(Rule("next", (int(live),), int(key)) for key, live in by_value)
        if len(set(rules)) == 1:
            return rules[0]
        varies: Varies = "key" if VARYING[self.varying] == "key" else "live"
        return ContextRule(CONTEXT_KINDS[self.kind].name, varies, rules)

    def _with_one_shared(self) -> Floats:
        """Return (C, V, V) the probabilities of pairs with the likeliest shared signal alone."""
        axis = 2 if VARYING[self.varying] == "key" else 1
        others = tuple(n for n in range(3) if n != axis)
        shared = int(self.p_pair[self.seen].sum(axis=others).argmax())
        alone = np.full_like(self.p_pair, -1.0)
        where = [slice(None)] * 3
        where[axis] = slice(shared, shared + 1)
        alone[tuple(where)] = self.p_pair[tuple(where)]
        return alone

    def key_sign_probs(self, n_signals: int) -> Floats:
        return self.probability * np.asarray(self.p_values @ self.p_pair.sum(axis=2))


def likeliest_wide_rules(segment: RuleSegment) -> list[WideRule]:
    """Return the wide rules of a segment that are likely enough to matter.

    Parameters
    ----------
    segment : RuleSegment
        The segment.

    Returns
    -------
    list of WideRule
        The rules; their probabilities are those within the segment.
    """
    sets, indicators, pairs = segment.wide.filters
    of_sets, of_indicators, of_pairs = segment.wide_weights()
    wide = segment.hypotheses.wide
    rules: list[WideRule] = []
    for row in _likeliest(of_sets):
        relation, wipe_off, anchor = wide.structures.parts(int(sets.ids[row]))
        anchors = () if relation is None else (anchor,)
        known = _known(sets, row, of_sets[row])
        rules.append(_SetRule(*known, relation, anchors, wipe_off))
    for row in _likeliest(of_indicators):
        keys = tuple(wide.indicators.pairs[indicators.ids[row]].tolist())
        known = _known(indicators, row, of_indicators[row])
        rules.append(_SetRule(*known, RELATIONS[0], keys, NO_SIGNAL))
    for row in _likeliest(of_pairs):
        p, p_exact, noise, p_member = _known(pairs, row, of_pairs[row])
        step, square = PAIR_STEPS[pairs.ids[row]], (wide.n_signals, wide.n_signals)
        rules.append(_PairSetRule(p, p_exact, noise, p_member.reshape(square), step))
    return rules + [
        _context_belief(segment, kind, varying)
        for kind, varying in segment.wide.context_rules()
        if segment.context_weight(kind, varying) > _LEAST
    ]


def _likeliest(weights: Floats) -> list[int]:
    """Return the structures that matter, by (A, S) weights."""
    by_structure = weights.sum(axis=1)
    best = np.argsort(-by_structure)[:_MOST]
    return [int(row) for row in best if by_structure[row] > _LEAST]


def _known(
    memberships: MembershipFilter, row: int, weights: Floats
) -> tuple[float, float, tuple[float, float], Floats]:
    """Return what is known of one structure, by (S,) the weights of its settings.

    Its probability, the probability that the likeliest set is the very one, the rates of the target
    with and without a call, and (M,) the probability of each membership.
    """
    settings, total = memberships.settings, float(weights.sum())
    share = weights / total
    p_each = 1 / (1 + np.exp(-memberships.log_odds[row].astype(np.float64)))  # (S, M)
    p_member = share @ p_each
    was_shown = np.abs(p_each - settings.member[:, None]).max(axis=0) > _MOVED
    agrees = np.where(p_member > _LIKELY_MEMBER, p_each, 1 - p_each)[:, was_shown]
    p_exact = total * float(share @ agrees.prod(axis=1))
    noise = (float(share @ (1 - settings.missed)), float(share @ settings.own))
    return total, p_exact, noise, p_member


def _context_belief(segment: RuleSegment, kind: int, varying: int) -> _ContextBelief:
    tables = segment.wide.contexts
    weight, belief = segment.context_weight(kind, varying), tables.posterior(kind, varying)
    joint = belief.varying * belief.shared  # (C, V, V, N), axes: context, varying, shared, noise
    p_pair, gain = joint.sum(axis=-1), joint @ (1 - MISSED - OWN)
    if VARYING[varying] == "live":
        p_pair, gain = p_pair.swapaxes(1, 2), gain.swapaxes(1, 2)
    own = float(belief.shared.sum(axis=0) @ OWN)
    # Only contexts that occurred can be told.
    seen = tables.seen[kind, : N_VALUES[kind]] > 0
    p_varying = belief.varying.max(axis=1)[seen].prod(axis=0)  # (V, N) all of them right
    p_exact = weight * float((belief.shared * p_varying).sum(axis=1).max())
    return _ContextBelief(
        weight, p_exact, kind, varying, p_pair, gain, own, tables.p_values(kind), seen
    )


def _mark_candidates(shown: Mask, live: Sequences, relation: Relation | None, anchor: int) -> None:
    """Mark in (N, V) the signals of (N, T) sequences that are candidates."""
    v = shown.shape[1]
    if relation is None:
        candidate = np.ones(live.shape, np.bool_)
    elif relation.step:
        candidate = np.zeros(live.shape, np.bool_)
        is_anchor, step = live == anchor, relation.step
        if relation.candidate_first:
            candidate[:, :-step] = is_anchor[:, step:]
        else:
            candidate[:, step:] = is_anchor[:, :-step]
    else:
        is_anchor = live == anchor
        if relation.candidate_first:
            is_anchor = is_anchor[:, ::-1]
        candidate = np.zeros(live.shape, np.bool_)
        candidate[:, 1:] = np.logical_or.accumulate(is_anchor, axis=1)[:, :-1]
        if relation.candidate_first:
            candidate = candidate[:, ::-1]
    row, place = np.nonzero(candidate & (live >= 0) & (live < v))
    shown[row, live[row, place]] = True
