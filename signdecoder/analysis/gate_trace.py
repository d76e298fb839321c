"""The gates of the LSTM over one sequence, as seen by the leading pair of signals.

A trace shows *when* the network stores, keeps and shows something, not *why*. The weight of a
signal is measured by substitution (``attribution``). The gates are those of Hochreiter and
Schmidhuber (1997) with the forget gate of Gers, Schmidhuber and Cummins (2000).

Shapes: T signals of the sequence, H units, V slots, S pair features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from signdecoder.analysis.leading_pair import Candidate, leading_candidate
from signdecoder.core.sequences import parse_sequence
from signdecoder.lstm.cell import Floats, Gates

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.lstm.online import OnlineLSTM

_DECOY = -1_000_000  # a signal that no coach has, in no slot


@dataclass(frozen=True, slots=True)
class CarriedState:
    """What the cell state carries from one signal to a later one.

    Attributes
    ----------
    start, end : int
        The two positions, from 0.
    found : bool
        Whether the later one is the live signal; else it is the end of the sequence.
    written : ndarray, shape (H,)
        What the first signal stored: i ⊙ C̃.
    kept : ndarray, shape (H,)
        The share of it that is left: the product of the forget gates since.
    share : ndarray, shape (H,)
        What that is of everything that is left of any signal, by absolute size.
    without : ndarray, shape (T, H)
        The cell state with a decoy in place of the first signal.
    kept_in_all, share_in_all : float
        The two shares over all units.
    """

    start: int
    end: int
    found: bool
    written: Floats
    kept: Floats
    share: Floats
    without: Floats
    kept_in_all: float
    share_in_all: float


@dataclass(frozen=True, slots=True)
class GateTrace:
    """The sequence LSTM over one sequence, as seen by one candidate.

    Attributes
    ----------
    signals : tuple of str, length T
        The sequence.
    candidate : Candidate
        The pair of signals.
    inputs : ndarray, shape (T, X)
        The input for each signal.
    gates : Gates
        The gates and states, each of shape (T, H).
    terms : ndarray, shape (3, T, 4H)
        The summands of the gates, W x, U h and b, in Keras's order i, f, C̃, o.
    shown : ndarray, shape (T,)
        How strongly the candidate's rule shows after each signal, from 0 to 1.
    carried : CarriedState or None
        None if neither signal of the candidate comes before the end.
    has_rule : bool
        Whether the plays support a rule; else the candidate is only the first of many.
    """

    signals: tuple[str, ...]
    candidate: Candidate
    inputs: Floats
    gates: Gates
    terms: Floats
    shown: Floats
    carried: CarriedState | None
    has_rule: bool

    @property
    def delta_c(self) -> Floats:
        """The effect on the cell state, ΔC (T, H): C minus the C that a decoy would give."""
        if self.carried is None:
            return np.zeros_like(self.gates.cell)
        return np.asarray(self.gates.cell - self.carried.without)

    def units_by_effect(self) -> list[int]:
        """Rank the units by how much of ΔC they carry to the live signal.

        Returns
        -------
        list of int
            All units, those with the largest effect first.
        """
        effect = self.gates.hidden[-1]
        if self.carried is not None:
            effect = self.delta_c[max(self.carried.start, self.carried.end - 1)]
        return [int(unit) for unit in np.argsort(-np.abs(effect), kind="stable")]


def trace_gates(
    decoder: Decoder, signals: Sequence[str], candidate: Candidate | None = None
) -> GateTrace | None:
    """Trace the sequence LSTM over a sequence.

    Parameters
    ----------
    decoder : Decoder
        The decoder.
    signals : sequence of str
        The sequence.
    candidate : Candidate, optional
        The pair of signals whose view to trace; the leading one by default.

    Returns
    -------
    GateTrace or None
        The trace; None if no candidate is given and none leads.
    """
    reader = decoder.lstm
    candidate = candidate or leading_candidate(decoder)
    if candidate is None:
        return None
    names = parse_sequence(list(signals))
    numbers = reader.log.vocabulary.encode_many([names])[0]
    seen = reader.trace(numbers, *candidate.slots)
    hidden_before = np.vstack([np.zeros_like(seen.gates.hidden[:1]), seen.gates.hidden[:-1]])
    terms = np.stack(np.broadcast_arrays(*reader.sequence_lstm.terms(seen.inputs, hidden_before)))
    return GateTrace(
        names, candidate, seen.inputs, seen.gates, terms, seen.features[:, candidate.feature],
        _carry(reader, numbers, candidate, seen.gates), decoder.has_rule,
    )  # fmt: skip


# --- what the cell state carries ------------------------------------------------------------------


def _carry(
    reader: OnlineLSTM, numbers: tuple[int, ...], candidate: Candidate, gates: Gates
) -> CarriedState | None:
    key, live = (reader.log.vocabulary.encode_many([[name]])[0][0] for name in _names(candidate))
    places = _find_places(numbers, key, live, candidate)
    if places is None:
        return None
    start, end, found = places
    left = left_of_writes(gates, end)  # (end + 1, H)
    written = gates.input[start] * gates.candidate[start]
    kept = np.prod(gates.forget[start + 1 : end + 1], axis=0)
    sizes = np.abs(left)
    decoyed = (*numbers[:start], _DECOY, *numbers[start + 1 :])
    return CarriedState(
        start, end, found, written, kept,
        share=sizes[start] / np.maximum(sizes.sum(axis=0), np.finfo(np.float32).tiny),
        without=reader.trace(decoyed, *candidate.slots).gates.cell,
        kept_in_all=float(sizes[start].sum() / np.abs(written).sum()),
        share_in_all=float(sizes[start].sum() / sizes.sum()),
    )  # fmt: skip


def left_of_writes(gates: Gates, end: int) -> Floats:
    """Return what is left of each signal's contribution to the cell state.

    The contribution i ⊙ C̃ of a signal is multiplied by all forget gates after it. The sum over
    signals is the cell state: C_end = sum over s of (f_s+1 ⊙ … ⊙ f_end) ⊙ i_s ⊙ C̃_s.

    Parameters
    ----------
    gates : Gates
        The gates of a sequence.
    end : int
        The position at which to look.

    Returns
    -------
    ndarray, shape (end + 1, H)
        The rest of each signal's contribution.
    """
    written = gates.input[: end + 1] * gates.candidate[: end + 1]
    after = np.ones_like(written)
    after[:-1] = np.cumprod(gates.forget[end:0:-1], axis=0)[::-1]
    return np.asarray(written * after)


def _find_places(
    numbers: tuple[int, ...], key: int, live: int, candidate: Candidate
) -> tuple[int, int, bool] | None:
    """Return the positions of the key sign and of the live signal after it, and if that comes.

    Among several, prefer two that are as far apart as the rule says, then the nearest, the first.
    """
    orders = [(key, live), (live, key)] if candidate.either else [(key, live)]
    pairs = [
        (s, t)
        for first, then in orders
        for s, begun in enumerate(numbers)
        for t in range(s + 1, len(numbers))
        if begun == first and numbers[t] == then
    ]
    if pairs:
        steps = candidate.steps
        s, t = min(pairs, key=lambda pair: (pair[1] - pair[0] != steps, pair[1] - pair[0], pair[0]))
        return s, t, True
    begun = [s for s, number in enumerate(numbers[:-1]) if number in {first for first, _ in orders}]
    return (begun[0], len(numbers) - 1, False) if begun else None


def _names(candidate: Candidate) -> tuple[str, str]:
    return candidate.key, candidate.live
