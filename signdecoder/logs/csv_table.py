"""Tables of text: CSV files read row by row within limits.

Every cell is text. A row is known by the line of the file at which it starts.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, quote
from signdecoder.core.outcomes import parse_outcome, parse_steal
from signdecoder.core.play import KNOWN_COLUMNS
from signdecoder.logs.textfile import MAX_LINE, split_lines

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 120_000, 256, 1_200_000  # of a file
# Common names of the column of sequences and of the column of outcomes.
_TITLES = ("signal", "signals", "sign", "sequence", "sequences", "play", "plays", "touches")
_Record = tuple[int, list[str]]  # the line where it starts, its cells


@dataclass(frozen=True, slots=True)
class BadRow:
    """Row that cannot be used.

    Attributes
    ----------
    line : int
        Line of the file where the row starts.
    what : str
        What is wrong with it, and how to fix it.
    """

    line: int
    what: str


@dataclass(frozen=True, slots=True, eq=False)
class CsvTable:
    """Rows of a file, as they are written there.

    Attributes
    ----------
    file : str
        Name of the file.
    columns : tuple of str
        Names of the columns.
    lines : tuple of int
        Line where each row starts.
    rows : tuple of list of str
        Cells of each row, one for each column.
    bad : tuple of BadRow
        Rows that do not fit the header or are not CSV.
    line : int
        Line of the header.
    headerless : bool, optional
        True for a file of two columns without a header, as earlier decoders published them.
    guarded : bool, optional
        Whether cells may begin with a guard against formulas, as in text for spreadsheets.
    """

    file: str
    columns: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[list[str], ...]
    bad: tuple[BadRow, ...]
    line: int
    headerless: bool = False
    guarded: bool = True

    def column(self, name: str) -> list[str]:
        """Return the cells of a column.

        Parameters
        ----------
        name : str
            Name of the column.

        Returns
        -------
        list of str
            A cell for each row; empty ones if there is no such column.
        """
        if name not in self.columns:
            return [""] * len(self.rows)
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def unguarded(self) -> "CsvTable":
        """Return the table with one guard against formulas taken off each cell.

        Returns
        -------
        CsvTable
            The table.
        """
        rows = tuple([cell.removeprefix("'") for cell in row] for row in self.rows)
        return replace(self, rows=rows)


def read_table(file: str, text: str) -> CsvTable:
    """Read the text of a CSV file.

    Parameters
    ----------
    file : str
        Name of the file.
    text : str
        Its text.

    Returns
    -------
    CsvTable
        Its rows, good and bad.

    Raises
    ------
    SigndecoderError
        If something is wrong with the whole file, such as that it has no column of sequences.
    """
    bad: list[BadRow] = []
    delimiter, (line, header) = _find_header(file, text)
    if len(header) > MAX_COLUMNS:
        raise SigndecoderError(
            f"{file}:{line}: the header has {len(header)} columns (limit {MAX_COLUMNS})",
            "delete some",
        )
    names = [_parse_heading(cell) for cell in header]
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
            f"{file}:{line}: there are two columns {quote(twice)}", "delete or rename one"
        )
    lines: list[int] = []
    rows: list[list[str]] = []
    for start, cells in _fit_rows(_count_rows(file, records), names, bad):
        lines.append(start)
        rows.append(cells)
    columns = tuple(name for name in names if name)
    ordered = tuple(sorted(bad, key=lambda row: row.line))
    return CsvTable(file, columns, tuple(lines), tuple(rows), ordered, line, headerless)


def _find_header(file: str, text: str) -> tuple[str, _Record]:
    """Return the separator and the header. If several fit, the one with the most columns."""
    candidates: list[tuple[bool, int, str, _Record]] = []
    for delimiter in (",", ";", "\t"):
        record = next(_read_records(file, text, delimiter, []), (1, [""]))
        names = [_parse_heading(cell) for cell in record[1][:MAX_COLUMNS]]
        candidates.append(("signs" in names, len(record[1]), delimiter, record))
    _, _, delimiter, record = max(candidates, key=lambda reading: reading[:2])
    return delimiter, record


def _parse_heading(cell: str) -> str:
    """Return the name of a column: known ones in lower case, others as they are written."""
    name = cell.removeprefix("'")
    return fold(name) if fold(name) in KNOWN_COLUMNS else name if name.strip() else ""


def _name_two_columns(file: str, text: str) -> list[str]:
    """Return the columns of a file without a header, or refuse it.

    A first row that names its columns is a misspelled header.
    """
    lines = _split_lines(file, text)
    (line, cells), (_, following) = next(lines), next(lines, (0, []))
    if len(cells) == 2 and not _are_titles(cells, following):
        for name, parse in (("steal", parse_steal), ("outcome", parse_outcome)):
            try:
                parse(cells[1])
                return ["signs", name]
            except SigndecoderError:
                continue
    raise SigndecoderError(
        f'{file}:{line}: the header has no column "signs"',
        "name the columns in the first row, and call the one with the sequences signs",
    )


def _are_titles(cells: Sequence[str], following: Sequence[str]) -> bool:
    """Return whether a row names two columns. "steal" may be an outcome if others are outcomes."""
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
    """Split the lines that are not blank at tabs. A quote is an ordinary character there."""
    for number, line in enumerate(split_lines(file, text), start=1):
        if line.strip():
            yield number, line.rstrip("\r\n").split("\t")


def _count_rows(file: str, records: Iterator[_Record]) -> Iterator[_Record]:
    """Yield the records. Raises SigndecoderError past a limit."""
    cells = 0
    for count, record in enumerate(records, start=1):
        if sum(map(len, record[1])) > MAX_LINE:
            raise SigndecoderError(
                f"{file}:{record[0]}: the row has more than {MAX_LINE:,} characters (the limit)",
                "shorten it",
            )
        cells += len(record[1])
        if count > MAX_ROWS or cells > MAX_CELLS:
            raise _too_many(file, record[0])
        yield record


def _too_many(file: str, line: int) -> SigndecoderError:
    """Return the error for a file with too many rows."""
    return SigndecoderError(
        f"{file}:{line}: more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells (the limit)",
        "split the file into several",
    )


def _read_records(file: str, text: str, delimiter: str, bad: list[BadRow]) -> Iterator[_Record]:
    """Yield the records that are not blank. Broken ones are added to `bad`.

    Raises SigndecoderError past a limit.
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
                    f"{file}:{line}: a cell has more than {MAX_LINE:,} characters (the limit)",
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
        if any(cell.strip() for cell in cells):
            yield line, cells


def _fit_rows(
    records: Iterator[_Record], names: Sequence[str], bad: list[BadRow]
) -> Iterator[_Record]:
    """Yield the records that fit the header, filled up with empty cells. Drop nameless columns."""
    n_columns = len(names)
    named = [at for at, name in enumerate(names) if name]
    nameless = [at for at, name in enumerate(names) if not name]
    for line, cells in records:
        if len(cells) > n_columns:
            bad.append(
                BadRow(
                    line,
                    f"the row has {len(cells)} cells and the header {n_columns}. Put quotes around"
                    " a cell that contains a separator.",
                )
            )
            continue
        cells += [""] * (n_columns - len(cells))
        if any(cells[at].strip() for at in nameless):
            bad.append(BadRow(line, "a cell is in a column without a name. Name the column."))
            continue
        yield line, [cells[at] for at in named] if nameless else cells
