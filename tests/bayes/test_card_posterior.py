"""The posterior over sign cards, against sums over all cards."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from signdecoder.bayes.call_schemes import CallSchemes
from signdecoder.bayes.card_evidence import CardPlay
from signdecoder.bayes.card_labels import LabelSum, p_if_known, which_label
from signdecoder.bayes.card_longer import LongerCalls
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


def _labels_one_by_one(labels: LabelSum) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the likelihood and the marginals of one scheme and level, by listing.

    These are (W, K + 1) of the labels, and (C, K + 1) of the longer calls.
    """
    n_values, n_labels = labels.log_evidence.shape[2:]
    longer = labels.longer
    total, marginals = 0.0, np.zeros((n_values, n_labels))
    p_longer = np.zeros((len(longer), n_labels))
    # Each value has a label, and begins one of its longer calls (number 1, ...) or none (0).
    begins = [[0, *(np.flatnonzero(longer.value == value) + 1)] for value in range(n_values)]
    for choice in product(product(range(n_labels), repeat=n_values), product(*begins)):
        log_p, state = 0.0, 0
        for value, (label, begun) in enumerate(zip(*choice, strict=True)):
            log_p += labels.log_evidence[0, 0, value, label]
            plays = [label]
            if begun:
                evidence, play = longer.log_evidence[begun - 1, 0], longer.play[begun - 1]
                log_p += longer.log_prior[begun - 1] + evidence[play] - evidence[label]
                log_p += -np.inf if play == label else 0.0
                plays = [play, label]
            for play in filter(None, plays):
                bit = 1 << (play - 1)
                log_p += labels.log_more[0] if state & bit else labels.log_first[0, value]
                state |= bit
        p = np.exp(log_p + labels.log_states[0, state])
        total += p
        marginals[np.arange(n_values), choice[0]] += p
        for label, begun in zip(*choice, strict=True):
            if begun:
                p_longer[begun - 1, label] += p
    return float(np.log(total)), marginals / total, p_longer / total


LONGER = (  # scheme, value, signal after it, play
    (0, 1, 2, 1),
    (0, 1, 3, 2),
    (0, 3, 2, 2),
)


@pytest.mark.parametrize("longer", [(), LONGER])
def test_labels_are_summed_as_if_listed_one_by_one(longer: tuple[tuple[int, ...], ...]) -> None:
    rng = np.random.default_rng(0)
    c = len(longer)
    scheme, value, then, play = np.array(longer, np.int64).reshape(c, 4).T
    labels = LabelSum(
        np.log(rng.random((1, 4))),
        np.log(np.array([0.05])),
        np.log(rng.random((1, 1, 4, 3))),
        np.log(rng.random((1, 4))),
        LongerCalls(
            scheme, value, then, play, np.log(rng.random(c)), np.log(rng.random((c, 1, 3)))
        ),
    )
    log_p, marginals, p_longer = _labels_one_by_one(labels)
    assert labels.log_likelihood()[0, 0] == pytest.approx(log_p)
    found = labels.marginals()
    assert np.allclose(found.labels[0, 0], marginals)
    assert np.allclose(found.longer[:, 0], p_longer)
    assert np.all((found.without >= 0) & (found.without <= 1))


def test_a_known_label_decides_as_if_it_was_certain() -> None:
    rng = np.random.default_rng(1)
    labels = rng.dirichlet(np.ones(3), (2, 1, 4))
    p_outcome = rng.random((1, 3))
    found = p_if_known(labels, p_outcome)
    for value, label in product(range(4), range(3)):
        known = labels.copy()
        known[:, :, value] = np.eye(3)[label]
        p = (which_label(known) * p_outcome).sum(axis=-1)
        assert found[:, :, value, label] == pytest.approx(p)


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


def _longer_log(rng: np.random.Generator, count: int, shorter: int) -> list[CardPlay]:
    """Belt, then wrist, right after the key is a swing; belt, then another signal, `shorter`."""
    plays = []
    for _ in range(count):
        sequence = tuple(rng.permutation(6)[:4].tolist())
        after = dict(pairwise(sequence))
        outcome = BUNT if after.get(KEY) == NOSE else 0
        if after.get(KEY) == BELT:
            outcome = SWING if after.get(BELT) == WRIST else shorter
        plays.append(CardPlay.seen(sequence, outcome))
    return plays


@pytest.mark.parametrize("shorter", [STEAL, 0])
def test_where_one_call_begins_another_the_longer_one_counts(
    schemes: CallSchemes, shorter: int
) -> None:
    log = _longer_log(np.random.default_rng(10), 150, shorter)
    posterior = CardPosterior(schemes, log, 3, STEAL)
    scheme, lines = posterior.lines()
    assert scheme is not None
    assert schemes.rule(scheme, BELT).indicator == KEY
    swing = lines[SWING - 1]
    assert (swing.values, swing.then) == ((BELT,), WRIST)
    if shorter:
        assert (lines[STEAL - 1].values, lines[STEAL - 1].then) == ((BELT,), None)
    assert posterior.predict((KEY, BELT, WRIST)).argmax() == SWING
    assert posterior.predict((KEY, BELT, EAR)).argmax() == shorter
    assert posterior.predict((EAR, KEY, BELT)).argmax() == shorter
    assert posterior.p_longer_call((KEY, BELT, WRIST), STEAL) > 0.8
    assert posterior.p_longer_call((KEY, BELT, WRIST), SWING) == 0
    assert posterior.p_longer_call((KEY, BELT, EAR), STEAL) < 0.1


def test_longer_calls_are_learned_where_signals_were_missed(schemes: CallSchemes) -> None:
    rng = np.random.default_rng(11)
    log = []
    for play in _longer_log(rng, 200, STEAL):
        sequence, missed = play.sequences[0], int(rng.integers(4))
        others = [one for one in range(6) if one not in sequence or one == sequence[missed]]
        completions = tuple((*sequence[:missed], one, *sequence[missed + 1 :]) for one in others)
        log.append(CardPlay(completions, (1 / len(others),) * len(others), play.outcome))
    posterior = read_card(schemes, log, 3, STEAL)
    assert posterior.predict((KEY, BELT, WRIST)).argmax() == SWING
    assert posterior.predict((KEY, BELT, EAR)).argmax() == STEAL
