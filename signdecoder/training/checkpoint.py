"""The state of a training as a file, so that one that was stopped goes on where it was.

The file may come from a stranger: what it says of itself is read first, and must be a training
that this one goes on with; then its arrays must be those of that training, with finite values.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import replace_file
from signdecoder.core.npz import pack_arrays, read_arrays, read_words, refuse
from signdecoder.lstm.weights import LONGEST_ABOUT, MOST_VALUES
from signdecoder.training.curriculum import Curriculum

_ARRAYS = 500  # in a file: some sixty of the network, twice as many of the optimiser
_VALUES = 4 * 4 * MOST_VALUES  # bytes of them


def keep_state(path: Path, model: keras.Model, recipe: Curriculum, step: int) -> None:
    """Write all that a training needs to go on: weights, optimiser, step."""
    arrays = {
        f"{part}/{i}": keras.ops.convert_to_numpy(variable)
        for part, variables in _parts(model).items()
        for i, variable in enumerate(variables)
    }
    about = json.dumps({"step": step, "recipe": asdict(recipe)})
    arrays["about"] = np.frombuffer(about.encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, pack_arrays(arrays))


def read_course(path: Path, recipe: Curriculum) -> int:
    """How many steps of this recipe the file's training has done.

    Raises SigndecoderError where it is a training that this recipe does not go on with.
    """
    about = _read_about(path)
    kept, step = about.get("recipe"), about.get("step")
    own = asdict(recipe)
    if isinstance(kept, dict) and type(step) is int and _kinds_of(kept) == _kinds_of(own):
        other = Curriculum(**kept | {"size": recipe.size})
        fits = kept["size"] == own["size"] and 0 <= step <= other.total
        if fits and recipe.goes_on_from(other, step):
            return step
    raise SigndecoderError(
        f"{path} keeps another training, {f'step {step} of {kept}':.1000}",
        "go on with the same steps and seed, or keep this one in another file",
    )


def restore_state(path: Path, model: keras.Model) -> None:
    """Put the weights and the optimiser of a training back, at a step that ``read_course`` gave."""
    wanted = {
        f"{part}/{i}": variable
        for part, variables in _parts(model).items()
        for i, variable in enumerate(variables)
    }
    shapes: dict[str, tuple[int, ...]] = {n: tuple(v.shape) for n, v in wanted.items()}
    kinds = {name: np.dtype(variable.dtype) for name, variable in wanted.items()}
    length = len(_read_words(path))
    arrays = read_arrays(
        path, shapes | {"about": (length,)}, str(path), kinds | {"about": np.dtype(np.uint8)}
    )
    if not all(np.isfinite(arrays[name]).all() for name in wanted):
        raise refuse(str(path), "it holds values that are not finite")
    for name, variable in wanted.items():
        variable.assign(arrays[name])


def _read_about(path: Path) -> dict[str, Any]:
    """What the file says of itself."""
    try:
        about = json.loads(_read_words(path))
    except (ValueError, RecursionError) as error:
        raise refuse(str(path), f"what it says of itself cannot be read ({error})") from None
    return about if isinstance(about, dict) else {}


def _read_words(path: Path) -> bytes:
    """The bytes of the array that says what is in the file."""
    return read_words(path, "about", LONGEST_ABOUT, _ARRAYS, _VALUES, str(path))


def _kinds_of(recipe: dict[str, Any]) -> dict[str, type]:
    """The kind of each value; a whole number may stand for another."""
    return {name: float if type(v) is int else type(v) for name, v in recipe.items()}


def _parts(model: keras.Model) -> dict[str, list[Any]]:
    return {"network": model.weights, "optimizer": model.optimizer.variables}
