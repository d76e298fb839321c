"""The posterior over sign cards, against sums over all cards."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from signdecoder.bayes.call_schemes import CallSchemes
from signdecoder.bayes.card_evidence import CardPlay
from signdecoder.bayes.card_labels import LabelSum, which_label
from signdecoder.bayes.card_outcomes import CardPrior
from signdecoder.bayes.card_posterior import CardPosterior, read_card
from signdecoder.bayes.hypotheses import Hypotheses

KEY, BELT, WRIST, NOSE, EAR, CHIN = range(6)
STEAL, BUNT, SWING = 1, 2, 3


@pytest.fixture(scope="module")
def schemes() -> CallSchemes:
    return CallSchemes(Hypotheses(6))


def _log(rng: np.random.Generator, count: int) -> list[CardPlay]:
    """Belt right after the key is a steal, wrist a bunt."""
    plays = []
    for _ in range(count):
        sequence = tuple(rng.permutation(6)[:4].tolist())
        after = dict(pairwise(sequence)).get(KEY, -1)
        plays.append(CardPlay.seen(sequence, {BELT: STEAL, WRIST: BUNT}.get(after, 0)))
    return plays


def _labels_one_by_one(labels: LabelSum) -> tuple[float, np.ndarray]:
    """Return the likelihood and the marginals (W, K + 1) of one scheme and level, by listing."""
    n_values, n_labels = labels.log_evidence.shape[2:]
    total, marginals = 0.0, np.zeros((n_values, n_labels))
    for choice in product(range(n_labels), repeat=n_values):
        log_p, state = 0.0, 0
        for value, label in enumerate(choice):
            log_p += labels.log_evidence[0, 0, value, label]
            if label:
                bit = 1 << (label - 1)
                log_p += labels.log_more[0] if state & bit else labels.log_first[0, value]
                state |= bit
        p = np.exp(log_p + labels.log_states[0, state])
        total += p
        marginals[np.arange(n_values), choice] += p
    return float(np.log(total)), marginals / total


def test_labels_are_summed_as_if_listed_one_by_one() -> None:
    rng = np.random.default_rng(0)
    labels = LabelSum(
        np.log(rng.random((1, 4))),
        np.log(np.array([0.05])),
        np.log(rng.random((1, 1, 4, 3))),
        np.log(rng.random((1, 4))),
    )
    log_p, marginals = _labels_one_by_one(labels)
    assert labels.log_likelihood()[0, 0] == pytest.approx(log_p)
    found, without = labels.marginals()
    assert np.allclose(found[0, 0], marginals)
    assert np.all((without >= 0) & (without <= 1))


def test_of_several_plays_that_are_shown_each_may_be_the_one() -> None:
    steal, bunt = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    assert which_label(np.stack([steal, bunt])).tolist() == [0.0, 0.5, 0.5]
    assert which_label(np.stack([steal, steal])).tolist() == [0.0, 1.0, 0.0]
    assert which_label(np.array([[1.0, 0.0, 0.0]])).tolist() == [1.0, 0.0, 0.0]


def test_the_card_of_two_plays_is_found(schemes: CallSchemes) -> None:
    log = _log(np.random.default_rng(1), 60)
    posterior = CardPosterior(schemes, log, 2, STEAL)
    scheme, lines = posterior.lines()
    assert [line.values for line in lines] == [(BELT,), (WRIST,)]
    assert scheme is not None
    assert schemes.rule(scheme, BELT).indicator == KEY
    assert all(0.9 < line.probability < 1 for line in lines)


def test_a_play_that_was_seen_once_is_learned_from_the_key_of_the_others(
    schemes: CallSchemes,
) -> None:
    log = [play for play in _log(np.random.default_rng(2), 150) if play.outcome != BUNT][:60]
    log.append(CardPlay.seen((NOSE, KEY, WRIST, BELT), BUNT))
    p = CardPosterior(schemes, log, 2, STEAL).predict((EAR, KEY, WRIST))
    assert p.argmax() == BUNT
    assert p.sum() == pytest.approx(1)


def test_no_signal_calls_two_plays(schemes: CallSchemes) -> None:
    labels = CardPosterior(schemes, _log(np.random.default_rng(3), 40), 2, STEAL).labels
    assert labels.sum(axis=-1) == pytest.approx(1)


def test_a_play_that_nobody_calls_keeps_its_rate(schemes: CallSchemes) -> None:
    rng = np.random.default_rng(4)
    log = [
        CardPlay.seen(play.sequences[0], SWING) if not play.outcome and rng.random() < 0.4 else play
        for play in _log(rng, 80)
    ]
    posterior = read_card(schemes, log, 3, STEAL)
    assert posterior.unsigned == {SWING}
    assert [line.values for line in posterior.lines()[1]] == [(BELT,), (WRIST,), ()]
    rate = np.mean([play.outcome == SWING for play in log])
    assert posterior.predict((EAR, NOSE, CHIN))[SWING] == pytest.approx(rate, abs=0.02)
    assert posterior.predict((EAR, KEY, BELT))[STEAL] > 0.5


def test_not_a_steal_is_evidence_against_steals_alone(schemes: CallSchemes) -> None:
    log = _log(np.random.default_rng(5), 60)
    n_plays = 2
    log = [
        CardPlay.seen(play.sequences[0], n_plays + 1) if play.outcome == 0 else play for play in log
    ]
    posterior = CardPosterior(schemes, log, n_plays, STEAL)
    assert posterior.predict((EAR, KEY, BELT)).argmax() == STEAL


def test_meaningless_signals_give_no_card(schemes: CallSchemes) -> None:
    rng = np.random.default_rng(6)
    log = [
        CardPlay.seen(
            tuple(rng.permutation(6)[:4].tolist()), int(rng.choice(3, p=[0.6, 0.25, 0.15]))
        )
        for _ in range(80)
    ]
    posterior = read_card(schemes, log, 2, STEAL)
    assert all(line.probability < 0.9 for line in posterior.lines()[1])


def test_a_play_may_have_two_signals_where_the_family_takes_sets(schemes: CallSchemes) -> None:
    log = [
        CardPlay.seen(
            play.sequences[0], STEAL if (KEY, NOSE) in pairwise(play.sequences[0]) else play.outcome
        )
        for play in _log(np.random.default_rng(7), 100)
    ]
    lines = CardPosterior(schemes, log, 2, STEAL, CardPrior(more=0.05)).lines()[1]
    assert set(lines[0].values) == {BELT, NOSE}


def test_plays_with_a_missed_signal_teach_what_is_certain(schemes: CallSchemes) -> None:
    rng = np.random.default_rng(8)
    log = []
    for play in _log(rng, 80):
        sequence, missed = play.sequences[0], int(rng.integers(4))
        others = [
            signal for signal in range(6) if signal not in sequence or signal == sequence[missed]
        ]
        completions = tuple((*sequence[:missed], one, *sequence[missed + 1 :]) for one in others)
        log.append(CardPlay(completions, (1 / len(others),) * len(others), play.outcome))
    posterior = read_card(schemes, log, 2, STEAL)
    assert [line.values for line in posterior.lines()[1]] == [(BELT,), (WRIST,)]
    assert posterior.predict((EAR, KEY, WRIST)).argmax() == BUNT


def test_a_play_that_was_surely_seen_counts_as_if_no_signal_was_missed(
    schemes: CallSchemes,
) -> None:
    log = _log(np.random.default_rng(9), 30)
    sure = [replace(play, sequences=play.sequences * 2, weights=(0.4, 0.6)) for play in log]
    known, again = (CardPosterior(schemes, each, 2, STEAL) for each in (log, sure))
    for sequence in ((EAR, KEY, WRIST), (KEY, BELT, NOSE), (NOSE, EAR)):
        assert again.predict(sequence) == pytest.approx(known.predict(sequence), abs=0.1)
