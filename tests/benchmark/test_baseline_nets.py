"""The networks that ours is held against, their key signs, and what was published of them."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from signdecoder.benchmark.baselines.attribution import find_key
from signdecoder.benchmark.baselines.base import Baseline, Names, bigrams_of
from signdecoder.benchmark.baselines.bigram_logistic import BigramLogistic
from signdecoder.benchmark.baselines.bigram_score import BigramScore
from signdecoder.logs.play_log import load_log
from tests.support.letter_logs import measure_accuracy, simulate_log

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
Maker = Callable[[], Baseline]


def ngram_net() -> Baseline:
    from signdecoder.benchmark.baselines.ngram_mlp import NGramMLP

    return NGramMLP()


def plain_lstm() -> Baseline:
    from signdecoder.benchmark.baselines.token_lstm import TokenLSTM

    return TokenLSTM()


# --- the key sign --------------------------------------------------------------------------------


def pair_of(first: str, second: str) -> Callable[[Sequence[Names]], NDArray[np.float64]]:
    """Return a function that gives high log-odds to sequences with this pair."""
    return lambda rows: np.array([3.0 if (first, second) in bigrams_of(r) else -3.0 for r in rows])


def test_the_earlier_signal_of_a_pair_is_the_key_sign() -> None:
    calls = [tuple("abcd"), tuple("dcba")]
    assert find_key(calls[:1], "abcd", pair_of("b", "c")) == "b"
    assert find_key(calls[1:], "abcd", pair_of("c", "b")) == "c"


def test_a_signal_that_calls_alone_is_the_key_sign() -> None:
    def hot(rows: Sequence[Names]) -> NDArray[np.float64]:
        return np.array([2.0 if "c" in row else -2.0 for row in rows])

    assert find_key([tuple("abc"), tuple("cad")], "abcd", hot) == "c"


def test_without_a_signal_that_matters_there_is_no_key_sign() -> None:
    assert find_key([tuple("abc")], "abcd", lambda rows: np.zeros(len(rows))) is None
    assert find_key([], "abcd", lambda rows: np.zeros(len(rows))) is None


# --- the networks in Keras ------------------------------------------------------------------------


def test_runs_of_one_to_three_signals_are_counted() -> None:
    from signdecoder.benchmark.baselines.ngram_mlp import ngrams_of

    assert ["".join(gram) for gram in ngrams_of(tuple("abab"))] == [
        *("a", "b", "a", "b"),
        *("ab", "ba", "ab"),
        *("aba", "bab"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("make", [ngram_net, plain_lstm])
def test_fits_of_others_leave_an_answer_as_it_was(make: Maker) -> None:
    log, asked = simulate_log("cb", 24), [play.signals for play in simulate_log("cb", 10, seed=3)]
    first, other, again = make(), make(), make()
    first.observe_many(log)
    before = first.probabilities(asked)
    other.observe_many(simulate_log("ae", 60))  # another shape, in the same network
    other.probabilities(asked)
    assert first.probabilities(asked) == before
    again.observe_many(log)
    assert again.probabilities(asked) == before


@pytest.mark.slow
def test_the_compiled_loop_is_gradient_descent() -> None:
    import keras

    from signdecoder.benchmark.baselines.fit_loop import FitLoop, draw_kernel

    rng = np.random.default_rng(4)
    x = rng.normal(size=(5, 3)).astype(np.float32)
    called = [True, False, True, True, False]
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    start = [draw_kernel(rng, 3, 1), np.zeros(1, np.float32)]
    fitted = FitLoop(network, keras.optimizers.SGD(0.5), steps=7, penalty=0.2)
    weights, bias = fitted.fit(start, x, called)

    w, b = start[0][:, 0].astype(float), 0.0
    for _ in range(7):
        error = 1 / (1 + np.exp(-(x @ w + b))) - np.array(called)
        w, b = (
            w - 0.5 * (x.T @ error / 5 + 0.2 / 5 * 2 * w),
            b - 0.5 * (error.mean() + 0.2 / 5 * 2 * b),
        )
    assert weights[:, 0] == pytest.approx(w, abs=1e-6)
    assert bias == pytest.approx([b], abs=1e-6)
    assert fitted.logits([weights, bias], x) == pytest.approx(x @ w + b, abs=1e-6)


# --- published logs -------------------------------------------------------------------------------

FOLDER = os.environ.get("SIGNDECODER_PUBLISHED_LOGS")


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="SIGNDECODER_PUBLISHED_LOGS names no folder")
@pytest.mark.parametrize(
    ("make", "plays", "least", "most"),
    [
        (BigramScore, 10, 1.0, 1.0),
        (BigramLogistic, 30, 0.99, 1.0),
        # What the net's authors logged, worst to best run.
        (ngram_net, 10, 0.538, 0.812),
        (ngram_net, 40, 0.813, 0.968),
        (ngram_net, 50, 0.865, 0.990),
    ],
)
def test_published_logs_are_decoded_as_well_as_their_authors_say(
    make: Maker, plays: int, least: float, most: float
) -> None:
    folder = Path(str(FOLDER)) / "sdec"
    baseline = make()
    baseline.observe_many(load_log(folder / f"pair_train{plays}.txt").plays)
    right = measure_accuracy(baseline, load_log(folder / "pair_test.txt").plays)
    assert least <= right <= most
