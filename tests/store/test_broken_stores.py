"""A full disk, locked files and a damaged log: clear errors, and no further damage."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.store import wal
from signdecoder.store.errors import StoreDamagedError, StoreNotWritableError
from signdecoder.store.store import Store
from signdecoder.workspace.decoders import open_decoder
from signdecoder.workspace.saved_beliefs import load_belief
from tests.support.memory import peak_memory
from tests.support.networks import random_weights
from tests.support.shell import Shell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and users of POSIX")
PLAY = Play(("cap", "belt"), "steal", "Hawks", "g1")
NOBODY = 65534


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Limit the size of the files that this process writes, in bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 240 KiB, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=240k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("no disk may be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill_up(disk: Path) -> Path:
    """Leave no room on a disk."""
    rest = disk / "rest"
    with rest.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return rest


# --- no room --------------------------------------------------------------------------------------


def test_a_file_that_cannot_grow_loses_no_play(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        store.add(PLAY)
        with (
            room_for(wal.log_of(store.path).stat().st_size),
            pytest.raises(
                StoreNotWritableError, match=r"has free space, then try again\. Nothing was"
            ),
        ):
            store.add(PLAY)
        assert store.plays() == [PLAY]
        assert store.add(PLAY).id == 2
    with Store.open(tmp_path / "store.db") as store:
        assert store.plays() == [PLAY, PLAY]


def test_a_full_disk_is_reported_and_loses_no_play(shell: Shell, small_disk: Path) -> None:
    store = str(small_disk / "store.db")
    log = ("log", "cap", "--outcome", "none", "--game", "g", "--db", store)
    assert shell.run(*log).status == 0
    before = Path(store).read_bytes()
    rest = fill_up(small_disk)
    message = (
        f"Error: the disk of the store {store} is full. Make room on it, then try again. "
        "Nothing was recorded.\n"
    )
    for command in (log, ("undo", "--db", store)):
        ran = shell.run(*command)
        assert (ran.status, ran.out, ran.err) == (1, "", message)
    listed = shell.run("plays", "--json", "--db", store)  # if a page is free, it can be read
    assert listed.err == message or '"id": 1' in listed.out
    assert Path(store).read_bytes() == before
    rest.unlink()
    assert shell.run(*log).out.startswith("Saved play 2: ")


def test_a_query_is_answered_even_if_its_belief_cannot_be_saved(tmp_path: Path) -> None:
    weights = random_weights()
    with Store.open(tmp_path / "store.db") as store:
        store.add(PLAY)
        with room_for(wal.log_of(store.path).stat().st_size):
            decoder = open_decoder(store, "Hawks", weights=weights)
        assert decoder.n_plays == 1
        assert load_belief(store, "Hawks", "steal") is None
        open_decoder(store, "Hawks", weights=weights)
        assert load_belief(store, "Hawks", "steal") is not None


def test_a_disk_that_fills_up_saves_every_play_or_reports_it(small_disk: Path) -> None:
    with Store.open(small_disk / "store.db") as store:
        taken = sum(1 for _ in iter(lambda: _take(store), False))
        assert taken > 2
        assert len(store.plays()) == taken
    assert len(_copied_plays(small_disk)) == taken


def _take(store: Store) -> bool:
    """Record a play, if the disk has room."""
    try:
        store.add(PLAY)
    except StoreNotWritableError as error:
        if "is full. Make room on it" not in str(error):
            raise
        return False
    return True


def _copied_plays(disk: Path) -> list[Play]:
    """The plays of the store on a full disk, read in a copy of its files."""
    shutil.copytree(disk, disk.parent / "copy")
    with Store.open(disk.parent / "copy" / "store.db") as store:
        return store.plays()


def test_a_backup_without_room_leaves_the_previous_one(shell: Shell, small_disk: Path) -> None:
    shell.run("log", "cap", "--outcome", "none")
    backup = small_disk / "b.db"
    shell.run("backup", str(backup))
    before = backup.read_bytes()
    rest = fill_up(small_disk)
    ran = shell.run("backup", str(backup))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"Error: {backup} cannot be written (")
    assert backup.read_bytes() == before
    assert sorted(small_disk.iterdir()) == [backup, rest]


def test_a_store_with_no_room_for_a_backup_stays_as_it_is(shell: Shell, small_disk: Path) -> None:
    store = small_disk / "store.db"
    for db in (store, shell.folder / "b.db"):
        shell.run("log", "cap", "--outcome", "none", "--db", str(db))
    before = store.read_bytes()
    fill_up(small_disk)
    ran = shell.run("restore", "b.db", "--db", str(store))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"Error: {store} cannot be written (")
    assert store.read_bytes() == before


# --- files that are locked ------------------------------------------------------------------------


@pytest.fixture
def locked() -> Iterator[Path]:
    """A folder that everyone can read and only its owner can write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


def run_as_nobody(work: Callable[[], None]) -> str:
    """Run it as a user who owns nothing, and return the error that it raised."""
    ours, theirs = os.pipe()
    if not (process := os.fork()):
        try:
            if not os.getuid():
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            work()
        except SigndecoderError as error:
            os.write(theirs, str(error).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    os.waitpid(process, 0)
    with os.fdopen(ours) as said:
        return said.read()


def test_a_locked_store_is_read_and_not_written(locked: Path) -> None:
    path = locked / "store.db"
    with Store.open(path) as store:
        store.add(PLAY)
    path.chmod(0o444)
    locked.chmod(0o555)
    before = path.read_bytes()

    def read_and_write() -> None:
        with Store.open(path) as store:
            assert store.plays() == [PLAY]
            store.add(PLAY)

    assert run_as_nobody(read_and_write) == (
        f"the store {path} can only be read. Change its permissions, or give another store with "
        "--db PATH."
    )
    assert path.read_bytes() == before
    assert [*locked.iterdir()] == [path]


def test_a_log_in_a_locked_folder_is_reported(locked: Path) -> None:
    path = locked / "store.db"
    with Store.open(path) as store:
        store.add(PLAY)
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", locked / f"left.db{end}")
            (locked / f"left.db{end}").chmod(0o444)
    locked.chmod(0o555)

    def read() -> None:
        with Store.open(locked / "left.db") as store:
            store.plays()

    assert run_as_nobody(read) == (
        f"the newest changes in the store {locked}/left.db are in left.db-wal, which cannot be "
        "read here. Copy both files to a folder where you may write, and use --db PATH."
    )


# --- the log beside a store -----------------------------------------------------------------------


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """A store of ten plays that are still in the log beside it, as a killed process leaves it."""
    path = tmp_path / "left.db"
    with Store.open(tmp_path / "store.db") as store:
        for _ in range(10):
            store.add(PLAY)
        for end in ("", "-wal"):
            shutil.copyfile(f"{store.path}{end}", f"{path}{end}")
    return path


def plays_in(path: Path) -> int:
    with Store.open(path) as store:
        return len(store.plays())


def test_a_log_left_by_a_killed_process_is_read(left: Path) -> None:
    assert not wal.is_damaged(left)
    assert plays_in(left) == 10


def test_an_operation_cut_off_in_the_log_is_dropped(left: Path) -> None:
    log = wal.log_of(left)
    os.truncate(log, log.stat().st_size - 1)  # as if the power failed
    assert plays_in(left) == 9


@pytest.mark.parametrize("place", [8, 20, 5_000, 60_000])
def test_a_damaged_log_is_reported_and_left_unchanged(left: Path, place: int) -> None:
    log = wal.log_of(left)
    data = bytearray(log.read_bytes())
    data[place] ^= 1
    log.write_bytes(data)
    before = left.read_bytes()
    with pytest.raises(StoreDamagedError) as error:
        Store.open(left)
    assert str(error.value) == (
        f"the newest changes in the store {left} are damaged, in left.db-wal beside it. Put a "
        "backup in its place with `signdecoder restore FILE`, or move left.db-wal away to go on "
        "without them."
    )
    assert (left.read_bytes(), log.read_bytes()) == (before, bytes(data))


@pytest.mark.parametrize("size", [1, 4, 100, 4097, 2**17, 2**32 - 1])
def test_a_log_with_an_invalid_page_size_is_damaged(left: Path, size: int) -> None:
    log = wal.log_of(left)
    data = bytearray(log.read_bytes())
    data[8:12] = size.to_bytes(4)
    order = ">" if data[3] & 1 else "<"
    data[24:32] = b"".join(n.to_bytes(4) for n in wal._checksum(bytes(data[:24]), order, (0, 0)))
    log.write_bytes(data)
    with pytest.raises(StoreDamagedError):
        Store.open(left)


def test_a_huge_log_is_read_only_up_to_its_valid_end(left: Path) -> None:
    log = wal.log_of(left)
    data = log.read_bytes()
    log.write_bytes(data + data[32:] * 3)
    with log.open("r+b") as file:
        file.truncate(2**31)  # sparse: it takes no room on the disk
    began = peak_memory()
    with pytest.raises(StoreDamagedError):
        Store.open(left)
    assert peak_memory() - began < 50 * 1024


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("target", ["/dev/zero", "a pipe", "a folder"])
def test_a_side_file_that_is_not_a_file_is_reported(shell: Shell, end: str, target: str) -> None:
    assert shell.run("log", "cap", "--outcome", "steal", "--coach", "Hawks").status == 0
    beside = shell.folder / f"store.db{end}"
    if target == "a pipe":
        os.mkfifo(beside)
    elif target == "a folder":
        beside.mkdir()
    else:
        beside.symlink_to(target)
    shell.run("log", "cap", "--outcome", "steal", "--coach", "Owls", "--db", "good.db")
    for command in (["coaches"], ["restore", "store.db", "--db", "good.db"]):
        ran = shell.run(*command)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.count("\n") == 1
        assert f"store.db{end} beside the store" in ran.err
        assert "is not a file. Move it away" in ran.err


def test_a_log_without_its_store_is_left_alone(left: Path) -> None:
    left.unlink()
    before = wal.log_of(left).read_bytes()
    with pytest.raises(StoreDamagedError, match="is empty, but left"):
        Store.open(left)
    assert wal.log_of(left).read_bytes() == before


def test_a_log_that_another_writes_is_not_damaged(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        with store.reading() as db:
            db.execute("PRAGMA wal_autocheckpoint = 20")  # pages after which the log starts over
        for _ in range(30):
            store.add(PLAY)
            assert not wal.is_damaged(store.path)


def test_opening_a_store_again_keeps_its_locks(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    code = (
        "import pathlib, sys; from signdecoder.store.store import Store\n"
        "with Store.open(pathlib.Path(sys.argv[1])) as store: print(len(store.plays()))"
    )
    with Store.open(path) as store:
        store.add(PLAY)
        with Store.open(path) as other:  # the same process opens and closes it once more
            other.plays()
        ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True)
        assert ran.stdout == b"1\n"
        assert wal.log_of(path).exists()  # another process sees that it is not the last
        store.add(PLAY)
    with Store.open(path) as store:
        assert store.plays() == [PLAY, PLAY]
