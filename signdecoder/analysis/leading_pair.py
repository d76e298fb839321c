"""The pair of signals that leads the LSTM's vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from signdecoder.decoder.prediction import LIKELY
from signdecoder.lstm.cell import Floats
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """The pair of signals with most of the LSTM's vote, and the rule it stands for.

    Attributes
    ----------
    key, live : str
        Names of the key sign and the live signal; equal for a rule about one signal.
    pair : (str, str)
        Names of the pair (k, l) whose view of the sequence is shown.
    slots : (int, int)
        Slots of that pair.
    share : float
        Its share of the vote.
    feature : int
        The pair feature with most of that share.
    rule : str
        The rule of that feature in words; empty for a feature that the network learned by itself.
    parts : (str, str)
        The roles of key and live under the rule.
    steps : int
        How many positions after the key sign the live signal comes.
    either : bool
        Whether the two may come in any order.
    """

    key: str
    live: str
    pair: tuple[str, str]
    slots: tuple[int, int]
    share: float
    feature: int
    rule: str
    parts: tuple[str, str]
    steps: int = 1
    either: bool = False


def leading_candidate(decoder: Decoder) -> Candidate | None:
    """Find the pair of signals, or the one signal, with at least half of the LSTM's vote.

    Parameters
    ----------
    decoder : Decoder
        The decoder.

    Returns
    -------
    Candidate or None
        The candidate. None if none has half of the vote, as before the first called plays, and if
        the rule is not about particular signals, such as "the same signal twice".
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
    feature = _leading_feature(vote, k, l)
    rule = rules_of_pair(k, l)[feature] if feature < N_PAIR_RULES else None
    return _name_candidate(
        rule, (k, l), float(joint[min(k, l), max(k, l)]), feature, names, decoder
    )


def _share_by_signals(vote: Floats) -> Floats:
    """Sum votes (V, V, S) by signals (V, V): rules about both off the diagonal, one on it."""
    takes_k, takes_l = _takes(vote.shape[-1])
    shares = vote[..., takes_k & takes_l].sum(axis=-1)
    diagonal = np.arange(len(vote))
    shares[diagonal, diagonal] += vote[..., takes_l & ~takes_k].sum(axis=(0, 2))
    shares[diagonal, diagonal] += vote[..., takes_k & ~takes_l].sum(axis=(1, 2))
    return np.asarray(shares)


def _takes(n_features: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether each feature (S,) is about k, and about l; learned ones are about both."""
    roles = [set(rule.roles) for rule in rules_of_pair(0, 1)]
    own = [True] * (n_features - N_PAIR_RULES)
    takes_k, takes_l = ([signal in each for each in roles] + own for signal in (0, 1))
    return np.array(takes_k), np.array(takes_l)


def _leading_feature(vote: Floats, k: int, l: int) -> int:  # noqa: E741
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
    feature: int,
    names: Sequence[str],
    decoder: Decoder,
) -> Candidate:
    key, live = pair = names[slots[0]], names[slots[1]]
    if rule is None:
        parts = ("key sign", "live signal")
        return Candidate(key, live, pair, slots, share, feature, "", parts, either=True)
    shown_rule = rule.plain if rule.wipe_off == THIRD_SIGNAL else rule
    first = "key sign"
    if rule.activator >= 0 or rule.wipe_off >= 0:
        first = "activator" if rule.activator >= 0 else "wipe-off"
    if rule.family == "before":  # the earlier of the two is the key sign
        key, live = live, key
    return Candidate(
        key, live, pair, slots, share, feature, describe(shown_rule, names, [decoder.play]),
        (first, "live signal"), rule.step if rule.family == "kth" else 1,
        either=rule.family == "both" or first != "key sign",
    )  # fmt: skip
