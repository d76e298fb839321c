"""A new family takes one definition: a family made up here is simulated, decoded and described."""

from collections.abc import Iterator

import numpy as np
import pytest

from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.core.outcomes import Evidence
from signdecoder.decoder.decoder import Decoder
from signdecoder.rules.describe import describe
from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.family import Names, PairRole, RuleFamily
from signdecoder.rules.finders import find_steps
from signdecoder.rules.layout import FamilyLayout, Ints, RuleMatches
from signdecoder.rules.matching import plays_called
from signdecoder.rules.pair_roles import role_names, roles_of
from signdecoder.rules.parts import find_parts
from signdecoder.rules.registry import FAMILIES, register
from signdecoder.rules.rule import BLANK, CALLED, Mask, Rule, Sequences
from signdecoder.rules.sequence_ops import followed_by
from signdecoder.simulation.coach import Coach, draw_plays
from signdecoder.simulation.named_log import simulate
from signdecoder.simulation.sampling import change_signs, draw_coach


def _find_set(sequences: Ints, n_signals: int) -> RuleMatches:
    """Find each pair of neighbors, the second with each other signal: one of a set is enough."""
    pairs = find_steps(sequences, 0, 1)
    row, key, live, last = (np.repeat(x, n_signals) for x in (pairs.row, *pairs.roles, pairs.last))
    other = np.tile(np.arange(n_signals), len(pairs.row))
    roles = (key, np.minimum(live, other), np.maximum(live, other))
    return RuleMatches(row, roles, np.zeros_like(last), last)


class NextOfSet(RuleFamily):
    """Either of two live signals right after the indicator."""

    name, order, drawing_order, weight = "next_of_set", 900, 900, 0.1
    summary = "either of two signals right after the key"
    layouts = (FamilyLayout("next of set", "kls", _find_set, interchangeable="ls"),)

    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        found = followed_by(sequences, rule.indicator, call, 1)
        if call == rule.calls[0]:
            found |= followed_by(sequences, rule.indicator, rule.second, 1)
        return found

    def rewordings(self, rule: Rule) -> tuple[Rule, ...]:
        return (Rule(self.name, (rule.second,), rule.indicator, rule.calls[0]),)

    def live_signals(self, rule: Rule) -> tuple[int, ...]:
        return (rule.calls[0], rule.second)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        indicator, second = draw.take(), draw.take()
        return Rule(self.name, draw.take_calls(n_others), indicator, second)

    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern:
        either = draw.swapped & (call == rule.calls[0])
        return Pattern((rule.indicator, np.where(either, rule.second, call).astype(np.int16)))

    def heading(self, rule: Rule, name: Names) -> str:
        return f"right after {name(rule.indicator)}"

    def call_words(self, rule: Rule, name: Names) -> list[str]:
        words = super().call_words(rule, name)
        return [f"{words[0]} or {name(rule.second)}", *words[1:]]

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        yield from super().pair_roles(rule)
        yield rule.indicator, rule.second, self.name


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    register(NextOfSet())
    yield
    del FAMILIES["next_of_set"]


@pytest.fixture
def coach() -> Coach:
    rng = np.random.default_rng(3)
    return draw_coach(rng, 7, 8, rate=0.35, family="next_of_set", hides=True, wipe_off=False)


def test_its_base_rules_are_found_and_built() -> None:
    hypotheses, rng = Hypotheses(4), np.random.default_rng(1)
    sequences = [tuple(rng.integers(0, 4, 5).tolist()) for _ in range(40)]
    rows = np.array(sequences, np.int16)
    calls = np.zeros((len(rows), len(hypotheses)), np.bool_)
    for call, rule_ids in zip(calls, hypotheses.matching_rules_of_each(sequences), strict=True):
        call[rule_ids] = True
    possible = [(n, hypotheses.rule(n)) for n in np.flatnonzero(hypotheses.prior).tolist()]
    own = [(n, rule) for n, rule in possible if rule.family == "next_of_set"]
    # Three of four signals: 4 keys, 3 pairs; the fourth wipes off in two ways, or confirms.
    assert len(own) == 4 * 3 * 4
    for n, rule in own:
        assert (calls[:, n] == (plays_called(rule, rows) == CALLED)).all(), rule


def test_the_posterior_finds_the_rule_of_a_simulated_coach(coach: Coach) -> None:
    drawn = draw_plays(coach, 60, np.random.default_rng(4))
    posterior = RulePosterior(7)
    for row, done in zip(drawn.signals, drawn.done, strict=True):
        evidence = Evidence.CALLED if done == CALLED else Evidence.NOTHING
        posterior.observe(tuple(int(s) for s in row if s != BLANK), evidence)
    best = posterior.ranking(1)[0].rule
    assert isinstance(best, Rule)
    assert best.family == "next_of_set"
    assert best.indicator == coach.rule.indicator
    assert {best.calls[0], best.second} == {coach.rule.calls[0], coach.rule.second}


def test_a_change_of_signs_stays_in_the_family(coach: Coach) -> None:
    changed = change_signs(coach, np.random.default_rng(5))
    assert changed.rule.family == "next_of_set"
    assert changed.rule.indicator != coach.rule.indicator


def test_the_decoder_names_the_rule_of_a_log() -> None:
    made = simulate(120, 4, family="next_of_set")
    decoder = Decoder()
    decoder.observe_many(made.plays)
    best = decoder.rules()[0]
    assert best.rule.family == "next_of_set"
    assert set(best.words.split()) == set(made.rule.split())  # the two live signals in any order
    assert decoder.key_signs()[0].sign == made.key_signs[0]


def test_it_has_words_parts_and_roles() -> None:
    rule = Rule("next_of_set", (1, 3), 0, second=2)
    names = ["cap", "ear", "belt", "chin"]
    assert describe(rule, names) == "ear or belt right after cap = steal"
    words = "right after cap: ear or belt = steal, chin = bunt"
    assert describe(rule, names, ("steal", "bunt")) == words
    assert find_parts(rule, (3, 0, 2)) == ("", "key", "live")
    named = {(k, live, role_names()[role]) for k, live, role in roles_of(rule)}
    assert named == {
        (0, 1, "next_of_set"),
        (0, 2, "next_of_set"),
        (0, 3, "another play"),
    }
