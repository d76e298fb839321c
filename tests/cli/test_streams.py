"""The two streams as other programs see them: pipes, full disks, terminals, odd encodings."""

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from signdecoder.core.play import Play
from signdecoder.store.store import Store

COMMAND = (sys.executable, "-m", "signdecoder")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with a store of one play, and none of the user's settings."""
    with Store.open(tmp_path / "store.db") as store:
        store.add(Play(("cap", "帽子"), "steal", "Hawks", "1"))
    return {
        "PYTHONPATH": str(ROOT),
        "SIGNDECODER_DB": str(tmp_path / "store.db"),
        "PYTHONIOENCODING": "utf-8",
        "TERM": "xterm",
    }


TABLE = "id  game  outcome  signs\n 1  1     steal    cap 帽子\n"


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment,
        capture_output=True,
        check=False,
        encoding=environment["PYTHONIOENCODING"],
    )


def test_python_m_runs_the_command(environment: dict[str, str]) -> None:
    ran = run(environment, "plays")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, TABLE, "")
    ran = run(environment, "plays", "--coach", "Lions")
    assert (ran.returncode, ran.stdout) == (1, "")


def test_characters_that_cannot_be_encoded_become_question_marks(
    environment: dict[str, str],
) -> None:
    ran = run(environment | {"PYTHONIOENCODING": "latin-1"}, "plays")
    assert (ran.returncode, ran.stdout) == (0, TABLE.replace("帽子", "??"))
    ran = run(environment | {"PYTHONIOENCODING": "ascii"}, "plays", "--json")
    assert '"signs": ["cap", "\\u5e3d\\u5b50"]' in ran.stdout


@pytest.mark.parametrize("arguments", [("plays",), ("plays", "--json"), ("export", "-")])
def test_a_closed_pipe_is_not_an_error(
    environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        ran = subprocess.run(
            [*COMMAND, *arguments],
            env=environment,
            stdout=pipe,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("arguments", [("plays",), ("export", "-")])
def test_a_full_disk_is_an_error(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [*COMMAND, *arguments],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.decode() == (
        "Error: cannot write the output (No space left on device)."
        " Free some disk space and try again.\n"
    )


ACTS = (
    (("log", "cap", "--outcome", "none"), "play 2 was saved"),
    (("undo", "--json"), "it is undone and saved"),
    (("rename", "coach", "Hawks", "Lions"), "it is done and saved"),
    (("delete", "play", "1"), "it is done and saved"),
    (("changed",), "it is done and saved"),
    (("import", str(ROOT / "data" / "demo_game.csv")), "the plays were saved"),
    (("backup", "copy.db"), "the backup was made"),
)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize(("arguments", "done"), ACTS, ids=lambda given: given[0])
def test_a_saved_change_is_not_an_error_if_the_confirmation_fails(
    environment: dict[str, str], tmp_path: Path, arguments: tuple[str, ...], done: str
) -> None:
    """An error would lead the user to repeat the command."""
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [*COMMAND, *arguments],
            env=environment, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert ran.returncode == 0
    assert ran.stderr.decode() == (
        f"Note: {done}, but the confirmation could not be printed (No space left on device)."
        " Do not repeat the command.\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_an_import_goes_on_if_messages_cannot_be_written(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_text("signs,outcome\ncap,nonsense\near,none\n")
    program = " ".join([*COMMAND, "import", "--skip-bad", "bad.csv", ">/dev/full", "2>/dev/full"])
    subprocess.run(["sh", "-c", program], env=environment, cwd=tmp_path, check=True)
    assert "ear" in run(environment, "export", "-", "--coach", "bad").stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("plays >&-", 0, ""),
        ("plays --json >&-", 0, ""),
        ("log cap --outcome none >&- 2>&-", 0, ""),
        ("import nowhere.csv 2>&-", 1, ""),
        ("ui <&- >&-", 2, "Error: the live screen needs a terminal"),
        ("export - >&-", 1, "Error: there is no standard output to write to. Give a file.\n"),
        ("simulate --plays 2 --seed 1 >&-", 1, "Error: there is no standard output to write to"),
        ("export x.csv >&- 2>&-", 0, ""),
        ("train --epochs 0 >&- 2>&-", 0, ""),
    ],
)
def test_nothing_is_written_to_a_closed_stream(
    environment: dict[str, str], tmp_path: Path, words: str, status: int, said: str
) -> None:
    ran = subprocess.run(
        ["sh", "-c", f"{' '.join(COMMAND)} {words}"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (status, "")
    assert ran.stderr.startswith(said) if said else ran.stderr == ""
    assert len(json.loads(run(environment, "plays", "--json").stdout)["plays"]) == 1 + (
        words.startswith("log")
    )


def test_an_interruption_while_loading_prints_no_traceback(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    paths = f"{tmp_path}{os.pathsep}{ROOT}"
    ran = run(environment | {"PYTHONPATH": paths}, "plays")
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "Interrupted.\n")
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"signdecoder": "signdecoder.__main__:main"}


@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_command_that_is_ended_leaves_no_temporary_files(
    environment: dict[str, str], tmp_path: Path, name: str, status: int
) -> None:
    program = (
        "import os, signal, sys\n"
        "from signdecoder.store import backup\n"
        "from signdecoder.cli import main\n"
        "backup.copy_store = lambda *_: os.kill(os.getpid(), signal." + name + ")\n"
        "status = main(['backup', 'copy.db'])\n"
        "assert signal.getsignal(signal." + name + ") is signal.SIG_DFL\n"
        "sys.exit(status)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (status, "", "")
    assert {file.name for file in tmp_path.iterdir()} == {"store.db"}


def on_terminal(environment: dict[str, str]) -> str:
    """What `plays` writes on a terminal."""
    ours, theirs = pty.openpty()
    subprocess.run([*COMMAND, "plays"], env=environment, stdout=theirs, check=True)
    os.close(theirs)
    with os.fdopen(ours, "rb") as terminal:
        written = terminal.read1(10_000)
    return written.decode().replace("\r\n", "\n")


def test_headlines_are_bold_only_on_a_terminal(environment: dict[str, str]) -> None:
    headline, rest = TABLE.split("\n", 1)
    assert on_terminal(environment) == f"\x1b[1m{headline}\x1b[0m\n{rest}"
    assert on_terminal(environment | {"NO_COLOR": "1"}) == TABLE
    assert on_terminal(environment | {"TERM": "dumb"}) == TABLE


def test_messages_of_libraries_are_hidden(environment: dict[str, str]) -> None:
    program = (
        "import os\n"
        "from signdecoder.cli.io import silence_libraries, echo_err\n"
        "with silence_libraries():\n"
        "    os.write(2, b'I0000 cudart_stub.cc\\n')\n"
        "    echo_err('learning')\n"
        "echo_err('learned')\n"
    )

    def said(environment: dict[str, str]) -> str:
        ran = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        return ran.stderr

    assert said(environment) == "learning\nlearned\n"
    assert "cudart" in said(environment | {"SIGNDECODER_DEBUG": "1"})
