"""No leak: sequences alone, without outcomes, do not give the rule away."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
import pytest

from signdecoder.core.outcomes import UNKNOWN
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.rules.rule import BLANK, CALLED, Sequences
from signdecoder.simulation.coach import Coach, SimulatedPlays, draw_plays
from signdecoder.simulation.sampling import draw_coach

PLAYS = 32
Guess = Callable[[Sequences, Sequences], list[bool]]
"""From plays without outcomes to whether each fresh sequence calls the play."""


def pair_coaches(count: int, signals: int, hides: bool | None) -> Iterable[Coach]:
    """Coaches as in the benchmark, of the family that pair scores are made for."""
    for n in range(count):
        rng = np.random.default_rng((41, signals, n))
        rate, others = rng.uniform(0.15, 0.45), float(rng.choice([0.0, 0.2]))
        yield draw_coach(rng, signals, 12, rate=rate, other_rate=others, family="next", hides=hides)


def most_common_pairs(signals: Sequences) -> list[tuple[int, int]]:
    pairs: Counter[tuple[int, int]] = Counter()
    for row in signals.tolist():
        pairs.update(set(pairwise(s for s in row if s != BLANK)))
    return [pair for pair, _ in pairs.most_common()]


@pytest.mark.parametrize("hides", [None, True], ids=["all", "hiding"])
@pytest.mark.parametrize("signals", [6, 8, 10, 12])
@pytest.mark.slow
def test_the_most_common_pair_is_seldom_the_rule(signals: int, hides: bool | None) -> None:
    named = [
        most_common_pairs(draw_plays(coach, PLAYS, np.random.default_rng((42, n))).signals)[:1]
        == [(coach.rule.indicator, coach.rule.calls[0])]
        for n, coach in enumerate(pair_coaches(300, signals, hides))
    ]
    assert np.mean(named) <= 0.20


def test_the_most_common_pair_predicts_nothing_if_habits_do_not_depend_on_the_rule() -> None:
    def guess(seen: Sequences, fresh: Sequences) -> list[bool]:
        top = most_common_pairs(seen)[:1]
        return [bool(set(pairwise(row)) & set(top)) for row in fresh.tolist()]

    accuracy, base = score(guess, coaches=120, fresh=100)
    assert accuracy <= base + 0.02


@pytest.mark.slow
def test_the_decoder_learns_nothing_without_outcomes() -> None:
    def guess(seen: Sequences, fresh: Sequences) -> list[bool]:
        decoder = Decoder()
        decoder.observe_many(Play(names, UNKNOWN) for names in name_signals(seen))
        return [opinion.lstm >= 0.5 for opinion in decoder.opinions(name_signals(fresh))]

    accuracy, base = score(guess, coaches=40, fresh=50)
    assert accuracy <= base + 0.02


def score(guess: Guess, coaches: int, fresh: int) -> tuple[float, float]:
    """Mean accuracy on fresh sequences over coaches, and that of the more common answer."""
    rows = []
    for n, coach in enumerate(coaches_who_hide_nothing(coaches)):
        drawn: SimulatedPlays = draw_plays(coach, PLAYS + fresh, np.random.default_rng((44, n)))
        calls = drawn.called[PLAYS:] == CALLED
        guessed = np.array(guess(drawn.signals[:PLAYS], drawn.signals[PLAYS:]))
        rows.append(((guessed == calls).mean(), max(calls.mean(), 1 - calls.mean())))
    accuracy, base = np.mean(rows, axis=0)
    return float(accuracy), float(base)


def coaches_who_hide_nothing(count: int) -> list[Coach]:
    """Coaches of all families but null whose habits do not depend on their rule."""
    coaches: list[Coach] = []
    seed = 0
    while len(coaches) < count:
        rng = np.random.default_rng((43, seed := seed + 1))
        rate, signals = rng.uniform(0.15, 0.45), int(rng.integers(6, 13))
        coach = draw_coach(rng, signals, 12, rate=rate, other_rate=0.1, hides=False)
        if not coach.hides:
            coaches.append(coach)
    return coaches


def name_signals(sequences: Sequences) -> list[tuple[str, ...]]:
    return [tuple(f"signal {s}" for s in row if s != BLANK) for row in sequences.tolist()]
