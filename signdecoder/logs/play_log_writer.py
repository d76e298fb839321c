"""Writing plays as a log that can be imported again without loss."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import CONTEXT, Play
from signdecoder.core.sequences import format_signals, parse_sequence
from signdecoder.logs.csv_writer import format_rows, guard, write_rows
from signdecoder.logs.play_log import NO_GAME
from signdecoder.logs.separators import choose_separator


def write_log(plays: Iterable[Play], path: Path | str | None) -> str:
    """Write plays as a log that can be imported again without loss.

    Parameters
    ----------
    plays : iterable of Play
        Plays to write.
    path : Path, str or None
        File to write. None or `-` is standard output.

    Returns
    -------
    str
        Which limit of reading the log exceeds, or an empty text.

    Raises
    ------
    SigndecoderError
        If the file cannot be written.
    """
    return write_rows(_make_rows(list(plays)), path)


def format_log(plays: Iterable[Play]) -> tuple[bytes, str]:
    """Format plays as the content of a log that can be imported again without loss.

    Parameters
    ----------
    plays : iterable of Play
        Plays to write.

    Returns
    -------
    tuple of bytes and str
        The content, and which limit of reading it exceeds, or an empty text.
    """
    data, excess = format_rows(_make_rows(list(plays)))
    return bytes(data), excess


def log_columns(plays: Sequence[Play]) -> list[str]:
    """List the columns of a log that loses nothing of some plays.

    Parameters
    ----------
    plays : sequence of Play
        The plays.

    Returns
    -------
    list of str
        The columns that signdecoder knows and that any play fills, then those it does not know.
    """
    extra = list(dict.fromkeys(name for play in plays for name in play.extra))
    context = [name for name in CONTEXT if any(name in play.context for play in plays)]
    moment = [name for name in context if name != "note"]
    note = [name for name in context if name == "note"]
    date = ["date"] if any(play.date for play in plays) else []
    return ["coach", "game", *date, *moment, "signs", "outcome", *note, *extra]


def log_cells(play: Play, columns: Sequence[str]) -> list[str]:
    """Return the cells of a play in the columns of a log, without guards.

    Parameters
    ----------
    play : Play
        The play.
    columns : sequence of str
        Names of the columns.

    Returns
    -------
    list of str
        A cell for each column, empty where the play has none.
    """
    known = {
        "coach": play.coach,
        "game": play.game,
        "date": play.date,
        "signs": format_signals(play.signals),
        "outcome": play.outcome,
    }
    cells = {**play.extra, **play.context, **known}
    return [cells.get(name, "") for name in columns]


def _make_rows(plays: list[Play]) -> Iterator[list[str]]:
    """Return the header and a row of guarded cells for each play."""
    header = log_columns(plays)
    at = header.index("signs")

    def format_row(play: Play, signs: str) -> list[str]:
        """Return the guarded cells of a play."""
        cells = log_cells(play, header)
        cells[at] = signs
        guarded = [guard(cell) for cell in cells]
        guarded[1] = guarded[1] or NO_GAME
        return guarded

    rows = map(format_row, plays, _format_sequences(plays))
    return chain([[guard(name) for name in header]], rows)


def _format_sequences(plays: list[Play]) -> list[str]:
    """Return cells of sequences that are read back as they are, whatever their names look like."""
    cells = [format_signals(play.signals) for play in plays]
    try:
        split = choose_separator(cells, None, compact=False).split
        read = [parse_sequence(split(cell)) for cell in cells]
    except SigndecoderError:
        read = []
    if read == [play.signals for play in plays]:
        return cells
    return ["".join(f"{signal}>" for signal in play.signals) for play in plays]
