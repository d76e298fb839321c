"""The pair network over one coach's log, updated play by play."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.completions import Completions
from signdecoder.core.contexts import NO_CONTEXT
from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.vocabulary import MAX_SLOTS, SlotTable
from signdecoder.lstm.cell import LSTM, Floats
from signdecoder.lstm.context_readings import ContextReadings
from signdecoder.lstm.model import PairModel
from signdecoder.lstm.sequence_encoder import UNSEEN, EncoderTrace, SequenceFeatures
from signdecoder.lstm.serialization import pack_readings, unpack_readings
from signdecoder.lstm.weights import Weights

_CACHE_SIZE = 512  # sequences whose features are kept
_BATCH = 64  # sequences encoded at once, which bounds memory


class OnlineLSTM:
    """Track what the LSTM believes through one coach's log.

    Parameters
    ----------
    log : EncodedLog
        The coach's plays, shared with the rule posterior.
    slots : SlotTable
        The signals that the network weighs, shared with the rule posterior.
    weights : Weights
        The trained network.

    Attributes
    ----------
    log : EncodedLog
        The coach's plays.
    slots : SlotTable
        The signals that the network weighs.
    n_plays : int
        The number of plays read so far.
    """

    def __init__(self, log: EncodedLog, slots: SlotTable, weights: Weights) -> None:
        self.log, self.slots, self.n_plays = log, slots, 0
        self._model = PairModel(weights)
        self._readings = ContextReadings.begin(self._model, 0, 0)
        self._cache: dict[tuple[int, ...], tuple[SequenceFeatures, int]] = {}

    # --- learning ---------------------------------------------------------------------------------

    def update(self, end: int | None = None) -> list[float]:
        """Learn the plays of the log that are new.

        Each play costs the same, no matter how many came before.

        Parameters
        ----------
        end : int, optional
            The play, from 0, to stop before; by default the end of the log.

        Returns
        -------
        list of float
            For each of these plays, the probability of the target before its outcome was known.
        """
        self.slots.fill(self.log.vocabulary)
        self._readings = self._readings.grow(len(self.slots))
        predictions: list[float] = []
        end = len(self.log) if end is None else end
        for begin in range(self.n_plays, end, _BATCH):
            batch = self.log.plays[begin : min(begin + _BATCH, end)]
            whole = [play for play in batch if not play.completions]
            features = iter(self._encode([play.signal_ids for play in whole]))
            for place, play in enumerate(batch, begin):
                if place in self.log.changes and self._readings.plain.start != place:
                    self._restart_at(place)
                if play.completions:
                    p, shown = self._complete(play.completions, play.context)
                    self._readings, _ = self._readings.observe(place, shown, play)
                else:
                    self._readings, p = self._readings.observe(place, next(features), play)
                predictions.append(p)
        self.n_plays = max(self.n_plays, end)
        return predictions

    def restart(self) -> None:
        """Forget the coach's rule: the signs are known to have changed here."""
        self._restart_at(self.n_plays)

    def _restart_at(self, place: int) -> None:
        self._readings = ContextReadings.begin(self._model, place, len(self.slots))

    def _complete(self, completions: Completions, context: tuple[int, ...]) -> tuple[float, Floats]:
        """Return how a play with missed signals is predicted, and its pair features (C, S).

        Pair features are probabilities already. So their mean over what the sequence may have been
        is what the network would have been trained to see.
        """
        sequences, weights = completions.sequences, np.array(completions.weights)
        p = self.predict(sequences, complete=True, contexts=[context] * len(sequences))
        features = np.zeros_like(self._encode(sequences[:1])[0])
        for begin in range(0, len(sequences), _BATCH):
            grids = self._encode(sequences[begin : begin + _BATCH])
            features += np.tensordot(
                weights[begin : begin + _BATCH].astype(np.float32), np.stack(grids), 1
            )
        return float(weights @ np.array(p)), features

    def _encode(self, sequences: Sequence[tuple[int, ...]]) -> list[Floats]:
        """Return the pair features (C, S) of each sequence; equal sequences are encoded once."""
        unread = [s for s in dict.fromkeys(sequences) if s not in self._cache]
        if len(self._cache) + len(unread) > _CACHE_SIZE:
            self._cache.clear()
            unread = list(dict.fromkeys(sequences))
        slot_of = self.slots.slot_of
        for alike in _group_by_length(unread):
            features = self._model.encoder.encode([_to_slots(s, slot_of) for s in alike])
            self._cache |= {s: (features, row) for row, s in enumerate(alike)}
        found = (self._cache[s] for s in sequences)
        return [features.to_grid(row, self._readings.plain.slots) for features, row in found]

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
            False if more signals may follow.
        contexts : sequence of tuple of int, optional
            The value of each kind of context at each of them; by default none is noted.

        Returns
        -------
        list of float
            N probabilities.
        """
        known = len(self.log.vocabulary)
        contexts = [NO_CONTEXT] * len(sequences) if contexts is None else contexts
        predictions = np.empty(len(sequences))
        unseen_mask = np.array([max(s) >= known for s in sequences], np.bool_)
        for rows, predict in (
            (np.flatnonzero(~unseen_mask), self._predict_known),
            (np.flatnonzero(unseen_mask), self._predict_with_unseen),
        ):
            for begin in range(0, len(rows), _BATCH):
                batch = rows[begin : begin + _BATCH]
                asked = [sequences[row] for row in batch], [contexts[row] for row in batch]
                predictions[batch] = predict(*asked, complete)
        return [float(p) for p in predictions]

    def _predict_known(
        self, sequences: list[tuple[int, ...]], contexts: list[tuple[int, ...]], complete: bool
    ) -> NDArray[np.float64]:
        n_signals = self._readings.plain.n_signals
        return self._readings.predict(self._encode(sequences), complete, contexts, n_signals)

    def _predict_with_unseen(
        self, sequences: list[tuple[int, ...]], contexts: list[tuple[int, ...]], complete: bool
    ) -> NDArray[np.float64]:
        """Predict for signals that the coach has not shown: they get slots for this call only."""
        known, slot_of = len(self.log.vocabulary), self.slots.slot_of
        free = MAX_SLOTS - len(slot_of)
        tables = []
        for sequence in sequences:
            unseen = [n for n in dict.fromkeys(sequence) if n >= known][:free]
            tables.append(slot_of | {n: len(slot_of) + place for place, n in enumerate(unseen)})
        features = self._model.encoder.encode(list(map(_to_slots, sequences, tables)))
        predictions = np.empty(len(sequences))
        for size in {len(table) for table in tables}:
            rows = [row for row, table in enumerate(tables) if len(table) == size]
            grids = [features.to_grid(row, size + UNSEEN) for row in rows]
            asked = [contexts[row] for row in rows]
            predictions[rows] = self._readings.predict(grids, complete, asked, size)
        return predictions

    def key_sign_probs(self) -> dict[str, float]:
        """Return the probability of each signal to be the key sign.

        Returns
        -------
        dict of str to float
            Probabilities by name. They sum to at most 1; the rest is that no single signal is.
        """
        if not self.n_plays:
            return {}
        probs = np.sum([w * each.key_sign_probs() for w, each in self._readings.leading], axis=0)
        names = self.log.vocabulary.names
        return {names[n]: float(probs[slot]) for slot, n in enumerate(self.slots.ids)}

    # --- inspection -------------------------------------------------------------------------------

    @property
    def sequence_lstm(self) -> LSTM:
        """The LSTM that reads the signals of one play."""
        return self._model.encoder.lstm

    def rule_probs(self) -> Floats:
        """Return the rule probabilities of the likeliest segment.

        Returns
        -------
        ndarray of float32
            (V, V, S): for each pair of slots (k, l) the probability of each of its S rules. The
            last two slots stand for signals that have not appeared. If the signs depend on a
            context, it is the mean over the context's values.
        """
        slots, rule_probs = self._readings.plain.slots, self._model.rule_probs
        probs = [w * rule_probs(each.heaviest.belief) for w, each in self._readings.leading]
        return np.asarray(np.sum(probs, axis=0, dtype=np.float32)).reshape(slots, slots, -1)

    def trace(self, signal_ids: tuple[int, ...], key: int, live: int) -> EncoderTrace:
        """Return every step of the sequence LSTM over one sequence, as one pair of slots sees it.

        Parameters
        ----------
        signal_ids : tuple of int
            The T signals of the sequence.
        key : int
            The slot of k, the first signal of the pair.
        live : int
            The slot of l, the second signal of the pair.

        Returns
        -------
        EncoderTrace
            Inputs, gates and pair features after each signal.
        """
        return self._model.encoder.trace(_to_slots(signal_ids, self.slots.slot_of), key, live)

    # --- saving -----------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """Return what was learned as bytes, for `resume`.

        Returns
        -------
        bytes
            The snapshot.
        """
        return pack_readings(self._readings, self.slots.ids)

    @classmethod
    def resume(cls, log: EncodedLog, weights: Weights, snapshot: bytes) -> OnlineLSTM:
        """Return an expert that continues from a snapshot, without reading the plays again.

        Parameters
        ----------
        log : EncodedLog
            The plays and changes that the snapshot was taken after.
        weights : Weights
            The weights that it was taken with.
        snapshot : bytes
            What `snapshot` returned.

        Returns
        -------
        OnlineLSTM
            The expert, with the slots of that time.

        Raises
        ------
        SigndecoderError
            If the snapshot is damaged or belongs to another log.
        """
        expert = cls(log, SlotTable(), weights)
        expert._readings, expert.slots.ids = unpack_readings(snapshot, expert._model, log)
        expert.n_plays = len(log)
        return expert


def _to_slots(signal_ids: Sequence[int], slot_of: dict[int, int]) -> list[int]:
    """Map ids to slots; a signal without one keeps a negative number of its own, as a decoy."""
    return [slot_of.get(n, -1 - n) for n in signal_ids]


def _group_by_length(sequences: Sequence[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """Group sequences of similar length: every sequence of a batch costs as much as its longest."""
    groups: dict[int, list[tuple[int, ...]]] = {}
    for sequence in sequences:
        groups.setdefault((len(sequence) - 1).bit_length(), []).append(sequence)
    return list(groups.values())
