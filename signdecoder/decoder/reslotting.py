"""The two readers of a log, and those that take over when signals change slots.

The network and the rules weigh a limited number of signals. Where another one has earned the place
of one of them, the whole log is read with new slots: by successors, a few plays at each new one, so
that none has to wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.online import OnlineBayes
from signdecoder.core.play import Play
from signdecoder.lstm.online import EncodedPlay, OnlineLSTM

# What successors may do for each new play: about what 100 ms are enough for, and more than it takes
# to read the play itself, so that they catch up.
_EACH_PLAY, _LEAD = 4.0, 1.25
_AS_LONG = 32  # signals that take as long to read as what else a play needs


@dataclass(frozen=True, slots=True)
class Experts:
    """The LSTM and the rules on one log, with the same signals in the same slots."""

    lstm: OnlineLSTM
    rules: OnlineBayes

    def read(self, plays: Sequence[EncodedPlay]) -> NDArray[np.float64]:
        """Read plays in their order; (N, 2) the chances that each gave before."""
        return np.array([self.lstm.read(plays), self.rules.learn()], np.float64).T


class SlotRebuilder:
    """The readers that answer, and their successors, if any are needed."""

    def __init__(self, readers: Experts) -> None:
        self.now = readers
        self._next: Experts | None = None
        self._due = 0.0  # work that the successors may do by now

    def learn(self, plays: Iterable[Play]) -> NDArray[np.float64]:
        """Learn plays in their order; (N, 2) the chances that both gave of each before."""
        seen = self.now.lstm.write_down(plays)
        if self._next is None and (lstm := self.now.lstm.successor()):
            self._next = Experts(lstm, OnlineBayes(lstm))
        if self._next:
            self._due += max(_EACH_PLAY * len(seen), _LEAD * _work(seen))
            if _work([*self._unread(), *seen]) <= self._due:
                self.settle()
        said = self.now.read(seen)
        if self._next:
            self._go_on(self._next)
        return said

    def _go_on(self, successors: Experts) -> None:
        """Let the successors read as much as is due."""
        plays: list[EncodedPlay] = []
        for play in self._unread():
            if self._due < _work([play]):
                break
            self._due -= _work([play])
            plays.append(play)
        successors.read(plays)

    def settle(self) -> None:
        """Let the successors, if there are any, read what they have not yet, and take over."""
        if self._next:
            self._next.read(self._unread())
            self.now, self._next, self._due = self._next, None, 0.0

    def _unread(self) -> list[EncodedPlay]:
        """The plays of the log that the successors have not yet read."""
        assert self._next
        return self.now.lstm.log[len(self._next.lstm.log) :]


def _work(plays: Sequence[EncodedPlay]) -> float:
    """How long plays take to read; a play without signals takes 1."""
    return sum(1 + len(play.numbers) / _AS_LONG for play in plays)
