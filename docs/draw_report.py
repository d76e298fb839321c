"""Draws docs/report.svg, the picture in the README: a session on the simulated demo game.

Run it from anywhere: python docs/draw_report.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "report.svg"
COMMANDS = (
    "train data/demo_game.csv",
    "query chin ear belt cap",
    "query chin belt ear cap",
)


def main() -> None:
    """Run the commands on a store of their own and draw what they print."""
    console = Console(record=True, width=78, file=tempfile.TemporaryFile("w"))
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
            console.print(Text(run.stdout))
    console.save_svg(str(PICTURE), title="signdecoder on a simulated game")


if __name__ == "__main__":
    main()
