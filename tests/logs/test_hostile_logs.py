"""Huge, damaged and malicious logs: clear errors, and no row is lost silently."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import normalize_outcome
from signdecoder.core.play import Play
from signdecoder.core.sequences import format_signals, parse_signals
from signdecoder.logs import csv_table, textfile
from signdecoder.logs.csv_table import MAX_COLUMNS, MAX_ROWS
from signdecoder.logs.play_log import load_log
from signdecoder.logs.play_log_writer import write_log
from signdecoder.logs.textfile import MAX_BYTES, MAX_LINE, decode_text
from tests.support.hostile_logs import LARGEST_LOGS, count_possible_rows, make_log, make_text
from tests.support.shell import Shell, run_checked

ROOT = Path(__file__).parents[2]
HEADER = "signs,outcome\n"
CHEAP = settings(
    max_examples=200, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
SEEDS = st.integers(0, 2**32).map(Random)


def refuse(path: Path | str) -> str:
    """Return the error about a file that is refused."""
    with pytest.raises(SigndecoderError) as error:
        load_log(path)
    return str(error.value)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "x.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# --- limits ---------------------------------------------------------------------------------------


def test_a_file_at_a_limit_is_read_and_one_past_it_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textfile, "MAX_BYTES", 1000)
    text = HEADER + "cap,none\n"
    assert len(load_log(write(tmp_path, text + " " * (1000 - len(text)))).plays) == 1
    said = refuse(write(tmp_path, text + " " * (1001 - len(text))))
    assert said.endswith("x.csv is larger than 0 MiB (the limit). Split it into several files.")


def test_the_limits_are_reported_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_table, "MAX_ROWS", 3)
    assert len(load_log(write(tmp_path, HEADER + "cap,none\n" * 3)).plays) == 3
    assert "x.csv:5: more than 3 rows" in refuse(write(tmp_path, HEADER + "cap,none\n" * 4))
    assert "x.csv:5: more than 3 rows" in refuse(write(tmp_path, HEADER + '"a"x\n' * 4))
    monkeypatch.setattr(csv_table, "MAX_ROWS", MAX_ROWS)
    monkeypatch.setattr(csv_table, "MAX_CELLS", 7)
    assert "x.csv:5: more than" in refuse(write(tmp_path, HEADER + "cap,none\n" * 4))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "signs,outcome" + ",x" * MAX_COLUMNS,
            "x.csv:1: the header has 258 columns (limit 256). Delete some.",
        ),
        (
            f"{HEADER}cap,none\n{'x' * (MAX_LINE + 1)},none\n",
            "x.csv:3: the line is longer than 1,000,000 characters (the limit). Shorten it.",
        ),
        (
            HEADER + 'cap,none\n"' + "a,none\n" * (MAX_LINE // 6),
            "x.csv:3: a cell has more than 1,000,000 characters (the limit). Close the"
            " quote that opens it, or shorten it",
        ),
        (
            HEADER + '"' + "a\n" * 300_000 + '","' + "b\n" * 300_000 + '"\n',
            "x.csv:2: the row has more than 1,000,000 characters (the limit). Shorten it.",
        ),
        (f"{'x,' * 499_999}\n", "x.csv:1: the header has 500000 columns (limit 256)"),
    ],
    ids=["columns", "line", "quote", "row", "a million"],
)  # fmt: skip
def test_a_file_past_a_limit_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refuse(write(tmp_path, text))


def test_a_cell_of_combining_marks_is_refused_at_once(tmp_path: Path) -> None:
    """Normalizing so many marks would take minutes and could not be interrupted."""
    cell = "a" + "\u0301" * 200_000 + "\u0327" * 200_000
    start = process_time()
    for head in ("signs,outcome,x", "signs,steal,coach", f"signs,outcome,{cell}"):
        log = load_log(write(tmp_path, f"{head}\ncap,{cell},b\n{cell},none,c\n"))
        assert [row.line for row in log.bad] == [2, 3]
    assert process_time() - start < 5


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no such devices here")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_a_file_that_never_ends_is_refused(device: str) -> None:
    assert (
        refuse(device)
        == f"{device} is larger than 16 MiB (the limit). Split it into several files."
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.csv")
    with subprocess.Popen(
        ["sh", "-c", "printf 'signs,outcome\\ncap,none\\n' > x.csv"], cwd=tmp_path
    ):
        assert load_log(tmp_path / "x.csv").plays == (Play(("cap",), "none", "x", "x"),)


def test_a_stream_that_never_ends_is_refused(shell: Shell) -> None:
    program = (
        "import sys; from signdecoder.cli import main;"
        "from tests.support.memory import peak_memory;"
        "status = main(sys.argv[1:]); print(peak_memory()); sys.exit(status)"
    )
    with subprocess.Popen(["yes", "cap,none"], stdout=subprocess.PIPE) as endless:
        ran = subprocess.run(
            [sys.executable, "-c", program, "import", "-"],
            stdin=endless.stdout, capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        endless.kill()
    assert ran.returncode == 1
    assert ran.stderr.startswith("- is larger than 16 MiB (the limit). Split it")
    assert int(ran.stdout) < 500 * 1024


@pytest.mark.slow
@pytest.mark.parametrize("make", LARGEST_LOGS, ids=lambda make: make.__name__)
def test_the_worst_file_takes_less_than_500_mb(
    tmp_path: Path, make: Callable[[int], Iterator[str]]
) -> None:
    data = "\n".join(make(MAX_ROWS - 1)).encode()
    assert len(data) < MAX_BYTES
    write(tmp_path, data)
    program = (
        "import sys; from signdecoder.cli import main;"
        "from tests.support.memory import peak_memory;"
        "status = main(sys.argv[1:]); print(peak_memory()); sys.exit(status)"
    )
    for words in ("import", "x.csv"), ("export", "y.csv"):
        ran = subprocess.run(
            [sys.executable, "-c", program, *words, "--db", "store.db"],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert f"{MAX_ROWS - 1} plays" in ran.stdout + ran.stderr
        assert int(ran.stdout.splitlines()[-1]) < 450 * 1024


def test_a_coachs_name_has_a_limit_too(tmp_path: Path) -> None:
    log = load_log(write(tmp_path, f"coach,{HEADER}{'x' * 255},cap,none\n{'x' * 256},cap,none\n"))
    assert [play.coach for play in log.plays] == ["x" * 255]
    assert log.bad[0].what.endswith("has 256 characters (limit 255). Shorten it.")


# --- random input -------------------------------------------------------------------------------


@CHEAP
@given(SEEDS)
def test_no_row_of_a_log_is_lost(tmp_path: Path, rng: Random) -> None:
    data = make_log(rng)
    path = write(tmp_path, data)
    try:
        log = load_log(path)
    except SigndecoderError:
        return
    assert log.reading is not None
    n_rows = len(log.plays) + len(log.bad)
    rows = count_possible_rows(decode_text("x.csv", data))
    assert rows is None or n_rows in range(min(rows) - log.reading.header, max(rows) + 1)
    assert set(log.lines).isdisjoint(row.line for row in log.bad)
    write_log(log.plays, tmp_path / "again.csv")
    back = load_log(tmp_path / "again.csv")
    assert back.bad == ()
    assert [(p.signals, p.outcome, p.coach, p.game, p.date, p.context) for p in back.plays] == [
        (p.signals, p.outcome, p.coach, p.game, p.date, p.context) for p in log.plays
    ]


@CHEAP
@given(st.binary(max_size=200) | st.text().map(lambda text: (HEADER + text).encode()))
def test_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    try:
        log = load_log(write(tmp_path, data))
    except SigndecoderError:
        return
    assert log.reading is not None
    n_rows = len(log.plays) + len(log.bad)
    rows = count_possible_rows(decode_text("x.csv", data))
    assert rows is None or n_rows in range(min(rows) - log.reading.header, max(rows) + 1)


@CHEAP
@given(st.text(max_size=80) | SEEDS.map(lambda rng: make_text(rng, 80)), st.booleans())
def test_any_cell_of_signs_is_read_or_refused(text: str, compact: bool) -> None:
    try:
        signals = parse_signals(text, compact)
    except SigndecoderError:
        return
    assert parse_signals(format_signals(signals)) == signals


@CHEAP
@given(st.text(max_size=40))
def test_normalizing_an_outcome_twice_changes_nothing(text: str) -> None:
    try:
        name = normalize_outcome(text)
    except SigndecoderError:
        return
    assert normalize_outcome(name) == name


WORDS = st.text(max_size=12) | st.sampled_from(("Hawks", "cap", "1", "-1", "steal", "", "-", "--"))
COMMANDS = (
    *("plays", "coaches", "undo", "changed", "query", "explain", "report", "log", "rename"),
    *("delete", "import", "export", "predict", "ui", "nonsense"),
)


@settings(CHEAP, max_examples=150)
@given(st.sampled_from(COMMANDS), st.lists(WORDS, max_size=4), st.booleans())
def test_any_arguments_run_a_command_or_end_in_an_error_message(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: str, words: list[str], json: bool
) -> None:
    monkeypatch.setenv("SIGNDECODER_DEBUG", "1")  # an internal error is raised
    store = shell.folder / "store.db"
    if not store.exists():
        shell.write("Hawks.csv", HEADER + "cap ear,steal\nnose cap,none\n")
        shell.run("import", "Hawks.csv")
    run_checked([command, *words, *["--json"] * json])
