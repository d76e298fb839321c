"""The folder of the project, and files in it that several tests use."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DEMO_GAME = ROOT / "data" / "demo_game.csv"
