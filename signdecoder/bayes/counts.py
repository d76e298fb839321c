"""What has happened under a rule, as two counts, and how likely that is at any noise.

A rule's *tally* is how many called plays were run (``run``) and how many were not (``missed``).
With the log's totals it gives the other two: the called play without a sign, and neither. Rules
with one tally are equally likely, so there are few tallies to weigh however many rules there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_NEVER = -1e9


@dataclass(frozen=True, slots=True)
class NoiseRates:
    """The prior over both noise rates: how often a sign is missed, a runner goes on his own.

    With chance ``clean`` both are ``least``; else each is drawn from its own grid, apart.
    """

    clean: float = 0.7
    least: float = 0.0005
    missed: tuple[float, ...] = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
    missed_odds: tuple[float, ...] = (0.2, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05)
    own: tuple[float, ...] = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4)
    own_odds: tuple[float, ...] = (0.2, 0.2, 0.2, 0.2, 0.11, 0.06, 0.02, 0.01)

    def missed_chances(self, missed: Places, run: Places) -> Floats:
        """(2, N) log chance that of called plays so many were missed and run: clean, noisy."""
        return self._chances(self.missed, self.missed_odds, missed, run)

    def own_chances(self, own: Places, neither: Places) -> Floats:
        """(2, N) the same for plays that no sign called: run all the same, and not run."""
        return self._chances(self.own, self.own_odds, own, neither)

    def log_chances(self, calls: Places, hits: Places, plays: int, run: int) -> Floats:
        """(N,) log chance of the outcomes of so many plays, of which ``run`` were the called play.

        A rule calls ``calls`` (N,) of them, of which ``hits`` (N,) were run.
        """
        own = run - hits
        chances = self.missed_chances(calls - hits, hits)
        chances += self.own_chances(own, plays - calls - own)
        return np.asarray(np.logaddexp.reduce(chances + self.log_classes, axis=0))

    def _chances(
        self, rates: tuple[float, ...], odds: tuple[float, ...], hits: Places, rest: Places
    ) -> Floats:
        hit, miss, share = _logs((self.least, *rates), (1.0, *odds))
        chances = hit * hits + miss * rest
        noisy = chances[1:] + share[1:]
        top = noisy.max(axis=0)
        chances[1] = top + np.log(np.exp(noisy - top).sum(axis=0))
        return chances[:2]

    @property
    def log_classes(self) -> Floats:
        """(2, 1) the log chance of the two classes, clean and noisy."""
        return _log(np.array([[self.clean], [1 - self.clean]]))


@lru_cache(maxsize=16)
def _logs(rates: tuple[float, ...], odds: tuple[float, ...]) -> tuple[Floats, Floats, Floats]:
    """Columns of log rates, of log 1 - rates, and of log shares but for the first."""
    column = np.array(rates)[:, None]
    shares = np.array(odds)[:, None] / sum(odds[1:])
    return _log(column), _log(1 - column), np.log(shares)


def _log(chance: Floats) -> Floats:
    """The log, where that of 0 is so low that nothing makes up for it, and that 0 of it are 0."""
    return np.asarray(np.where(chance > 0, np.log(np.maximum(chance, 1e-300)), _NEVER))


DEAD = 1  # the tally of a rule that is given up: no log is likely under it
BEYOND = 2**40  # more plays than any log has


class CountTable:
    """The tallies that have come up, by number: 0 is (0, 0), 1 is DEAD, the others as they came."""

    def __init__(self, noise: NoiseRates) -> None:
        self._noise = noise
        self._number: dict[tuple[int, int], int] = {}
        self.run = np.zeros(0, np.int64)
        self.missed = np.zeros(0, np.int64)
        self._log_missed = np.zeros((2, 0))  # of what happened to called plays, clean and noisy
        self._log_run_next = np.zeros((2, 0))  # and of that with one more that was run
        self.find(np.array([0, BEYOND]), np.array([0, 0]))

    def __len__(self) -> int:
        """How many tallies there are."""
        return len(self.run)

    def find(self, run: Places, missed: Places) -> Places:
        """The numbers of tallies; those that are new get the next ones."""
        asked = list(zip(run.tolist(), missed.tolist(), strict=True))
        fresh = [tally for tally in dict.fromkeys(asked) if tally not in self._number]
        if fresh:
            for tally in fresh:
                self._number[tally] = len(self._number)
            more = np.array(fresh, np.int64).T
            self.run, self.missed = np.append(self.run, more[0]), np.append(self.missed, more[1])
            chances = self._noise.missed_chances(more[1], more[0])
            self._log_missed = np.concatenate([self._log_missed, chances], axis=1)
            chances = self._noise.missed_chances(more[1], more[0] + 1)
            self._log_run_next = np.concatenate([self._log_run_next, chances], axis=1)
        return np.array([self._number[tally] for tally in asked], np.int64)

    def keep(self, used: Places) -> tuple[CountTable, Places]:
        """Only these tallies, and (C,) the new number of each old one; the rest are DEAD."""
        fewer, number = CountTable(self._noise), np.full(len(self), DEAD)
        number[used] = fewer.find(self.run[used], self.missed[used])
        return fewer, number

    def after(self, numbers: Places, run: bool) -> Places:
        """(C,) by number, the tally after one more called play; -1 for tallies not asked for."""
        found = np.full(len(self), -1)
        found[DEAD] = DEAD
        there = np.flatnonzero(np.bincount(numbers, minlength=len(self)))
        there = there[there != DEAD]
        found[there] = self.find(self.run[there] + run, self.missed[there] + (not run))
        return found

    def log_chances(self, run: int, not_run: int) -> Floats:
        """(C,) log chance of a log with so many called plays run and other plays, by tally.

        -inf where a tally is more than the log holds.
        """
        return self._joint(self._log_missed, run - self.run, not_run - self.missed)

    def log_chances_if_run(self, run: int, not_run: int) -> tuple[Floats, Floats]:
        """(C,) twice: the same after one more run, if the rule did not call it and if it did."""
        neither = not_run - self.missed
        uncalled = self._joint(self._log_missed, run + 1 - self.run, neither)
        return uncalled, self._joint(self._log_run_next, run - self.run, neither)

    def _joint(self, log_missed: Floats, own: Places, neither: Places) -> Floats:
        chances = self._noise.own_chances(np.maximum(own, 0), np.maximum(neither, 0))
        clean, noisy = self._noise.log_classes + log_missed + chances
        joint = np.logaddexp(clean, noisy)
        return np.where((own >= 0) & (neither >= 0) & (joint > _NEVER / 2), joint, -np.inf)
