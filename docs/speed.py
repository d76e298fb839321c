"""Measures how long an answer takes: python docs/speed.py

One simulated coach with many signals; medians in milliseconds of learning a play and of the
probability after the next signal, for the rules alone and for the whole decoder.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from signdecoder.coaches import draw_plays
from signdecoder.decoder import Decoder
from signdecoder.plays import Evidence, Play
from signdecoder.prior import draw_coach
from signdecoder.rules import RulePosterior
from signdecoder.systems import BLANK, CALLED, NOTHING

OUTCOMES = ("none", "steal", "bunt", "hit_and_run", "take")


def main() -> None:
    """Print the medians over the last plays of a log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signals", type=int, default=15)
    parser.add_argument("--plays", type=int, default=60)
    arguments = parser.parse_args()
    rng = np.random.default_rng(15)
    coach = draw_coach(rng, arguments.signals, 12, rate=0.3, other_rate=0.15, family="next")
    drawn = draw_plays(coach, arguments.plays, rng)
    sequences = [tuple(int(s) for s in row if s != BLANK) for row in drawn.signals]
    posterior, decoder = RulePosterior(arguments.signals), Decoder()
    times: dict[str, list[float]] = {
        "rules: learn a play": [], "rules: next signal": [],
        "decoder: learn a play": [], "decoder: next signal": [],
    }  # fmt: skip
    evidence = {NOTHING: Evidence.NOTHING, CALLED: Evidence.CALLED}
    for sequence, done in zip(sequences, drawn.done, strict=True):
        said = evidence.get(int(done), Evidence.OTHER)
        names = tuple(f"signal {s}" for s in sequence)
        play = Play(names, OUTCOMES[int(done)])
        for n in range(1, len(sequence) + 1):
            times["rules: next signal"].append(clock(lambda s=sequence[:n]: posterior.chance(s)))
            times["decoder: next signal"].append(
                clock(lambda s=names[:n]: decoder.opinions([s], complete=False))
            )
        times["rules: learn a play"].append(
            clock(lambda s=sequence, e=said: posterior.observe(s, e))
        )
        times["decoder: learn a play"].append(clock(lambda p=play: decoder.observe_many([p])))
    print(f"{arguments.signals} signals, {arguments.plays} plays of a simulated coach")
    for what, took in times.items():
        late = took[len(took) // 2 :]
        print(
            f"{what:<24} median {median(late):6.2f} ms, 95 % within {np.quantile(late, 0.95):6.2f}"
        )


def clock(run: Callable[[], object]) -> float:
    """How many milliseconds it takes."""
    begin = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
