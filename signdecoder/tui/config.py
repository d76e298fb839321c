"""The configuration of the terminal UI. Tests pass a decoder of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from signdecoder.core.outcomes import STEAL
from signdecoder.decoder.decoder import Decoder
from signdecoder.practice.rounds import PLAYS, draw_seed
from signdecoder.session.belief_tracker import OpenDecoder
from signdecoder.store.store import Store


@dataclass(frozen=True, slots=True)
class AppConfig:
    """The configuration of the live screen.

    ``signals`` are offered if the coach has none yet. ``train`` is the command that trains on the
    store. A game without a name is called by its date, which ``now`` gives. ``folder`` is where the
    store is, which notices in a browser do not show.
    """

    open_store: Callable[[], Store]
    open_decoder: OpenDecoder
    train: tuple[str, ...]
    coach: str
    game: str = ""
    now: Callable[[], datetime] = datetime.now
    signals: tuple[str, ...] = ()
    play: str = STEAL
    folder: str = ""


@dataclass(frozen=True, slots=True)
class PracticeConfig:
    """The configuration of the practice screen.

    ``decoder`` makes a new decoder. If ``seed`` is None, one is drawn. ``pace`` is the time from
    one signal to the next, in seconds; 0 shows all of them at once.
    """

    decoder: Callable[[], Decoder] = Decoder
    level: int = 1
    seed: int | None = None
    plays: int = PLAYS
    pace: float = 0.5
    draw_seed: Callable[[], int] = draw_seed
