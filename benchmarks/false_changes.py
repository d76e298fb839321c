"""Measure how often a change is reported of coaches who never changed, by the length of games.

`python benchmarks/false_changes.py --coaches 100 --seed 1` prints, for games of each length, the
share of coaches with a reported change after 60 plays, and how many of the last 20 plays the rules
alone get right, against the same log in one game. With `--changed` the coaches change their signs
after 30 plays, and the share is that of coaches whose change is reported near its place.
"""

from __future__ import annotations

import argparse

import numpy as np

from signdecoder.bayes.online import OnlineBayes
from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import SlotTable
from signdecoder.simulation.named_log import simulate

PLAYS, LAST, NEAR = 60, 20, 6


def main() -> None:
    """Print the shares for games of each length."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--games", type=int, nargs="*", default=[1, 2, 3, 5, 60])
    parser.add_argument("--changed", action="store_true")
    arguments = parser.parse_args()
    for length in arguments.games:
        reported, right = [], []
        for coach in range(arguments.coaches):
            seed = arguments.seed * 10_000 + coach
            plays = draw_plays(seed, arguments.changed)
            changes, hits = read([cut(play, n // length) for n, play in enumerate(plays)])
            if arguments.changed:
                reported.append(any(abs(n - PLAYS // 2) <= NEAR for n in changes))
            else:
                reported.append(bool(changes))
            right.append(hits)
        print(
            f"games of {length:2} plays: a change is reported for {100 * np.mean(reported):.0f}%; "
            f"rules alone are right in {100 * np.mean(right):.1f}% of the last {LAST} plays",
            flush=True,
        )


def draw_plays(seed: int, changed: bool) -> list[Play]:
    """Draw the plays of a coach; with a change, the second half has the rule of another coach."""
    if not changed:
        return list(simulate(PLAYS, seed).plays)
    return [*simulate(PLAYS // 2, seed).plays, *simulate(PLAYS // 2, seed + 5000).plays]


def cut(play: Play, game: int) -> Play:
    """Return a play in one of the games."""
    return Play(play.signals, play.outcome, game=f"game {game}")


def read(plays: list[Play]) -> tuple[list[int], float]:
    """Return the changes that are reported, and the share of the last plays predicted right."""
    log = EncodedLog("steal")
    bayes, before = OnlineBayes(log, SlotTable()), list[float]()
    for play in plays:
        log.append([play])
        before += bayes.update()
    last = log.plays[-LAST:]
    right = [
        (p >= 0.5) == (play.evidence is Evidence.CALLED)
        for p, play in zip(before[-LAST:], last, strict=True)
    ]
    return [n for n in bayes.posterior.changes.change_points() if n < PLAYS], float(np.mean(right))


if __name__ == "__main__":
    main()
