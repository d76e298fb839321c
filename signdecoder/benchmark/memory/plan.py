"""What kinds of cells are asked to remember, and what came of it. Nothing here loads Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from signdecoder.benchmark.scenarios import SEEDS, Seeds
from signdecoder.core.errors import UsageError

GAPS = (2, 4, 8, 16, 32, 64)
MOST_DECOYS = 64
READINGS = ("roles", "names")
CELLS = ("simple RNN", "GRU", "LSTM", "long GRU", "long LSTM")


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """What is trained, and on how much.

    ``gaps`` are numbers of decoys; each of ``repeats`` has a seed of its own, for the weights at
    first and for the plays. ``parameters``: each network has the number of units that comes nearest
    to it. ``rate`` is Adam's peak rate, ``asked`` the number of fresh plays.
    """

    gaps: tuple[int, ...] = GAPS
    repeats: int = 3
    seeds: Seeds = "report"
    cells: tuple[str, ...] = CELLS
    parameters: int = 1400
    steps: int = 1000
    batch: int = 64
    rate: float = 0.01
    asked: int = 2000


@dataclass(frozen=True, slots=True)
class Net:
    """A kind of network that was trained: how it reads, its cell, and how large it is."""

    reading: str
    cell: str
    units: int
    parameters: int


@dataclass(frozen=True, slots=True)
class MemoryRun:
    """One training of a network, measured at one gap.

    ``mixed``: it was trained on all gaps, not on this one alone. ``accuracy`` (a share) and
    ``loss`` (nats) are of fresh plays. The gradients of the log odds with respect to the first
    signal, as shares of those with respect to the last, are from before and after training; None
    where even the last signal has none.
    """

    reading: str
    cell: str
    mixed: bool
    gap: int
    seed: int
    accuracy: float
    loss: float
    gradient_before: float | None
    gradient_after: float | None


@dataclass(frozen=True, slots=True)
class Study:
    """A plan, the networks that were trained, and all that came of it."""

    plan: MemoryPlan
    nets: tuple[Net, ...]
    runs: tuple[MemoryRun, ...]


def plan_study(
    gaps: Sequence[int] | None = None, repeats: int | None = None, seeds: str | None = None
) -> MemoryPlan:
    """The plan with these wishes; raises UsageError for what there is not."""
    if gaps is not None and not (gaps and all(1 <= gap <= MOST_DECOYS for gap in gaps)):
        raise UsageError("these are no gaps", f"name numbers of decoys from 1 to {MOST_DECOYS}")
    if seeds is not None and seeds not in SEEDS:
        raise UsageError(
            f"there is no kind of seeds {seeds!r}", f"choose one of {', '.join(SEEDS)}"
        )
    wishes = {"gaps": gaps and tuple(sorted(set(gaps))), "repeats": repeats, "seeds": seeds}
    given: dict[str, Any] = {name: wish for name, wish in wishes.items() if wish is not None}
    return replace(MemoryPlan(), **given)
