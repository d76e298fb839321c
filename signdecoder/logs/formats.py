"""Kinds of files that hold a table, each read into rows of text cells."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.optional import require
from signdecoder.core.sequences import format_signals
from signdecoder.logs.headings import role_of
from signdecoder.logs.textfile import MAX_LINE, split_lines

Record = tuple[int, list[str]]  # the line where it starts, its cells
MAX_UNPACKED = 256 * 2**20  # bytes of a workbook, which is a compressed file


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of a file before anything is known about its columns.

    Attributes
    ----------
    name : str
        Name of the sheet; empty for a file with one table.
    records : list of tuple of (int, list of str)
        The line and the cells of each row.
    """

    name: str
    records: list[Record]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    name : str
        What it is called.
    suffixes : tuple of str
        How names of such files end.
    read : callable
        Returns its tables from the name and the content of a file.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[str, bytes], list[Grid]]


def find_format(file: str, data: bytes) -> Format | None:
    """Return the kind of a file that is not delimited text.

    Parameters
    ----------
    file : str
        Its name.
    data : bytes
        Its content.

    Returns
    -------
    Format or None
        The kind; None for CSV and other text.
    """
    suffix = PurePath(file).suffix.lower()
    if data.startswith(b"PAR1"):
        return _PARQUET
    if data.startswith(b"PK"):
        return _ODS if b"opendocument" in data[:200] or suffix == ".ods" else _EXCEL
    return next((own for own in (_JSON, _JSON_LINES) if suffix in own.suffixes), None)


def text_of(cell: Any) -> str:
    """Return a cell as text: a list as a sequence, a whole number without a fraction.

    Parameters
    ----------
    cell : object
        A value of a spreadsheet, a JSON document or a DataFrame.

    Returns
    -------
    str
        Its text; empty for a missing cell.

    Examples
    --------
    >>> text_of(3.0), text_of(["cap", "left ear"]), text_of(None), text_of(datetime(2026, 5, 14))
    ('3', 'cap>left ear', '', '2026-05-14')
    """
    if hasattr(cell, "tolist"):  # of NumPy
        cell = cell.tolist()
    if isinstance(cell, (list, tuple)):
        return format_signals([str(signal) for signal in cell]) if cell else ""
    if cell is None or type(cell).__name__ in ("NaTType", "NAType"):
        return ""
    if isinstance(cell, float):
        if cell != cell:  # not a number: a missing cell
            return ""
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else str(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _read_excel(file: str, data: bytes) -> list[Grid]:
    require("openpyxl", "to read Excel files")
    import openpyxl

    _refuse_bomb(file, data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:
        raise _damaged(file, "an Excel file", error) from None
    grids = []
    for sheet in book.worksheets:
        merged = {
            (row, column): (area.min_row, area.min_col)
            for area in sheet.merged_cells.ranges
            if area.max_row > area.min_row
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
        }
        rows = [[text_of(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        for (row, column), (top, left) in merged.items():
            rows[row - 1][column - 1] = rows[top - 1][left - 1]
        grids.append(Grid(sheet.title, list(enumerate(rows, start=1))))
    return grids


def _read_ods(file: str, data: bytes) -> list[Grid]:
    require("odf", "to read OpenDocument files", "odfpy")
    require("pandas", "to read OpenDocument files")
    import pandas as pd

    _refuse_bomb(file, data)
    try:
        sheets = pd.read_excel(
            io.BytesIO(data), sheet_name=None, header=None, dtype=object, engine="odf",
            keep_default_na=False,
        )  # fmt: skip
    except Exception as error:
        raise _damaged(file, "an OpenDocument sheet", error) from None
    return [Grid(str(name), list(_rows_of(frame, 1))) for name, frame in sheets.items()]


def _read_parquet(file: str, data: bytes) -> list[Grid]:
    require("pyarrow", "to read Parquet files")
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(data))
    except Exception as error:
        raise _damaged(file, "a Parquet file", error) from None
    names = [name for name in table.column_names if not name.startswith("__index_level_")]
    columns = [[text_of(cell) for cell in table.column(name).to_pylist()] for name in names]
    rows = enumerate(map(list, zip(*columns, strict=True)), start=1)
    return [Grid("", [(0, names), *rows])]


def _read_json(file: str, data: bytes) -> list[Grid]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _damaged(file, "JSON", error) from None
    shared: dict[str, Any] = {}
    if isinstance(document, dict) and not _is_by_column(document):
        lists = [key for key, value in document.items() if isinstance(value, list)]
        if {"columns", "data"} <= set(document):
            rows = [dict(zip(document["columns"], row, strict=False)) for row in document["data"]]
            return [_grid_of(file, list(enumerate(rows, start=1)), {})]
        found = next((key for key in lists if _are_objects(document[key])), None)
        if found is None:
            raise SigndecoderError(
                f"{file}: there is no list of plays in this JSON", "write a list of objects"
            )
        shared = {k: v for k, v in document.items() if isinstance(v, (str, int, float))}
        document = document[found]
    if isinstance(document, dict):
        keys = list(dict.fromkeys(key for own in document.values() for key in own))
        document = [{name: own.get(key) for name, own in document.items()} for key in keys]
    if not isinstance(document, list) or not _are_objects(document):
        raise SigndecoderError(
            f"{file}: there is no list of plays in this JSON", "write a list of objects"
        )
    return [_grid_of(file, list(enumerate(document, start=1)), shared)]


def _read_json_lines(file: str, data: bytes) -> list[Grid]:
    rows: list[tuple[int, dict[str, Any]]] = []
    for line, text in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _damaged(f"{file}:{line}", "JSON", error) from None
        if not isinstance(row, dict):
            raise SigndecoderError(f"{file}:{line}: this is not an object", "write one a line")
        rows.append((line, row))
    return [_grid_of(file, rows, {})]


def _are_objects(rows: Any) -> bool:
    return bool(rows) and all(isinstance(row, dict) for row in rows)


def _is_by_column(document: dict[str, Any]) -> bool:
    """Return whether a document has an object for each column, as pandas writes it."""
    return bool(document) and all(isinstance(own, dict) for own in document.values())


def _grid_of(file: str, rows: Sequence[tuple[int, dict[str, Any]]], shared: dict[str, Any]) -> Grid:
    """Return a grid of objects; what stands beside their list fills columns that they lack."""
    names = list(dict.fromkeys(key for _, row in rows for key in row))
    known = {found[0] for name in names if (found := role_of(name))}
    both = [
        name
        for name in shared
        if name not in names and ((found := role_of(name)) is None or found[0] not in known)
    ]
    records = [
        (line, [text_of(row.get(name)) for name in names] + [text_of(shared[n]) for n in both])
        for line, row in rows
    ]
    return Grid("", [(0, [*names, *both]), *records])


def _rows_of(frame: Any, first: int) -> Iterator[Record]:
    for line, row in enumerate(frame.itertuples(index=False, name=None), start=first):
        yield line, [text_of(cell) for cell in row]


def _refuse_bomb(file: str, data: bytes) -> None:
    """Refuse a workbook that would fill the memory when it is unpacked."""
    try:
        size = sum(item.file_size for item in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except zipfile.BadZipFile as error:
        raise _damaged(file, "a workbook", error) from None
    if size > MAX_UNPACKED:
        raise SigndecoderError(
            f"{file} has more than {MAX_UNPACKED >> 20} MiB when unpacked (the limit)",
            "split it into several files",
        )


def _damaged(file: str, kind: str, error: Exception) -> SigndecoderError:
    why = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return SigndecoderError(f"{file}: this is not {kind} ({why})", "save the file again")


def read_delimited(file: str, text: str, delimiter: str, most: int | None = None) -> list[Record]:
    """Read the rows of delimited text that are not blank.

    Parameters
    ----------
    file : str
        Name of the file.
    text : str
        Its text.
    delimiter : str
        What separates the cells.
    most : int, optional
        How many rows to read at most.

    Returns
    -------
    list of tuple of (int, list of str)
        The line and the cells of each row.

    Raises
    ------
    SigndecoderError
        If the text is not CSV.
    """
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(
        split_lines(file, text), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    records: list[Record] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, cells))
            if most is not None and len(records) >= most:
                break
            line = reader.line_num + 1
    except csv.Error as error:
        raise SigndecoderError(
            f"{file}:{line}: this is not CSV ({error})", "close every quote that opens a cell"
        ) from None
    return records


_EXCEL = Format("Excel", (".xlsx", ".xlsm"), _read_excel)
_ODS = Format("OpenDocument", (".ods",), _read_ods)
_PARQUET = Format("Parquet", (".parquet", ".pq"), _read_parquet)
_JSON = Format("JSON", (".json",), _read_json)
_JSON_LINES = Format("JSON lines", (".jsonl", ".ndjson"), _read_json_lines)
FORMATS = (_EXCEL, _ODS, _PARQUET, _JSON, _JSON_LINES)
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
