"""How a fresh network begins: its belief only counts, and the vote goes by what it has counted.

Training changes all of this. Beginning so it learns in minutes what else takes hours.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from signdecoder.rules.pair_rules import (
    FORGIVES_THIRD,
    log_prior_of_pair,
)

Tensor = Any  # a tensor of whichever backend Keras runs on

RARE = keras.initializers.Constant(-5.0)  # log odds of what hardly any candidate is
# What a sight counts for a rule at first, if the play shows it and if not; a row by outcome:
# called, another play, nothing, not called, not seen.
_SHOWN = np.array([1.0, -1.1, -1.1, -1.1, 0.0], np.float32)
_FORGIVEN = np.array([1.0, -0.4, -0.4, -0.4, 0.0], np.float32)  # if a third may wipe it off
_ABSENT = np.array([-1.8, 0.1, 0.1, 0.1, 0.0], np.float32)
LONGEST = 64  # plays that the cells remember
_SPEAKS = 4.0  # nats, a cell to the vote: more would shake the training
_NONE = 2.0  # log of how expected it is that no sight is the rule, beside the most expected one


def count_sights(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Evidence's kernel (O, S, U): each unit is about the sight of its number."""
    forgives = np.zeros(shape[2], np.bool_)
    forgives[: len(FORGIVES_THIRD)] = FORGIVES_THIRD[: shape[2]]
    shown = np.where(forgives, _FORGIVEN[:, None], _SHOWN[:, None])  # (O, U)
    return ops.convert_to_tensor(
        (shown - _ABSENT[:, None])[:, None] * np.eye(shape[1], shape[2]), dtype
    )


def count_others(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Evidence's bias (O, U)."""
    return ops.convert_to_tensor(np.broadcast_to(_ABSENT[:, None], shape), dtype)


def speak_for_own(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """A vote's kernel (H, S): a cell of the belief speaks for the sight of its number."""
    return ops.convert_to_tensor(_SPEAKS * np.eye(shape[0], shape[1]), dtype)


def expect(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """A vote's bias (S,): how common each rule is."""
    known = log_prior_of_pair()[: shape[0]]
    # A sight that no lesson taught is expected like the rarest of those taught.
    free = np.full(shape[0] - len(known), known.min(), np.float32)
    return ops.convert_to_tensor(np.concatenate([known, free]), dtype)


def expect_none(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """What counts for no sight at all: (1,)."""
    return ops.full(shape, _NONE, dtype)


def remember_long(layer: keras.layers.RNN) -> None:
    """Let the cells forget at first over 1 to LONGEST plays (after Tallec and Ollivier 2018)."""
    gates = np.zeros((4, layer.cell.units), np.float32)  # input, forget, candidate, output
    gates[1] = np.linspace(0, np.log(LONGEST), layer.cell.units)
    layer.cell.bias.assign(gates.ravel())


def count_evidence(layer: keras.layers.RNN) -> None:
    """Let each cell add up its own evidence at first, and hardly forget."""
    cell, units = layer.cell, layer.cell.units
    gates = np.zeros((4, units), np.float32)  # input, forget, candidate, output
    gates[1], gates[3] = np.log(LONGEST), 1.0
    cell.bias.assign(gates.ravel())
    kernel = 0.1 * np.array(ops.convert_to_numpy(cell.kernel))
    kernel[:, 2 * units : 3 * units] += 0.5 * np.eye(len(kernel), units)
    cell.kernel.assign(kernel)
    cell.recurrent_kernel.assign(0.1 * ops.convert_to_numpy(cell.recurrent_kernel))


def trust_the_vote(dense: keras.layers.Dense) -> None:
    """Let the last input, which the vote gives, be the first of the logits at first."""
    kernel = np.array(ops.convert_to_numpy(dense.kernel))
    kernel[-1] = np.eye(kernel.shape[1])[0]
    dense.kernel.assign(kernel)
