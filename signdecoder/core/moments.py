"""The moment of a play: inning, half, outs, count, and whether anybody was on base.

A log says it in the cells of `signdecoder.core.play.CONTEXT`. A cell that is blank, or that cannot
be understood, is not noted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.moment_cells import (
    read_balls,
    read_count,
    read_inning,
    read_nobody_on,
    read_outs,
    read_strikes,
)
from signdecoder.core.names import fold, quote
from signdecoder.core.play import Play

MOMENT_COLUMNS = ("inning", "half", "outs", "balls", "strikes", "runners")
COUNT = "count"  # a column that many logs have instead of balls and strikes


@dataclass(frozen=True, slots=True)
class Moment:
    """When a play was. What nobody noted is None.

    Attributes
    ----------
    inning : int, optional
        From 1.
    half : {"top", "bottom"}, optional
        Half of the inning.
    outs : int, optional
        0 to 2.
    balls : int, optional
        0 to 3.
    strikes : int, optional
        0 to 2.
    nobody_on : bool, optional
        Whether all bases were empty.
    """

    inning: int | None = None
    half: str | None = None
    outs: int | None = None
    balls: int | None = None
    strikes: int | None = None
    nobody_on: bool | None = None


def read_moment(cells: Mapping[str, object]) -> Moment:
    """Read when a play was. A cell that cannot be understood is not noted.

    If two cells contradict each other, what they disagree about is not noted.

    Parameters
    ----------
    cells : mapping of str to object
        Cells by column: MOMENT_COLUMNS and ``count``. Others are ignored.

    Returns
    -------
    Moment
        When the play was.

    Examples
    --------
    >>> read_moment({"inning": "Top 3", "outs": "one", "balls": "2-0", "runners": "1__"})
    Moment(inning=3, half='top', outs=1, balls=2, strikes=0, nobody_on=False)
    >>> read_moment({"inning": "late", "outs": "4"})
    Moment(inning=None, half=None, outs=None, balls=None, strikes=None, nobody_on=None)
    """
    parts = [
        _read_cell(column, str(cells[column]))
        for column in (*MOMENT_COLUMNS, COUNT)
        if cells.get(column) is not None
    ]
    return Moment(*(_agreed(parts, name) for name in _FIELDS))


def parse_moment(cells: Mapping[str, object]) -> Moment:
    """Parse when a play was, from what somebody entered.

    Parameters
    ----------
    cells : mapping of str to object
        Values by column, as in `read_moment`. None and blank text are not noted.

    Returns
    -------
    Moment
        When the play was.

    Raises
    ------
    SigndecoderError
        If a value cannot be understood, is impossible, or contradicts another one, or if there is
        another column.
    """
    for column in cells:
        if column not in _SAYS:
            raise SigndecoderError(
                f"{quote(column)} says nothing about the moment of a play",
                f"use {', '.join(_SAYS)}",
            )
    parts: dict[str, Moment] = {}
    for column in (*MOMENT_COLUMNS, COUNT):
        cell = str(cells[column]) if cells.get(column) is not None else ""
        if cell.strip():
            parts[column] = _read_cell(column, cell)
            if getattr(parts[column], _SAYS[column]) is None:
                raise SigndecoderError(
                    f"the {_TITLES.get(column, column)} {quote(cell.strip())} cannot be understood",
                    _EXAMPLES[column],
                )
    for name in _FIELDS:
        saying = {column: part for column, part in parts.items() if getattr(part, name) is not None}
        if len({getattr(part, name) for part in saying.values()}) > 1:
            cells_saying = " and ".join(
                f"the {_TITLES.get(column, column)} {quote(str(cells[column]).strip())}"
                for column in saying
            )
            raise SigndecoderError(f"{cells_saying} disagree", "correct one or leave it out")
    return Moment(*(_agreed([*parts.values()], name) for name in _FIELDS))


def parse_context(cells: Mapping[str, object]) -> dict[str, str]:
    """Parse when a play was, as the context of a play to log.

    Parameters
    ----------
    cells : mapping of str to object
        Values by column, as in `parse_moment`.

    Returns
    -------
    dict of str to str
        Cells by column, written in one way; the runners are kept as they were written.

    Raises
    ------
    SigndecoderError
        As in `parse_moment`.

    Examples
    --------
    >>> parse_context({"inning": "Top 3", "outs": "two", "balls": "3-1", "runners": "1 and 3"})
    {'inning': '3', 'half': 'top', 'outs': '2', 'balls': '3', 'strikes': '1', 'runners': '1 and 3'}
    """
    moment = parse_moment(cells)
    runners = " ".join(
        str(cells.get("runners") if cells.get("runners") is not None else "").split()
    )
    values = {name: getattr(moment, name) for name in MOMENT_COLUMNS if name != "runners"}
    context = {name: str(value) for name, value in values.items() if value is not None}
    return context | ({"runners": runners} if runners else {})


def moment_of(play: Play) -> Moment:
    """Read when a logged play was.

    Parameters
    ----------
    play : Play
        The play.

    Returns
    -------
    Moment
        When it was. A column ``count`` of the log is read as well.

    Examples
    --------
    >>> moment_of(Play(("cap",), "none", context={"outs": "2"}, extra={"Count": "3-1"})).balls
    3
    """
    if not play.extra:
        return read_moment(play.context)
    counts = [cell for name, cell in play.extra.items() if fold(name) == COUNT]
    return read_moment({COUNT: counts[0], **play.context} if counts else play.context)


def _read_cell(column: str, cell: str) -> Moment:
    """Read one cell; the moment has nothing but what the cell says."""
    if column in ("inning", "half"):
        inning, half = read_inning(cell)
        return Moment(inning=inning, half=half)
    if column == "outs":
        return Moment(outs=read_outs(cell))
    if column == "runners":
        return Moment(nobody_on=read_nobody_on(cell))
    balls, strikes = read_count(cell) or (None, None)
    if balls is None and column == "balls":
        balls = read_balls(cell)
    if strikes is None and column == "strikes":
        strikes = read_strikes(cell)
    return Moment(balls=balls, strikes=strikes)


def _agreed(parts: Sequence[Moment], name: str) -> Any:
    """Return the value of a field that all parts that have one agree on, else None."""
    values = {getattr(part, name) for part in parts} - {None}
    return values.pop() if len(values) == 1 else None


_FIELDS = tuple(field.name for field in fields(Moment))
_SAYS = {
    "inning": "inning", "half": "half", "outs": "outs", "balls": "balls", "strikes": "strikes",
    "runners": "nobody_on", COUNT: "strikes",
}  # fmt: skip
_TITLES = {
    "outs": "number of outs",
    "balls": "number of balls",
    "strikes": "number of strikes",
    "runners": "cell of runners",
}
_EXAMPLES = {
    "inning": 'write a number from 1, such as 3 or "top 3"',
    "half": "write top or bottom",
    "outs": "write 0, 1 or 2",
    "balls": "write 0 to 3, or the whole count, such as 3-1",
    "strikes": "write 0 to 2, or the whole count, such as 3-1",
    "runners": 'write none, or the bases, such as 1, 1-3 or "first and third"',
    COUNT: "write balls and strikes, such as 3-1",
}
