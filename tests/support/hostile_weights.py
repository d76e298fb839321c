"""Files of weights that are damaged or that do harm: the reader must refuse each.

`python -m tests.long.hostile_weights` reads all of them.
"""

import bz2
import io
import json
import lzma
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from signdecoder.core.npz import pack_arrays
from signdecoder.lstm.config import NetworkConfig
from signdecoder.lstm.weights import FORMAT, Weights, describe_weights
from signdecoder.rules.pair_rules import N_SET_RULES
from tests.support.networks import random_weights
from tests.support.zip_files import MIB, Member, build_npy, build_zip, deflate_zeros

Case = tuple[str, bytes, bytes]  # description, JSON, arrays


def _forge(weights: Weights, changed: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Change some arrays, and the hash to match, as an attacker would. Return JSON and arrays."""
    forged = object.__new__(Weights)  # skips the checks
    fields = {"arrays": {**weights.arrays, **changed}, "size": weights.size, "training": {}}
    for name, value in fields.items():
        object.__setattr__(forged, name, value)
    return describe_weights(forged).encode(), pack_arrays(forged.arrays, level=0)


def array_cases(weights: Weights) -> Iterator[Case]:
    """Yield weights with one wrong array each. Their hash is right."""
    for place, (name, array) in enumerate(sorted(weights.arrays.items())):
        values = {
            "NaN": np.full_like(array, np.nan),
            "infinite": np.full_like(array, -np.inf),
            "huge": np.full_like(array, 3e38),
            "float64": array.astype(np.float64),
            "whole numbers": array.astype("<i4"),
            "big-endian": array.astype(">f4"),
            "another shape": np.zeros((*array.shape, 2), np.float32),
            "flat": array.ravel()[:-1],
            "no values": np.zeros(0, np.float32),
            "in Fortran's order": np.asfortranarray(np.ones((2, 3), np.float32)),
            "structured": np.zeros(array.shape, [("a", "<f4")]),
            "text": np.full(array.shape, "a"),
        }
        for kind in [list(values)[(place + turn) % len(values)] for turn in (0, 4, 8)]:
            yield f"{name} is {kind}", *_forge(weights, {name: values[kind]})


def header_cases(weights: Weights) -> Iterator[Case]:
    """Yield weights where the header of one array lies, or would do harm if it were evaluated."""
    about = describe_weights(weights).encode()
    good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"
    value = bytes(4)
    for description, data in {
        "a huge shape": build_npy(good.replace("(1,)", f"({10**18},)"), value),
        "a negative shape": build_npy(good.replace("(1,)", "(-1,)"), value),
        "a shape of many dimensions": build_npy(good.replace("(1,)", "(" + "1," * 20 + ")"), value),
        "a shape of text": build_npy(good.replace("(1,)", "('1',)"), value),
        "a call": build_npy("{'descr': __import__('os').abort(), 'shape': (1,)}", value),
        "nested brackets": build_npy("(" * 117, value),
        "nested minus signs": build_npy("-" * 110 + "1", value),
        "an object": build_npy(good.replace("<f4", "|O"), value),
        "Fortran's order": build_npy(good.replace("False", "True"), value),
        "float64": build_npy(good.replace("<f4", "<f8"), bytes(8)),
        "version 2": build_npy(good, value, b"\2\0"),
        "version 3": build_npy(good, value, b"\3\0"),
        "version 255": build_npy(good, value, b"\xff\xff"),
        "a length beyond the file": build_npy(good, value, length=0xFFFF),
        "a length of 0": build_npy(good, value, length=0),
        "no magic": b"\x00" * 132,
        "a pickle": b"\x80\x04cos\nabort\n(tR." + bytes(117),
        "nothing": b"",
        "half a header": build_npy(good, value)[:60],
        "one value too few": build_npy(good, value[:3]),
        "one value too many": build_npy(good, value * 2),
        "two descriptions": build_npy(good + good, value),
        "no closing bracket": build_npy(good[:-1], value),
    }.items():
        yield f"key/bias has {description}", about, _with_member(weights, "key/bias", data)


def _with_member(weights: Weights, name: str, data: bytes) -> bytes:
    """Pack the arrays of weights, with other bytes for one of them."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(pack_arrays(weights.arrays, level=0))) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        for member in old.infolist():
            own = member.filename == f"{name}.npy"
            new.writestr(member.filename, data if own else old.read(member))
    return buffer.getvalue()


def _members(weights: Weights) -> list[Member]:
    """Return the members of the archive of good weights."""
    with zipfile.ZipFile(io.BytesIO(pack_arrays(weights.arrays))) as archive:
        return [
            Member(m.filename.encode(), archive.read(m), m.file_size, crc=m.CRC)
            for m in archive.infolist()
        ]


def member_cases(weights: Weights) -> Iterator[Case]:
    """Yield archives with a member that inflates without end, lies about its size, or is wrong."""
    about = describe_weights(weights).encode()
    good = _members(weights)
    others, last = good[:-1], good[-1]
    bombs = {
        "10 GB of zeros": replace(last, packed=deflate_zeros(10_240), size=0xFFFFFFF0, method=8),
        "100 MB of zeros and a small stated size": replace(
            last, packed=deflate_zeros(100), method=8
        ),
        "zeros by bzip2": replace(last, packed=bz2.compress(bytes(300 * MIB)), method=12),
        "zeros by LZMA": replace(
            last,
            packed=b"\x09\x04\x05\x00\x5d\xff\xff\xff\xff"
            + lzma.compress(bytes(50 * MIB), lzma.FORMAT_ALONE)[13:],
            method=14,
        ),
        "an unknown method": replace(last, method=99),
        "deflate64": replace(last, method=9),
        "encryption": replace(last, flags=1),
        "strong encryption": replace(last, flags=0x41),
        "patch data": replace(last, flags=0x20),
        "a wrong checksum": replace(last, crc=last.crc ^ 1),
        "a stated size of 4 GB": replace(last, size=0xFFFFFFFF),
        "a stated size of 0": replace(last, size=0),
        "data that is not deflated": replace(last, packed=b"\xff" * 100, method=8),
        "half of its deflated data": replace(last, packed=deflate_zeros(1)[:50], method=8),
    }  # fmt: skip
    for description, member in bombs.items():
        yield f"a member with {description}", about, build_zip([*others, member])
    for name in (
        b"../../key.npy", b"/etc/passwd.npy", b"C:\\key.npy", last.name + b"\0.txt",
        last.name.upper(), b"\xff\xfe.npy", b"k" * 60_000, b"", b".npy", b"\xe2\x80\xae.npy",
    ):  # fmt: skip
        renamed = replace(last, name=name)
        yield f"a member called {name[:20]!r}", about, build_zip([*others, renamed])
        yield f"another member called {name[:20]!r}", about, build_zip([*good, renamed])
    yield "a repeated array", about, build_zip([*good, last])
    yield (
        "a repeated array, the second time as a pickle",
        about,
        build_zip([*good, replace(last, packed=b"cos\nabort\n(tR.", size=14)]),
    )
    for many in (100, 3_000, 65_535):
        yield f"{many} members", about, build_zip([*good, *[Member(b"a", b"", 0)] * many])
        yield f"{many} members with one name", about, build_zip([last] * min(many, 3_000))
    yield "no members", about, build_zip([])


def archive_cases(weights: Weights) -> Iterator[Case]:
    """Yield archives whose directory lies, and archives that are cut or corrupted."""
    about = describe_weights(weights).encode()
    packed = pack_arrays(weights.arrays)
    good = _members(weights)
    for description, data in {
        "a directory that begins before the file": build_zip(good, size=0x7FFFFFFF),
        "an empty directory": build_zip(good, size=0),
        "no end record": build_zip(good)[:-22],
        "a NumPy array": b"\x93NUMPY\1\0" + bytes(200),
        "a pickle": b"\x80\x04cos\nabort\n(tR.",
        "nothing": b"",
        "40 MB": bytes(40 * MIB),
        "a zip64 end": build_zip(good)[:-22] + b"PK\6\6" + bytes(52) + b"PK\6\7"
        + struct.pack("<IQI", 0, 2**62, 1) + build_zip([])[-22:],
    }.items():  # fmt: skip
        yield f"an archive with {description}", about, data
    for cut in range(0, len(packed), len(packed) // 24):
        yield f"an archive cut at {cut}", about, packed[:cut]
    rng = Random(0)
    for at in range(40):
        corrupt = bytearray(packed)
        for _ in range(1 + at % 4):  # mostly in the values
            corrupt[rng.randrange(len(corrupt))] ^= 1 << rng.randrange(8)
        yield f"an archive with flipped bits ({at})", about, bytes(corrupt)


def json_cases(weights: Weights) -> Iterator[Case]:
    """Yield weights with text that is not JSON, or JSON that does not describe a network."""
    packed = pack_arrays(weights.arrays)
    about = json.loads(describe_weights(weights))
    size = about["size"]
    changes: dict[str, dict[str, Any]] = {
        "no format": {"format": None}, "another format": {"format": FORMAT + "0"},
        "a list for a format": {"format": [FORMAT]}, "no size": {"size": None},
        "a list for a size": {"size": list(size)}, "an empty size": {"size": {}},
        "an unknown name": {"size": {**size, "odd": 1}},
        "other inputs": {"size": {**size, "features": 5}},
        "other outcomes": {"size": {**size, "outcomes": 6}},
        "no hash": {"sha256": None}, "a number for a hash": {"sha256": 1},
        "the hash of nothing": {"sha256": "0" * 64}, "half a hash": {"sha256": about["sha256"][:9]},
    }  # fmt: skip
    for name in ("play_units", "heads", "key_units", "set_rules"):
        for value in (0, -1, 257, 10**30, 3.0, True, "3", None, [3], {"a": 3}, 1e300):
            changes[f"{name} of {value!r}"] = {"size": {**size, name: value}}
    for description, change in changes.items():
        yield f"JSON with {description}", json.dumps({**about, **change}).encode(), packed
    text = json.dumps(about)
    for description, text_bytes in {
        "nothing": b"", "a word": b"weights", "null": b"null", "a number": b"1", "a list": b"[]",
        "text": b'"a"', "two documents": (text + text).encode(),
        "half of the document": text[:99].encode(),
        "deeply nested lists": b"[" * 99_000, "deeply nested mappings": b'{"a":' * 15_000,
        "deeply nested training": (text[:-1] + ', "more": ' + "[" * 90_000).encode(),
        "a huge number": text.replace('"play_units": ', '"play_units": ' + "9" * 9_000).encode(),
        "NaN for a size": text.replace('"heads": ', '"heads": NaN, "x": ').encode(),
        "UTF-16": text.encode("utf-16"), "bytes that are not text": b"\xff" * 100,
        "a NUL": text.encode() + b"\0", "40 MB": b" " * (40 * MIB),
        "a pickle": b"\x80\x04cos\nabort\n(tR.",
    }.items():  # fmt: skip
        yield f"JSON: {description}", text_bytes, packed
    largest = {name: 256 for name in size} | {
        "features": 4,
        "outcomes": 5,
        "set_rules": N_SET_RULES,
    }
    arrays = {name: np.zeros(1, np.float32) for name in NetworkConfig(**largest).shapes()}
    yield (
        "a network of 60 million values",
        json.dumps({**about, "size": largest}).encode(),
        pack_arrays(arrays),
    )


def large_cases() -> Iterator[Case]:
    """Yield weights of nearly the largest network, which take the most memory to read."""
    size = NetworkConfig(alone_units=160, together_units=128, told_units=128, evidence_units=160)
    weights = random_weights(0, size)
    about = describe_weights(weights).encode()
    last = max(weights.arrays)
    array = weights.arrays[last].copy()
    array.flat[-1] = np.nan
    yield "a large network with NaN at its end", *_forge(weights, {last: array})
    arrays = {name: np.zeros_like(array) for name, array in weights.arrays.items()}
    yield "a large network of zeros", about, pack_arrays(arrays)
    values = 4 * sum(array.size for array in arrays.values())
    many = [Member(b"", b"", 0)] * (values // 80)
    yield f"a large network of {len(many)} members", about, build_zip(many)
    every = [
        Member(f"{name}.npy".encode(), deflate_zeros(100), 4 * array.size + 128, method=8)
        for name, array in arrays.items()
    ]
    yield "a large network of 100 MB in each array", about, build_zip(every)


def list_cases() -> Iterator[Case]:
    """Yield all cases."""
    weights = random_weights()
    for cases in (array_cases, header_cases, member_cases, archive_cases, json_cases):
        yield from cases(weights)
    yield from large_cases()
