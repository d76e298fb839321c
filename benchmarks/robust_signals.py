"""39 different signals, and 64 in a sequence: accuracy and time, for robust_check.py."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

import numpy as np
from robust_answers import Answers, ask, points, print_table
from robust_logs import string_together

from signdecoder.audit.coach_spec import number_sequences
from signdecoder.benchmark.cases import Case, draw_case
from signdecoder.benchmark.scenarios import SCENARIOS, Seeds
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.core.sequences import MAX_SIGNALS
from signdecoder.decoder.decoder import Decoder
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import (
    CALLED,
)

SIGNALS, WATCHED = 39, 100  # signals of a coach, and plays that are learned
SLOW = 200  # ms
LONG = 10  # sequences of MAX_SIGNALS to ask about and learn afterwards


def check_signals(coaches: int, seeds: Seeds) -> list[Answers]:
    """Check coaches with 39 signals; return the answers."""
    scenario = replace(
        SCENARIOS["exam"], plays=3 * WATCHED, vocabulary=(SIGNALS, SIGNALS), seeds=seeds
    )
    times: dict[str, list[float]] = {}
    answers: dict[bool, list[Answers]] = {True: [], False: []}
    shown = []
    for number in range(coaches):
        case = draw_case(scenario, number)
        decoder = Decoder()
        taken = times.setdefault("learn a usual play", [])
        taken += [clock(decoder.observe_many, [play]) for play in case.log[:WATCHED]]
        questions = case.question_sets[-1]
        shown.append(len(decoder.signals))
        weighed = set(decoder.bayes.names)
        within = {case.names[s] for s in questions.rule.roles} <= weighed
        answers[within].append(ask(decoder, questions.sequences, questions.called_mask))
        for play in draw_long(case):
            taken = times.setdefault(f"ask about {MAX_SIGNALS} signals", [])
            taken.append(clock(decoder.predict, play.signals))
            taken = times.setdefault(f"learn a play of {MAX_SIGNALS}", [])
            taken.append(clock(decoder.observe_many, [play]))
    print(
        f"\n{coaches} simulated coaches with {SIGNALS} signals, {min(shown)} to {max(shown)} in"
        f" {WATCHED} plays: fresh sequences right"
    )
    names = {True: "the rule's signals have slots", False: "one of them has none"}
    means = {
        within: np.mean([a.right.mean(axis=0) for a in of], axis=0)
        for within, of in answers.items()
        if of
    }
    print_table(
        ("", "coaches", "right, %", "LSTM"),
        [(names[w], str(len(answers[w])), *map(points, mean)) for w, mean in means.items()],
    )
    print()
    print_table(
        ("processor time, ms", "times", "median", "95% within", "most", f"over {SLOW}, %"),
        [
            (
                *(what, str(len(t))),
                *(f"{ms:.0f}" for ms in (median(t), np.quantile(t, 0.95), max(t))),
                points(float(np.mean(np.array(t) > SLOW))),
            )
            for what, t in times.items()
        ],
    )
    return answers[True] + answers[False]


def draw_long(case: Case) -> list[Play]:
    """Draw the longest plays allowed: later plays joined, and what the coach's rule calls then."""
    strung = string_together(case.log[WATCHED:], MAX_SIGNALS)[:LONG]
    rows = number_sequences(strung, case.names)
    called = plays_called(case.question_sets[-1].rule, rows) == CALLED
    return [Play(s, STEAL if c else NONE) for s, c in zip(strung, called, strict=True)]


def clock(run: Callable[..., object], *arguments: object) -> float:
    """Return how much processor time a call takes, in milliseconds."""
    begin = time.process_time()
    run(*arguments)
    return 1000 * (time.process_time() - begin)
