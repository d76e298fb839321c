"""Charts of a scenario: accuracy, log loss and calibration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from signdecoder.benchmark.metrics import CRACKED
from signdecoder.benchmark.summary import ContenderSummary, Summary
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import check_target, replace_file

# Okabe and Ito's colors, which all kinds of color vision can distinguish; markers differ too.
_STYLES = {
    "mixture": ("#000000", "-", "o"),
    "rules": ("#0072B2", "-", "s"),
    "lstm": ("#D55E00", "-", "^"),
    "pair regression": ("#009E73", "--", "D"),
    "pair score": ("#CC79A7", "--", "v"),
    "plain LSTM": ("#E69F00", ":", "P"),
    "n-gram net": ("#56B4E9", ":", "X"),
}
_OTHER = ("#777777", "-.", ".")
_QUIET = "#888888"
_LABEL_GAP = 0.062  # least distance of two labels, as a share of the height

# matplotlib.axes.Axes and matplotlib.figure.Figure: matplotlib is loaded on demand
Axes = Any
Figure = Any


def check_plot(path: Path) -> None:
    """Raise SigndecoderError now if a chart could not be written to ``path`` later."""
    if path.suffix != ".svg":
        raise SigndecoderError(
            f"{path}: charts are written as SVG only", "end the file name with .svg"
        )
    if not check_target(path).parent.is_dir():
        raise SigndecoderError(
            f"{path}: there is no such folder", "create it, or choose another one"
        )
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SigndecoderError(
            "charts need matplotlib, which is not installed", "install signdecoder[bench]"
        ) from None


def draw_summary(summary: Summary, path: Path) -> None:
    """Draw the results into an SVG file; the same results make the same file."""
    check_plot(path)
    contenders = sorted(summary.contenders, key=_order)
    curved = [contender for contender in contenders if contender.curve]
    reliable = [s for s in contenders if s.ahead and s.ahead.calibration]
    panels = 2 * bool(curved) + bool(reliable)
    if not panels:
        raise SigndecoderError(
            "there is nothing to draw", "add coaches, or choose another scenario"
        )
    with open_figure(path, (4.3 * panels, 3.9)) as figure:
        axes = list(figure.subplots(1, panels, squeeze=False)[0])
        if curved:
            _draw_curves(axes.pop(0), summary, curved, "accuracy")
            _draw_curves(axes.pop(0), summary, curved, "loss")
        if reliable:
            _draw_reliability(axes.pop(0), reliable)
        coaches = max(contender.coaches for contender in contenders)
        figure.suptitle(f"{coaches} simulated coaches, {summary.scenario.name}", fontsize=11)


@contextmanager
def open_figure(path: Path, inches: tuple[float, float]) -> Iterator[Figure]:
    """Yield a figure and write it to an SVG file; the same drawing makes the same file."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "signdecoder", "font.size": 9, "axes.titlesize": 10}):
        figure = Figure(figsize=inches, facecolor="white", layout="constrained")
        FigureCanvasSVG(figure)
        yield figure
        drawn = BytesIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    replace_file(path, drawn.getvalue())


def _order(contender: ContenderSummary) -> int:
    return [*_STYLES, contender.decoder].index(contender.decoder)


def _draw_curves(
    axes: Axes, summary: Summary, contenders: Sequence[ContenderSummary], what: str
) -> None:
    """Draw accuracy or loss against plays, with 95% intervals as bands."""
    scale = 100 if what == "accuracy" else 1
    ends = []
    for contender in contenders:
        color, dashes, mark = _STYLES.get(contender.decoder, _OTHER)
        plays = [point.plays for point in contender.curve]
        figures = [getattr(point, what) for point in contender.curve]
        means = [scale * f.mean for f in figures]
        axes.fill_between(
            plays,
            [scale * f.low for f in figures],
            [scale * f.high for f in figures],
            color=color,
            alpha=0.12,
            linewidth=0,
        )
        marked = [at for at, n in enumerate(plays) if n in summary.scenario.checkpoints]
        axes.plot(plays, means, color=color, linestyle=dashes, marker=mark, markevery=marked,
                  markersize=3.5, linewidth=1.4)  # fmt: skip
        ends.append((contender.decoder, color, means[-1]))
    axes.set_xlim(0, summary.scenario.plays)
    axes.set_xlabel("plays seen")
    if what == "accuracy":
        axes.set_title("right on fresh sequences, %")
        axes.axhline(100 * CRACKED, color=_QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
        axes.text(
            0.01 * summary.scenario.plays, 100 * CRACKED + 0.5, "cracked", color=_QUIET, fontsize=8
        )
        axes.set_ylim(45, 101)
    else:
        axes.set_title("log loss on fresh sequences, nats")
        axes.set_ylim(bottom=0)
    if summary.scenario.change_at:
        axes.axvline(summary.scenario.change_at, color=_QUIET, linewidth=0.8)
        axes.text(
            summary.scenario.change_at, 0.02, " signs change", color=_QUIET, fontsize=8,
            transform=axes.get_xaxis_transform(),
        )  # fmt: skip
    finish(axes)
    _label_ends(axes, ends)


def _draw_reliability(axes: Axes, contenders: Sequence[ContenderSummary]) -> None:
    """Draw how often the next play happened against its predicted probability."""
    axes.plot([0, 100], [0, 100], color=_QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
    for contender in contenders:
        color, dashes, mark = _STYLES.get(contender.decoder, _OTHER)
        calibration = contender.ahead.calibration if contender.ahead else None
        if calibration:
            axes.plot(
                [100 * row.said for row in calibration.rows],
                [100 * row.happened for row in calibration.rows],
                color=color, linestyle=dashes, marker=mark, markersize=3.5, linewidth=1.0,
                label=f"{contender.decoder}, {100 * calibration.error:.1f} points off",
            )  # fmt: skip
    axes.set_title("next play: how often it happened, %")
    axes.set_xlabel("predicted, %")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    finish(axes)


def finish(axes: Axes) -> None:
    """Remove the frame and draw horizontal grid lines."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)


def _label_ends(axes: Axes, ends: Sequence[tuple[str, str, float]]) -> None:
    """Write each name next to the end of its curve, without overlaps."""
    low, high = axes.get_ylim()
    heights = spread([(value - low) / (high - low) for _, _, value in ends])
    for (name, color, _), height in zip(ends, heights, strict=True):
        axes.text(1.02, height, name, color=color, transform=axes.transAxes, va="center")


def spread(heights: Sequence[float], gap: float = _LABEL_GAP) -> list[float]:
    """Move the heights as little as possible so that they are ``gap`` or more apart."""
    order = sorted(range(len(heights)), key=lambda n: heights[n])
    # Heights minus their ranks' gaps must not decrease; where they do, neighbors share a mean.
    blocks: list[list[float]] = []
    for place, n in enumerate(order):
        blocks.append([heights[n] - place * gap])
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    level = [_mean(block) for block in blocks for _ in block]
    placed = {n: level[place] + place * gap for place, n in enumerate(order)}
    return [placed[n] for n in range(len(heights))]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
