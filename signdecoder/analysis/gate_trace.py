"""The LSTM opened up: its gates over one sequence, as the leading candidate sees it.

A trace of *when* the network writes, keeps and shows something, not of *why* it answers so: what a
signal weighs is measured by substitution (``explain.py``).

Shapes: T signals of the sequence, H units, V slots, S sights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.sequences import parse_sequence
from signdecoder.decoder.prediction import LIKELY
from signdecoder.lstm.cell import Floats, Gates
from signdecoder.lstm.sequence_encoder import UNSEEN
from signdecoder.rules.describe import describe
from signdecoder.rules.pair_rules import (
    N_PAIR_RULES,
    THIRD_SIGNAL,
    rules_of_pair,
)
from signdecoder.rules.rule import Rule

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.lstm.online import OnlineLSTM

_DECOY = -1_000_000  # a signal that nobody has, in no slot


@dataclass(frozen=True, slots=True)
class Candidate:
    """The pair of signals that most of the LSTM's vote goes to, and what it takes them for.

    ``key`` and ``live`` are their names, the same name twice for a rule about one signal; ``pair``
    and ``slots`` those of the pair (k, l) whose view of a play is meant, ``share`` what it has of
    the vote, ``sight`` the sight with most of that. ``rule`` is that sight in words, empty for one
    that the network found by itself; ``parts`` are what key and live are in it, ``steps`` how far
    the live signal stands behind the key sign, and ``either``: does the order not matter?
    """

    key: str
    live: str
    pair: tuple[str, str]
    slots: tuple[int, int]
    share: float
    sight: int
    rule: str
    parts: tuple[str, str]
    steps: int = 1
    either: bool = False


@dataclass(frozen=True, slots=True)
class CarriedState:
    """What the cell state carries from one signal to a later one; places count from 0.

    ``found``: is the later one the live signal, not just the end of the sequence? ``written`` (H,)
    is i ⊙ C̃ at the start; ``kept`` (H,) is how much of it is left at the end, the product of the
    forget gates since; ``share`` (H,) what that is of all that is left there of what any signal
    wrote, sizes without signs. ``without`` (T, H) is the cell state as it would be with a decoy in
    the place of the start.
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
    """The play LSTM over one sequence, seen by one candidate.

    The arrays of ``gates`` are (T, H), ``inputs`` (T, X) what it was told of each signal, ``terms``
    (3, T, 4H) what the gates sum up: W x, U h, b, in Keras's order i, f, C̃, o. ``shown`` (T,) is
    how surely the candidate's rule shows after each signal. ``carried`` is None where neither
    signal of the candidate comes before the end. ``borne_out``: do the plays bear out a rule at
    all? Else the candidate is but the first of many.
    """

    signals: tuple[str, ...]
    candidate: Candidate
    inputs: Floats
    gates: Gates
    terms: Floats
    shown: Floats
    carried: CarriedState | None
    borne_out: bool

    @property
    def mark(self) -> Floats:
        """(T, H) by how much the cell state differs from what a decoy would have left: ΔC."""
        if self.carried is None:
            return np.zeros_like(self.gates.cell)
        return np.asarray(self.gates.cell - self.carried.without)

    def telling_units(self) -> list[int]:
        """All units, those first that bring most of the mark to the live signal."""
        brought = self.gates.hidden[-1]
        if self.carried is not None:
            brought = self.mark[max(self.carried.start, self.carried.end - 1)]
        return [int(unit) for unit in np.argsort(-np.abs(brought), kind="stable")]


def trace_gates(
    decoder: Decoder, signals: Sequence[str], candidate: Candidate | None = None
) -> GateTrace | None:
    """Every value of the play LSTM over a sequence, seen by a candidate, or by the leading one.

    None where no candidate is given and the belief names none.
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
        names, candidate, seen.inputs, seen.gates, terms, seen.features[:, candidate.sight],
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
    """What is left at ``end`` of what each signal up to there wrote: (end + 1, H).

    Of i ⊙ C̃ at signal s that is its product with all forget gates after s, and over s it sums to
    the cell state: C_end = sum over s of (f_s+1 ⊙ … ⊙ f_end) ⊙ i_s ⊙ C̃_s.
    """
    written = gates.input[: end + 1] * gates.candidate[: end + 1]
    after = np.ones_like(written)
    after[:-1] = np.cumprod(gates.forget[end:0:-1], axis=0)[::-1]
    return np.asarray(written * after)


def _find_places(
    numbers: tuple[int, ...], key: int, live: int, candidate: Candidate
) -> tuple[int, int, bool] | None:
    """Where the key sign stands and where the live signal after it, and whether that comes.

    Of several, two that stand as far apart as the rule has it, or else the nearest, the first.
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


# --- who leads ------------------------------------------------------------------------------------


def leading_candidate(decoder: Decoder) -> Candidate | None:
    """The pair of signals, or the one, whose rules have at least half of the LSTM's vote.

    None where no pair has, as before the first called plays; and where it is no pair's rule, such
    as "the same signal twice, whichever".
    """
    reader = decoder.lstm
    vote = reader.rule_probs()
    shares = _share_by_signals(vote)
    joint = np.triu(shares + shares.T - np.diag(np.diag(shares)))  # the order matters later
    k, l = (int(n) for n in np.unravel_index(np.argmax(joint), joint.shape))  # noqa: E741
    if joint[k, l] < LIKELY or max(k, l) >= len(vote) - UNSEEN:
        return None
    if shares[l, k] > shares[k, l]:
        k, l = l, k  # noqa: E741
    names = decoder.bayes.names
    sight = _leading_sight(vote, k, l)
    rule = rules_of_pair(k, l)[sight] if sight < N_PAIR_RULES else None
    return _name_candidate(rule, (k, l), float(joint[min(k, l), max(k, l)]), sight, names, decoder)


def _share_by_signals(vote: Floats) -> Floats:
    """(V, V, S) to (V, V): rules that take both signals of a pair, on the diagonal those of one."""
    takes_k, takes_l = _takes(vote.shape[-1])
    shares = vote[..., takes_k & takes_l].sum(axis=-1)
    diagonal = np.arange(len(vote))
    shares[diagonal, diagonal] += vote[..., takes_l & ~takes_k].sum(axis=(0, 2))
    shares[diagonal, diagonal] += vote[..., takes_k & ~takes_l].sum(axis=(1, 2))
    return np.asarray(shares)


def _takes(sights: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(S,) of each sight: is it about k, is it about l? The network's own are about both."""
    roles = [set(rule.roles) for rule in rules_of_pair(0, 1)]
    own = [True] * (sights - N_PAIR_RULES)
    takes_k, takes_l = ([signal in each for each in roles] + own for signal in (0, 1))
    return np.array(takes_k), np.array(takes_l)


def _leading_sight(vote: Floats, k: int, l: int) -> int:  # noqa: E741
    takes_k, takes_l = _takes(vote.shape[-1])
    if k != l:
        return int(np.argmax(np.where(takes_k & takes_l, vote[k, l], 0)))
    of_l = np.where(takes_l & ~takes_k, vote[:, l].sum(axis=0), 0)
    of_k = np.where(takes_k & ~takes_l, vote[k].sum(axis=0), 0)
    return int(np.argmax(of_l + of_k + np.where(takes_k & takes_l, vote[k, k], 0)))


def _name_candidate(
    rule: Rule | None,
    slots: tuple[int, int],
    share: float,
    sight: int,
    names: Sequence[str],
    decoder: Decoder,
) -> Candidate:
    key, live = pair = names[slots[0]], names[slots[1]]
    if rule is None:
        parts = ("key sign", "live signal")
        return Candidate(key, live, pair, slots, share, sight, "", parts, either=True)
    told = rule.plain if rule.wipe_off == THIRD_SIGNAL else rule
    first = "key sign"
    if rule.activator >= 0 or rule.wipe_off >= 0:
        first = "activator" if rule.activator >= 0 else "wipe-off"
    if rule.family == "before":  # the earlier of the two is the key sign
        key, live = live, key
    return Candidate(
        key, live, pair, slots, share, sight, describe(told, names, [decoder.play]),
        (first, "live signal"), rule.step if rule.family == "kth" else 1,
        either=rule.family == "both" or first != "key sign",
    )  # fmt: skip
