"""An Excel workbook of one sheet. Text stays text: no cell becomes a formula or a date."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import Format
from signdecoder.core.errors import SigndecoderError
from signdecoder.reports.table import Cell

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

_MOST_ROWS, _MOST_COLUMNS, _MOST_CHARACTERS = 1_048_576, 16_384, 32_767  # what Excel opens
_OTHER = "write csv or parquet"


def render(answer: Answer) -> bytes:
    """Render a bold header and the rows, guarded as in CSV."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    from signdecoder.cli.formats.csv_ import guarded_rows

    rows = guarded_rows(answer.table())
    _check_cells(rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(answer.name)
    sheet.freeze_panes = "A2"

    def make_cell(cell: Cell) -> WriteOnlyCell | None:
        if cell == "":
            return None
        if not isinstance(cell, str):
            return WriteOnlyCell(sheet, cell)
        made = WriteOnlyCell(sheet, cell)
        made.data_type = "s"  # whatever it looks like
        return made

    for number, row in enumerate(rows):
        cells = [make_cell(cell) for cell in row]
        if number == 0:
            for made in filter(None, cells):
                made.font = Font(bold=True)
        sheet.append(cells)
    with io.BytesIO() as file:
        book.save(file)
        return file.getvalue()


def _check_cells(rows: list[list[Cell]]) -> None:
    """Raise SigndecoderError for what Excel would not open."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    texts = [cell for row in rows for cell in row if isinstance(cell, str)]
    for number, most, what in (
        (len(rows), _MOST_ROWS, "rows"),
        (len(rows[0]), _MOST_COLUMNS, "columns"),
        (max(map(len, texts), default=0), _MOST_CHARACTERS, "characters in a cell"),
    ):
        if number > most:
            raise SigndecoderError(f"Excel opens at most {most:,} {what}, not {number:,}", _OTHER)
    if any(map(ILLEGAL_CHARACTERS_RE.search, texts)):
        raise SigndecoderError("a cell has control characters, which Excel refuses", _OTHER)


FORMAT = Format("xlsx", (".xlsx",), render, is_binary=True)
