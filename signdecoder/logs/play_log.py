"""Play logs: CSV in and out, and what is wrong with a row, with its file and line."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from signdecoder.core.canonical import NameCanonicalizer, canonicalize_plays
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import parse_name, quote
from signdecoder.core.outcomes import STEAL, UNKNOWN, parse_outcome, parse_steal
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS, Play, parse_date
from signdecoder.core.sequences import format_signals, parse_signals
from signdecoder.logs.csv_table import BadRow, CsvTable, guard, read_table, unguard, write_rows

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["BadRow", "PlayLog", "Sequences", "read_log", "read_sequences", "write_log"]

_STEALS = (STEAL, "delayed_steal", "double_steal")
_NO_GAME = "'"  # an empty cell means the file's own game, a guard alone that there is none

Cell = TypeVar("Cell", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PlayLog:
    """A file's good plays, the line where each starts, its bad rows, and what else to tell."""

    file: str
    plays: tuple[Play, ...]
    lines: tuple[int, ...]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """A file's rows, by line, whose sequences can be read, with their sequences.

    `cells` holds every column as text.
    """

    file: str
    cells: "DataFrame"
    signals: tuple[tuple[str, ...], ...]
    bad: tuple[BadRow, ...] = ()


def read_log(
    path: Path | str,
    *,
    coach: str | None = None,
    declared: Collection[str] = (),
    compact: bool = False,
) -> PlayLog:
    """Read a play log, or `-` for standard input.

    `coach` fills what the file leaves open, else its name does; so does its name for the game.
    `declared` are outcomes to allow besides those that are known. A row that is bad is among
    `bad`; what is wrong with the whole file (not there, not text, no such column) is an error.
    """
    table = read_table(path)
    if not {"outcome", "steal"} & set(table.cells.columns):
        raise SigndecoderError(
            f'{table.file}:{table.line}: the header has neither a column "outcome" nor a column'
            ' "steal"',
            "add one of them",
        )
    faults: dict[int, str] = {}
    plays = _read_plays(table, coach, declared, compact or table.headerless, faults)
    bad = sorted([*table.bad, *(BadRow(*row) for row in faults.items())], key=lambda row: row.line)
    undated = sum(bool(play.date and not parse_date(play.date)) for play in plays.values())
    notes = [
        f"{table.file}: dates not written like 2026-05-01: {undated}; their plays stand before the"
        " others, as if they had none"
    ]
    lines, kept = tuple(plays), tuple(plays.values())
    return PlayLog(table.file, kept, lines, tuple(bad), tuple(notes if undated else ()))


def _read_plays(
    table: CsvTable,
    coach: str | None,
    declared: Collection[str],
    compact: bool,
    faults: dict[int, str],
) -> dict[int, Play]:
    """Return the plays of the rows that are good, by line, and say what the others lack."""
    cells = table.cells if table.headerless else unguard(table.cells)
    signals = _read_each(_column(cells, "signs"), partial(parse_signals, compact=compact))
    pairs = zip(_column(cells, "outcome"), _column(cells, "steal"), strict=True)
    outcomes = _read_each(pairs, lambda pair: _read_outcome(*pair, declared))
    coaches = _read_each(_column(cells, "coach"), _coach_reader(table.file, coach))
    games = _read_each(_column(table.cells, "game"), _game_reader(table.file))
    dates = _read_each(_column(cells, "date"), _read_date)
    contexts = _gather(cells, [name for name in CONTEXT if name in cells])
    extras = _gather(cells, [name for name in map(str, cells) if name not in KNOWN_COLUMNS])
    lines: list[int] = []
    read: list[Play] = []
    rows = zip(signals, outcomes, coaches, games, dates, contexts, extras, strict=True)
    for line, (sequence, outcome, name, game, date, context, extra) in zip(
        cells.index, rows, strict=True
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
        read.append(play)
    plays: dict[int, Play] = {}
    for line, spelled in zip(lines, canonicalize_plays(read, NameCanonicalizer), strict=True):
        if isinstance(spelled, SigndecoderError):
            faults[line] = str(spelled)
        else:
            plays[line] = spelled
    return plays


def _read_each(
    cells: Iterable[Cell], read: Callable[[Cell], Value]
) -> list[Value | SigndecoderError]:
    """Return what each cell reads as, or why it does not; a cell that comes again is read once."""
    known: dict[Cell, Value | SigndecoderError] = {}
    values = []
    for cell in cells:
        if cell not in known:
            try:
                known[cell] = read(cell)
            except SigndecoderError as error:
                known[cell] = error.with_traceback(None)  # a trace keeps its frames alive
        values.append(known[cell])
    return values


def _good(value: Value | SigndecoderError) -> Value:
    """Return a value that could be read; raise why another could not."""
    if isinstance(value, SigndecoderError):
        raise value
    return value


def _column(cells: "DataFrame", name: str) -> list[str]:
    """Return a column's cells, empty ones where the file does not have it."""
    return cells[name].to_numpy(object).tolist() if name in cells else [""] * len(cells)


def _gather(cells: "DataFrame", names: list[str]) -> Iterator[dict[str, str]]:
    """Go through the rows of some columns, each a mapping."""
    if not names:
        return iter([{} for _ in range(len(cells))])
    columns = [_column(cells, name) for name in names]
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _read_outcome(outcome: str, steal: str, declared: Collection[str]) -> str:
    """Return the outcome that the cells of `outcome` and `steal` name, which must agree."""
    if not steal.strip():
        return parse_outcome(outcome, declared)
    called = parse_steal(steal)
    if not outcome.strip():
        return called
    read = parse_outcome(outcome, declared)
    if read not in _STEALS if called == STEAL else read in (STEAL, UNKNOWN):
        raise SigndecoderError(
            f"the outcome {quote(outcome.strip())} and the steal cell {quote(steal.strip())}"
            " disagree",
            "mend one or leave it empty",
        )
    return read


def _coach_reader(file: str, coach: str | None) -> Callable[[str], str]:
    """Return how a cell of `coach` is read; an empty one is `coach`, else the file's name."""
    own = parse_name(coach, "coach") if coach is not None else ""

    def read(cell: str) -> str:
        if cell.strip():
            return parse_name(cell, "coach")
        if not own and file == "-":
            raise SigndecoderError(
                "there is no coach, and standard input has no name to take him from",
                "give --coach NAME",
            )
        return own or parse_name(Path(file).stem, "coach")

    return read


def _game_reader(file: str) -> Callable[[str], str]:
    """Return how a cell of `game` is read, guard and all; an empty one is the file's name."""
    own = "" if file == "-" else Path(file).stem

    def read(cell: str) -> str:
        if cell.strip() == _NO_GAME:
            return ""
        if cell.strip():
            return parse_name(cell.removeprefix("'"), "game")
        return parse_name(own, "game") if own else ""

    return read


def _read_date(cell: str) -> str:
    """Return a date as it is written: any text."""
    return parse_name(cell, "date") if cell.strip() else ""


def read_sequences(path: Path | str, *, compact: bool = False) -> Sequences:
    """Read the sequences of a file, or of `-` for standard input; only `signs` is required."""
    table = read_table(path)
    cells = table.cells if table.headerless else unguard(table.cells)
    read = _read_each(
        _column(cells, "signs"), partial(parse_signals, compact=compact or table.headerless)
    )
    good = [not isinstance(signals, SigndecoderError) for signals in read]
    bad = [
        BadRow(line, str(fault))
        for line, fault in zip(cells.index, read, strict=True)
        if isinstance(fault, SigndecoderError)
    ]
    signals = tuple(signals for signals in read if not isinstance(signals, SigndecoderError))
    ordered = sorted([*table.bad, *bad], key=lambda row: row.line)
    return Sequences(table.file, cells.loc[good], signals, tuple(ordered))


def write_log(plays: Iterable[Play], path: Path | str | None) -> str:
    """Write plays as a log that comes in again unchanged; None or `-` is standard output.

    Returns what a log of them has more of than one may have, or an empty text.
    """
    listed = list(plays)
    extra = list(dict.fromkeys(name for play in listed for name in play.extra))
    context = [name for name in CONTEXT if any(name in play.context for play in listed)]
    moment = [name for name in context if name != "note"]
    note = [name for name in context if name == "note"]
    date = ["date"] if any(play.date for play in listed) else []
    header = ["coach", "game", *date, *moment, "signs", "outcome", *note, *extra]

    def write_row(play: Play) -> list[str]:
        cells = [
            *(play.coach, play.game),
            *(play.date for _ in date),
            *(play.context.get(name, "") for name in moment),
            *(format_signals(play.signals), play.outcome),
            *(play.context.get(name, "") for name in note),
            *(play.extra.get(name, "") for name in extra),
        ]
        guarded = [guard(cell) for cell in cells]
        guarded[1] = guarded[1] or _NO_GAME
        return guarded

    head = [guard(name) for name in header]
    return write_rows(chain([head], map(write_row, listed)), path)
