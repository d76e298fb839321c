"""Sequences as each pair of signals sees them, and the play LSTM that reads them.

Shapes: B logs, P plays, T signals per play, V slots for signals, C = V·V pairs.
"""

from __future__ import annotations

import keras
from keras import ops

from signdecoder.training.network.layers import Tensor

PAIR_INPUTS = 4  # inputs of a signal to the play LSTM


def pair_inputs(shown: Tensor) -> Tensor:
    """Return the inputs of the play LSTM: each play relative to each pair (k, l).

    For each signal: is it k, is it l, does it equal the signal before it, and the one two before.

    Parameters
    ----------
    shown : Tensor, shape (B, P, T, V)
        One-hot signals.

    Returns
    -------
    Tensor, shape (B, P, C, T, 4)
        The inputs, 0 or 1.
    """
    batch, plays, width, slots = ops.shape(shown)
    grid = (batch, plays, slots, slots, width)
    signals = ops.transpose(shown, (0, 1, 3, 2))  # (B, P, V, T)
    parts = [
        ops.broadcast_to(signals[:, :, :, None], grid),
        ops.broadcast_to(signals[:, :, None, :], grid),
    ]
    for steps in (1, 2):
        repeats = ops.sum(shown[:, :, steps:] * shown[:, :, :-steps], axis=-1)
        repeats = ops.pad(repeats, [[0, 0], [0, 0], [steps, 0]])
        parts.append(ops.broadcast_to(repeats[:, :, None, None], grid))
    return ops.reshape(ops.stack(parts, axis=-1), (batch, plays, slots * slots, width, PAIR_INPUTS))


def read_plays(play_lstm: keras.layers.LSTM, shown: Tensor, cut: Tensor) -> Tensor:
    """Return the hidden states of the play LSTM at Q positions, for each pair.

    Parameters
    ----------
    play_lstm : keras.layers.LSTM
        The LSTM, with H units.
    shown : Tensor, shape (B, P, T, V)
        One-hot signals.
    cut : Tensor, shape (B, P, Q, T)
        One-hot positions.

    Returns
    -------
    Tensor, shape (B, P, Q, C, H)
        The hidden states.
    """
    batch, plays, width, slots = ops.shape(shown)
    x = pair_inputs(shown)
    hidden = play_lstm(ops.reshape(x, (batch * plays * slots * slots, width, PAIR_INPUTS)))
    hidden = ops.reshape(hidden, (batch, plays, slots * slots, width, play_lstm.units))
    return ops.einsum("bpcth,bpqt->bpqch", hidden, cut)
