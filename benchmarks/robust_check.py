"""Measure what misleads the decoder: python benchmarks/robust_check.py --coaches 65

Uses simulated coaches of the benchmark's exam with 15 to 45% steals.

* logs: one outcome is wrong, two are swapped, two coaches share a name, every play is there twice.
* noise: meaningless signals, for a thousand plays.
* signals: 39 different signals, and 64 in one sequence.

Fresh sequences are the benchmark's: half are steals, most of the others near misses. Next plays are
the coach's own, which is what the probabilities are about. Run it on one core (OMP_NUM_THREADS=1).
"""

from __future__ import annotations

import argparse

from robust_answers import Answers, print_table, verdicts
from robust_logs import check_logs
from robust_noise import check_noise
from robust_signals import check_signals

from signdecoder.benchmark.scenarios import SEEDS, Seeds
from signdecoder.decoder.decoder import Decoder

PARTS = ("logs", "noise", "signals")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--coaches", type=int, default=65)
    parser.add_argument("--noise-coaches", type=int, default=10, help="for each rate")
    parser.add_argument("--many-signals", type=int, default=26, help="coaches with 39 signals")
    parser.add_argument("--seeds", choices=SEEDS, default="report")
    parser.add_argument("--parts", default=",".join(PARTS), help="which: %(default)s")
    arguments = parser.parse_args()
    parts = arguments.parts.split(",")
    seeds: Seeds = arguments.seeds
    print(f"weights {Decoder().weights.hash[:12]}, {seeds} seeds")
    given: dict[str, list[Answers]] = {}
    if "logs" in parts:
        given |= check_logs(arguments.coaches, seeds)
    if "noise" in parts:
        given["plays of noise"] = check_noise(arguments.noise_coaches, seeds)
    if "signals" in parts:
        given["fresh sequences, 39 signals"] = check_signals(arguments.many_signals, seeds)
    print("\nall answers above that had a verdict")
    print_table(
        ("", "answers", "verdict, %", "right, %", "promised"),
        [(name, str(sum(len(a.called) for a in of)), *verdicts(of)) for name, of in given.items()],
    )


if __name__ == "__main__":
    main()
