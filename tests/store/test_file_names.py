"""A store is not used beside one of whose files SQLite would take it for."""

from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.store.backup import back_up
from signdecoder.store.store import Store

PLAY = Play(("cap", "ear"), "steal", "Hawks", "g1")
ENDS = pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])


def make(path: Path) -> Path:
    with Store.open(path) as store:
        store.add(PLAY)
    return path


@ENDS
def test_a_store_is_not_opened_where_sqlite_keeps_changes_of_another(
    tmp_path: Path, end: str
) -> None:
    make(tmp_path / "x.db")
    with pytest.raises(SigndecoderError) as refused:
        Store.open(tmp_path / f"x.db{end}")
    assert str(refused.value) == (
        f"{tmp_path}/x.db{end} cannot be used beside x.db: SQLite would take x.db{end} for a part"
        " of x.db. Give one of them another name."
    )
    assert [file.name for file in tmp_path.iterdir()] == ["x.db"]


@ENDS
def test_a_store_is_not_made_where_sqlite_would_delete_another(tmp_path: Path, end: str) -> None:
    other = make(tmp_path / f"x.db{end}")
    before = other.read_bytes()
    with pytest.raises(SigndecoderError, match="cannot be used beside"):
        Store.open(tmp_path / "x.db")
    assert other.read_bytes() == before
    with Store.open(other) as store:  # alone it is a name like any other
        assert store.plays() == [PLAY]


@ENDS
def test_a_backup_is_not_written_there(tmp_path: Path, end: str) -> None:
    make(tmp_path / "x.db")
    with (
        Store.open(make(tmp_path / "store.db")) as store,
        pytest.raises(SigndecoderError, match="cannot be used beside"),
    ):
        back_up(store, tmp_path / f"x.db{end}")
    assert not (tmp_path / f"x.db{end}").exists()


def test_a_store_in_use_is_opened_again(tmp_path: Path) -> None:
    with Store.open(make(tmp_path / "x.db")) as store, Store.open(store.path) as again:
        again.add(PLAY)
        assert len(store.plays()) == 2
