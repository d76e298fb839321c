"""The live screen as a process: signals, imports, and a whole game with the real decoder."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from signal import SIGTERM
from threading import Thread
from typing import cast

import pytest

from signdecoder.cli.screens import make_config
from signdecoder.logs.play_log import load_log
from signdecoder.store.store import Store
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.live.key_signs import KeySignPanel
from signdecoder.tui.live.screen import LiveScreen
from tests.support.live import n_learned, until


def test_sigterm_restores_the_terminal_and_keeps_the_sequence(tmp_path: Path) -> None:
    termios = pytest.importorskip("termios")
    db = tmp_path / "store.db"
    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    command = [sys.executable, "-m", "signdecoder", "ui", "--coach", "Hawks", "--db", str(db)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    drawn = bytearray()

    def draw() -> None:
        with suppress(OSError):  # when the last of them has ended
            while part := os.read(ours, 65536):
                drawn.extend(part)

    Thread(target=draw, daemon=True).start()

    def see(true: Callable[[], bool]) -> None:
        for _ in range(600):
            if true():
                return
            time.sleep(0.05)
        raise AssertionError("it never came")

    see(lambda: b"shoulder" in drawn)
    assert termios.tcgetattr(theirs) != before
    os.write(ours, b"ce")
    see(lambda: has_draft(db, ("cap", "ear")))
    process.terminate()
    assert process.wait(timeout=20) == 128 + SIGTERM
    assert termios.tcgetattr(theirs) == before
    assert has_draft(db, ("cap", "ear"))


def has_draft(db: Path, signals: tuple[str, ...]) -> bool:
    with Store.open(db) as store:
        return store.draft("Hawks") == signals


def test_the_screen_does_not_load_tensorflow_keras_or_pandas(tmp_path: Path) -> None:
    script = f"""
import asyncio, sys
from signdecoder.cli.screens import make_config
from signdecoder.core.situation import Situation
from signdecoder.tui.app import SigndecoderApp

async def run():
    app = SigndecoderApp(make_config(None, None, "cap,ear", "steal", {str(tmp_path / "s.db")!r}))
    async with app.run_test() as pilot:
        screen = app.screen
        for keys in (("c", "e", "space"), ("c", "e")):
            await pilot.press(*keys)
            await pilot.pause(1)
        assert screen.belief.summary.n_plays == 1
        print([name for name in ("tensorflow", "keras", "pandas") if name in sys.modules])

asyncio.run(run())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.slow
def test_the_real_decoder_cracks_the_demo_game_as_it_is_typed(tmp_path: Path) -> None:
    game = load_log(Path(__file__).parents[2] / "data" / "demo_game.csv", coach=None).plays
    signals = ",".join(dict.fromkeys(name for play in game for name in play.signals))
    db = tmp_path / "store.db"
    app = SigndecoderApp(make_config("Hawks", "Game 1", signals, "steal", db))

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            screen = cast(LiveScreen, app.screen)
            await until(pilot, lambda: len(screen.keypad) > 0)
            keys = {signal.name: signal.key for signal in screen.keypad}
            for play in game:
                await pilot.press(*(keys[name] for name in play.signals))
                await pilot.press("space" if play.outcome == "steal" else "enter")
            await until(pilot, lambda: n_learned(screen) == len(game), seconds=60)
            assert screen.belief is not None
            assert screen.belief.summary.cracked
            best = screen.belief.summary.key_signs[0]
            assert (best.sign, best.probability > 0.9) == ("ear", True)
            assert "belt right after ear = steal" in [
                rule.words for rule in screen.belief.summary.rules
            ]
            assert "ear" in str(screen.query_one(KeySignPanel).render())

    asyncio.run(run())
    with Store.open(db) as store:
        typed = [(p.signals, p.outcome, p.coach, p.game) for p in store.plays()]
    assert typed == [(p.signals, p.outcome, p.coach, p.game) for p in game]
