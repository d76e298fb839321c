"""Synthetic sequences in the coach's own style, on which the experts' confidence is estimated."""

from __future__ import annotations

from collections.abc import Sequence

from signdecoder.core.encoded_log import EncodedPlay

_N_PROBES = 64


def probe_sequences(plays: Sequence[EncodedPlay]) -> list[tuple[int, ...]]:
    """Make sequences that look like the coach's but do not repeat a play.

    Each begins like one of the last plays and ends like the next. On the very sequences that were
    learned, the experts would look more confident than they are.

    Parameters
    ----------
    plays : sequence of EncodedPlay
        The plays of the log.

    Returns
    -------
    list of tuple of int
        Signal ids of up to 64 sequences.
    """
    last = [play.likely_ids for play in plays[-_N_PROBES:]]
    return [
        (*begin[: (len(begin) + 1) // 2], *end[(len(end) + 1) // 2 :])
        for begin, end in zip(last, last[1:] + last[:1], strict=True)
    ]


def probe_contexts(plays: Sequence[EncodedPlay]) -> list[tuple[int, ...]]:
    """Return the contexts of the probe sequences: each has that of the play that it begins like.

    Parameters
    ----------
    plays : sequence of EncodedPlay
        The plays of the log.

    Returns
    -------
    list of tuple of int
        A context for each of the sequences of `probe_sequences`.
    """
    return [play.context for play in plays[-_N_PROBES:]]
