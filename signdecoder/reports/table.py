"""A table of rows, which every format of an answer is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from signdecoder.core.text import columns

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under the names of their columns.

    Attributes
    ----------
    columns : tuple of str
        Names of the columns.
    rows : sequence of sequence of Cell
        The cells of each row.
    blanks : mapping of str to str, optional
        What a spreadsheet has in place of an empty cell of some columns, where an empty cell would
        be read as something else.
    """

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    blanks: Mapping[str, str] = field(default_factory=dict)

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows as mappings.

        Returns
        -------
        list of dict
            The cells of each row by column.
        """
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def aligned(self) -> str:
        """Format the table as text.

        Returns
        -------
        str
            Aligned lines, the header first, numbers to the right.
        """
        texts = [[show_cell(cell) for cell in row] for row in self.rows]
        sides = [
            ">" if any(map(_is_number, cells)) else "<" for cells in zip(*self.rows, strict=True)
        ]
        align = "".join(sides) or "<" * len(self.columns)
        return "\n".join(columns([self.columns, *texts], align))


def show_cell(cell: Cell) -> str:
    """Format a cell for a person.

    Parameters
    ----------
    cell : Cell
        A cell.

    Returns
    -------
    str
        One line: an empty text for none, a number with at most four digits.

    Examples
    --------
    >>> show_cell(0.98765), show_cell(True), show_cell(None)
    ('0.9877', 'yes', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return " ".join(str(cell).split())


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)
