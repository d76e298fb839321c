"""The coach under audit: the rule, how often it is called, and the coach's habits."""

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

MIN_VOCABULARY, MAX_VOCABULARY = Scenario().vocabulary  # signals, if their number is not given
SPARE = 2  # signals outside the rule, at least, if their number is not given
STEALS = (0.03, 0.8)  # the lowest and highest share of steals
_WIDTH = Scenario().width
_OTHER_RATE = 0.2  # share of other plays, if there are any and no share is given
_MIN_SEQUENCES, _MIN_CALLED = 20, 5
_SAME_LENGTH = 0.5  # signals; smaller differences of means are ignored


@dataclass(frozen=True, slots=True)
class SequenceSource:
    """The habits that a coach's own sequences show.

    ``calling`` are the habits in steal plays, None if those have the same length or are too few.
    ``dummy_rate`` is the share of the other plays that show the rule and wipe it off.
    """

    sequences: int
    habits: Behaviour
    calling: Behaviour | None
    dummy_rate: float


@dataclass(frozen=True, slots=True)
class CoachSpec:
    """The signs under audit. Typical values are drawn for everything that is None.

    ``names`` are the signals by their number in ``rule``, if they have one; ``vocabulary`` is the
    number of signals. ``plays`` and ``rates`` are those of the rule's calls. ``length`` is the
    usual number of signals of a play, ``call_length`` that of a steal. ``source`` are the habits
    from the coach's own sequences.
    """

    rule: Rule
    names: tuple[str, ...]
    plays: tuple[str, ...]
    rates: tuple[float, ...]
    vocabulary: int | None = None
    length: float | None = None
    call_length: float | None = None
    source: SequenceSource | None = None

    @property
    def width(self) -> int:
        """The largest number of signals in a sequence."""
        longest = max(self.length or 0.0, self.call_length or 0.0)
        return max(_WIDTH, ceil(1.4 * longest))

    @property
    def fewest(self) -> int:
        """The smallest vocabulary to draw, if its size is not given."""
        return max(MIN_VOCABULARY, len(self.names) + SPARE)

    def name(self, signal: int) -> str:
        """Return the name of a signal."""
        return self.names[signal] if signal < len(self.names) else f"signal {signal + 1}"


def build_coach_spec(
    role_input: RoleInput,
    *,
    steals: float | None = None,
    others: float | None = None,
    count: int | None = None,
    length: float | None = None,
    call_length: float | None = None,
    sequences: Sequence[Sequence[str]] = (),
) -> CoachSpec:
    """Return the spec of a coach, from what was given and from the coach's own sequences, if any.

    ``steals`` and ``others`` are shares of plays, ``count`` is the number of signals, lengths are
    in signals. Raises UsageError for contradictions, and SigndecoderError for sequences that do not
    fit the rule.
    """
    role_input = replace(role_input, signals=_list_signals(role_input.signals, sequences))
    rule, names = build_rule(role_input)
    plays = (STEAL, *(play for play, _ in role_input.others))
    if len(plays) > 1 + len(OTHER_PLAYS):
        raise UsageError(f"{len(plays) - 1} other plays are too many", "name at most three")
    vocabulary = len(role_input.signals) or count
    _check_count(vocabulary, names)
    _check_lengths(length, call_length)
    spec = CoachSpec(rule, names, plays, (), vocabulary, length, call_length)
    if others is not None and len(plays) == 1:
        raise UsageError("--others needs another play", "name one with --also")
    if sequences:
        if count is not None:
            raise UsageError(
                "your own sequences show which signals you use",
                "remove --signals, or list all of them by name",
            )
        numbers = number_sequences(sequences, names)
        spec = replace(spec, source=_estimate_source(rule, numbers, len(names), spec.width))
        return replace(spec, rates=_estimate_rates(rule, numbers, steals, others))
    return replace(spec, rates=_share_rates(steals, others, len(plays) - 1))


def _list_signals(listed: tuple[str, ...], sequences: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return all signals, listed or in the sequences, once each and as first written."""
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
        raise UsageError("the rule has too many signals", f"use at most {MAX_SIGNALS}")


def _check_lengths(*lengths: float | None) -> None:
    for length in lengths:
        if length is not None and not 1 <= length <= 20:
            raise UsageError(
                f"{length:g} is not a valid length of a sequence", "write a number from 1 to 20"
            )


def _share_rates(steals: float | None, others: float | None, plays: int) -> tuple[float, ...]:
    """Return the share of plays of each call."""
    if steals is None:
        raise UsageError(
            "the steal rate is missing",
            "give it with --steals, such as 0.3, or give your own sequences with --log",
        )
    rest = (_OTHER_RATE if others is None else others) if plays else 0.0
    low, high = STEALS
    if not low <= steals <= high:
        raise UsageError(
            f"{steals:g} is not a valid steal rate",
            f"write a share from {low:g} to {high:g}, such as 0.3 for three plays in ten",
        )
    if not 0 <= rest <= 0.9 - steals:
        raise UsageError(
            f"steals and other plays add up to {steals + rest:g} of all plays",
            "leave at least 0.1 for plays with nothing on",
        )
    return (steals, *(rest / plays for _ in range(plays)))


# --- the coach's own sequences --------------------------------------------------------------------


def number_sequences(sequences: Sequence[Sequence[str]], names: Sequence[str]) -> Sequences:
    """Return sequences as signal numbers, padded with BLANK: (N, T)."""
    numbers = {fold(name): n for n, name in enumerate(names)}
    return pad_sequences([[numbers[fold(name)] for name in signals] for signals in sequences])


def _estimate_source(
    rule: Rule, sequences: Sequences, vocabulary: int, width: int
) -> SequenceSource:
    """Estimate the habits from plays without a call, and the length of steal plays."""
    called = plays_called(rule, sequences)
    dead, calling = sequences[called == NOTHING], sequences[called == CALLED]
    if len(dead) < _MIN_SEQUENCES:
        raise SigndecoderError(
            f"{len(dead)} sequences with nothing on are too few to estimate your habits",
            f"give {_MIN_SEQUENCES} or more, or remove --log",
        )
    habits = estimate_habits(dead, vocabulary, max(width, sequences.shape[1]))
    dummies = float((plays_called(rule.plain, dead) != NOTHING).mean())
    return SequenceSource(len(sequences), habits, _calling(habits, calling), dummies)


def _calling(habits: Behaviour, calling: Sequences) -> Behaviour | None:
    if len(calling) < _MIN_CALLED:
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


def _estimate_rates(
    rule: Rule, sequences: Sequences, steals: float | None, others: float | None
) -> tuple[float, ...]:
    """Estimate how often the sequences call each play, unless the shares are given."""
    called = plays_called(rule, sequences)
    shares = [float((called == place + 1).mean()) for place in range(len(rule.calls))]
    if steals is None and shares[0] == 0:
        raise SigndecoderError(
            "none of your sequences calls a steal with these signs",
            "correct the signs, or give the steal rate with --steals",
        )
    return _share_rates(
        shares[0] if steals is None else steals,
        sum(shares[1:]) if others is None else others,
        len(shares) - 1,
    )
