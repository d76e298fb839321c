"""What callers of the decoder may write: sequences, and moments of a game."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypedDict

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.moments import MOMENT_COLUMNS, Moment, parse_moment
from signdecoder.core.sequences import parse_sequence, parse_signals
from signdecoder.core.text import count

Cell: TypeAlias = int | str | None
# When a play was, as people write it: a mapping by column, or parsed already.
MomentLike: TypeAlias = Mapping[str, Cell] | Moment | None


class MomentCells(TypedDict, total=False):
    """Keyword arguments that say when a play was; each may be a number or text, as in a log.

    Attributes
    ----------
    inning, half, outs, balls, strikes, runners : int or str, optional
        The cells of the columns with these names.
    """

    inning: Cell
    half: Cell
    outs: Cell
    balls: Cell
    strikes: Cell
    runners: Cell


def parse_signals_argument(signals: Sequence[str] | str) -> tuple[str, ...]:
    """Parse a sequence: a string like a cell of a log, a list as one signal each.

    Parameters
    ----------
    signals : sequence of str or str
        The signals in order.

    Returns
    -------
    tuple of str
        The signals as they are shown.
    """
    return parse_signals(signals) if isinstance(signals, str) else parse_sequence(list(signals))


def check_keywords(cells: MomentCells) -> MomentCells:
    """Refuse keyword arguments that are no column of a moment, as Python does for others.

    Parameters
    ----------
    cells : MomentCells
        The keyword arguments.

    Returns
    -------
    MomentCells
        The same arguments.

    Raises
    ------
    TypeError
        If there is another name among them.
    """
    for name in cells:
        if name not in MOMENT_COLUMNS:
            raise TypeError(f"unexpected keyword argument {name!r}")
    return cells


def parse_contexts(contexts: Iterable[MomentLike] | None, n_plays: int) -> list[Moment]:
    """Parse when each of some plays was.

    Parameters
    ----------
    contexts : iterable of mapping of str to int or str, or of Moment or None, optional
        Values by column for each play; None where nothing is known.
    n_plays : int
        How many plays there are.

    Returns
    -------
    list of Moment
        When each of them was.

    Raises
    ------
    SigndecoderError
        If a value cannot be understood or is impossible, a column is not known, or there are not
        as many contexts as plays.
    """
    if contexts is None:
        return [Moment()] * n_plays
    moments = [c if isinstance(c, Moment) else parse_moment(c or {}) for c in contexts]
    if len(moments) != n_plays:
        raise SigndecoderError(
            f"there are {count(n_plays, 'sequence')} and {count(len(moments), 'context')}",
            "give one context for each sequence",
        )
    return moments
