"""Measure the permutation test of `report`: python benchmarks/luck_check.py --coaches 300

* Validity: on simulated coaches whose outcomes are independent of their signs, p must be uniform
  (Kolmogorov-Smirnov test at 1%), for all habits, rates and games.
* Power: on coaches of the benchmark's exam who are cracked by 40 plays, p must be small.

Seeds are those for reporting; with --tuning those from 20,000 up and the exam's tuning seeds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from signdecoder.analysis.permutation import UNLIKELY, PermutationTest, permutation_test
from signdecoder.benchmark.contenders import contender_factories
from signdecoder.benchmark.metrics import compute_metrics
from signdecoder.benchmark.runner import run
from signdecoder.benchmark.scenarios import FAMILIES, SCENARIOS, Seeds
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.rules.rule import BLANK
from signdecoder.simulation.coach import draw_plays
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import start_games

CRITICAL = 1.628  # of the Kolmogorov-Smirnov distance at 1%, times about the root of N
TUNING = 20_000  # seeds from here on are for trying out
Floats = NDArray[np.float64]
# How often the play is on in each of two games: one rate, or one for each game.
RATES: dict[str, Callable[[np.random.Generator], Floats]] = {
    "15 to 45% steals": lambda rng: np.full(2, rng.uniform(0.15, 0.45)),
    "few, 3 to 10%": lambda rng: np.full(2, rng.uniform(0.03, 0.10)),
    "a rate for each game": lambda rng: rng.uniform(0.02, 0.6, 2),
}


def main() -> None:
    """Print how uniform p is without a rule, and how small with one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=300)
    parser.add_argument("--tuning", action="store_true")
    arguments = parser.parse_args()
    first = TUNING if arguments.tuning else 0
    seeds = range(first, first + arguments.coaches)
    print(f"null coaches, seeds {seeds[0]} to {seeds[-1]}, two games of 20 to 40 plays")
    for name, draw_rates in RATES.items():
        for kind in ("no rule", "a rule, outcomes dealt"):
            show_null(f"{name}; {kind}", [null_log(s, draw_rates, kind) for s in seeds])
    show_power(arguments.coaches, "tuning" if arguments.tuning else "report")


def null_log(
    seed: int, draw_rates: Callable[[np.random.Generator], Floats], kind: str
) -> list[Play]:
    """Draw a simulated log of two games whose outcomes do not depend on the signs.

    The coach has habits only, or also a rule with everything that hides it.
    """
    rng = np.random.default_rng(seed)
    family = "null" if kind == "no rule" else FAMILIES[seed % len(FAMILIES)]
    coach = draw_coach(rng, int(rng.integers(6, 13)), 12, rate=0.3, family=family)
    new_game = start_games(int(rng.integers(40, 81)), 2)
    signals = draw_plays(coach, len(new_game), rng).signals
    game = np.cumsum(new_game) - 1
    steals = rng.random(len(game)) < draw_rates(rng)[game]
    return [
        Play(tuple(f"signal {s}" for s in row if s != BLANK), (NONE, STEAL)[steal], game=str(g))
        for row, steal, g in zip(signals, steals.tolist(), game, strict=True)
    ]


def show_null(name: str, logs: Sequence[list[Play]]) -> None:
    """Print one line: how far the p-values are from uniform."""
    found = [luck for log in logs if (luck := permutation_test(log, STEAL))]
    rng = np.random.default_rng(0)
    apart = distance(np.array([luck.p_value for luck in found]))
    untied = distance(np.array([break_ties(luck, rng) for luck in found]))
    critical = CRITICAL / (np.sqrt(len(found)) + 0.12 + 0.11 / np.sqrt(len(found)))
    small = np.mean([luck.p_value <= UNLIKELY for luck in found])
    print(
        f"  {name}: {len(found)} coaches, distance {apart:.3f} (ties broken {untied:.3f},"
        f" critical at 1% {critical:.3f}), p <= 0.05 in {100 * small:.1f}%"
    )


def break_ties(luck: PermutationTest, rng: np.random.Generator) -> float:
    """Return a p-value that is uniform even with few shuffles: ties are broken at random."""
    return (1 + luck.n_better + int(rng.integers(luck.n_equal + 1))) / (1 + luck.n_shuffles)


def distance(p: Floats) -> float:
    """Return the Kolmogorov-Smirnov distance of values from the uniform distribution."""
    ordered = np.sort(p)
    ranks = np.arange(len(p))
    return float(max((ordered - ranks / len(p)).max(), ((ranks + 1) / len(p) - ordered).max()))


def show_power(coaches: int, seeds: Seeds) -> None:
    """Print how often p is small for coaches of the exam, cracked by the end or not."""
    scenario = replace(SCENARIOS["exam"], coaches=coaches, seeds=seeds)
    (metrics,) = compute_metrics(run(scenario, contender_factories(["mixture"])))
    cracked = np.isfinite(metrics.crack_plays)
    took, p = [], np.ones(coaches)
    for n, case in enumerate(metrics.cases):
        begin = time.perf_counter()
        luck = permutation_test(case.log, STEAL)
        took.append(time.perf_counter() - begin)
        p[n] = luck.p_value if luck else 1.0
    print(f"coaches of the exam, {seeds} seeds, {scenario.plays} plays")
    for name, chosen in (("cracked", cracked), ("not cracked", ~cracked)):
        shares = ", ".join(
            f"<= {at} in {100 * (p[chosen] <= at).mean():.1f}%" for at in (0.05, 0.01)
        )
        print(f"  {name}: {chosen.sum()} coaches, p {shares}")
    family = np.array([e.family for e in metrics.cases])
    for name in FAMILIES:
        chosen = cracked & (family == name)
        if chosen.any():
            print(f"    {name:<12}{(p[chosen] <= UNLIKELY).sum()} of {chosen.sum()}")
    print(f"  {1000 * median(took):.0f} ms each (median), {1000 * max(took):.0f} at most")


if __name__ == "__main__":
    main()
