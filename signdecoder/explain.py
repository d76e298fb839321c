"""Why it is thought so: what each signal of a sequence weighs."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING

from signdecoder.plays import fold

if TYPE_CHECKING:
    from signdecoder.decoder import Decoder

_LEAST = 1e-6  # no chance is taken for surer than this


def weigh_signal(
    decoder: Decoder, signals: Sequence[str], place: int, *, complete: bool = True
) -> float:
    """What the signal at ``place``, from 0, weighs for the called play: log-odds.

    That is by how much it lifts the log-odds beside the mean of all other signals of this coach in
    its place; 0 where he has shown no other.
    """
    others = [name for name in decoder.signals if fold(name) != fold(signals[place])]
    if not others:
        return 0.0
    instead = [(*signals[:place], name, *signals[place + 1 :]) for name in others]
    said = decoder.opinions([tuple(signals), *instead], complete=complete)
    odds = [_log_odds(opinion.probability) for opinion in said]
    return odds[0] - sum(odds[1:]) / len(others)


def _log_odds(chance: float) -> float:
    sure = min(max(chance, _LEAST), 1 - _LEAST)
    return log(sure / (1 - sure))
