"""The two advisers on one coach, the LSTM and the rules, and one opinion from both."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.online import OnlineBayes
from signdecoder.bayes.posterior import RankedRule
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.decoder.fixed_share import FixedShare
from signdecoder.decoder.reslotting import Experts, SlotRebuilder
from signdecoder.lstm.online import EncodedPlay, OnlineLSTM
from signdecoder.lstm.weights import Weights

EXPERTS = 2  # the LSTM, then the rules, in every row of chances
# The LSTM's share in the mixture by called plays seen, measured on simulated coaches (tuning
# seeds): it knows how signs are hidden before much has followed, the rules are exact after that.
TRUST = (0.95, 0.95, 0.95, 0.85, 0.8, 0.7, 0.5)
Chances = NDArray[np.float64]

_PARTS = struct.Struct("<II2dI")  # bytes of the LSTM's part and the rules', the mixture's record


class Ensemble:
    """What both make of a coach's plays; ``play`` is the called play."""

    def __init__(self, play: str, weights: Weights) -> None:
        lstm = OnlineLSTM(play, weights)
        self._readers = SlotRebuilder(Experts(lstm, OnlineBayes(lstm)))
        self.mixture = FixedShare(TRUST)
        self.called = 0  # plays that were the called play
        self._own: Chances | None = None
        self._ranking: list[RankedRule] | None = None

    @property
    def lstm(self) -> OnlineLSTM:
        """What the LSTM makes of the plays."""
        return self._readers.now.lstm

    @property
    def rules(self) -> OnlineBayes:
        """What the rules make of them."""
        return self._readers.now.rules

    @property
    def called_since(self) -> int:
        """Called plays since the signs changed, as far as somebody told of it."""
        return self.lstm.called_since

    def learn(self, plays: Iterable[Play]) -> None:
        """Learn plays in their order, and which adviser foretold them better."""
        before = len(self.lstm.log)
        said = self._readers.learn(plays)
        self.called += _count_called(self.lstm.log[before:])
        for chances, seen in zip(said, self.lstm.log[before:], strict=True):
            if seen.evidence is not Evidence.SILENT:
                self.mixture.learn(chances, seen.evidence is Evidence.CALLED)
        self._own = self._ranking = None

    def settle(self) -> None:
        """Finish what learning has put off: whoever keeps what was learned wants all of it."""
        self._readers.settle()
        self._own = self._ranking = None

    def changed(self) -> None:
        """The signs changed here, as somebody knows."""
        self.lstm.changed()
        self.rules.changed()
        self._own = self._ranking = None

    def chances(self, sequences: Sequence[tuple[int, ...]], complete: bool) -> Chances:
        """(N, ADVISERS) chances of the called play for sequences of signal numbers."""
        said = [a.chances(sequences, complete) for a in (self.lstm, self.rules)]
        return np.array(said, np.float64).reshape(EXPERTS, -1).T

    def own_chances(self) -> Chances:
        """(N,) chances of sequences as this coach gives them, which no play of his has shown."""
        return self.mixture.mix(self._own_said())

    def _own_said(self) -> Chances:
        """(N, ADVISERS) what each says of those sequences."""
        if self._own is None:
            own = self.lstm.own_sequences()
            said = [self.lstm.chances(own, complete=True), self.rules.rough_chances(own)]
            self._own = np.array(said, np.float64).T
        return self._own

    def ranking(self) -> list[RankedRule]:
        """The likeliest rules, best first, by both.

        How likely the plays are by each rule, and how well it agrees with the LSTM on sequences
        as this coach gives them. The LSTM has read what is touched, not outcomes alone: it knows
        a pair that always stands together in the calls from one that has only done so yet.
        """
        if self._ranking is None:
            self._ranking = self.rules.ranking(self.lstm.own_sequences(), self._own_said()[:, 0])
        return self._ranking

    def key_chances(self) -> tuple[dict[str, float], dict[str, float]]:
        """What the LSTM and what the rules take for the key sign: chances by name."""
        return self.lstm.key_chances(), self.rules.key_chances()

    def snapshot(self) -> bytes:
        """All that was learned as bytes, which ``resume`` takes back."""
        lstm, rules = self.lstm.snapshot(), self.rules.snapshot()
        return (
            _PARTS.pack(len(lstm), len(rules), *self.mixture.record, self.mixture.called)
            + lstm
            + rules
        )

    @classmethod
    def resume(
        cls,
        play: str,
        weights: Weights,
        plays: Iterable[Play],
        changes: Collection[int],
        snapshot: bytes,
    ) -> Self:
        """The advisers that gave this snapshot after these plays and changes.

        Raises SigndecoderError where the snapshot is damaged or another's.
        """
        advisers = cls(play, weights)
        if len(snapshot) < _PARTS.size:
            raise SigndecoderError("the saved belief is damaged", "it is made anew")
        first, second, *record, called = _PARTS.unpack_from(snapshot)
        body = snapshot[_PARTS.size :]
        shares = all(0 < share < 1 for share in record) and np.isclose(sum(record), 1)
        if len(body) != first + second or not shares:
            raise SigndecoderError("the saved belief is damaged", "it is made anew")
        lstm = OnlineLSTM.resume(play, weights, plays, changes, body[:first])
        rules = OnlineBayes(lstm)
        rules.resume(body[first:])
        advisers._readers = SlotRebuilder(Experts(lstm, rules))
        advisers.called = _count_called(lstm.log)
        advisers.mixture.record, advisers.mixture.called = np.array(record), called
        return advisers


def _count_called(log: Sequence[EncodedPlay]) -> int:
    return sum(seen.evidence is Evidence.CALLED for seen in log)
