"""Two rules that neither the grammar nor the simulator knows, for beyond_check.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from robust_answers import ask_plays, points, print_table

from signdecoder.benchmark.scenarios import SEEDS, Seeds
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log_writer import write_log
from signdecoder.rules.rule import BLANK
from signdecoder.simulation.behaviour import Behaviour, draw_habits, draw_sequences

SIGNALS, LONGEST = 8, 10
GAMES, PLAYS = 5, 40
KEY, LIVE = 0, 1  # the indicator and the live signal, by number
STEALS, NEAR = 0.35, 0.35  # shares of plays that call, and of near misses
COACHES = 2  # for each rule; each gets tuned weights
FRESH = 10  # games to ask about afterwards


@dataclass(frozen=True, slots=True)
class OddRule:
    """A rule: what it calls, and where indicator and live signal are in a sequence."""

    words: str
    calls: Callable[[Sequence[int]], bool]
    places: Callable[[int, np.random.Generator], tuple[int, int]]


def _four_after(sequence: Sequence[int]) -> bool:
    return any(s == KEY and sequence[n + 4 : n + 5] == [LIVE] for n, s in enumerate(sequence))


def _places_four_after(length: int, rng: np.random.Generator) -> tuple[int, int]:
    at = int(rng.integers(length - 4))
    return at, at + 4


def _before_last(sequence: Sequence[int]) -> bool:
    return sequence[-2] == LIVE and KEY in sequence[:-2]


def _places_before_last(length: int, rng: np.random.Generator) -> tuple[int, int]:
    return int(rng.integers(length - 2)), length - 2


ODD = (
    OddRule("the live signal four after the indicator", _four_after, _places_four_after),
    OddRule(
        "the signal before last, if the indicator came earlier", _before_last, _places_before_last
    ),
)


def check_odd(seeds: Seeds) -> None:
    """Print how often predictions of fresh games are right, before and after `train`."""
    print(
        f"\nodd rules, simulated: {COACHES} coaches each, {GAMES} games of {PLAYS} plays learned,"
        f" {FRESH} fresh games"
    )
    rows = [
        (rule.words if not coach else "", *check_coach(rule, seeds, coach))
        for rule in ODD
        for coach in range(COACHES)
    ]
    print_table(
        (
            "right, % of plays", "steals, %", "LSTM as shipped", "tuned", "mixture before",
            "after", "weights kept", "minutes", "processor minutes",
        ),
        rows,
    )  # fmt: skip


def check_coach(rule: OddRule, seeds: Seeds, coach: int) -> tuple[str, ...]:
    """Return for one coach the share of steals, what is right before and after, and the minutes."""
    rng = np.random.default_rng((SEEDS.index(seeds), ODD.index(rule), coach))
    habits = draw_habits(rng, SIGNALS, LONGEST, phrase_rate=STEALS)
    habits = replace(habits, shortest=6, mean_length=max(7.0, habits.mean_length))
    learned = draw_odd(rule, habits, GAMES, rng)
    asked = draw_odd(rule, habits, FRESH, rng)
    before = Decoder()
    before.observe_many(learned)
    with TemporaryDirectory() as folder:
        log, db = Path(folder, "odd.csv"), Path(folder, "odd.db")
        write_log(learned, log)
        begin, used = time.monotonic(), _processor_time_of_children()
        ran = subprocess.run(
            [sys.executable, "-m", "signdecoder", "train", log, "--db", db, "--json"],
            check=True,
            capture_output=True,
        )
        minutes = (time.monotonic() - begin) / 60
        used = (_processor_time_of_children() - used) / 60
        kept = json.loads(ran.stdout)["coaches"][0]["tuned"]
        after = Decoder.from_store("Odd", db=db)
    mixed, shipped = ask_plays(before, asked).right.mean(axis=0)
    answers = ask_plays(after, asked)
    mixture, tuned = answers.right.mean(axis=0)
    right = map(points, (shipped, tuned, mixed, mixture))
    called, is_kept = f"{100 * answers.called.mean():.0f}", "yes" if kept else "no"
    return (called, *right, is_kept, f"{minutes:.1f}", f"{used:.1f}")


def _processor_time_of_children() -> float:
    """Return the seconds that all commands so far have used, on all cores together."""
    times = os.times()
    return times.children_user + times.children_system


def draw_odd(rule: OddRule, habits: Behaviour, games: int, rng: np.random.Generator) -> list[Play]:
    """Draw games of a coach who hides such a rule among near misses."""
    plays = []
    for number, row in enumerate(draw_sequences(habits, games * PLAYS, rng)):
        signals = [int(signal) for signal in row if signal != BLANK]
        meant = rng.random() < STEALS
        if meant or rng.random() < NEAR:
            key, live = rule.places(len(signals), rng)
            signals[key], signals[live] = KEY, LIVE
            if not meant:
                signals[key if rng.random() < 0.5 else live] = int(rng.integers(LIVE + 1, SIGNALS))
        plays.append(
            Play(
                tuple(f"signal {signal + 1}" for signal in signals),
                STEAL if rule.calls(signals) else NONE,
                coach="Odd",
                game=f"game {number // PLAYS + 1}",
            )
        )
    return plays
