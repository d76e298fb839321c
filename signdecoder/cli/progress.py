"""Show the progress of a long computation: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeVar

from signdecoder.cli.io import STREAMS, echo_err
from signdecoder.core.progress import AS_LINES, about, format_progress

if TYPE_CHECKING:
    from signdecoder.core.progress import Progress

Item = TypeVar("Item")
_SHORT = 2.0  # seconds that need no progress


@contextmanager
def show_progress(what: str, with_loss: bool = True) -> Iterator[Callable[[Progress], None]]:
    """Provide the function that receives progress reports and shows them on standard error."""
    if STREAMS.quiet:
        yield lambda progress: None
        return
    if AS_LINES.items() <= os.environ.items():
        yield lambda progress: echo_err(format_progress(progress))
        return
    if not (sys.stderr and sys.stderr.isatty()):
        yield _line_shower(what, with_loss)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn(what, markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[figures]}"),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(what, total=None, figures="")

    def show(progress: Progress) -> None:
        figures = _figures(progress, with_loss)
        bar.update(task, completed=progress.step, total=progress.steps, figures=figures)

    with bar:
        yield show


def track(what: str, items: Sequence[Item]) -> Iterator[Item]:
    """Yield items one by one; if they take more than two seconds, show how many are done."""
    from signdecoder.core.progress import Progress

    began = time.monotonic()
    with ExitStack() as stack:
        show: Callable[[Progress], None] | None = None
        for done, item in enumerate(items):
            took = time.monotonic() - began
            if done and took > _SHORT:
                show = show or stack.enter_context(show_progress(what, with_loss=False))
                show(Progress(done, len(items), 0.0, took / done * (len(items) - done)))
            yield item


def _line_shower(what: str, with_loss: bool) -> Callable[[Progress], None]:
    """Show a line at the first step and after every tenth of the steps, for a log file."""
    last_tenth = -1

    def show(progress: Progress) -> None:
        nonlocal last_tenth
        tenth = 10 * progress.step // max(progress.steps, 1)
        if tenth > last_tenth:
            last_tenth = tenth
            figures = _figures(progress, with_loss)
            echo_err(f"{what}: step {progress.step} of {progress.steps}, {figures}")

    return show


def _figures(progress: Progress, with_loss: bool) -> str:
    loss = f"loss {progress.loss:.3f} · " if with_loss else ""
    return f"{loss}{about(progress.seconds_left)} left"
