"""Coaches whose rules are of no kind that the decoder knows, for unknown_rules.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np

from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.rules.rule import BLANK
from signdecoder.simulation.behaviour import Behaviour, draw_habits, draw_sequences
from signdecoder.simulation.named_log import SIGNALS

VOCABULARY = (6, 12)  # fewest and most signals of a coach
RATES = (0.15, 0.45)  # lowest and highest share of steals
LENGTHS = (5, 9)  # fewest and most signals of a sequence
_POOL = 3000  # sequences that the plays are chosen from
_LEAST_SHARE = 0.02  # of sequences that call, or a coach could hardly call anything


@dataclass(frozen=True, slots=True)
class Situation:
    """What a rule may depend on besides the signals: the play's number, and the play before."""

    number: int
    before: tuple[int, ...]


Calls = Callable[[Sequence[int], Situation], bool]
DrawRule = Callable[[np.random.Generator, int], Calls]


def _follows(signals: Sequence[int], key: int, live: int) -> bool:
    return (key, live) in pairwise(signals)


def _three(rng: np.random.Generator, vocabulary: int) -> list[int]:
    return [int(signal) for signal in rng.permutation(vocabulary)[:3]]


# --- kinds to tune on -----------------------------------------------------------------------------


def _odd_length(rng: np.random.Generator, vocabulary: int) -> Calls:
    key, live, _ = _three(rng, vocabulary)
    return lambda signals, _: len(signals) % 2 == 1 and _follows(signals, key, live)


def _first_repeated(rng: np.random.Generator, vocabulary: int) -> Calls:
    lives = set(_three(rng, vocabulary)[:2])

    def calls(signals: Sequence[int], _: Situation) -> bool:
        repeated = (s for n, s in enumerate(signals) if s in signals[:n])
        return next(repeated, BLANK) in lives

    return calls


def _three_in_order(rng: np.random.Generator, vocabulary: int) -> Calls:
    wanted = _three(rng, vocabulary)

    def calls(signals: Sequence[int], _: Situation) -> bool:
        left = iter(signals)
        return all(signal in left for signal in wanted)

    return calls


def _second_sign(rng: np.random.Generator, vocabulary: int) -> Calls:
    key, live, last = _three(rng, vocabulary)
    return lambda signals, _: _follows(signals, key, live) or signals[-1] == last


def _coin(rng: np.random.Generator, vocabulary: int) -> Calls:
    (key, live, other), seed = _three(rng, vocabulary), int(rng.integers(2**31))

    def calls(signals: Sequence[int], situation: Situation) -> bool:
        heads = np.random.default_rng((seed, situation.number)).random() < 0.5
        return _follows(signals, *((key, live) if heads else (other, key)))

    return calls


def _key_once(rng: np.random.Generator, vocabulary: int) -> Calls:
    key, live, _ = _three(rng, vocabulary)
    return lambda signals, _: list(signals).count(key) == 1 and _follows(signals, key, live)


# --- kinds kept out: nothing was tuned on them ----------------------------------------------------


def _fresh_live(rng: np.random.Generator, vocabulary: int) -> Calls:
    key, live, _ = _three(rng, vocabulary)
    return lambda signals, _: (
        live in signals and ((first := list(signals).index(live)) > 0 and signals[first - 1] == key)
    )


def _unless_first(rng: np.random.Generator, vocabulary: int) -> Calls:
    key, live, never = _three(rng, vocabulary)
    return lambda signals, _: signals[0] != never and _follows(signals, key, live)


def _alternating(rng: np.random.Generator, vocabulary: int) -> Calls:
    key, live, other = _three(rng, vocabulary)
    rules = ((key, live), (other, key))
    return lambda signals, situation: _follows(signals, *rules[situation.number % 2])


def _echo(rng: np.random.Generator, vocabulary: int) -> Calls:
    live = int(rng.integers(vocabulary))
    return lambda signals, situation: (
        bool(situation.before) and _follows(signals, situation.before[-1], live)
    )


def _more_often(rng: np.random.Generator, vocabulary: int) -> Calls:
    one, other, _ = _three(rng, vocabulary)
    return lambda signals, _: list(signals).count(one) > list(signals).count(other)


def _odd_place(rng: np.random.Generator, vocabulary: int) -> Calls:
    key, live, _ = _three(rng, vocabulary)
    return lambda signals, _: any(
        signals[n] == key and live in signals[n + 1 :] for n in range(0, len(signals), 2)
    )


TUNING_KINDS: Mapping[str, tuple[str, DrawRule]] = {
    "odd_length": ("live right after key, in plays with an odd number of signals", _odd_length),
    "first_repeated": ("the first signal that comes twice is one of two", _first_repeated),
    "three_in_order": ("three signals in order, anything between", _three_in_order),
    "second_sign": ("live right after key, or a certain signal last", _second_sign),
    "coin": ("one of two rules, by chance", _coin),
    "key_once": ("live right after key, if the key comes once", _key_once),
}
KEPT_OUT_KINDS: Mapping[str, tuple[str, DrawRule]] = {
    "fresh_live": ("the first time that live comes, it is right after key", _fresh_live),
    "unless_first": ("live right after key, unless a certain signal comes first", _unless_first),
    "alternating": ("two rules in turn, play by play", _alternating),
    "echo": ("live right after the signal that ended the play before", _echo),
    "more_often": ("one signal more often than another", _more_often),
    "odd_place": ("live after key, if key stands first, third, fifth or so", _odd_place),
}
KINDS = {**TUNING_KINDS, **KEPT_OUT_KINDS}


@dataclass(frozen=True, slots=True)
class UnknownCoach:
    """A coach with a rule of one of these kinds.

    ``rate`` is the share of plays that call, ``names`` are the signals by number.
    """

    calls: Calls
    habits: Behaviour
    rate: float
    names: tuple[str, ...]

    def draw_plays(self, count: int, rng: np.random.Generator) -> list[Play]:
        """Draw plays in order: the coach decides, then gives signals that say so."""
        pool, plays = self._sequences(rng), []
        before: tuple[int, ...] = ()
        for number in range(count):
            meant, now = rng.random() < self.rate, Situation(number, before)
            # Habits may leave no way to call right now; then the coach calls nothing.
            for signals in islice(pool, _POOL):
                if self.calls(signals, now) == meant:
                    break
            else:
                meant = False
                signals = next(s for s in pool if not self.calls(s, now))
            signs = [self.names[signal] for signal in signals]
            plays.append(Play(tuple(signs), STEAL if meant else NONE))
            before = signals
        return plays

    def _sequences(self, rng: np.random.Generator) -> Iterator[tuple[int, ...]]:
        while True:
            for row in draw_sequences(self.habits, _POOL, rng).tolist():
                yield tuple(signal for signal in row if signal != BLANK)


def draw_unknown_coach(kind: str, seed: int, number: int) -> tuple[UnknownCoach, list[Play]]:
    """Draw a coach of a kind, and the first 100 plays."""
    rng = np.random.default_rng((seed, sum(kind.encode()), number))
    while True:
        vocabulary = int(rng.integers(VOCABULARY[0], VOCABULARY[1] + 1))
        habits = draw_habits(rng, vocabulary, LENGTHS[1], phrase_rate=0.2)
        mean = float(rng.uniform(LENGTHS[0] + 1, LENGTHS[1] - 1))
        habits = replace(habits, shortest=LENGTHS[0], mean_length=mean)
        calls = KINDS[kind][1](rng, vocabulary)
        names = tuple(SIGNALS[n] for n in rng.permutation(len(SIGNALS))[:vocabulary])
        coach = UnknownCoach(calls, habits, float(rng.uniform(*RATES)), names)
        if _LEAST_SHARE < _share_called(coach, rng) < 1 - _LEAST_SHARE:
            return coach, coach.draw_plays(100, rng)


def _share_called(coach: UnknownCoach, rng: np.random.Generator) -> float:
    rows = draw_sequences(coach.habits, 300, rng).tolist()
    plays = [tuple(signal for signal in row if signal != BLANK) for row in rows]
    pairs = zip(plays[1:], plays, strict=False)
    return float(np.mean([coach.calls(now, Situation(n, b)) for n, (now, b) in enumerate(pairs)]))
