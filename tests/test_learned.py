"""What was learned, kept in the store."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from signdecoder.errors import SigndecoderError
from signdecoder.learned import (
    Belief,
    drop_weights,
    load_belief,
    load_weights,
    save_belief,
    save_weights,
)
from signdecoder.plays import Play
from signdecoder.store import Store


def test_weights_come_back_for_their_play(tmp_path: Path) -> None:
    arrays: dict[str, NDArray[np.generic]] = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b/c": np.zeros(0),
    }
    with Store.open(tmp_path / "x.db") as store:
        save_weights(store, "steal", {"a": np.ones(1)}, {})
        save_weights(store, "steal", arrays, {"hash": "ab", "plays": 3})
        assert load_weights(store, "bunt") is None
    with Store.open(tmp_path / "x.db") as store:
        kept = load_weights(store, "steal")
        assert kept is not None
        assert kept[1] == {"hash": "ab", "plays": 3}
        assert list(kept[0]) == ["a", "b/c"]
        assert kept[0]["a"].dtype == np.float32
        np.testing.assert_array_equal(kept[0]["a"], arrays["a"])
        assert (drop_weights(store, "steal"), drop_weights(store, "steal")) == (True, False)
        assert load_weights(store, "steal") is None


def test_no_objects_go_in_or_out(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        with pytest.raises(ValueError, match="pickle"):
            save_weights(store, "steal", {"a": np.array([{}])}, {})
        save_weights(store, "steal", {"a": np.ones(3)}, {})
        with store.writing() as db:
            db.execute("UPDATE weights SET arrays = ?", (b"PK\x03\x04 no archive",))
        with pytest.raises(
            SigndecoderError, match=r"the weights for steal in the store .* damaged"
        ):
            load_weights(store, "steal")


def test_a_belief_comes_back_for_its_coach_and_play(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        save_belief(store, "Hawks", "steal", b"old", "w0", 1, "p0")
        save_belief(store, "HAWKS", "steal", b"\0new", "w1", 2, "p1")
        assert load_belief(store, "hawks", "steal") == Belief(b"\0new", "w1", 2, "p1")
        assert load_belief(store, "hawks", "bunt") is None
        assert load_belief(store, "Lions", "steal") is None


def test_undo_leaves_what_was_learned(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        store.add(Play(("cap",), "none", "Hawks"))
        save_weights(store, "steal", {"a": np.ones(3)}, {})
        save_belief(store, "Hawks", "steal", b"x", "w", 1, "p")
        store.undo()
        assert store.plays() == []
        assert load_weights(store, "steal") is not None
        assert load_belief(store, "Hawks", "steal") is not None
