"""Attributes of a coach's signals: saved, undone and renamed like keypads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from signdecoder.core.attributes import parse_attributes
from signdecoder.core.play import Play
from signdecoder.store.store import Store

GIVEN = parse_attributes({"left ear": "skin", "cap": ["cloth", "side:right"]})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        for coach in ("Hawks", "Lions"):
            opened.add(Play(("left ear", "cap"), "steal", coach, "1"))
        yield opened


def test_they_are_kept_for_each_coach_and_undone(store: Store) -> None:
    assert store.attributes("Hawks") == {}
    saved = store.save_attributes("hawks", GIVEN)
    assert saved is not None
    assert saved.description == "Saved attributes of 2 signals of hawks"
    assert (store.attributes("Hawks"), store.attributes("Lions")) == (GIVEN, {})
    assert store.save_attributes("Hawks", GIVEN) is None  # nothing new, nothing to undo
    undone = store.undo()
    assert undone is not None
    assert undone.kind == "attributes"
    assert store.attributes("Hawks") == {}
    store.redo()
    assert store.attributes("Hawks") == GIVEN
    store.save_attributes("Hawks", {})
    assert store.attributes("Hawks") == {}


def test_they_follow_a_signal_and_a_coach_to_a_new_name(store: Store) -> None:
    store.save_attributes("Hawks", GIVEN)
    store.save_attributes("Lions", parse_attributes({"cap": "hard"}))
    store.rename("signal", "Left Ear", "lobe", None)
    assert store.attributes("Hawks") == {"lobe": ("skin",), "cap": ("cloth", "side:right")}
    store.rename("signal", "lobe", "cap", "Hawks")
    assert store.attributes("Hawks") == {"cap": ("cloth", "side:right", "skin")}
    store.undo()
    store.rename("coach", "Hawks", "Lions")
    assert store.attributes("Lions") == {"lobe": ("skin",), "cap": ("hard",)}
