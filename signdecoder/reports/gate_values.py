"""The six values of an LSTM, with their symbols and equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


TILDE = "C\N{COMBINING TILDE}"


@dataclass(frozen=True, slots=True)
class Value:
    """One of the LSTM's six values (Hochreiter and Schmidhuber 1997; Gers et al. 2000).

    Attributes
    ----------
    symbol, name : str
        How it is written, and what it is called.
    field : str
        Its name in ``lstm.cell.Gates``.
    key : str
        Its key in a JSON document.
    equation, does : str
        How it is computed, and what it is good for.
    signed : bool
        Whether it can be negative; else it is between 0 and 1.
    """

    symbol: str
    name: str
    field: str
    key: str
    equation: str
    does: str
    signed: bool


VALUES = (
    Value("f", "forget gate", "forget", "f", "f_t = σ(W_f x_t + U_f h_t-1 + b_f)",
          "share of the old memory that is kept", False),
    Value("i", "input gate", "input", "i", "i_t = σ(W_i x_t + U_i h_t-1 + b_i)",
          "share of the new that is stored", False),
    Value(TILDE, "candidate", "candidate", "c_tilde",
          f"{TILDE}_t = tanh(W_C x_t + U_C h_t-1 + b_C)", "what could be stored", True),
    Value("C", "cell state", "cell", "c", f"C_t = f_t ⊙ C_t-1 + i_t ⊙ {TILDE}_t",
          "the memory", True),
    Value("o", "output gate", "output", "o", "o_t = σ(W_o x_t + U_o h_t-1 + b_o)",
          "share of the memory that shows", False),
    Value("h", "hidden", "hidden", "h", "h_t = o_t ⊙ tanh(C_t)", "what the next layer sees", True),
)  # fmt: skip
