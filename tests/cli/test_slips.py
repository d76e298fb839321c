"""Signals and plays that look like slips of the keys, and sequences on standard input."""

import io

import pytest

from tests.cli.logs import import_log
from tests.support.shell import Shell


def test_a_signal_that_looks_like_a_slip_is_refused(shell: Shell) -> None:
    import_log(shell)
    ran = shell.run("query", "ear", "cap", "bell")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        'Error: Hawks has never shown "bell"; did you mean belt? Ask about it anyway with --new.\n'
    )
    assert shell.run("query", "ear", "cap", "bell", "--new").status == 0
    assert shell.run("query", "ear", "cap", "elbow").status == 0  # not near to any


def test_a_play_that_looks_like_a_slip_is_refused(shell: Shell) -> None:
    import_log(shell)
    for command in (("query", "cap"), ("report",), ("coaches",)):
        ran = shell.run(*command, "--play", "stael")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == 'Error: no play is named "stael". Did you mean steal?\n'
    assert shell.run("coaches", "--play", "pickoff").status == 0


def test_a_logged_slip_is_named_with_the_command_that_corrects_it(shell: Shell) -> None:
    import_log(shell)
    ran = shell.run("log", "left ear", "bell", "--outcome", "steal")
    assert ran.status == 0
    assert ran.err == ("Note: bell is new; did you mean belt? signdecoder edit 3 'left ear' belt\n")
    assert shell.run("log", "bell", "--outcome", "none", "--new").err == ""


def test_a_sequence_may_come_from_standard_input(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_log(shell)
    monkeypatch.setattr("sys.stdin", io.StringIO("ear, cap, belt\n"))
    assert shell.run("query", "-", "--json").document["signs"] == ["ear", "cap", "belt"]
    monkeypatch.setattr("sys.stdin", io.StringIO("nose cap\n"))
    assert shell.run("log", "-", "--outcome", "none").out.startswith("Saved play 3: nose cap")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert shell.run("query", "-").err.startswith("Error: standard input has 0 lines")


def test_each_row_is_predicted_with_its_own_coach(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    shell.write("rows.csv", "coach,signs\nlions,cap\nHawks,ear\n,belt\n")
    ran = shell.run("predict", "rows.csv", "--coach", "Hawks")
    assert [row.split(",")[0] for row in ran.out.splitlines()] == ["coach", "lions", "Hawks", ""]
    ran = shell.run("predict", "rows.csv")
    assert (ran.status, ran.out) == (2, "")
    shell.write("rows.csv", "coach,signs\nBears,cap\n")
    assert shell.run("predict", "rows.csv").err.startswith('Error: no coach is named "Bears"')
