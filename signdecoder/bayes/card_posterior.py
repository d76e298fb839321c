"""The posterior over a sign card: one scheme that all plays share, and what each play's signal is.

All plays are weighed together. That a bunt came right after the cap says that the cap is the key
sign of the steal, too, and a signal that calls a bunt calls no steal. The sum over all cards is
exact as long as each sequence shows one value of a scheme; where it shows several, its evidence is
shared among them (assumed-density filtering, Minka 2001).

Shapes: S schemes, A schemes that are kept, N noise levels, W values, K plays, O = K + 2 outcomes:
nothing, the K plays, and "not the target".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes import noise_levels
from signdecoder.bayes.call_schemes import CallSchemes, Shown
from signdecoder.bayes.card_labels import LabelSum, which_label
from signdecoder.bayes.counts import Floats, Places

NOTHING = 0
"""The outcome and the label without a play; plays are numbered from 1."""
_CLOSE = 18.0  # nats below the best bound at which a scheme is dropped
_MOST = 1500  # schemes that are kept
_NEGLIGIBLE = 1e-4  # probability below which a scheme takes no part in answers
_BATCH = 8192  # schemes bounded at once, which limits memory
_OTHER = 0.1  # of the called plays that are not run, the share in which another play happens
_LEAST = 1e-12
_LIKELY = 0.5
_FEWEST = 2  # times that a play happened before it is taken for one without a sign


@dataclass(frozen=True, slots=True)
class CardPrior:
    """What is expected of a sign card before the first play.

    Attributes
    ----------
    missed, own, p_noise : tuple of float
        N noise levels: how often a called play is not run, how often a play is run without a
        call, and how likely the level is.
    more : float
        Probability of each further value to call a play that has one, in families with sets.
    unsigned : float
        Probability of a play that no sign calls: it happens at its rate whatever the signals are.
    """

    missed: tuple[float, ...] = tuple(noise_levels.MISSED)
    own: tuple[float, ...] = tuple(noise_levels.OWN)
    p_noise: tuple[float, ...] = tuple(noise_levels.P_NOISE)
    more: float = 0.01
    unsigned: float = 0.05


class CardPlay(NamedTuple):
    """A play of the log.

    Attributes
    ----------
    sequence : tuple of int
        Its signals as slots.
    outcome : int
        NOTHING, a play from 1 to K, or K + 1 for "not the target".
    """

    sequence: tuple[int, ...]
    outcome: int


class Line(NamedTuple):
    """What the posterior says of one play.

    Attributes
    ----------
    play : int
        The play, from 1.
    values : tuple of int
        The values that call it, most probable first; empty if none is likelier than not.
    probability : float
        The probability of this scheme without its wipe-off, and of the first value.
    """

    play: int
    values: tuple[int, ...]
    probability: float


_ShownBy = tuple[int, Places, Places, Places]
"""The outcome of a play, and what `_counted` returns of its sequence."""


class _Several(NamedTuple):
    """A play that shows M values of E schemes: places of schemes (E,) and values (E, M)."""

    outcome: int
    place: Places
    values: Places


class CardPosterior:
    """The posterior over all sign cards, given a log.

    Parameters
    ----------
    schemes : CallSchemes
        The schemes.
    log : sequence of CardPlay
        The plays since the last change of signs.
    n_plays : int
        The number K of different plays.
    target : int
        The play that "not the target" is about, from 1.
    prior : CardPrior, optional
        The prior.
    unsigned : collection of int, optional
        Plays that no sign calls.

    Attributes
    ----------
    unsigned : frozenset of int
        Plays that no sign calls.
    log_evidence : float
        Log likelihood of the log, all cards weighed by their prior.
    kept : ndarray of int
        (A,) the schemes that are still possible.
    weights : ndarray of float
        (A, N) posterior probability of each scheme and noise level.
    labels : ndarray of float
        (A, N, W, K + 1) probability of each label of each value.
    p_unsigned : ndarray of float
        (A, N, K) probability of each play to be called by no value.
    p_none : float
        The probability that signals call nothing.
    """

    def __init__(
        self,
        schemes: CallSchemes,
        log: Sequence[CardPlay],
        n_plays: int,
        target: int,
        prior: CardPrior | None = None,
        unsigned: Collection[int] = (),
    ) -> None:
        self.schemes, self.n_plays, self.prior = schemes, n_plays, prior or CardPrior()
        self.unsigned = frozenset(unsigned)
        outcomes = np.array([play.outcome for play in log], np.int64)
        self._n_of, self._n_log = np.bincount(outcomes, minlength=n_plays + 2), len(log)
        self._rates = self._overall_rates(self._n_of)
        log = [play for play in log if play.outcome not in self.unsigned]
        outcomes = np.array([play.outcome for play in log], np.int64)
        self._n_by_outcome = np.bincount(outcomes, minlength=n_plays + 2)
        self._log_p = np.log(self._outcome_probs(target))
        shown = [(play.outcome, *_counted(schemes.shown(play.sequence))) for play in log]
        alone, several = self._count(shown)
        self.kept: Places = self._choose(alone, several)
        evidence, log_rest = self._evidence(alone, several, self._several_shown(shown))
        self._infer(evidence, log_rest)

    # --- learning ---------------------------------------------------------------------------------

    def _overall_rates(self, n_by_outcome: Places) -> Floats:
        """Return (K,) how often each play happened, smoothed; the sum is below 1."""
        total = n_by_outcome.sum()
        return np.asarray((n_by_outcome[1:-1] + 0.5) / (total + 0.5 * self.n_plays + 0.5))

    def _outcome_probs(self, target: int) -> Floats:
        """Return (N, K + 1, O) the probability of each outcome by noise level and label."""
        k, prior = self.n_plays, self.prior
        share = self._rates / self._rates.sum()
        missed, own = np.array(prior.missed), np.array(prior.own)
        p = np.zeros((len(missed), k + 1, k + 2))
        p[:, NOTHING, 1:-1] = own[:, None] * share
        p[:, NOTHING, NOTHING] = 1 - own
        for play in range(1, k + 1):
            others = np.delete(np.arange(1, k + 1), play - 1)
            p[:, play, play] = 1 - missed
            rest = share[others - 1] / max(share[others - 1].sum(), _LEAST)
            p[:, play, others] = missed[:, None] * _OTHER * rest
            p[:, play, NOTHING] = missed * (1 - _OTHER if k > 1 else 1.0)
        p[:, :, -1] = 1 - p[:, :, target]
        return np.maximum(p, _LEAST)

    def _count(self, log: Sequence[_ShownBy]) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """Count plays by what they show of each scheme: one value (S, W, O), or several (S, O)."""
        n_outcomes = self.n_plays + 2
        alone = np.zeros((self.schemes.n, self.schemes.n_values, n_outcomes), np.uint16)
        several = np.zeros((self.schemes.n, n_outcomes), np.uint16)
        for outcome, scheme, value, count in log:
            single = count == 1
            alone[scheme[single], value[single], outcome] += 1
            several[np.unique(scheme[~single]), outcome] += 1
        return alone, several

    def _choose(self, alone: NDArray[np.uint16], several: NDArray[np.uint16]) -> Places:
        """Return the schemes whose likelihood, bounded from above, comes near the best."""
        bounds = np.empty(self.schemes.n)
        for begin in range(0, self.schemes.n, _BATCH):
            part = slice(begin, begin + _BATCH)
            counts = alone[part].astype(np.float64)
            hidden = self._n_by_outcome - counts.sum(axis=1) - several[part]
            log_p = np.einsum("svo,nko->snvk", counts, self._log_p, optimize=True)
            best = log_p.max(axis=-1).sum(axis=-1) + hidden @ self._log_p[:, NOTHING].T
            bounds[part] = (best + np.log(self.prior.p_noise)).max(axis=1)
        bounds += self.schemes.log_prior
        order = np.argsort(-bounds, kind="stable")[:_MOST]
        return np.sort(order[bounds[order] > bounds[order[0]] - _CLOSE])

    def _evidence(
        self,
        alone: NDArray[np.uint16],
        several: NDArray[np.uint16],
        several_shown: Iterable[_Several],
    ) -> tuple[Floats, Floats]:
        """Return (A, N, W, K + 1) the evidence on each label, and (A, N) what depends on none."""
        counts = alone[self.kept].astype(np.float64)
        hidden = self._n_by_outcome - counts.sum(axis=1) - several[self.kept]
        evidence = np.einsum("svo,nko->snvk", counts, self._log_p, optimize=True)
        log_rest = hidden @ self._log_p[:, NOTHING].T
        shares = self.schemes.value_shares[self.kept]
        prior = np.empty((len(self.kept), 1, self.schemes.n_values, self.n_plays + 1))
        prior[..., 1:] = np.minimum(shares, 0.9 / self.n_plays)[:, None, :, None]
        prior[..., NOTHING] = 1 - prior[..., 1:].sum(axis=-1)
        log_prior = np.log(np.maximum(prior, _LEAST)) + np.zeros_like(evidence)
        for shown in several_shown:
            at = shown.place[:, None], slice(None), shown.values
            log_q = evidence[at] + log_prior[at]  # (E, M, N, K + 1)
            labels = np.exp(log_q - np.logaddexp.reduce(log_q, axis=-1, keepdims=True))
            labels = labels.transpose(0, 2, 1, 3)
            p_outcome = np.exp(self._log_p[:, :, shown.outcome])  # (N, K + 1)
            p = (which_label(labels) * p_outcome).sum(axis=-1)  # (E, N)
            if_known = (which_label(_each_known(labels)) * p_outcome[:, None, None]).sum(axis=-1)
            update = np.log(np.maximum(if_known, _LEAST)) - np.log(p)[..., None, None]
            evidence[at] += update.transpose(0, 2, 1, 3)
            log_rest[shown.place] += np.log(p)
        return evidence, log_rest

    def _several_shown(self, log: Sequence[_ShownBy]) -> list[_Several]:
        """Find the plays that show several values of kept schemes, by how many they show."""
        place_of = np.full(self.schemes.n, -1)
        place_of[self.kept] = np.arange(len(self.kept))
        found = []
        for outcome, scheme, value, count in log:
            is_kept = place_of[scheme] >= 0
            for size in np.unique(count[is_kept & (count > 1)]):
                chosen = is_kept & (count == size)
                place = place_of[scheme[chosen]].reshape(-1, size)[:, 0]
                found.append(_Several(outcome, place, value[chosen].reshape(-1, size)))
        return found

    def _infer(self, evidence: Floats, log_rest: Floats) -> None:
        """Weigh the schemes, drop those that are next to impossible, and find their labels."""
        log_states = self._log_states()
        log_weights = log_rest + self._label_sum(evidence, log_states).log_likelihood()
        log_weights += np.log(self.prior.p_noise) + self.schemes.log_prior[self.kept, None]
        log_none = self._log_none()
        total = np.logaddexp(np.logaddexp.reduce(log_weights, axis=None), log_none)
        self.log_evidence = float(total) + self._log_at_rates(self.unsigned)
        weights = np.exp(log_weights - total)
        likely = weights.sum(axis=1) > _NEGLIGIBLE
        self.kept, weights = self.kept[likely], weights[likely]
        self.p_none = float(np.exp(log_none - total))
        self.weights = weights * ((1 - self.p_none) / max(weights.sum(), _LEAST))
        self.labels, self.p_unsigned = self._label_sum(evidence[likely], log_states).marginals()

    def _label_sum(self, evidence: Floats, log_states: Floats) -> LabelSum:
        kept = self.kept[: len(evidence)]
        with np.errstate(divide="ignore"):
            first = np.maximum(np.log(self.schemes.value_shares[kept]), -1e9)
            more = np.where(self.schemes.takes_sets[kept], np.log(self.prior.more), -1e9)
        return LabelSum(first, more, evidence, log_states)

    def _log_states(self) -> Floats:
        """Return (N, 2^K) the log prior of which plays are called by signs."""
        has = (np.arange(1 << self.n_plays)[:, None] >> np.arange(self.n_plays) & 1).astype(bool)
        removed = np.isin(np.arange(1, self.n_plays + 1), list(self.unsigned))
        with_sign = np.where(removed, -1e9, np.log1p(-self.prior.unsigned))
        log_p = np.where(has, with_sign, np.log(self.prior.unsigned)).sum(axis=1)
        return np.tile(log_p, (len(self.prior.missed), 1))

    def _log_none(self) -> float:
        """Return the log weight of signals that mean nothing: plays happen at their rates."""
        signed = [play for play in range(1, self.n_plays + 1) if play not in self.unsigned]
        return float(np.log(self.schemes.null_prior)) + self._log_at_rates(signed)

    def _log_at_rates(self, plays: Iterable[int]) -> float:
        """Return the log likelihood of some plays that happened at their rates."""
        return sum(
            float(np.log(rate) * n + np.log1p(-rate) * (self._n_log - n))
            for play in plays
            for rate, n in [(self._rates[play - 1], self._n_of[play])]
        )

    # --- what is believed -------------------------------------------------------------------------

    def predict(self, sequence: tuple[int, ...]) -> Floats:
        """Return the probability of every outcome of a sequence.

        Parameters
        ----------
        sequence : tuple of int
            Its signals as slots.

        Returns
        -------
        ndarray of float
            (K + 1,) probability of nothing, and of each play.
        """
        decides = np.zeros((*self.weights.shape, self.n_plays + 1))
        decides[..., NOTHING] = 1.0
        place_of = np.full(self.schemes.n, -1)
        place_of[self.kept] = np.arange(len(self.kept))
        scheme, value, count = _counted(self.schemes.shown(sequence))
        for size in np.unique(count[place_of[scheme] >= 0]):
            chosen = (place_of[scheme] >= 0) & (count == size)
            place = place_of[scheme[chosen]].reshape(-1, size)
            values = value[chosen].reshape(-1, size)
            labels = self.labels[place, :, values].transpose(0, 2, 1, 3)
            decides[place[:, 0]] = which_label(labels)
        p = np.exp(self._log_p[:, :, :-1])  # (N, K + 1, K + 1)
        by_scheme = np.einsum("ank,nko->ano", decides, p)
        joint = np.einsum("an,ano->o", self.weights, by_scheme)
        joint += self.p_none * np.append(1 - self._rates.sum(), self._rates)
        for play in self.unsigned:
            joint *= 1 - self._rates[play - 1]
            joint[play] = self._rates[play - 1]
        return np.asarray(joint / joint.sum())

    def lines(self) -> tuple[int | None, list[Line]]:
        """Return the likeliest scheme, and what calls each play under it.

        Returns
        -------
        int or None
            The number of the scheme; None if the signals mean nothing.
        list of Line
            A line for each play, in their order.
        """
        plays = range(1, self.n_plays + 1)
        if not len(self.kept):
            return None, [Line(play, (), 0.0) for play in plays]
        by_scheme, place = self.weights.sum(axis=1), self.schemes.place(self.kept)
        # Whatever the wipe-off: it is often not known for long.
        same = np.flatnonzero(place == np.bincount(place, by_scheme).argmax())
        weights = self.weights[same]
        joint = np.einsum("an,anvk->vk", weights, self.labels[same])
        given = joint / max(weights.sum(), _LEAST)
        lines = []
        for play in plays:
            values = np.flatnonzero(given[:, play] > _LIKELY)
            values = values[np.argsort(-given[values, play], kind="stable")]
            best = int(given[:, play].argmax())
            lines.append(Line(play, tuple(values.tolist()), min(1.0, float(joint[best, play]))))
        return int(self.kept[same[by_scheme[same].argmax()]]), lines


def _counted(shown: Shown) -> tuple[Places, Places, Places]:
    """Return schemes and values (E,) as shown, and how many values each scheme shows there."""
    scheme, value = shown
    begins = np.flatnonzero(np.append(True, scheme[1:] != scheme[:-1])[: len(scheme)])
    sizes = np.diff(np.append(begins, len(scheme)))
    return scheme, value, np.repeat(sizes, sizes)


def read_card(
    schemes: CallSchemes,
    log: Sequence[CardPlay],
    n_plays: int,
    target: int,
    prior: CardPrior | None = None,
) -> CardPosterior:
    """Return the posterior over the sign card of a log, and find the plays that no sign calls.

    Parameters
    ----------
    schemes : CallSchemes
        The schemes.
    log : sequence of CardPlay
        The plays since the last change of signs.
    n_plays : int
        The number of different plays.
    target : int
        The play that "not the target" is about, from 1.
    prior : CardPrior, optional
        The prior.

    Returns
    -------
    CardPosterior
        The posterior. Plays without a sign are taken away one by one, as long as that makes the
        log likelier.
    """
    prior = prior or CardPrior()
    best = CardPosterior(schemes, log, n_plays, target, prior)
    odds = float(np.log(prior.unsigned) - np.log1p(-prior.unsigned))
    while True:
        _, lines = best.lines()
        doubtful = [line.play for line in lines if not line.values]
        doubtful = [play for play in doubtful if play not in best.unsigned]
        tries = [
            CardPosterior(schemes, log, n_plays, target, prior, best.unsigned | {play})
            for play in doubtful
            if _happened(log, play) >= _FEWEST
        ]
        better = max(tries, key=lambda each: each.log_evidence, default=best)
        if better.log_evidence + odds <= best.log_evidence:
            return best
        best = better


def _each_known(labels: Floats) -> Floats:
    """Return labels (E, N, M, K + 1) with each label of each value known in turn: that, twice."""
    n_values, n_labels = labels.shape[2:]
    known = np.repeat(labels[:, :, None, None], n_values, axis=2)
    known = np.repeat(known, n_labels, axis=3)  # (E, N, M, K + 1, M, K + 1)
    for value in range(n_values):
        known[:, :, value, :, value] = np.eye(n_labels)
    return known


def _happened(log: Sequence[CardPlay], play: int) -> int:
    return sum(each.outcome == play for each in log)
