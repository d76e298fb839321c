"""The decoders that ours is held against."""

import os
import sys
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signdecoder.benchmark.baselines.base import Baseline, KnownPlays, bigrams_of
from signdecoder.benchmark.baselines.bigram_logistic import BigramLogistic
from signdecoder.benchmark.baselines.bigram_score import BigramScore
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import NONE, STEAL, UNKNOWN
from signdecoder.core.play import Play
from tests.support.letter_logs import make_play, measure_accuracy, simulate_log

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
Maker = Callable[[], Baseline]


def ngram_net() -> Baseline:
    from signdecoder.benchmark.baselines.ngram_mlp import NGramMLP

    return NGramMLP()


def plain_lstm() -> Baseline:
    from signdecoder.benchmark.baselines.token_lstm import TokenLSTM

    return TokenLSTM()


QUICK = (BigramScore, BigramLogistic)
NETS = tuple(pytest.param(make, marks=pytest.mark.slow) for make in (ngram_net, plain_lstm))
each = pytest.mark.parametrize("make", [*QUICK, *NETS])


# --- the pair score -------------------------------------------------------------------------------


def test_a_pair_gains_a_point_with_a_steal_and_loses_one_without() -> None:
    page = BigramScore()
    page.observe_many(
        [make_play("abcab"), make_play("dabe"), make_play("bcd", NONE), make_play("eab", NONE)]
    )
    # ab: two steals, once each though it comes twice in the first, and one other play: 1 point.
    # bc: one of each: 0 points. ca, da, be: 1 point; ab comes first in the alphabet.
    assert page.top_pair() == ("a", "b")
    with_pair, without = page.probabilities([tuple("cabd"), tuple("acb")])
    assert with_pair == (2 + 1) / (3 + 2)  # called twice in three plays with it
    assert without == (0 + 1) / (1 + 2)  # never in the one play without it
    assert page.key_sign() == "a"


def test_only_other_plays_name_no_pair() -> None:
    page = BigramScore()
    page.observe_many([make_play("abc", NONE), make_play("bcd", NONE)])
    assert page.top_pair() is None
    assert page.key_sign() is None
    assert page.probabilities([tuple("abc"), tuple("xy")]) == [1 / 4, 1 / 4]


def test_wiped_dummies_outvote_the_steals() -> None:
    page = BigramScore()
    page.observe_many([make_play("ab"), make_play("abw", NONE), make_play("abw", NONE)])
    assert page.key_sign() is None
    assert page.probabilities([tuple("ab")]) == [2 / 5]


def test_the_page_answers_no_without_its_pair_however_common_steals_are() -> None:
    page = BigramScore()
    page.observe_many(
        [make_play("ab"), make_play("ab"), make_play("cd"), make_play("c"), make_play("c")]
    )
    (without,) = page.probabilities([tuple("ba")])
    assert without == 0.49  # Laplace would say 4 / 5


@given(
    st.lists(
        st.tuples(st.text("abc", min_size=1, max_size=6), st.sampled_from([STEAL, NONE, UNKNOWN])),
        max_size=12,
    )
)
def test_the_better_half_is_what_the_page_answers(rows: list[tuple[str, str]]) -> None:
    page = BigramScore()
    page.observe_many(make_play(*row) for row in rows)
    pair = page.top_pair()
    asked = [names for n in range(1, 4) for names in product("abc", repeat=n)]
    for names, p in zip(asked, page.probabilities(asked), strict=True):
        assert 0 < p < 1
        assert (p > 0.5) == (pair in bigrams_of(names))


# --- what holds for every baseline ----------------------------------------------------------------


@each
def test_one_kind_of_play_answers_the_rate(make: Maker) -> None:
    baseline = make()
    assert baseline.probabilities([("a", "b")]) == pytest.approx(
        [0.49 if make is BigramScore else 0.5]
    )
    baseline.observe_many(
        [make_play("abc", NONE), make_play("bca", NONE), make_play("cab", UNKNOWN)]
    )
    assert baseline.probabilities([("a", "b"), ("c",)]) == [1 / 4, 1 / 4]
    assert baseline.probabilities([]) == []
    assert baseline.key_sign() is None


@each
def test_a_pair_is_found_in_forty_clean_plays(make: Maker) -> None:
    baseline = make()
    baseline.observe_many(simulate_log("cb", 40))
    assert measure_accuracy(baseline, simulate_log("cb", 200, seed=2)) >= 0.75
    assert baseline.key_sign() == "c"


@each
def test_learning_in_two_steps_equals_learning_in_one(make: Maker) -> None:
    log, asked = simulate_log("cb", 24), [play.signals for play in simulate_log("cb", 10, seed=3)]
    at_once, in_two = make(), make()
    at_once.observe_many(log)
    in_two.observe_many(log[:9])
    in_two.probabilities(asked)
    in_two.observe_many(log[9:])
    assert in_two.probabilities(asked) == at_once.probabilities(asked)
    assert in_two.key_sign() == at_once.key_sign()


@each
def test_unknown_outcomes_teach_nothing_and_spelling_does_not_matter(
    make: Maker,
) -> None:
    log, asked = simulate_log("cb", 24), [play.signals for play in simulate_log("cb", 10, seed=3)]
    plain, shouted = make(), make()
    plain.observe_many(log)
    plain.observe_many([make_play("cbcbcb", UNKNOWN)] * 5)
    shouted.observe_many(Play(tuple(s.upper() for s in p.signals), p.outcome) for p in log)
    assert shouted.probabilities(asked) == plain.probabilities(asked)
    assert (plain.key_sign(), shouted.key_sign()) == ("c", "C")


@each
def test_unseen_signals_and_lengths_get_answers(make: Maker) -> None:
    baseline = make()
    baseline.observe_many(simulate_log("cb", 24))
    strange = [("never",), ("c", "b", "never"), ("a", "b") * 32]
    assert all(0 < p < 1 for p in baseline.probabilities(strange))


def test_the_called_play_is_the_one_asked_about() -> None:
    known = KnownPlays("bunt")
    news = known.add(
        [
            make_play("ab", "bunt"),
            make_play("cd"),
            make_play("ef", "not_steal"),
            make_play("gh", NONE),
        ]
    )
    # That it was no steal says nothing of a bunt.
    assert news == [(("a", "b"), True), (("c", "d"), False), (("g", "h"), False)]
    assert known.rate == 2 / 5


# --- the regression ------------------------------------------------------------------------------


def test_missing_scikit_learn_is_reported_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(SigndecoderError, match=r"scikit-learn.*\. Install signdecoder\[bench\]"):
        BigramLogistic()


def test_plays_without_any_pair_leave_the_regression_its_intercept() -> None:
    baseline = BigramLogistic()
    baseline.observe_many(
        [make_play("a"), make_play("b", NONE), make_play("c"), make_play("d", NONE)]
    )
    assert baseline.probabilities([("a",), ("a", "b")]) == pytest.approx([0.5, 0.5], abs=1e-3)
    assert baseline.key_sign() is None
