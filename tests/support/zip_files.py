"""Write zip files and NumPy arrays that lie about what is in them."""

import struct
import zipfile
import zlib
from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Member:
    """A member of a zip file, with fields that may be wrong."""

    name: bytes
    packed: bytes
    size: int
    method: int = zipfile.ZIP_STORED
    flags: int = 0
    crc: int = 0


def build_zip(members: list[Member], size: int | None = None) -> bytes:
    """Return a zip file of these members, which states ``size`` as the size of its directory."""
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


def build_npy(
    header: str, values: bytes = b"", version: bytes = b"\1\0", length: int = -1
) -> bytes:
    """Return an array in NumPy's file format, with this header."""
    text = header.encode().ljust(117) + b"\n"
    return (
        b"\x93NUMPY"
        + version
        + struct.pack("<H", len(text) if length < 0 else length)
        + text
        + values
    )


def deflate_zeros(mebibytes: int) -> bytes:
    """Return this many MiB of zeros, deflated to about a thousandth."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + packer.flush()
