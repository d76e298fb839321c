"""Files of sequences without outcomes, to predict or to learn a coach's habits from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.moments import Moment, read_moment
from signdecoder.core.names import fold
from signdecoder.logs.csv_table import BadRow
from signdecoder.logs.play_log import parse_signs
from signdecoder.logs.reading import ReadingOptions
from signdecoder.logs.tables import read_any
from signdecoder.logs.textfile import load_bytes


@dataclass(frozen=True, slots=True)
class Sequences:
    """Sequences of a file, with all the cells of their rows.

    Attributes
    ----------
    file : str
        Name of the file.
    columns : tuple of str
        Names of the columns.
    rows : tuple of dict of str to str
        Cells of each good row, by column.
    signals : tuple of tuple of str
        Sequence of each good row.
    bad : tuple of BadRow, optional
        The other rows.
    notes : tuple of str, optional
        What was assumed about the file.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    signals: tuple[tuple[str, ...], ...]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()

    def moments(self, given: Mapping[str, str | None]) -> list[Moment]:
        """Read when the play of each row is.

        Parameters
        ----------
        given : mapping of str to str
            Cells by column to use where a row has none.

        Returns
        -------
        list of Moment
            One for each row.
        """
        columns = {name: fold(name) for name in self.columns}
        return [
            read_moment(
                {**given, **{columns[name]: cell for name, cell in row.items() if cell.strip()}}
            )
            for row in self.rows
        ]


def load_sequences(
    path: Path | str, *, compact: bool = False, options: ReadingOptions | None = None
) -> Sequences:
    """Load the sequences of a file. Only the column `signs` is required.

    Parameters
    ----------
    path : Path or str
        File to read, or `-` for standard input.
    compact : bool, optional
        Read sequences with one character per signal.
    options : ReadingOptions, optional
        What the user says about the file, instead of `compact`.

    Returns
    -------
    Sequences
        The sequences with their rows, and the rows that are bad.

    Raises
    ------
    SigndecoderError
        If something is wrong with the whole file.
    """
    options = options or ReadingOptions(compact=compact)
    table, reading = read_any(str(path), load_bytes(path), options)
    cells = table.unguarded() if table.guarded and not table.headerless else table
    parsed = parse_signs(cells, options, reading)
    bad = [*table.bad]
    rows: list[dict[str, str]] = []
    signals: list[tuple[str, ...]] = []
    for line, row, sequence in zip(cells.lines, cells.rows, parsed, strict=True):
        if isinstance(sequence, SigndecoderError):
            bad.append(BadRow(line, str(sequence)))
        else:
            rows.append(dict(zip(cells.columns, row, strict=True)))
            signals.append(sequence)
    bad.sort(key=lambda row: row.line)
    notes = tuple(f"{table.file}: {note}" for note in reading.notes)
    return Sequences(table.file, cells.columns, tuple(rows), tuple(signals), tuple(bad), notes)
