"""A store whose file is not the one of its name, or has two: no play goes where nobody finds it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from signdecoder.faults import StoreFault, Unwritable
from signdecoder.plays import Play
from signdecoder.store import Store

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


def overwrite(path: Path, other: Path) -> None:
    path.write_text("signs,outcome\ncap,steal\n")


@pytest.mark.parametrize("harm", [delete, delete_log, move, replace, empty, overwrite])
def test_what_cannot_be_found_again_is_not_recorded(
    tmp_path: Path, harm: Callable[[Path, Path], None]
) -> None:
    path, other = tmp_path / "store.db", tmp_path / "other.db"
    with Store.open(path) as store:
        store.add(PLAY)
    shutil.copy(path, other)
    with Store.open(path) as store:
        store.add(PLAY)
        harm(path, other)
        with pytest.raises(Unwritable, match="was moved, deleted or replaced while it was open"):
            store.add(PLAY)


def test_a_store_that_is_put_back_is_written_again(tmp_path: Path) -> None:
    path, away = tmp_path / "store.db", tmp_path / "away.db"
    with Store.open(path) as store:
        path.rename(away)
        with pytest.raises(Unwritable):
            store.add(PLAY)
        away.rename(path)
        store.add(PLAY)
    with Store.open(path) as store:
        assert len(store.plays()) == 1


def test_a_store_of_two_names_is_not_opened(tmp_path: Path) -> None:
    path, other = tmp_path / "store.db", tmp_path / "other.db"
    with Store.open(path) as store:
        store.add(PLAY)
    os.link(path, other)
    for name in (path, other):
        with pytest.raises(StoreFault, match="has another name"):
            Store.open(name)
    other.unlink()
    with Store.open(path) as store:
        assert len(store.plays()) == 1
