"""What a log says about the labels of each scheme: which play each of its values calls, if any.

A play that shows one value of a scheme is evidence about that value alone, which is exact. Where it
shows several, or where signals were missed, its evidence is shared among the values that it may
have shown (assumed-density filtering, Minka 2001).

Shapes: S schemes, A schemes that are kept, N noise levels, W values, K plays, O outcomes; E schemes
and M values that a play shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.call_schemes import CallSchemes, LongerShown, Shown
from signdecoder.bayes.card_labels import p_if_known, which_label
from signdecoder.bayes.card_longer import count_pairs, find_longer, gain_by_scheme
from signdecoder.bayes.card_outcomes import NOTHING
from signdecoder.bayes.counts import Floats, Places

_CLOSE = 18.0  # nats below the best scheme at which another is dropped
_MOST = 1500  # schemes that are kept
_BATCH = 8192  # schemes bounded at once, which limits memory
_MOST_LABELED = 0.9  # prior probability of a value to call anything, at most
_LEAST = 1e-12  # probability
Counts = NDArray[np.uint16]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CardPlay:
    """A play of the log.

    Attributes
    ----------
    sequences : tuple of tuple of int
        What its signals may have been, as slots: one sequence if none was missed.
    weights : tuple of float
        The probability of each.
    outcome : int
        NOTHING, a play from 1 to K, or K + 1 for "not the target".
    """

    sequences: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]
    outcome: int

    @classmethod
    def seen(cls, sequence: tuple[int, ...], outcome: int) -> CardPlay:
        """Return a play of which no signal was missed.

        Parameters
        ----------
        sequence : tuple of int
            Its signals as slots.
        outcome : int
            What happened.

        Returns
        -------
        CardPlay
            The play.
        """
        return cls((sequence,), (1.0,), outcome)


class _Read(NamedTuple):
    """What a play shows: what `count_values` returns, and the longer calls.

    ``is_alone`` says of each longer call whether its scheme shows no other value.
    """

    outcome: int
    scheme: Places
    value: Places
    size: Places
    longer: LongerShown
    is_alone: Mask


class CardEvidence:
    """The evidence of a log about the labels of the schemes that are still possible.

    Parameters
    ----------
    schemes : CallSchemes
        The schemes.
    log : sequence of CardPlay
        The plays.
    log_p : ndarray of float
        (N, K + 1, O) log probability of each outcome, by noise level and label.
    log_noise : ndarray of float
        (N,) log prior of each noise level.
    log_longer : float
        Log prior odds of a longer call.

    Attributes
    ----------
    kept : ndarray of int
        (A,) the schemes that are still possible.
    labels : ndarray of float
        (A, N, W, K + 1) log likelihood of the plays, by the label of each value.
    rest : ndarray of float
        (A, N) log likelihood of what depends on no label.
    longer : LongerCalls
        The longer calls that explain some play; their schemes are numbered as in `kept`.
    """

    def __init__(
        self,
        schemes: CallSchemes,
        log: Sequence[CardPlay],
        log_p: Floats,
        log_noise: Floats,
        log_longer: float,
    ) -> None:
        self._schemes, self._log_p, self._p = schemes, log_p, np.exp(log_p)
        self._n_outcomes = log_p.shape[-1]
        whole = [play for play in log if len(play.sequences) == 1]
        unsure = [play for play in log if len(play.sequences) > 1]
        read = [self._read(play) for play in whole]
        guesses = [self._guess(play) for play in unsure]
        alone, several = self._count(read)
        guessed = self._count([*read, *guesses]) if unsure else (alone, several)
        pairs = count_pairs([*read, *guesses], self._n_outcomes)
        of_value = guessed[0][pairs.scheme, pairs.value].astype(np.float64)
        log_labels = np.einsum("po,nko->pnk", of_value, log_p, optimize=True)
        longer, gain = find_longer(pairs, schemes, log_labels, log_p, log_longer)
        by_scheme = gain_by_scheme(longer, gain, schemes.n)
        self.kept: Places = self._choose(*guessed, log, log_noise + by_scheme)
        counts = alone[self.kept].astype(np.float64)
        hidden = self._totals(whole) - counts.sum(axis=1) - several[self.kept]
        self.labels: Floats = np.einsum("svo,nko->snvk", counts, log_p, optimize=True)
        self.rest: Floats = hidden @ log_p[:, NOTHING].T
        self._log_prior = self._label_prior()
        self._place_of = np.full(schemes.n, -1)
        self._place_of[self.kept] = np.arange(len(self.kept))
        self.longer = longer.among(self._place_of)
        self.longer.log_evidence[:] = 0
        for each in read:
            self._learn(each)
        for play, guess in zip(unsure, guesses, strict=True):
            self._learn(guess, play)

    # --- which schemes are possible ---------------------------------------------------------------

    def _totals(self, log: Sequence[CardPlay]) -> Places:
        """Return (O,) how often each outcome came."""
        outcomes = np.array([play.outcome for play in log], np.int64)
        return np.bincount(outcomes, minlength=self._n_outcomes)

    def _count(self, log: Sequence[_Read]) -> tuple[Counts, Counts]:
        """Count plays by what they show of each scheme: one value (S, W, O), or several (S, O)."""
        alone = np.zeros((self._schemes.n, self._schemes.n_values, self._n_outcomes), np.uint16)
        several = np.zeros((self._schemes.n, self._n_outcomes), np.uint16)
        for outcome, scheme, value, count, *_ in log:
            single = count == 1
            alone[scheme[single], value[single], outcome] += 1
            several[np.unique(scheme[~single]), outcome] += 1
        return alone, several

    def _choose(
        self, alone: Counts, several: Counts, log: Sequence[CardPlay], log_more: Floats
    ) -> Places:
        """Return the schemes whose likelihood, bounded from above, comes near the best.

        A play that shows several values may be what each of them calls: its likelihood is at most
        1, and about what it is without a call at least. ``log_more`` (S, N) is the prior of the
        noise, and what longer calls explain.
        """
        (bounds, least), totals = np.empty((2, self._schemes.n)), self._totals(log)
        for begin in range(0, self._schemes.n, _BATCH):
            part = slice(begin, begin + _BATCH)
            counts = alone[part].astype(np.float64)
            hidden = totals - counts.sum(axis=1) - several[part]
            log_p = np.einsum("svo,nko->snvk", counts, self._log_p, optimize=True)
            best = log_p.max(axis=-1).sum(axis=-1) + hidden @ self._log_p[:, NOTHING].T
            bounds[part] = (best + log_more[part]).max(axis=1)
            uncalled = several[part] @ self._log_p[:, NOTHING].T
            least[part] = (best + uncalled + log_more[part]).max(axis=1)
        bounds += self._schemes.log_prior
        best_known = (least + self._schemes.log_prior).max()
        order = np.argsort(-bounds, kind="stable")[:_MOST]
        return np.sort(order[bounds[order] > best_known - _CLOSE])

    def _read(self, play: CardPlay) -> _Read:
        """Return what a play shows of which no signal was missed."""
        shown = self._schemes.shown(play.sequences[0])
        scheme, value, size = count_values(shown)
        longer = self._schemes.longer_shown(shown)
        is_alone = size[np.searchsorted(scheme, longer.scheme)] == 1
        return _Read(play.outcome, scheme, value, size, longer, is_alone)

    def _guess(self, play: CardPlay) -> _Read:
        """Return what a play most probably shows; of schemes that it may show, several if unsure.

        This only decides which schemes are kept.
        """
        scheme, value, weight = self._shown_by_weight(play)
        likely = weight > 0.5
        total = np.bincount(scheme, weight, self._schemes.n)
        certain = np.zeros(self._schemes.n, np.bool_)
        certain[scheme[likely]] = True
        unsure = np.flatnonzero((total > 0.5) & ~certain)
        schemes = np.concatenate([scheme[likely], unsure, unsure])
        values = np.concatenate([value[likely], np.zeros(2 * len(unsure), np.int64)])
        count = np.ones(len(schemes), np.int64)
        count[likely.sum() :] = 2
        longer = self._schemes.longer_shown(Shown(scheme[likely], value[likely]))
        is_alone = np.ones(len(longer.scheme), np.bool_)
        return _Read(play.outcome, schemes, values, count, longer, is_alone)

    def _shown_by_weight(self, play: CardPlay) -> tuple[Places, Places, Floats]:
        """Return schemes, values and the probability that each decides; several share it."""
        w = self._schemes.n_values
        cells, weights = [], []
        for sequence, weight in zip(play.sequences, play.weights, strict=True):
            scheme, value, count = count_values(self._schemes.shown(sequence))
            cells.append(scheme * w + value)
            weights.append(weight / count)
        cell, back = np.unique(np.concatenate(cells), return_inverse=True)
        scheme, value = np.divmod(cell, w)
        total = np.bincount(back, np.concatenate(weights), len(cell))
        return scheme, value, total.astype(np.float64)

    # --- evidence that several values share -------------------------------------------------------

    def _label_prior(self) -> Floats:
        """Return (A, N, W, K + 1) the log prior of each label, each value by itself."""
        shares, k = self._schemes.value_shares[self.kept], self._log_p.shape[1] - 1
        prior = np.empty((*shares.shape, k + 1))
        prior[..., 1:] = np.minimum(shares, _MOST_LABELED / k)[..., None]
        prior[..., NOTHING] = 1 - prior[..., 1:].sum(axis=-1)
        log_prior = np.log(np.maximum(prior, _LEAST))[:, None]
        return np.asarray(np.broadcast_to(log_prior, self.labels.shape))

    def _learn(self, read: _Read, unsure: CardPlay | None = None) -> None:
        """Learn from a play what is not counted yet; what it says of values, longer calls say, too.

        ``unsure`` is the play itself if signals of it were missed.
        """
        shown, entry = self.longer.shown(read.longer, self._place_of)
        at = self.longer.scheme[shown], slice(None), self.longer.value[shown]
        before = self.labels[at]
        if unsure:
            self._learn_unsure(unsure)
        else:
            self._learn_several(read)
        update = self.labels[at] - before
        if not unsure:
            update[read.is_alone[entry]] = self._log_p[:, :, read.outcome]
        self.longer.log_evidence[shown] += update

    def _learn_several(self, read: _Read) -> None:
        """Learn from a play what it says about schemes of which it shows several values."""
        place = self._place_of[read.scheme]
        chosen = (place >= 0) & (read.size > 1)
        if not chosen.any():
            return
        place, value, size = place[chosen], read.value[chosen], read.size[chosen]
        begins = np.flatnonzero(np.diff(place, prepend=-1))
        row = np.repeat(np.arange(len(begins)), size[begins])
        column = np.arange(len(row)) - begins[row]
        at, cell = (place, slice(None), value), (row, slice(None), column)
        # Where a scheme shows fewer values than others, the rest call nothing: they change nothing.
        labels = np.zeros((len(begins), self._p.shape[0], size.max(), self._p.shape[1]))
        labels[..., NOTHING] = 1
        labels[cell] = _normalize(self.labels[at] + self._log_prior[at])
        p_outcome = self._p[:, :, read.outcome]  # (N, K + 1)
        p = (which_label(labels) * p_outcome).sum(axis=-1)  # (E, N)
        if_known = p_if_known(labels, p_outcome)[cell]
        log_p = np.log(p)
        self.labels[at] += np.log(np.maximum(if_known, _LEAST)) - log_p[row][..., None]
        self.rest[place[begins]] += log_p

    def _learn_unsure(self, play: CardPlay) -> None:
        """Learn from a play of which signals were missed: each value may be what was shown."""
        scheme, value, weight = self._shown_by_weight(play)
        kept = self._place_of[scheme] >= 0
        decides = np.zeros((len(self.kept), self._schemes.n_values))
        decides[self._place_of[scheme[kept]], value[kept]] = weight[kept]
        p_outcome = self._p[:, :, play.outcome]
        given = (_normalize(self.labels + self._log_prior) * p_outcome[:, None]).sum(axis=-1)
        share = decides[:, None]  # (A, 1, W)
        hidden = np.maximum(0.0, 1 - decides.sum(axis=1))[:, None] * p_outcome[:, NOTHING]
        p = hidden + (share * given).sum(axis=-1)  # (A, N)
        if_known = (p[..., None] - share * given)[..., None] + share[..., None] * p_outcome[:, None]
        self.labels += np.log(np.maximum(if_known, _LEAST)) - np.log(p)[..., None, None]
        self.rest += np.log(p)


def count_values(shown: Shown) -> tuple[Places, Places, Places]:
    """Return what a sequence shows, with how many values of each scheme.

    Parameters
    ----------
    shown : Shown
        The values.

    Returns
    -------
    tuple of three ndarray of int
        (E,) schemes, values, and how many values the scheme shows.
    """
    scheme, value = shown
    begins = np.flatnonzero(np.append(True, scheme[1:] != scheme[:-1])[: len(scheme)])
    sizes = np.diff(np.append(begins, len(scheme)))
    return scheme, value, np.repeat(sizes, sizes)


def _normalize(log_p: Floats) -> Floats:
    """Return probabilities that sum to 1 over the last axis."""
    p = np.exp(log_p - log_p.max(axis=-1, keepdims=True))
    return np.asarray(p / p.sum(axis=-1, keepdims=True))
