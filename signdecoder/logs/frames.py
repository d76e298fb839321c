"""Plays as pandas DataFrames and back, for notebooks and spreadsheets.

Everything else works without pandas. It is loaded when one of these functions is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.optional import require
from signdecoder.core.play import CONTEXT, Play
from signdecoder.logs.columns import assign_roles
from signdecoder.logs.csv_table import CsvTable
from signdecoder.logs.formats import text_of
from signdecoder.logs.headings import exact_role
from signdecoder.logs.play_log import parse_table
from signdecoder.logs.reading import Reading, ReadingOptions

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
        One row a play. It needs a column ``signs``, and ``outcome`` or ``steal``; other names that
        people use are understood too.
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
    rows = tuple(
        [text_of(cell) for cell in row] for row in frame.itertuples(index=False, name=None)
    )
    lines = tuple(range(1, len(rows) + 1))
    columns = tuple(exact_role(name) or name for name in names)
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise SigndecoderError(f'the frame has two columns "{twice}"', "delete or rename one")
    options = ReadingOptions(coach, declared, compact)
    table, headings = assign_roles(
        CsvTable(_NAME, columns, lines, rows, (), 0, guarded=False), {}, coach is not None
    )
    if "signs" not in table.columns:
        raise SigndecoderError('the frame has no column "signs"', "rename the one with the signals")
    log = parse_table(table, options=options, reading=Reading("DataFrame", columns=headings))
    if log.bad:
        raise SigndecoderError("\n".join(f"{_NAME}:{row.line}: {row.what}" for row in log.bad))
    return log.plays


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
