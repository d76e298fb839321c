"""Numbers of plays are never given twice, and a play is only changed as it was shown."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.backup import back_up
from signdecoder.store.editing import PlayChangedError
from signdecoder.store.restore import restore
from signdecoder.store.store import Store

STORES = Path(__file__).parent / "files"
HAWKS = Play(("cap", "ear"), "steal", "Hawks", "g1", "2026-05-01")
LIONS = Play(("nose",), "none", "Lions", "g1", "2026-05-01")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "plays.db") as opened:
        yield opened


def test_the_number_of_a_play_that_was_undone_is_not_given_again(store: Store) -> None:
    assert store.add(HAWKS).id == 1
    assert store.add(HAWKS).id == 2
    store.undo()
    assert store.add(LIONS).id == 3
    with pytest.raises(SigndecoderError, match="play 2 does not exist"):
        store.delete("play", 2)


def test_a_play_that_is_redone_has_its_number_again(store: Store) -> None:
    store.add(HAWKS)
    store.undo()
    store.redo()
    assert [play.id for play in store.plays()] == [1]
    assert store.add(LIONS).id == 2


def test_numbers_of_an_import_that_was_undone_are_not_given_again(store: Store) -> None:
    log = PlayLog("game.csv", (HAWKS, replace(HAWKS, outcome="none")), (2, 3))
    store.add_logs([log])
    store.undo()
    store.add_logs([log])
    assert [play.id for play in store.plays()] == [3, 4]
    assert store.add(LIONS).id == 5


def test_a_restored_backup_gives_no_number_again(store: Store, tmp_path: Path) -> None:
    store.add(HAWKS)
    back_up(store, tmp_path / "backup.db")
    store.add(HAWKS)
    restore(store.path, tmp_path / "backup.db")
    with Store.open(store.path) as opened:
        assert [play.id for play in opened.plays()] == [1]
        assert opened.add(LIONS).id == 3


def test_an_older_store_goes_on_after_its_highest_number(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    shutil.copyfile(STORES / "version-6.sqlite", path)  # its play 8 was undone
    with Store.open(path) as opened:
        assert max(play.id or 0 for play in opened.plays()) < 8
        assert opened.add(LIONS).id == 9


def test_a_play_is_changed_only_as_it_was_shown(store: Store) -> None:
    shown = store.add(HAWKS)
    number = shown.id or 0
    edited = replace(HAWKS, outcome="bunt")
    store.edit(number, edited, shown)
    said = "cap, ear → steal was changed elsewhere since you saw it, so nothing was done"
    with pytest.raises(PlayChangedError, match=said):
        store.edit(number, replace(HAWKS, outcome="none"), shown)
    with pytest.raises(PlayChangedError, match=said):
        store.delete("play", number, shown=shown)
    assert store.plays() == [edited]
    store.delete("play", number, shown=edited)
    with pytest.raises(PlayChangedError, match="cap, ear → bunt was deleted or undone elsewhere"):
        store.edit(number, HAWKS, edited)
    assert store.plays() == []
