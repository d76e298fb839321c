"""The LSTM cell in NumPy.

References
----------
S. Hochreiter and J. Schmidhuber (1997), Long short-term memory. Neural Computation 9.

F. A. Gers, J. Schmidhuber and F. Cummins (2000), Learning to forget: continual prediction with
LSTM. Neural Computation 12.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + e^-x), computed by tanh, which does not overflow.

    Parameters
    ----------
    x : ndarray of float32
        Any shape.

    Returns
    -------
    ndarray of float32
        Values from 0 to 1, of the same shape.

    Examples
    --------
    >>> sigmoid(np.array([0, 1000], np.float32)).tolist()
    [0.5, 1.0]
    """
    return np.asarray(np.float32(0.5) * (np.tanh(np.float32(0.5) * x) + np.float32(1)))


@dataclass(frozen=True, slots=True)
class State:
    """What an LSTM carries from step to step.

    Attributes
    ----------
    h : ndarray of float32
        (…, H) hidden values.
    c : ndarray of float32
        (…, H) cell values.
    """

    h: Floats
    c: Floats


@dataclass(frozen=True, slots=True)
class Gates:
    """All values of one step of an LSTM.

    Attributes
    ----------
    forget : ndarray of float32
        (…, H) how much of the old cell is kept.
    input : ndarray of float32
        (…, H) how much of the candidate is written.
    candidate : ndarray of float32
        (…, H) what would be written.
    cell : ndarray of float32
        (…, H) the new cell values.
    output : ndarray of float32
        (…, H) how much of the cell is shown.
    hidden : ndarray of float32
        (…, H) the new hidden values.
    """

    forget: Floats
    input: Floats
    candidate: Floats
    cell: Floats
    output: Floats
    hidden: Floats


@dataclass(frozen=True, slots=True)
class LSTM:
    """A long short-term memory (Hochreiter and Schmidhuber 1997) with forget gate (Gers 2000).

    The gates stand side by side in Keras's order: input, forget, candidate, output.

    Attributes
    ----------
    kernel : ndarray of float32
        (X, 4H) weights of the input.
    recurrent : ndarray of float32
        (H, 4H) weights of the hidden values.
    bias : ndarray of float32
        (4H,) biases.
    """

    kernel: Floats
    recurrent: Floats
    bias: Floats

    @property
    def units(self) -> int:
        """The number of units H."""
        return len(self.recurrent)

    def start(self, rows: int) -> State:
        """Return the state before the first input.

        Parameters
        ----------
        rows : int
            The number of independent sequences.

        Returns
        -------
        State
            (rows, H) zeros.
        """
        shape = (rows, self.units)
        return State(np.zeros(shape, np.float32), np.zeros(shape, np.float32))

    def step(self, x: Floats, state: State) -> State:
        """Return the state after one more input.

        Parameters
        ----------
        x : ndarray of float32
            (…, X) the input.
        state : State
            (…, H) the state before it.

        Returns
        -------
        State
            (…, H) the state after it.
        """
        gates = self.gates(x, state)
        return State(gates.hidden, gates.cell)

    def terms(self, x: Floats, h: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the three terms that each gate sums before its nonlinearity.

        Parameters
        ----------
        x : ndarray of float32
            (…, X) the input.
        h : ndarray of float32
            (…, H) the hidden values before it.

        Returns
        -------
        tuple of ndarray of float32
            W x (…, 4H), U h (…, 4H) and b (4H,).
        """
        return x @ self.kernel, h @ self.recurrent, self.bias

    def gates(self, x: Floats, state: State) -> Gates:
        """Compute one step: the six equations.

        Parameters
        ----------
        x : ndarray of float32
            (…, X) the input.
        state : State
            (…, H) the state before it.

        Returns
        -------
        Gates
            All values of the step.
        """
        c = state.c
        of_input, of_hidden, bias = self.terms(x, state.h)
        # [W_i x + U_i h + b_i, W_f x + U_f h + b_f, W_c x + U_c h + b_c, W_o x + U_o h + b_o]
        z_i, z_f, z_c, z_o = np.split(of_input + of_hidden + bias, 4, axis=-1)
        f = sigmoid(z_f)  # forget gate: how much of the old cell is kept
        i = sigmoid(z_i)  # input gate: how much of the candidate is written
        c_new = np.tanh(z_c)  # candidate: what would be written
        c = f * c + i * c_new  # cell state: what is carried on
        o = sigmoid(z_o)  # output gate: how much of the cell is shown
        h = o * np.tanh(c)  # hidden state: what other layers see
        return Gates(f, i, c_new, c, o, h)
