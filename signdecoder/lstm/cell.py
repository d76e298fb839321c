"""The LSTM in NumPy: the six equations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + e^-x), by tanh, which does not overflow."""
    return np.asarray(np.float32(0.5) * (np.tanh(np.float32(0.5) * x) + np.float32(1)))


@dataclass(frozen=True, slots=True)
class State:
    """What an LSTM carries on: hidden values h and cell values c, each (…, H)."""

    h: Floats
    c: Floats


@dataclass(frozen=True, slots=True)
class Gates:
    """One step of an LSTM, opened up: every array is (…, H)."""

    forget: Floats
    input: Floats
    candidate: Floats
    cell: Floats
    output: Floats
    hidden: Floats


@dataclass(frozen=True, slots=True)
class LSTM:
    """A long short-term memory (Hochreiter and Schmidhuber 1997, with Gers's forget gate, 2000).

    ``kernel`` (X, 4H), ``recurrent`` (H, 4H) and ``bias`` (4H,) hold the gates side by side in
    Keras's order: input, forget, candidate, output.
    """

    kernel: Floats
    recurrent: Floats
    bias: Floats

    @property
    def units(self) -> int:
        """H, the number of units."""
        return len(self.recurrent)

    def start(self, rows: int) -> State:
        """The empty state of ``rows`` independent sequences."""
        return State(
            np.zeros((rows, self.units), np.float32), np.zeros((rows, self.units), np.float32)
        )

    def step(self, x: Floats, state: State) -> State:
        """The state after one more input x (…, X)."""
        gates = self.gates(x, state)
        return State(gates.hidden, gates.cell)

    def terms(self, x: Floats, h: Floats) -> tuple[Floats, Floats, Floats]:
        """What each gate sums up before it is squashed: W x (…, 4H), U h (…, 4H) and b (4H,)."""
        return x @ self.kernel, h @ self.recurrent, self.bias

    def gates(self, x: Floats, state: State) -> Gates:
        """The six equations, for one input x (…, X) and the state before it."""
        c = state.c
        of_input, of_hidden, bias = self.terms(x, state.h)
        # [W_i x + U_i h + b_i, W_f x + U_f h + b_f, W_c x + U_c h + b_c, W_o x + U_o h + b_o]
        z_i, z_f, z_c, z_o = np.split(of_input + of_hidden + bias, 4, axis=-1)
        f = sigmoid(z_f)  # forget gate: how much of the old cell stays
        i = sigmoid(z_i)  # input gate: how much of the new is let in
        c_new = np.tanh(z_c)  # candidate: what would be written
        c = f * c + i * c_new  # cell state: what is carried on
        o = sigmoid(z_o)  # output gate: how much of the cell shows
        h = o * np.tanh(c)  # hidden state: what the others see
        return Gates(f, i, c_new, c, o, h)
