"""Logs with something wrong in them, and what is then said, for robust_check.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from robust_answers import NEXT, Answers, Read, points, print_table, read, verdicts

from signdecoder.benchmark.cases import Case, draw_case
from signdecoder.benchmark.metrics import CRACKED
from signdecoder.benchmark.scenarios import SCENARIOS, Scenario, Seeds
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.logs.play_log import read_log, write_log
from signdecoder.store.store import Store

LEARNED = (20, 30)  # plays of a log
GONE = "one, then another: of the one"  # who gives signs no longer

Log = tuple[Play, ...]


def draw_examinees(scenario: Scenario, coaches: int, plays: int) -> list[Case]:
    """The exam's first so many coaches in whose first ``plays`` two neighbours can be swapped."""
    found: list[Case] = []
    number = 0
    while len(found) < coaches:
        case = draw_case(scenario, number)
        if _pairs(case.log[:plays]):
            found.append(case)
        number += 1
    return found


def spoil(log: Log, rng: np.random.Generator) -> Mapping[str, Log]:
    """The log as it is, and with one thing wrong in it, by name."""
    steals = [n for n, play in enumerate(log) if play.outcome == STEAL]
    others = [n for n, play in enumerate(log) if play.outcome == NONE]
    first = int(rng.choice(_pairs(log)))
    return {
        "clean": log,
        "a steal as none": _relabel(log, int(rng.choice(steals)), NONE),
        "a none as steal": _relabel(log, int(rng.choice(others)), STEAL),
        "two swapped": _relabel(
            _relabel(log, first, log[first + 1].outcome), first + 1, log[first].outcome
        ),
        "doubled": (*log, *(replace(play, game="game 2") for play in log)),
    }


def interleave(one: Log, other: Log, rng: np.random.Generator) -> Log:
    """Two logs as one: each in its order, and at random which of them goes on."""
    ones = iter(one)
    others = iter(other)
    turns = rng.permutation([True] * len(one) + [False] * len(other))
    return tuple(next(ones if turn else others) for turn in turns.tolist())


def string_together(plays: Sequence[Play], signals: int) -> list[tuple[str, ...]]:
    """As many sequences of so many signals as the plays' signals make, strung together."""
    every = [signal for play in plays for signal in play.signals]
    return [
        tuple(every[begin : begin + signals])
        for begin in range(0, len(every) - signals + 1, signals)
    ]


def _pairs(log: Log) -> list[int]:
    """Plays that are a steal where the next is none, or the other way round."""
    return [n for n, pair in enumerate(pairwise(log)) if {p.outcome for p in pair} == {STEAL, NONE}]


def _relabel(log: Log, place: int, outcome: str) -> Log:
    return (*log[:place], replace(log[place], outcome=outcome), *log[place + 1 :])


def check_logs(coaches: int, seeds: Seeds) -> dict[str, list[Answers]]:
    """Wrong labels, every play twice, two coaches under one name; what was said, by name."""
    scenario = replace(SCENARIOS["exam"], plays=NEXT.stop, seeds=seeds)
    cases = draw_examinees(scenario, coaches, LEARNED[0])
    alone: dict[tuple[int, str], list[Read]] = {}
    merged: dict[str, list[Read]] = {}
    for place, case in enumerate(cases):
        rng = np.random.default_rng((7, case.number))
        for plays in LEARNED:
            for wrong, log in spoil(case.log[:plays], rng).items():
                alone.setdefault((plays, wrong), []).append(read(log, case))
        mate = cases[place - 1]
        one, other = case.log[: LEARNED[0]], mate.log[: LEARNED[0]]
        mixed = read(interleave(one, other, rng), case, mate)
        merged.setdefault("two coaches, at random", []).append(mixed)
        merged.setdefault("one, then another: of him", []).append(read((*other, *one), case))
        merged.setdefault(GONE, []).append(read((*one, *other), case))
    print(f"\n{coaches} simulated coaches: fresh sequences right, and coaches no longer read")
    print_table(
        ("", "right, %", "LSTM", "lost, %", "LSTM", "read before", "LSTM"),
        [
            (f"{plays} plays, {wrong}", *accuracy_cells(alone[plays, "clean"], of))
            for (plays, wrong), of in alone.items()
        ],
    )
    named = {f"{plays} plays, {wrong}": of for (plays, wrong), of in alone.items()} | merged
    print(
        f"\ntheir own next plays, and what is said of them (two coaches: {LEARNED[0]} plays each)"
    )
    print_table(
        ("", "loss", "LSTM", "rate", "right, %", "verdict, %", "right, %", "promised"),
        [(name, *honesty_cells(of)) for name, of in named.items()],
    )
    print("\nthe report")
    print_table(
        ("", "a change, %", "a rule, %", "cracked, %", "then right, %"),
        [(name, *claim_cells(of)) for name, of in named.items()],
    )
    check_import(cases)
    gone = [one.ahead for one in merged.pop(GONE)]
    return {
        "next plays": [r.ahead for of in (*alone.values(), *merged.values()) for r in of],
        "next plays of who has gone": gone,
        "fresh sequences": [r.quiz for of in alone.values() for r in of],
    }


def accuracy_cells(before: Sequence[Read], after: Sequence[Read]) -> tuple[str, ...]:
    """How often it is right, and of how many coaches it was on 95% before and is not now."""
    was, now = (np.array([r.quiz.right.mean(axis=0) for r in of]) for of in (before, after))
    known = was >= CRACKED
    lost = [(now[known[:, by], by] < CRACKED).mean() for by in (0, 1)]
    return (*map(points, now.mean(axis=0)), *map(points, lost), *map(str, known.sum(axis=0)))


def honesty_cells(reads: Sequence[Read]) -> tuple[str, ...]:
    """Log loss on next plays, and how verdicts on them keep what they promise."""
    losses = np.mean([r.ahead.losses() for r in reads], axis=0)
    rate = np.mean([r.rate_loss for r in reads])
    right = np.mean([r.ahead.right[:, 0].mean() for r in reads])
    return (
        *(f"{loss:.3f}" for loss in (*losses, rate)),
        points(right),
        *verdicts([r.ahead for r in reads]),
    )


def claim_cells(reads: Sequence[Read]) -> tuple[str, ...]:
    """Of how many coaches the report tells so, and how often it is right on those it cracked."""
    right = np.array([r.ahead.right[:, 0].mean() for r in reads])
    cracked = np.array([r.cracked for r in reads])
    return (
        points(float(np.mean([r.changed for r in reads]))),
        points(float(np.mean([r.rule for r in reads]))),
        points(float(cracked.mean())),
        points(float(right[cracked].mean())) if cracked.any() else "–",
    )


def check_import(cases: Sequence[Case]) -> None:
    """Import each log twice into a store: what the second time adds."""
    added = [0, 0]
    with TemporaryDirectory() as folder, Store.open(Path(folder, "store.db")) as store:
        for case in cases:
            file = Path(folder, "log.csv")
            write_log([replace(p, coach=f"coach {case.number}") for p in case.log], file)
            for time in (0, 1):
                added[time] += store.add_logs([read_log(file)])[0].added
        plays = len(store.plays())
    print(f"\nimported twice: {added[0]} plays added, then {added[1]}; {plays} in the store")
