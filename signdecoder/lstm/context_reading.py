"""The reading of a log by one kind of context, such as the number of outs: one filter a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from signdecoder.core.contexts import CONTEXT_KINDS
from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.changepoints import ChangePointFilter


@dataclass(frozen=True, slots=True)
class ContextReading:
    """The reading of a log by one kind of context.

    Attributes
    ----------
    n_plays : tuple of int
        How many plays had each value.
    n_called : int
        How many of them were the target, from the first play with a second value on: until then
        the reading is the plain one.
    log_odds : float
        By how many nats it predicted these plays better than the plain reading did.
    filters : mapping of int to ChangePointFilter
        The filter of each value that some play had; empty if the reading was given up.
    """

    n_plays: tuple[int, ...]
    n_called: int = 0
    log_odds: float = 0.0
    filters: Mapping[int, ChangePointFilter] = field(default_factory=dict)

    @classmethod
    def begin(cls, kind: int) -> Self:
        """Return the reading before the first play that tells a kind of context.

        Parameters
        ----------
        kind : int
            The kind, an index into CONTEXT_KINDS.

        Returns
        -------
        ContextReading
            The reading.
        """
        return cls((0,) * CONTEXT_KINDS[kind].n_values)

    def count(self, value: int, evidence: Evidence) -> Self:
        """Return the same reading with the counts after one more play.

        Parameters
        ----------
        value : int
            The value of its context at the play.
        evidence : Evidence
            What its outcome says about the target.

        Returns
        -------
        ContextReading
            The reading.
        """
        n_plays = tuple(n + (v == value) for v, n in enumerate(self.n_plays))
        is_called = evidence is Evidence.CALLED and sum(map(bool, n_plays)) > 1
        return replace(self, n_plays=n_plays, n_called=self.n_called + is_called)

    @property
    def p_values(self) -> dict[int, float]:
        """How likely each value is at some play."""
        total = sum(self.n_plays) + 0.5 * len(self.n_plays)
        return {value: (n + 0.5) / total for value, n in enumerate(self.n_plays)}
