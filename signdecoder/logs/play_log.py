"""Play logs: CSV files to plays. Errors name the file and the line."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from signdecoder.core.canonical import NameCanonicalizer, canonicalize_plays
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold_words, parse_name, quote
from signdecoder.core.outcomes import STEAL, STEALS, UNKNOWN, parse_outcome, parse_steal
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS, Play, parse_date
from signdecoder.core.sequences import parse_signals
from signdecoder.core.text import count
from signdecoder.logs.csv_table import BadRow, CsvTable, load_table

__all__ = [
    "BadRow",
    "PlayLog",
    "load_log",
    "parse_table",
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
    """

    file: str
    plays: tuple[Play, ...]
    lines: tuple[int, ...]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()


def load_log(
    path: Path | str,
    *,
    coach: str | None = None,
    declared: Collection[str] = (),
    compact: bool = False,
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

    Returns
    -------
    PlayLog
        The plays, and the rows that are bad.

    Raises
    ------
    SigndecoderError
        If something is wrong with the whole file: it does not exist, is not text, is too large, or
        lacks a column.
    """
    return parse_table(load_table(path), coach=coach, declared=declared, compact=compact)


def parse_table(
    table: CsvTable,
    *,
    coach: str | None = None,
    declared: Collection[str] = (),
    compact: bool = False,
) -> PlayLog:
    """Parse the plays of a table.

    Parameters
    ----------
    table : CsvTable
        Rows as they are written in a file.
    coach : str, optional
        Coach of rows that name none, else the name of the file.
    declared : collection of str, optional
        Outcomes to accept besides the known ones.
    compact : bool, optional
        Read sequences with one character per signal.

    Returns
    -------
    PlayLog
        The plays, and the rows that are bad.

    Raises
    ------
    SigndecoderError
        If the table has neither a column of outcomes nor one of steals.
    """
    if not {"outcome", "steal"} & set(table.columns):
        raise SigndecoderError(
            f'{table.file}:{table.line}: the header has neither a column "outcome" nor a column'
            ' "steal"',
            "add one of them",
        )
    faults: dict[int, str] = {}
    plays = _parse_plays(table, coach, declared, compact or table.headerless, faults)
    bad = sorted([*table.bad, *(BadRow(*row) for row in faults.items())], key=lambda row: row.line)
    n_undated = sum(bool(play.date and not parse_date(play.date)) for play in plays.values())
    verb, those = ("was", "That play was") if n_undated == 1 else ("were", "Those plays were")
    notes = [
        f"{table.file}: {count(n_undated, 'date')} {verb} not understood (use 2026-05-14). {those}"
        " placed first, so play order may be wrong."
    ]
    lines, good = tuple(plays), tuple(plays.values())
    return PlayLog(table.file, good, lines, tuple(bad), tuple(notes if n_undated else ()))


def _parse_plays(
    table: CsvTable,
    coach: str | None,
    declared: Collection[str],
    compact: bool,
    faults: dict[int, str],
) -> dict[int, Play]:
    """Return the plays of good rows by line, and add what is wrong with the others to `faults`."""
    cells = table if table.headerless else table.unguarded()
    signals = parse_each(cells.column("signs"), partial(parse_signals, compact=compact))
    pairs = zip(cells.column("outcome"), cells.column("steal"), strict=True)
    outcomes = parse_each(pairs, lambda pair: _parse_outcome(*pair, declared))
    coaches = parse_each(cells.column("coach"), _coach_parser(table.file, coach))
    games = parse_each(table.column("game"), _game_parser(table.file))
    dates = parse_each(cells.column("date"), _parse_date)
    contexts = _gather(cells, [name for name in CONTEXT if name in cells.columns])
    extras = _gather(cells, [name for name in cells.columns if name not in KNOWN_COLUMNS])
    lines: list[int] = []
    parsed: list[Play] = []
    rows = zip(signals, outcomes, coaches, games, dates, contexts, extras, strict=True)
    for line, (sequence, outcome, name, game, date, context, extra) in zip(
        table.lines, rows, strict=True
    ):
        try:
            moment = {key: cell for key, cell in context.items() if cell}
            play = Play(
                *(_good(sequence), _good(outcome), _good(name), _good(game), _good(date)),
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


def _parse_outcome(outcome: str, steal: str, declared: Collection[str]) -> str:
    """Parse the outcome of the cells of `outcome` and `steal`, which must agree."""
    if not steal.strip():
        return parse_outcome(outcome, declared)
    called = parse_steal(steal)
    if not outcome.strip():
        return called
    parsed = parse_outcome(outcome, declared)
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
