"""Charts of the memory study: accuracy, and how far gradients reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, median

from signdecoder.benchmark.memory.study import MemoryRun, Study
from signdecoder.benchmark.plots import Axes, check_plot, finish, open_figure
from signdecoder.core.text import count

# Okabe and Ito's colors, as in the other charts; a long cell is drawn dashed.
_STYLES = {
    "simple RNN": ("#009E73", "-", "s"),
    "GRU": ("#0072B2", "-", "o"),
    "LSTM": ("#D55E00", "-", "^"),
    "long GRU": ("#0072B2", "--", "o"),
    "long LSTM": ("#D55E00", "--", "^"),
}
_MIN_GRADIENT = 1e-16  # smaller gradients are drawn at this height
_SHIFT = 0.05  # horizontal distance between curves, as a share, so that they do not overlap
_READINGS = {
    "roles": "roles: the encoding of our network",
    "names": "names: the encoding of a plain network",
}

Value = Callable[[MemoryRun], float | None]
Middle = Callable[[list[float]], float]


def draw_study(study: Study, path: Path) -> None:
    """Draw a study into an SVG file, with a row for each encoding."""
    check_plot(path)
    readings = list(dict.fromkeys(net.reading for net in study.nets))
    panels: list[tuple[str, Value, Middle]] = [
        ("right, %", lambda run: 100 * run.accuracy, fmean),
        ("gradient at the first signal, before training", lambda run: run.gradient_before, median),
        ("and after training", lambda run: run.gradient_after, median),
    ]
    with open_figure(path, (12.9, 3.4 * len(readings) + 0.7)) as figure:
        grid = figure.subplots(len(readings), len(panels), squeeze=False)
        for row, reading in zip(grid, readings, strict=True):
            runs = [run for run in study.runs if run.reading == reading and not run.mixed]
            for axes, (title, value_of, middle_of) in zip(row, panels, strict=True):
                _draw_panel(axes, study.plan.gaps, runs, value_of, middle_of)
                axes.set_title(title)
            row[0].set_ylim(45, 103)
            row[0].set_ylabel(_READINGS[reading])
            for axes in row[1:]:
                axes.set_yscale("log")
                axes.set_ylim(_MIN_GRADIENT / 3, 30)
        for axes in grid[-1]:
            axes.set_xlabel("decoys between the indicator and the live signal")
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
        figure.suptitle(
            "one network per number of decoys, simulated plays,"
            f" {count(study.plan.repeats, 'run')} each"
            " (mean; for gradients the median; and range)",
            fontsize=11,
        )


def _draw_panel(
    axes: Axes, gaps: Sequence[int], runs: Sequence[MemoryRun], value_of: Value, middle_of: Middle
) -> None:
    """Draw one curve per cell, with the range of its runs."""
    cells = list(dict.fromkeys(run.cell for run in runs))
    for number, cell in enumerate(cells):
        color, dashes, mark = _STYLES[cell]
        by_gap = [(gap, _values(runs, cell, gap, value_of)) for gap in gaps]
        present = [(gap, values) for gap, values in by_gap if values]
        middles = [middle_of(values) for _, values in present]
        spans = [
            [middle - min(values) for (_, values), middle in zip(present, middles, strict=True)],
            [max(values) - middle for (_, values), middle in zip(present, middles, strict=True)],
        ]
        shift = 1 + _SHIFT * (number - (len(cells) - 1) / 2)
        axes.errorbar(
            [gap * shift for gap, _ in present], middles, yerr=spans, color=color, linestyle=dashes,
            marker=mark, markersize=4, linewidth=1.2, elinewidth=0.8, label=cell,
            markerfacecolor=color if dashes == "-" else "white",
        )  # fmt: skip
    axes.set_xscale("log", base=2)
    axes.set_xticks(gaps, [str(gap) for gap in gaps])
    axes.minorticks_off()
    finish(axes)


def _values(runs: Sequence[MemoryRun], cell: str, gap: int, value_of: Value) -> list[float]:
    values = [value_of(run) for run in runs if (run.cell, run.gap) == (cell, gap)]
    return [max(value, _MIN_GRADIENT) for value in values if value is not None]
