"""What was learned, kept in the store."""

from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.store.store import Store
from signdecoder.workspace.saved_beliefs import SavedBelief, load_belief, save_belief
from signdecoder.workspace.tuned_weights import (
    drop_weights,
    find_weights,
    load_weights,
    save_weights,
)
from tests.support.networks import random_weights


def test_saved_weights_are_found_by_outcome(tmp_path: Path) -> None:
    weights = random_weights(1)
    with Store.open(tmp_path / "x.db") as store:
        save_weights(store, "steal", random_weights(2))
        save_weights(store, "steal", weights)
        assert find_weights(store, "bunt") is None
    with Store.open(tmp_path / "x.db") as store:
        kept = find_weights(store, "steal")
        assert kept is not None
        assert (kept.hash, kept.training) == (weights.hash, weights.training)
        assert all((kept.arrays[name] == array).all() for name, array in weights.arrays.items())
        assert (drop_weights(store, "steal"), drop_weights(store, "steal")) == (True, False)
        assert find_weights(store, "steal") is None


def test_tuned_weights_are_used_for_the_coaches_they_were_saved_for(tmp_path: Path) -> None:
    weights = random_weights(1)

    def serves(coach: str) -> bool:
        return load_weights(store, "steal", coach) is not None

    with Store.open(tmp_path / "x.db") as store:
        for coach in ("Hawks", "L" * 200, "Lions"):
            store.add(Play(("cap",), "none", coach))
        save_weights(store, "steal", weights, ["Hawks", "L" * 200])
        assert [serves(c) for c in ("hawks", "L" * 200, "Lions")] == [True, True, False]
        kept = find_weights(store, "steal")
        assert kept is not None
        assert kept.hash == weights.hash
        save_weights(store, "steal", weights, [])
        assert not serves("Hawks")
        save_weights(store, "steal", weights)
        assert serves("Lions")


def test_tuned_weights_follow_their_coach_alone(tmp_path: Path) -> None:
    def serves() -> list[str]:
        return [c for c in store.coaches() if load_weights(store, "steal", c) is not None]

    with Store.open(tmp_path / "x.db") as store:
        for _ in range(12):
            store.add(Play(("cap",), "none", "Hawks"))
        store.add(Play(("cap",), "none", "Lions"))
        save_weights(store, "steal", random_weights(1), ["Hawks"])
        assert serves() == ["Hawks"]
        store.rename("coach", "Hawks", "Falcons")
        store.add(Play(("cap",), "none", "Hawks"))  # another coach of the old name
        assert serves() == ["Falcons"]
        store.undo()
        store.rename("coach", "Falcons", "Lions")
        assert serves() == ["Lions"]
        store.undo()
        store.undo()
        assert serves() == ["Hawks"]
        store.delete("play", 1)
        assert serves() == ["Hawks"]
        store.delete("coach", "Hawks")
        store.add(Play(("cap",), "none", "Hawks"))
        assert serves() == []


def test_weights_of_earlier_releases_are_used_for_coaches_by_name(tmp_path: Path) -> None:
    weights = random_weights(1)
    name_hash = blake2b(b"hawks", digest_size=6).hexdigest()
    old = replace(weights, training={**weights.training, "serves": [name_hash, ["x"], 3]})
    with Store.open(tmp_path / "x.db") as store:
        save_weights(store, "steal", old)
        assert load_weights(store, "steal", "Hawks") is not None
        assert load_weights(store, "steal", "Lions") is None


@pytest.mark.parametrize("harm", [b"PK\x03\x04 no archive", b""])
def test_damaged_weights_are_refused_with_a_hint(tmp_path: Path, harm: bytes) -> None:
    with Store.open(tmp_path / "x.db") as store:
        save_weights(store, "steal", random_weights())
        with store.writing() as db:
            db.execute("UPDATE weights SET arrays = ?", (harm,))
        with pytest.raises(SigndecoderError, match=r"weights for steal in .* train --shipped"):
            find_weights(store, "steal")


def test_a_saved_belief_is_found_by_coach_and_outcome(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        save_belief(store, "Hawks", "steal", SavedBelief(b"old", "w0", 1, "p0"))
        new = SavedBelief(b"\0new", "w1", 2, "p1")
        save_belief(store, "HAWKS", "steal", new)
        assert load_belief(store, "hawks", "steal") == new
        assert load_belief(store, "hawks", "bunt") is None
        assert load_belief(store, "Lions", "steal") is None


def test_undo_keeps_saved_weights_and_beliefs(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        store.add(Play(("cap",), "none", "Hawks"))
        save_weights(store, "steal", random_weights())
        save_belief(store, "Hawks", "steal", SavedBelief(b"x", "w", 1, "p"))
        store.undo()
        assert store.plays() == []
        assert find_weights(store, "steal") is not None
        assert load_belief(store, "Hawks", "steal") is not None


def test_saved_weights_are_arrays_of_plain_numbers() -> None:
    assert all(array.dtype == np.float32 for array in random_weights().arrays.values())
