"""What the UI is started with; tests put a decoder of their own in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from signdecoder.core.outcomes import STEAL
from signdecoder.decoder.decoder import Decoder
from signdecoder.practice.rounds import PLAYS, draw_seed
from signdecoder.session.service import OpenDecoder
from signdecoder.store.store import Store


@dataclass(frozen=True, slots=True)
class AppConfig:
    """The store, the decoder, and what is on the screen first.

    ``signals`` are the pad's if the coach has none, ``train`` is the command that trains on the
    store. A ``game`` without a name is called by its day, which ``now`` tells.
    """

    open_store: Callable[[], Store]
    recall: OpenDecoder
    train: tuple[str, ...]
    coach: str
    game: str = ""
    now: Callable[[], datetime] = datetime.now
    signals: tuple[str, ...] = ()
    play: str = STEAL


@dataclass(frozen=True, slots=True)
class PracticeConfig:
    """What practice is started with.

    ``decoder`` makes a fresh one. ``seed`` None: one is drawn. ``pace`` is the time from one signal
    to the next, in seconds; 0 gives all at once.
    """

    decoder: Callable[[], Decoder] = Decoder
    level: int = 1
    seed: int | None = None
    plays: int = PLAYS
    pace: float = 0.5
    draw_seed: Callable[[], int] = draw_seed
