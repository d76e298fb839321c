"""A store whose file was moved, or has two names: no play goes where it cannot be found."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from signdecoder.core.play import Play
from signdecoder.store.errors import StoreError, StoreNotWritableError
from signdecoder.store.store import Store
from tests.support.shell import Shell

PLAY = Play(("cap", "belt"), "steal", "Hawks", "g1")


def delete(path: Path, other: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def delete_log(path: Path, other: Path) -> None:
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink()


def move(path: Path, other: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def replace(path: Path, other: Path) -> None:
    os.replace(other, path)


def empty(path: Path, other: Path) -> None:
    os.truncate(path, 0)


def relink(path: Path, other: Path) -> None:
    path.unlink()
    path.symlink_to(other)


def overwrite(path: Path, other: Path) -> None:
    path.write_text("signs,outcome\ncap,steal\n")


@pytest.mark.parametrize("harm", [delete, delete_log, move, replace, empty, relink, overwrite])
def test_a_play_is_not_recorded_in_a_store_that_was_moved(
    tmp_path: Path, harm: Callable[[Path, Path], None]
) -> None:
    path, other = tmp_path / "store.db", tmp_path / "other.db"
    with Store.open(path if harm is not relink else tmp_path / "real.db") as store:
        store.add(PLAY)
    if harm is relink:
        path.symlink_to(tmp_path / "real.db")
    shutil.copy(path, other)
    with Store.open(path) as store:
        store.add(PLAY)
        harm(path, other)
        with pytest.raises(
            StoreNotWritableError, match="was moved, deleted or replaced while it was open"
        ):
            store.add(PLAY)


def test_a_store_that_was_moved_back_is_written_again(tmp_path: Path) -> None:
    path, away = tmp_path / "store.db", tmp_path / "away.db"
    with Store.open(path) as store:
        path.rename(away)
        with pytest.raises(StoreNotWritableError):
            store.add(PLAY)
        away.rename(path)
        store.add(PLAY)
    with Store.open(path) as store:
        assert len(store.plays()) == 1


def test_a_store_with_two_names_is_not_opened(tmp_path: Path) -> None:
    path, other = tmp_path / "store.db", tmp_path / "other.db"
    with Store.open(path) as store:
        store.add(PLAY)
    os.link(path, other)
    for name in (path, other):
        with pytest.raises(StoreError, match="has another name"):
            Store.open(name)
    other.unlink()
    with Store.open(path) as store:
        assert len(store.plays()) == 1


def test_a_link_that_leads_in_a_circle_is_not_a_store(shell: Shell) -> None:
    (shell.folder / "one.db").symlink_to(shell.folder / "two.db")
    (shell.folder / "two.db").symlink_to(shell.folder / "one.db")
    assert shell.run("log", "cap", "--outcome", "steal", "--coach", "Hawks").status == 0
    for command in (
        ["coaches", "--db", "one.db"],
        ["backup", "one.db"],
        ["restore", "one.db"],
        ["restore", "store.db", "--db", "one.db"],
    ):
        ran = shell.run(*command)
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert "fault of its own" not in ran.err
        assert "one.db" in ran.err
