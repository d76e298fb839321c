"""`signdecoder undo`, `redo`, `edit`, `rename` and `delete`."""

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


def test_redo_after_an_undo(shell: Shell) -> None:
    import_log(shell)
    assert shell.run("redo").err.startswith("Error: nothing to redo. ")
    shell.run("undo")
    assert shell.run("redo").out == "Redone: Imported Hawks.csv (2 plays)\n"
    assert len(shell.run("plays", "--json").document["plays"]) == 2
    shell.run("undo")
    assert shell.run("redo", "--json").document == {"redone": "Imported Hawks.csv (2 plays)"}


def test_edit_changes_what_is_given(shell: Shell) -> None:
    import_log(shell)
    ran = shell.run("edit", "1", "--outcome", "bunt", "--outs", "2", "--note", "late")
    assert ran.out == "Edited play 1 (ear, cap, belt → steal)\n"
    play = shell.run("plays", "--json").document["plays"][0]
    assert (play["signs"], play["outcome"]) == (["ear", "cap", "belt"], "bunt")
    assert (play["outs"], play["note"], play["game"]) == ("2", "late", "Lions")
    shell.run("edit", "1", "nose, cap", "--game", "Bears")
    play = next(p for p in shell.run("plays", "--json").document["plays"] if p["id"] == 1)
    assert (play["signs"], play["outcome"]) == (["nose", "cap"], "bunt")
    assert (play["game"], play["note"]) == ("Bears", "late")


def test_edit_refuses_what_it_cannot_do(shell: Shell) -> None:
    import_log(shell)
    assert shell.run("edit", "1").status == 2
    ran = shell.run("edit", "9", "--outcome", "none")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: play 9 does not exist. ")
    assert shell.run("edit", "1", "--outcome", "steall").status == 1
