"""Checkpoints: the state of a training as a file, so that a stopped training can go on.

The file may come from a stranger. Its description is read first, and must fit the curriculum. Then
its arrays must have the names, shapes and types of this training, and finite values.
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

_MAX_ARRAYS = 500  # about sixty of the network, and twice as many of the optimizer
_MAX_BYTES = 4 * 4 * MOST_VALUES


def save_checkpoint(path: Path, model: keras.Model, curriculum: Curriculum, step: int) -> None:
    """Write everything that a training needs to go on: weights, optimizer and step.

    Parameters
    ----------
    path : Path
        The file to write; its folder is created.
    model : keras.Model
        The compiled model.
    curriculum : Curriculum
        The curriculum of the training.
    step : int
        The number of steps done.
    """
    arrays = {
        f"{part}/{i}": keras.ops.convert_to_numpy(variable)
        for part, variables in _parts(model).items()
        for i, variable in enumerate(variables)
    }
    about = json.dumps({"step": step, "recipe": asdict(curriculum)})
    arrays["about"] = np.frombuffer(about.encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, pack_arrays(arrays))


def load_step(path: Path, curriculum: Curriculum) -> int:
    """Return how many steps the training in a checkpoint has done.

    Parameters
    ----------
    path : Path
        The checkpoint.
    curriculum : Curriculum
        The curriculum to go on with.

    Returns
    -------
    int
        The number of steps, lessons included.

    Raises
    ------
    SigndecoderError
        If the file is not a checkpoint, or its training cannot go on with this curriculum.
    """
    about = _load_about(path)
    recipe, step = _with_later_fields(about.get("recipe")), about.get("step")
    own = asdict(curriculum)
    if isinstance(recipe, dict) and type(step) is int and _types_of(recipe) == _types_of(own):
        other = Curriculum(**recipe | {"size": curriculum.size})
        fits = recipe["size"] == own["size"] and 0 <= step <= other.total
        if fits and curriculum.continues(other, step):
            return step
    raise SigndecoderError(
        f"{path} is the checkpoint of another training, {f'step {step} of {recipe}':.1000}",
        "use the same steps and seed, or another file",
    )


def restore_checkpoint(path: Path, model: keras.Model) -> None:
    """Restore the weights and the optimizer, after `load_step` has accepted the file.

    Parameters
    ----------
    path : Path
        The checkpoint.
    model : keras.Model
        A model compiled for the step that `load_step` returned; its variables are assigned.

    Raises
    ------
    SigndecoderError
        If an array is missing, has another shape or type, or is not finite.
    """
    variables = {
        f"{part}/{i}": variable
        for part, variables in _parts(model).items()
        for i, variable in enumerate(variables)
    }
    shapes: dict[str, tuple[int, ...]] = {n: tuple(v.shape) for n, v in variables.items()}
    types = {name: np.dtype(variable.dtype) for name, variable in variables.items()}
    length = len(_load_about_bytes(path))
    arrays = read_arrays(
        path, shapes | {"about": (length,)}, str(path), types | {"about": np.dtype(np.uint8)}
    )
    if not all(np.isfinite(arrays[name]).all() for name in variables):
        raise refuse(str(path), "it has values that are not finite")
    for name, variable in variables.items():
        variable.assign(arrays[name])


def _with_later_fields(recipe: Any) -> Any:
    """Return a recipe with the fields that did not exist when older checkpoints were written."""
    if not isinstance(recipe, dict) or not isinstance(recipe.get("size"), dict):
        return recipe
    size = {"set_rules": 0} | recipe["size"]
    return {"starts_from": ""} | recipe | {"size": size}


def _load_about(path: Path) -> dict[str, Any]:
    """Return the description in a checkpoint, or an empty one if it is not a JSON object."""
    try:
        about = json.loads(_load_about_bytes(path))
    except (ValueError, RecursionError) as error:
        raise refuse(str(path), f"its description cannot be read ({error})") from None
    return about if isinstance(about, dict) else {}


def _load_about_bytes(path: Path) -> bytes:
    """Return the bytes of the array with the description."""
    return read_words(path, "about", LONGEST_ABOUT, _MAX_ARRAYS, _MAX_BYTES, str(path))


def _types_of(recipe: dict[str, Any]) -> dict[str, type]:
    """Return the type of each value; an int may stand for a float."""
    return {name: float if type(v) is int else type(v) for name, v in recipe.items()}


def _parts(model: keras.Model) -> dict[str, list[Any]]:
    return {"network": model.weights, "optimizer": model.optimizer.variables}
