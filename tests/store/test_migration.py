"""Stores of every earlier version are migrated without losing or changing anything."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from signdecoder.core.keypad import assign_keys
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, parse_same_plays
from signdecoder.store.restore import restore
from signdecoder.store.schema import STEPS
from signdecoder.store.store import Store
from signdecoder.workspace.saved_beliefs import SavedBelief, load_belief

STORES = Path(__file__).parents[1] / "store" / "files"
VERSIONS = range(1, len(STEPS) + 1)
# The plays that `files/make_store.py` leaves, in order of day, game and row.
BEARS = Play(("lobe",), "unknown", "Hawks", "Bears", "2026-04-01")
BUNT = Play(("lobe", "belt"), "bunt", "Hawks", "Bears", "2026-04-01")
OWLS = Play(("x", "y"), "squeeze", "Öwls", "Bears", "2026-04-01")
STEAL = Play(
    ("cap", "belt", "left ear"), "steal", "Hawks", "Lions", "2026-05-01",
    {"inning": "3", "note": "a, b"}, {"Wind": "in"},
)  # fmt: skip
EDITED = Play(("nose", "cap", "lobe"), "not_steal", "Hawks", "Lions", "2026-05-01")
CHIN = Play(("chin",), "none", "Hawks", "Lions", "2026-05-01")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def version_of(path: Path) -> int:
    db = sqlite3.connect(path)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.close()
    return int(version)


def copy_store(version: int, path: Path) -> None:
    shutil.copyfile(STORES / f"version-{version}.sqlite", path)


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_in_an_earlier_store_is_read(version: int, path: Path) -> None:
    copy_store(version, path)
    assert version_of(path) == version
    with Store.open(path) as store:
        assert store.plays() == [BEARS, OWLS, STEAL, EDITED]
        assert [play.id for play in store.plays()] == [3, 5, 1, 2]
        assert store.coaches() == ["Hawks", "Öwls"]
        assert store.change_points("Hawks") == ({3} if version > 1 else set())
        pad = [signal.name for signal in store.keypad("Hawks")][:3]
        assert pad == (["cap", "ear", "wink"] if version > 2 else ["lobe", "cap", "belt"])
        assert store.attributes("Hawks") == (
            {"cap": ("cloth",), "lobe": ("left", "skin")} if version > 3 else {}
        )
        own = parse_same_plays("delayed_steal", ["steal,slap"])
        assert store.same_plays("Hawks") == (own if version > 4 else SAME_PLAYS)
        assert store.case_matters("Letters") == (version > 5)
        assert store.draft("Hawks") == (("cap", "ear") if version > 2 else ())
        belief = load_belief(store, "Hawks", "steal")
        assert belief == SavedBelief(b"belief", "89901e6d4f29", 3, "d1")
    assert version_of(path) == len(STEPS)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_operations_of_an_earlier_store_are_undone_and_redone(version: int, path: Path) -> None:
    copy_store(version, path)
    with Store.open(path) as store:
        done = store.redo()
        assert done is not None
        is_old = version < 4  # later releases describe operations in other words
        assert done.description == ("the play chin, none of Hawks" if is_old else "chin → none")
        assert store.plays()[-1] == CHIN
        store.undo()
        deleted = store.undo()
        assert deleted is not None
        words = "the deletion of play 4 (lobe belt, bunt)", "Deleted play 4 (lobe, belt → bunt)"
        assert deleted.description == words[not is_old]
        assert store.plays() == [BEARS, BUNT, OWLS, STEAL, EDITED]
        taken = []
        while act := store.undo():
            taken.append(act.kind)
        added = [
            (5, "delete"),
            (5, "import"),
            (4, "same"),
            (3, "attributes"),
            (2, "pad"),
            (1, "change"),
        ]
        later = [kind for since, kind in added if version > since]
        assert taken == [*later, "rename", "edit", "import", "play", "play"]
        assert store.plays() == []
        while store.redo():
            pass
        assert store.plays() == [BEARS, OWLS, STEAL, EDITED, CHIN]
        store.add_change_point("Hawks")
        store.save_keypad("Hawks", assign_keys(["cap", "ear"]))
        store.save_draft("Hawks", ("cap",))
        store.save_same_plays("Hawks", parse_same_plays("double_steal"))
        assert store.change_points("Hawks") >= {4}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_of_an_earlier_version_is_restored_up_to_date(version: int, path: Path) -> None:
    backup = STORES / f"version-{version}.sqlite"
    before = backup.read_bytes()
    assert restore(path, backup).copy.plays == 4
    assert version_of(path) == len(STEPS)  # at once: others may have the store open
    with Store.open(path) as store:
        assert store.plays() == [BEARS, OWLS, STEAL, EDITED]
    assert backup.read_bytes() == before
    assert sorted(entry.name for entry in STORES.glob("*.sqlite*")) == [
        f"version-{n}.sqlite" for n in VERSIONS
    ]


def test_an_interrupted_migration_leaves_the_store_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_store(1, path)
    broken = (*STEPS[:2], "CREATE TABLE pads (x); CREATE TABLE pads (x)")
    with monkeypatch.context() as patch:
        patch.setattr("signdecoder.store.schema.STEPS", broken)
        with pytest.raises(Exception, match="already exists"):
            Store.open(path)
    assert version_of(path) == 1
    with Store.open(path) as store:
        assert store.plays() == [BEARS, OWLS, STEAL, EDITED]
