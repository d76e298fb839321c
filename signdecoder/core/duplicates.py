"""Games of one coach, and those that are in his log twice: one file that came under two names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from signdecoder.core.names import fold
from signdecoder.core.play import Play

_FEWEST = 8  # plays in a row that no two games have in common by chance


@dataclass(frozen=True, slots=True)
class RepeatedGame:
    """A game that goes as an earlier one went, play by play, until one of them ends.

    ``begin`` is its first play, from 0, and ``plays`` how many they share.
    """

    game: str
    earlier: str
    begin: int
    plays: int


def find_repeats(plays: Sequence[Play]) -> list[RepeatedGame]:
    """The games of a coach that are there again under another name, in order."""
    found: list[RepeatedGame] = []
    firsts: dict[tuple[object, ...], slice] = {}
    shown = [(tuple(map(fold, p.signals)), p.outcome) for p in plays]
    for game in split_games(plays):
        earlier = firsts.setdefault(tuple(shown[game][:_FEWEST]), game)
        shared = min(game.stop - game.start, earlier.stop - earlier.start)
        if earlier is game or shared < _FEWEST:
            continue
        if shown[game][:shared] == shown[earlier][:shared]:
            names = (plays[game.start].game, plays[earlier.start].game)
            found.append(RepeatedGame(*names, game.start, shared))
    return found


def split_games(plays: Sequence[Play]) -> list[slice]:
    """Where each game's plays stand; a play without a game belongs to the one before it."""
    names: list[str] = []
    for p in plays:
        names.append(fold(p.game) or (names[-1] if names else ""))
    runs = [len(list(run)) for _, run in groupby(names)]
    ends = accumulate(runs)
    return [slice(end - run, end) for end, run in zip(ends, runs, strict=True)]
