"""Trained weights as files: arrays in an ``.npz``, what a person wants to know in a ``.json``.

A file of weights may come from a stranger. Its size, and with that the names and shapes of all
arrays, is read and judged first; then exactly those arrays are read, and their values are judged.
The hash in the ``.json`` finds damage, and an ``.npz`` that is another's. It does not find malice:
who can change the arrays can write their hash anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import is_plain_file, replace_file
from signdecoder.core.npz import pack_arrays, read_arrays, refuse
from signdecoder.lstm.config import FEATURES, OUTCOMES, NetworkConfig
from signdecoder.rules.pair_rules import (
    N_FROZEN_RULES,
)

FORMAT = "signdecoder weights 4"
SHIPPED = Path(__file__).with_name("shipped.json")

LONGEST_ABOUT = 100_000  # bytes of JSON
MOST_VALUES = 1_000_000  # in all arrays together; those that ship have 272,920
_LARGEST = 256  # units of a layer
_HEAVIEST = 1000.0  # of any value; of those that ship the heaviest is 38

Arrays = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Weights:
    """A trained network: its arrays, its size, and what is known of its training."""

    arrays: Arrays
    size: NetworkConfig = field(default_factory=NetworkConfig)
    training: Mapping[str, Any] = field(default_factory=dict)
    name: str = "shipped"

    def __post_init__(self) -> None:
        """Refuse arrays that are not this network's."""
        expected = self.size.shapes()
        if set(self.arrays) != set(expected):
            odd = sorted(set(self.arrays) ^ set(expected))[0]
            raise refuse(self.name, f"the array {odd!r} is missing or unknown")
        for name, array in self.arrays.items():
            if array.shape != expected[name] or array.dtype != np.float32:
                found = f"{array.dtype} {array.shape}"
                raise refuse(self.name, f"{name} is {found}, not float32 {expected[name]}")
            if not np.isfinite(array).all():
                raise refuse(self.name, f"{name} holds values that are not finite")
            if array.size and np.abs(array).max() > _HEAVIEST:
                raise refuse(self.name, f"{name} holds values beyond {_HEAVIEST:.0f}")

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
    try:
        about = path.with_suffix(".json")
    except ValueError:  # it has no name
        raise refuse(str(path), "it is no file") from None
    try:
        if about.exists() and not is_plain_file(about):
            raise refuse(str(about), "it is no file")
        with about.open("rb") as file:
            words = file.read(LONGEST_ABOUT + 1).decode()
    except FileNotFoundError:
        raise SigndecoderError(
            f"{about}: there is no such file",
            "weights are a .json and an .npz of the same name, give the path of either",
        ) from None
    except (OSError, ValueError) as error:
        raise refuse(str(about), f"it cannot be read ({error})") from None
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
    if len(words) > LONGEST_ABOUT:
        raise refuse(where, "its JSON is far too long")
    try:
        about = json.loads(words)
    except (ValueError, RecursionError) as error:
        raise refuse(where, f"its JSON cannot be read ({error})") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise refuse(where, f"its format line is not {FORMAT!r}")
    size = _read_size(where, about.get("size"))
    training = about.get("training")
    weights = Weights(
        read_arrays(arrays, size.shapes(), where),
        size,
        training if isinstance(training, dict) else {},
        name,
    )
    if about.get("sha256") != weights.hash:
        raise refuse(where, "its arrays are not those its JSON speaks of")
    return weights


def _read_size(where: str, size: object) -> NetworkConfig:
    names = {f.name for f in fields(NetworkConfig)}
    if not isinstance(size, dict) or set(size) != names:
        raise refuse(where, "its size is not a network's")
    if not all(type(v) is int and 1 <= v <= _LARGEST for v in size.values()):
        raise refuse(where, f"its sizes must be whole numbers from 1 to {_LARGEST}")
    if (size["outcomes"], size["features"]) != (OUTCOMES, FEATURES):
        raise refuse(where, "it was made for other inputs than this version's")
    if size["sight_units"] <= N_FROZEN_RULES:
        raise refuse(where, f"it needs more than {N_FROZEN_RULES} sights")
    found = NetworkConfig(**size)
    if sum(prod(shape) for shape in found.shapes().values()) > MOST_VALUES:
        raise refuse(where, f"it is larger than {MOST_VALUES:,} values")
    return found
