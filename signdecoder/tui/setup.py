"""What the UI is started with; tests put a decoder of their own in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signdecoder.desk import Recalls
from signdecoder.plays import STEAL
from signdecoder.store import Store


@dataclass(frozen=True, slots=True)
class Setup:
    """The store, the decoder, and what is on the screen first.

    ``signals`` are the pad's if the coach has none, ``db`` is the store's path for a command that
    is run beside the UI, ``day`` the date of new plays.
    """

    open_store: Callable[[], Store]
    recall: Recalls
    db: Path
    coach: str
    game: str
    day: str
    signals: tuple[str, ...] = ()
    play: str = STEAL
