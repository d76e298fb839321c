"""Logs with errors in them, and the predictions after them, for robust_check.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from robust_answers import NEXT, Answers, LogResult, evaluate_log, points, print_table, verdicts

from signdecoder.benchmark.cases import Case, draw_case
from signdecoder.benchmark.metrics import CRACKED
from signdecoder.benchmark.scenarios import SCENARIOS, Scenario, Seeds
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.logs.play_log import load_log
from signdecoder.logs.play_log_writer import write_log
from signdecoder.store.store import Store

LEARNED = (20, 30)  # plays of a log
GONE = "one, then another: of the one"  # the coach who left

Log = tuple[Play, ...]


def draw_cases(scenario: Scenario, coaches: int, plays: int) -> list[Case]:
    """Draw the exam's first coaches in whose first ``plays`` two neighbors can be swapped."""
    found: list[Case] = []
    number = 0
    while len(found) < coaches:
        case = draw_case(scenario, number)
        if _pairs(case.log[:plays]):
            found.append(case)
        number += 1
    return found


def spoil(log: Log, rng: np.random.Generator) -> Mapping[str, Log]:
    """Return the log unchanged, and with one error each, by name."""
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
    """Merge two logs at random, each in its own order."""
    ones = iter(one)
    others = iter(other)
    turns = rng.permutation([True] * len(one) + [False] * len(other))
    return tuple(next(ones if turn else others) for turn in turns.tolist())


def string_together(plays: Sequence[Play], signals: int) -> list[tuple[str, ...]]:
    """Join the signals of all plays and cut them into sequences of ``signals`` each."""
    every = [signal for play in plays for signal in play.signals]
    return [
        tuple(every[begin : begin + signals])
        for begin in range(0, len(every) - signals + 1, signals)
    ]


def _pairs(log: Log) -> list[int]:
    """List plays that are a steal before a none, or a none before a steal."""
    return [n for n, pair in enumerate(pairwise(log)) if {p.outcome for p in pair} == {STEAL, NONE}]


def _relabel(log: Log, place: int, outcome: str) -> Log:
    return (*log[:place], replace(log[place], outcome=outcome), *log[place + 1 :])


def check_logs(coaches: int, seeds: Seeds) -> dict[str, list[Answers]]:
    """Check wrong outcomes, doubled logs and two coaches under one name; return the answers."""
    scenario = replace(SCENARIOS["exam"], plays=NEXT.stop, seeds=seeds)
    cases = draw_cases(scenario, coaches, LEARNED[0])
    alone: dict[tuple[int, str], list[LogResult]] = {}
    merged: dict[str, list[LogResult]] = {}
    for place, case in enumerate(cases):
        rng = np.random.default_rng((7, case.number))
        for plays in LEARNED:
            for wrong, log in spoil(case.log[:plays], rng).items():
                alone.setdefault((plays, wrong), []).append(evaluate_log(log, case))
        mate = cases[place - 1]
        one, other = case.log[: LEARNED[0]], mate.log[: LEARNED[0]]
        mixed = evaluate_log(interleave(one, other, rng), case, mate)
        merged.setdefault("two coaches, at random", []).append(mixed)
        merged.setdefault("one, then another: of the other", []).append(
            evaluate_log((*other, *one), case)
        )
        merged.setdefault(GONE, []).append(evaluate_log((*one, *other), case))
    print(f"\n{coaches} simulated coaches: fresh sequences right, and coaches no longer cracked")
    print_table(
        ("", "right, %", "LSTM", "lost, %", "LSTM", "cracked before", "LSTM"),
        [
            (f"{plays} plays, {wrong}", *accuracy_cells(alone[plays, "clean"], of))
            for (plays, wrong), of in alone.items()
        ],
    )
    named = {f"{plays} plays, {wrong}": of for (plays, wrong), of in alone.items()} | merged
    print(f"\ntheir own next plays, and the predictions (two coaches: {LEARNED[0]} plays each)")
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
        "next plays of the coach who left": gone,
        "fresh sequences": [r.quiz for of in alone.values() for r in of],
    }


def accuracy_cells(before: Sequence[LogResult], after: Sequence[LogResult]) -> tuple[str, ...]:
    """Return how often it is right, and for how many cracked coaches it no longer reaches 95%."""
    was, now = (np.array([r.quiz.right.mean(axis=0) for r in of]) for of in (before, after))
    known = was >= CRACKED
    lost = [(now[known[:, by], by] < CRACKED).mean() for by in (0, 1)]
    return (*map(points, now.mean(axis=0)), *map(points, lost), *map(str, known.sum(axis=0)))


def honesty_cells(reads: Sequence[LogResult]) -> tuple[str, ...]:
    """Return the log loss on next plays, and how often verdicts are right and should be."""
    losses = np.mean([r.ahead.losses() for r in reads], axis=0)
    rate = np.mean([r.rate_loss for r in reads])
    right = np.mean([r.ahead.right[:, 0].mean() for r in reads])
    return (
        *(f"{loss:.3f}" for loss in (*losses, rate)),
        points(right),
        *verdicts([r.ahead for r in reads]),
    )


def claim_cells(reads: Sequence[LogResult]) -> tuple[str, ...]:
    """Return how often the report claims something, and is right on coaches it calls cracked."""
    right = np.array([r.ahead.right[:, 0].mean() for r in reads])
    cracked = np.array([r.cracked for r in reads])
    return (
        points(float(np.mean([r.changed for r in reads]))),
        points(float(np.mean([r.rule for r in reads]))),
        points(float(cracked.mean())),
        points(float(right[cracked].mean())) if cracked.any() else "–",
    )


def check_import(cases: Sequence[Case]) -> None:
    """Import each log twice into a store; print what the second import adds."""
    added = [0, 0]
    with TemporaryDirectory() as folder, Store.open(Path(folder, "store.db")) as store:
        for case in cases:
            file = Path(folder, "log.csv")
            write_log([replace(p, coach=f"coach {case.number}") for p in case.log], file)
            for time in (0, 1):
                added[time] += store.add_logs([load_log(file)])[0].added
        plays = len(store.plays())
    print(f"\nimported twice: {added[0]} plays added, then {added[1]}; {plays} in the store")
