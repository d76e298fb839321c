"""Parquet, for data frames: each column has one type, and missing cells are null."""

from __future__ import annotations

import io

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import Format
from signdecoder.reports.table import Cell


def render(answer: Answer) -> bytes:
    """Render the columns."""
    import pyarrow
    import pyarrow.parquet

    table = answer.table()
    columns = {
        name: pyarrow.array(_one_type([row[at] for row in table.rows]))
        for at, name in enumerate(table.columns)
    }
    with io.BytesIO() as file:
        pyarrow.parquet.write_table(pyarrow.table(columns), file)
        return file.getvalue()


def _one_type(cells: list[Cell]) -> list[Cell]:
    """Return cells of one type: text, if they are of several."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if len(kinds) <= 1 or kinds == {int, float}:
        return cells
    return [None if cell is None else str(cell) for cell in cells]


FORMAT = Format("parquet", (".parquet", ".pq"), render, is_binary=True)
