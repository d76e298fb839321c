"""The part of `signdecoder benchmark` that asks what kinds of cells remember."""

from pathlib import Path
from typing import Any

from signdecoder.cli.io import quiet_libraries, say_line
from signdecoder.cli.progress import show_progress
from signdecoder.core.errors import UsageError


def study_memory(
    gaps: str | None, repeats: int | None, seeds: str | None, plot: Path | None
) -> tuple[dict[str, Any], str]:
    """Train and measure every kind of cell; give the document and the words."""
    from signdecoder.benchmark.memory.plan import plan_study

    plan = plan_study(_read_gaps(gaps), repeats, seeds)
    if plot:
        from signdecoder.benchmark.plots import check_plot

        check_plot(plot)
    with quiet_libraries(), show_progress("benchmark") as progress:
        from signdecoder.benchmark.memory.study import run_study

        study = run_study(plan, progress)
    from signdecoder.benchmark.memory.report import study_document, study_words

    if plot:
        from signdecoder.benchmark.memory.plot import draw_study

        draw_study(study, plot)
        say_line(f"Wrote {plot}.")
    return study_document(study), study_words(study)


def _read_gaps(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"{text!r} are no numbers of decoys", "write them like 2,4,8") from None
