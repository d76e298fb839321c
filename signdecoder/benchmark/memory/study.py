"""Why an LSTM: kinds of cells that must carry the indicator past decoys to the live signal.

Each kind is trained in two ways: *alone*, a network for each number of decoys, and *mixed*, one
network for all of them. All see the same plays in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.memory.cells import RememberingNetwork
from signdecoder.benchmark.memory.plan import READINGS, MemoryPlan, MemoryRun, Net, Study
from signdecoder.benchmark.memory.task import VOCABULARY, draw_gap
from signdecoder.benchmark.metrics import log_loss
from signdecoder.core.progress import Clock, Progress
from signdecoder.rules.rule import Sequences

_TRAINED, _ASKED = 0, 1  # what the plays of a seed are for
_AT_ONCE = 5  # steps of a compiled loop
_FIRST_SEED = {"report": 0, "tuning": 20_000}


def run_study(plan: MemoryPlan, progress: Callable[[Progress], None] = lambda _: None) -> Study:
    """Train every kind of network over every gap, and over all of them, with every seed."""
    lessons: list[tuple[int, ...]] = [(gap,) for gap in plan.gaps]
    if len(plan.gaps) > 1:
        lessons.append(plan.gaps)
    kinds = [(reading, cell) for reading in READINGS for cell in plan.cells]
    clock = Clock(0, len(kinds) * plan.repeats * len(lessons))
    nets: list[Net] = []
    runs: list[MemoryRun] = []
    for reading, cell in kinds:
        network = RememberingNetwork(
            reading,
            cell,
            vocabulary=VOCABULARY,
            parameters=plan.parameters,
            steps=plan.steps,
            rate=plan.rate,
        )
        nets.append(Net(reading, cell, network.units, network.parameters))
        for repeat in range(plan.repeats):
            for gaps in lessons:
                made = _train(plan, network, _FIRST_SEED[plan.seeds] + repeat, gaps)
                runs += made
                clock.tick(sum(run.loss for run in made) / len(made), progress)
    return Study(plan, tuple(nets), tuple(runs))


def _train(
    plan: MemoryPlan, network: RememberingNetwork, seed: int, gaps: tuple[int, ...]
) -> list[MemoryRun]:
    """One training, measured at each of its gaps."""
    network.begin(seed)
    asked = {gap: draw_gap(plan.asked, gap, _rng(seed, gap, _ASKED)) for gap in gaps}
    before = {gap: network.ask(plays)[1] for gap, (plays, _) in asked.items()}
    order, drawn = _rng(seed, 0, _TRAINED), {gap: _rng(seed, gap, _TRAINED) for gap in gaps}
    for done in range(0, plan.steps, _AT_ONCE):
        if done // _AT_ONCE % len(gaps) == 0:
            turns = order.permutation(gaps).tolist()
        gap, steps = turns.pop(), min(_AT_ONCE, plan.steps - done)
        batches = [draw_gap(plan.batch, gap, drawn[gap]) for _ in range(steps)]
        network.learn(np.stack([b[0] for b in batches]), np.stack([b[1] for b in batches]))
    return [
        _mark(network, plays, called, before[gap], gap=gap, mixed=len(gaps) > 1, seed=seed)
        for gap, (plays, called) in asked.items()
    ]


def _mark(
    network: RememberingNetwork,
    plays: Sequences,
    called: NDArray[np.bool_],
    before: NDArray[np.float32],
    **which: Any,
) -> MemoryRun:
    """What became of a training, on fresh plays."""
    logits, pull = network.ask(plays)
    said = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return MemoryRun(
        reading=network.reading,
        cell=network.cell,
        accuracy=float(((said > 0.5) == called).mean()),
        loss=float(log_loss(said, called).mean()),
        gradient_before=_relative(before),
        gradient_after=_relative(pull),
        **which,
    )


def _relative(pull: NDArray[np.float32]) -> float | None:
    """The pull of the first signal as a share of that of the last."""
    return float(pull[0]) / float(pull[-1]) if pull[-1] > 0 else None


def _rng(*key: int) -> np.random.Generator:
    return np.random.default_rng(key)
