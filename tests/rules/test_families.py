"""Every registered family keeps its word: all its operations agree with each other."""

from collections.abc import Iterator

import numpy as np
import pytest

from signdecoder.bayes.base_rules import BaseRules
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.rules.describe import describe, describe_call
from signdecoder.rules.drawing import SignalDraw
from signdecoder.rules.family import RuleFamily
from signdecoder.rules.matching import plays_called
from signdecoder.rules.pair_roles import role_names, roles_of
from signdecoder.rules.parts import find_parts
from signdecoder.rules.prior import DRAWN_FAMILIES
from signdecoder.rules.registry import FAMILIES, drawing_order, register
from signdecoder.rules.rule import CALLED, NULL, Rule, Sequences, pad_sequences
from signdecoder.simulation.coach import draw_plays
from signdecoder.simulation.patterns import insert_pattern
from signdecoder.simulation.random_rules import draw_family, draw_rule
from signdecoder.simulation.sampling import draw_coach
from tests.rules.families import EXAMPLES, NAMES, Example

MEANINGFUL = [name for name in FAMILIES if name != NULL]
VOCABULARY = 9
LETTERS = [f"sign{n}" for n in range(VOCABULARY)]


def drawn_rules(family: str, count: int = 40, n_others: int = 2) -> list[Rule]:
    rng = np.random.default_rng(6)
    kind = FAMILIES[family]
    return [kind.sample(SignalDraw(rng, VOCABULARY), n_others) for _ in range(count)]


def to_rows(sequences: tuple[str, ...]) -> Sequences:
    return pad_sequences([[NAMES.index(name) for name in s.split()] for s in sequences])


def test_every_family_has_an_example_and_its_own_orders() -> None:
    assert set(EXAMPLES) == set(FAMILIES)
    assert all(e.rule.family == name for name, those in EXAMPLES.items() for e in those)
    assert [family.order for family in FAMILIES.values()] == sorted(
        {family.order for family in FAMILIES.values()}
    )


def test_the_orders_of_families_match_stored_and_seeded_data() -> None:
    in_order = (
        *("next", "kth", "anywhere", "before", "hot", "count_after", "count_of", "position"),
        *("both", "two_after", "between", "twice", "sandwich", "null"),
    )
    assert tuple(FAMILIES)[: len(in_order)] == in_order
    drawn = (
        *("next", "hot", "count_after", "kth", "anywhere", "two_after", "count_of", "before"),
        *("between", "position", "both", "twice", "sandwich", "null"),
    )
    assert tuple(family.name for family in drawing_order()) == drawn == DRAWN_FAMILIES
    rng = np.random.default_rng(4)
    assert {draw_family(rng, 9) for _ in range(800)} == set(drawn)


@pytest.mark.parametrize("example", [e for those in EXAMPLES.values() for e in those], ids=str)
def test_an_example_calls_what_it_says_and_reads_as_it_should(example: Example) -> None:
    sequences = (*example.calls, *example.does_not_call)
    called = plays_called(example.rule, to_rows(sequences)) == CALLED
    assert called.tolist() == [True] * len(example.calls) + [False] * len(example.does_not_call)
    assert describe(example.rule, NAMES, ("steal", "bunt")) == example.words


@pytest.mark.parametrize("family", FAMILIES)
def test_a_drawn_rule_has_different_signals_and_calls(family: str) -> None:
    for rule in drawn_rules(family):
        assert rule.family == family
        assert len(set(rule.calls)) == len(rule.calls) >= 1
        live = () if rule.counts else rule.calls
        second = () if rule.second in (rule.indicator, *live[1:]) else (rule.second,)
        named = [s for s in (rule.indicator, *second) if s >= 0]
        named += [s for s in live if s >= 0]
        assert len(set(named)) == len(named)
        assert set(rule.roles) == set(named) <= set(range(VOCABULARY))
        assert set(rule.key_signs) <= set(rule.roles)


@pytest.mark.parametrize("family", MEANINGFUL)
def test_an_inserted_pattern_shows_its_call(family: str) -> None:
    rng = np.random.default_rng(8)
    for rule in drawn_rules(family, 20):
        for call in rule.calls:
            # Signals without a role: nothing else in the sequence can spoil the pattern.
            idle = [s for s in range(VOCABULARY + 8) if s not in rule.roles]
            sequences = np.array([rng.permutation(idle)[:8] for _ in range(30)], np.int16)
            before = sequences.copy()
            chosen = np.arange(30) % 2 == 0
            insert_pattern(rule, call, sequences, chosen, rng)
            assert FAMILIES[family].matches(rule, sequences[chosen], call).all()
            assert (sequences[~chosen] == before[~chosen]).all()


@pytest.mark.parametrize("family", MEANINGFUL)
def test_base_rules_match_what_the_rule_matches_in_every_rest_of_a_sequence(family: str) -> None:
    bases, rng = BaseRules(5), np.random.default_rng(9)
    for length in (1, 2, 4, 7):
        sequences = rng.integers(-1, 6, (25, length))  # -1 and 5 have no role
        found = bases.matches_after(sequences)
        # Signals without a role are still equal to themselves, and not the padding.
        rows = np.where(sequences < 0, 50, sequences).astype(np.int16)
        for base, rule in possible_rules(bases, FAMILIES[family]):
            for begin in range(length):
                expected = FAMILIES[family].matches(rule, rows[:, begin:], rule.calls[0])
                assert (found[:, begin, base] == expected).all(), (rule, begin)


@pytest.mark.parametrize("family", MEANINGFUL)
def test_every_drawn_rule_is_a_base_rule(family: str) -> None:
    possible = {rule for _, rule in possible_rules(BaseRules(VOCABULARY), FAMILIES[family])}
    for rule in drawn_rules(family, n_others=0):
        assert possible & {rule, *FAMILIES[family].rewordings(rule)}


@pytest.mark.parametrize("family", MEANINGFUL)
def test_the_key_signs_of_base_rules_are_those_of_the_rules(family: str) -> None:
    bases = BaseRules(5)
    first, other = bases.key_signs
    for base, rule in possible_rules(bases, FAMILIES[family]):
        assert {int(key) for key in (first[base], other[base]) if key < 5} == set(rule.key_signs)


@pytest.mark.parametrize("family", MEANINGFUL)
def test_a_reworded_rule_calls_the_same_sequences(family: str) -> None:
    rows = np.random.default_rng(10).integers(0, 4, (300, 6)).astype(np.int16)
    bases = BaseRules(4)
    for base, rule in possible_rules(bases, FAMILIES[family]):
        mirrored = bases.rule(bases.mirror(base))
        for same in (*FAMILIES[family].rewordings(rule), mirrored):
            assert (plays_called(same, rows) == plays_called(rule, rows)).all()


@pytest.mark.parametrize("family", MEANINGFUL)
def test_the_prior_reaches_down_to_the_smallest_vocabulary(family: str) -> None:
    kind = FAMILIES[family]
    assert kind.weight > 0
    for vocabulary in {2, kind.smallest_vocabulary - 1, kind.smallest_vocabulary} - {1}:
        hypotheses = Hypotheses(vocabulary)
        likely = {hypotheses.rule(n).family for n in np.flatnonzero(hypotheses.prior > 0).tolist()}
        assert (family in likely) == (vocabulary >= kind.smallest_vocabulary)
    rng = np.random.default_rng(11)
    drawn = draw_rule(rng, kind.smallest_vocabulary, family, 0)
    assert plays_called(drawn, np.zeros((1, 3), np.int16)).shape == (1,)


@pytest.mark.parametrize("family", MEANINGFUL)
def test_the_words_name_every_signal_and_every_play(family: str) -> None:
    for rule in drawn_rules(family):
        words = describe(rule, LETTERS, ("steal", "hit_and_run", "take"))
        assert {name for name in LETTERS if name in words} == {LETTERS[s] for s in rule.roles}
        plays = [play for play in ("steal", "hit and run", "take") if f"= {play}" in words]
        assert len(plays) == len(rule.calls)
        assert (":" in words) == (len(rule.calls) > 1)
        assert describe_call(rule, LETTERS)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_signal_with_a_role_has_a_pair_role(family: str) -> None:
    names, rng = role_names(), np.random.default_rng(12)
    defined = set(FAMILIES[family].role_names)
    for _ in range(40):
        rule = draw_rule(rng, VOCABULARY, family, n_others=2)
        found = roles_of(rule)
        assert all(0 <= role < len(names) for _, _, role in found)
        if not rule.is_null:
            assert {s for k, live, _ in found for s in (k, live)} == set(rule.roles)
            own = defined & {names[role] for _, _, role in found}
            assert bool(own) == bool(rule.plain.roles)


@pytest.mark.parametrize("family", MEANINGFUL)
def test_the_parts_of_a_sequence_that_calls_the_play(family: str) -> None:
    rng = np.random.default_rng(13)
    for rule in drawn_rules(family, 20):
        idle = [s for s in range(VOCABULARY + 8) if s not in rule.roles]
        sequence = rng.permutation(idle)[None, :8].astype(np.int16)
        insert_pattern(rule, rule.calls[0], sequence, np.ones(1, np.bool_), rng)
        parts = find_parts(rule, sequence[0].tolist())
        assert "live" in parts or "key" in parts


@pytest.mark.parametrize("family", FAMILIES)
def test_signals_that_call_by_themselves_need_no_other(family: str) -> None:
    for rule in drawn_rules(family):
        alone = FAMILIES[family].calling_alone(rule)
        assert (plays_called(rule, np.array(alone, np.int16).reshape(-1, 1)) > 0).all()


@pytest.mark.parametrize("family", MEANINGFUL)
def test_a_simulated_coach_keeps_the_rule(family: str) -> None:
    rng = np.random.default_rng(14)
    coach = draw_coach(rng, VOCABULARY, 10, rate=0.3, family=family, hides=True)
    drawn = draw_plays(coach, 200, rng)
    assert drawn.called.tolist() == plays_called(coach.rule, drawn.signals).tolist()
    assert (drawn.called == CALLED).any()


def possible_rules(bases: BaseRules, family: RuleFamily) -> Iterator[tuple[int, Rule]]:
    """Each base rule of a family that has different signals in its roles, with its number."""
    for kind, layout in bases.layouts:
        if kind is family:
            for index in np.flatnonzero(layout.base_odds(bases.n_signals)).tolist():
                base = bases.starts[layout.name] + index
                yield base, bases.rule(base)


def test_a_rule_that_has_no_room_for_a_wipe_off_is_only_plain() -> None:
    hypotheses, rng = Hypotheses(4), np.random.default_rng(15)
    possible = [hypotheses.rule(n) for n in np.flatnonzero(hypotheses.prior).tolist()]
    assert {rule for rule in possible if rule.family == "unless" and rule.plain != rule} == set()
    drawn = [draw_rule(rng, VOCABULARY, "unless", n_others=2) for _ in range(40)]
    assert all(rule.plain == rule and rule.calls[1] == rule.second for rule in drawn)


def test_a_play_that_begins_like_the_called_one_is_another() -> None:
    rule = EXAMPLES["unless"][1].rule
    assert plays_called(rule, to_rows(("cap belt", "cap belt ear"))).tolist() == [CALLED, 2]


def test_a_family_needs_a_name_and_orders_of_its_own() -> None:
    with pytest.raises(ValueError, match="same name or drawing order"):
        register(FAMILIES["next"])
    again = type("Again", (type(FAMILIES["next"]),), {"name": "again", "drawing_order": 900})
    with pytest.raises(ValueError, match="order must be higher"):
        register(again())
    assert "again" not in FAMILIES
