"""Which plays are the same sign of a coach, in the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, parse_same_plays
from signdecoder.store.backup import back_up
from signdecoder.store.restore import restore
from signdecoder.store.store import Store

OWN = parse_same_plays("delayed_steal", ["steal,slap", "bunt,squeeze,pitch out"])
OTHER = parse_same_plays("double_steal")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        for coach in ("Hawks", "Lions"):
            opened.add(Play(("left ear", "cap"), "double_steal", coach, "1"))
        yield opened


def test_they_are_kept_for_each_coach_and_undone(store: Store) -> None:
    assert store.same_plays("Hawks") == SAME_PLAYS
    saved = store.save_same_plays("hawks", OWN)
    assert saved is not None
    assert saved.description == (
        "Saved same plays of hawks"
        " (separate: delayed_steal; same: bunt, pitch_out, squeeze; same: steal, slap)"
    )
    assert (store.same_plays("Hawks"), store.same_plays("Lions")) == (OWN, SAME_PLAYS)
    assert store.save_same_plays("Hawks", OWN) is None  # nothing new, nothing to undo
    undone = store.undo()
    assert undone is not None
    assert undone.kind == "same"
    assert store.same_plays("Hawks") == SAME_PLAYS
    store.redo()
    assert store.same_plays("Hawks") == OWN
    store.save_same_plays("Hawks", SAME_PLAYS)
    assert store.same_plays("Hawks") == SAME_PLAYS


def test_they_follow_a_coach_to_a_new_name(store: Store) -> None:
    store.save_same_plays("Hawks", OWN)
    store.rename("coach", "Hawks", "Owls")
    assert store.same_plays("Owls") == OWN
    store.rename("coach", "Owls", "Lions")  # merges them
    assert store.same_plays("Lions") == OWN
    store.undo()
    store.save_same_plays("Lions", OTHER)
    store.rename("coach", "Owls", "Lions")
    assert store.same_plays("Lions") == OTHER


def test_a_backup_has_them(store: Store, tmp_path: Path) -> None:
    store.save_same_plays("Hawks", OWN)
    back_up(store, tmp_path / "copy.db")
    restore(tmp_path / "new.db", tmp_path / "copy.db")
    with Store.open(tmp_path / "new.db") as restored:
        assert restored.same_plays("Hawks") == OWN
        assert [play.outcome for play in restored.plays()] == ["double_steal"] * 2
