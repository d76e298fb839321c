"""Draw docs/images/report.svg, the picture in the README: a session on the simulated demo game.

Run it from anywhere: python benchmarks/drawing/draw_report.py
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from pathlib import Path

from pictures import write_picture
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "report.svg"
COMMANDS = (
    "train data/demo_game.csv",
    "query chin ear belt cap",
    "query chin belt ear cap",
)


def main() -> None:
    """Run the commands on an empty store and draw what they print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=PICTURE)
    out = parser.parse_args().out
    console = Console(record=True, width=82, file=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            console.print(Text.assemble(("$ ", "dim"), (f"signdecoder {command}", "bold")))
            run = subprocess.run(
                [sys.executable, "-m", "signdecoder", *command.split()],
                cwd=ROOT,
                env={"SIGNDECODER_DB": f"{folder}/demo.db", "PYTHONUTF8": "1"},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            for number, line in enumerate(run.stdout.splitlines()):
                words = line.lstrip()
                # The indent is a separate piece, because some viewers drop leading spaces.
                indent = (" " * (len(line) - len(words)), "dim")
                console.print(Text.assemble(indent, (words, "bold" if number == 0 else "")))
            console.print()
    write_picture(console.export_svg(title="signdecoder on a simulated game"), out)


if __name__ == "__main__":
    main()
