"""Both experts on one slot table, and their background rebuild when signals change slots.

The network and the rules weigh a limited number of signals. When another signal has earned a slot,
both experts must read the whole log again with the new slots. A rebuild does that a few plays at a
time, so that no play has to wait for it. When the new experts take over depends on the log alone,
and not on how much of it they have read by then: a rebuild may be saved and resumed.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.online import OnlineBayes
from signdecoder.core.encoded_log import EncodedLog, EncodedPlay
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.vocabulary import MAX_SLOTS, SlotTable
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.lstm.weights import Weights

# Work that a rebuild may do for each new play: about 100 ms, and more than it takes to read the
# play itself, so that it catches up.
_WORK_PER_PLAY, _LEAD = 4.0, 1.25
_SIGNALS_PER_UNIT = 32  # signals that take as long to read as the rest of a play
_ALLOWED, _ID = struct.Struct("<d"), struct.Struct("<I")  # of a saved rebuild


class Experts(NamedTuple):
    """The LSTM and the rule posterior on one log, with the same signals in the same slots.

    Attributes
    ----------
    lstm : OnlineLSTM
        The LSTM.
    bayes : OnlineBayes
        The rule posterior.
    """

    lstm: OnlineLSTM
    bayes: OnlineBayes

    @classmethod
    def begin(cls, log: EncodedLog, slots: SlotTable, weights: Weights) -> Experts:
        """Return experts that have not read a play.

        Parameters
        ----------
        log : EncodedLog
            The log that they will read.
        slots : SlotTable
            The signals that they weigh.
        weights : Weights
            The weights of the network.

        Returns
        -------
        Experts
            Both experts.
        """
        return cls(OnlineLSTM(log, slots, weights), OnlineBayes(log, slots))

    def update(self, end: int | None = None) -> NDArray[np.float64]:
        """Learn the plays of the log that are new.

        Parameters
        ----------
        end : int, optional
            The play, from 0, to stop before; by default the end of the log.

        Returns
        -------
        ndarray of float
            (N, 2) probability of the target by each expert, before each outcome was known.
        """
        return np.array([self.lstm.update(end), self.bayes.update(end)], np.float64).T

    def restart(self) -> None:
        """Forget the coach's rule: the signs are known to have changed here."""
        self.lstm.restart()
        self.bayes.restart()


class SlotRebuild:
    """Read a log again with other slots, a few plays at a time.

    Parameters
    ----------
    log : EncodedLog
        The log to read.
    experts : Experts
        New experts, with the new slots.
    allowed : float, optional
        The work that the plays since the slots were chosen have allowed.
    """

    def __init__(self, log: EncodedLog, experts: Experts, allowed: float = 0.0) -> None:
        self._log, self._experts, self._allowed = log, experts, allowed
        self._budget = 0.0  # work that may be done by now

    def allow_work_for(self, plays: Sequence[EncodedPlay]) -> bool:
        """Allow more work, for new plays of the log.

        Parameters
        ----------
        plays : sequence of EncodedPlay
            The new plays.

        Returns
        -------
        bool
            Whether all the work has been allowed: then the new experts take over.
        """
        allowed = max(_WORK_PER_PLAY * len(plays), _LEAD * _work(plays))
        self._allowed += allowed
        self._budget += allowed
        return _work(self._log.plays) <= self._allowed

    def advance(self) -> None:
        """Read as many plays as the budget allows."""
        end = self._experts.lstm.n_plays
        for play in self._unread():
            if self._budget < _work([play]):
                break
            self._budget -= _work([play])
            end += 1
        self._experts.update(end)

    def finish(self, end: int) -> Experts:
        """Read what is left.

        Parameters
        ----------
        end : int
            The play, from 0, to stop before.

        Returns
        -------
        Experts
            The experts with the new slots, ready to take over.
        """
        self._experts.update(end)
        if end in self._log.changes:
            self._experts.restart()
        return self._experts

    def _unread(self) -> list[EncodedPlay]:
        return self._log.plays[self._experts.lstm.n_plays :]

    # --- saving -----------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """Return what was decided as bytes, for `resume`; what was read is read again.

        Returns
        -------
        bytes
            The work allowed, and the id of the signal in each slot.
        """
        ids = self._experts.lstm.slots.ids
        return _ALLOWED.pack(self._allowed) + b"".join(map(_ID.pack, ids))

    @classmethod
    def resume(cls, log: EncodedLog, weights: Weights, snapshot: bytes) -> Self:
        """Return a rebuild that takes over when the one would have that was saved.

        Parameters
        ----------
        log : EncodedLog
            The plays and changes that the snapshot was taken after.
        weights : Weights
            The weights of the network.
        snapshot : bytes
            What `snapshot` returned.

        Returns
        -------
        SlotRebuild
            The rebuild.

        Raises
        ------
        SigndecoderError
            If the snapshot is damaged or belongs to another log.
        """
        if len(snapshot) != _ALLOWED.size + MAX_SLOTS * _ID.size:
            raise _damaged()
        (allowed,) = _ALLOWED.unpack_from(snapshot)
        ids = [signal_id for (signal_id,) in _ID.iter_unpack(snapshot[_ALLOWED.size :])]
        are_signals = len(set(ids)) == MAX_SLOTS and max(ids) < len(log.vocabulary)
        if not are_signals or not isfinite(allowed):
            raise _damaged()
        return cls(log, Experts.begin(log, SlotTable(ids), weights), allowed)


def _work(plays: Sequence[EncodedPlay]) -> float:
    """Return how long plays take to read; a play without signals takes 1."""
    return sum(1 + len(play.signal_ids) / _SIGNALS_PER_UNIT for play in plays)


def _damaged() -> SigndecoderError:
    return SigndecoderError(
        "the saved choice of signals is damaged", "it is computed again from the plays"
    )
