"""Defaults in config.toml and in the environment, and the options that every command has."""

import pytest

from tests.cli.logs import import_log
from tests.support.shell import Shell


@pytest.fixture
def two(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell with two coaches, and with its settings in the same folder."""
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    monkeypatch.setenv("SIGNDECODER_CONFIG", str(shell.folder / "config.toml"))
    return shell


def test_a_coach_may_be_set(two: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert two.run("query", "cap").status == 2
    two.write("config.toml", 'coach = "lions"\n')
    assert two.run("query", "cap", "--json").document["coach"] == "Lions"
    assert len(two.run("report", "--json").document["coaches"]) == 2  # which needs no coach
    monkeypatch.setenv("SIGNDECODER_COACH", "Hawks")
    assert two.run("query", "cap", "--json").document["coach"] == "Hawks"
    assert two.run("query", "cap", "-c", "lions", "--json").document["coach"] == "Lions"


def test_a_store_may_be_set(two: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    two.write("config.toml", f'store = "{two.folder.as_posix()}/other.db"\n')
    assert len(two.run("coaches", "--json").document["coaches"]) == 2  # SIGNDECODER_DB comes first
    monkeypatch.delenv("SIGNDECODER_DB")
    assert two.run("coaches", "--json").document["coaches"] == []
    assert "other.db" in two.run("--version").out
    assert two.run("coaches", "--json", "--db", "store.db").document["coaches"] != []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('coch = "Hawks"', '"coch" is not a setting. Did you mean coach?\n'),
        ('font = "big"', '"font" is not a setting. The settings are coach, store.\n'),
        ("coach = 3", 'coach is not a text. Write it like coach = "...".\n'),
        ("coach", "Expected '=' after a key"),
    ],
)
def test_a_setting_that_is_not_understood_is_named(two: Shell, text: str, said: str) -> None:
    two.write("config.toml", text)
    ran = two.run("query", "cap")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"Error: {two.folder}/config.toml: {said}")


def test_the_environment_sets_options(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    import_log(shell)
    monkeypatch.setenv("SIGNDECODER_PLAYS_LAST", "1")
    monkeypatch.setenv("SIGNDECODER_COACHES_FORMAT", "csv")
    assert len(shell.run("plays", "--json").document["plays"]) == 1
    assert len(shell.run("plays", "--last", "2", "--json").document["plays"]) == 2
    assert shell.run("coaches").out.startswith("coach,plays,called\n")
    assert "SIGNDECODER_PLAYS_COACH" in shell.run("plays", "-h").out


def test_verdicts_are_colored_when_asked(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    import_log(shell)
    colored = shell.run("query", "cap", "--color", "always").out
    assert colored.startswith("\x1b[1;3")
    assert "\x1b" not in shell.run("query", "cap").out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\x1b" not in shell.run("query", "cap", "--color", "never").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shell.run("query", "cap").out
    monkeypatch.setenv("SIGNDECODER_COLOR", "always")
    assert shell.run("query", "cap").out == colored
    assert shell.run("query", "cap", "--color", "red").status == 2


def test_quiet_leaves_out_notes_but_no_errors(shell: Shell) -> None:
    import_log(shell)
    assert "Note: " in shell.run("query", "elbow").err
    assert shell.run("query", "elbow", "-q").err == ""
    assert shell.run("-q", "coaches", "-o", "a.csv").err == ""
    assert shell.run("query", "cap", "-q", "--coach", "Bears").err.startswith("Error: ")


def test_verbose_says_what_was_used(shell: Shell) -> None:
    import_log(shell)
    said = shell.run("coaches", "-v").err
    assert said.startswith(f"Play database {shell.folder}/store.db")
    assert "\nTook 0." in said


def test_help_is_a_command_too(shell: Shell) -> None:
    assert shell.run("help").out == shell.run("--help").out
    assert shell.run("help", "report").out == shell.run("report", "-h").out
    ran = shell.run("help", "reprot")
    assert (ran.status, ran.err) == (2, 'Error: "reprot" is not a command. Did you mean report?\n')


def test_options_are_listed_in_groups(shell: Shell) -> None:
    text = shell.run("query", "--help").out
    places = [text.index(f"\n{group}:") for group in (
        "Coach and play", "Moment of the game", "Reading files", "What the decoder goes by",
        "Output", "Everywhere",
    )]  # fmt: skip
    assert places == sorted(places)
