"""Reads one coach's log with the candidate-wise LSTM: plays in, chances out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence, evidence_of
from signdecoder.core.play import Play
from signdecoder.lstm.cell import LSTM, Floats
from signdecoder.lstm.changepoints import ChangePointFilter
from signdecoder.lstm.model import PairModel
from signdecoder.lstm.sequence_encoder import EncoderTrace, SequenceFeatures
from signdecoder.lstm.serialization import pack_runs, unpack_runs
from signdecoder.lstm.vocabulary import MAX_SLOTS, Vocabulary
from signdecoder.lstm.weights import Weights

_READINGS_KEPT = 512
_BATCH = 64  # sequences read at once, which bounds memory
_OWN_SEQUENCES = 64  # made of the coach's last plays


@dataclass(frozen=True, slots=True)
class EncodedPlay:
    """A play as the network reads it: signal numbers, evidence, and whether a game begins.

    ``game`` is the last one that was named, if any was.
    """

    numbers: tuple[int, ...]
    evidence: Evidence
    new_game: bool
    game: str


class OnlineLSTM:
    """What the LSTM makes of one coach's plays; ``play`` is the called play."""

    def __init__(self, play: str, weights: Weights, vocabulary: Vocabulary | None = None) -> None:
        self.play = play
        self.vocabulary = vocabulary or Vocabulary()
        self.log: list[EncodedPlay] = []
        self.changes: set[int] = set()  # plays right before which the signs changed, as one knows
        self._weights = weights
        self._network = PairModel(weights)
        self._runs = ChangePointFilter.begin(self._network, 0, 0)
        self.called_since = 0  # called plays since a change, as far as somebody told of it
        self._readings: dict[tuple[int, ...], tuple[SequenceFeatures, int]] = {}

    # --- learning ---------------------------------------------------------------------------------

    def learn(self, plays: Iterable[Play]) -> list[float]:
        """Read plays in their order; the chance that each had of the called play before.

        Each costs the same, however many came before.
        """
        return self.read(self.write_down(plays))

    def write_down(self, plays: Iterable[Play]) -> list[EncodedPlay]:
        """Plays as ``read`` takes them, which follow what was read; signals get slots."""
        written: list[EncodedPlay] = []
        last = self.log[-1] if self.log else None
        for play in plays:
            game, evidence = fold(play.game), evidence_of(play.outcome, self.play)
            new_game = last is None or (game != "" and game != last.game)
            numbers = self.vocabulary.learn(play.signals, evidence)
            last = EncodedPlay(numbers, evidence, new_game, game or (last.game if last else ""))
            written.append(last)
        self.vocabulary.give_slots()
        return written

    def read(self, plays: Iterable[EncodedPlay]) -> list[float]:
        """Read plays that were written down here or by whom this one succeeds: see ``learn``."""
        before = len(self.log)
        self.log += plays
        return self._observe(before)

    def successor(self) -> Self | None:
        """One to read the same log with other signals in the slots, if others have earned them."""
        slots = self.vocabulary.better_slots()
        if slots is None:
            return None
        successor = type(self)(self.play, self._weights, self.vocabulary.with_slots(slots))
        successor.changes = self.changes
        return successor

    def changed(self) -> None:
        """The signs changed here: a belief about other signs is of no use."""
        self.changes.add(len(self.log))
        self._forget(len(self.log))

    def _forget(self, place: int) -> None:
        """What came before this play says nothing of what follows."""
        self._runs = ChangePointFilter.begin(self._network, place, len(self.vocabulary.slots))
        self.called_since = 0

    def _observe(self, since: int) -> list[float]:
        """Read the log's plays from there on; the chance that each had before."""
        said = []
        self._runs = self._runs.grow(len(self.vocabulary.slots))
        for begin in range(since, len(self.log), _BATCH):
            batch = self.log[begin : begin + _BATCH]
            hiddens = self._read([seen.numbers for seen in batch])
            for place, (seen, hidden) in enumerate(zip(batch, hiddens, strict=True), begin):
                if place in self.changes and self._runs.since != place:
                    self._forget(place)
                self._runs, chance = self._runs.observe(place, hidden, seen.evidence, seen.new_game)
                said.append(chance)
                self.called_since += seen.evidence is Evidence.CALLED
        return said

    def _read(self, sequences: Sequence[tuple[int, ...]]) -> list[Floats]:
        """The play LSTM's last values for each sequence (C, H); equal ones are read once."""
        unread = [s for s in dict.fromkeys(sequences) if s not in self._readings]
        if len(self._readings) + len(unread) > _READINGS_KEPT:
            self._readings.clear()
            unread = list(dict.fromkeys(sequences))
        slot = self._slot_of()
        for alike in _group_by_length(unread):
            readings = self._network.plays.read([_place(s, slot) for s in alike])
            self._readings |= {s: (readings, place) for place, s in enumerate(alike)}
        found = (self._readings[s] for s in sequences)
        return [readings.spread(place, self._runs.slots) for readings, place in found]

    def _slot_of(self) -> dict[int, int]:
        return {number: place for place, number in enumerate(self.vocabulary.slots)}

    # --- answering --------------------------------------------------------------------------------

    def chances(self, sequences: Sequence[tuple[int, ...]], complete: bool) -> list[float]:
        """The chance of the called play for each sequence of signal numbers."""
        known = len(self.vocabulary.names)
        said = np.empty(len(sequences))
        strange = np.array([max(s) >= known for s in sequences], np.bool_)
        for rows, answer in (
            (np.flatnonzero(~strange), self._answer_known),
            (np.flatnonzero(strange), self._answer_strange),
        ):
            for begin in range(0, len(rows), _BATCH):
                batch = rows[begin : begin + _BATCH]
                said[batch] = answer([sequences[row] for row in batch], complete)
        return [float(p) for p in said]

    def _answer_known(self, sequences: list[tuple[int, ...]], complete: bool) -> list[float]:
        return list(self._runs.answer(self._read(sequences), complete))

    def _answer_strange(self, sequences: list[tuple[int, ...]], complete: bool) -> list[float]:
        """The same with signals that have not come: they are given slots for the moment."""
        known, slot = len(self.vocabulary.names), self._slot_of()
        free = MAX_SLOTS - len(slot)
        slots = []
        for sequence in sequences:
            strangers = [number for number in dict.fromkeys(sequence) if number >= known][:free]
            slots.append(slot | {number: len(slot) + n for n, number in enumerate(strangers)})
        readings = self._network.plays.read(list(map(_place, sequences, slots)))
        said = np.empty(len(sequences))
        for size in {len(at) for at in slots}:
            rows = [row for row, at in enumerate(slots) if len(at) == size]
            grown = self._runs.grow(size)
            said[rows] = grown.answer([readings.spread(row, grown.slots) for row in rows], complete)
        return said.tolist()

    def own_sequences(self) -> list[tuple[int, ...]]:
        """Sequences as this coach gives them, which none of his plays has shown.

        Each begins as one of his last plays does and ends as the next: what was learned from the
        very same sequence would make the belief look surer than it is.
        """
        last = [seen.numbers for seen in self.log[-_OWN_SEQUENCES:]]
        return [
            (*begin[: (len(begin) + 1) // 2], *end[(len(end) + 1) // 2 :])
            for begin, end in zip(last, last[1:] + last[:1], strict=True)
        ]

    def key_chances(self) -> dict[str, float]:
        """The chance of each signal to be the key sign, by name; they sum to at most 1."""
        if not self.log:
            return {}
        chances = self._runs.key_chances()
        slots = self.vocabulary.slots
        return {self.vocabulary.names[n]: float(chances[place]) for place, n in enumerate(slots)}

    # --- looking inside ---------------------------------------------------------------------------

    @property
    def play_lstm(self) -> LSTM:
        """The LSTM that reads the signals of one play."""
        return self._network.plays.lstm

    def vote(self) -> Floats:
        """The share of every sight of every pair of slots in the likeliest run's vote: (V, V, S).

        The last slots are those of signals that have not come.
        """
        slots = self._runs.slots
        return self._network.vote(self._runs.heaviest.belief).reshape(slots, slots, -1)

    def trace(self, numbers: tuple[int, ...], key: int, live: int) -> EncoderTrace:
        """Every step of the play LSTM over a sequence, from the point of view of two slots."""
        return self._network.plays.trace(_place(numbers, self._slot_of()), key, live)

    # --- keeping ----------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """What was learned as bytes, which ``resume`` takes back."""
        return pack_runs(self._runs, self.vocabulary.slots)

    @classmethod
    def resume(
        cls,
        play: str,
        weights: Weights,
        plays: Iterable[Play],
        changes: Collection[int],
        snapshot: bytes,
    ) -> Self:
        """The reader that gave this snapshot after these plays and changes; none is read again.

        Raises SigndecoderError where the snapshot is damaged or another's.
        """
        reader = cls(play, weights)
        reader.log = reader.write_down(plays)
        last = max(changes, default=0)
        called = [seen.evidence is Evidence.CALLED for seen in reader.log]
        reader._runs, reader.vocabulary.slots = unpack_runs(
            snapshot, reader._network, len(reader.vocabulary.names), called, last
        )
        reader.changes.update(changes)
        reader.called_since = sum(called[last:])
        return reader


def _place(sequence: tuple[int, ...], slot: dict[int, int]) -> list[int]:
    """Numbers as slots; a signal without one keeps a number of its own: a decoy, but seen."""
    return [slot.get(number, -1 - number) for number in sequence]


def _group_by_length(sequences: Sequence[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """The sequences in groups of like length: all of a batch cost as much as its longest."""
    groups: dict[int, list[tuple[int, ...]]] = {}
    for sequence in sequences:
        groups.setdefault((len(sequence) - 1).bit_length(), []).append(sequence)
    return list(groups.values())
