"""Work at random on a log, and compare its belief with that of a decoder that is new to the log.

`python -m tests.long.beliefs --minutes 20 --seed 0` prints what differs by more than 1e-5.

Plays are logged, imported in pieces, edited, deleted, undone and redone; signals and games are
renamed, settings saved, the store closed and opened; in between, commands and a screen ask. The
decoder weighs five or seven signals, so that signals often change slots.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from signdecoder.lstm.weights import SHIPPED, read_weights
from tests.support.belief_of_log import run
from tests.support.networks import random_weights

_STEPS = (10, 20, 40)
_SLOTS = (5, 7)


def main() -> int:
    """Run rounds for some minutes, and return 1 if a belief was not that of its log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    end, n_rounds, n_failed = time.monotonic() + 60 * arguments.minutes, 0, 0
    networks = random_weights(7), read_weights(SHIPPED)
    seed = arguments.seed
    while not n_rounds or time.monotonic() < end:
        weights, steps = networks[seed % 4 == 0], _STEPS[seed % len(_STEPS)]
        with tempfile.TemporaryDirectory() as folder:
            found = run(Path(folder) / "x.db", weights, seed, steps, _SLOTS[seed // 2 % 2])
        if found:
            n_failed += 1
            print(f"seed {seed}:", *found, sep="\n  ", flush=True)
        n_rounds, seed = n_rounds + 1, seed + 1
    print(f"{n_rounds} logs, seeds {arguments.seed} to {seed - 1}: {n_failed} with another belief")
    return int(n_failed > 0)


if __name__ == "__main__":
    sys.exit(main())
