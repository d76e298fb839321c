"""Games of one coach, and games that occur twice because a file was imported under two names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from signdecoder.core.names import fold
from signdecoder.core.play import Play

_FEWEST = 8  # equal plays in a row that do not happen by chance


class RepeatedGame(NamedTuple):
    """Game whose plays equal those of an earlier game, until one of them ends.

    Attributes
    ----------
    game : str
        Name of the game.
    earlier : str
        Name of the earlier game.
    begin : int
        Index of its first play.
    plays : int
        Number of plays that both share.
    """

    game: str
    earlier: str
    begin: int
    plays: int


def find_repeats(plays: Sequence[Play]) -> list[RepeatedGame]:
    """Find the games of a coach that repeat an earlier one under another name.

    Parameters
    ----------
    plays : sequence of Play
        Plays of one coach, in order.

    Returns
    -------
    list of RepeatedGame
        The games, in order.
    """
    repeats: list[RepeatedGame] = []
    firsts: dict[tuple[object, ...], slice] = {}
    rows = [(tuple(map(fold, p.signals)), p.outcome) for p in plays]
    for game in split_games(plays):
        earlier = firsts.setdefault(tuple(rows[game][:_FEWEST]), game)
        shared = min(game.stop - game.start, earlier.stop - earlier.start)
        if earlier is game or shared < _FEWEST:
            continue
        if rows[game][:shared] == rows[earlier][:shared]:
            names = (plays[game.start].game, plays[earlier.start].game)
            repeats.append(RepeatedGame(*names, game.start, shared))
    return repeats


def split_games(plays: Sequence[Play]) -> list[slice]:
    """Split plays into games. A play without a game belongs to the one before it.

    Parameters
    ----------
    plays : sequence of Play
        Plays of one coach, in order.

    Returns
    -------
    list of slice
        The plays of each game.
    """
    names: list[str] = []
    for p in plays:
        names.append(fold(p.game) or (names[-1] if names else ""))
    runs = [len(list(run)) for _, run in groupby(names)]
    ends = accumulate(runs)
    return [slice(end - run, end) for end, run in zip(ends, runs, strict=True)]
