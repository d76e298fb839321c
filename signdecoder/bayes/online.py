"""Reads one coach's log with the rules: plays in, chances out, and the rule that they tell.

The counterpart of ``reader.LogReader``, whose vocabulary and log it shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from signdecoder.bayes.counts import Floats
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.posterior import Hazards, RankedRule, RulePosterior
from signdecoder.bayes.serialization import pack_posterior, unpack_posterior
from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    Rule,
    pad_sequences,
)

_FEWEST = 6  # signals that a coach is taken to have, though fewer have come
_TAILS = 16  # last plays that tell how a sequence may go on
# Plays that what another says of a coach's sequences counts for, measured on simulated coaches
# (tuning seeds): with 0, 8, 16, 32 and 40 the rule that is told calls what the coach's own rule
# does in 94, 95, 96, 96 and 95% of 328 coaches with pairs, and in 86, 89, 90, 90 and 90% of 249
# of all kinds; its chance was best calibrated at 8 to 16.
_HEEDED = 16
_LEAST = 0.02  # what is said there is taken for no surer than this


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A change of signs right before play ``play``, from 0: the key sign before it and since."""

    play: int
    before: str | None
    after: str | None


class OnlineBayes:
    """What the rules make of the plays that ``reader`` has read."""

    def __init__(self, reader: OnlineLSTM) -> None:
        self._reader = reader
        self._slots: list[int] = []
        self._posterior = RulePosterior(_FEWEST)

    # --- learning ---------------------------------------------------------------------------------

    def learn(self) -> list[float]:
        """Learn the plays that are new in the log; the chance that each had before."""
        self._slots = list(self._reader.vocabulary.slots)
        if len(self._slots) > self._posterior.rules.n_signals:
            self._posterior.grow(len(self._slots))
        plays = range(self._posterior.plays, len(self._reader.log))
        return [self._observe(play) for play in plays]

    def changed(self) -> None:
        """The signs changed here for certain."""
        self._posterior.changed()

    def _observe(self, play: int) -> float:
        seen = self._reader.log[play]
        if play in self._reader.changes:
            self._posterior.changed()
        sequence = self._number(seen.numbers)
        said = self._posterior.chance(sequence)
        self._posterior.observe(sequence, seen.evidence, seen.new_game)
        return said

    def _number(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Signal numbers as slots; a signal without one keeps a number of its own below BLANK.

        Signals that have not come take the slots that nobody has yet.
        """
        slot = {number: place for place, number in enumerate(self._slots)}
        free = iter(range(len(slot), self._posterior.rules.n_signals))
        for number in dict.fromkeys(numbers):
            if number >= len(self._reader.vocabulary.names):
                slot[number] = next(free, BLANK - 1 - number)
        return tuple(slot.get(n, BLANK - 1 - n) for n in numbers)

    # --- answering --------------------------------------------------------------------------------

    def chances(self, sequences: Sequence[tuple[int, ...]], complete: bool) -> list[float]:
        """The chance of the called play for each sequence of signal numbers."""
        if complete:
            return self._posterior.chances([self._number(s) for s in sequences])
        return [float(self.rough_chances(self._go_on(s)).mean()) for s in sequences]

    def rough_chances(self, sequences: Sequence[tuple[int, ...]]) -> Floats:
        """The same (N,) by the likeliest rules alone: many sequences at once, not quite exact."""
        if not sequences:
            return np.zeros(0)
        return self._posterior.rough_chances(pad_sequences([self._number(s) for s in sequences]))

    def _go_on(self, begun: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Ways in which a sequence may go on: as the coach's last plays did from there."""
        tails = [seen.numbers[len(begun) :] for seen in self._reader.log[-_TAILS:]]
        return [(*begun, *tail) for tail in tails] or [begun]

    def key_chances(self) -> dict[str, float]:
        """The chance of each signal to be the key sign, by name; they sum to at most 1."""
        chances = self._posterior.key_chances()
        return {name: float(chances[place]) for place, name in enumerate(self.names)}

    def ranking(
        self, own: Sequence[tuple[int, ...]] = (), said: Floats | None = None
    ) -> list[RankedRule]:
        """The likeliest rules about signals that have come, best first; signals are slots.

        With ``said`` (N,), the chances that another gives to the coach's ``own`` sequences, those
        rules gain that call what it takes for called: as if so many of them were plays.
        """
        known = len(self._slots)
        heed = None if said is None or not len(own) else partial(self._heed, own, said)
        ranked = self._posterior.ranking(heed=heed)
        return [r for r in ranked if all(s < known for s in r.rule.roles)]

    def _heed(self, own: Sequence[tuple[int, ...]], said: Floats, rules: list[Rule]) -> Floats:
        """(N,) how much what is said of the coach's own sequences speaks for each rule, in nats."""
        rows = pad_sequences([self._number(sequence) for sequence in own])
        calls = np.array([plays_called(rule, rows) == CALLED for rule in rules])
        sure = np.clip(said, _LEAST, 1 - _LEAST)
        return np.asarray(_HEEDED * np.where(calls, np.log(sure), np.log(1 - sure)).mean(axis=1))

    @property
    def names(self) -> list[str]:
        """The signals by slot."""
        return [self._reader.vocabulary.names[n] for n in self._slots]

    @property
    def hypotheses(self) -> Hypotheses:
        """Every rule that is weighed; their signals are slots."""
        return self._posterior.rules

    def plays_since(self) -> list[tuple[int, tuple[int, ...], Evidence]]:
        """The plays since the signs last changed: number from 0, signals as slots, evidence."""
        since = max((n for n in self._posterior.changes() if n < self._posterior.plays), default=0)
        plays = list(enumerate(self._reader.log))[since:]
        return [(n, self._number(seen.numbers), seen.evidence) for n, seen in plays]

    def entropy(self) -> float:
        """How many bits of the rule are open, its wipe-off and activator left out."""
        return self._posterior.entropy()

    def no_rule_chance(self) -> float:
        """The chance that these signals mean nothing."""
        return self._posterior.no_rule_chance()

    def changes(self) -> list[ChangePoint]:
        """The changes of signs that are likelier than not, in order."""
        starts = [n for n in self._posterior.changes() if n < self._posterior.plays]
        edges = [0, *starts, self._posterior.plays]
        keys = [self._key_between(a, b) for a, b in pairwise(edges)]
        return [ChangePoint(n, keys[i], keys[i + 1]) for i, n in enumerate(starts)]

    def _key_between(self, begin: int, end: int) -> str | None:
        """The likeliest key sign by these plays alone."""
        alone = RulePosterior(self._posterior.rules.n_signals, hazards=Hazards(0, 0))
        for seen in self._reader.log[begin:end]:
            alone.observe(self._number(seen.numbers), seen.evidence)
        best = int(np.argmax(alone.key_chances()))
        return self.names[best] if best < len(self._slots) else None

    # --- keeping ----------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """The posterior as bytes, which ``resume`` takes back."""
        return pack_posterior(self._posterior)

    def resume(self, snapshot: bytes) -> None:
        """Take the posterior that gave this snapshot after the plays that ``reader`` has read.

        Raises SigndecoderError where the snapshot is damaged or another's.
        """
        slots = self._reader.vocabulary.slots
        self._posterior = unpack_posterior(
            snapshot, max(_FEWEST, len(slots)), len(self._reader.log)
        )
        self._slots = list(slots)
