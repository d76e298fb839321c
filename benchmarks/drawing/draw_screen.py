"""Draw docs/images/screen.svg, the live screen in the README, from the simulated demo game.

Types every play of data/demo_game.csv key by key, then half a sequence more, and draws the screen.
Run it from anywhere:
python benchmarks/drawing/draw_screen.py [--size 120x40]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pictures import write_picture

from signdecoder.cli.screens import make_config
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.logs.play_log import load_log
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.live.screen import LiveScreen

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "screen.svg"
NEXT = ("chin", "ear", "belt")  # the key sign, then the live signal


def main() -> None:
    """Type the game and draw the screen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="120x36", help="columns and lines")
    parser.add_argument("--theme", default="night game")
    parser.add_argument("--out", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    columns, lines = map(int, arguments.size.split("x"))
    plays = load_log(ROOT / "data" / "demo_game.csv", coach=None).plays
    with tempfile.TemporaryDirectory() as folder:
        drawn = asyncio.run(
            type_game(plays, Path(folder) / "demo.db", (columns, lines), arguments.theme)
        )
    write_picture(drawn, arguments.out)


async def type_game(plays: Sequence[Play], db: Path, size: tuple[int, int], theme: str) -> str:
    """Draw the screen after these plays and half a sequence more."""
    signals = ",".join(dict.fromkeys(name for play in plays for name in play.signals))
    app = SigndecoderApp(make_config(plays[0].coach, plays[0].game, signals, "steal", db))
    app.title = "signdecoder on a simulated game"
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        while not screen.keypad:
            await pilot.pause(0.05)
        keys = {signal.name: signal.key for signal in screen.keypad}
        for count, play in enumerate(plays, start=1):
            await pilot.press(*(keys[name] for name in play.signals))
            await pilot.press("space" if play.outcome == STEAL else "enter")
            while screen.belief is None or screen.belief.summary.n_plays < count:
                await pilot.pause(0.05)
        await pilot.press(*(keys[name] for name in NEXT))
        await pilot.pause(2)
        return app.export_screenshot()


if __name__ == "__main__":
    main()
