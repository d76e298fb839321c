"""The table of any file: its kind, its separator, its header and its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, quote
from signdecoder.logs.columns import Header, assign_roles, find_header, table_from
from signdecoder.logs.csv_table import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    CsvTable,
    read_table,
)
from signdecoder.logs.formats import Grid, Record, find_format, read_delimited
from signdecoder.logs.headings import role_of
from signdecoder.logs.reading import Reading, ReadingOptions
from signdecoder.logs.textfile import MAX_BYTES, decode_text, is_windows_text

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 60  # rows that show which separator a file uses
_FEWEST = 4  # rows from which a column with gaps is one whose cells were merged
_FILLED_DOWN = ("coach", "game", "date")
_TOTALS = ("total", "totals", "sum", "average", "avg", "subtotal", "count")
_DITTO = frozenset({'"', "''", "\u3003", "\u201d", "ditto"})


def read_any(
    file: str, data: bytes, options: ReadingOptions, *, outcomes: bool = True
) -> tuple[CsvTable, Reading]:
    """Read the table of a file of any kind.

    Parameters
    ----------
    file : str
        Name of the file.
    data : bytes
        Its content.
    options : ReadingOptions
        What the user says about it.
    outcomes : bool, optional
        Whether a play log is read, whose rows have outcomes.

    Returns
    -------
    tuple of CsvTable and Reading
        The table with the names of columns as signdecoder knows them, and what was decided.

    Raises
    ------
    SigndecoderError
        If the file is not a table of plays, or says too little to read it.
    """
    if len(data) > MAX_BYTES:
        decode_text(file, data)  # which refuses it
    kind = find_format(file, data)
    if kind is not None:
        reading = Reading(kind.name)
        grid = _choose_sheet(file, kind.read(file, data), options)
        table = replace(_table_of(file, grid.records, options, reading), guarded=False)
    else:
        reading = Reading("CSV")
        text = decode_text(file, data)
        if is_windows_text(data):
            reading.encoding = "cp1252"
            reading.notes.append("this is not UTF-8, and was read as Windows text (cp1252).")
        table = _read_text(file, text, options, reading)
    reading.header = table.line
    table, headings = assign_roles(table, options.columns, options.coach is not None)
    if "signs" not in table.columns:
        raise _no_signs(file, table.line, table.columns)
    reading.columns = headings
    named = {
        role: heading for role, heading in headings.items() if fold(heading) != role
    }  # what was guessed
    if named and not set(named) <= set(options.columns):
        said = ", ".join(f"{role} from {quote(heading)}" for role, heading in named.items())
        reading.notes.append(f"read {said}.")
    return _fill_down(table, reading), reading


def _read_text(file: str, text: str, options: ReadingOptions, reading: Reading) -> CsvTable:
    """Read delimited text: as signdecoder writes it, or as anybody else does."""
    try:
        table = _without_totals(read_table(file, text), reading)
        if not options.columns or table.headerless:
            return table
    except SigndecoderError as error:
        if 'has no column "signs"' not in error.message:
            raise
    first, _, rest = text.partition("\n")
    skipped = 0
    delimiters: Sequence[str] = _DELIMITERS
    said = first.strip().strip('"')  # sep=; as spreadsheets write it
    if said.lower().startswith("sep=") and len(said) <= 5:
        delimiters = (said[4:] or "\t",)
        text, skipped = rest, 1
    best: tuple[int, int, str, Header] | None = None
    for delimiter in delimiters:
        try:
            sample = read_delimited(file, text, delimiter, _SAMPLE)
        except SigndecoderError:
            continue
        header = find_header(sample, options.columns)
        width = len(sample[header.at][1]) if sample else 0
        if best is None or (header.score, width) > best[:2]:
            best = header.score, width, delimiter, header
    if best is None:
        raise _no_signs(file, 1, ())
    records = [(line + skipped, cells) for line, cells in read_delimited(file, text, best[2])]
    return _table_of(file, records, options, reading)


def _choose_sheet(file: str, grids: Sequence[Grid], options: ReadingOptions) -> Grid:
    """Return the sheet with plays, or the one that the user named."""
    if options.sheet is not None:
        for grid in grids:
            if fold(grid.name) == fold(options.sheet):
                return grid
        names = ", ".join(quote(grid.name) for grid in grids)
        raise SigndecoderError(f"{file} has no sheet {quote(options.sheet)}", f"use one of {names}")
    with_plays = [
        grid for grid in grids if find_header(_filled(grid.records), options.columns).score >= 2
    ]
    if len(with_plays) > 1:
        names = ", ".join(quote(grid.name) for grid in with_plays)
        raise SigndecoderError(
            f"{file} has plays on several sheets ({names})", "choose one with --sheet NAME"
        )
    filled = [grid for grid in grids if _filled(grid.records)]
    if not filled:
        raise SigndecoderError(f"{file} is empty", "use a file with a header and one play a row")
    return with_plays[0] if with_plays else filled[0]


def _filled(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if any(cell.strip() for cell in record[1])]


def _table_of(
    file: str, records: Sequence[Record], options: ReadingOptions, reading: Reading
) -> CsvTable:
    """Return the table of some rows, with what stands above it as cells of every row."""
    records = _filled(records)
    _drop_totals(records, reading)
    header = find_header(records, options.columns)
    if not records or (header.score < 2 and not options.columns):
        line, names = records[0] if records else (1, [])
        raise _no_signs(file, line, names)
    if len(records) > MAX_ROWS + 1 or sum(len(row) for _, row in records) > MAX_CELLS:
        raise SigndecoderError(
            f"{file}: more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells (the limit)",
            "split the file into several",
        )
    if len(records[header.at][1]) > MAX_COLUMNS:
        raise SigndecoderError(
            f"{file}: more than {MAX_COLUMNS} columns (the limit)", "delete some"
        )
    table = table_from(file, records, header)
    above = _read_above(records[: header.at])
    known = {found[0] for name in table.columns if (found := role_of(name))}
    extra = {role: cell for role, cell in above.items() if role not in known}
    rows = tuple([*row, *extra.values()] for row in table.rows)
    return replace(table, columns=(*table.columns, *extra), rows=rows)


def _read_above(records: Sequence[Record]) -> dict[str, str]:
    """Return what lines above the table say of all plays: `Opponent: Wolves`, or two cells."""
    said: dict[str, str] = {}
    for _, cells in records:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) == 1 and ":" in filled[0]:
            filled = [part.strip() for part in filled[0].split(":", 1)]
        for name, value in pairwise(filled):
            found = role_of(name.rstrip(": "))
            if found is not None and found[0] in _FILLED_DOWN and value:
                said.setdefault(found[0], value)
    return said


def _drop_totals(records: list[Record], reading: Reading) -> None:
    """Leave out totals at the end of a table."""
    while len(records) > 1:
        line, cells = records[-1]
        first = next((cell.strip() for cell in cells if cell.strip()), "")
        if fold(first.rstrip(":")) not in _TOTALS:
            return
        reading.notes.append(f"line {line} holds totals and was left out.")
        del records[-1]


def _without_totals(table: CsvTable, reading: Reading) -> CsvTable:
    """Return a table without the totals at its end."""
    records = list(zip(table.lines, table.rows, strict=True))
    _drop_totals(records, reading)
    kept = len(records)
    return replace(table, rows=table.rows[:kept], lines=table.lines[:kept])


def _fill_down(table: CsvTable, reading: Reading) -> CsvTable:
    """Fill cells that were written once for several rows: coach, game and date."""
    if all(cell.strip() for role in ("coach", "game") for cell in table.column(role)):
        return table  # each row says whose it is, as in an export; a blank date is unknown there
    for role in _FILLED_DOWN:
        cells = table.column(role)
        blank = sum(not cell.strip() or fold(cell) in _DITTO for cell in cells)
        if len(cells) < _FEWEST or 2 * blank <= len(cells) or not cells[0].strip():
            continue
        at, above = table.columns.index(role), ""
        rows = []
        for row in table.rows:
            above = above if not row[at].strip() or fold(row[at]) in _DITTO else row[at]
            rows.append([*row[:at], above, *row[at + 1 :]])
        table = replace(table, rows=tuple(rows))
        reading.notes.append(f"{blank:,} blank cells of {role} were read as the one above.")
    return table


def _no_signs(file: str, line: int, names: Sequence[str]) -> SigndecoderError:
    """Return the error for a table in which no column holds sequences."""
    shown = [name.strip() for name in names if name.strip()][:8]
    hint = "name the columns in the first row, and call the one with the sequences signs"
    if len(shown) > 1:
        hint += f", or say which it is: --columns signs={shown[0]},outcome={shown[1]}"
    return SigndecoderError(f'{file}:{line}: the header has no column "signs"', hint)
