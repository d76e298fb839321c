"""The short forms of what `kill_rounds` and `write_at_once` do: each counts its own faults."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")


def run(module: str, *arguments: str) -> str:
    """What a module of the tests prints, run as the README says."""
    ran = subprocess.run(
        [sys.executable, "-m", f"tests.long.{module}", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_nothing_acknowledged_is_lost_when_a_process_is_killed() -> None:
    told = run("kill_rounds", "--rounds", "26", "--seed", "1")
    assert told.startswith(
        "26 rounds killed, seed 1: 6 log, 6 desk, 6 imports, 2 backup, 2 restore, 2 migration, "
        "2 processes\n"
    )
    assert "\nfaults (plays lost, twice, half imports, damage): 0\n" in told


def test_nothing_is_lost_where_three_write_at_once() -> None:
    told = run("write_at_once", "--plays", "90")
    assert told.startswith("3 processes gave 90 plays; 90 are there\n")
    assert "\nfaults (plays lost, twice, told of trouble, damage): 0\n" in told
