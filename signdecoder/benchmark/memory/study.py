"""Why an LSTM: train each kind of recurrent cell to carry the indicator past decoys.

Each kind is trained in two ways: *alone*, a network for each number of decoys, and *mixed*, one
network for all of them. All see the same plays in the same order. This module loads Keras only
when a study runs, so that a plan can be checked without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.memory.task import VOCABULARY, draw_gap
from signdecoder.benchmark.metrics import log_loss
from signdecoder.benchmark.scenarios import SEEDS, Seeds
from signdecoder.core.errors import UsageError
from signdecoder.core.optional import require
from signdecoder.core.progress import Clock, Progress
from signdecoder.rules.rule import Sequences

if TYPE_CHECKING:
    from signdecoder.benchmark.memory.cells import MemoryNetwork

GAPS = (2, 4, 8, 16, 32, 64)
MAX_DECOYS = 64
READINGS = ("roles", "names")
CELLS = ("simple RNN", "GRU", "LSTM", "long GRU", "long LSTM")
_TRAIN, _TEST = 0, 1  # which stream of plays a seed is for
_STEPS_PER_CALL = 5  # steps of one compiled loop
_FIRST_SEED = {"report": 0, "tuning": 20_000}


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """What is trained, and on how much.

    ``gaps`` are numbers of decoys. Each of ``repeats`` has its own seed for the initial weights and
    for the plays. Each network gets the number of units whose parameters come nearest to
    ``parameters``. ``rate`` is Adam's peak learning rate, ``asked`` the number of fresh test plays.
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
    """A network that was trained: how it reads a play, its cell, and its size."""

    reading: str
    cell: str
    units: int
    parameters: int


@dataclass(frozen=True, slots=True)
class MemoryRun:
    """One training of a network, measured at one gap.

    ``mixed``: it was trained on all gaps, not on this one alone. ``accuracy`` (a share) and
    ``loss`` (nats) are on fresh plays. The gradients are norms of the logit's gradient at the first
    signal, as shares of those at the last, before and after training; None if the last is zero.
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
    """A plan, the networks that were trained, and their results."""

    plan: MemoryPlan
    nets: tuple[Net, ...]
    runs: tuple[MemoryRun, ...]


def plan_study(
    gaps: Sequence[int] | None = None, repeats: int | None = None, seeds: str | None = None
) -> MemoryPlan:
    """Return the default plan with these changes; raise UsageError for invalid ones."""
    if gaps is not None and not (gaps and all(1 <= gap <= MAX_DECOYS for gap in gaps)):
        raise UsageError("these are not valid gaps", f"write numbers of decoys, 1 to {MAX_DECOYS}")
    if seeds is not None and seeds not in SEEDS:
        raise UsageError(
            f"there is no kind of seeds {seeds!r}", f"choose one of {', '.join(SEEDS)}"
        )
    changes = {"gaps": gaps and tuple(sorted(set(gaps))), "repeats": repeats, "seeds": seeds}
    new_values: dict[str, Any] = {
        name: value for name, value in changes.items() if value is not None
    }
    return replace(MemoryPlan(), **new_values)


def run_study(plan: MemoryPlan, progress: Callable[[Progress], None] = lambda _: None) -> Study:
    """Train every kind of network on every gap, and on all of them, with every seed."""
    require("tensorflow", "to train")
    from signdecoder.benchmark.memory.cells import MemoryNetwork

    trainings: list[tuple[int, ...]] = [(gap,) for gap in plan.gaps]
    if len(plan.gaps) > 1:
        trainings.append(plan.gaps)
    kinds = [(reading, cell) for reading in READINGS for cell in plan.cells]
    clock = Clock(0, len(kinds) * plan.repeats * len(trainings))
    nets: list[Net] = []
    runs: list[MemoryRun] = []
    for reading, cell in kinds:
        network = MemoryNetwork(
            reading,
            cell,
            vocabulary=VOCABULARY,
            parameters=plan.parameters,
            steps=plan.steps,
            rate=plan.rate,
        )
        nets.append(Net(reading, cell, network.units, network.parameters))
        for repeat in range(plan.repeats):
            for gaps in trainings:
                made = _train(plan, network, _FIRST_SEED[plan.seeds] + repeat, gaps)
                runs += made
                clock.tick(sum(run.loss for run in made) / len(made), progress)
    return Study(plan, tuple(nets), tuple(runs))


def _train(
    plan: MemoryPlan, network: MemoryNetwork, seed: int, gaps: tuple[int, ...]
) -> list[MemoryRun]:
    """Train a network once and measure it at each of its gaps."""
    network.reset(seed)
    tests = {gap: draw_gap(plan.asked, gap, _rng(seed, gap, _TEST)) for gap in gaps}
    before = {gap: network.evaluate(plays)[1] for gap, (plays, _) in tests.items()}
    order, streams = _rng(seed, 0, _TRAIN), {gap: _rng(seed, gap, _TRAIN) for gap in gaps}
    for done in range(0, plan.steps, _STEPS_PER_CALL):
        if done // _STEPS_PER_CALL % len(gaps) == 0:
            turns = order.permutation(gaps).tolist()
        gap, steps = turns.pop(), min(_STEPS_PER_CALL, plan.steps - done)
        batches = [draw_gap(plan.batch, gap, streams[gap]) for _ in range(steps)]
        network.train(np.stack([b[0] for b in batches]), np.stack([b[1] for b in batches]))
    return [
        _measure(network, plays, called_mask, before[gap], gap=gap, mixed=len(gaps) > 1, seed=seed)
        for gap, (plays, called_mask) in tests.items()
    ]


def _measure(
    network: MemoryNetwork,
    plays: Sequences,
    called_mask: NDArray[np.bool_],
    before: NDArray[np.float32],
    **labels: Any,
) -> MemoryRun:
    """Measure a trained network on fresh plays."""
    logits, gradient = network.evaluate(plays)
    p_called = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return MemoryRun(
        reading=network.reading,
        cell=network.cell,
        accuracy=float(((p_called > 0.5) == called_mask).mean()),
        loss=float(log_loss(p_called, called_mask).mean()),
        gradient_before=_first_to_last(before),
        gradient_after=_first_to_last(gradient),
        **labels,
    )


def _first_to_last(gradient: NDArray[np.float32]) -> float | None:
    """Return the gradient at the first signal as a share of that at the last."""
    return float(gradient[0]) / float(gradient[-1]) if gradient[-1] > 0 else None


def _rng(*key: int) -> np.random.Generator:
    return np.random.default_rng(key)
