"""Writing CSV files that no spreadsheet takes for formulas, and that can be imported again."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import replace_file
from signdecoder.core.text import printable_lines
from signdecoder.logs.csv_table import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from signdecoder.logs.textfile import MAX_BYTES, MAX_LINE

# What a spreadsheet takes for the start of a formula, or skips before one, and the guard itself.
_GUARDED = (*"=+-@'", *"\t\r\n", *"\uff1d\uff0b\uff0d\uff20")


def write_rows(rows: Iterable[Sequence[str]], path: Path | str | None) -> str:
    """Write rows of guarded cells. A file is complete or stays as it was.

    Parameters
    ----------
    rows : iterable of sequence of str
        The header, then the rows.
    path : Path, str or None
        File to write. None or `-` is standard output.

    Returns
    -------
    str
        Which limit of reading the file exceeds, or an empty text.

    Raises
    ------
    SigndecoderError
        If the file cannot be written.
    """
    to_stdout = path is None or str(path) == "-"
    if to_stdout and not sys.stdout:  # the caller closed it
        raise SigndecoderError("there is no standard output to write to", "give a file")
    # On a terminal, control characters in a note could do harm.
    escape = printable_lines if to_stdout and sys.stdout.isatty() else str
    data, excess = format_rows(rows, escape)
    if to_stdout:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        replace_file(Path(path or ""), data)
    return excess


def format_rows(
    rows: Iterable[Sequence[str]], escape: Callable[[str], str] = str
) -> tuple[bytearray, str]:
    """Format rows of guarded cells as the content of a CSV file.

    Parameters
    ----------
    rows : iterable of sequence of str
        The header, then the rows.
    escape : callable, optional
        What makes a line safe to show.

    Returns
    -------
    tuple of bytearray and str
        The content in UTF-8, and which limit of reading it exceeds, or an empty text.
    """
    data = bytearray()
    lines = cells = columns = longest = 0
    for row in rows:
        line = ",".join(map(_format_cell, row))
        data += f"{escape(line)}\n".encode()
        lines, cells, columns = lines + 1, cells + len(row), len(row)
        longest = max(longest, _longest_part(line, row))
    return data, _find_excess(lines - 1, cells - columns, columns, longest, len(data))


def _longest_part(line: str, row: Sequence[str]) -> int:
    """Return the characters of a line, or of the cells of a row if it has several lines."""
    if len(line) <= MAX_LINE:
        return len(line)
    return max(sum(map(len, row)), *map(len, line.splitlines()))


def _find_excess(rows: int, cells: int, columns: int, longest: int, size: int) -> str:
    """Return which limit of reading a file exceeds."""
    for number, most, what in (
        *(
            (rows, MAX_ROWS, "rows"),
            (cells, MAX_CELLS, "cells"),
            (columns, MAX_COLUMNS, "columns"),
        ),
        (longest, MAX_LINE, "characters in a row"),
    ):
        if number > most:
            return f"{number:,} {what} (limit {most:,})"
    return f"more than {MAX_BYTES >> 20} MiB (the limit)" if size > MAX_BYTES else ""


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula. Reading takes the guard off.

    Parameters
    ----------
    cell : str
        Any text.

    Returns
    -------
    str
        The text, with an apostrophe before it if it needs one.

    Examples
    --------
    >>> guard("=1+1"), guard("cap")
    ("'=1+1", 'cap')
    """
    return f"'{cell}" if cell.startswith(_GUARDED) else cell


def _format_cell(cell: str) -> str:
    """Return a cell as it is written to the file, in quotes if it needs them."""
    if cell.startswith(" ") or any(mark in cell for mark in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
