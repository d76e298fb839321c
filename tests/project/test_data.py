"""The logs in data/ are those that the commands in its README write."""

import re
from pathlib import Path

import pytest

from signdecoder.cli import main

DATA = Path(__file__).parents[2] / "data"
COMMANDS = re.findall(r"^signdecoder (simulate .*)$", (DATA / "README.md").read_text(), re.M)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_writes_its_file_again(command: str, tmp_path: Path) -> None:
    arguments = command.split()
    name = arguments[arguments.index("--out") + 1]
    made = tmp_path / "made.csv"
    arguments[arguments.index("--out") + 1] = str(made)
    assert main(arguments) == 0
    assert made.read_bytes() == (DATA / name).read_bytes()


def test_every_log_has_a_command() -> None:
    named = {command.split("--out ")[1] for command in COMMANDS}
    assert named == {p.relative_to(DATA).as_posix() for p in DATA.rglob("*.csv")}


def test_every_column_is_explained() -> None:
    words = (DATA / "README.md").read_text()
    for log in DATA.rglob("*.csv"):
        for column in log.read_text().splitlines()[0].split(","):
            assert f"| `{column}` |" in words
