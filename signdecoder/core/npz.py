"""Named arrays as the bytes of an ``.npz`` and back: the expected ones and nothing else.

Such a file may come from a stranger. Names, types, shapes and sizes are known before it is opened,
and it is refused if any of them differs; reading never takes more memory than they imply. Nothing
is unpickled, nothing is unpacked to a path, and a header is compared, not evaluated.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import is_plain_file

FLOAT32 = np.dtype("<f4")
Shapes = Mapping[str, tuple[int, ...]]

_HEAD = 1024  # most bytes of a member besides its values
_OURS = 128  # bytes of a header that NumPy writes for few dimensions
_AROUND = 2048  # most bytes that an archive needs for a member besides its values
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may take unlimited memory
_ENTRY = b"PK\x01\x02"  # the start of a member's entry in the directory
_LOCKED = 0x61  # flags of members that are encrypted, or patches to others


def pack_arrays(arrays: Mapping[str, NDArray[Any]], level: int = 6) -> bytes:
    """Return named arrays as the bytes of an ``.npz``.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        The arrays by name.
    level : int
        The level of zlib; 0 for no compression. ``np.savez_compressed`` has one level only, which
        is too slow for what is saved after every play.

    Returns
    -------
    bytes
        The content of the file.
    """
    buffer = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", how, compresslevel=level or None) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
    return buffer.getvalue()


def read_arrays(
    source: Path | bytes,
    shapes: Shapes,
    where: str,
    kinds: Mapping[str, np.dtype[Any]] | None = None,
) -> dict[str, NDArray[Any]]:
    """Read exactly these arrays; anything else is refused before it is read.

    Parameters
    ----------
    source : Path or bytes
        A file or its content.
    shapes : mapping of str to tuple of int
        The shape of each array by name.
    where : str
        What an error calls the source.
    kinds : mapping of str to dtype, optional
        The types of arrays that are not float32.

    Returns
    -------
    dict of str to ndarray
        The arrays by name.

    Raises
    ------
    SigndecoderError
        If the source is damaged or holds anything else.

    Examples
    --------
    >>> packed = pack_arrays({"a": np.ones(2, np.float32)})
    >>> read_arrays(packed, {"a": (2,)}, "here")["a"].tolist()
    [1.0, 1.0]
    """
    kinds = {name: (kinds or {}).get(name, FLOAT32) for name in shapes}
    values = sum(kinds[name].itemsize * prod(shape) for name, shape in shapes.items())
    with _open_archive(source, values, len(shapes), where) as members:
        if set(members) != {f"{name}.npy" for name in shapes}:
            raise refuse(where, "its arrays are not the network's")
        return {
            name: np.frombuffer(
                _read_member(*members[f"{name}.npy"], shape, kinds[name], where), kinds[name]
            ).reshape(shape)
            for name, shape in shapes.items()
        }


def read_words(source: Path, name: str, most: int, arrays: int, values: int, where: str) -> bytes:
    """Read one array of bytes from an ``.npz``.

    Parameters
    ----------
    source : Path
        The file.
    name : str
        The name of the array.
    most : int
        The most bytes that it may have.
    arrays : int
        The most arrays that the file may have.
    values : int
        The most bytes that all arrays may have.
    where : str
        What an error calls the file.

    Returns
    -------
    bytes
        The array.

    Raises
    ------
    SigndecoderError
        If the file is damaged, lacks the array, or is too large.
    """
    with _open_archive(source, values, arrays, where) as members:
        if f"{name}.npy" not in members:
            raise refuse(where, f"it has no {name}")
        archive, member = members[f"{name}.npy"]
        length = member.file_size - _OURS
        if not 0 <= length <= most:
            raise refuse(where, f"its {name} has the wrong size")
        return _read_member(archive, member, (length,), np.dtype(np.uint8), where)


Members = dict[str, tuple[zipfile.ZipFile, zipfile.ZipInfo]]


@contextmanager
def _open_archive(source: Path | bytes, values: int, arrays: int, where: str) -> Iterator[Members]:
    """Yield the members of an archive by name, within a number of arrays and of bytes."""
    data = _read_source(source, values, arrays, where)
    # An entry of the directory takes far more memory than it has bytes: count before reading.
    if data.count(_ENTRY) > arrays + 8:
        raise refuse(where, "it holds more arrays than the network")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            members = {member.orig_filename: (archive, member) for member in listed}
            if len(members) != len(listed):
                raise refuse(where, "it holds an array twice")
            yield members
    except (zipfile.BadZipFile, zlib.error, struct.error) as error:
        raise _damaged(where, error) from None
    # What zipfile raises for a damaged archive depends on where it is damaged.
    except (OSError, ValueError, RuntimeError, EOFError, LookupError, OverflowError) as error:
        raise _damaged(where, error) from None


def refuse(where: str, why: str) -> SigndecoderError:
    """Return the error for a file that is refused.

    Parameters
    ----------
    where : str
        What the error calls it.
    why : str
        Why it is refused, as a clause: ``it is damaged``.

    Returns
    -------
    SigndecoderError
        The error, to be raised.
    """
    return SigndecoderError(
        f"{where}: not used, because {why}", "give a file that signdecoder wrote"
    )


def _damaged(where: str, error: Exception) -> SigndecoderError:
    return refuse(where, f"it is damaged ({error})")


def _read_source(source: Path | bytes, values: int, members: int, where: str) -> bytes:
    """Read a source, but no more than that many bytes of values can need.

    Compression may add a little to what it cannot compress.
    """
    most = values + values // 1000 + _AROUND * (members + 1)
    data = source if isinstance(source, bytes) else _read_file(source, most + 1, where)
    if len(data) > most:
        raise refuse(where, "it is larger than its arrays can be")
    return data


def _read_file(source: Path, most: int, where: str) -> bytes:
    try:
        if source.exists() and not is_plain_file(source):
            raise refuse(where, "it is not a file")
        with source.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise SigndecoderError(
            f"{source} does not exist",
            "weights are a .json and an .npz file of the same name: give the path of either",
        ) from None
    except (OSError, ValueError) as error:
        raise refuse(where, f"it cannot be read ({error})") from None


def _read_member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    shape: tuple[int, ...],
    kind: np.dtype[Any],
    where: str,
) -> bytes:
    """Read the values of an array of this shape and type."""
    name, size = member.orig_filename, kind.itemsize * prod(shape)
    if not size <= member.file_size <= size + _HEAD:
        raise refuse(where, f"{name} has the wrong size")
    if member.compress_type not in _METHODS or member.flag_bits & _LOCKED:
        raise refuse(where, f"{name} is packed in another way")
    with archive.open(member) as file:
        content = file.read(member.file_size + 1)  # to the end: that checks the checksum
    begin = 10 + int.from_bytes(content[8:10], "little")
    if len(content) < 10 or content[:8] != b"\x93NUMPY\x01\x00":
        raise refuse(where, f"{name} has an unknown header")
    ours = f"{{'descr': {kind.str!r}, 'fortran_order': False, 'shape': {shape!r}, }}"
    if content[10:begin].rstrip(b" \n") != ours.encode():
        raise refuse(where, f"{name} is not {kind} {shape}")
    if len(content) != begin + size:
        raise refuse(where, f"{name} has the wrong size")
    return content[begin:]
