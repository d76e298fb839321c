"""Commands that record and list: exact output, JSON keys, exit statuses."""

import json
import os
import sqlite3
import sys
from datetime import date
from pathlib import Path

import pytest

from signdecoder.logs import csv_table as tables
from signdecoder.store.store import Store
from tests.support.shell import Shell

LOG = (
    "signs,outcome,game,date\near cap belt,steal,Lions,2026-05-01\nnose ear,none,Lions,2026-05-01\n"
)
TODAY = date.today().isoformat()


def import_log(shell: Shell, coach: str = "Hawks") -> None:
    assert shell.run("import", shell.write(f"{coach}.csv", LOG)).status == 0


# --- log ------------------------------------------------------------------------------------------


def test_log_begins_coach_1_in_todays_game(shell: Shell) -> None:
    ran = shell.run("log", "ear", "cap", "belt", "--outcome", "Steal")
    said = f"Saved play 1: ear cap belt → steal   Coach 1 · game {TODAY}\n"
    assert (ran.status, ran.out, ran.err) == (0, said, "")


def test_one_argument_is_read_like_a_cell_and_several_are_a_signal_each(shell: Shell) -> None:
    assert "left ear>cap → none" in shell.run("log", "left ear, cap", "--outcome", "none").out
    assert "left ear>cap → none" in shell.run("log", "left ear", "cap", "--outcome", "none").out
    assert "e c b → none" in shell.run("log", "ecb", "--compact", "--outcome", "none").out


def test_a_logged_play_is_on_disk_when_it_is_told(shell: Shell) -> None:
    ran = shell.run("log", "cap", "--outcome", "bunt", "--coach", "Hawks", "--game", "G", "--json")
    play = json.loads(ran.out)
    assert play == {
        "id": 1, "coach": "Hawks", "game": "G", "date": TODAY, "signs": ["cap"],
        "outcome": "bunt", "inning": None, "half": None, "outs": None, "balls": None,
        "strikes": None, "runners": None, "note": None, "extra": {},
    }  # fmt: skip
    with sqlite3.connect(shell.folder / "store.db") as db:
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (1,)


def test_a_play_of_a_known_game_takes_its_date(shell: Shell) -> None:
    import_log(shell)
    ran = shell.run("log", "cap", "--outcome", "none", "--game", "lions", "--json")
    assert json.loads(ran.out)["date"] == "2026-05-01"
    shell.run("import", shell.write("Owls.csv", "signs,outcome\ncap,none\n"), "--coach", "Hawks")
    ran = shell.run("log", "cap", "--outcome", "none", "--game", "owls", "--json")
    assert json.loads(ran.out)["date"] is None


def test_an_outcome_of_ones_own_is_declared_or_known(shell: Shell) -> None:
    unknown = shell.run("log", "cap", "--outcome", "offspeed")
    assert (unknown.status, unknown.out) == (1, "")
    assert unknown.err.startswith('Error: the outcome "offspeed" is not known. Use steal, none')
    assert shell.run("log", "cap", "--outcome", "offspeed", "--outcomes", "offspeed").status == 0
    assert shell.run("log", "cap", "--outcome", "offspeed").status == 0
    assert json.loads(shell.run("coaches", "--play", "off-speed", "--json").out) == {
        "coaches": [{"coach": "Coach 1", "plays": 2, "called": 2}]
    }
    for declared in (("--outcomes", "off_speed"), ("--play", "Off speed")):
        ran = shell.run("log", "cap", "--outcome", "off speed", *declared, "--json")
        assert json.loads(ran.out)["outcome"] == "offspeed"


def test_log_with_several_coaches_asks_which(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    ran = shell.run("log", "cap", "--outcome", "none")
    assert (ran.status, ran.out) == (2, "")
    said = "Error: the database has several coaches (Hawks, Lions). Choose one with --coach.\n"
    assert ran.err == said


# --- plays, coaches -------------------------------------------------------------------------------


def test_lists_of_an_empty_store_are_empty(shell: Shell) -> None:
    for command in ("plays", "coaches"):
        assert shell.run(command, "--json").out == f'{{"{command}": []}}\n'
        ran = shell.run(command)
        assert (ran.status, ran.out) == (0, "")
        assert ran.err.startswith("No plays logged yet. Import a log with")


def test_plays_are_listed_oldest_first(shell: Shell) -> None:
    import_log(shell)
    assert shell.run("plays").out == (
        "id  game   date        outcome  signs\n"
        " 1  Lions  2026-05-01  steal    ear cap belt\n"
        " 2  Lions  2026-05-01  none     nose ear\n"
    )  # fmt: skip
    last = json.loads(shell.run("plays", "--last", "1", "--json").out)
    assert [play["id"] for play in last["plays"]] == [2]
    assert shell.run("plays", "--last", "0").status == 2


def test_columns_that_are_not_known_are_shown(shell: Shell) -> None:
    shell.run("import", shell.write("a.csv", "signs,outcome,inning,wind\ncap,none,3,calm\n"))
    play = json.loads(shell.run("plays", "--json").out)["plays"][0]
    assert (play["inning"], play["extra"]) == ("3", {"wind": "calm"})


def test_coaches_are_counted(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    shell.run("log", "cap", "--outcome", "steal", "--coach", "hawks")
    assert shell.run("coaches").out == (
        "coach  plays  steal\n"
        "Hawks      3      2\n"
        "Lions      2      1\n"
    )  # fmt: skip
    assert json.loads(shell.run("coaches", "--json").out) == {
        "coaches": [
            {"coach": "Hawks", "plays": 3, "called": 2},
            {"coach": "Lions", "plays": 2, "called": 1},
        ]
    }


def test_an_unknown_coach_is_told_the_closest_first(shell: Shell) -> None:
    for name in ["Hawks", *(f"Team {n}" for n in range(11))]:
        shell.run("log", "cap", "--outcome", "none", "--coach", name)
    ran = shell.run("plays", "--coach", "team 7a")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith('Error: no coach is named "team 7a" (coaches: Team 7, Team ')
    assert "and 2 more). Use one of these names.\n" in ran.err


# --- changed --------------------------------------------------------------------------------------


def test_a_change_of_signs_is_recorded_shown_and_undone(shell: Shell) -> None:
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
    plays = json.loads(shell.run("plays", "--json").out)["plays"]
    assert [play.get("changed") for play in plays] == [None, None, True]
    shell.run("log", "ear", "--outcome", "none", "--game", "Lions")
    assert "changed" not in shell.run("plays", "--last", "1").out
    assert "changed" not in shell.run("plays", "--last", "1", "--json").out
    shell.run("undo")
    shell.run("undo")
    assert shell.run("undo").out == "Undone: New signs from play 3\n"
    assert "changed" not in shell.run("plays").out


def test_a_change_of_signs_is_told_as_json(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    ran = shell.run("changed", "--coach", "lions", "--json")
    said = {"done": "New signs from play 3"}
    assert (ran.status, json.loads(ran.out), ran.err) == (0, said, "")
    assert "changed" not in shell.run("plays", "--coach", "Hawks").out


def test_a_change_of_signs_that_cannot_be_recorded_is_refused(shell: Shell) -> None:
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


def test_logs_carry_no_change_of_signs_and_their_help_says_so(shell: Shell) -> None:
    import_log(shell)
    before = shell.run("export", "-").out
    shell.run("changed")
    assert shell.run("export", "-").out == before
    for command in ("import", "export"):
        assert '"signdecoder changed"' in shell.run(command, "--help").out


# --- undo, rename, delete -------------------------------------------------------------------------


def test_undo_says_what_it_took_back(shell: Shell) -> None:
    import_log(shell)
    assert shell.run("undo").out == "Undone: Imported Hawks.csv (2 plays)\n"
    ran = shell.run("undo", "--json")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "Error: nothing to undo. The database has no changes yet.\n"


def test_names_are_changed_and_plays_deleted(shell: Shell) -> None:
    import_log(shell)
    done = shell.run("rename", "signal", "EAR", "lobe").out
    assert done == "Renamed signal ear to lobe of Hawks (2 plays)\n"
    assert shell.run("rename", "coach", "hawks", "Owls").status == 0
    assert shell.run("delete", "play", "2").status == 0
    plays = json.loads(shell.run("plays", "--coach", "owls", "--json").out)["plays"]
    assert [play["signs"] for play in plays] == [["lobe", "cap", "belt"]]
    words = json.loads(shell.run("undo", "--json").out)["undone"]
    assert words == "Deleted play 2 (nose, lobe → none)"


def test_no_name_means_no_game(shell: Shell) -> None:
    shell.run("log", "cap", "--outcome", "none")
    for name in ("", "\udcff"):
        ran = shell.run("delete", "game", name)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("Error: the game ")


def test_what_is_not_there_cannot_be_deleted(shell: Shell) -> None:
    import_log(shell)
    for what in (("play", "9"), ("game", "Bears"), ("coach", "Bears")):
        ran = shell.run("delete", *what)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("Error: ")
        assert ran.err.count("\n") == 1


# --- import, export -------------------------------------------------------------------------------


def test_a_log_that_is_read_again_adds_nothing(shell: Shell) -> None:
    assert shell.run("import", shell.write("game.csv", LOG)).out == "game.csv: 2 plays added\n"
    again = shell.run("import", "game.csv")
    assert again.out == "game.csv: 0 plays added, 2 already logged\n"
    assert json.loads(shell.run("import", "game.csv", "--json").out) == {
        "files": [{"file": "game.csv", "added": 0, "known": 2, "bad": 0}]
    }


FAULTS: dict[str, tuple[str | bytes, str]] = {
    "quote": ('signs,outcome\ncap,none\n"ear,steal\n', "bad.csv:3: "),
    "column": ("signs,inning\ncap,3\n", "bad.csv:1: "),
    "outcome": ("signs,outcome\ncap,none\near,maybe\n", 'bad.csv:3: the outcome "maybe"'),
    "no_sequence": ("signs,outcome\ncap,none\n,steal\n", "bad.csv:3: "),
    "65_signals": (f"signs,outcome\n{'cap ' * 65},none\n", "bad.csv:2: "),
    "41_signals": (
        "signs,outcome\n" + "".join(f"s{n},none\n" for n in range(41)),
        "bad.csv:42: ",
    ),
    "nul": (b"signs,outcome\ncap\0,none\n", "bad.csv:2: "),
    "latin_1": ("signs,outcome\nkäppi,none\n".encode("latin-1"), "bad.csv:2: "),
    "empty": ("", "bad.csv is empty"),
}


@pytest.mark.parametrize("command", ["import", "train"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_log_is_refused_by_name_line_and_remedy(
    shell: Shell, fault: str, command: str
) -> None:
    text, said = FAULTS[fault]
    ran = shell.run(command, shell.write("bad.csv", text))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(said)
    assert ". " in ran.err.split("\n")[0].split("bad.csv", 1)[1].lstrip(":0123456789 ")
    assert "\nError: no plays were imported from bad.csv. Fix the errors above" in ran.err
    assert json.loads(shell.run("plays", "--json").out) == {"plays": []}


def test_a_folder_and_a_file_that_is_not_there_are_refused(shell: Shell) -> None:
    (shell.folder / "season").mkdir()
    assert shell.run("import", "season").err.startswith("season is a folder. ")
    assert shell.run("import", "gone.csv").err.startswith("gone.csv does not exist. ")
    assert shell.run("import", "gone.csv").status == 1


def test_the_good_files_are_taken_beside_a_bad_one(shell: Shell) -> None:
    bad = shell.write("bad.csv", "signs,outcome\ncap,none\near,maybe\nnose,\n")
    ran = shell.run("import", bad, shell.write("good.csv", LOG), "--json")
    assert (ran.status, ran.out) == (1, "")
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == [
        "bad.csv:3", "bad.csv:4", "Error", "good.csv",
    ]  # fmt: skip
    assert ran.err.endswith(
        "Error: no plays were imported from bad.csv. Fix the errors above and retry, "
        "or skip the bad rows of bad.csv with --skip-bad.\ngood.csv: 2 plays added\n"
    )
    assert json.loads(shell.run("coaches", "--json").out)["coaches"][0]["coach"] == "good"


def test_a_store_that_cannot_be_written_is_no_fault_of_the_log(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run("coaches")
    monkeypatch.setattr(os, "access", lambda path, mode, **asked: False)
    ran = shell.run("import", shell.write("game.csv", LOG), "--db", "store.db")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: the store ")
    assert ran.err.count("\n") == 1


def test_skip_bad_takes_the_good_rows_and_counts_the_others(shell: Shell) -> None:
    bad = shell.write("bad.csv", "signs,outcome\ncap,none\near,maybe\n")
    ran = shell.run("import", bad, "--skip-bad")
    assert (ran.status, ran.out) == (0, "bad.csv: 1 play added, 1 bad row skipped\n")
    assert ran.err.startswith("bad.csv:3: ")


def test_what_goes_out_comes_in_again_unchanged(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "=Lions")
    ran = shell.run("export", "all.csv")
    assert (ran.status, ran.out, ran.err) == (0, "", "Wrote 4 plays to all.csv.\n")
    assert shell.run("export", "-").out == (shell.folder / "all.csv").read_text()
    again = shell.run("import", "all.csv", "--db", "other.db", "--json")
    assert json.loads(again.out)["files"][0]["added"] == 4
    assert shell.run("export", "-", "--db", "other.db").out == shell.run("export", "-").out
    one = shell.run("export", "-", "--coach", "=lions").out
    assert one.count("'=Lions") == 2


def test_an_export_that_no_import_would_take_is_told(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_log(shell)
    import_log(shell, "Lions")
    note = "Note: this log is too large to import again ({}). {}\n"
    one, several = (
        "Export one coach at a time with --coach.",
        "Split it into several files, by rows or by columns.",
    )
    for limit, most, words, said in (
        ("MAX_ROWS", 3, (), note.format("4 rows (limit 3)", one)),
        ("MAX_ROWS", 3, ("--coach", "Lions"), ""),
        ("MAX_COLUMNS", 4, ("--coach", "Lions"), note.format("5 columns (limit 4)", several)),
        ("MAX_CELLS", 19, (), note.format("20 cells (limit 19)", one)),
        ("MAX_LINE", 20, (), note.format("41 characters in a row (limit 20)", one)),
        ("MAX_BYTES", 90, (), note.format("more than 0 MiB (the limit)", one)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(tables, limit, most)
            ran = shell.run("export", "all.csv", *words)
            again = shell.run("import", "all.csv", "--db", "other.db")
        assert (ran.status, ran.out) == (0, "")
        assert ran.err.partition("\n")[2] == said
        if limit not in ("MAX_LINE", "MAX_BYTES"):  # which texts look at too
            assert (again.status != 0) == (said != "")


def test_a_store_is_never_written_over(shell: Shell) -> None:
    import_log(shell)
    ran = shell.run("export", "store.db")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "Error: store.db is a store. Give another file.\n"
    assert shell.run("simulate", "--plays", "5", "--seed", "1", "--out", "store.db").status == 1
    (shell.folder / "page.html").symlink_to("store.db")
    ran = shell.run("report", "--out", "page.html")
    assert (ran.status, ran.err) == (1, "Error: page.html is a store. Give another file.\n")
    assert len(json.loads(shell.run("plays", "--json").out)["plays"]) == 2


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_what_is_kept_beside_a_store_is_never_written_over(shell: Shell, end: str) -> None:
    """A file of that name would be taken for the store's own when it is opened next."""
    import_log(shell)
    said = f"Error: store.db{end} belongs to the store store.db. Give another file.\n"
    ran = shell.run("export", f"store.db{end}")
    assert (ran.status, ran.err) == (1, said)
    with Store.open(shell.folder / "store.db") as store:  # which has such files now
        ran = shell.run("simulate", "--plays", "5", "--seed", "1", "--out", f"store.db{end}")
        assert (ran.status, ran.err) == (1, said)
        assert shell.run("export", "store.db").status == 1
        assert len(store.plays()) == 2
    assert shell.run("export", f"other{end}").status == 0


def test_export_of_an_empty_store_says_what_to_do(shell: Shell) -> None:
    ran = shell.run("export", "all.csv")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: no plays logged yet. Import a log with")
    assert not (shell.folder / "all.csv").exists()


# --- the boundary ---------------------------------------------------------------------------------


def test_without_a_terminal_the_help_is_printed(shell: Shell) -> None:
    ran = shell.run()
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Usage: signdecoder")


def test_the_ui_needs_a_terminal(shell: Shell) -> None:
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
def test_wrong_usage_is_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    ran = shell.run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "Error: " in ran.err


@pytest.mark.parametrize("command", ["import", "train"])
def test_help_says_which_plays_a_coach_is_named_for(shell: Shell, command: str) -> None:
    said = " ".join(shell.run(command, "--help").out.split())
    assert "--coach NAME Coach to use when the file has no coach column." in said


def test_db_may_stand_before_the_command(shell: Shell) -> None:
    shell.run("--db", "mine.db", "log", "cap", "--outcome", "none")
    assert (shell.folder / "mine.db").exists()
    assert json.loads(shell.run("coaches", "--json", "--db", "mine.db").out)["coaches"]
    assert not json.loads(shell.run("coaches", "--json").out)["coaches"]


def test_a_file_that_is_no_store_is_left_alone(shell: Shell) -> None:
    shell.write("notes.txt", "my notes, at some length: " * 9)
    ran = shell.run("plays", "--db", "notes.txt")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: notes.txt is not a signdecoder store. ")
    assert (shell.folder / "notes.txt").read_text().startswith("my notes")


def test_a_fault_of_ones_own_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_missing_package_is_named_with_how_to_install_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path | None = None) -> None:
        import tensorflow  # noqa: F401

    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.setattr("signdecoder.store.store.Store.open", fail)
    ran = shell.run("plays")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "Error: this command needs tensorflow, which is not installed. "
        'Run "pip install tensorflow keras".\n'
    )


def test_interrupted_is_130(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(path: Path | None = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("signdecoder.store.store.Store.open", stop)
    ran = shell.run("plays")
    assert (ran.status, ran.out, ran.err) == (130, "", "Interrupted.\n")


def test_names_cannot_steer_a_terminal(shell: Shell) -> None:
    right_to_left = "\u202e"
    ran = shell.run("import", shell.write(f"g{right_to_left}\x1b[2J.csv", "signs,outcome\ncap,x\n"))
    assert "\x1b" not in ran.err
    assert right_to_left not in ran.err
    assert ran.err.startswith("g\\u202e\\x1b[2J.csv:2: ")


def test_too_little_memory_is_one_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path | None = None) -> None:
        raise MemoryError

    monkeypatch.setattr("signdecoder.store.store.Store.open", fail)
    monkeypatch.setenv("SIGNDECODER_DEBUG", "1")
    ran = shell.run("plays")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == ("Error: not enough memory. Close other programs or use a smaller file.\n")
