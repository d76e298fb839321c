"""``signdecoder import``: save the plays of log files."""

from __future__ import annotations

from typing import Annotated

import typer

from signdecoder.cli import options, reading_options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err, print_json, print_text
from signdecoder.cli.same_plays import check_same_plays, save_same_plays
from signdecoder.core.errors import ExitStatus
from signdecoder.core.outcomes import STEAL

Again = Annotated[
    bool, typer.Option("--again", help="Take plays of these logs back that were deleted earlier.")
]


def import_logs(
    files: options.Files,
    coach: options.LogCoach = None,
    play: options.OwnPlay = STEAL,
    outcomes: options.Outcomes = "",
    compact: options.Compact = False,
    skip_bad: options.SkipBad = False,
    columns: reading_options.Columns = "",
    separator: reading_options.Separator = None,
    meanings: reading_options.Meanings = None,
    blank: reading_options.Blank = None,
    date_format: reading_options.DateFormat = None,
    sheet: reading_options.Sheet = None,
    again: Again = False,
    separate: options.Separate = None,
    same: options.Same = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Import plays from tables: CSV, Excel, OpenDocument, JSON, Parquet.

    CSV... are tables with one play a row; - is standard input. Notes say how columns, signals,
    outcomes and dates were read; the options settle what cannot be guessed. Importing the same log
    again adds nothing, and plays that you deleted are counted but not added, except with --again. A
    log does not say where the signs changed: record that with "signdecoder changed". If every
    signal is one character, upper and lower case may be different signals of a new coach; a note
    says so.

    A file may have up to 16 MiB, 120,000 rows of a million characters each, 256 columns and
    1,200,000 cells. A sequence may have up to 64 signals of 40 characters, a coach up to 40
    different signals, and any other name up to 255 characters.
    """
    from signdecoder.cli.log_files import LogFileOptions, record_files
    from signdecoder.reports import store_text
    from signdecoder.store.store import Store

    reading = reading_options.parse_reading(columns, separator, meanings, blank, date_format, sheet)
    with Store.open(db) as store:
        accepted = options.accepted_outcomes(store, options.find_play(store, play), outcomes)
        check_same_plays(store, separate, same, accepted)
        how = LogFileOptions(coach, accepted, compact, skip_bad, again, reading)
        result = record_files(store, files, how)
        save_same_plays(store, result.coaches, separate, same, accepted)
    if result.refused:
        refused = store_text.format_refused_files(result.added, result.refused, result.skippable)
        echo_err(f"Error: {refused}")
        raise typer.Exit(ExitStatus.INPUT)
    done = "the plays were saved"
    if json:
        print_json(store_text.import_document(result.added), done)
    else:
        print_text(store_text.format_imports(result.added), done)


COMMAND = Command(import_logs, Section.LOG, "signdecoder import season/*.csv")
