"""Plays as pandas DataFrames and back, for notebooks and spreadsheets.

Everything else works without pandas. It is loaded when one of these functions is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.optional import require
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS, Play
from signdecoder.core.sequences import format_signals
from signdecoder.logs.csv_table import CsvTable
from signdecoder.logs.csv_writer import guard
from signdecoder.logs.play_log import parse_table

if TYPE_CHECKING:
    from pandas import DataFrame

_NAME = "frame"  # what errors call a frame, and the coach and game of rows that name none


def plays_from_frame(
    frame: DataFrame,
    *,
    coach: str | None = None,
    declared: Collection[str] = (),
    compact: bool = False,
) -> tuple[Play, ...]:
    """Return the plays of a DataFrame with the columns of a play log.

    Cells may be text, numbers, dates or missing. Column names are matched as in a CSV file, and a
    cell of ``signs`` may be a list of signals.

    Parameters
    ----------
    frame : DataFrame
        One row a play. It needs a column ``signs``, and ``outcome`` or ``steal``.
    coach : str, optional
        Coach of rows that name none, else ``frame``.
    declared : collection of str, optional
        Outcomes to accept besides the known ones.
    compact : bool, optional
        Read sequences with one character per signal.

    Returns
    -------
    tuple of Play
        The plays, in the order of the rows.

    Raises
    ------
    SigndecoderError
        If a column is missing, or a row is bad. It names every bad row, counted from 1.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"signs": ["cap belt", "ear"], "steal": [1, 0]})
    >>> [(play.signals, play.outcome) for play in plays_from_frame(frame, coach="Hawks")]
    [(('cap', 'belt'), 'steal'), (('ear',), 'not_steal')]
    """
    require("pandas", "to read a DataFrame")
    names = [str(name) for name in frame.columns]
    columns = tuple(fold(name) if fold(name) in KNOWN_COLUMNS else name for name in names)
    if "signs" not in columns:
        raise SigndecoderError('the frame has no column "signs"', "rename the one with the signals")
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise SigndecoderError(f'the frame has two columns "{twice}"', "delete or rename one")
    rows = tuple(
        [guard(_format_cell(cell)) for cell in row]
        for row in frame.itertuples(index=False, name=None)
    )
    table = CsvTable(_NAME, columns, tuple(range(1, len(rows) + 1)), rows, (), 0)
    log = parse_table(table, coach=coach, declared=declared, compact=compact)
    if log.bad:
        raise SigndecoderError("\n".join(f"{_NAME}:{row.line}: {row.what}" for row in log.bad))
    return log.plays


def _format_cell(cell: Any) -> str:
    """Return a cell as text: a list as a sequence, a whole number without a fraction."""
    import pandas as pd

    if isinstance(cell, (list, tuple)):
        return format_signals([str(signal) for signal in cell]) if cell else ""
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return ""
    if isinstance(cell, float):
        if cell != cell:  # not a number: a missing cell
            return ""
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)


def frame_from_plays(plays: Iterable[Play]) -> DataFrame:
    """Return plays as a DataFrame with the columns of an exported log.

    Parameters
    ----------
    plays : iterable of Play
        Plays, such as those of a store.

    Returns
    -------
    DataFrame
        One row a play. Every cell is text, except ``signs``, which holds tuples of signals. A date
        that was understood is a text in ISO form.

    Examples
    --------
    >>> frame_from_plays([Play(("cap", "belt"), "steal", "Hawks")])[["coach", "outcome"]]
       coach outcome
    0  Hawks   steal
    """
    require("pandas", "to make a DataFrame")
    import pandas as pd

    listed = list(plays)
    context = [name for name in CONTEXT if any(name in play.context for play in listed)]
    extra = list(dict.fromkeys(name for play in listed for name in play.extra))
    columns: dict[str, list[Any]] = {
        "coach": [play.coach for play in listed],
        "game": [play.game for play in listed],
        "date": [play.date for play in listed],
        "signs": [play.signals for play in listed],
        "outcome": [play.outcome for play in listed],
    }
    columns |= {name: [play.context.get(name, "") for play in listed] for name in context}
    columns |= {name: [play.extra.get(name, "") for play in listed] for name in extra}
    return pd.DataFrame(columns)
