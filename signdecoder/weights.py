"""Trained weights as files: arrays in an ``.npz``, what a person wants to know in a ``.json``.

A file of weights may come from a stranger. Names, types, shapes and sizes are checked before an
array is read, nothing is ever unpickled, and no code is loaded.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.errors import SigndecoderError
from signdecoder.files import replace_file
from signdecoder.network_size import FEATURES, OUTCOMES, NetworkSize

FORMAT = "signdecoder weights 3"
SHIPPED = Path(__file__).parent / "weights" / "shipped.json"

_LARGEST = 256  # units of a layer
_LONGEST_ABOUT = 1_000_000  # bytes of JSON

Arrays = Mapping[str, NDArray[np.float32]]
_FLOAT32 = np.dtype("<f4")


@dataclass(frozen=True)
class Weights:
    """A trained network: its arrays, its size, and what is known of its training."""

    arrays: Arrays
    size: NetworkSize = field(default_factory=NetworkSize)
    training: Mapping[str, Any] = field(default_factory=dict)
    name: str = "shipped"

    def __post_init__(self) -> None:
        """Refuse arrays that are not this network's."""
        expected = self.size.shapes()
        if set(self.arrays) != set(expected):
            odd = sorted(set(self.arrays) ^ set(expected))[0]
            raise _refused(self.name, f"the array {odd!r} is missing or unknown")
        for name, array in self.arrays.items():
            if array.shape != expected[name] or array.dtype != np.float32:
                found = f"{array.dtype} {array.shape}"
                raise _refused(self.name, f"{name} is {found}, not float32 {expected[name]}")
            if not np.isfinite(array).all():
                raise _refused(self.name, f"{name} holds values that are not finite")

    @cached_property
    def hash(self) -> str:
        """SHA-256 over names and values: what a saved belief depends on."""
        digest = hashlib.sha256(FORMAT.encode())
        for name in sorted(self.arrays):
            digest.update(name.encode() + b"\0" + np.ascontiguousarray(self.arrays[name]).tobytes())
        return digest.hexdigest()


def read_weights(path: Path) -> Weights:
    """Weights from ``NAME.json`` and the ``NAME.npz`` beside it; either of the two may be given.

    Raises SigndecoderError where a file is missing, damaged, or not what the format says.
    """
    about = path.with_suffix(".json")
    try:
        if about.stat().st_size > _LONGEST_ABOUT:
            raise _refused(str(about), "it is far too long")
        words = about.read_text("utf-8")
    except FileNotFoundError:
        raise _missing(about) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(str(about), f"it cannot be read ({error})") from None
    return unpack_weights(words, path.with_suffix(".npz"), str(path), path.stem)


def write_weights(path: Path, weights: Weights) -> None:
    """Write ``NAME.json`` and ``NAME.npz``, each aside first and then put in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path.with_suffix(".npz"), pack_arrays(weights.arrays))
    replace_file(path.with_suffix(".json"), describe_weights(weights).encode())


def describe_weights(weights: Weights) -> str:
    """What goes beside the arrays, as JSON: format, hash, size and training."""
    about = {
        "format": FORMAT,
        "sha256": weights.hash,
        "size": asdict(weights.size),
        "training": dict(weights.training),
    }
    return json.dumps(about, indent=2) + "\n"


def unpack_weights(words: str, arrays: Path | bytes, where: str, name: str) -> Weights:
    """Weights from their JSON and their ``.npz``; ``where`` is what an error calls them."""
    try:
        about = json.loads(words)
    except (ValueError, RecursionError) as error:
        raise _refused(where, f"its JSON cannot be read ({error})") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise _refused(where, f"its format line is not {FORMAT!r}")
    size = _read_size(where, about.get("size"))
    training = about.get("training")
    weights = Weights(
        read_arrays(arrays, size.shapes(), where),
        size,
        training if isinstance(training, dict) else {},
        name,
    )
    if about.get("sha256") != weights.hash:
        raise _refused(where, "its arrays are not those its JSON speaks of")
    return weights


def pack_arrays(arrays: Mapping[str, NDArray[Any]], level: int = 6) -> bytes:
    """Named arrays as the bytes of an ``.npz``; ``level`` of zlib, 0 not to compress.

    ``np.savez_compressed`` knows one level only, which is too slow for what is kept at every play.
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
    shapes: Mapping[str, tuple[int, ...]],
    where: str,
    kinds: Mapping[str, np.dtype[Any]] | None = None,
) -> dict[str, NDArray[Any]]:
    """Exactly these arrays in these shapes; all else is refused before it is read.

    They are float32 but those of which ``kinds`` says otherwise.
    """
    kinds = kinds or {}
    try:
        with zipfile.ZipFile(source if isinstance(source, Path) else io.BytesIO(source)) as archive:
            members = {m.filename: m for m in archive.infolist()}
            if set(members) != {f"{name}.npy" for name in shapes}:
                raise _refused(where, "its arrays are not the network's")
            return {
                name: _read_array(
                    archive, members[f"{name}.npy"], shape, kinds.get(name, _FLOAT32), where
                )
                for name, shape in shapes.items()
            }
    except FileNotFoundError:
        raise _missing(Path(where).with_suffix(".npz")) from None
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise _refused(where, f"it is damaged ({error})") from None


def _read_array(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    shape: tuple[int, ...],
    kind: np.dtype[Any],
    where: str,
) -> NDArray[Any]:
    size = kind.itemsize * int(np.prod(shape))
    if not size <= member.file_size <= size + 1024:  # the header is short
        raise _refused(where, f"{member.filename} has the wrong size")
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version != (1, 0):
            raise _refused(where, f"{member.filename} has an unknown header")
        found, fortran, dtype = np.lib.format.read_array_header_1_0(file)
        if found != shape or fortran or dtype != kind:
            raise _refused(where, f"{member.filename} is {dtype} {found}, not {kind} {shape}")
        return np.frombuffer(file.read(size), kind).reshape(shape)


def _read_size(where: str, size: object) -> NetworkSize:
    names = {f.name for f in fields(NetworkSize)}
    if not isinstance(size, dict) or set(size) != names:
        raise _refused(where, "its size is not a network's")
    if not all(type(v) is int and 1 <= v <= _LARGEST for v in size.values()):
        raise _refused(where, f"its sizes must be whole numbers from 1 to {_LARGEST}")
    if (size["outcomes"], size["features"]) != (OUTCOMES, FEATURES):
        raise _refused(where, "it was made for other inputs than this version's")
    return NetworkSize(**size)


def _missing(path: Path) -> SigndecoderError:
    hint = "weights are a .json and an .npz of the same name, give the path of either"
    return SigndecoderError(f"{path}: there is no such file", hint)


def _refused(where: str, why: str) -> SigndecoderError:
    return SigndecoderError(
        f"{where}: these weights are not used, because {why}", "use weights that signdecoder wrote"
    )
