"""Weights as files: they come back as they were, and nothing else is let in."""

import io
import json
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.npz import pack_arrays
from signdecoder.lstm.weights import (
    SHIPPED,
    Weights,
    describe_weights,
    read_weights,
    unpack_weights,
    write_weights,
)
from tests.support.networks import SMALL, random_weights


def test_written_weights_are_read_unchanged(tmp_path: Path) -> None:
    weights = random_weights()
    write_weights(tmp_path / "w.json", weights)
    for given in ("w.json", "w.npz"):
        back = read_weights(tmp_path / given)
        assert (back.hash, back.size, back.name) == (weights.hash, SMALL, "w")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["w.json", "w.npz"]


def test_the_hash_depends_on_every_value() -> None:
    weights = random_weights()
    arrays = dict(weights.arrays)
    arrays["key/bias"] = arrays["key/bias"] + np.float32(1e-6)
    assert replace(weights, arrays=arrays).hash != weights.hash


def test_the_shipped_weights_match_their_hash_and_size() -> None:
    weights = read_weights(SHIPPED)
    assert weights.name == "shipped"
    assert weights.training["data"] == "simulated coaches"


def test_weights_from_before_set_rules_are_read(tmp_path: Path) -> None:
    before = random_weights()
    about = json.loads(describe_weights(before))
    del about["size"]["set_rules"]
    write_weights(tmp_path / "old.json", before)
    (tmp_path / "old.json").write_text(json.dumps(about))
    back = read_weights(tmp_path / "old.json")
    assert (back.hash, back.size) == (before.hash, before.size)
    assert not any("sets" in name for name in back.arrays)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SigndecoderError, match=r"w\.json does not exist"):
        read_weights(tmp_path / "w.npz")
    (tmp_path / "w.json").write_text(describe_weights(random_weights()))
    with pytest.raises(SigndecoderError, match=r"w\.npz does not exist"):
        read_weights(tmp_path / "w.npz")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("key/bias", np.zeros(2, np.float32), "wrong size|not float32"),
        ("key/bias", np.zeros((1, 1), np.float32), "not float32"),
        ("key/bias", np.zeros(1, np.int32), "not float32"),
        ("key/bias", np.full(1, np.nan, np.float32), "not finite"),
        ("odd", np.zeros(1, np.float32), "not the network's"),
    ],
)
def test_arrays_with_other_names_shapes_or_types_are_refused(
    name: str, value: np.ndarray[tuple[int, ...], np.dtype[np.float32]], why: str
) -> None:
    weights = random_weights()
    arrays = {**weights.arrays, name: value}
    with pytest.raises(SigndecoderError, match=why):
        unpack_weights(describe_weights(weights), pack_arrays(arrays), "here", "x")


def test_a_pickle_is_refused_without_loading() -> None:
    weights = random_weights()
    arrays = {n: a for n, a in weights.arrays.items() if n != "key/bias"}
    packed = io.BytesIO(pack_arrays(arrays))
    trap = io.BytesIO()
    np.save(trap, np.array([SMALL], object), allow_pickle=True)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("key/bias.npy", trap.getvalue())
    with pytest.raises(SigndecoderError, match="here: not used, because"):
        unpack_weights(describe_weights(weights), packed.getvalue(), "here", "x")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"format": "signdecoder weights 0"}, "format line"),
        ({"size": {"play_units": 3}}, "size is not a network's"),
        ({"size": {**asdict(SMALL), "heads": 10**9}}, "from 1 to"),
        ({"size": {**asdict(SMALL), "outcomes": 4}}, "other inputs"),
        ({"size": {**asdict(SMALL), "heads": 3}}, "wrong size|not float32"),
        ({"sha256": "0" * 64}, "do not match its JSON"),
    ],
)
def test_a_description_that_does_not_match_is_refused(changes: dict[str, object], why: str) -> None:
    weights = random_weights()
    about = json.dumps({**json.loads(describe_weights(weights)), **changes})
    with pytest.raises(SigndecoderError, match=why):
        unpack_weights(about, pack_arrays(weights.arrays), "here", "x")


@pytest.mark.parametrize("cut", [0, 10, 400])
def test_a_damaged_file_is_refused(tmp_path: Path, cut: int) -> None:
    write_weights(tmp_path / "w.json", random_weights())
    npz = tmp_path / "w.npz"
    npz.write_bytes(npz.read_bytes()[:cut])
    with pytest.raises(SigndecoderError, match="damaged"):
        read_weights(tmp_path / "w.json")


def test_weights_of_another_size_are_refused() -> None:
    with pytest.raises(SigndecoderError, match="not float32"):
        Weights(random_weights().arrays)
