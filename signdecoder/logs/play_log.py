"""Play logs: files to plays. Errors name the file and the line."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from signdecoder.core.canonical import NameCanonicalizer, canonicalize_plays
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold_words, parse_name, quote
from signdecoder.core.outcomes import STEAL, STEALS, UNKNOWN
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS, Play, parse_date
from signdecoder.core.sequences import parse_sequence
from signdecoder.core.text import count
from signdecoder.logs.csv_table import BadRow, CsvTable
from signdecoder.logs.date_cells import read_dates
from signdecoder.logs.outcome_cells import OutcomeReader
from signdecoder.logs.reading import Reading, ReadingOptions
from signdecoder.logs.separators import choose_separator
from signdecoder.logs.tables import read_any
from signdecoder.logs.textfile import load_bytes

__all__ = [
    "BadRow",
    "PlayLog",
    "load_log",
    "parse_table",
    "read_log",
]

NO_GAME = "'"  # an empty cell means the file's own game, a guard alone means no game

Cell = TypeVar("Cell", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PlayLog:
    """Plays of a file.

    Attributes
    ----------
    file : str
        Name of the file.
    plays : tuple of Play
        The good rows.
    lines : tuple of int
        Line where each play starts.
    bad : tuple of BadRow, optional
        The other rows.
    notes : tuple of str, optional
        What else the reader should know.
    reading : Reading, optional
        What was decided about the file.
    """

    file: str
    plays: tuple[Play, ...]
    lines: tuple[int, ...]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    reading: Reading | None = None


def load_log(
    path: Path | str,
    *,
    coach: str | None = None,
    declared: Collection[str] = (),
    compact: bool = False,
    options: ReadingOptions | None = None,
) -> PlayLog:
    """Load a play log.

    Parameters
    ----------
    path : Path or str
        File to read, or `-` for standard input.
    coach : str, optional
        Coach of rows that name none, else the name of the file.
    declared : collection of str, optional
        Outcomes to accept besides the known ones.
    compact : bool, optional
        Read sequences with one character per signal.
    options : ReadingOptions, optional
        All of this and more, instead of the three above.

    Returns
    -------
    PlayLog
        The plays, and the rows that are bad.

    Raises
    ------
    SigndecoderError
        If something is wrong with the whole file: it does not exist, cannot be read, is too large,
        or lacks a column.
    """
    options = options or ReadingOptions(coach, declared, compact)
    return read_log(str(path), load_bytes(path), options)


def read_log(file: str, data: bytes, options: ReadingOptions | None = None) -> PlayLog:
    """Read the content of a play log.

    Parameters
    ----------
    file : str
        Name of the file.
    data : bytes
        Its content.
    options : ReadingOptions, optional
        What the user says about it.

    Returns
    -------
    PlayLog
        The plays, and the rows that are bad.

    Raises
    ------
    SigndecoderError
        If something is wrong with the whole file.
    """
    options = options or ReadingOptions()
    table, reading = read_any(file, data, options)
    return parse_table(table, options=options, reading=reading)


def parse_table(
    table: CsvTable, *, options: ReadingOptions | None = None, reading: Reading | None = None
) -> PlayLog:
    """Parse the plays of a table.

    Parameters
    ----------
    table : CsvTable
        Rows as they are written in a file, with the names of columns as signdecoder knows them.
    options : ReadingOptions, optional
        What the user says about it.
    reading : Reading, optional
        What was decided until now. More is added.

    Returns
    -------
    PlayLog
        The plays, and the rows that are bad.

    Raises
    ------
    SigndecoderError
        If the table has no column of outcomes or steals, or cannot be read without an option.
    """
    options = options or ReadingOptions()
    reading = reading or Reading("CSV")
    if not {"outcome", "steal"} & set(table.columns):
        raise SigndecoderError(
            f'{table.file}:{table.line}: the header has neither a column "outcome" nor a column'
            ' "steal"',
            f"add one of them, or name it: --columns outcome={_example(table)}",
        )
    faults: dict[int, str] = {}
    plays = _parse_plays(table, options, reading, faults)
    bad = sorted([*table.bad, *(BadRow(*row) for row in faults.items())], key=lambda row: row.line)
    n_undated = sum(bool(play.date and not parse_date(play.date)) for play in plays.values())
    verb, those = ("was", "That play was") if n_undated == 1 else ("were", "Those plays were")
    if n_undated:
        reading.notes.append(
            f"{count(n_undated, 'date')} {verb} not understood (use 2026-05-14). {those}"
            " placed first, so play order may be wrong."
        )
    notes = tuple(f"{table.file}: {note}" for note in reading.notes)
    return PlayLog(table.file, tuple(plays.values()), tuple(plays), tuple(bad), notes, reading)


def _example(table: CsvTable) -> str:
    """Return the name of a column that could hold outcomes."""
    free = (name for name in table.columns if name not in KNOWN_COLUMNS)
    return next(free, "Result")


def _parse_plays(
    table: CsvTable, options: ReadingOptions, reading: Reading, faults: dict[int, str]
) -> dict[int, Play]:
    """Return the plays of good rows by line, and add what is wrong with the others to `faults`."""
    cells = table.unguarded() if table.guarded and not table.headerless else table
    signals = parse_signs(cells, options, reading)
    outcomes = _parse_outcomes(cells, options, reading)
    coaches = parse_each(cells.column("coach"), _coach_parser(table.file, options.coach))
    games = parse_each(table.column("game"), _game_parser(table.file))
    days = read_dates(cells.column("date"), options.date_format, table.file, date.today())
    reading.dates = days.order
    reading.notes += days.notes
    dates = parse_each(
        cells.column("date"), lambda cell: days.days.get(cell.strip()) or _parse_date(cell)
    )
    contexts = _gather(cells, [name for name in CONTEXT if name in cells.columns])
    extras = _gather(cells, [name for name in cells.columns if name not in KNOWN_COLUMNS])
    lines: list[int] = []
    parsed: list[Play] = []
    rows = zip(signals, outcomes, coaches, games, dates, contexts, extras, strict=True)
    for line, (sequence, outcome, name, game, when, context, extra) in zip(
        table.lines, rows, strict=True
    ):
        try:
            moment = {key: cell for key, cell in context.items() if cell}
            play = Play(
                *(_good(sequence), _good(outcome), _good(name), _good(game), _good(when)),
                moment,
                extra,
            )
        except SigndecoderError as error:
            faults[line] = str(error.with_traceback(None))
            continue
        lines.append(line)
        parsed.append(play)
    plays: dict[int, Play] = {}
    # The store decides whether the case of letters matters, so it is kept here.
    spelled_plays = canonicalize_plays(parsed, partial(NameCanonicalizer, key=fold_words))
    for line, spelled in zip(lines, spelled_plays, strict=True):
        if isinstance(spelled, SigndecoderError):
            faults[line] = str(spelled)
        else:
            plays[line] = spelled
    return plays


def parse_signs(
    table: CsvTable, options: ReadingOptions, reading: Reading
) -> list[tuple[str, ...] | SigndecoderError]:
    """Parse the sequences of a table, and note what was assumed about their separator.

    Parameters
    ----------
    table : CsvTable
        The table, without guards against formulas.
    options : ReadingOptions
        What the user says about it.
    reading : Reading
        What was decided until now. More is added.

    Returns
    -------
    list
        The sequence of each row, or what is wrong with it.

    Raises
    ------
    SigndecoderError
        If nothing says what separates the signals.
    """
    compact = options.compact or table.headerless
    try:
        chosen = choose_separator(table.column("signs"), options.separator, compact)
    except SigndecoderError as error:
        raise SigndecoderError(f"{table.file}: {error.message}", error.hint) from None
    reading.separator = chosen.name
    reading.notes += chosen.notes
    return parse_each(
        table.column("signs"),
        lambda cell: parse_sequence(chosen.split(cell) if cell.strip() else []),
    )


def _parse_outcomes(
    table: CsvTable, options: ReadingOptions, reading: Reading
) -> list[str | SigndecoderError]:
    """Parse the outcomes of a table from its columns `outcome` and `steal`."""
    given, steals = table.column("outcome"), table.column("steal")
    reader = OutcomeReader(given, steals, options, reading)
    parsed = parse_each(zip(given, steals, strict=True), lambda pair: _parse_outcome(*pair, reader))
    reading.outcomes |= {
        cell: outcome
        for cell, outcome in zip(given if any(given) else steals, parsed, strict=True)
        if isinstance(outcome, str)
    }
    return parsed


def parse_each(
    cells: Iterable[Cell], parse: Callable[[Cell], Value]
) -> list[Value | SigndecoderError]:
    """Parse the cells of a column. Equal cells are parsed once.

    Parameters
    ----------
    cells : iterable of str or tuple
        The cells.
    parse : callable
        Returns the value of a cell, or raises SigndecoderError.

    Returns
    -------
    list
        The value of each cell, or the error.
    """
    results: dict[Cell, Value | SigndecoderError] = {}
    values = []
    for cell in cells:
        if cell not in results:
            try:
                results[cell] = parse(cell)
            except SigndecoderError as error:
                results[cell] = error.with_traceback(None)  # a trace keeps its frames alive
        values.append(results[cell])
    return values


def _good(value: Value | SigndecoderError) -> Value:
    """Return a value that could be parsed, or raise what is wrong with it."""
    if isinstance(value, SigndecoderError):
        raise value
    return value


def _gather(table: CsvTable, names: list[str]) -> Iterator[dict[str, str]]:
    """Yield the cells of some columns, a mapping for each row."""
    if not names:
        return iter([{} for _ in table.rows])
    columns = [table.column(name) for name in names]
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _parse_outcome(outcome: str, steal: str, reader: OutcomeReader) -> str:
    """Parse the outcome of the cells of `outcome` and `steal`, which must agree."""
    if not steal.strip():
        if not outcome.strip() and reader.blank is not None:
            return reader.blank
        return reader.read_outcome(outcome)
    called = reader.read_steal(steal)
    if not outcome.strip():
        return called
    parsed = reader.read_outcome(outcome)
    if parsed not in STEALS if called == STEAL else parsed in (STEAL, UNKNOWN):
        raise SigndecoderError(
            f"the outcome {quote(outcome.strip())} and the steal cell {quote(steal.strip())}"
            " disagree",
            "correct one or leave it empty",
        )
    return parsed


def _coach_parser(file: str, coach: str | None) -> Callable[[str], str]:
    """Return a parser of coach cells. An empty cell is `coach`, else the file's name."""
    own = parse_name(coach, "coach") if coach is not None else ""

    def parse(cell: str) -> str:
        if cell.strip():
            return parse_name(cell, "coach")
        if not own and file == "-":
            raise SigndecoderError(
                "the coach is missing, and standard input has no file name to use instead",
                "give --coach NAME",
            )
        return own or parse_name(Path(file).stem, "coach")

    return parse


def _game_parser(file: str) -> Callable[[str], str]:
    """Return a parser of game cells with their guard. An empty cell is the file's name."""
    own = "" if file == "-" else Path(file).stem

    def parse(cell: str) -> str:
        if cell.strip() == NO_GAME:
            return ""
        if cell.strip():
            return parse_name(cell.removeprefix("'"), "game")
        return parse_name(own, "game") if own else ""

    return parse


def _parse_date(cell: str) -> str:
    """Return a date as it is written: any text."""
    return parse_name(cell, "date") if cell.strip() else ""
