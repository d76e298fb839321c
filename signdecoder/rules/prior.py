"""The prior over sign systems: how common each kind of rule is, and each way of hiding it.

Simulated coaches are drawn from it, and ``rules.py`` starts from it. Coaches' own writings agree
that "right after the indicator" is the usual system; the other shares are judgement.
"""

from __future__ import annotations

from collections.abc import Mapping

FAMILY_WEIGHTS: Mapping[str, float] = {
    "next": 0.36, "hot": 0.10, "count_after": 0.08, "kth": 0.07, "anywhere": 0.05,
    "two_after": 0.05, "count_of": 0.05, "before": 0.04, "between": 0.03, "position": 0.04,
    "both": 0.03, "twice": 0.02, "sandwich": 0.02, "null": 0.03,
}  # fmt: skip
FLATTENED = 0.5  # the power of these shares in what decoders expect: rare kinds must be found too
SMALLEST_VOCABULARY: Mapping[str, int] = {
    # Signals that a family takes; the others take four.
    "hot": 2, "position": 2, "count_of": 2, "twice": 2, "sandwich": 2, "null": 2,
}  # fmt: skip
KTH: Mapping[int, float] = {2: 0.7, 3: 0.3}  # which signal after the indicator
PLACES: Mapping[int, float] = {1: 0.4, -1: 0.4, 2: 0.1, 3: 0.1}  # -1 is the last
COUNTS_AFTER = (2, 3, 4, 5)  # signals after the indicator, equally often
COUNTS_OF = (2, 3)  # times that one signal comes: once is what decoys do
TWO_HOT = 0.25  # a second hot sign means the same; only with more than four signals
EQUAL_KEYS = 0.6  # the closing key is the opening one
STOP = 0.3  # a count ends at a stop signal
GIVEN = 0.5  # twice and sandwich: one given signal, not any
WIPE_OFF = 0.35  # of all coaches but null
ANYWHERE = 0.2  # of wipe-offs: cancels what follows too
ACTIVATOR = 0.07  # a last signal must confirm, except in the families below
NEVER_CONFIRMED = ("position", "count_after", "null")
