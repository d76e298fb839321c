"""`signdecoder import` and `export`: what is saved, skipped and refused."""

import os

import pytest

from signdecoder.logs import csv_table, csv_writer
from signdecoder.store.store import Store
from tests.cli.logs import LOG, import_log
from tests.support.shell import Shell


def test_importing_a_log_twice_adds_nothing(shell: Shell) -> None:
    assert shell.run("import", shell.write("game.csv", LOG)).out == "game.csv: 2 plays added\n"
    again = shell.run("import", "game.csv")
    assert again.out == "game.csv: 0 plays added, 2 already logged\n"
    assert shell.run("import", "game.csv", "--json").document == {
        "files": [{"file": "game.csv", "added": 0, "known": 2, "deleted": 0, "bad": 0}]
    }


def test_deleted_plays_are_counted_and_return_with_again(shell: Shell) -> None:
    shell.run("import", shell.write("game.csv", LOG))
    shell.run("delete", "play", "1")
    counted = "game.csv: 0 plays added, 1 already logged, 1 deleted earlier"
    said = f"{counted}: `undo`, or `--again` takes them\n"
    assert shell.run("import", "game.csv").out == said
    files = shell.run("import", "game.csv", "--json").document["files"]
    assert files == [{"file": "game.csv", "added": 0, "known": 1, "deleted": 1, "bad": 0}]
    taken = shell.run("import", "game.csv", "--again").out
    assert taken == "game.csv: 1 play added, 1 already logged\n"
    plays = shell.run("plays", "--json").document["plays"]
    assert [play["id"] for play in plays] == [1, 2]


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
    "latin_1": ("signs,outcome\nkäppi\x81,none\n".encode("latin-1"), "bad.csv:2: "),
    "empty": ("", "bad.csv is empty"),
}


@pytest.mark.parametrize("command", ["import", "train"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_log_is_refused_with_file_line_and_fix(
    shell: Shell, fault: str, command: str
) -> None:
    text, said = FAULTS[fault]
    ran = shell.run(command, shell.write("bad.csv", text))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(said)
    assert ". " in ran.err.split("\n")[0].split("bad.csv", 1)[1].lstrip(":0123456789 ")
    assert "\nError: no plays were imported from bad.csv. Fix the errors above" in ran.err
    assert shell.run("plays", "--json").document == {"plays": []}


def test_a_folder_and_a_missing_file_are_refused(shell: Shell) -> None:
    (shell.folder / "season").mkdir()
    assert shell.run("import", "season").err.startswith("season is a folder. ")
    assert shell.run("import", "gone.csv").err.startswith("gone.csv does not exist. ")
    assert shell.run("import", "gone.csv").status == 1


def test_good_files_are_imported_beside_a_bad_one(shell: Shell) -> None:
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
    assert shell.run("coaches", "--json").document["coaches"][0]["coach"] == "good"


def test_a_read_only_store_is_not_reported_as_a_bad_log(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run("coaches")
    monkeypatch.setattr(os, "access", lambda path, mode, **asked: False)
    ran = shell.run("import", shell.write("game.csv", LOG), "--db", "store.db")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: the store ")
    assert ran.err.count("\n") == 1


def test_skip_bad_imports_the_good_rows_and_counts_the_others(shell: Shell) -> None:
    bad = shell.write("bad.csv", "signs,outcome\ncap,none\near,maybe\n")
    ran = shell.run("import", bad, "--skip-bad")
    assert (ran.status, ran.out) == (0, "bad.csv: 1 play added, 1 bad row skipped\n")
    assert ran.err.startswith("bad.csv:3: ")


def test_an_exported_log_can_be_imported_again(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "=Lions")
    ran = shell.run("export", "all.csv")
    assert (ran.status, ran.out, ran.err) == (0, "", "Wrote 4 plays to all.csv.\n")
    assert shell.run("export", "-").out == (shell.folder / "all.csv").read_text()
    again = shell.run("import", "all.csv", "--db", "other.db", "--json")
    assert again.document["files"][0]["added"] == 4
    assert shell.run("export", "-", "--db", "other.db").out == shell.run("export", "-").out
    one = shell.run("export", "-", "--coach", "=lions").out
    assert one.count("'=Lions") == 2


def test_an_export_too_large_to_import_prints_a_note(
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
            for module in (csv_table, csv_writer):
                patch.setattr(module, limit, most, raising=False)
            ran = shell.run("export", "all.csv", *words)
            again = shell.run("import", "all.csv", "--db", "other.db")
        assert (ran.status, ran.out) == (0, "")
        assert ran.err.partition("\n")[2] == said
        if limit not in ("MAX_LINE", "MAX_BYTES"):  # which texts look at too
            assert (again.status != 0) == (said != "")


def test_no_command_overwrites_a_store(shell: Shell) -> None:
    import_log(shell)
    ran = shell.run("export", "store.db")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "Error: store.db is a store. Give another file.\n"
    assert shell.run("simulate", "--plays", "5", "--seed", "1", "--out", "store.db").status == 1
    (shell.folder / "page.html").symlink_to("store.db")
    ran = shell.run("report", "--out", "page.html")
    assert (ran.status, ran.err) == (1, "Error: page.html is a store. Give another file.\n")
    assert len(shell.run("plays", "--json").document["plays"]) == 2


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_no_command_overwrites_the_files_beside_a_store(shell: Shell, end: str) -> None:
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
    assert shell.run("export", f"other{end}", "--format", "csv").status == 0


def test_export_of_an_empty_store_gives_advice(shell: Shell) -> None:
    ran = shell.run("export", "all.csv")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: no plays logged yet. Import a log with")
    assert not (shell.folder / "all.csv").exists()
