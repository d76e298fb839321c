"""Call schemes: rules without their live signal."""

import numpy as np
import pytest

from signdecoder.bayes.call_schemes import CallSchemes
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import CALLED, pad_sequences

V = 6
SEQUENCES = [(0, 1, 2), (3, 1, 1, 4), (5,), (2, 0, 2, 4, 3), (1, -2, 2)]


@pytest.fixture(scope="module")
def schemes() -> CallSchemes:
    return CallSchemes(Hypotheses(V))


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_sequence_shows_a_value_where_the_rule_with_it_calls(
    schemes: CallSchemes, sequence: tuple[int, ...]
) -> None:
    shown = set(zip(*map(np.ndarray.tolist, schemes.shown(sequence)), strict=True))
    rows = pad_sequences([sequence])
    for scheme in range(0, schemes.n, 7):
        for value in np.flatnonzero(schemes.value_shares[scheme]).tolist():
            rule = schemes.rule(scheme, value)
            called = plays_called(rule, rows)[0] == CALLED
            assert called == ((scheme, value) in shown), (rule, sequence)


def test_values_are_live_signals_or_numbers(schemes: CallSchemes) -> None:
    for scheme in range(0, schemes.n, 11):
        for value in np.flatnonzero(schemes.value_shares[scheme]).tolist():
            rule = schemes.rule(scheme, value)
            if not rule.counts and rule.live_signals != (-1,):
                assert rule.calls == (value,), rule


def test_rules_of_a_scheme_differ_in_what_is_called_alone(schemes: CallSchemes) -> None:
    for scheme in range(0, schemes.n, 13):
        values = np.flatnonzero(schemes.value_shares[scheme]).tolist()
        rules = [schemes.rule(scheme, value) for value in values]
        keys = {(r.family, r.indicator, r.second, r.step, r.wipe_off, r.activator) for r in rules}
        assert len(keys) <= 1, rules


def test_the_prior_leaves_out_only_meaningless_signals_and_sets(schemes: CallSchemes) -> None:
    total = np.exp(schemes.log_prior).sum()
    assert 0.9 < total < 1 - schemes.null_prior
    shares = schemes.value_shares.sum(axis=1)
    assert np.allclose(shares[np.isfinite(schemes.log_prior)], 1)


def test_schemes_that_differ_in_the_wipe_off_alone_have_one_place(schemes: CallSchemes) -> None:
    place = schemes.place(np.arange(schemes.n))
    same = np.flatnonzero(place == place[0])[:5]
    plain = {schemes.rule(scheme, 3).plain for scheme in same if schemes.value_shares[scheme, 3]}
    assert len(plain) == 1


def test_a_value_that_no_rule_has_is_refused(schemes: CallSchemes) -> None:
    with pytest.raises(ValueError, match="has no value"):
        schemes.rule(0, schemes.n_values + 1)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_longer_call_goes_on_where_a_value_was_shown(
    schemes: CallSchemes, sequence: tuple[int, ...]
) -> None:
    shown = schemes.shown(sequence)
    cells = set(zip(*map(np.ndarray.tolist, shown), strict=True))
    longer = schemes.longer_shown(shown)
    for scheme, value, then, of_both in zip(*map(np.ndarray.tolist, longer), strict=True):
        assert {(scheme, value), (of_both, then)} <= cells
        assert schemes.longer(scheme, value) == of_both
    plain = [row for row in zip(*longer, strict=True) if row[0] < schemes.place(-1)]
    pairs = {(k, v, w) for k, v, w in zip(sequence, sequence[1:], sequence[2:], strict=False)}
    assert {(schemes.rule(s, v).indicator, v, w) for s, v, w, _ in plain} == {
        (k, v, w) for k, v, w in pairs if len({k, v, w}) == 3 and min(k, v, w) >= 0
    }
