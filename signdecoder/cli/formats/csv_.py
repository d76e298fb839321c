"""CSV in which no spreadsheet finds a formula."""

from __future__ import annotations

from functools import lru_cache

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import Format
from signdecoder.reports.table import Cell, Table


def guarded_rows(table: Table) -> list[list[Cell]]:
    """Return the header and the rows of a table for a spreadsheet: no text is a formula."""
    from signdecoder.logs.csv_writer import guard

    blanks = [table.blanks.get(name, "") for name in table.columns]

    def guard_cell(cell: Cell, blank: str) -> Cell:
        if cell is None or cell == "":
            return blank
        return guard(cell) if isinstance(cell, str) else cell

    rows = [list(map(guard_cell, row, blanks)) for row in table.rows]
    return [[guard(name) for name in table.columns], *rows]


def render(answer: Answer) -> bytes:
    """Render a header and the rows."""
    return _format(answer)[0]


def find_excess(answer: Answer) -> str:
    """Say which limit of reading a log the file exceeds."""
    return _format(answer)[1]


@lru_cache(maxsize=1)  # asked for the data, then for its limits
def _format(answer: Answer) -> tuple[bytes, str]:
    from signdecoder.logs.csv_writer import format_rows

    rows = guarded_rows(answer.table())
    data, excess = format_rows([list(map(_write_cell, row)) for row in rows])
    return bytes(data), excess


def _write_cell(cell: Cell) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


FORMAT = Format("csv", (".csv",), render, find_excess=find_excess)
