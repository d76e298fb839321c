"""The exact rule posterior over one coach's log, updated play by play.

The counterpart of `signdecoder.lstm.online`: both experts read the same encoded log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np

from signdecoder.bayes.changepoints import Hazards, PastPlay
from signdecoder.bayes.counts import Floats
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.bayes.ranking import RankedRule
from signdecoder.bayes.serialization import pack_posterior, unpack_posterior
from signdecoder.core.attributes import attribute_classes
from signdecoder.core.encoded_log import EncodedLog, EncodedPlay
from signdecoder.core.vocabulary import SlotTable
from signdecoder.rules.by_context import AnyRule, ContextRule
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import BLANK, CALLED, Sequences, pad_sequences

_MIN_SIGNALS = 6  # signals that a coach is assumed to have, even if fewer have appeared
_N_TAILS = 16  # last plays that show how a sequence may go on
# Weight, in pseudo-plays, of the LSTM's predictions on probe sequences when rules are ranked.
# Measured on simulated coaches (tuning seeds): with 0, 8, 16, 32 and 40 the first rule calls what
# the coach's own rule does for 94, 95, 96, 96 and 95% of 328 coaches with rules about pairs, and
# for 86, 89, 90, 90 and 90% of 249 coaches of all kinds. Its probability was best calibrated at 8
# to 16.
_PSEUDO_PLAYS = 16
_MIN_P = 0.02  # the LSTM's predictions on probe sequences are clipped to [_MIN_P, 1 - _MIN_P]


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A change of signs.

    Attributes
    ----------
    play : int
        The play, from 0, right before which the signs changed.
    before : str or None
        The likeliest key sign before the change; None for a rule without one.
    after : str or None
        The likeliest key sign since the change; None for a rule without one.
    returns_to : tuple of int or None
        The first of the earlier plays with the same signs, from 0, and the one after the last of
        them; None if the signs are new.
    """

    play: int
    before: str | None
    after: str | None
    returns_to: tuple[int, int] | None = None


class OnlineBayes:
    """Track the posterior over all rules through one coach's log.

    Parameters
    ----------
    log : EncodedLog
        The coach's plays, shared with the LSTM.
    slots : SlotTable
        The signals that rules may be about, shared with the LSTM.
    posterior : RulePosterior, optional
        The posterior after the plays of the log; by default none of them has been read.

    Attributes
    ----------
    posterior : RulePosterior
        The posterior after the plays read so far; its signals are slots.
    p_wide_before : list of float
        For each of the plays read last, the probability before it that the rule is a wide one.
    """

    def __init__(
        self, log: EncodedLog, slots: SlotTable, posterior: RulePosterior | None = None
    ) -> None:
        self._log, self._slots = log, slots
        self.posterior = posterior or RulePosterior(_MIN_SIGNALS)
        self.p_wide_before: list[float] = []
        self._n_classified, self._classes = 0, dict[frozenset[int], str]()
        self._n_slots_of_history = 0

    # --- learning ---------------------------------------------------------------------------------

    def update(self, end: int | None = None) -> list[float]:
        """Learn the plays of the log that are new.

        Parameters
        ----------
        end : int, optional
            The play, from 0, to stop before; by default the end of the log.

        Returns
        -------
        list of float
            For each of these plays, the probability of the target before its outcome was known.
        """
        self._slots.fill(self._log.vocabulary)
        if len(self._slots) > self.posterior.hypotheses.n_signals:
            self.posterior.grow(len(self._slots))
        self._update_classes()
        if self._n_slots_of_history != len(self._slots):
            self._write_history()
        end = len(self._log) if end is None else end
        self.p_wide_before = []
        return [self._observe(play) for play in range(self.posterior.n_plays, end)]

    def restart(self) -> None:
        """Begin a new segment: the signs are known to have changed here."""
        self.posterior.restart()

    def _update_classes(self) -> None:
        """Weigh rules about the classes of the signals seen so far, from the first play on."""
        classes = tuple(self.classes)
        if classes == self.posterior.hypotheses.bases.classes:
            return
        n_plays, n_signals = self.posterior.n_plays, self.posterior.hypotheses.n_signals
        self.posterior = RulePosterior(n_signals, classes=classes)
        for play in range(n_plays):
            self._restart_if_marked(play)
            self._learn(play)

    def _write_history(self) -> None:
        """Write the plays read so far with the slots of now, for signs that the coach returns to.

        A signal that was missed stood for any without a slot, and may have one since.
        """
        read = self._log.plays[: self.posterior.n_plays]
        self.posterior.changes.history = [*map(self._past_play, read)]
        self._n_slots_of_history = len(self._slots)

    def _observe(self, play: int) -> float:
        self._restart_if_marked(play)
        encoded = self._log.plays[play]
        p = self._predict_play(encoded)
        self.p_wide_before.append(self.posterior.p_wide())
        self._learn(play)
        return p

    def _restart_if_marked(self, play: int) -> None:
        if play in self._log.changes:
            self.posterior.restart()

    def _learn(self, play: int) -> None:
        encoded = self._log.plays[play]
        self.posterior.observe_play(self._past_play(encoded), encoded.new_game)

    def _predict_play(self, play: EncodedPlay) -> float:
        """Return the probability of the target: the mean over what was missed, if anything was."""
        if not (unsure := play.completions):
            return self.posterior.predict(self.to_slots(play.signal_ids), play.context)
        sequences = [self.to_slots(ids) for ids in unsure.sequences]
        p = self.posterior.predict_many(sequences, [play.context] * len(sequences))
        return float(np.array(unsure.weights) @ p)

    def _past_play(self, play: EncodedPlay) -> PastPlay:
        """Return a play with its signals as slots."""
        sequence, unsure = self.to_slots(play.signal_ids), play.completions
        if not unsure:
            return PastPlay(sequence, play.evidence, play.context)
        completions = tuple(self.to_slots(ids) for ids in unsure.sequences)
        return PastPlay(
            sequence, play.evidence, play.context, completions, unsure.weights, unsure.p_other
        )

    def to_slots(self, signal_ids: Sequence[int]) -> tuple[int, ...]:
        """Map signal ids to slots.

        Parameters
        ----------
        signal_ids : sequence of int
            Ids of signals.

        Returns
        -------
        tuple of int
            Their slots. A signal without one keeps a number of its own below BLANK; signals that
            the coach has not shown take slots that are still free.
        """
        slot_of = self._slots.slot_of
        free = iter(range(len(slot_of), self.posterior.hypotheses.n_signals))
        for signal_id in dict.fromkeys(signal_ids):
            if signal_id >= len(self._log.vocabulary):
                slot_of[signal_id] = next(free, BLANK - 1 - signal_id)
        return tuple(slot_of.get(n, BLANK - 1 - n) for n in signal_ids)

    # --- predictions ------------------------------------------------------------------------------

    def predict(
        self,
        sequences: Sequence[tuple[int, ...]],
        complete: bool,
        contexts: Sequence[tuple[int, ...]] | None = None,
    ) -> list[float]:
        """Return the probability of the target for some sequences.

        Parameters
        ----------
        sequences : sequence of tuple of int
            Signal ids of N sequences.
        complete : bool
            False if more signals may follow: the mean over ways in which the sequence may go on,
            as the coach's last plays did from there.
        contexts : sequence of tuple of int, optional
            The context of each sequence; by default nothing is known of it.

        Returns
        -------
        list of float
            N probabilities.
        """
        if complete:
            return self.posterior.predict_many([self.to_slots(s) for s in sequences], contexts)
        predictions = []
        for prefix, context in zip(sequences, contexts or [()] * len(sequences), strict=True):
            whole = self._continuations(prefix)
            p = self.predict_approx(whole, [context] * len(whole))
            predictions.append(float(p.mean()))
        return predictions

    def predict_approx(
        self,
        sequences: Sequence[tuple[int, ...]],
        contexts: Sequence[tuple[int, ...]] | None = None,
    ) -> Floats:
        """Return the probability of the target by the likeliest rules alone.

        Much faster than `predict` for many sequences, and not quite exact.

        Parameters
        ----------
        sequences : sequence of tuple of int
            Signal ids of N sequences.
        contexts : sequence of tuple of int, optional
            The context of each sequence; by default nothing is known of it.

        Returns
        -------
        ndarray of float
            (N,) probabilities.
        """
        if not sequences:
            return np.zeros(0)
        rows = pad_sequences([self.to_slots(s) for s in sequences])
        return self.posterior.predict_approx(rows, contexts)

    def _continuations(self, prefix: tuple[int, ...]) -> list[tuple[int, ...]]:
        """List the ways in which a sequence may go on, by the coach's last plays."""
        tails = [play.likely_ids[len(prefix) :] for play in self._log.plays[-_N_TAILS:]]
        return [(*prefix, *tail) for tail in tails] or [prefix]

    # --- rules ------------------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """The signals by slot."""
        return _names(self._log, self._slots)

    @property
    def classes(self) -> dict[frozenset[int], str]:
        """What to call each class of slots whose signals have something in common."""
        if self._n_classified != len(self._slots):  # slots are added, and never change
            self._n_classified, self._classes = len(self._slots), _classes(self._log, self._slots)
        return self._classes

    def key_sign_probs(self) -> dict[str, float]:
        """Return the probability of each signal to be the key sign.

        Returns
        -------
        dict of str to float
            Probabilities by name. They sum to at most 1; the rest is that no single signal is.
        """
        probs = self.posterior.key_sign_probs()
        return {name: float(probs[slot]) for slot, name in enumerate(self.names)}

    def ranking(
        self,
        probes: Sequence[tuple[int, ...]] = (),
        p_probes: Floats | None = None,
        weight: float = 1.0,
    ) -> list[RankedRule]:
        """Return the likeliest rules about signals that have appeared, best first.

        Parameters
        ----------
        probes : sequence of tuple of int, optional
            Signal ids of N probe sequences.
        p_probes : ndarray of float, optional
            (N,) what another expert predicts for them. Rules that agree gain, as if the
            predictions were `_PSEUDO_PLAYS` plays.
        weight : float
            Factor for these plays, from 0 to 1.

        Returns
        -------
        list of RankedRule
            The rules, with signals as slots.
        """
        known = len(self._slots)
        score = None
        if p_probes is not None and len(probes):
            score = partial(self._agreement_log_score, probes, p_probes, weight)
        ranked = self.posterior.ranking(external_log_score=score)
        return [r for r in ranked if all(s < known for s in r.rule.roles)]

    def _agreement_log_score(
        self,
        probes: Sequence[tuple[int, ...]],
        p_probes: Floats,
        weight: float,
        rules: list[AnyRule],
    ) -> Floats:
        """Return (R,) how well each rule agrees with the predictions on N probes, in nats."""
        rows = pad_sequences([self.to_slots(sequence) for sequence in probes])
        share_called = np.array([_share_called(rule, rows) for rule in rules])
        p = np.clip(p_probes, _MIN_P, 1 - _MIN_P)
        log_p = share_called * np.log(p) + (1 - share_called) * np.log(1 - p)
        return np.asarray(weight * _PSEUDO_PLAYS * log_p.mean(axis=1))

    # --- changes of signs -------------------------------------------------------------------------

    def plays_since_change(self) -> list[tuple[int, EncodedPlay]]:
        """Return the plays since the signs last changed.

        Returns
        -------
        list of tuple
            The number of each play, from 0, and the play with its signals as slots, those of its
            completions too.
        """
        start = max(self._change_starts(), default=0)
        plays = list(enumerate(self._log.plays))[start:]
        return [(n, self._in_slots(play)) for n, play in plays]

    def _in_slots(self, play: EncodedPlay) -> EncodedPlay:
        unsure = play.completions
        if unsure:
            unsure = unsure._replace(sequences=tuple(map(self.to_slots, unsure.sequences)))
        return replace(play, signal_ids=self.to_slots(play.signal_ids), completions=unsure)

    def change_points(self) -> list[ChangePoint]:
        """Return the changes of signs that are likelier than not, in order.

        Returns
        -------
        list of ChangePoint
            Each with the key signs before and after it.
        """
        starts = self._change_starts()
        if not starts:  # naming the key signs costs a new posterior for each segment
            return []
        bounds = list(pairwise([0, *starts, self.posterior.n_plays]))
        keys = [self._key_sign_between(begin, end) for begin, end in bounds]
        begins = self.posterior.changes.returns()
        periods = {begin: (begin, end) for begin, end in bounds}
        return [
            ChangePoint(n, keys[i], keys[i + 1], periods.get(begins.get(n, -1)))
            for i, n in enumerate(starts)
        ]

    def _change_starts(self) -> list[int]:
        """List the plays right before which the signs changed; one after the last is left out."""
        return [n for n in self.posterior.changes.change_points() if n < self.posterior.n_plays]

    def _key_sign_between(self, begin: int, end: int) -> str | None:
        """Return the likeliest key sign by these plays alone."""
        n_signals, classes = self.posterior.hypotheses.n_signals, tuple(self.classes)
        segment = RulePosterior(n_signals, hazards=Hazards(0, 0), classes=classes)
        for play in self._log.plays[begin:end]:
            segment.observe_play(self._past_play(play))
        best = int(np.argmax(segment.key_sign_probs()))
        return self.names[best] if best < len(self._slots) else None

    # --- saving -----------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """Return the posterior as bytes, for `resume`.

        Returns
        -------
        bytes
            The snapshot.
        """
        return pack_posterior(self.posterior)

    @classmethod
    def resume(cls, log: EncodedLog, slots: SlotTable, snapshot: bytes) -> OnlineBayes:
        """Return an expert that continues from a snapshot, without reading the plays again.

        Parameters
        ----------
        log : EncodedLog
            The plays that the snapshot was taken after.
        slots : SlotTable
            The slots at that time.
        snapshot : bytes
            What `snapshot` returned.

        Returns
        -------
        OnlineBayes
            The expert.

        Raises
        ------
        SigndecoderError
            If the snapshot is damaged or belongs to another log.
        """
        n_signals, classes = max(_MIN_SIGNALS, len(slots)), tuple(_classes(log, slots))
        expert = cls(log, slots, unpack_posterior(snapshot, n_signals, len(log), classes))
        expert._write_history()
        return expert


def _names(log: EncodedLog, slots: SlotTable) -> list[str]:
    """List the signals by slot."""
    return [log.vocabulary.names[n] for n in slots.ids]


def _classes(log: EncodedLog, slots: SlotTable) -> dict[frozenset[int], str]:
    """Return what to call each class of slots whose signals have something in common."""
    names = _names(log, slots)
    found = attribute_classes(names, log.attributes)
    return {frozenset(map(names.index, each.signals)): each.words for each in found}


def _share_called(rule: AnyRule, rows: Sequences) -> Floats:
    """Return (N,) at how many moments of the game a rule calls each sequence: 0 or 1 for most."""
    rules = rule.rules if isinstance(rule, ContextRule) else (rule,)
    return np.asarray(np.mean([plays_called(one, rows) == CALLED for one in rules], axis=0))
