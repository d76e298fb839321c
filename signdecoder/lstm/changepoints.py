"""One log as the network reads it from each play at which the signs may have changed.

Bayesian online change-point detection (Adams and MacKay 2007) with the network as its model. A
*run* is what the network believes if the signs changed right before the run's first play; each
weighs as much as the plays are likely by it. A run begins only where a play came out against what
was foretold, or where much did before, so that a log without surprises costs no more than one
belief.

Shapes: N sequences, C candidates, S sights, D ways to doubt the network.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.outcomes import Evidence
from signdecoder.lstm.cell import Floats
from signdecoder.lstm.model import PairBelief, PairModel
from signdecoder.lstm.sequence_encoder import UNSEEN

MOST_RUNS = 4
# What log odds are multiplied by after 0, 1, 2, … called plays, the last for all that follow: the
# network is too sure of itself before them and too modest after (measured on simulated coaches,
# tuning seeds). It is one temperature a stage, after Guo et al. 2017.
_SURENESS = (0.75, 0.85, 1.0, 1.05, 1.2)
# Coaches may be noisier than any of training, or their log a hundred times as long. So log odds may
# have to be cut to these shares; how likely that is before it is known how the plays come out.
DOUBTS = (1.0, 0.65, 0.4)
_AT_FIRST = np.array([0.97, 0.02, 0.01], np.float32)
# These were measured on simulated coaches, tuning seeds: with them the log loss after 30 plays
# grows by 0.007 nats where the log is noisy, by nothing where it is not, and falls by 0.09 in the
# 20 plays after a change.
_HAZARD = 0.01  # chance of a change right before a play that surprises
_NOISE = 0.05  # share of plays that tell nothing: else each sign that is missed looks like a change
_SURPRISE = 1.5  # nats that a play costs more than was expected of it
_BORNE_OUT = 2  # called plays that a run has seen before a surprise counts
# Where the network is rather to be doubted than not, what it counted long ago binds it too much. So
# a run begins every so many plays, for the chance that it serves better (measured on the one real
# log; simulated logs of 40 plays, noisy ones too, are not changed by it).
_ANEW, _SERVES_BETTER = 16, 0.4
_YOUNG = 4  # plays in which a run is not yet judged
_LEAST, _HEARD = 1e-3, 1e-2  # shares below which a run is given up, and not asked
_TINY = 1e-9
_ANSWERED = 8  # sequences answered at once: more of them would leave the processor's cache


@dataclass(frozen=True, slots=True)
class Segment:
    """What is believed if the signs changed right before play ``since``, from 0.

    ``called`` counts the called plays that it has read; ``shares`` (D,) is its part of all weight,
    by how far the network is to be doubted.
    """

    since: int
    belief: PairBelief
    called: int
    shares: Floats

    @property
    def share(self) -> float:
        """Its part of all weight."""
        return float(self.shares.sum())

    def temper(self, chances: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) chances, as sure as they have turned out to deserve, for each doubt: (N, D)."""
        power = _SURENESS[min(self.called, len(_SURENESS) - 1)] * np.array(DOUBTS)
        for_it, against = chances[:, None] ** power, (1 - chances[:, None]) ** power
        return np.asarray(for_it / (for_it + against))


@dataclass(frozen=True, slots=True)
class ChangePointFilter:
    """All runs of a log, oldest first. A value: what changes makes another."""

    network: PairModel
    runs: tuple[Segment, ...]

    @classmethod
    def begin(cls, network: PairModel, since: int, known: int) -> Self:
        """One run, which begins at a play, with slots for ``known`` signals."""
        return cls(network, (Segment(since, network.start(known), 0, _AT_FIRST),))

    @property
    def slots(self) -> int:
        """Slots of each belief, the unseen ones too."""
        return self.runs[0].belief.slots

    @property
    def since(self) -> int:
        """The first play that any run has read."""
        return self.runs[0].since

    @property
    def heaviest(self) -> Segment:
        """The likeliest run."""
        return max(self.runs, key=lambda run: run.share)

    def grow(self, known: int) -> Self:
        """The same with slots for ``known`` signals."""
        grow = self.network.grow
        return self._with([replace(run, belief=grow(run.belief, known)) for run in self.runs])

    # --- answering --------------------------------------------------------------------------------

    def answer(self, sights: Sequence[Floats], complete: bool) -> NDArray[np.float64]:
        """(N,) chances of the called play, for what each sequence shows: (C, S) each."""
        said = np.zeros(len(sights))
        for run, share in self._heard():
            tempered = run.temper(self._ask(run.belief, sights, complete))
            said += share * (tempered @ (run.shares / run.share))
        return said

    def key_chances(self) -> NDArray[np.float64]:
        """Chance of each slot to be the key sign, and last that no single one is: (V + 1,)."""
        chances = [share * self.network.key_chances(run.belief) for run, share in self._heard()]
        return np.asarray(np.sum(chances, axis=0))

    def _heard(self) -> list[tuple[Segment, float]]:
        """The runs that are worth asking, and what each counts for."""
        heard = [run for run in self.runs if run.share >= _HEARD]
        total = sum(run.share for run in heard)
        return [(run, run.share / total) for run in heard]

    def _ask(
        self, belief: PairBelief, sights: Sequence[Floats], complete: bool
    ) -> NDArray[np.float64]:
        """(N,) chances by one belief, as the network gives them."""
        asks = self.network.asks(belief)
        said = [
            self.network.answer(asks, np.stack(sights[begin : begin + _ANSWERED]), complete)
            for begin in range(0, len(sights), _ANSWERED)
        ]
        return np.concatenate(said)[:, Evidence.CALLED]

    # --- learning ---------------------------------------------------------------------------------

    def observe(
        self, place: int, sights: Floats, evidence: Evidence, new_game: bool
    ) -> tuple[Self, float]:
        """The runs after play ``place`` of the log, and the chance that the called play had."""
        foretold = [self._foretell(run, sights) for run in self.runs]
        said = sum(
            float(run.shares @ chances) for run, chances in zip(self.runs, foretold, strict=True)
        )
        likely = _likely(np.array(said), evidence)

        def read(run: Segment, chances: NDArray[np.float64]) -> Segment:
            return Segment(
                run.since,
                self.network.observe(run.belief, sights, evidence, new_game),
                run.called + (evidence is Evidence.CALLED),
                (run.shares * _likely(chances, evidence) / likely).astype(np.float32),
            )

        runs = list(map(read, self.runs, foretold))
        if chance := self._chance_of_change(place, said, evidence):
            belief = self.network.start(self.slots - UNSEEN)
            fresh = Segment(place, belief, 0, np.float32(chance) * self._doubts)
            runs.append(read(fresh, self._foretell(fresh, sights)))
        return self._with(_choose(runs, place)), said

    def _chance_of_change(self, place: int, said: float, evidence: Evidence) -> float:
        """What a run that begins with this play is worth, against all others; 0: none begins."""
        if self.heaviest.called < _BORNE_OUT:
            return 0.0
        if _surprises(said, evidence):
            return _HAZARD
        old, is_doubted = place - self.runs[-1].since >= _ANEW, self._doubts[0] < 0.5
        return _SERVES_BETTER if old and is_doubted else 0.0

    @property
    def _doubts(self) -> Floats:
        """(D,) how likely each way to doubt the network is."""
        return np.asarray(np.sum([run.shares for run in self.runs], axis=0))

    def _foretell(self, run: Segment, sights: Floats) -> NDArray[np.float64]:
        """(D,) the chance of the called play for one whole sequence, by a run."""
        return np.asarray(run.temper(self._ask(run.belief, [sights], complete=True))[0])

    def _with(self, runs: Sequence[Segment]) -> Self:
        return replace(self, runs=tuple(runs))


def _likely(chances: NDArray[np.float64], evidence: Evidence) -> NDArray[np.float64]:
    """How likely what came was by chances of the called play, noise allowed for."""
    if evidence is Evidence.SILENT:
        return np.ones_like(chances)
    came = chances if evidence is Evidence.CALLED else 1 - chances
    return np.asarray((1 - _NOISE) * came + _NOISE / 2)


def _surprises(said: float, evidence: Evidence) -> bool:
    """Did a play cost far more than was to be expected of what was said of it?"""
    if evidence is Evidence.SILENT:
        return False
    said = min(max(said, _TINY), 1 - _TINY)
    cost, other = -math.log(said), -math.log(1 - said)
    expected = said * cost + (1 - said) * other
    return (cost if evidence is Evidence.CALLED else other) - expected > _SURPRISE


def _choose(runs: list[Segment], place: int) -> list[Segment]:
    """The runs worth keeping after play ``place``, oldest first, their shares summing to 1."""
    heaviest = max(runs, key=lambda run: run.share)

    def is_young(run: Segment) -> bool:
        return place - run.since < _YOUNG

    others = [run for run in runs if run is not heaviest and (is_young(run) or run.share >= _LEAST)]
    others.sort(key=lambda run: (is_young(run), run.share), reverse=True)
    kept = sorted([heaviest, *others[: MOST_RUNS - 1]], key=lambda run: run.since)
    total = np.float32(sum(run.share for run in kept))
    return [replace(run, shares=run.shares / total) for run in kept]
