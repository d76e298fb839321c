"""Draw docs/images/gates.svg, the LSTM's gates on a simulated log.

Reads the log and opens the screen of the gates on one of its plays. Run it from anywhere:
python benchmarks/drawing/draw_gates.py [--size 120x36] [--log FILE] [SIGNAL...]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from pictures import write_picture

from signdecoder.analysis.gate_trace import GateTrace, trace_gates
from signdecoder.cli.screens import make_config
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import load_log
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.gates.screen import GatesScreen

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "gates.svg"
LOG = ROOT / "data" / "season" / "bears.csv"  # the second signal after the key sign counts
PLAY = ("knee", "nose", "thigh", "chin", "sleeve")  # one of its steals: a decoy comes in between


def main() -> None:
    """Read the log, trace the play, draw the screen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("signals", nargs="*", default=PLAY)
    parser.add_argument("--log", type=Path, default=LOG)
    parser.add_argument("--size", default="120x36", help="columns and lines")
    parser.add_argument("--theme", default="night game")
    parser.add_argument("--out", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    decoder = Decoder()
    decoder.observe_many(load_log(arguments.log, coach=None).plays)
    trace = trace_gates(decoder, arguments.signals)
    if trace is None:
        parser.error("no pair of signals leads after this log")
    columns, lines = map(int, arguments.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        app = SigndecoderApp(make_config(None, None, None, "steal", Path(folder) / "none.db"))
        drawn = asyncio.run(draw(app, trace, (columns, lines), arguments.theme))
    write_picture(drawn, arguments.out)


async def draw(app: SigndecoderApp, trace: GateTrace, size: tuple[int, int], theme: str) -> str:
    """Draw the screen of this trace."""
    app.title = "signdecoder on a simulated log"
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        await app.push_screen(GatesScreen(trace))
        await pilot.pause(0.5)
        return app.export_screenshot()


if __name__ == "__main__":
    main()
