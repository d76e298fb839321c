"""Short runs of the long programs. Each program checks its own results."""

import os
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="they fork and kill processes"),
]


def run_program(name: str, *arguments: str) -> str:
    """Run a program of this folder and return its output."""
    completed = subprocess.run(
        [sys.executable, "-m", f"tests.long.{name}", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


def test_a_killed_process_loses_no_confirmed_play() -> None:
    output = run_program("kill_rounds", "--rounds", "26", "--seed", "1")
    assert output.startswith(
        "26 rounds killed, seed 1: 6 log, 6 service, 6 imports, 2 backup, 2 restore, 2 migration, "
        "2 processes\n"
    )
    assert "\nfaults (lost or repeated plays, partial imports, damage): 0\n" in output


def test_three_writers_at_once_lose_no_play() -> None:
    output = run_program("write_at_once", "--plays", "90")
    assert output.startswith("3 processes logged 90 plays; 90 are stored\n")
    assert "\nfaults (lost or repeated plays, errors, damage): 0\n" in output


def test_stores_hold_what_a_plain_list_holds() -> None:
    output = run_program("log_operations", "--examples", "5")
    assert " states of the store equal to the list, in " in output


def test_a_belief_is_a_function_of_the_log() -> None:
    output = run_program("beliefs", "--minutes", "0.1", "--seed", "3")
    assert output.endswith(": 0 with another belief\n")


def test_random_keys_and_clicks_never_end_the_screen() -> None:
    output = run_program("monkey", "--screens", "3", "--events", "40", "--seed", "1")
    assert output.endswith("faults: 0\n")


def test_random_input_never_fails() -> None:
    output = run_program("fuzz", "--minutes", "0.1", "--seed", "3")
    assert "; 0 failed; " in output
