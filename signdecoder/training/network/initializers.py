"""The initial weights of a network: its belief counts evidence, and its votes follow the counts.

Training changes all of it. From this start, the network learns in minutes what otherwise takes
hours. Shapes: O kinds of outcome, S pair features, U and H units.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from signdecoder.rules.pair_rules import (
    FORGIVES_THIRD,
    KEY_SET_RULES,
    LIVE_SET_RULES,
    log_prior_of_pair,
)

Tensor = Any  # a tensor of any backend that Keras runs on

RARE = keras.initializers.Constant(-5.0)  # log odds of what hardly any pair is
# The evidence for a rule if the play shows its feature and if not; by outcome: called, another
# play, nothing, not called, unknown.
_SHOWN = np.array([1.0, -1.1, -1.1, -1.1, 0.0], np.float32)
_FORGIVEN = np.array([1.0, -0.4, -0.4, -0.4, 0.0], np.float32)  # if a third signal may cancel it
_ABSENT = np.array([-1.8, 0.1, 0.1, 0.1, 0.0], np.float32)
MAX_MEMORY = 64  # plays that the cells remember
_VOTE_SCALE = 4.0  # nats from a cell to the rule attention; more makes training unstable
_P_MEMBER = 0.35  # probability of a membership in a set before the first play
# The probabilities of a call that is not run, of a run without a call, and of keeping evidence
# until the next play: for set rules, and for the vote on pair rules that they are weighed against.
# They, and the priors, are the best on tuning coaches.
_SET_RATES, _PAIR_RATES = (0.02, 0.012, 0.997), (0.02, 0.01, 0.99)
_SET_PRIOR = -6.5  # log prior of the most common set rule, relative to all pair rules together
_NULL_LOGIT = 2.0  # log prior of no feature being the rule, relative to the most common rule


def outcome_kernel_initializer(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Return the kernel of an `OutcomeConditionedDense`: each unit counts one feature.

    Parameters
    ----------
    shape : tuple of int
        (O, S, U).
    dtype : optional
        The type of the tensor.

    Returns
    -------
    Tensor, shape (O, S, U)
        The kernel.
    """
    forgives = np.zeros(shape[2], np.bool_)
    forgives[: len(FORGIVES_THIRD)] = FORGIVES_THIRD[: shape[2]]
    shown = np.where(forgives, _FORGIVEN[:, None], _SHOWN[:, None])  # (O, U)
    return ops.convert_to_tensor(
        (shown - _ABSENT[:, None])[:, None] * np.eye(shape[1], shape[2]), dtype
    )


def outcome_bias_initializer(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Return the bias of an `OutcomeConditionedDense`: the evidence of absent features.

    Parameters
    ----------
    shape : tuple of int
        (O, U).
    dtype : optional
        The type of the tensor.

    Returns
    -------
    Tensor, shape (O, U)
        The bias.
    """
    return ops.convert_to_tensor(np.broadcast_to(_ABSENT[:, None], shape), dtype)


def scaled_identity_initializer(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Return the kernel of a `RuleAttention`: each cell votes for the feature of its number.

    Parameters
    ----------
    shape : tuple of int
        (H, S).
    dtype : optional
        The type of the tensor.

    Returns
    -------
    Tensor, shape (H, S)
        The identity, scaled.
    """
    return ops.convert_to_tensor(_VOTE_SCALE * np.eye(shape[0], shape[1]), dtype)


def log_prior_initializer(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Return the bias of a `RuleAttention`: the log prior of each pair rule.

    Features beyond the pair rules get the prior of the rarest rule.

    Parameters
    ----------
    shape : tuple of int
        (S,).
    dtype : optional
        The type of the tensor.

    Returns
    -------
    Tensor, shape (S,)
        The log prior, up to a constant.
    """
    known = log_prior_of_pair()[: shape[0]]
    free = np.full(shape[0] - len(known), known.min(), np.float32)
    return ops.convert_to_tensor(np.concatenate([known, free]), dtype)


def set_rates_initializer(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Return the rates of a `SetCell` as log odds, and a scale of 1, the same for all set rules.

    Parameters
    ----------
    shape : tuple of int
        (SET_RATES, F) for set rules, or (SET_RATES,) for the pair rules together.
    dtype : optional
        The type of the tensor.

    Returns
    -------
    Tensor, shape (SET_RATES, F) or (SET_RATES,)
        The rates.
    """
    of_sets = len(shape) > 1
    rates = np.array(_SET_RATES if of_sets else _PAIR_RATES)
    rows = np.append(np.log(rates / (1 - rates)), 1.0)
    rows = np.broadcast_to(rows[:, None], shape) if of_sets else rows
    return ops.convert_to_tensor(rows, dtype)


def member_initializer(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Return the log odds of a membership in each set rule.

    Parameters
    ----------
    shape : tuple of int
        (F,).
    dtype : optional
        The type of the tensor.

    Returns
    -------
    Tensor, shape (F,)
        Log odds.
    """
    return ops.full(shape, np.log(_P_MEMBER / (1 - _P_MEMBER)), dtype)


def set_prior_initializer(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Return the log prior of each set rule, relative to all pair rules together.

    Parameters
    ----------
    shape : tuple of int
        (F,).
    dtype : optional
        The type of the tensor.

    Returns
    -------
    Tensor, shape (F,)
        The log prior.
    """
    known = log_prior_of_pair()[[*LIVE_SET_RULES, *KEY_SET_RULES]]
    return ops.convert_to_tensor(np.broadcast_to(known + _SET_PRIOR, shape), dtype)


def null_initializer(shape: tuple[int, ...], dtype: Any = None) -> Tensor:
    """Return the logit of no feature being the rule.

    Parameters
    ----------
    shape : tuple of int
        (1,).
    dtype : optional
        The type of the tensor.

    Returns
    -------
    Tensor, shape (1,)
        The logit.
    """
    return ops.full(shape, _NULL_LOGIT, dtype)


def init_long_memory(layer: keras.layers.RNN) -> None:
    """Let the cells of an LSTM start by forgetting over 1 to MAX_MEMORY plays.

    After Tallec and Ollivier (2018), "Can recurrent neural networks warp time?".

    Parameters
    ----------
    layer : keras.layers.RNN
        A built LSTM layer; its biases are assigned.
    """
    gates = np.zeros((4, layer.cell.units), np.float32)  # input, forget, candidate, output
    gates[1] = np.linspace(0, np.log(MAX_MEMORY), layer.cell.units)
    layer.cell.bias.assign(gates.ravel())


def init_evidence_counting(layer: keras.layers.RNN) -> None:
    """Let each cell of an LSTM start by adding up its own evidence and hardly forgetting.

    Parameters
    ----------
    layer : keras.layers.RNN
        A built LSTM layer; its weights are assigned.
    """
    cell, units = layer.cell, layer.cell.units
    gates = np.zeros((4, units), np.float32)  # input, forget, candidate, output
    gates[1], gates[3] = np.log(MAX_MEMORY), 1.0
    cell.bias.assign(gates.ravel())
    kernel = 0.1 * np.array(ops.convert_to_numpy(cell.kernel))
    kernel[:, 2 * units : 3 * units] += 0.5 * np.eye(len(kernel), units)
    cell.kernel.assign(kernel)
    cell.recurrent_kernel.assign(0.1 * ops.convert_to_numpy(cell.recurrent_kernel))


def init_from_vote(dense: keras.layers.Dense) -> None:
    """Let the last input, which comes from the rule attention, start as the first logit.

    Parameters
    ----------
    dense : keras.layers.Dense
        A built output layer; its kernel is assigned.
    """
    kernel = np.array(ops.convert_to_numpy(dense.kernel))
    kernel[-1] = np.eye(kernel.shape[1])[0]
    dense.kernel.assign(kernel)
