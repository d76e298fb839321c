"""The hash of the grammar: the same for the same rules, another one for any others."""

from collections.abc import Iterator

import numpy as np
import pytest

from signdecoder.bayes import class_rules, grammar
from signdecoder.bayes.grammar import grammar_hash
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.rules import prior
from signdecoder.rules.registry import FAMILIES


@pytest.fixture(autouse=True)
def compute_again() -> Iterator[None]:
    grammar_hash.cache_clear()
    yield
    grammar_hash.cache_clear()


def test_it_is_the_same_each_time() -> None:
    first = grammar_hash()
    grammar_hash.cache_clear()
    assert grammar_hash() == first
    assert len(bytes.fromhex(first)) == 16


def test_it_differs_with_the_prior_of_a_family_and_of_a_wipe_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashes = [grammar_hash()]
    monkeypatch.setattr(type(FAMILIES["hot"]), "weight", 0.5)
    grammar_hash.cache_clear()
    hashes.append(grammar_hash())
    monkeypatch.setattr(prior, "WIPE_OFF", 0.3)
    grammar_hash.cache_clear()
    assert len({*hashes, grammar_hash()}) == 3


def test_it_differs_with_the_prior_of_rules_that_are_not_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = grammar_hash()
    monkeypatch.setattr(grammar, "HOT_SHARE", 0.1)
    grammar_hash.cache_clear()
    assert grammar_hash() != before


def test_it_differs_with_the_prior_of_rules_about_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = grammar_hash()
    monkeypatch.setattr(class_rules, "_RELATIONS", class_rules._RELATIONS[:-1])
    grammar_hash.cache_clear()
    assert grammar_hash() != before


def test_it_differs_with_what_rules_match(monkeypatch: pytest.MonkeyPatch) -> None:
    before = grammar_hash()
    monkeypatch.setattr(
        Hypotheses,
        "matching_rules_of_each",
        lambda _, sequences: [np.arange(3, dtype=np.int32)] * len(sequences),
    )
    grammar_hash.cache_clear()
    assert grammar_hash() != before
