"""Files of weights that do harm, as far as we could think of: each is to be refused.

``python -m tests.support.hostile_weights`` tries them all in a process of its own and tells how
many were taken, and how much more memory that took than good ones do.
"""

import bz2
import io
import json
import lzma
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.npz import pack_arrays
from signdecoder.lstm.config import NetworkConfig
from signdecoder.lstm.weights import FORMAT, Weights, describe_weights, read_weights, write_weights
from tests.long.memory import peak_memory
from tests.support.networks import random_weights

_MIB = 1 << 20
Case = tuple[str, bytes, bytes]  # what it is, the JSON, the arrays


@dataclass(frozen=True)
class Member:
    """A member of a zip as it is written, whatever it really is."""

    name: bytes
    packed: bytes
    size: int
    method: int = zipfile.ZIP_STORED
    flags: int = 0
    crc: int = 0


def zip_of(members: list[Member], size: int | None = None) -> bytes:
    """A zip of these; ``size`` is what its end says of its directory."""
    body, directory = bytearray(), bytearray()
    for m in members:
        common = struct.pack(
            "<HHHHHIIIHH", 20, m.flags, m.method, 0, 33, m.crc, len(m.packed), m.size,
            len(m.name), 0,
        )  # fmt: skip
        directory += b"PK\1\2" + struct.pack("<H", 20) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + m.name
        body += b"PK\3\4" + common + m.name + m.packed
    end = struct.pack(
        "<4s4H2IH", b"PK\5\6", 0, 0, *[len(members) & 0xFFFF] * 2,
        len(directory) if size is None else size, len(body), 0,
    )  # fmt: skip
    return bytes(body + directory + end)


def npy(header: str, values: bytes = b"", version: bytes = b"\1\0", length: int = -1) -> bytes:
    """An array as NumPy keeps it, with this header."""
    text = header.encode().ljust(117) + b"\n"
    return (
        b"\x93NUMPY"
        + version
        + struct.pack("<H", len(text) if length < 0 else length)
        + text
        + values
    )


def zeros(mebibytes: int) -> bytes:
    """So many MiB of zeros, deflated; a thousandth of that, and made at once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(_MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + packer.flush()


def _rewritten(weights: Weights, changed: Mapping[str, Any]) -> Case:
    """Weights of a stranger who writes the hash anew for what he changed."""
    forged = object.__new__(Weights)  # as he would: nothing is checked
    fields = {"arrays": {**weights.arrays, **changed}, "size": weights.size, "training": {}}
    for name, value in fields.items():
        object.__setattr__(forged, name, value)
    return "", describe_weights(forged).encode(), pack_arrays(forged.arrays, level=0)


def array_cases(weights: Weights) -> Iterator[Case]:
    """One array or another is not what it should be, and the hash says that all is well."""
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
            yield f"{name} is {kind}", *_rewritten(weights, {name: values[kind]})[1:]


def header_cases(weights: Weights) -> Iterator[Case]:
    """The header of an array lies, or would do something if it were evaluated."""
    about = describe_weights(weights).encode()
    good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"
    value = bytes(4)
    for what, data in {
        "a huge shape": npy(good.replace("(1,)", f"({10**18},)"), value),
        "a negative shape": npy(good.replace("(1,)", "(-1,)"), value),
        "a shape of many dimensions": npy(good.replace("(1,)", "(" + "1," * 20 + ")"), value),
        "a shape of text": npy(good.replace("(1,)", "('1',)"), value),
        "a call": npy("{'descr': __import__('os').abort(), 'shape': (1,)}", value),
        "nested brackets": npy("(" * 117, value),
        "nested minus signs": npy("-" * 110 + "1", value),
        "an object": npy(good.replace("<f4", "|O"), value),
        "Fortran's order": npy(good.replace("False", "True"), value),
        "float64": npy(good.replace("<f4", "<f8"), bytes(8)),
        "version 2": npy(good, value, b"\2\0"),
        "version 3": npy(good, value, b"\3\0"),
        "version 255": npy(good, value, b"\xff\xff"),
        "a length beyond the file": npy(good, value, length=0xFFFF),
        "a length of nothing": npy(good, value, length=0),
        "no magic": b"\x00" * 132,
        "a pickle": b"\x80\x04cos\nabort\n(tR." + bytes(117),
        "nothing": b"",
        "half a header": npy(good, value)[:60],
        "a value too few": npy(good, value[:3]),
        "a value too many": npy(good, value * 2),
        "two descriptions": npy(good + good, value),
        "no closing bracket": npy(good[:-1], value),
    }.items():
        yield f"key/bias has {what}", about, _with_member(weights, "key/bias", data)


def _with_member(weights: Weights, name: str, data: bytes) -> bytes:
    """The arrays with the bytes of one member changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(pack_arrays(weights.arrays, level=0))) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        for member in old.infolist():
            own = member.filename == f"{name}.npy"
            new.writestr(member.filename, data if own else old.read(member))
    return buffer.getvalue()


def archive_cases(weights: Weights) -> Iterator[Case]:
    """The archive inflates without end, lies about itself, or holds what it should not."""
    about = describe_weights(weights).encode()
    packed = pack_arrays(weights.arrays)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        good = [
            Member(m.filename.encode(), archive.read(m), m.file_size, crc=m.CRC)
            for m in archive.infolist()
        ]
    others, last = good[:-1], good[-1]
    bombs = {
        "10 GB of zeros": replace(last, packed=zeros(10_240), size=0xFFFFFFF0, method=8),
        "100 MB of zeros that say they are few": replace(last, packed=zeros(100), method=8),
        "zeros by bzip2": replace(last, packed=bz2.compress(bytes(300 * _MIB)), method=12),
        "zeros by LZMA": replace(
            last,
            packed=b"\x09\x04\x05\x00\x5d\xff\xff\xff\xff"
            + lzma.compress(bytes(50 * _MIB), lzma.FORMAT_ALONE)[13:],
            method=14,
        ),
        "an unknown method": replace(last, method=99),
        "deflate64": replace(last, method=9),
        "a lock": replace(last, flags=1),
        "a strong lock": replace(last, flags=0x41),
        "a patch": replace(last, flags=0x20),
        "a wrong checksum": replace(last, crc=last.crc ^ 1),
        "4 GB by its own word": replace(last, size=0xFFFFFFFF),
        "no length": replace(last, size=0),
        "no deflate": replace(last, packed=b"\xff" * 100, method=8),
        "half a deflate": replace(last, packed=zeros(1)[:50], method=8),
    }  # fmt: skip
    for what, member in bombs.items():
        yield f"a member with {what}", about, zip_of([*others, member])
    for name in (
        b"../../key.npy", b"/etc/passwd.npy", b"C:\\key.npy", last.name + b"\0.txt",
        last.name.upper(), b"\xff\xfe.npy", b"k" * 60_000, b"", b".npy", b"\xe2\x80\xae.npy",
    ):  # fmt: skip
        yield f"a member called {name[:20]!r}", about, zip_of([*others, replace(last, name=name)])
        yield f"one more called {name[:20]!r}", about, zip_of([*good, replace(last, name=name)])
    yield "an array twice", about, zip_of([*good, last])
    yield (
        "an array twice, another time as a pickle",
        about,
        zip_of([*good, replace(last, packed=b"cos\nabort\n(tR.", size=14)]),
    )
    for many in (100, 3_000, 65_535):
        yield f"{many} members", about, zip_of([*good, *[Member(b"a", b"", 0)] * many])
        yield f"{many} of one name", about, zip_of([last] * min(many, 3_000))
    yield "no members", about, zip_of([])
    for what, data in {
        "a directory that begins before the file": zip_of(good, size=0x7FFFFFFF),
        "a directory of nothing": zip_of(good, size=0),
        "no end": zip_of(good)[:-22],
        "no zip": b"\x93NUMPY\1\0" + bytes(200),
        "a pickle": b"\x80\x04cos\nabort\n(tR.",
        "nothing": b"",
        "40 MB": bytes(40 * _MIB),
        "a zip64 end": zip_of(good)[:-22] + b"PK\6\6" + bytes(52) + b"PK\6\7"
        + struct.pack("<IQI", 0, 2**62, 1) + zip_of([])[-22:],
    }.items():  # fmt: skip
        yield f"an archive with {what}", about, data
    for cut in range(0, len(packed), len(packed) // 24):
        yield f"an archive cut at {cut}", about, packed[:cut]
    rng = Random(0)
    for at in range(40):
        harmed = bytearray(packed)
        for _ in range(1 + at % 4):  # in the first half, where values are
            harmed[rng.randrange(len(harmed))] ^= 1 << rng.randrange(8)
        yield f"an archive with bits turned ({at})", about, bytes(harmed)


def about_cases(weights: Weights) -> Iterator[Case]:
    """The JSON is none, or speaks of a network that is none."""
    packed = pack_arrays(weights.arrays)
    about = json.loads(describe_weights(weights))
    size = about["size"]
    changes: dict[str, dict[str, Any]] = {
        "no format": {"format": None}, "another format": {"format": FORMAT + "0"},
        "a list for a format": {"format": [FORMAT]}, "no size": {"size": None},
        "a list for a size": {"size": list(size)}, "an empty size": {"size": {}},
        "a name more": {"size": {**size, "odd": 1}},
        "other inputs": {"size": {**size, "features": 5}},
        "other outcomes": {"size": {**size, "outcomes": 6}},
        "no hash": {"sha256": None}, "a number for a hash": {"sha256": 1},
        "the hash of nothing": {"sha256": "0" * 64}, "half a hash": {"sha256": about["sha256"][:9]},
    }  # fmt: skip
    for name in ("play_units", "heads", "key_units"):
        for value in (0, -1, 257, 10**30, 3.0, True, "3", None, [3], {"a": 3}, 1e300):
            changes[f"{name} of {value!r}"] = {"size": {**size, name: value}}
    for what, change in changes.items():
        yield f"a JSON with {what}", json.dumps({**about, **change}).encode(), packed
    text = json.dumps(about)
    for what, words in {
        "nothing": b"", "a word": b"weights", "null": b"null", "a number": b"1", "a list": b"[]",
        "text": b'"a"', "two documents": (text + text).encode(), "half of it": text[:99].encode(),
        "deep lists": b"[" * 99_000, "deep mappings": b'{"a":' * 15_000,
        "a deep training": (text[:-1] + ', "more": ' + "[" * 90_000).encode(),
        "a huge number": text.replace('"play_units": ', '"play_units": ' + "9" * 9_000).encode(),
        "NaN for a size": text.replace('"heads": ', '"heads": NaN, "x": ').encode(),
        "UTF-16": text.encode("utf-16"), "bytes that are no text": b"\xff" * 100,
        "a NUL": text.encode() + b"\0", "40 MB": b" " * (40 * _MIB),
        "a pickle": b"\x80\x04cos\nabort\n(tR.",
    }.items():  # fmt: skip
        yield f"a JSON of {what}", words, packed
    largest = {name: 256 for name in size} | {"features": 4, "outcomes": 5}
    arrays = {name: np.zeros(1, np.float32) for name in NetworkConfig(**largest).shapes()}
    yield (
        "a network of 60 million values",
        json.dumps({**about, "size": largest}).encode(),
        pack_arrays(arrays),
    )


def large_cases() -> Iterator[Case]:
    """The network is nearly as large as one may be, and so the arrays may take most memory."""
    size = NetworkConfig(alone_units=160, together_units=128, told_units=128, evidence_units=160)
    weights = random_weights(0, size)
    about = describe_weights(weights).encode()
    last = max(weights.arrays)
    harmed = weights.arrays[last].copy()
    harmed.flat[-1] = np.nan
    yield "a large network with NaN at its end", *_rewritten(weights, {last: harmed})[1:]
    arrays = {name: np.zeros_like(array) for name, array in weights.arrays.items()}
    yield "a large network of zeros", about, pack_arrays(arrays)
    values = 4 * sum(array.size for array in arrays.values())
    many = [Member(b"", b"", 0)] * (values // 80)
    yield f"a large network of {len(many)} members", about, zip_of(many)
    every = [
        Member(f"{name}.npy".encode(), zeros(100), 4 * array.size + 128, method=8)
        for name, array in arrays.items()
    ]
    yield "a large network of 100 MB in each array", about, zip_of(every)


def all_cases() -> Iterator[Case]:
    """All of them."""
    weights = random_weights()
    for cases in (array_cases, header_cases, archive_cases, about_cases):
        yield from cases(weights)
    yield from large_cases()


def write_cases(folder: Path, cases: Iterable[Case]) -> list[str]:
    """Write files as ``0.json`` and ``0.npz``, and so on; what each is, in that order."""
    told = []
    for number, (what, about, arrays) in enumerate(cases):
        (folder / f"{number}.json").write_bytes(about)
        (folder / f"{number}.npz").write_bytes(arrays)
        told.append(what)
    return told


def try_all(folder: Path) -> tuple[dict[int, str], int]:
    """The hashes of the files of a folder that are taken, by number, and the peak of memory in KiB.

    They are read in a process of their own.
    """
    command = [sys.executable, "-m", "tests.support.hostile_weights", str(folder)]
    ran = subprocess.run(command, capture_output=True, check=True, text=True)
    told = json.loads(ran.stdout)
    return {int(number): found for number, found in told["taken"].items()}, int(told["peak"])


def _read_all(folder: Path) -> None:
    """Read the files of a folder one after the other, and tell of it as JSON."""
    taken = {}
    for path in sorted(folder.glob("*.json")):
        with suppress(SigndecoderError):
            taken[path.stem] = read_weights(path).hash
    print(json.dumps({"taken": taken, "peak": peak_memory()}))


def tell() -> bool:
    """Try all and tell of it; was none taken?"""
    good = random_weights()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_weights(folder / "0.json", good)
        _, usual = try_all(folder)
        told = write_cases(folder, all_cases())
        taken, peak = try_all(folder)
    worse = [told[number] for number, found in taken.items() if found != good.hash]
    print(
        f"{len(told)} hostile files of weights: {len(worse)} taken ({', '.join(worse) or 'none'}), "
        f"{len(taken) - len(worse)} read as the very weights that were harmed where nobody reads; "
        f"at most {(peak - usual) / 1024:.0f} MiB more memory than for good weights"
    )
    return not worse


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _read_all(Path(sys.argv[1]))
    else:
        sys.exit(not tell())
