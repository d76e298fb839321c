"""Progress on a terminal and in a log file."""

import sys

import pytest

from signdecoder.cli.progress import show_progress
from signdecoder.core.progress import Progress
from tests.cli.logs import import_log
from tests.support.shell import Shell


def test_progress_in_a_log_file_is_a_line_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("learning") as progress:
        for step in range(1, 41):
            progress(Progress(step, 40, 1 / step, 3700 - step))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "learning: step 1 of 40, loss 1.000 · about 1 h 2 min left"
    assert [line.split()[2] for line in lines[1:]] == [str(n) for n in range(4, 41, 4)]
    with show_progress("audit", with_loss=False) as progress:
        progress(Progress(1, 40, 1.0, 61))
    assert capsys.readouterr().err == "audit: step 1 of 40, about 1 min left\n"


def test_progress_on_a_terminal_is_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with show_progress("learning") as progress:
        progress(Progress(1, 40, 0.5, 61))
    written = capsys.readouterr()
    assert written.out == ""
    assert "learning" in written.err


def test_a_report_on_many_coaches_shows_how_many_are_done(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for coach in ("Hawks", "Lions", "Bears"):
        import_log(shell, coach)
    assert shell.run("report").err == ""  # it takes no time
    monkeypatch.setattr("signdecoder.cli.progress._SHORT", 0.0)
    said = shell.run("report").err.splitlines()
    assert [line.split(",")[0] for line in said] == [
        "report: step 1 of 3", "report: step 2 of 3",
    ]  # fmt: skip
    assert shell.run("report", "--quiet").err == ""
