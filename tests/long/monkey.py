"""Press keys, click, paste and resize at random: python -m tests.long.monkey --screens 40 --seed 0

Each screen is a live screen of its own, of any size from 1x1 to 200x60, in an empty folder or one
that holds odd files. A fault is an exception, a screen that ends without being asked to, or a store
that is damaged. A fault's number and seed repeat it: --first N --screens 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import cast
from unittest.mock import patch

import numpy as np
from textual.events import Paste, Resize
from textual.geometry import Size
from textual.pilot import OutOfBounds, Pilot, WaitForScreenTimeout

from signdecoder.store.store import Store
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.live.screen import LiveScreen
from tests.support.live import Rig, explain_by_table, until

WIDEST, TALLEST = 200, 60
_MOST_LATE = 4  # events in a row that are not handled within half a minute
_KEYS = (
    *("space", "enter", "tab", "shift+tab", "escape", "backspace", "delete", "home", "end"),
    *("up", "down", "left", "right", "pageup", "pagedown"),
    *(f"f{n}" for n in range(1, 11)),
    *("ctrl+z", "ctrl+y", "ctrl+p", "ctrl+f", "ctrl+d", "ctrl+s"),
    *("question_mark", "asterisk", "slash", "plus", "comma", "full_stop", "semicolon"),
    *("apostrophe", *"1234567890", *"cebnstqhodurkxymz"),
)
_PASTED = ("cap ear belt", "x" * 5000, "\x1b[31m", "../" * 40 + "x", "ümlaut 🧢\nnext", "")
_PLAYS = ("cap ear steal", "ear cap none", "nose cap ear steal", "cap nose bunt")


def main() -> int:
    """Open the screens; print each fault, and how many there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=40)
    parser.add_argument("--events", type=int, default=300, help="on each screen")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first screen")
    arguments = parser.parse_args()
    n_faults = 0
    for number in range(arguments.first, arguments.first + arguments.screens):
        rng = np.random.default_rng((arguments.seed, number))
        with tempfile.TemporaryDirectory() as folder:
            fault = use_screen(Path(folder), rng, arguments.events)
        if fault:
            n_faults += 1
            print(f"screen {number}, seed {arguments.seed}: {fault}", flush=True)
    print(
        f"{arguments.screens} screens, {arguments.events} events each, seed {arguments.seed}; "
        f"faults: {n_faults}"
    )
    return 1 if n_faults else 0


def use_screen(folder: Path, rng: np.random.Generator, n_events: int) -> str:
    """Open a screen in a folder and use it; return what went wrong, if anything did."""
    _fill(folder, rng)
    before = Path.cwd()
    os.chdir(folder)
    done: list[str] = []
    try:
        with (
            patch.dict(os.environ, {"HOME": str(folder)}),
            patch("signdecoder.session.belief_tracker.explain", explain_by_table),
        ):
            asyncio.run(_drive(folder, rng, n_events, done))
            with Store.open(folder / "store.db") as store:
                store.plays()
    except Exception:
        return f"after {', '.join(done[-8:])}\n{traceback.format_exc()}"
    finally:
        os.chdir(before)
    return ""


def _fill(folder: Path, rng: np.random.Generator) -> None:
    """Put a store into a folder, sometimes with plays, and files that are not logs."""
    if rng.random() < 0.7:
        Rig(folder / "store.db").store(*_PLAYS)
    if rng.random() < 0.5:
        (folder / "log.csv").write_text("signs,outcome\ncap ear,steal\n", encoding="utf-8")
        (folder / "noise.csv").write_bytes(rng.bytes(300))
        (folder / "closed").mkdir(mode=0o000)
        if hasattr(os, "mkfifo"):
            os.mkfifo(folder / "pipe.csv")


async def _drive(folder: Path, rng: np.random.Generator, n_events: int, done: list[str]) -> None:
    """Send events to a screen, and add each to those that are done."""
    app = SigndecoderApp(Rig(folder / "store.db").config())
    small = rng.random() < 0.3
    size = (_draw(rng, 12 if small else WIDEST), _draw(rng, 6 if small else TALLEST))
    done.append(f"a screen of {size[0]}x{size[1]}")
    async with app.run_test(size=size) as pilot:
        screen = cast(LiveScreen, app.screen)
        await until(pilot, lambda: len(screen.keypad) > 0)
        n_late = 0
        for _ in range(n_events):
            try:
                await _send_event(pilot, rng, done)
                n_late = 0
            except WaitForScreenTimeout:  # a busy machine; a screen that hangs is late each time
                n_late += 1
                assert n_late < _MOST_LATE, "the screen hangs"
            assert app.is_running, "the screen ended"


async def _send_event(pilot: Pilot[None], rng: np.random.Generator, done: list[str]) -> None:
    """Press a key, mostly; or click, paste or resize."""
    kind = rng.random()
    if kind < 0.75:
        done.append(str(rng.choice(_KEYS)))
        await pilot.press(done[-1])
    elif kind < 0.9:
        width, height = pilot.app.size
        place = int(rng.integers(max(1, width))), int(rng.integers(max(1, height)))
        done.append(f"click at {place}")
        try:
            await pilot.click(offset=place)
        except OutOfBounds:  # the screen became smaller meanwhile
            return
    elif kind < 0.95:
        text = _PASTED[int(rng.integers(len(_PASTED)))]
        done.append(f"paste {text[:20]!r}")
        pilot.app.post_message(Paste(text))
        await pilot.pause()
    else:
        size = Size(_draw(rng, WIDEST), _draw(rng, TALLEST))
        done.append(f"resize to {size}")
        pilot.app.post_message(Resize(size, size))
        await pilot.pause()


def _draw(rng: np.random.Generator, most: int) -> int:
    """Return a length from 1 to `most`."""
    return int(rng.integers(1, most + 1))


if __name__ == "__main__":
    sys.exit(main())
