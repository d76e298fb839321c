"""Draw docs/images/architecture.svg and docs/images/paths.svg: the packages, and three paths.

The layers are those of the contract in pyproject.toml. Run it from anywhere:
python benchmarks/drawing/draw_architecture.py
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
WIDTH = 940
# The job of each package, in a few words.
JOBS = {
    "cli": "the commands",
    "tui": "the terminal UI",
    "web": "the UI in browsers",
    "audit": "a coach's own signs",
    "benchmark": "decoders compared",
    "practice": "rounds to practice on",
    "session": "a screen's work, without a screen",
    "reports": "text, JSON, pages",
    "training": "learning with Keras",
    "analysis": "scores, chance, reasons",
    "workspace": "the decoders of a store",
    "decoder": "one probability, one verdict",
    "bayes": "exact posterior over rules",
    "lstm": "the network in NumPy",
    "simulation": "coaches who do not exist",
    "store": "one SQLite file, with undo",
    "rules": "what a sign system is",
    "logs": "CSV files of plays",
    "core": "plays, outcomes, names",
}
# The packages by what they are for, with the color of their boxes.
KINDS = {
    "what you see": ("#1f6feb", ("cli", "tui", "web", "reports", "session", "practice")),
    "studies": ("#8250df", ("audit", "benchmark")),
    "models": ("#bc4c00", ("training", "analysis", "decoder", "bayes", "lstm")),
    "plays and rules": ("#1a7f37", ("workspace", "store", "logs", "rules", "simulation", "core")),
}
# Each path: its name, its color, and its steps (the package, and what happens there).
PATHS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "A play",
        "#1f6feb",
        (
            ("logs", "a CSV row"),
            ("core", "becomes a Play"),
            ("store", "one operation, one revision"),
            ("workspace", "belief loaded, play encoded"),
            ("lstm + bayes", "both models learn it"),
            ("decoder", "mixture and verdict"),
            ("reports", "text, JSON, page"),
        ),
    ),
    (
        "A key press",
        "#bc4c00",
        (
            ("tui", "one queue of keys"),
            ("tui/live", "a command"),
            ("session", "service and its thread"),
            ("store", "play saved first"),
            ("decoder", "learns, predicts"),
            ("session", "an event"),
            ("tui/live", "widgets show it"),
        ),
    ),
    (
        "A weight",
        "#1a7f37",
        (
            ("simulation", "draws coaches and logs"),
            ("training", "lessons and batches"),
            ("training/network", "Keras trains"),
            ("lstm", "arrays with a hash"),
            ("lstm", "checked, run in NumPy"),
            ("training", "fine-tuned on your logs"),
            ("workspace", "kept if it predicts better"),
        ),
    ),
)
_STYLE = (
    "<style>text{font-family:system-ui,sans-serif;fill:#1f2328}"
    ".name{font-weight:600;font-size:15px}.job{font-size:12px;fill:#57606a}"
    ".box{fill:#f6f8fa}.title{font-weight:600;font-size:16px}</style>"
)


def main() -> None:
    """Draw both pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=IMAGES, help="the folder for both")
    folder = parser.parse_args().out
    (folder / "architecture.svg").write_text(draw_layers(load_layers()), "utf-8")
    (folder / "paths.svg").write_text(draw_paths(), "utf-8")


def load_layers() -> list[list[str]]:
    """Load the layers of packages from the contract, the highest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = [
        found for found in project["tool"]["importlinter"]["contracts"] if found["type"] == "layers"
    ]
    prefix = "signdecoder."
    return [
        [part.strip().removeprefix(prefix) for part in layer.split("|")]
        for layer in contract["layers"]
    ]


def draw_layers(layers: Sequence[Sequence[str]]) -> str:
    """Draw a row of boxes for each layer."""
    step, height, left, top = 54, 46, 20, 74
    colors = {package: color for color, packages in KINDS.values() for package in packages}
    parts = [
        f'<text class="name" x="{left + 170 * place}" y="56" style="fill:{color}">■ {kind}</text>'
        for place, (kind, (color, _)) in enumerate(KINDS.items())
    ]
    for row, layer in enumerate(layers):
        width = (WIDTH - 2 * left - 14 * (len(layer) - 1)) / len(layer)
        for place, package in enumerate(layer):
            x, y = left + place * (width + 14), top + row * step
            parts.append(draw_box(x, y, width, height, package, JOBS[package], colors[package]))
    title = "Packages: each imports only those in rows below it"
    return draw_svg(top + step * len(layers) + 6, title, parts)


def draw_paths() -> str:
    """Draw a row of steps for each path."""
    parts = []
    for row, (name, color, steps) in enumerate(PATHS):
        top = 66 + row * 168
        parts.append(f'<text class="title" x="20" y="{top}" style="fill:{color}">{name}</text>')
        width, gap = 206, 25
        for number, (package, what) in enumerate(steps):
            x = 20 + number % 4 * (width + gap)
            y = top + 12 + number // 4 * 66
            parts.append(draw_box(x, y, width, 46, package, what, color))
            if number + 1 < len(steps) and number % 4 < 3:
                parts.append(draw_arrow(x + width, y + 23, x + width + gap, y + 23, color))
            elif number + 1 < len(steps):
                parts.append(draw_turn(x + width / 2, y + 46, 20 + width / 2, y + 66, color))
    return draw_svg(48 + 168 * len(PATHS), "Three paths through the packages", parts)


def draw_box(
    x: float, y: float, width: float, height: float, name: str, words: str, color: str
) -> str:
    """Draw a box with a name and a few words."""
    middle = x + width / 2
    return (
        f'<rect class="box" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height}" rx="6"'
        f' style="stroke:{color}"/>'
        f'<text class="name" text-anchor="middle" x="{middle:.0f}" y="{y + 20:.0f}">'
        f"{escape(name)}</text>"
        f'<text class="job" text-anchor="middle" x="{middle:.0f}" y="{y + 37:.0f}">'
        f"{escape(words)}</text>"
    )


def draw_arrow(x: float, y: float, to_x: float, to_y: float, color: str) -> str:
    """Draw a straight arrow to the right."""
    return (
        f'<path d="M{x:.0f} {y:.0f}L{to_x - 6:.0f} {to_y:.0f}" stroke="{color}" stroke-width="2"/>'
        f'<path d="M{to_x:.0f} {to_y:.0f}l-8 -4v8z" fill="{color}"/>'
    )


def draw_turn(x: float, y: float, to_x: float, to_y: float, color: str) -> str:
    """Draw an arrow from the end of a row of boxes to the start of the next."""
    middle = (y + to_y) / 2
    return (
        f'<path d="M{x:.0f} {y:.0f}V{middle:.0f}H{to_x:.0f}V{to_y - 6:.0f}" fill="none"'
        f' stroke="{color}" stroke-width="2"/>'
        f'<path d="M{to_x:.0f} {to_y:.0f}l-4 -8h8z" fill="{color}"/>'
    )


def draw_svg(height: int, title: str, parts: Sequence[str]) -> str:
    """Return a whole picture on a white ground, so that it shows on dark pages too."""
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>{escape(title)}</title>\n{_STYLE}\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f'<text class="title" x="20" y="28">{escape(title)}</text>\n{body}\n</svg>\n'
    )


if __name__ == "__main__":
    main()
