"""Writing plays as a log that can be imported again without loss."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from signdecoder.core.play import CONTEXT, Play
from signdecoder.core.sequences import format_signals
from signdecoder.logs.csv_writer import format_rows, guard, write_rows
from signdecoder.logs.play_log import NO_GAME


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


def _make_rows(plays: list[Play]) -> Iterator[list[str]]:
    """Return the header and a row of guarded cells for each play."""
    extra = list(dict.fromkeys(name for play in plays for name in play.extra))
    context = [name for name in CONTEXT if any(name in play.context for play in plays)]
    moment = [name for name in context if name != "note"]
    note = [name for name in context if name == "note"]
    date = ["date"] if any(play.date for play in plays) else []
    header = ["coach", "game", *date, *moment, "signs", "outcome", *note, *extra]

    def _format_row(play: Play) -> list[str]:
        """Return the guarded cells of a play."""
        cells = [
            *(play.coach, play.game),
            *(play.date for _ in date),
            *(play.context.get(name, "") for name in moment),
            *(format_signals(play.signals), play.outcome),
            *(play.context.get(name, "") for name in note),
            *(play.extra.get(name, "") for name in extra),
        ]
        guarded = [guard(cell) for cell in cells]
        guarded[1] = guarded[1] or NO_GAME
        return guarded

    head = [guard(name) for name in header]
    return chain([head], map(_format_row, plays))
