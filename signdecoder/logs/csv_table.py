"""Tables of text: CSV files read row by row into a frame, and frames written back.

Every cell is text. A frame's index is the line of the file at which the row starts.
"""

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import replace_file
from signdecoder.core.names import fold, quote
from signdecoder.core.outcomes import parse_outcome, parse_steal
from signdecoder.core.play import KNOWN_COLUMNS
from signdecoder.core.text import printable_lines
from signdecoder.logs.textfile import MAX_BYTES, MAX_LINE, read_text, split_lines

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 120_000, 256, 1_200_000  # of a file
# What a spreadsheet takes for the begin of a formula, or skips before one; and the guard itself.
_GUARDED = (*"=+-@'", *"\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
# What people call the column of sequences, or what stands beside it.
_TITLES = ("signal", "signals", "sign", "sequence", "sequences", "play", "plays", "touches")
_Record = tuple[int, list[str]]  # the line where it starts, its cells


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken: the line where it starts, and what is wrong with it."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, eq=False)
class CsvTable:
    """The rows of a file, by line, as they are written there, and the rows that are no rows.

    `headerless` says that it is a file of two columns as earlier decoders published them.
    """

    file: str
    cells: "DataFrame"
    bad: tuple[BadRow, ...]
    line: int  # of the header
    headerless: bool = False


def read_table(path: Path | str) -> CsvTable:
    """Read a file, or `-` for standard input; what is wrong with the whole of it is an error."""
    import pandas as pd

    file = str(path)
    text = read_text(path)
    bad: list[BadRow] = []
    delimiter, (line, header) = _find_header(file, text)
    if len(header) > MAX_COLUMNS:
        raise SigndecoderError(
            f"{file}:{line}: the header has {len(header)} columns, {MAX_COLUMNS} is the most",
            "leave some out",
        )
    names = [_read_heading(cell) for cell in header]
    headerless = "signs" not in names
    if headerless:
        names = _name_two_columns(file, text)
        records = _split_lines(file, text)
    else:
        records = _read_records(file, text, delimiter, bad)
        next(records)
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise SigndecoderError(
            f"{file}:{line}: the column {quote(twice)} is there twice", "drop one"
        )
    rows = dict(_fit_rows(_count_rows(file, records), names, bad))
    cells = pd.DataFrame(list(rows.values()), columns=names, index=list(rows), dtype="str")
    named = cells.loc[:, [name != "" for name in names]]
    return CsvTable(file, named, tuple(sorted(bad, key=lambda row: row.line)), line, headerless)


def _find_header(file: str, text: str) -> tuple[str, _Record]:
    """Return the separator of the header and the header; where several fit, the most columns."""
    found: list[tuple[bool, int, str, _Record]] = []
    for delimiter in (",", ";", "\t"):
        record = next(_read_records(file, text, delimiter, []), (1, [""]))
        names = [_read_heading(cell) for cell in record[1][:MAX_COLUMNS]]
        found.append(("signs" in names, len(record[1]), delimiter, record))
    _, _, delimiter, record = max(found, key=lambda reading: reading[:2])
    return delimiter, record


def _read_heading(cell: str) -> str:
    """Return the name of a column: a known one in lower case, another as it is written."""
    name = cell.removeprefix("'")
    return fold(name) if fold(name) in KNOWN_COLUMNS else name if name.strip() else ""


def _name_two_columns(file: str, text: str) -> list[str]:
    """Return the columns of a file without a header; refuse one that is no such file.

    A first row that names its columns is a header that is misspelt.
    """
    lines = _split_lines(file, text)
    (line, cells), (_, following) = next(lines), next(lines, (0, []))
    if len(cells) == 2 and not _are_titles(cells, following):
        for name, read in (("steal", parse_steal), ("outcome", parse_outcome)):
            try:
                read(cells[1])
                return ["signs", name]
            except SigndecoderError:
                continue
    raise SigndecoderError(
        f'{file}:{line}: the header has no column "signs"',
        "name the columns in the first row, the one with the sequences signs",
    )


def _are_titles(cells: Sequence[str], following: Sequence[str]) -> bool:
    """Does a row name two columns? "steal" may be an outcome, too, unless others say yes or no."""
    if fold(cells[1]) not in KNOWN_COLUMNS:
        return False
    if fold(cells[0]) in (*KNOWN_COLUMNS, *_TITLES):
        return True
    try:
        parse_steal(following[-1] if following else "")
    except SigndecoderError:
        return False
    return True


def _split_lines(file: str, text: str) -> Iterator[_Record]:
    """Go through the lines that are not blank, cut at tabs; a quote is a character there."""
    for number, line in enumerate(split_lines(file, text), start=1):
        if line.strip():
            yield number, line.rstrip("\r\n").split("\t")


def _count_rows(file: str, records: Iterator[_Record]) -> Iterator[_Record]:
    """Go through the records. Raises SigndecoderError where there is more than can be held."""
    cells = 0
    for count, record in enumerate(records, start=1):
        if sum(map(len, record[1])) > MAX_LINE:
            raise SigndecoderError(
                f"{file}:{record[0]}: the row has more than {MAX_LINE:,} characters, which is the"
                " most",
                "shorten it",
            )
        cells += len(record[1])
        if count > MAX_ROWS or cells > MAX_CELLS:
            raise _too_many(file, record[0])
        yield record


def _too_many(file: str, line: int) -> SigndecoderError:
    """Return what is said of a file of too many rows."""
    return SigndecoderError(
        f"{file}:{line}: the rows before here have {MAX_ROWS:,} rows or {MAX_CELLS:,} cells, which"
        " is the most",
        "cut the file into several",
    )


def _read_records(file: str, text: str, delimiter: str, bad: list[BadRow]) -> Iterator[_Record]:
    """Go through the records that are not blank; add those that are broken to `bad`.

    Raises SigndecoderError where there is more of anything than can be held.
    """
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(  # people write a space after the comma, and then a quote
        split_lines(file, text), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise SigndecoderError(
                    f"{file}:{line}: a cell here has more than {MAX_LINE:,} characters, which is"
                    " the most",
                    "close the quote that opens it, or shorten it",
                ) from None
            if len(bad) >= MAX_ROWS:
                raise _too_many(file, line) from None
            if "expected after" not in str(error):
                bad.append(BadRow(line, "a quote opens here and is never closed. Close it."))
                return
            what = "text follows a closing quote. Write a quote inside a cell twice"
            if reader.line_num > line:
                what += f", or close the one that is open until line {reader.line_num}"
            bad.append(BadRow(line, f"{what}."))
            continue
        if len(cells) > 1 or (cells and cells[0].strip()):
            yield line, cells


def _fit_rows(
    records: Iterator[_Record], names: Sequence[str], bad: list[BadRow]
) -> Iterator[_Record]:
    """Go through the records that fit the header, filled up with empty cells."""
    width = len(names)
    nameless = [at for at, name in enumerate(names) if not name]
    for line, cells in records:
        if len(cells) > width:
            bad.append(
                BadRow(
                    line,
                    f"the row has {len(cells)} cells and the header {width}. Put quotes around a"
                    " cell that holds a separator.",
                )
            )
            continue
        cells += [""] * (width - len(cells))
        if any(cells[at].strip() for at in nameless):
            bad.append(BadRow(line, "a cell stands in a column without a name. Name the column."))
            continue
        yield line, cells


def write_rows(rows: Iterable[Sequence[str]], path: Path | str | None) -> str:
    """Write rows of guarded cells, the header first; None or `-` is standard output.

    A file is whole or as it was before. Returns what there is more of than can be read again, or
    an empty text.
    """
    told = path is None or str(path) == "-"
    if told and not sys.stdout:  # the caller closed it
        raise SigndecoderError("there is no standard output to write to", "give a file")
    # Somebody may read it, and what is in a note may steer the terminal.
    shown = printable_lines if told and sys.stdout.isatty() else str
    data = bytearray()
    lines = cells = columns = longest = 0
    for row in rows:
        line = ",".join(map(_write_cell, row))
        data += f"{shown(line)}\n".encode()
        lines, cells, columns = lines + 1, cells + len(row), len(row)
        longest = max(longest, _longest_part(line, row))
    if told:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        replace_file(Path(path or ""), data)
    return _find_excess(lines - 1, cells - columns, columns, longest, len(data))


def _longest_part(line: str, row: Sequence[str]) -> int:
    """Return how many characters reading takes at once: of a line, or of the cells of a row."""
    if len(line) <= MAX_LINE:
        return len(line)
    return max(sum(map(len, row)), *map(len, line.splitlines()))


def _find_excess(rows: int, cells: int, columns: int, longest: int, size: int) -> str:
    """Return what a file has more of than can be read, and how much may be."""
    for number, most, what in (
        *((rows, MAX_ROWS, "rows"), (cells, MAX_CELLS, "cells"), (columns, MAX_COLUMNS, "columns")),
        (longest, MAX_LINE, "characters in a row"),
    ):
        if number > most:
            return f"{number:,} {what}, {most:,} is the most"
    return f"more than {MAX_BYTES >> 20} MiB, which is the most" if size > MAX_BYTES else ""


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; reading takes the guard off."""
    return f"'{cell}" if cell.startswith(_GUARDED) else cell


def unguard(cells: "DataFrame") -> "DataFrame":
    """Return the frame with one guard taken off each cell."""
    return cells.transform(lambda column: column.str.removeprefix("'"))


def _write_cell(cell: str) -> str:
    """Return a cell as it stands in a file, between quotes where it needs them."""
    if cell.startswith(" ") or any(mark in cell for mark in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
