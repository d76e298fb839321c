"""The memory study as tables and as a JSON document. Nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from statistics import fmean, median
from typing import Any

from signdecoder.benchmark.memory.study import MemoryRun, Net, Study
from signdecoder.core.text import columns, count
from signdecoder.reports.table import Table

_ALONE, _MIXED = "one network per number of decoys", "one network for all of them"

Cell = Callable[[Sequence[MemoryRun]], str]


def study_document(study: Study) -> dict[str, Any]:
    """Return the JSON document: shares from 0 to 1, losses in nats, null for what is missing."""
    return {"simulated": True} | asdict(study)


def study_table(study: Study) -> Table:
    """Return a row for each run: its settings and how often it was right."""
    runs = [asdict(run) for run in study.runs]
    names = [name for name, value in runs[0].items() if isinstance(value, (str, int, float))]
    return Table(tuple(names), [[run[name] for name in names] for run in runs])


def study_text(study: Study) -> str:
    """Return a study as tables, with networks in rows and numbers of decoys in columns."""
    sections = [_head(study), _sizes(study.nets)]
    for mixed, how in ((False, _ALONE), (True, _MIXED)):
        runs = [run for run in study.runs if run.mixed == mixed]
        if runs:
            sections += [
                _table(study, runs, f"right, %: {how} (mean of the runs)", _mean_right),
                _table(study, runs, "the same, from the worst run to the best", _right_from_to),
                _table(study, runs, "log loss, nats (0.693 is chance)", _mean_loss),
            ]
    gradient = "gradient at the first signal, relative to the last"
    alone = [run for run in study.runs if not run.mixed]
    sections.append(_table(study, alone, f"{gradient}: before training", _gradient_before))
    for mixed, how in ((False, _ALONE), (True, _MIXED)):
        runs = [run for run in study.runs if run.mixed == mixed]
        if runs:
            sections.append(_table(study, runs, f"the same after training: {how}", _gradient_after))
    return "\n\n".join("\n".join(section) for section in sections)


def _head(study: Study) -> list[str]:
    plan = study.plan
    seeds = "tuning" if plan.seeds == "tuning" else "reporting"
    return [
        f"what a cell remembers: simulated plays, {count(plan.repeats, 'run')} each, {seeds} seeds",
        "  Half of the plays begin with the indicator and are called, half begin with a decoy.",
        "  More decoys and the live signal follow, so only the first signal decides.",
        "  roles: the features of the true pair, the encoding of our network",
        "  names: one-hot signals, the encoding of a plain network",
        "  long: starts by forgetting over 1 to 64 signals, like the last LSTM of our network;",
        "        the other cells start with Keras's defaults",
        f"  {plan.steps} steps of {plan.batch} plays, Adam, learning rate up to {plan.rate:g},"
        f" {plan.asked} fresh test plays",
    ]


def _sizes(nets: Sequence[Net]) -> list[str]:
    rows = [("  network", "units", "parameters")]
    rows += [(_name(net.reading, net.cell), str(net.units), str(net.parameters)) for net in nets]
    return ["networks of equal size, as nearly as whole units allow", *columns(rows, "<>>")]


def _table(study: Study, runs: Sequence[MemoryRun], title: str, write: Cell) -> list[str]:
    rows = [("  decoys between", *map(str, study.plan.gaps))]
    for net in study.nets:
        own = [run for run in runs if (run.reading, run.cell) == (net.reading, net.cell)]
        cells = [write([run for run in own if run.gap == gap]) for gap in study.plan.gaps]
        rows.append((_name(net.reading, net.cell), *cells))
    return [title, *columns(rows, "<" + ">" * len(study.plan.gaps))]


def _name(reading: str, cell: str) -> str:
    return f"  {reading}, {cell}"


def _mean_right(runs: Sequence[MemoryRun]) -> str:
    return f"{100 * fmean(run.accuracy for run in runs):.1f}"


def _right_from_to(runs: Sequence[MemoryRun]) -> str:
    right = [f"{100 * run.accuracy:.0f}" for run in sorted(runs, key=lambda run: run.accuracy)]
    return right[0] if right[0] == right[-1] else f"{right[0]}–{right[-1]}"


def _mean_loss(runs: Sequence[MemoryRun]) -> str:
    return f"{fmean(run.loss for run in runs):.3f}"


def _gradient_before(runs: Sequence[MemoryRun]) -> str:
    return _gradient([run.gradient_before for run in runs])


def _gradient_after(runs: Sequence[MemoryRun]) -> str:
    return _gradient([run.gradient_after for run in runs])


def _gradient(shares: Sequence[float | None]) -> str:
    """Return the median of the runs that have a gradient, in scientific notation if it is small."""
    present = [share for share in shares if share is not None]
    if not present:
        return "–"
    share = median(present)
    return "0" if share == 0 else f"{share:.2f}" if share >= 0.01 else f"{share:.0e}"
