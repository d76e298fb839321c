"""The LSTM in NumPy: a step by hand, and the same as a plain reading of the equations."""

from math import exp, tanh

import numpy as np
import pytest

from signdecoder.lstm.cell import LSTM, State, sigmoid


def test_the_sigmoid_is_exact_and_does_not_overflow() -> None:
    x = np.array([-1000, -1, 0, 2, 1000], np.float32)
    expected = [0, 1 / (1 + exp(1)), 0.5, 1 / (1 + exp(-2)), 1]
    assert sigmoid(x) == pytest.approx(expected, abs=1e-6)


def test_one_lstm_step_equals_a_calculation_by_hand() -> None:
    # One input x = 2, one unit, h = 0.5, c = 1; the gates stand in Keras's order.
    lstm = LSTM(
        kernel=np.array([[0.1, 0.2, 0.3, 0.4]], np.float32),
        recurrent=np.array([[0.5, 0.6, 0.7, 0.8]], np.float32),
        bias=np.array([0.01, 1.0, 0.03, 0.04], np.float32),
    )
    gates = lstm.gates(
        np.array([[2.0]], np.float32),
        State(np.array([[0.5]], np.float32), np.array([[1.0]], np.float32)),
    )
    i = 1 / (1 + exp(-(0.1 * 2 + 0.5 * 0.5 + 0.01)))
    f = 1 / (1 + exp(-(0.2 * 2 + 0.6 * 0.5 + 1.0)))
    c_new = tanh(0.3 * 2 + 0.7 * 0.5 + 0.03)
    o = 1 / (1 + exp(-(0.4 * 2 + 0.8 * 0.5 + 0.04)))
    c = f * 1.0 + i * c_new
    assert gates.input.item() == pytest.approx(i, abs=1e-6)
    assert gates.forget.item() == pytest.approx(f, abs=1e-6)
    assert gates.candidate.item() == pytest.approx(c_new, abs=1e-6)
    assert gates.cell.item() == pytest.approx(c, abs=1e-6)
    assert gates.output.item() == pytest.approx(o, abs=1e-6)
    assert gates.hidden.item() == pytest.approx(o * tanh(c), abs=1e-6)


def test_an_open_forget_gate_and_a_closed_input_gate_keep_the_cell() -> None:
    lstm = LSTM(
        kernel=np.zeros((1, 4), np.float32),
        recurrent=np.zeros((1, 4), np.float32),
        bias=np.array([-100, 100, 0, 0], np.float32),
    )
    state = State(np.zeros((1, 1), np.float32), np.array([[0.7]], np.float32))
    for _ in range(50):
        state = lstm.step(np.ones((1, 1), np.float32), state)
    assert state.c.item() == pytest.approx(0.7)
