"""Drive the live screen key by key, with a decoder that answers from a table."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from textual.events import Key
from textual.pilot import Pilot

from signdecoder.analysis.attribution import Explanation
from signdecoder.core.keypad import assign_keys
from signdecoder.core.moments import Moment
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.rules.parts import Part
from signdecoder.store.store import Store
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.config import AppConfig
from signdecoder.tui.live.screen import LiveScreen
from tests.support.fakes import read_fake_decoder

Drive = Callable[[Pilot[None], LiveScreen], Coroutine[Any, Any, None]]
SIGNALS = ("cap", "ear", "belt", "nose")
# What is pressed for each outcome.
OUTCOME_KEYS = {
    "s": ("space",), "n": ("enter",), "b": ("tab", "1"), "h": ("tab", "2"), "q": ("tab", "3"),
    "t": ("tab", "4"), "u": ("tab", "0"),
}  # fmt: skip
_CHARACTERS = {
    "space": " ",
    "tab": "\t",
    "enter": "\r",
    "plus": "+",
    "slash": "/",
    "backspace": "\x7f",
    "escape": "\x1b",
}


class Rig:
    """Opens the app on a store of its own. Each opening stands for a new process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.n_opened = 0  # decoders
        self.shows_notices = False
        self.game = ""
        self.now = datetime(2026, 5, 1, 19, 30)
        self.train: tuple[str, ...] = (
            sys.executable, "-c", "raise SystemExit('there is nothing to learn from')",
        )  # fmt: skip

    def config(self, coach: str = "Coach 1", signals: tuple[str, ...] = SIGNALS) -> AppConfig:
        return AppConfig(
            partial(Store.open, self.path), self._open_decoder, self.train, coach, self.game,
            lambda: self.now, signals,
        )  # fmt: skip

    def _open_decoder(self, store: Store, coach: str) -> Iterator[Decoder]:
        self.n_opened += 1
        return cast(Iterator[Decoder], read_fake_decoder(store, coach))

    def open(
        self,
        drive: Drive,
        size: tuple[int, int] = (80, 24),
        coach: str = "Coach 1",
        signals: tuple[str, ...] = SIGNALS,
    ) -> None:
        async def run() -> None:
            app = SigndecoderApp(self.config(coach, signals))
            async with app.run_test(size=size, notifications=self.shows_notices) as pilot:
                screen = cast(LiveScreen, app.screen)
                await until(pilot, lambda: len(screen.keypad) > 0)
                await drive(pilot, screen)

        asyncio.run(run())

    def store(self, *plays: str) -> None:
        """Store plays, each its signals and its outcome, as if they had been logged before."""
        with Store.open(self.path) as store:
            store.save_keypad("Coach 1", assign_keys(SIGNALS))
            for play in plays:
                *signals, outcome = play.split()
                store.add(Play(tuple(signals), outcome, "Coach 1", "2026-05-01", "2026-05-01"))

    def plays(self) -> list[Play]:
        with Store.open(self.path) as store:
            return store.plays()


def explain_by_table(
    coach: str, decoder: Decoder, signals: tuple[str, ...], plays: list[Play], moment: Moment
) -> Explanation:
    """Explain a prediction of the fake decoder, which has no network: cap has all the weight."""
    weights = tuple(float(name == "cap") for name in signals)
    parts: tuple[Part, ...] = tuple("" for _ in signals)
    return Explanation(
        coach, tuple(plays), 0, decoder.predict(signals, at=moment), weights, None, None, parts,
        False, None, None, None, None,
    )  # fmt: skip


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    monkeypatch.setattr("signdecoder.session.belief_tracker.explain", explain_by_table)
    return Rig(tmp_path / "store.db")


async def until(pilot: Pilot[None], condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until a condition holds."""
    for _ in range(round(seconds / 0.02)):
        await pilot.pause(0.02)
        if condition():
            return
    raise AssertionError("the condition never held")


async def log(pilot: Pilot[None], screen: LiveScreen, keys: str) -> None:
    """Log a play: its signals' keys, and the letter of its outcome (see `OUTCOME_KEYS`)."""
    assert screen.play_log is not None
    n_before = len(screen.play_log.plays)
    await pilot.press(*keys[:-1], *OUTCOME_KEYS[keys[-1]])
    await until(pilot, lambda: has_plays(screen, n_before + 1))


def has_plays(screen: LiveScreen, count: int) -> bool:
    return screen.play_log is not None and len(screen.play_log.plays) == count


def n_learned(screen: LiveScreen) -> int:
    """Return the number of plays that the decoder has learned from."""
    return screen.belief.summary.n_plays if screen.belief else 0


def sequences(screen: LiveScreen) -> list[tuple[str, ...]]:
    return [play.signals for play in screen.play_log.plays] if screen.play_log else []


def text_of(pilot: Pilot[None]) -> str:
    """Return everything that the screen shows, and all notices."""
    lines = pilot.app.screen._compositor.render_strips()
    notices = [notification.message for notification in pilot.app._notifications]
    return "\n".join(["".join(segment.text for segment in line) for line in lines] + notices)


def press_at_once(pilot: Pilot[None], *keys: str) -> None:
    """Press keys as fast as pasted text arrives: none waits for the one before."""
    driver = pilot.app._driver
    assert driver is not None
    for key in keys:
        character = _CHARACTERS.get(key, key if len(key) == 1 else None)
        driver.send_message(Key("space" if key == " " else key, character))


def written(play: Play) -> str:
    """Return a play as its signals and its outcome."""
    return f"{' '.join(play.signals)} {play.outcome}"
