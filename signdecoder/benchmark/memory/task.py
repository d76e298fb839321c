"""The task of the study: simulated plays with a number of decoys before the live signal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import (
    CALLED,
    Rule,
    Sequences,
)

INDICATOR, LIVE = 0, 1
VOCABULARY = 8  # these two and the decoys
RULE = Rule("anywhere", (LIVE,), INDICATOR)


def draw_gap(
    plays: int, decoys: int, rng: np.random.Generator
) -> tuple[Sequences, NDArray[np.bool_]]:
    """Draw plays (N, decoys + 2) and which of them (N,) are called by the rule.

    Half of them begin with the indicator, the others with a decoy; if N is odd, chance decides
    about the last. Then come the decoys, and at the end the live signal. Decoys do not depend on
    the first signal, so the first signal alone decides whether a play is called.
    """
    drawn = rng.integers(LIVE + 1, VOCABULARY, (plays, decoys + 2)).astype(np.int16)
    halves = np.arange(plays) + rng.integers(2)
    drawn[rng.permutation(halves) % 2 == 0, 0] = INDICATOR
    drawn[:, -1] = LIVE
    return drawn, plays_called(RULE, drawn) == CALLED
