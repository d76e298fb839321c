"""The posterior over a sign card: one scheme that all plays share, and what each play's signal is.

All plays are weighed together. That a bunt came right after the cap says that the cap is the key
sign of the steal, too, and a signal that calls a bunt calls no steal. The sum over all cards is
exact as long as each sequence shows one value of a scheme; see `signdecoder.bayes.card_evidence`.

Shapes: A schemes that are kept, N noise levels, W values, K plays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from signdecoder.bayes.call_schemes import CallSchemes
from signdecoder.bayes.card_evidence import CardEvidence, CardPlay, count_values
from signdecoder.bayes.card_labels import IMPOSSIBLE, LabelSum, which_label
from signdecoder.bayes.card_longer import LongerCalls, add_longer
from signdecoder.bayes.card_outcomes import NOTHING, CardPrior, outcome_probs
from signdecoder.bayes.counts import Floats, Places

_NEGLIGIBLE = 1e-4  # probability below which a scheme takes no part in answers
_LEAST = 1e-12  # probability
_LIKELY = 0.5
_MOST_SURE = 1 - 1e-6  # nothing about a coach is certain
_FEWEST = 2  # times that a play happened before it is taken for one without a sign


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
    then : int, optional
        The signal that must come right after the one value; any may if it is None.
    """

    play: int
    values: tuple[int, ...]
    probability: float
    then: int | None = None


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
        (A, N, W, K + 1) probability of each label of each value, where it begins no longer call.
    longer : LongerCalls
        Longer calls, with the numbers of their schemes in `kept`.
    p_longer : ndarray of float
        (C, N, K + 1) probability of each of them, by the label that its value has elsewhere.
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
        # Smoothed; the sum is below 1.
        rates = (self._n_of[1:-1] + 0.5) / (len(log) + 0.5 * n_plays + 0.5)
        self._rates: Floats = rates.astype(np.float64)
        self._p = outcome_probs(self.prior, self._rates, target)
        signed = [play for play in log if play.outcome not in self.unsigned]
        log_noise = np.log(self.prior.p_noise)
        log_longer = float(np.log(self.prior.longer))
        evidence = CardEvidence(schemes, signed, np.log(self._p), log_noise, log_longer)
        self.kept: Places = evidence.kept
        self._infer(evidence, log_noise)

    def _infer(self, evidence: CardEvidence, log_noise: Floats) -> None:
        """Weigh the schemes, drop those that are next to impossible, and find their labels."""
        label_sum = self._label_sum(evidence.labels, evidence.longer)
        log_weights = evidence.rest + label_sum.log_likelihood()
        log_weights += log_noise + self.schemes.log_prior[self.kept, None]
        log_none = self._log_none()
        total = np.logaddexp(np.logaddexp.reduce(log_weights, axis=None), log_none)
        self.log_evidence = float(total) + self._log_at_rates(self.unsigned)
        weights = np.exp(log_weights - total)
        likely = weights.sum(axis=1) > _NEGLIGIBLE
        self.kept, weights = self.kept[likely], weights[likely]
        self.p_none = float(np.exp(log_none - total))
        self.weights = weights * ((1 - self.p_none) / max(weights.sum(), _LEAST))
        place_of = np.where(likely, np.cumsum(likely) - 1, -1)
        self.longer = evidence.longer.among(place_of)
        label_sum = self._label_sum(evidence.labels[likely], self.longer)
        self.labels, self.p_longer, self.p_unsigned = label_sum.marginals()

    def _label_sum(self, evidence: Floats, longer: LongerCalls) -> LabelSum:
        """Return the sum over the labels of the kept schemes."""
        with np.errstate(divide="ignore"):
            first = np.maximum(np.log(self.schemes.value_shares[self.kept]), IMPOSSIBLE)
        takes_sets = self.schemes.takes_sets[self.kept]
        more = np.where(takes_sets, np.log(self.prior.more), IMPOSSIBLE)
        return LabelSum(first, more, evidence, self._log_states(), longer)

    def _log_states(self) -> Floats:
        """Return (N, 2^K) the log prior of which plays are called by signs."""
        has = (np.arange(1 << self.n_plays)[:, None] >> np.arange(self.n_plays) & 1).astype(bool)
        removed = np.isin(np.arange(1, self.n_plays + 1), list(self.unsigned))
        with_sign = np.where(removed, IMPOSSIBLE, np.log1p(-self.prior.unsigned))
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
        place_of = self._place_of()
        shown = self.schemes.shown(sequence)
        scheme, value, count = count_values(shown)
        kept = place_of[scheme] >= 0
        place, value, count = place_of[scheme[kept]], value[kept], count[kept]
        labels = self.labels[place, :, value]
        longer, _ = self.longer.shown(self.schemes.longer_shown(shown), place_of)
        begun = self.longer.scheme[longer] * self.schemes.n_values + self.longer.value[longer]
        at = np.searchsorted(place * self.schemes.n_values + value, begun)
        add_longer(labels, self.longer, self.p_longer, longer, at)
        for size in np.unique(count):
            chosen = count == size
            of_scheme = labels[chosen].reshape(-1, size, *labels.shape[1:])
            decides[place[chosen][::size]] = which_label(of_scheme.transpose(0, 2, 1, 3))
        by_scheme = np.einsum("ank,nko->ano", decides, self._p[:, :, :-1])
        joint = np.einsum("an,ano->o", self.weights, by_scheme)
        joint += self.p_none * np.append(1 - self._rates.sum(), self._rates)
        for play in self.unsigned:
            joint *= 1 - self._rates[play - 1]
            joint[play] = self._rates[play - 1]
        return np.asarray(joint / joint.sum())

    def p_longer_call(self, sequence: tuple[int, ...], but: int) -> float:
        """Return the probability that a sequence shows a longer call of some play.

        Parameters
        ----------
        sequence : tuple of int
            Its signals as slots.
        but : int
            A play whose own longer calls do not count.

        Returns
        -------
        float
            The probability.
        """
        if not len(self.longer):
            return 0.0
        longer = self.schemes.longer_shown(self.schemes.shown(sequence))
        shown, _ = self.longer.shown(longer, self._place_of())
        shown = shown[self.longer.play[shown] != but]
        p = self.p_longer[shown].sum(axis=-1) * self.weights[self.longer.scheme[shown]]
        return min(1.0, float(p.sum()))

    def _place_of(self) -> Places:
        """Return (S,) the number of each scheme among those that are kept; -1 for the others."""
        place_of = np.full(self.schemes.n, -1)
        place_of[self.kept] = np.arange(len(self.kept))
        return place_of

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
            probability = min(_MOST_SURE, float(joint[best, play]))
            line = Line(play, tuple(values.tolist()), probability)
            longer = self._longer_line(play, same)
            lines.append(longer if longer and longer.probability > probability else line)
        return int(self.kept[same[by_scheme[same].argmax()]]), lines

    def _longer_line(self, play: int, schemes: Places) -> Line | None:
        """Return the likeliest longer call of a play under any of some schemes."""
        chosen = np.isin(self.longer.scheme, schemes) & (self.longer.play == play)
        if not chosen.any():
            return None
        longer = self.longer.of(chosen)
        p = np.einsum("cn,cnk->c", self.weights[longer.scheme], self.p_longer[chosen])
        total: dict[tuple[int, int], float] = defaultdict(float)
        for call, p_call in zip(zip(longer.value, longer.then, strict=True), p, strict=True):
            total[int(call[0]), int(call[1])] += float(p_call)
        value, then = max(total, key=lambda call: total[call])
        probability = total[value, then]
        given = probability / max(self.weights[schemes].sum(), _LEAST)
        values = (value,) if given > _LIKELY else ()
        return Line(play, values, min(_MOST_SURE, probability), then)


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
        # A play that no sign calls looks like noise where a signal is found for it all the same.
        is_clean = best.weights[:, 0].sum() > _LIKELY
        doubtful = [line.play for line in lines if not line.values or not is_clean]
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


def _happened(log: Sequence[CardPlay], play: int) -> int:
    return sum(each.outcome == play for each in log)
