"""What is to be remembered: simulated plays with so many decoys before the live signal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules.rule import CALLED, Rule, Sequences, plays_called

INDICATOR, LIVE = 0, 1
VOCABULARY = 8  # these two and the decoys
RULE = Rule("anywhere", (LIVE,), INDICATOR)


def draw_gap(
    plays: int, decoys: int, rng: np.random.Generator
) -> tuple[Sequences, NDArray[np.bool_]]:
    """Plays (N, decoys + 2) and which of them (N,) call, by the rule.

    Half of them, the odd one by chance, begin with the indicator, the others with a decoy; then
    come so many decoys, and last the live signal. Decoys are drawn evenly, whatever the beginning:
    nothing but the first signal tells a play that calls from one that does not.
    """
    drawn = rng.integers(LIVE + 1, VOCABULARY, (plays, decoys + 2)).astype(np.int16)
    halves = np.arange(plays) + rng.integers(2)
    drawn[rng.permutation(halves) % 2 == 0, 0] = INDICATOR
    drawn[:, -1] = LIVE
    return drawn, plays_called(RULE, drawn) == CALLED
