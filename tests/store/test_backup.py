"""Backups: complete while others write, and restored without losing the previous content."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.backup import back_up
from signdecoder.store.restore import restore
from signdecoder.store.schema import STEPS
from signdecoder.store.store import Store
from tests.support.shell import Shell
from tests.support.store_checks import count_plays_by_game, find_damage


def fill(path: Path, *games: str, outcome: str = "none") -> Path:
    """Record a play of each game in a store."""
    with Store.open(path) as store:
        for game in games:
            store.add(Play(("cap", "belt"), outcome, "Hawks", game))
    return path


def fill_many(path: Path) -> Path:
    """Record 200 plays in a store, which takes some pages."""
    plays = tuple(Play(("cap", "belt"), "none", "Hawks", f"g{n}") for n in range(200))
    with Store.open(path) as store:
        store.add_logs([PlayLog("games.csv", plays, tuple(range(200)))])
    return path


def games_in(path: Path) -> list[str]:
    """The games of a store's plays, in order."""
    with Store.open(path) as store:
        return [play.game for play in store.plays()]


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


# --- backup ---------------------------------------------------------------------------------------


def test_a_backup_reports_its_content_and_replaces_the_one_before(shell: Shell) -> None:
    shell.run("log", "cap", "--outcome", "steal", "--coach", "Hawks")
    assert shell.run("backup", "b.db").out == "Backed up 1 play of 1 coach to b.db.\n"
    shell.run("log", "ear", "--outcome", "none", "--coach", "Owls")
    document = shell.run("backup", "b.db", "--json").document
    store = str(shell.folder / "store.db")
    assert document == {"backup": "b.db", "store": store, "plays": 2, "coaches": 2}
    assert names_in(shell.folder) == ["b.db", "store.db"]
    assert find_damage(shell.folder / "b.db") == ""
    plays = shell.run("plays", "--coach", "Owls", "--db", "b.db").out
    assert plays == shell.run("plays", "--coach", "Owls").out
    assert shell.run("undo", "--db", "b.db").out == "Undone: ear → none\n"


def test_a_backup_is_complete_while_other_processes_write(tmp_path: Path) -> None:
    path = fill(tmp_path / "store.db", "g1")
    with Store.open(path) as store, Store.open(path) as other, other.writing():
        assert back_up(store, tmp_path / "b.db").plays == 1  # not the play that is being written
    assert games_in(tmp_path / "b.db") == ["g1"]


def test_a_backup_is_as_private_as_the_store_and_follows_a_link(tmp_path: Path) -> None:
    path = fill(tmp_path / "store.db", "g1")
    path.chmod(0o600)
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    with Store.open(path) as store:
        back_up(store, tmp_path / "link.db")
    assert (tmp_path / "link.db").is_symlink()
    assert (tmp_path / "real.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_does_not_replace_other_files(shell: Shell) -> None:
    shell.run("log", "cap", "--outcome", "steal")
    (shell.folder / "season").mkdir()
    shell.write("notes.txt", "signs,outcome\n")
    with sqlite3.connect(shell.folder / "music.db") as other:
        other.execute("CREATE TABLE songs (name)")
    other.close()
    errors = {
        "store.db": "store.db belongs to the store itself. Give another file.",
        "store.db-wal": "store.db-wal belongs to the store itself. Give another file.",
        "season": "season is a folder. Give the name of a file in it.",
        "notes.txt": "notes.txt is not a backup, so it is not replaced. Give another file.",
        "music.db": "music.db is not a backup, so it is not replaced. Give another file.",
        "gone/b.db": "there is no folder gone. Make it, or give another file.",
    }
    before = {name: (shell.folder / name).read_bytes() for name in ("notes.txt", "music.db")}
    for file, words in errors.items():
        ran = shell.run("backup", file, "--json")
        assert (ran.status, ran.out, ran.err) == (1, "", f"Error: {words}\n")
    ran = shell.run("backup", "-")
    assert (ran.status, ran.err) == (
        2,
        "Error: a backup cannot be written to standard output. Give a file.\n",
    )
    for name, content in before.items():
        assert (shell.folder / name).read_bytes() == content
    with Store.open(shell.folder / "other.db") as open_elsewhere:
        open_elsewhere.add(Play(("cap",), "none", "Owls"))
        ran = shell.run("backup", "other.db")
        assert ran.err == "Error: other.db is a store that is in use. Give another file.\n"
    assert games_in(shell.folder / "other.db") == [""]


def test_an_empty_store_does_not_replace_a_backup(shell: Shell) -> None:
    fill(shell.folder / "b.db", "g1")
    ran = shell.run("backup", "b.db")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        f"Error: nothing is recorded in the store {shell.folder}/store.db. "
        "There is nothing to back up.\n"
    )
    assert games_in(shell.folder / "b.db") == ["g1"]


def test_a_damaged_store_does_not_replace_a_sound_backup(shell: Shell) -> None:
    store = fill_many(shell.folder / "store.db")
    shell.run("backup", "b.db")
    overwrite(store)
    ran = shell.run("backup", "b.db")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"Error: the store {store} is damaged (")
    assert "`signdecoder restore FILE`" in ran.err
    assert len(games_in(shell.folder / "b.db")) == 200
    assert names_in(shell.folder) == ["b.db", "store.db"]


# --- restore --------------------------------------------------------------------------------------


def overwrite(path: Path) -> None:
    """Write noise over the middle of a store; its beginning stays."""
    data = bytearray(path.read_bytes())
    start, end = len(data) // 4, len(data) * 3 // 4
    data[start:end] = b"\xa5" * (end - start)
    path.write_bytes(data)


def truncate(path: Path) -> None:
    """Cut off the second half of a store."""
    os.truncate(path, path.stat().st_size // 2)


def behead(path: Path) -> None:
    """Write zeros over the beginning of a store."""
    data = path.read_bytes()
    path.write_bytes(bytes(4096) + data[4096:])


def test_a_restore_keeps_the_previous_content(shell: Shell) -> None:
    fill(shell.folder / "store.db", "g1", "g2")
    shell.run("backup", "b.db")
    fill(shell.folder / "store.db", "g3")
    ran = shell.run("restore", "b.db")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "Restored 2 plays of 1 coach from b.db.\n"
        f"The previous database is kept in {shell.folder}/store.before-restore.db.\n"
    )
    assert games_in(shell.folder / "store.db") == ["g1", "g2"]
    assert shell.run("undo").status == 0
    document = shell.run("restore", "store.before-restore.db", "--json").document
    assert document == {
        "restored": "store.before-restore.db",
        "store": str(shell.folder / "store.db"),
        "plays": 3,
        "coaches": 1,
        "kept": str(shell.folder / "store.before-restore-2.db"),
        "was_damaged": False,
    }
    assert games_in(shell.folder / "store.db") == ["g1", "g2", "g3"]
    assert games_in(shell.folder / "store.before-restore-2.db") == ["g1"]
    assert len(names_in(shell.folder)) == 4


def test_restoring_over_an_empty_store_keeps_no_old_file(shell: Shell) -> None:
    fill(shell.folder / "b.db", "g1")
    assert shell.run("restore", "b.db").out == "Restored 1 play of 1 coach from b.db.\n"
    assert names_in(shell.folder) == ["b.db", "store.db"]
    assert shell.run("restore", "b.db", "--db", "new.db", "--json").document["kept"] is None


def test_a_process_that_has_the_store_open_sees_the_restored_plays(tmp_path: Path) -> None:
    path = fill(tmp_path / "store.db", "g1")
    with Store.open(path) as store:
        back_up(store, tmp_path / "b.db")
        store.add(Play(("ear",), "none", "Hawks", "g2"))
        with store.reading():  # the reader's state does not change
            assert restore(path, tmp_path / "b.db").kept == tmp_path / "store.before-restore.db"
        assert [play.game for play in store.plays()] == ["g1"]
        store.add(Play(("ear",), "none", "Hawks", "g3"))
    assert games_in(path) == ["g1", "g3"]
    assert find_damage(path) == ""


def test_a_play_that_is_being_recorded_is_kept_or_refused_but_never_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signdecoder.store.schema.BUSY_SECONDS", 0.05)
    path = fill(tmp_path / "store.db", "g1")
    with Store.open(path) as store:
        back_up(store, tmp_path / "b.db")
        with (
            store.writing(),
            pytest.raises(SigndecoderError, match=r"is in use by another signdecoder\. Try again"),
        ):
            restore(path, tmp_path / "b.db")
        assert names_in(tmp_path) == ["b.db", "store.db", "store.db-shm", "store.db-wal"]


@pytest.mark.parametrize("damage", [overwrite, truncate, behead], ids=lambda d: d.__name__)
def test_a_damaged_store_is_set_aside_as_it_is(
    shell: Shell, damage: Callable[[Path], None]
) -> None:
    store = fill_many(shell.folder / "store.db")
    shell.run("backup", "b.db")
    damage(store)
    damaged = store.read_bytes()
    ran = shell.run("plays")
    assert (ran.status, ran.out) == (1, "")
    assert "`signdecoder restore FILE`" in ran.err
    assert store.read_bytes() == damaged  # nothing changes
    ran = shell.run("restore", "b.db")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "Restored 200 plays of 1 coach from b.db.\nThe previous database was "
        f"damaged. It is kept as it was in {shell.folder}/store.before-restore.db.\n"
    )
    assert (shell.folder / "store.before-restore.db").read_bytes() == damaged
    assert len(games_in(store)) == 200
    assert find_damage(store) == ""


def test_a_damaged_log_is_set_aside_with_its_store(tmp_path: Path) -> None:
    path = fill(tmp_path / "store.db", "g1")
    with Store.open(path) as store:
        back_up(store, tmp_path / "b.db")
        store.add(Play(("ear",), "none", "Hawks", "g2"))
        shutil.copyfile(path, tmp_path / "left.db")
        log = bytes(range(256)) * 64
        (tmp_path / "left.db-wal").write_bytes(log)
        (tmp_path / "left.db-wal").chmod(0o600)
    done = restore(tmp_path / "left.db", tmp_path / "b.db")
    assert done.was_damaged
    assert done.kept == tmp_path / "left.before-restore.db"
    kept = tmp_path / "left.before-restore.db-wal"
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (log, 0o600)
    assert games_in(tmp_path / "left.db") == ["g1"]


def test_a_damaged_store_that_another_has_open_stays(
    tmp_path: Path,
) -> None:
    path = fill_many(tmp_path / "store.db")
    with Store.open(path) as store:
        back_up(store, tmp_path / "b.db")
    code = (
        "import pathlib, sys; from signdecoder.store.store import Store\n"
        "with Store.open(pathlib.Path(sys.argv[1])) as store:\n"
        "    store.draft('Hawks'); print(); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        assert other.stdout.read(1) == b"\n"
        overwrite(path)
        damaged = path.read_bytes()
        with pytest.raises(SigndecoderError, match="damaged, and another signdecoder has it open"):
            restore(path, tmp_path / "b.db")
        assert path.read_bytes() == damaged
        other.communicate()
    assert restore(path, tmp_path / "b.db").was_damaged


def test_a_file_that_is_not_a_backup_is_not_restored(shell: Shell) -> None:
    store = fill(shell.folder / "store.db", "g1")
    for name in ("newer.db", "cut.db", "spy.db"):
        fill_many(shell.folder / name)
    with sqlite3.connect(shell.folder / "newer.db") as newer:
        newer.execute("PRAGMA user_version = 99")
    with sqlite3.connect(shell.folder / "spy.db") as spy:
        spy.execute("CREATE TRIGGER spy AFTER INSERT ON acts BEGIN DELETE FROM versions; END")
    newer.close()
    spy.close()
    overwrite(shell.folder / "cut.db")
    (shell.folder / "season").mkdir()
    shell.write("notes.txt", "signs,outcome\n")
    shell.write("nothing", "")
    os.mkfifo(shell.folder / "pipe")
    before = store.read_bytes()
    for file, words in {
        "gone.db": "gone.db does not exist. Give a file that `signdecoder backup` wrote.",
        "season": "season is a folder. Give a file that `signdecoder backup` wrote.",
        "nothing": "nothing is empty. Give a file that `signdecoder backup` wrote.",
        "pipe": "pipe is a pipe or a device. Give a file that `signdecoder backup` wrote.",
        "notes.txt": "notes.txt is not a signdecoder store. Give another file.",
        "newer.db": f"the store newer.db has version 99, and this signdecoder knows {len(STEPS)}. "
        "Update signdecoder, or give another file.",
        "spy.db": "the store spy.db has unexpected content "
        "(its trigger spy is not signdecoder's). Give another file.",
        "store.db": "store.db is the store itself. Give another file.",
        "cut.db": "the backup cut.db is damaged (",
    }.items():
        ran = shell.run("restore", file, "--json")
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith(f"Error: {words}")
        assert ran.err.count("\n") == 1
    assert store.read_bytes() == before
    assert not [*shell.folder.glob("*before-restore*")]


def test_an_interrupted_copy_is_not_restored(tmp_path: Path) -> None:
    """A copy may have a journal beside it, from which SQLite rolls back an interrupted write."""
    backup, copy = tmp_path / "b.db", tmp_path / "copy.db"
    fill_many(backup)
    with sqlite3.connect(backup, isolation_level=None) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA cache_size = 1")  # so that pages are written before the commit
        db.execute("BEGIN")
        db.execute("UPDATE versions SET outcome = 'bunt'")
        for end in ("", "-journal"):
            shutil.copyfile(f"{backup}{end}", f"{copy}{end}")
        db.execute("ROLLBACK")
    db.close()
    with pytest.raises(SigndecoderError, match="was interrupted, and there is a journal"):
        restore(tmp_path / "store.db", copy)
    Store.open(copy).close()  # as the error says
    restore(tmp_path / "store.db", copy)
    with Store.open(tmp_path / "store.db") as store:
        assert store.outcomes() == {"none"}


def test_a_restore_does_not_replace_a_file_that_is_not_a_store(shell: Shell) -> None:
    fill(shell.folder / "b.db", "g1")
    shell.write("notes.txt", "what I saw: " * 900)
    with sqlite3.connect(shell.folder / "music.db") as other:
        other.execute("CREATE TABLE songs (name)")
    other.close()
    for name in ("notes.txt", "music.db"):
        before = (shell.folder / name).read_bytes()
        ran = shell.run("restore", "b.db", "--db", name)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err == (
            f"Error: {name} is not a signdecoder store. Give another file with --db PATH.\n"
        )
        assert (shell.folder / name).read_bytes() == before


def test_a_backup_of_another_page_size_is_restored(tmp_path: Path) -> None:
    backup = fill(tmp_path / "b.db", "g1")
    with sqlite3.connect(backup, isolation_level=None) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA page_size = 1024")
        db.execute("VACUUM")
    db.close()
    restore(fill(tmp_path / "store.db", "g2"), backup)
    assert count_plays_by_game(tmp_path / "store.db") == {"g1": 1}


def test_a_store_that_was_copied_with_its_log_is_restored_whole(tmp_path: Path) -> None:
    with Store.open(tmp_path / "live.db") as live:
        live.add(Play(("cap",), "none", "Hawks", "g1"))
        for end in ("", "-wal"):
            shutil.copyfile(tmp_path / f"live.db{end}", tmp_path / f"b.db{end}")
    restore(tmp_path / "store.db", tmp_path / "b.db")
    assert games_in(tmp_path / "store.db") == ["g1"]
