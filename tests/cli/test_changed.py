"""`signdecoder changed`: saved, listed, undone, and refused where it makes no sense."""

from tests.cli.logs import import_log
from tests.support.shell import Shell


def test_changed_is_saved_listed_and_undone(shell: Shell) -> None:
    import_log(shell)
    ran = shell.run("changed")
    done = "New signs from play 3\n"
    assert (ran.status, ran.out, ran.err) == (0, done, "")
    header = "id  game   date        outcome  signs\n"
    last = " 2  Lions  2026-05-01  none     nose ear\n"
    assert shell.run("plays").out == (
        f"{header} 1  Lions  2026-05-01  steal    ear cap belt\n{last}    new signs from here\n"
    )
    shell.run("log", "cap", "--outcome", "none", "--game", "Lions")
    new = " 3  Lions  2026-05-01  none     cap\n"
    assert shell.run("plays", "--last", "2").out == f"{header}{last}    new signs from here\n{new}"
    assert shell.run("plays", "--last", "1").out == f"{header}    new signs from here\n{new}"
    plays = shell.run("plays", "--json").document["plays"]
    assert [play.get("changed") for play in plays] == [None, None, True]
    shell.run("log", "ear", "--outcome", "none", "--game", "Lions")
    assert "changed" not in shell.run("plays", "--last", "1").out
    assert "changed" not in shell.run("plays", "--last", "1", "--json").out
    shell.run("undo")
    shell.run("undo")
    assert shell.run("undo").out == "Undone: New signs from play 3\n"
    assert "changed" not in shell.run("plays").out


def test_changed_prints_json(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    ran = shell.run("changed", "--coach", "lions", "--json")
    document = {"done": "New signs from play 3"}
    assert (ran.status, ran.document, ran.err) == (0, document, "")
    assert "changed" not in shell.run("plays", "--coach", "Hawks").out


def test_changed_after_a_play(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    assert shell.run("changed", "--after", "3").out == "New signs from play 2\n"
    listed = shell.run("plays", "--coach", "Lions").out.splitlines()
    assert [line.split()[0] for line in listed] == ["id", "3", "new", "4"]
    shown = shell.run("plays", "--coach", "Lions", "--search", "nose").out.splitlines()
    assert [line.split()[0] for line in shown] == ["id", "new", "4"]
    again = shell.run("changed", "--after", "3")
    assert (again.status, again.out) == (1, "")
    assert again.err.startswith("Error: new signs of Lions are recorded already after play 3.")
    other = shell.run("changed", "--after", "3", "--coach", "Hawks")
    assert (other.status, other.out) == (1, "")
    assert other.err.startswith("Error: Hawks has no play 3.")
    assert shell.run("changed", "--after", "9").status == 2  # whose play, nobody knows


def test_changed_refuses_an_empty_store_and_a_second_change(shell: Shell) -> None:
    ran = shell.run("changed", "--json")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: no plays logged yet. Import a log with")
    import_log(shell)
    assert shell.run("changed").status == 0
    ran = shell.run("changed", "--json")
    assert (ran.status, ran.out, ran.err) == (
        *(1, ""),
        "Error: new signs of Hawks are recorded already after the last play. "
        "Record the plays that came after the change.\n",
    )
    assert shell.run("changed", "--coach", "Bears").status == 1
    import_log(shell, "Lions")
    ran = shell.run("changed")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Error: the database has several coaches (Hawks, Lions). ")


def test_logs_have_no_changes_of_signs_and_the_help_says_so(shell: Shell) -> None:
    import_log(shell)
    before = shell.run("export", "-").out
    shell.run("changed")
    assert shell.run("export", "-").out == before
    for command in ("import", "export"):
        assert '"signdecoder changed"' in shell.run(command, "--help").out
