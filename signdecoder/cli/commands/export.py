"""``signdecoder export``: write plays to a log file."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err_line, guard_stream
from signdecoder.core.text import count


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", hidden=True)],
    coach: options.Coach = None,
    db: options.Db = None,
) -> None:
    """Export plays to a CSV log.

    FILE is the log to write; - is standard output. Without --coach it has the plays of every
    coach. The file can be re-imported without loss (you are warned if it exceeds the import
    limits). It does not include the changes of signs that you recorded with "signdecoder changed".
    """
    from signdecoder.logs.play_log_writer import write_log
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        names = options.find_coaches(store, coach)
        plays = store.plays(names[0]) if len(names) == 1 else store.plays()
    excess = ""
    with guard_stream(sys.stdout):
        excess = write_log(plays, file)
    if file != "-":
        echo_err_line(f"Wrote {count(len(plays), 'play')} to {file}.")
    if excess:
        hint = "Export one coach at a time with --coach."
        if len(names) == 1:
            hint = "Split it into several files, by rows or by columns."
        echo_err_line(f"Note: this log is too large to import again ({excess}). {hint}")


COMMAND = Command(export, Section.LOG, "signdecoder export hawks.csv --coach Hawks")
