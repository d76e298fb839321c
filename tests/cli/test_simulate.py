"""`signdecoder simulate`: deterministic logs, and wrong options."""

from signdecoder.logs.csv_table import MAX_ROWS
from signdecoder.simulation import named_log
from tests.support.shell import Shell


def test_the_same_seed_makes_the_same_log(shell: Shell) -> None:
    command = ("simulate", "--plays", "12", "--seed", "7", "--coach", "Hawks", "--games", "3")
    ran = shell.run(*command)
    assert (ran.status, ran.err) == (0, "")
    header, *rows = ran.out.splitlines()
    assert header == "coach,game,date,signs,outcome"
    assert len(rows) == 12
    assert all(row.startswith("Hawks,Game ") for row in rows)
    assert shell.run(*command).out == ran.out
    assert shell.run(*command, "--out", "log.csv").out == ""
    assert (shell.folder / "log.csv").read_text() == ran.out
    assert shell.run("import", "log.csv").out == "log.csv: 12 plays added\n"


def test_reveal_prints_the_rule_but_never_in_the_log(shell: Shell) -> None:
    command = ("simulate", "--plays", "12", "--seed", "7", "--family", "next", "--wipe-off")
    ran = shell.run(*command, "--reveal")
    assert ran.err.startswith("The rule: ")
    assert ran.out == shell.run(*command).out


def test_simulate_exits_2_for_impossible_options(shell: Shell) -> None:
    command = ("simulate", "--plays", "5", "--seed", "1")
    for wish in (("--family", "riddle"), ("--level", "moon"), ("--other-plays", "2")):
        ran = shell.run(*command, *wish)
        assert (ran.status, ran.out) == (2, "")
    assert shell.run("simulate", "--plays", "0", "--seed", "1").status == 2
    ran = shell.run("simulate", "--plays", str(MAX_ROWS + 1), "--seed", "1")
    assert (ran.status, ran.out) == (2, "")
    assert str(MAX_ROWS) in ran.err  # more rows than a log may have; Typer says so in its own words
    assert shell.run("simulate", "--seed", "1").status == 2


def test_the_help_names_every_level_and_family(shell: Shell) -> None:
    help_text = shell.run("simulate", "--help").out
    for name in (*named_log.LEVELS, *named_log.list_kinds()):
        assert name in help_text
