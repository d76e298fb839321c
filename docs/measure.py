"""Measures what the README says of simulated coaches: python docs/measure.py

Each coach is drawn with a seed of its own (these seeds serve for nothing else), gives up to 40
plays with clean outcomes, and is asked about fresh sequences: half of them call the play.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np

from signdecoder.coaches import Coach, DrawnPlays, draw_plays
from signdecoder.decoder import Decoder
from signdecoder.grammar import FAMILY_WEIGHTS
from signdecoder.plays import Play
from signdecoder.prior import draw_coach
from signdecoder.systems import BLANK, CALLED

AFTER = (5, 10, 20, 30, 40)  # plays
OUTCOMES = ("none", "steal", "bunt", "hit_and_run", "take")
SEED = 20261122
HALF = 50  # sequences asked about that call the play, and as many that do not


def main() -> None:
    """Print accuracy by family after so many plays, and how often the key sign was on top."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=260)
    coaches = parser.parse_args().coaches
    families = [name for name in FAMILY_WEIGHTS if name != "null"]
    accuracy: dict[str, list[list[float]]] = defaultdict(list)
    named: dict[str, list[bool]] = defaultdict(list)
    for n in range(coaches):
        family = families[n % len(families)]
        right, found = measure_coach(family, np.random.default_rng((SEED, n)))
        accuracy[family].append(right)
        named[family].append(found)
    print("| family | coaches |", *(f"{n} plays |" for n in AFTER), "key sign on top after 40 |")
    print("|---" * (len(AFTER) + 3) + "|")
    for family in (*families, "all"):
        rows = accuracy[family] if family != "all" else [r for f in families for r in accuracy[f]]
        keys = named[family] if family != "all" else [k for f in families for k in named[f]]
        means = np.mean(rows, axis=0)
        shares = " | ".join(f"{100 * m:.0f} %" for m in (*means, np.mean(keys)))
        print(f"| {family} | {len(rows)} | {shares} |")


def measure_coach(family: str, rng: np.random.Generator) -> tuple[list[float], bool]:
    """Accuracy after each of AFTER, and whether a key sign is on top at the end."""
    coach, asked = draw_exam(family, rng)
    decoder, plays, right = Decoder(), name_plays(draw_plays(coach, AFTER[-1], rng)), []
    for begin, end in zip((0, *AFTER), AFTER, strict=False):
        decoder.observe_many(plays[begin:end])
        said = np.array([p.probability >= 0.5 for p in decoder.predict_many(asked)])
        right.append(float((said == (np.arange(2 * HALF) < HALF)).mean()))
    # Where any signal will do there is no single key sign to find: none is counted as found.
    keys = {f"signal {key}" for key in coach.system.key_signs}
    return right, decoder.key_signs()[0].sign in keys


def draw_exam(family: str, rng: np.random.Generator) -> tuple[Coach, list[tuple[str, ...]]]:
    """A coach and fresh sequences of his: HALF that call the play, then HALF that do not."""
    while True:
        rate, others = rng.uniform(0.15, 0.45), float(rng.choice([0.0, 0.2]))
        coach = draw_coach(
            rng, int(rng.integers(6, 13)), 12, rate=rate, other_rate=others, family=family
        )
        fresh = draw_plays(coach, 3000, rng)
        calls = fresh.called == CALLED
        if HALF <= calls.sum() <= len(calls) - HALF:
            rows = [*np.flatnonzero(calls)[:HALF], *np.flatnonzero(~calls)[:HALF]]
            plays = name_plays(fresh)
            return coach, [plays[row].signals for row in rows]


def name_plays(drawn: DrawnPlays) -> list[Play]:
    """Drawn plays with names for signals and outcomes."""
    return [
        Play(tuple(f"signal {s}" for s in row if s != BLANK), OUTCOMES[done])
        for row, done in zip(drawn.signals, drawn.done, strict=True)
    ]


if __name__ == "__main__":
    main()
