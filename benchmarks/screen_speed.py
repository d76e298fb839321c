"""Measure the live screen: python benchmarks/screen_speed.py --signals 12 --plays 300 --keys 500

Stores a simulated coach's log and types the next plays. Prints for all keys how long it takes until
the screen is painted, and until it shows the new prediction. Then how long a process takes to its
first picture (POSIX only), and its memory after more plays.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from signdecoder.cli.screens import make_config
from signdecoder.core.play import Play
from signdecoder.rules.rule import BLANK
from signdecoder.simulation.coach import draw_plays
from signdecoder.simulation.sampling import draw_coach
from signdecoder.store.store import Store
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.live.gauge import Gauge
from signdecoder.tui.live.screen import LiveScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

# The keys of each outcome.
OUTCOMES = {
    "none": ("enter",), "steal": ("space",), "bunt": ("tab", "1"), "hit_and_run": ("tab", "2"),
    "take": ("tab", "4"),
}  # fmt: skip
CHARACTERS = {"enter": "\r", "tab": "\t", "space": " "}
COACH = "Simulated"
SIZE = (120, 40)
BETWEEN = 0.08  # seconds between keys, faster than a coach touches
PAUSE = 0.5  # seconds from an outcome to the next sequence, faster than anybody pitches
LOOKS = 0.0005  # seconds between two looks at the screen, so that others can run


class TimedApp(SigndecoderApp):
    """Remembers when it was last painted."""

    painted = 0.0

    def _display(self, screen, renderable) -> None:  # type: ignore[no-untyped-def]
        super()._display(screen, renderable)
        self.painted = time.perf_counter()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--signals", type=int, default=12)
    parser.add_argument("--plays", type=int, default=300)
    parser.add_argument("--keys", type=int, default=500)
    parser.add_argument("--more", type=int, default=0, help="plays to type afterwards")
    arguments = parser.parse_args()
    log = draw_log(arguments.signals, arguments.plays + arguments.keys + arguments.more)
    behind, to_come = log[: arguments.plays], log[arguments.plays :]
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "store.db"
        with Store.open(db) as store:
            for play in behind:
                store.add(play)
        print(f"{arguments.signals} signals, {arguments.plays} plays of a simulated coach stored")
        asyncio.run(type_plays(db, to_come, arguments.keys, arguments.more))
        if os.name == "posix":
            took = [open_once(db) for _ in range(5)]
            print(f"first picture of a process   median {median(took):.2f} s of {len(took)}")


async def type_plays(db: Path, plays: Sequence[Play], keys: int, more: int) -> None:
    """Type keys of these plays and time each; then type more plays and print the memory."""
    app = TimedApp(make_config(COACH, None, None, "steal", db))
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        while screen.belief is None or None in screen.belief.past_predictions:
            await pilot.pause(0.1)
        painted: list[float] = []
        predicted: list[float] = []
        typed = iter(plays)
        while len(painted) < keys:
            for key in keys_of(next(typed), screen):
                await press(pilot, screen, key, painted, predicted)
        show("key to painted screen", painted)
        show("key to new prediction", predicted)
        print(f"memory                       {memory_mb():.0f} MB")
        for count in range(1, more + 1):
            for key in keys_of(next(typed), screen):
                await press(pilot, screen, key, painted, predicted, waits=False)
            if count % max(1, more // 4) == 0:
                print(f"  after {count} more plays        {memory_mb():.0f} MB")


async def press(
    pilot: Pilot[None],
    screen: LiveScreen,
    key: str,
    painted: list[float],
    predicted: list[float],
    *,
    waits: bool = True,
) -> None:
    """Press one key as the terminal would, and wait until its effect is on the screen."""
    from textual.events import Key  # after our own, which sets how often Textual paints

    app = pilot.app
    assert isinstance(app, TimedApp)
    assert screen.play_log is not None
    gauge, draft, plays = screen.query_one(Gauge), screen.draft, len(screen.play_log.plays)
    begin = time.perf_counter()
    app.post_message(Key(key, CHARACTERS.get(key, key)))
    while app.painted < begin:
        await asyncio.sleep(LOOKS)
    painted.append(app.painted - begin)
    ends = screen.draft.ended or not screen.draft.signals
    while screen.draft is draft:
        await asyncio.sleep(LOOKS)
    if screen.draft.signals and not ends:
        while gauge.prediction is None or gauge.prediction.signals != screen.draft.signals:
            await asyncio.sleep(LOOKS)
        asked = time.perf_counter()
        while app.painted < asked:
            await asyncio.sleep(LOOKS)
        predicted.append(app.painted - begin)
    elif not screen.draft.signals:
        while len(screen.play_log.plays) == plays:
            await asyncio.sleep(LOOKS)
    if waits:
        await asyncio.sleep(BETWEEN if screen.draft.signals else PAUSE)


def keys_of(play: Play, screen: LiveScreen) -> list[str]:
    """Return the keys that enter a play."""
    keys = {signal.name: signal.key for signal in screen.keypad}
    return [*(keys[name] for name in play.signals), *OUTCOMES[play.outcome]]


def show(what: str, seconds: Sequence[float]) -> None:
    """Print the median and the 95th percentile."""
    ms = 1000 * np.array(seconds)
    print(
        f"{what:<28} median {np.median(ms):5.1f} ms, 95% within {np.quantile(ms, 0.95):5.1f}, "
        f"all within {ms.max():5.1f} ({len(ms)} keys)"
    )


def open_once(db: Path) -> float:
    """Return the seconds until a process has drawn the screen."""
    import pty

    ours, theirs = pty.openpty()
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "signdecoder", "ui", "--db", str(db)],
        stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(theirs)
    drawn = b""
    while b"stole" not in drawn:
        drawn += os.read(ours, 65536)
    took = time.perf_counter() - begin
    os.write(ours, b"\x11")  # Ctrl+Q
    try:
        while os.read(ours, 65536):
            pass
    except OSError:  # the terminal closed
        pass
    process.wait()
    os.close(ours)
    return took


def memory_mb() -> float:
    """Return the memory of this process in MB (on Linux; elsewhere its maximum so far)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def draw_log(signals: int, plays: int) -> list[Play]:
    """Draw a simulated coach's plays."""
    rng = np.random.default_rng(12)
    coach = draw_coach(rng, signals, 12, rate=0.3, other_rate=0.15, family="next")
    drawn = draw_plays(coach, plays, rng)
    names = list(OUTCOMES)
    return [
        Play(tuple(f"{chr(97 + s)} signal" for s in row if s != BLANK), names[int(done)], COACH)
        for row, done in zip(drawn.signals, drawn.done, strict=True)
    ]


if __name__ == "__main__":
    main()
