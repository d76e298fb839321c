"""An exam in pictures: accuracy and log loss against plays, and whether what is said comes true."""

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

# Okabe and Ito's colours, which every kind of colour vision tells apart; marks tell them too.
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

# matplotlib.axes.Axes and matplotlib.figure.Figure: matplotlib is loaded by those who draw
Axes = Any
Figure = Any


def check_plot(path: Path) -> None:
    """Raise SigndecoderError now where a picture could not be written to ``path`` later."""
    if path.suffix != ".svg":
        raise SigndecoderError(f"{path}: only SVG is drawn", "let the file's name end with .svg")
    if not check_target(path).parent.is_dir():
        raise SigndecoderError(f"{path}: there is no such folder", "make it, or name another")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SigndecoderError(
            "the plots need matplotlib, which is not installed", "install signdecoder[bench]"
        ) from None


def draw_board(board: Summary, path: Path) -> None:
    """Draw an exam into an SVG file; the same figures make the same file."""
    check_plot(path)
    standings = sorted(board.standings, key=_place)
    curved = [standing for standing in standings if standing.curve]
    reliable = [s for s in standings if s.ahead and s.ahead.calibration]
    panels = 2 * bool(curved) + bool(reliable)
    if not panels:
        raise SigndecoderError("there is nothing to draw", "take more coaches, or another exam")
    with open_figure(path, (4.3 * panels, 3.9)) as figure:
        axes = list(figure.subplots(1, panels, squeeze=False)[0])
        if curved:
            _draw_curves(axes.pop(0), board, curved, "accuracy")
            _draw_curves(axes.pop(0), board, curved, "loss")
        if reliable:
            _draw_reliability(axes.pop(0), reliable)
        coaches = max(standing.coaches for standing in standings)
        figure.suptitle(f"{coaches} simulated coaches, {board.exam.name}", fontsize=11)


@contextmanager
def open_figure(path: Path, inches: tuple[float, float]) -> Iterator[Figure]:
    """A figure that is written to an SVG file in the end; the same figures make the same file."""
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


def _place(standing: ContenderSummary) -> int:
    return [*_STYLES, standing.decoder].index(standing.decoder)


def _draw_curves(
    axes: Axes, board: Summary, standings: Sequence[ContenderSummary], what: str
) -> None:
    """Accuracy or loss against plays, with the 95 % intervals as bands."""
    scale = 100 if what == "accuracy" else 1
    ends = []
    for standing in standings:
        colour, dashes, mark = _STYLES.get(standing.decoder, _OTHER)
        plays = [point.plays for point in standing.curve]
        figures = [getattr(point, what) for point in standing.curve]
        means = [scale * f.mean for f in figures]
        axes.fill_between(
            plays,
            [scale * f.low for f in figures],
            [scale * f.high for f in figures],
            color=colour,
            alpha=0.12,
            linewidth=0,
        )
        marked = [at for at, n in enumerate(plays) if n in board.exam.checkpoints]
        axes.plot(plays, means, color=colour, linestyle=dashes, marker=mark, markevery=marked,
                  markersize=3.5, linewidth=1.4)  # fmt: skip
        ends.append((standing.decoder, colour, means[-1]))
    axes.set_xlim(0, board.exam.plays)
    axes.set_xlabel("plays seen")
    if what == "accuracy":
        axes.set_title("right on fresh sequences, %")
        axes.axhline(100 * CRACKED, color=_QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
        axes.text(0.01 * board.exam.plays, 100 * CRACKED + 0.5, "cracked", color=_QUIET, fontsize=8)
        axes.set_ylim(45, 101)
    else:
        axes.set_title("log loss on fresh sequences, nats")
        axes.set_ylim(bottom=0)
    if board.exam.change_at:
        axes.axvline(board.exam.change_at, color=_QUIET, linewidth=0.8)
        axes.text(
            board.exam.change_at, 0.02, " signs change", color=_QUIET, fontsize=8,
            transform=axes.get_xaxis_transform(),
        )  # fmt: skip
    finish(axes)
    _label_ends(axes, ends)


def _draw_reliability(axes: Axes, standings: Sequence[ContenderSummary]) -> None:
    """How often the next play came, against what was said: on the diagonal all is well."""
    axes.plot([0, 100], [0, 100], color=_QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
    for standing in standings:
        colour, dashes, mark = _STYLES.get(standing.decoder, _OTHER)
        calibration = standing.ahead.calibration if standing.ahead else None
        if calibration:
            axes.plot(
                [100 * row.said for row in calibration.rows],
                [100 * row.happened for row in calibration.rows],
                color=colour, linestyle=dashes, marker=mark, markersize=3.5, linewidth=1.0,
                label=f"{standing.decoder}, {100 * calibration.error:.1f} points off",
            )  # fmt: skip
    axes.set_title("next play: how often it came, %")
    axes.set_xlabel("what was said, %")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    finish(axes)


def finish(axes: Axes) -> None:
    """Take the frame away and draw lines to read heights by."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)


def _label_ends(axes: Axes, ends: Sequence[tuple[str, str, float]]) -> None:
    """Write each name beside the end of its curve, and apart from the others."""
    low, high = axes.get_ylim()
    heights = spread([(value - low) / (high - low) for _, _, value in ends])
    for (name, colour, _), height in zip(ends, heights, strict=True):
        axes.text(1.02, height, name, color=colour, transform=axes.transAxes, va="center")


def spread(heights: Sequence[float], gap: float = _LABEL_GAP) -> list[float]:
    """The heights moved as little as it takes for each to be ``gap`` from the next."""
    order = sorted(range(len(heights)), key=lambda n: heights[n])
    # Heights less their places' gaps must not fall: where they do, neighbours share their mean.
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
