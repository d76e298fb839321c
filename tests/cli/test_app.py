"""The application: help, exit statuses, and errors as one line."""

from pathlib import Path

import pytest

from tests.support.shell import Shell


def test_without_a_terminal_the_help_is_printed(shell: Shell) -> None:
    ran = shell.run()
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Usage: signdecoder")


def test_the_live_screen_needs_a_terminal(shell: Shell) -> None:
    ran = shell.run("ui")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Error: the live screen needs a terminal. Log plays with")


COMMANDS = (
    *("train", "query", "predict", "report", "log", "plays", "undo", "rename", "delete"),
    *("changed", "import", "export", "coaches", "simulate", "pretrain", "backup", "restore"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example_of_the_command(shell: Shell, command: str) -> None:
    ran = shell.run(command, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert f"Example: signdecoder {command}" in ran.out
    assert max(map(len, ran.out.split("\n"))) <= 80
    assert f"  {command} " in shell.run("--help").out


@pytest.mark.parametrize(
    "arguments", [("fly",), ("query",), ("query", "cap", "--fly"), ("log", "cap"), ("plays", "x")]
)
def test_wrong_usage_ends_with_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    ran = shell.run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "Error: " in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plays", "--last", "0"), "Error: Invalid value for '--last': Use 1 or more."),
        (("plays", "--last", "x"), "Error: Invalid value for '--last': Write a whole number."),
        (("serve", "--port", "99999"), "Error: Invalid value for '--port': Use 65535 or less."),
        (("delete", "team", "x"), ": 'team' is not one of 'coach', 'game', 'play'."),
    ],
)
def test_a_refused_value_says_which_values_are_allowed(
    shell: Shell, arguments: tuple[str, ...], said: str
) -> None:
    assert shell.run(*arguments).err.rstrip().endswith(said)


@pytest.mark.parametrize("command", ["import", "train"])
def test_help_says_when_the_coach_option_applies(shell: Shell, command: str) -> None:
    help_text = " ".join(shell.run(command, "--help").out.split())
    assert "--coach NAME Coach to use when the file has no coach column." in help_text


def test_db_may_come_before_the_command(shell: Shell) -> None:
    shell.run("--db", "mine.db", "log", "cap", "--outcome", "none")
    assert (shell.folder / "mine.db").exists()
    assert shell.run("coaches", "--json", "--db", "mine.db").document["coaches"]
    assert not shell.run("coaches", "--json").document["coaches"]


def test_a_file_that_is_not_a_store_is_left_alone(shell: Shell) -> None:
    shell.write("notes.txt", "my notes, at some length: " * 9)
    ran = shell.run("plays", "--db", "notes.txt")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: notes.txt is not a signdecoder store. ")
    assert (shell.folder / "notes.txt").read_text().startswith("my notes")


def test_an_internal_error_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path | None = None) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("signdecoder.store.store.Store.open", fail)
    ran = shell.run("plays")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "Error: signdecoder hit an internal error (ZeroDivisionError: by zero). "
        "Set SIGNDECODER_DEBUG=1 and run the command again to see where.\n"
    )
    monkeypatch.setenv("SIGNDECODER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        shell.run("plays")


def test_an_interruption_ends_with_130(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(path: Path | None = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("signdecoder.store.store.Store.open", stop)
    ran = shell.run("plays")
    assert (ran.status, ran.out, ran.err) == (130, "", "Interrupted.\n")


def test_control_characters_in_file_names_are_escaped(shell: Shell) -> None:
    right_to_left = "\u202e"
    ran = shell.run("import", shell.write(f"g{right_to_left}\x1b[2J.csv", "signs,outcome\ncap,x\n"))
    assert "\x1b" not in ran.err
    assert right_to_left not in ran.err
    assert ran.err.startswith("g\\u202e\\x1b[2J.csv:2: ")


def test_running_out_of_memory_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path | None = None) -> None:
        raise MemoryError

    monkeypatch.setattr("signdecoder.store.store.Store.open", fail)
    monkeypatch.setenv("SIGNDECODER_DEBUG", "1")
    ran = shell.run("plays")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == ("Error: not enough memory. Close other programs or use a smaller file.\n")
