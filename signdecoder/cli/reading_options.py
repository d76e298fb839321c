"""The options that say how files are to be read, where that cannot be guessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.core.errors import UsageError
from signdecoder.core.names import fold, quote

if TYPE_CHECKING:
    from signdecoder.logs.reading import ReadingOptions

Columns = Annotated[
    str,
    typer.Option(
        metavar="ROLE=NAME,...",
        help="Which column holds what, such as signs=Touches,outcome=Result.",
    ),
]
Separator = Annotated[
    str | None,
    typer.Option(metavar="MARK", help='What separates the signals, such as "-", space or none.'),
]
Meanings = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="WORD=OUTCOME", help="What an outcome in the file means."),
]
Blank = Annotated[
    str | None,
    typer.Option(metavar="OUTCOME", help="What a blank outcome means, such as none or unknown."),
]
DateFormat = Annotated[
    str | None,
    typer.Option(metavar="ORDER", help="Order of dates: mdy, dmy, ymd, or a pattern (%d/%m/%Y)."),
]
Sheet = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sheet of a workbook with several.")
]


def parse_reading(
    columns: str = "",
    separator: str | None = None,
    meanings: Sequence[str] | None = None,
    blank: str | None = None,
    date_format: str | None = None,
    sheet: str | None = None,
) -> ReadingOptions:
    """Return what the user says about files; raise UsageError for what is not valid."""
    from signdecoder.core.outcomes import parse_outcome
    from signdecoder.logs.date_cells import check_date_format
    from signdecoder.logs.reading import ReadingOptions

    return ReadingOptions(
        columns=_parse_columns(columns),
        separator=separator,
        meanings={
            word.strip(): parse_outcome(outcome)
            for word, outcome in (_split_pair(pair, "--map") for pair in meanings or ())
        },
        blank=parse_outcome(blank) if blank is not None else None,
        date_format=check_date_format(date_format) if date_format is not None else None,
        sheet=sheet,
    )


def _parse_columns(text: str) -> dict[str, str]:
    """Return the column for each role."""
    from signdecoder.logs.headings import ROLES

    columns: dict[str, str] = {}
    for pair in filter(str.strip, text.split(",")):
        role, heading = _split_pair(pair, "--columns")
        if fold(role) not in ROLES:
            raise UsageError(
                f"{quote(role)} is not something that a column holds", f"use {', '.join(ROLES)}"
            )
        columns[fold(role)] = heading.strip()
    return columns


def _split_pair(pair: str, option: str) -> tuple[str, str]:
    """Return what stands before and after the last equals sign."""
    left, equals, right = pair.rpartition("=")
    if not (equals and left.strip() and right.strip()):
        raise UsageError(f"{option} {quote(pair)} has no two sides", f"write {option} LEFT=RIGHT")
    return left, right
