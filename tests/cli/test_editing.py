"""`signdecoder undo`, `rename` and `delete`."""

from tests.cli.logs import import_log
from tests.support.shell import Shell


def test_undo_says_what_it_undid(shell: Shell) -> None:
    import_log(shell)
    assert shell.run("undo").out == "Undone: Imported Hawks.csv (2 plays)\n"
    ran = shell.run("undo", "--json")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "Error: nothing to undo. The database has no changes yet.\n"


def test_rename_and_delete_change_the_plays(shell: Shell) -> None:
    import_log(shell)
    done = shell.run("rename", "signal", "EAR", "lobe").out
    assert done == "Renamed signal ear of Hawks to lobe (2 plays)\n"
    assert shell.run("rename", "coach", "hawks", "Owls").status == 0
    assert shell.run("delete", "play", "2").status == 0
    plays = shell.run("plays", "--coach", "owls", "--json").document["plays"]
    assert [play["signs"] for play in plays] == [["lobe", "cap", "belt"]]
    words = shell.run("undo", "--json").document["undone"]
    assert words == "Deleted play 2 (nose, lobe → none)"


def test_an_empty_name_is_refused(shell: Shell) -> None:
    shell.run("log", "cap", "--outcome", "none")
    for name in ("", "\udcff"):
        ran = shell.run("delete", "game", name)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("Error: the game ")


def test_deleting_something_unknown_is_an_error(shell: Shell) -> None:
    import_log(shell)
    for what in (("play", "9"), ("game", "Bears"), ("coach", "Bears")):
        ran = shell.run("delete", *what)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("Error: ")
        assert ran.err.count("\n") == 1
