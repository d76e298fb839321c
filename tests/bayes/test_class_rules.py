"""Rules about a class of signals are found as fast as rules about one signal."""

import itertools

import numpy as np
import pytest

from signdecoder.bayes.changepoints import Hazards
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.bayes.serialization import pack_posterior, unpack_posterior
from signdecoder.core.outcomes import Evidence
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import CALLED, Rule, pad_sequences

CHIN = 0
LEFT, SKIN = frozenset({1, 2, 3, 4}), frozenset({2, 4, 5, 6})
N_SIGNALS = 8
Play = tuple[tuple[int, ...], bool]


def draw_plays(count: int) -> list[Play]:
    """Any signal of the left side right after chin."""
    rng, plays = np.random.default_rng(1), []
    for n in range(count):
        drawn = rng.integers(N_SIGNALS, size=7).tolist()
        drawn[2:4] = (CHIN, int(rng.integers(1, 5))) if n % 3 == 0 else (CHIN, 7)
        plays.append(
            (tuple(drawn), any(k == CHIN and m in LEFT for k, m in itertools.pairwise(drawn)))
        )
    return plays


def learn(posterior: RulePosterior, plays: list[Play]) -> RulePosterior:
    for sequence, run in plays:
        posterior.observe(sequence, Evidence.CALLED if run else Evidence.NOTHING)
    return posterior


def test_every_rule_about_a_class_matches_what_its_rule_calls() -> None:
    hypotheses = Hypotheses(N_SIGNALS, classes=(LEFT, SKIN))
    start = min(n for name, n in hypotheses.bases.starts.items() if "class" in name)
    rng = np.random.default_rng(2)
    sequences = [tuple(rng.integers(N_SIGNALS, size=6).tolist()) for _ in range(40)]
    rows = pad_sequences(sequences)
    matching = hypotheses.matching_rules_of_each(sequences)
    for number in rng.choice(np.arange(start, hypotheses.n_bases), 60, replace=False).tolist():
        for rule_id in (number, 3 * hypotheses.n_bases + number):
            if hypotheses.prior[rule_id]:
                called = plays_called(hypotheses.rule(rule_id), rows) == CALLED
                assert [rule_id in ids for ids in matching] == called.tolist()


def test_a_class_is_found_before_an_arbitrary_set() -> None:
    plays = draw_plays(20)
    told = learn(RulePosterior(N_SIGNALS, hazards=Hazards(0, 0), classes=(LEFT, SKIN)), plays)
    best = told.ranking(1)[0]
    assert isinstance(best.rule, Rule)
    assert best.rule.indicator == CHIN
    assert {*best.rule.calls, *best.rule.more_live} == LEFT
    untold = learn(RulePosterior(N_SIGNALS, hazards=Hazards(0, 0)), plays)
    assert best.probability > 0.6
    assert best.probability > 2 * untold.ranking(1)[0].probability


def test_without_classes_there_are_no_rules_about_them() -> None:
    assert Hypotheses(5).bases.starts == Hypotheses(5, classes=()).bases.starts


def test_a_packed_posterior_keeps_its_classes() -> None:
    classes = (LEFT, SKIN)
    posterior = learn(RulePosterior(N_SIGNALS, classes=classes), draw_plays(15))
    restored = unpack_posterior(pack_posterior(posterior), N_SIGNALS, 15, classes)
    asked = [sequence for sequence, _ in draw_plays(30)]
    assert restored.predict_many(asked) == posterior.predict_many(asked)


def test_classes_stay_when_signals_are_added() -> None:
    plays = draw_plays(20)
    grown = learn(RulePosterior(N_SIGNALS, classes=(LEFT, SKIN)), plays)
    before = grown.ranking(1)[0]
    grown.grow(N_SIGNALS + 1)
    after = grown.ranking(1)[0]
    assert after.rule == before.rule
    assert after.probability == pytest.approx(before.probability, abs=0.1)
