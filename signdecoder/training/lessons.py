"""First lessons for the play LSTM: what each rule about two signals would call.

Before it reads logs it learns to read a play. From the point of view of a candidate pair (k, l),
every rule of the grammar that k and l fill alone calls the play or does not, and all of these are
asked at once. Rules of three signals are left to the layers that compare candidates; but what the
others show is asked once more, for a belief that forgives what some third may have wiped off.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signdecoder.rules import prior as grammar
from signdecoder.rules.rule import BLANK, CALLED, NO_SIGNAL, Rule, Sequences, plays_called
from signdecoder.simulation.behaviour import draw_habits, draw_sequences

SOME_OTHER = -2  # a third signal that wipes off or confirms, whichever it is
_USUAL = 8  # signals of a coach
_EASY = 0.15  # what a pair counts for of which a signal does not come
_MOST = 20.0  # what a call counts for, beside its absence


def rules_of_pair(key: int, live: int) -> tuple[Rule, ...]:
    """Every rule whose roles these two signals fill, in an order that does not depend on them."""
    places = tuple(Rule("position", (live,), step=step) for step in grammar.PLACES)
    again = (
        Rule("twice", (live,)),
        Rule("sandwich", (live,), step=2),
        Rule("twice", (NO_SIGNAL,)),
        Rule("sandwich", (NO_SIGNAL,), step=2),
    )
    hot = Rule("hot", (live,))
    counts = (
        *(Rule("count_after", (n,), key) for n in grammar.COUNTS_AFTER),
        *(Rule("count_of", (n,), key) for n in grammar.COUNTS_OF),
    )
    plain = (
        Rule("next", (live,), key),
        *(Rule("kth", (live,), key, step=step) for step in grammar.KTH),
        *(Rule(family, (live,), key) for family in ("anywhere", "before", "both")),
        Rule("between", (live,), key, second=key),
        *(Rule("count_after", (n,), key, second=live) for n in grammar.COUNTS_AFTER),
        hot,
        *places,
        *again,
        *counts,
    )
    return (
        *plain,
        *(replace(rule, wipe_off=key) for rule in (hot, *places, *again)),
        *(replace(rule, wipe_off=live) for rule in counts),
        Rule("hot", (live,), wipe_off=key, wipes_anywhere=True),
        Rule("hot", (live,), activator=key),
        *(replace(rule, wipe_off=SOME_OTHER) for rule in plain),
    )


RULES = len(rules_of_pair(0, 1))
PRESENT = rules_of_pair(0, 1).index(Rule("hot", (1,)))  # l comes
AFTER = rules_of_pair(0, 1).index(Rule("hot", (1,), wipe_off=0))  # l comes after the last k
LAST = rules_of_pair(0, 1).index(Rule("position", (1,), step=-1))  # l comes last
FORGIVING = tuple(rule.wipe_off == SOME_OTHER for rule in rules_of_pair(0, 1))
"""Which rules are forgiven that some third signal wipes off."""
PAIRED = tuple(
    set(rule.roles) - {SOME_OTHER} == {0, 1} and rule.wipe_off < 0 for rule in rules_of_pair(0, 1)
)
"""Which rules take both signals, and neither to wipe off: a third one can."""
FIXED = 1 + max(n for n, paired in enumerate(PAIRED) if paired)
"""So many of the rules, the first, are read ever after as the lessons taught it."""
KEYS = tuple(
    tuple((rule.key_signs.count(s)) / max(1, len(rule.key_signs)) for s in (0, 1))
    for rule in rules_of_pair(0, 1)
)
"""How much of each rule's key sign is k, and l; of some there is none, or either is."""


@lru_cache(maxsize=16)
def _table(slots: int) -> dict[Rule, list[int]]:
    """Every rule about one or two of so many signals, and all places where it is asked."""
    places: dict[Rule, list[int]] = {}
    for pair in range(slots * slots):
        for place, rule in enumerate(rules_of_pair(*divmod(pair, slots))):
            places.setdefault(rule, []).append(pair * RULES + place)
    return places


def log_expectations() -> NDArray[np.float32]:
    """(RULES,) log of how expected the rule of one pair is before the first play.

    Up to a constant; a family's share falls to its rules alike, and a rule that all pairs ask about
    shares its own among them.
    """
    rules = rules_of_pair(0, 1)
    kinds = Counter(rule.family for rule in rules)
    expected = [
        grammar.FAMILY_WEIGHTS[rule.family] ** grammar.FLATTENED
        / kinds[rule.family]
        / _USUAL ** len(set(rule.roles) - {SOME_OTHER})
        / len(_table(_USUAL)[rule])
        for rule in rules
    ]
    return np.asarray(np.log(np.array(expected) / max(expected)), np.float32)


def places_of(system: Rule, slots: int) -> list[int]:
    """Where a coach's rule is asked among those of all pairs: pair x RULES + its place.

    Of three signals the one that wipes off or confirms is some other, and another play is left out;
    there is no place for a rule that takes three without.
    """
    exact, table = replace(system, calls=system.calls[:1]), _table(slots)
    forgiven = replace(exact.plain, wipe_off=SOME_OTHER)
    return table.get(exact) or table.get(forgiven, [])


def draw_lesson(
    plays: int, width: int, slots: int, rng: np.random.Generator
) -> tuple[Sequences, NDArray[np.float32]]:
    """(N, T) sequences over ``slots`` signals, and (N, V·V, RULES) what each pair's rules call.

    Half come from hands with habits, half are even draws from few or many signals, where all that
    is rare comes more often.
    """
    drawn = np.full((plays, width), BLANK, np.int16)
    for row in range(0, plays, 16):
        block = drawn[row : row + 16]
        vocabulary = int(rng.integers(2, slots + 1))
        if rng.random() < 0.5:
            habits = draw_habits(rng, vocabulary, width, phrase_rate=0.3)
            block[:] = draw_sequences(habits, len(block), rng)
        else:
            lengths = rng.integers(1, width + 1, len(block))
            inside = np.arange(width) < lengths[:, None]
            block[inside] = rng.integers(vocabulary, size=int(inside.sum()))
        block[:] = np.where(block == BLANK, block, rng.permutation(slots)[block])
    return drawn, mark(drawn, slots)


def mark(sequences: Sequences, slots: int) -> NDArray[np.float32]:
    """(N, V·V, RULES) what the rules of each pair call, of sequences (N, T)."""
    key, live = np.divmod(np.arange(slots * slots), slots)
    seen = sequences[:, None, :]
    # Seen from its own pair each sequence is about the signals 0 (k) and 1 (l).
    others = np.where(seen == BLANK, np.int16(BLANK), seen + np.int16(2))
    own = np.where(seen == live[:, None], np.int16(1), others)
    own = np.where(seen == key[:, None], np.int16(0), own)
    marks = np.empty((len(sequences), slots * slots, RULES), np.float32)
    same = key == live
    for pairs, rules in ((~same, rules_of_pair(0, 1)), (same, rules_of_pair(0, 0))):
        rows = own[:, pairs].reshape(-1, sequences.shape[1])
        for place, rule in enumerate(rules):
            marks[:, pairs, place] = (plays_called(rule, rows) == CALLED).reshape(
                len(sequences), -1
            )
    return marks


def weigh(sequences: Sequences, marks: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, V·V, RULES) how much each mark of sequences (N, T) counts in learning to read.

    Most rules call in few plays and few pairs: what is rare counts for more, or it would be learned
    last and worst.
    """
    slots = int(np.sqrt(marks.shape[1]))
    comes = (sequences[:, :, None] == np.arange(slots)).any(axis=1)
    both = (comes[:, :, None] & comes[:, None, :]).reshape(len(marks), -1, 1)
    counts = np.where(both, 1.0, _EASY) * np.where(marks > 0, _rarity(), 1.0)
    return counts.astype(np.float32)


@lru_cache(maxsize=1)
def _rarity() -> NDArray[np.float32]:
    """(RULES,) the root of the odds against each rule's call, in lessons."""
    marks = draw_lesson(512, 10, 6, np.random.default_rng(0))[1]
    odds = (1 - marks).sum(axis=(0, 1)) / np.maximum(marks.sum(axis=(0, 1)), 1)
    return np.asarray(np.minimum(np.sqrt(odds), _MOST), np.float32)
