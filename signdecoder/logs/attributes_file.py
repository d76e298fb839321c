"""Files of attributes: a table with a row for each signal."""

import csv
from pathlib import Path

from signdecoder.core.attributes import Attributes, parse_attributes
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, quote
from signdecoder.logs.textfile import MAX_LINE, load_text, split_lines

_SIGNAL, _ATTRIBUTE = "signal", "attribute"
_MOST_ROWS, _MOST_COLUMNS = 5000, 64
_EXAMPLE = "name the columns in the first row, as in signal,side,material"


def load_attributes(path: Path | str) -> Attributes:
    """Load the attributes of signals.

    Parameters
    ----------
    path : Path or str
        CSV file with a column ``signal``, or `-` for standard input. Every other column is a kind
        of attribute, such as ``side`` or ``material``; a column ``attribute`` has whole attributes.
        A signal may have several rows, and an empty cell says nothing.

    Returns
    -------
    mapping of str to tuple of str
        The attributes by folded name of the signal.

    Raises
    ------
    SigndecoderError
        If the file cannot be read, has no column of signals, or a row is not valid.
    """
    file, text = str(path), load_text(path)
    first = next(line for line in split_lines(file, text) if line.strip())
    delimiter = max(",;\t", key=first.count)
    given: dict[str, list[str]] = {}
    columns: list[str] = []
    for line, cells in _read_rows(file, text, delimiter):
        if not columns:
            columns = _parse_header(file, line, cells)
            continue
        if len(cells) > len(columns):
            raise SigndecoderError(
                f"{file}:{line}: the row has {len(cells)} cells and the header {len(columns)}",
                "put quotes around a cell that contains a separator",
            )
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        signal = row.pop(_SIGNAL, "")
        own = [
            cell if kind == _ATTRIBUTE else f"{kind}:{cell}" for kind, cell in row.items() if cell
        ]
        try:
            parse_attributes({signal: own})
        except SigndecoderError as error:
            raise SigndecoderError(f"{file}:{line}: {error.message}", error.hint) from None
        given.setdefault(fold(signal), []).extend(own)
    try:
        return parse_attributes(given)
    except SigndecoderError as error:
        raise SigndecoderError(f"{file}: {error.message}", error.hint) from None


def _read_rows(file: str, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Read the rows that are not blank, each with its line."""
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(
        split_lines(file, text), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            if len(rows) > _MOST_ROWS:
                raise SigndecoderError(
                    f"{file}:{line}: more than {_MOST_ROWS:,} rows (the limit)", "leave some out"
                )
            line = reader.line_num + 1
    except csv.Error as error:
        raise SigndecoderError(
            f"{file}:{line}: this is not CSV ({error})", "close every quote that opens a cell"
        ) from None
    return rows


def _parse_header(file: str, line: int, cells: list[str]) -> list[str]:
    columns = [fold(cell) for cell in cells]
    if _SIGNAL not in columns or len(columns) < 2:
        raise SigndecoderError(
            f'{file}:{line}: attributes need a column "signal" and at least one other', _EXAMPLE
        )
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None or len(columns) > _MOST_COLUMNS:
        raise SigndecoderError(
            f"{file}:{line}: there are two columns {quote(twice)}"
            if twice is not None
            else f"{file}:{line}: the header has {len(columns)} columns (limit {_MOST_COLUMNS})",
            "delete or rename one",
        )
    if not all(columns):
        raise SigndecoderError(f"{file}:{line}: a column has no name", _EXAMPLE)
    return columns
