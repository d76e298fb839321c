"""A coach's signs as they are audited: his rule, how often he calls, and how his hands move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from signdecoder.audit.rule_input import RoleInput, build_rule
from signdecoder.benchmark.scenarios import MAX_SIGNALS, Scenario
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.names import fold
from signdecoder.core.outcomes import STEAL
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import (
    CALLED,
    NOTHING,
    Rule,
    Sequences,
    pad_sequences,
)
from signdecoder.simulation.behaviour import Behaviour, estimate_habits
from signdecoder.simulation.named_log import OTHER_PLAYS
from signdecoder.simulation.patterns import lengths_of

FEWEST, MOST = Scenario().vocabulary  # signals of a coach who does not tell how many he uses
SPARE = 2  # signals beside those of the rule that he then has at least
STEALS = (0.03, 0.8)  # the lowest and highest share of steals
_WIDTH = Scenario().width
_OTHERS = 0.2  # the share of other plays, if there are any and he does not tell
_LEAST_SEQUENCES, _LEAST_CALLED = 20, 5
_SAME_LENGTH = 0.5  # signals: a difference of means below this is none


@dataclass(frozen=True, slots=True)
class SequenceSource:
    """What a coach's own sequences show of his habits.

    ``calling`` are those of plays that call a steal, None where they are of the same length or too
    few. ``dummy_rate`` is the share of the other plays that hold the rule, wiped off.
    """

    sequences: int
    habits: Behaviour
    calling: Behaviour | None
    dummy_rate: float


@dataclass(frozen=True, slots=True)
class CoachSpec:
    """The signs that are audited.

    ``names`` are the signals by their number in ``rule``, as far as they have one; ``vocabulary``
    is how many he uses, None where he does not tell. ``plays`` and ``rates`` go with the calls.
    ``length`` is the usual number of signals, ``call_length`` that with a steal. What is None is
    drawn as a typical coach has it; ``hands`` are his own.
    """

    rule: Rule
    names: tuple[str, ...]
    plays: tuple[str, ...]
    rates: tuple[float, ...]
    vocabulary: int | None = None
    length: float | None = None
    call_length: float | None = None
    hands: SequenceSource | None = None

    @property
    def width(self) -> int:
        """The most signals of a sequence."""
        longest = max(self.length or 0.0, self.call_length or 0.0)
        return max(_WIDTH, ceil(1.4 * longest))

    @property
    def fewest(self) -> int:
        """The fewest signals that he may use, where he does not tell."""
        return max(FEWEST, len(self.names) + SPARE)

    def name(self, signal: int) -> str:
        """A signal as it is said."""
        return self.names[signal] if signal < len(self.names) else f"signal {signal + 1}"


def make_signs(
    told: RoleInput,
    *,
    steals: float | None = None,
    others: float | None = None,
    count: int | None = None,
    length: float | None = None,
    call_length: float | None = None,
    sequences: Sequence[Sequence[str]] = (),
) -> CoachSpec:
    """The signs of a coach by what he tells, and by his own sequences if there are any.

    ``steals`` and ``others`` are shares of plays, ``count`` is how many signals he uses, lengths
    are in signals. Raises UsageError for what contradicts itself, SigndecoderError for sequences
    that do not fit the rule.
    """
    told = replace(told, signals=_list_signals(told.signals, sequences))
    rule, names = build_rule(told)
    plays = (STEAL, *(play for play, _ in told.others))
    if len(plays) > 1 + len(OTHER_PLAYS):
        raise UsageError(f"{len(plays) - 1} other plays are too many", "name three at most")
    vocabulary = len(told.signals) or count
    _check_count(vocabulary, names)
    _check_lengths(length, call_length)
    signs = CoachSpec(rule, names, plays, (), vocabulary, length, call_length)
    if others is not None and len(plays) == 1:
        raise UsageError("there is no other play for --others", "name one with --also")
    if sequences:
        if count is not None:
            raise UsageError(
                "your own sequences show which signals you use",
                "leave --signals out, or list all of them by name",
            )
        numbers = number_sequences(sequences, names)
        signs = replace(signs, hands=_read_hands(rule, numbers, len(names), signs.width))
        return replace(signs, rates=_read_rates(rule, numbers, steals, others))
    return replace(signs, rates=_share_rates(steals, others, len(plays) - 1))


def _list_signals(listed: tuple[str, ...], sequences: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """All signals, listed or shown, each once and as first written."""
    names: dict[str, str] = {}
    for name in (*listed, *(name for signals in sequences for name in signals)):
        names.setdefault(fold(name), name)
    return tuple(names.values())


def _check_count(vocabulary: int | None, names: Sequence[str]) -> None:
    least = max(4, len(names))
    if vocabulary is not None and not least <= vocabulary <= MAX_SIGNALS:
        raise UsageError(
            f"{vocabulary} signals are too {'few' if vocabulary < least else 'many'}",
            f"use {least} to {MAX_SIGNALS} with this rule",
        )
    if vocabulary is None and len(names) + SPARE > MAX_SIGNALS:
        raise UsageError("the rule has too many signals", f"{MAX_SIGNALS} are the most")


def _check_lengths(*lengths: float | None) -> None:
    for length in lengths:
        if length is not None and not 1 <= length <= 20:
            raise UsageError(f"{length:g} signals are no usual length", "write 1 to 20")


def _share_rates(steals: float | None, others: float | None, plays: int) -> tuple[float, ...]:
    """The share of plays that each call gets."""
    if steals is None:
        raise UsageError(
            "it is not known how often you steal",
            "write the share with --steals, such as 0.3, or give your own sequences with --log",
        )
    rest = (_OTHERS if others is None else others) if plays else 0.0
    low, high = STEALS
    if not low <= steals <= high:
        raise UsageError(
            f"{steals:g} is no share of steals that can be audited",
            f"write one from {low:g} to {high:g}: 0.3 is three plays in ten",
        )
    if not 0 <= rest <= 0.9 - steals:
        raise UsageError(
            f"steals and other plays are {steals + rest:g} of all plays",
            "leave at least 0.1 of them without a play",
        )
    return (steals, *(rest / plays for _ in range(plays)))


# --- his own sequences ----------------------------------------------------------------------------


def number_sequences(sequences: Sequence[Sequence[str]], names: Sequence[str]) -> Sequences:
    """(N, T) the sequences by the numbers of their signals, padded with BLANK."""
    numbers = {fold(name): n for n, name in enumerate(names)}
    return pad_sequences([[numbers[fold(name)] for name in signals] for signals in sequences])


def _read_hands(rule: Rule, sequences: Sequences, vocabulary: int, width: int) -> SequenceSource:
    """His habits, from the plays in which he calls nothing, and how long he is when he steals."""
    called = plays_called(rule, sequences)
    dead, calling = sequences[called == NOTHING], sequences[called == CALLED]
    if len(dead) < _LEAST_SEQUENCES:
        raise SigndecoderError(
            f"{len(dead)} sequences without a play are too few to know your habits by",
            f"give {_LEAST_SEQUENCES} or more, or leave --log out",
        )
    habits = estimate_habits(dead, vocabulary, max(width, sequences.shape[1]))
    dummies = float((plays_called(rule.plain, dead) != NOTHING).mean())
    return SequenceSource(len(sequences), habits, _calling(habits, calling), dummies)


def _calling(habits: Behaviour, calling: Sequences) -> Behaviour | None:
    if len(calling) < _LEAST_CALLED:
        return None
    lengths = lengths_of(calling)
    if abs(lengths.mean() - habits.mean_length) < _SAME_LENGTH:
        return None
    return replace(
        habits,
        shortest=int(lengths.min()),
        mean_length=float(lengths.mean()),
        length_spread=float(lengths.std()),
    )


def _read_rates(
    rule: Rule, sequences: Sequences, steals: float | None, others: float | None
) -> tuple[float, ...]:
    """How often his sequences call each play, where he does not tell."""
    called = plays_called(rule, sequences)
    shares = [float((called == place + 1).mean()) for place in range(len(rule.calls))]
    if steals is None and shares[0] == 0:
        raise SigndecoderError(
            "none of your sequences calls a steal by these signs",
            "correct the signs, or write how often you steal with --steals",
        )
    return _share_rates(
        shares[0] if steals is None else steals,
        sum(shares[1:]) if others is None else others,
        len(shares) - 1,
    )
