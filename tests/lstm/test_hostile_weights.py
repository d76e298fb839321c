"""Weights, beliefs and states of training from strangers: arrays alone, or a sentence."""

import hashlib
import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.npz import pack_arrays, read_arrays
from signdecoder.core.play import Play
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.lstm.weights import FORMAT, SHIPPED, Weights, read_weights, write_weights
from signdecoder.store.store import Store
from signdecoder.training.curriculum import Curriculum
from signdecoder.workspace.decoders import open_decoder
from tests.long.hostile_weights import read_in_process, write_cases
from tests.support.hostile_weights import list_cases
from tests.support.networks import random_weights
from tests.support.zip_files import deflate_zeros

Blob = tuple[list[float | int], bytes, bytes]  # the mixture's record, the LSTM's part, the rules'


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_hostile_weights_are_refused_within_100_mb(tmp_path: Path) -> None:
    """In a process of its own; a bit that nobody reads may turn without harm."""
    good, usual, hostile = random_weights(), tmp_path / "usual", tmp_path / "hostile"
    hostile.mkdir()
    write_weights(usual / "0.json", good)
    cases = write_cases(hostile, list_cases())
    assert len(cases) > 300
    taken, peak = read_in_process(hostile)
    assert [cases[number] for number, found in taken.items() if found != good.hash] == []
    assert len(taken) < 5
    known, least = read_in_process(usual)
    assert list(known.values()) == [good.hash]
    assert peak - least < 100 * 1024


def test_the_shipped_weights_have_the_hash_that_is_written_beside_them() -> None:
    """That finds damage. It would not find malice: who changes one can change the other."""
    expected = json.loads(SHIPPED.read_text())["sha256"]
    assert read_weights(SHIPPED).hash == expected
    digest = hashlib.sha256(FORMAT.encode())
    with np.load(SHIPPED.with_suffix(".npz"), allow_pickle=False) as arrays:
        for name in sorted(arrays):
            digest.update(name.encode() + b"\0" + arrays[name].tobytes())
    assert digest.hexdigest() == expected


@pytest.mark.parametrize("suffix", [".json", ".npz"])
def test_folders_pipes_and_devices_are_refused_without_reading(tmp_path: Path, suffix: str) -> None:
    write_weights(tmp_path / "w.json", random_weights())
    place = (tmp_path / "w").with_suffix(suffix)
    makers: list[Callable[[], object]] = [place.mkdir]
    makers += [lambda: os.mkfifo(place)] if hasattr(os, "mkfifo") else []
    makers += [lambda: place.symlink_to("/dev/zero")] if Path("/dev/zero").exists() else []
    for make in makers:
        place.rmdir() if place.is_dir() else place.unlink()
        make()
        with pytest.raises(SigndecoderError, match="not used, because it is not a file"):
            read_weights(tmp_path / "w.json")


@pytest.mark.parametrize("name", ["", ".", "/", "a\0b"])
def test_an_invalid_file_name_is_refused(name: str) -> None:
    with pytest.raises(SigndecoderError):
        read_weights(Path(name))


def test_huge_or_infinite_values_are_refused() -> None:
    weights = random_weights()
    for value, why in ((1001.0, "beyond 1000"), (-np.inf, "not finite"), (np.nan, "not finite")):
        arrays = {**weights.arrays, "key/bias": np.full(1, value, np.float32)}
        with pytest.raises(SigndecoderError, match=rf"random: .*key/bias holds values .*{why}"):
            replace(weights, arrays=arrays)


def test_a_wrong_checksum_is_detected() -> None:
    packed = bytearray(pack_arrays({"a": np.arange(4, dtype=np.float32)}, level=0))
    place = packed.index(struct.pack("<f", 3.0))
    packed[place + 2] ^= 1
    with pytest.raises(SigndecoderError, match="here: not used, because it is damaged"):
        read_arrays(bytes(packed), {"a": (4,)}, "here")


def test_a_repeated_array_or_one_with_extra_bytes_is_refused() -> None:
    values = np.arange(4, dtype=np.float32)
    buffer = io.BytesIO(pack_arrays({"a": values}))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.npy", archive.read("a.npy"))
    with pytest.raises(SigndecoderError, match="it holds an array twice"):
        read_arrays(buffer.getvalue(), {"a": (4,)}, "here")
    buffer = io.BytesIO()
    np.save(buffer, values)
    longer = io.BytesIO()
    with zipfile.ZipFile(longer, "w") as archive:
        archive.writestr("a.npy", buffer.getvalue() + b"more")
    with pytest.raises(SigndecoderError, match=r"a\.npy has the wrong size"):
        read_arrays(longer.getvalue(), {"a": (4,)}, "here")


def test_decompression_stops_at_the_expected_size() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", bytes(1 << 20))
    with pytest.raises(SigndecoderError, match=r"a\.npy has the wrong size"):
        read_arrays(buffer.getvalue(), {"a": (4,)}, "here")
    with pytest.raises(SigndecoderError, match="larger than its arrays can be"):
        read_arrays(deflate_zeros(10_000), {"a": (4,)}, "here")


# --- beliefs --------------------------------------------------------------------------------------

_PARTS = struct.Struct("<III2dI")  # the third part is empty: no rebuild is under way


def _take_apart(blob: bytes) -> Blob:
    first, second, _, *record = _PARTS.unpack_from(blob)
    body = blob[_PARTS.size :]
    return record, body[:first], body[first : first + second]


def _predictions(value: float, plays: int = 6, mixture: float | None = None) -> bytes:
    """Return prequential predictions of plays, all by the same value, or by another mixture."""
    rows = np.full((plays, 3), value, "<f4")
    rows[:, 0] = value if mixture is None else mixture
    return rows.tobytes()


def _put_together(
    record: list[float | int], lstm: bytes, rules: bytes, predictions: bytes = _predictions(0.5)
) -> bytes:
    return _PARTS.pack(len(lstm), len(rules), 0, *record) + lstm + rules + predictions


def _change_lstm(blob: Blob, **changed: Callable[[Any], Any]) -> bytes:
    record, lstm, rules = blob
    with np.load(io.BytesIO(lstm[2:])) as kept:
        arrays = {name: kept[name] for name in kept}
    for name, change in changed.items():
        arrays[name] = np.asarray(change(arrays[name].copy()), np.float32)
    return _put_together(record, lstm[:2] + pack_arrays(arrays, level=0), rules)


def _change_rules(
    blob: Blob, about: Callable[[dict[str, Any]], object], **changed: Callable[[Any], Any]
) -> bytes:
    record, lstm, rules = blob
    (length,) = struct.unpack_from("<I", rules)
    words = json.loads(rules[4 : 4 + length])
    with np.load(io.BytesIO(rules[4 + length :])) as kept:
        arrays = {name: kept[name] for name in kept}
    about(words)
    for name, change in changed.items():
        arrays[name] = change(arrays[name].copy()).astype(arrays[name].dtype)
    line = json.dumps(words).encode()
    packed = struct.pack("<I", len(line)) + line + pack_arrays(arrays, level=1)
    return _put_together(record, lstm, packed)


def _fill(value: float) -> Callable[[Any], Any]:
    return lambda array: np.full_like(array, value)


def _segment(**values: object) -> Callable[[dict[str, Any]], object]:
    return lambda about: about["segments"][-1].update(values)


def _nothing(about: dict[str, Any]) -> None:
    pass


FORGED: dict[str, Callable[[Blob], bytes]] = {
    "nothing": lambda b: b"",
    "half": lambda b: _put_together(*b)[:1000],
    "a wrong length": lambda b: b"\xff" * 8 + _put_together(*b)[8:],
    "weights that are not numbers": lambda b: _put_together([np.nan, np.nan, 1], *b[1:]),
    "weights above 1": lambda b: _put_together([-5.0, 6.0, 1], *b[1:]),
    "weights of 0 and 1": lambda b: _put_together([0.0, 1.0, 1], *b[1:]),
    "no arrays": lambda b: _put_together(b[0], b"", b[2]),
    "no rules": lambda b: _put_together(b[0], b[1], b""),
    "slots that are not numbers": lambda b: _change_lstm(b, slots=_fill(np.nan)),
    "infinite slots": lambda b: _change_lstm(b, slots=_fill(np.inf)),
    "slots twice": lambda b: _change_lstm(b, slots=_fill(0)),
    "slots that do not exist": lambda b: _change_lstm(b, slots=lambda a: a + 1),
    "half slots": lambda b: _change_lstm(b, slots=lambda a: a + 0.5),
    "no LSTM filters": lambda b: _put_together(b[0], b"\0" + b[1][1:], b[2]),
    "too many LSTM filters": lambda b: _put_together(b[0], b"\xff" + b[1][1:], b[2]),
    "one filter too many": lambda b: _put_together(b[0], b"\2\1" + b[1][1:], b[2]),
    "no LSTM segments": lambda b: _put_together(b[0], b"\1\0" + b[1][2:], b[2]),
    "too many LSTM segments": lambda b: _put_together(b[0], b"\1\xff" + b[1][2:], b[2]),
    "one segment too many": lambda b: _put_together(b[0], b"\1\2" + b[1][2:], b[2]),
    "a segment after the log": lambda b: _change_lstm(b, since=_fill(99)),
    "a segment before the log": lambda b: _change_lstm(b, since=_fill(-1)),
    "half a play": lambda b: _change_lstm(b, since=_fill(0.5)),
    "shares above 1": lambda b: _change_lstm(b, shares=_fill(3)),
    "shares below 0": lambda b: _change_lstm(b, shares=lambda a: [[2.0, -1.0, 0.0]]),
    "shares that are not numbers": lambda b: _change_lstm(b, shares=_fill(np.nan)),
    "cells that are not numbers": lambda b: _change_lstm(b, alone_c=_fill(np.nan)),
    "infinite cells": lambda b: _change_lstm(b, together_h=_fill(np.inf)),
    "a length that is too large": lambda b: _put_together(*b[:2], b"\xff\xff\xff\xff" + b[2][4:]),
    "nested JSON": lambda b: _put_together(*b[:2], struct.pack("<I", 90_000) + b"[" * 90_000),
    "other plays": lambda b: _change_rules(b, lambda a: a.update(plays=9)),
    "a hazard that is not a number": lambda b: _change_rules(b, lambda a: a.update(hazard=np.nan)),
    "a hazard above 1": lambda b: _change_rules(b, lambda a: a.update(hazard=2.0)),
    "a game after the log": lambda b: _change_rules(b, lambda a: a.update(game=10**6)),
    "half a count pair": lambda b: _change_rules(b, lambda a: a.update(tallies=2.5)),
    "no segments": lambda b: _change_rules(b, lambda a: a.update(segments=[])),
    "too many segments": lambda b: _change_rules(
        b, lambda a: a.update(segments=a["segments"] * 9)
    ),
    "segments of text": lambda b: _change_rules(b, lambda a: a.update(segments="abc")),
    "a start after the log": lambda b: _change_rules(b, _segment(start=10**6)),
    "a start before the log": lambda b: _change_rules(b, _segment(start=-1)),
    "changes out of order": lambda b: _change_rules(b, _segment(before=[3, 1], start=4)),
    "changes of text": lambda b: _change_rules(b, _segment(before="abc")),
    "an infinite prior": lambda b: _change_rules(b, _segment(birth=-np.inf)),
    "a prior of text": lambda b: _change_rules(b, _segment(birth="1")),
    "a null prior below 0": lambda b: _change_rules(b, _segment(null=-0.5)),
    "counts below 0": lambda b: _change_rules(b, _segment(run=-3)),
    "counts above the number of plays": lambda b: _change_rules(b, _segment(not_run=10**9)),
    "huge count pairs": lambda b: _change_rules(b, _nothing, tallies=_fill(2**62)),
    "count pairs below 0": lambda b: _change_rules(b, _nothing, tallies=_fill(-1)),
    "count pairs that do not exist": lambda b: _change_rules(b, _nothing, tally=_fill(250)),
    "a count pair twice": lambda b: _change_rules(
        b, _nothing, tallies=lambda a: np.repeat(a[:, :1], a.shape[1], axis=1)
    ),
    "huge counts of other plays": lambda b: _change_rules(b, _nothing, frames=_fill(2**62)),
    "more hits than tries": lambda b: _change_rules(
        b, _nothing, frames=lambda a: np.stack([a[:, 0], a[:, 0] + 1], axis=1)
    ),
    "no predictions": lambda b: _put_together(*b, b""),
    "predictions of another log": lambda b: _put_together(*b, _predictions(0.5, plays=7)),
    "predictions that are not numbers": lambda b: _put_together(*b, _predictions(np.nan)),
    "infinite predictions": lambda b: _put_together(*b, _predictions(np.inf)),
    "predictions above 1": lambda b: _put_together(*b, _predictions(1.5)),
    "predictions below 0": lambda b: _put_together(*b, _predictions(-0.5)),
    "predictions that are no mixture": lambda b: _put_together(*b, _predictions(0.5, mixture=0.9)),
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Weights, bytes]:
    """A store with a saved belief, the weights behind it, and the belief."""
    path, weights = tmp_path_factory.mktemp("kept") / "x.db", random_weights()
    with Store.open(path) as store:
        for signals, outcome in ((("cap", "belt"), "steal"), (("ear", "belt"), "none")) * 3:
            store.add(Play(signals, outcome, "Hawks", "1"))
        blob = open_decoder(store, "Hawks", weights=weights).snapshot()
    return path, weights, blob


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_belief_is_computed_again(kept: tuple[Path, Weights, bytes], what: str) -> None:
    path, weights, blob = kept
    forged = FORGED[what](_take_apart(blob))
    assert forged != blob
    with Store.open(path) as store:
        plays = store.plays("Hawks")
        assert Ensemble.resume("steal", weights, plays, (), blob).snapshot() == blob
        with pytest.raises(SigndecoderError):
            Ensemble.resume("steal", weights, plays, (), forged)
        with store.writing() as db:
            db.execute("UPDATE beliefs SET blob = ?", (forged,))
        assert open_decoder(store, "Hawks", weights=weights).snapshot() == blob


# --- checkpoints ----------------------------------------------------------------------------------


class _Variable:
    """The part of a Keras variable that a checkpoint needs."""

    def __init__(self, value: Any) -> None:
        self.value = np.asarray(value)
        self.shape, self.dtype = self.value.shape, str(self.value.dtype)

    def assign(self, value: Any) -> None:
        self.value = value


class _Model:
    """A model of one array, and an optimiser of two."""

    def __init__(self, *, filled: float = 0.0) -> None:
        self.weights = [_Variable(np.full((2, 3), filled, np.float32))]
        self.variables = [_Variable(np.int64(7)), _Variable(np.zeros(3, np.float32))]
        self.optimizer = self


def _write_state(path: Path, **changed: Any) -> None:
    about = {"step": 5, "recipe": asdict(Curriculum())} | changed.pop("about", {})
    words = changed.pop("words", json.dumps(about).encode())
    arrays: dict[str, Any] = {
        "network/0": np.ones((2, 3), np.float32),
        "optimizer/0": np.asarray(np.int64(9)),
        "optimizer/1": np.ones(3, np.float32),
        "about": np.frombuffer(words, np.uint8),
    } | {name.replace("_", "/"): value for name, value in changed.items()}
    path.write_bytes(pack_arrays(arrays))


@pytest.mark.slow  # it loads Keras
def test_a_forged_checkpoint_is_refused(tmp_path: Path) -> None:
    from signdecoder.training.checkpoint import load_step, restore_checkpoint

    path, recipe, model = tmp_path / "state.npz", Curriculum(), _Model()
    _write_state(path)
    assert load_step(path, recipe) == 5
    restore_checkpoint(path, model)
    assert (model.weights[0].value == 1).all()
    assert model.variables[0].value == 9
    own = asdict(recipe)
    courses: list[dict[str, Any]] = [
        {"about": {"step": step}} for step in (-1, 1.5, "5", None, True, 10**30)
    ]
    odd: list[dict[str, Any]] = [{"odd": 1}, {"size": {}}, {"seed": 4}, {"decay": [1]}]
    recipes: list[Any] = [{}, [], None, *(own | change for change in odd)]
    courses += [{"about": {"recipe": other}} for other in recipes]
    courses += [{"words": words} for words in (b"", b"[]", b"[" * 90_000, b"\xff", b"1" * 9_000)]
    courses += [{"words": b" " * 200_000}]
    for changed in courses:
        _write_state(path, **changed)
        with pytest.raises(SigndecoderError, match=r"state\.npz"):
            load_step(path, recipe)
    for bad in (b"", b"PK\5\6", b"\x93NUMPY\1\0" + bytes(99), b"\x80\x04cos\nabort\n(tR."):
        path.write_bytes(bad)
        with pytest.raises(SigndecoderError, match=r"state\.npz: not used, because"):
            load_step(path, recipe)
    for array in (
        *(np.full((2, 3), value, np.float32) for value in (np.nan, np.inf)),
        *(np.ones((3, 2), np.float32), np.ones((2, 3)), np.zeros(10**7, np.float32)),
    ):
        _write_state(path, network_0=array)
        with pytest.raises(SigndecoderError, match=r"state\.npz: not used, because"):
            restore_checkpoint(path, _Model())
    _write_state(path, odd=np.zeros(1))
    with pytest.raises(SigndecoderError, match="its arrays are not"):
        restore_checkpoint(path, _Model())
