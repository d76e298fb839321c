"""Trained weights as files: arrays in an ``.npz``, a description in a ``.json``.

A weights file may come from a stranger. Its layer sizes, and with them the names and shapes of all
arrays, are read and checked first. Then exactly those arrays are read, and their values are
checked. The hash in the ``.json`` detects damage, and an ``.npz`` that belongs to another file. It
does not detect malice: whoever can change the arrays can write a new hash.
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
from signdecoder.rules.pair_rules import N_FROZEN_RULES, N_SET_RULES

FORMAT = "signdecoder weights 4"
SHIPPED = Path(__file__).with_name("shipped.json")

LONGEST_ABOUT = 100_000  # bytes of JSON
MOST_VALUES = 1_000_000  # in all arrays together; the shipped weights have 272,920
_LARGEST = 256  # units of a layer
_HEAVIEST = 1000.0  # of any value; the largest shipped value is 38

Arrays = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Weights:
    """A trained network.

    Attributes
    ----------
    arrays : mapping of str to ndarray of float32
        The arrays by name.
    size : NetworkConfig
        The layer sizes.
    training : mapping
        How it was trained, as JSON values.
    name : str
        What errors call it.
    """

    arrays: Arrays
    size: NetworkConfig = field(default_factory=NetworkConfig)
    training: Mapping[str, Any] = field(default_factory=dict)
    name: str = "shipped"

    def __post_init__(self) -> None:
        """Check names, shapes, types and values of the arrays."""
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
        """SHA-256 of names and values. Saved beliefs depend on it."""
        digest = hashlib.sha256(FORMAT.encode())
        for name in sorted(self.arrays):
            digest.update(name.encode() + b"\0" + np.ascontiguousarray(self.arrays[name]).tobytes())
        return digest.hexdigest()


def read_weights(path: Path) -> Weights:
    """Read weights from ``NAME.json`` and ``NAME.npz``.

    Parameters
    ----------
    path : Path
        The path of either file.

    Returns
    -------
    Weights
        The weights.

    Raises
    ------
    SigndecoderError
        If a file is missing, damaged, or not in the right format.
    """
    try:
        about = path.with_suffix(".json")
    except ValueError:  # it has no name
        raise refuse(str(path), "it is not a file") from None
    try:
        if about.exists() and not is_plain_file(about):
            raise refuse(str(about), "it is not a file")
        with about.open("rb") as file:
            words = file.read(LONGEST_ABOUT + 1).decode()
    except FileNotFoundError:
        raise SigndecoderError(
            f"{about} does not exist",
            "weights are a .json and an .npz file of the same name: give the path of either",
        ) from None
    except (OSError, ValueError) as error:
        raise refuse(str(about), f"it cannot be read ({error})") from None
    return unpack_weights(words, path.with_suffix(".npz"), str(path), path.stem)


def write_weights(path: Path, weights: Weights) -> None:
    """Write ``NAME.json`` and ``NAME.npz``, each atomically.

    Parameters
    ----------
    path : Path
        The path of either file.
    weights : Weights
        What to write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path.with_suffix(".npz"), pack_arrays(weights.arrays))
    replace_file(path.with_suffix(".json"), describe_weights(weights).encode())


def describe_weights(weights: Weights) -> str:
    """Return the description of weights: format, hash, layer sizes and training.

    Parameters
    ----------
    weights : Weights
        The weights.

    Returns
    -------
    str
        A JSON object.
    """
    about = {
        "format": FORMAT,
        "sha256": weights.hash,
        "size": asdict(weights.size),
        "training": dict(weights.training),
    }
    return json.dumps(about, indent=2) + "\n"


def unpack_weights(words: str, arrays: Path | bytes, where: str, name: str) -> Weights:
    """Return weights from their description and their arrays.

    Parameters
    ----------
    words : str
        The JSON description.
    arrays : Path or bytes
        The ``.npz``, as a file or as its content.
    where : str
        What an error calls them.
    name : str
        The name of the weights.

    Returns
    -------
    Weights
        The weights.

    Raises
    ------
    SigndecoderError
        If they are damaged or not in the right format.
    """
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
        raise refuse(where, "its arrays do not match its JSON")
    return weights


def _read_size(where: str, size: object) -> NetworkConfig:
    names = {f.name for f in fields(NetworkConfig)}
    if not isinstance(size, dict) or set(size) | {"set_rules"} != names:
        raise refuse(where, "its size is not a network's")
    size = {"set_rules": 0} | size  # networks had none when the first weights were written
    if type(size["set_rules"]) is not int or size["set_rules"] not in (0, N_SET_RULES):
        raise refuse(where, f"its set_rules must be 0 or {N_SET_RULES}")
    if not all(
        type(v) is int and 1 <= v <= _LARGEST for name, v in size.items() if name != "set_rules"
    ):
        raise refuse(where, f"its sizes must be whole numbers from 1 to {_LARGEST}")
    if (size["outcomes"], size["features"]) != (OUTCOMES, FEATURES):
        raise refuse(where, "it was made for other inputs than this version's")
    if size["sight_units"] <= N_FROZEN_RULES:
        raise refuse(where, f"it needs more than {N_FROZEN_RULES} sight_units")
    found = NetworkConfig(**size)
    if sum(prod(shape) for shape in found.shapes().values()) > MOST_VALUES:
        raise refuse(where, f"it is larger than {MOST_VALUES:,} values")
    return found
