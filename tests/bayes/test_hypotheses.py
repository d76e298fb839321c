"""All rules by number: which of them a sequence matches, and their prior."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.other_plays import ALONE, HIDDEN, SEVERAL
from signdecoder.rules.matching import plays_called
from signdecoder.rules.prior import FAMILY_WEIGHTS, FLATTENED
from signdecoder.rules.rule import CALLED, NULL, pad_sequences


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=9).map(tuple))
@pytest.mark.slow
def test_a_sequence_matches_exactly_the_rules_that_call_it(sequence: tuple[int, ...]) -> None:
    hypotheses = Hypotheses(4)
    matching = set(hypotheses.matching_rules(sequence).tolist())
    # Signals without a role are ordinary numbers to the rules themselves.
    row = pad_sequences([[s if s >= 0 else 50 - s for s in sequence]])
    for rule_id in np.flatnonzero(hypotheses.prior).tolist():
        rule = hypotheses.rule(rule_id)
        assert (rule_id in matching) == (plays_called(rule, row)[0] == CALLED), rule


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(-2, 5), min_size=1, max_size=8).map(tuple), min_size=2))
def test_many_sequences_together_match_what_each_matches_alone(
    sequences: list[tuple[int, ...]],
) -> None:
    together = Hypotheses(5).matching_rules_of_each(sequences)
    for sequence, rule_ids in zip(sequences, together, strict=True):
        assert len(set(rule_ids.tolist())) == len(rule_ids)
        assert np.array_equal(rule_ids, Hypotheses(5).matching_rules(sequence))


def test_many_sequences_are_searched_in_parts_and_partly_cached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signdecoder.bayes.hypotheses._ROOM", 1)
    monkeypatch.setattr("signdecoder.bayes.hypotheses._KEPT", 3)
    sequences = [(0, n % 4, n // 4) for n in range(16)]
    hypotheses = Hypotheses(4)
    together = hypotheses.matching_rules_of_each(sequences)
    for sequence, rule_ids in zip(sequences, together, strict=True):
        assert np.array_equal(rule_ids, hypotheses.matching_rules(sequence))


def test_the_prior_of_a_family_is_its_flattened_weight() -> None:
    hypotheses = Hypotheses(7)
    assert hypotheses.prior.sum() + hypotheses.null_prior == pytest.approx(1, abs=1e-9)
    by_family = dict.fromkeys(FAMILY_WEIGHTS, 0.0)
    for rule_id in np.flatnonzero(hypotheses.prior).tolist():
        by_family[hypotheses.rule(rule_id).family] += hypotheses.prior[rule_id]
    roots = {name: weight**FLATTENED for name, weight in FAMILY_WEIGHTS.items() if name != NULL}
    shares = {name: 0.97 * root / sum(roots.values()) for name, root in roots.items()}
    assert by_family == pytest.approx(shares | {NULL: 0.0}, abs=1e-9)


def test_each_rule_has_one_number_and_no_signal_two_roles() -> None:
    hypotheses = Hypotheses(5)
    possible = [hypotheses.rule(n) for n in np.flatnonzero(hypotheses.prior).tolist()]
    assert len(set(possible)) == len(possible)
    for rule in possible:
        roles = [role for role in rule.roles if role != rule.second or role != rule.indicator]
        assert len(roles) == len(set(roles))


def test_an_equivalent_rule_keeps_the_wipe_off_and_leads_back() -> None:
    hypotheses = Hypotheses(4)
    for rule_id in range(len(hypotheses)):
        other = hypotheses.equivalent_rule(rule_id)
        assert hypotheses.equivalent_rule(other) == rule_id
        one, same = hypotheses.rule(rule_id), hypotheses.rule(other)
        assert (one.wipe_off, one.activator) == (same.wipe_off, same.activator)
        assert {one.family, same.family} == {"next", "before"} or one == same


def test_a_context_shows_the_live_signals_in_it() -> None:
    hypotheses = Hypotheses(4)
    cap, ear, belt, nose = range(4)
    context, next_start = hypotheses.bases.context, hypotheses.bases.starts["next"]
    after_cap = context[next_start + cap * 4 + ear]
    assert hypotheses.contexts_shown((ear, cap, belt))[after_cap] == ALONE + belt
    assert hypotheses.contexts_shown((cap, belt, nose, cap, belt))[after_cap] == ALONE + belt
    assert hypotheses.contexts_shown((cap, belt, cap, nose))[after_cap] == SEVERAL
    assert hypotheses.contexts_shown((belt, ear, cap))[after_cap] == HIDDEN
    assert hypotheses.contexts_shown((cap, belt))[0] == HIDDEN  # that of rules without a context
    assert context[next_start + cap * 4 + belt] == after_cap
