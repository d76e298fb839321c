"""``signdecoder export``: write plays to a log file."""

from __future__ import annotations

from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.answer import Answer
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err_line
from signdecoder.cli.output import choose_output
from signdecoder.core.text import count


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", hidden=True)],
    coach: options.Coaches = None,
    db: options.Db = None,
    format: options.Format = None,
    json: options.Json = False,
) -> None:
    """Export plays as a log.

    FILE is the log to write, in the format of its ending (csv, json, jsonl, parquet, xlsx, ...);
    - is standard output, as CSV. Without --coach it has the plays of every coach. The file can be
    re-imported without loss (you are warned if it exceeds the import limits). It does not include
    the changes of signs that you recorded with "signdecoder changed".
    """
    from signdecoder.reports.play_text import log_table
    from signdecoder.store.store import Store

    output = choose_output(format, json, file, default="csv")
    with Store.open(db) as store:
        names = options.find_coaches(store, coach)
        plays = store.plays(names[0]) if len(names) == 1 else store.plays()
    chosen = set(names)
    plays = [play for play in plays if play.coach in chosen]
    answer = Answer("plays", table=lambda: log_table(plays))
    output.write(answer, count(len(plays), "play"))
    if excess := output.format.find_excess(answer):
        hint = "Export one coach at a time with --coach."
        if len(names) == 1:
            hint = "Split it into several files, by rows or by columns."
        echo_err_line(f"Note: this log is too large to import again ({excess}). {hint}")


COMMAND = Command(export, Section.LOG, "signdecoder export hawks.csv --coach Hawks")
