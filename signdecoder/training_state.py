"""The state of a training as a file, so that one that was stopped goes on where it was."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from signdecoder.course import Recipe
from signdecoder.errors import SigndecoderError
from signdecoder.files import replace_file
from signdecoder.network_size import NetworkSize
from signdecoder.weights import pack_arrays


def keep_state(path: Path, model: keras.Model, recipe: Recipe, step: int) -> None:
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


def read_course(path: Path, recipe: Recipe) -> int:
    """How many steps of this recipe the file's training has done.

    Raises SigndecoderError where it is a training that this recipe does not go on with.
    """
    with np.load(path, allow_pickle=False) as arrays:
        about: dict[str, Any] = json.loads(arrays["about"].tobytes())
    kept, step = about["recipe"], int(about["step"])
    if set(kept) == set(asdict(recipe)) and set(kept["size"]) == set(asdict(recipe.size)):
        other = Recipe(**kept | {"size": NetworkSize(**kept["size"])})
        if recipe.goes_on_from(other, step):
            return step
    raise SigndecoderError(
        f"{path} keeps another training, step {step} of {kept}",
        "go on with the same steps and seed, or keep this one in another file",
    )


def restore_state(path: Path, model: keras.Model) -> None:
    """Put the weights and the optimiser of a training back, at a step that ``read_course`` gave."""
    with np.load(path, allow_pickle=False) as arrays:
        for part, variables in _parts(model).items():
            for i, variable in enumerate(variables):
                variable.assign(arrays[f"{part}/{i}"])


def _parts(model: keras.Model) -> dict[str, list[Any]]:
    return {"network": model.weights, "optimizer": model.optimizer.variables}
