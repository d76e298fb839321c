"""The inputs, targets and target weights that the network learns from a batch of logs.

Shapes: B logs, P plays, T signals per play, V slots for signals.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signdecoder.core.outcomes import Evidence
from signdecoder.rules.rule import BLANK
from signdecoder.training.episodes import EpisodeBatch

_LIKELY_CALL = 0.3  # probability from which a play counts as called

Named = dict[str, NDArray[np.float32]]


def network_inputs(
    episodes: EpisodeBatch, slots: int, rng: np.random.Generator
) -> tuple[Named, Named, Named]:
    """Return the inputs, the targets and the target weights of a batch.

    Before each play the network answers three questions. Two are about plays still to come in the
    same segment: one that is called and one that is not. They are weighted by how many there are of
    each kind, so that they represent all plays to come (stratified sampling). The third is about a
    prefix of the play itself, with a length drawn here.

    Parameters
    ----------
    episodes : EpisodeBatch
        The batch.
    slots : int
        Number of signal slots, V.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    inputs : dict of str to ndarray
        Arrays by the names of the network's inputs; see `PairNetwork`.
    targets : dict of str to ndarray
        Arrays by the names of the network's outputs.
    weights : dict of str to ndarray
        Weights of the targets.
    """
    signals = episodes.signals
    lengths = (signals != BLANK).sum(axis=-1)
    prefix = 1 + (rng.random(lengths.shape) * lengths).astype(np.int64)
    ends = np.stack([lengths, np.minimum(prefix, lengths)], axis=-1) - 1
    asked, shares = _choose_asked(episodes, rng)
    inputs = {
        "shown": (signals[..., None] == np.arange(slots)).astype(np.float32),
        "outcome": np.eye(len(Evidence), dtype=np.float32)[episodes.evidence],
        "new_game": episodes.new_game.astype(np.float32),
        "cut": (ends[..., None] == np.arange(signals.shape[-1])).astype(np.float32),
        "asked": (asked[..., None] == np.arange(signals.shape[1])).astype(np.float32),
    }
    own = episodes.chances[:, :, None]
    logs = np.arange(len(signals))[:, None, None]
    targets = {
        "outcome": np.concatenate([episodes.chances[logs, asked], own], axis=2),
        "first": episodes.chances,
        "key": episodes.key,
        "roles": episodes.roles.astype(np.float32),
        "vote": episodes.rule,
    }
    weights = {
        "outcome": np.concatenate([shares, 0.5 * episodes.weight[..., None]], axis=2),
        "first": episodes.weight,
        "key": episodes.key_weight,
        "roles": episodes.key_weight,
        "vote": episodes.key_weight,
    }
    return inputs, targets, weights


def _choose_asked(
    episodes: EpisodeBatch, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return which plays are asked about before each play, and the share of each: (B, P, 2)."""
    batch, plays = episodes.evidence.shape
    order = np.arange(plays)
    same = episodes.segment_id[:, :, None] == episodes.segment_id[:, None, :]
    to_come = same & (order >= order[:, None]) & (episodes.weight > 0)[:, None, :]  # (B, P, P)
    calls = (episodes.chances[..., 0] > _LIKELY_CALL)[:, None, :]
    scores = rng.random((batch, plays, plays))
    chosen, shares = [], []
    for stratum in (to_come & calls, to_come & ~calls):
        chosen.append(np.argmax(scores * stratum, axis=2))
        shares.append(stratum.sum(axis=2) / np.maximum(1, to_come.sum(axis=2)))
    return np.stack(chosen, axis=2), np.stack(shares, axis=2).astype(np.float32)
