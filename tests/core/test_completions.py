"""Completions: what a sequence may have been whose signals were not all seen."""

from collections import Counter

import pytest

from signdecoder.core.completions import N_DRAWN, N_QUICK, Completions
from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.missed import MISSED, SOME_MISSED
from signdecoder.core.play import Play
from signdecoder.core.sequences import MAX_SIGNALS
from signdecoder.core.vocabulary import FIRST_UNNAMED_ID

CAP, BELT, EAR = range(3)
HABIT = ["cap", "belt", "ear"]  # ear always follows belt, and belt follows cap


def log_of(*sequences: list[str]) -> EncodedLog:
    log = EncodedLog("steal")
    log.append(Play(tuple(signals), "none") for signals in sequences)
    return log


def complete(log: EncodedLog, signals: list[str]) -> Completions:
    found = log.complete(log.vocabulary.encode_many([signals])[0])
    assert found is not None
    assert sum(found.weights) == pytest.approx(1)
    assert found.drawn in found.sequences
    return found


def test_placeholders_are_no_signals_of_the_coach() -> None:
    log = log_of(["cap", MISSED, "belt"], [SOME_MISSED, "ear"])
    assert log.vocabulary.names == ["cap", "belt", "ear"]
    assert len(log.vocabulary) == 3
    assert MISSED in log.vocabulary  # it is never a new signal


def test_every_signal_of_the_coach_may_stand_where_one_was_missed() -> None:
    found = complete(log_of(*[HABIT] * 5), ["cap", MISSED, "ear"])
    second = [sequence[1] for sequence in found.sequences]
    assert second == [CAP, BELT, EAR, FIRST_UNNAMED_ID + 1]
    assert {(s[0], s[2]) for s in found.sequences} == {(CAP, EAR)}
    assert found.p_other == 0


def test_what_usually_stands_between_two_signals_is_the_likeliest() -> None:
    found = complete(log_of(*[HABIT] * 20), ["cap", MISSED, "ear"])
    weights = dict(zip(found.sequences, found.weights, strict=True))
    assert weights[CAP, BELT, EAR] > 0.9


def test_an_unknown_number_of_signals_follows_the_lengths_of_the_coachs_sequences() -> None:
    log = log_of(*[["cap", "belt", "ear", "cap"]] * 60)
    found = complete(log, ["cap", SOME_MISSED])
    lengths = Counter(
        {len(s): 0 for s in found.sequences}
        | {len(s): round(w * N_DRAWN) for s, w in zip(found.sequences, found.weights, strict=True)}
    )
    assert max(lengths, key=lambda n: lengths[n]) == 4
    share = sum(w for s, w in zip(found.sequences, found.weights, strict=True) if len(s) == 4)
    assert share > 0.9
    assert found.p_other > 0


def test_completions_depend_on_plays_before_and_on_nothing_else() -> None:
    sequence = ["cap", MISSED, SOME_MISSED, "ear"]
    log = log_of(*[HABIT] * 5)
    once = complete(log, sequence)
    assert complete(log, sequence) == once
    other = EncodedLog("bunt")  # other outcomes, the same sequences
    other.append(Play(tuple(HABIT), "bunt") for _ in range(5))
    assert complete(other, sequence) == once


@pytest.mark.parametrize(
    "signals",
    [[MISSED], [SOME_MISSED], [MISSED] * MAX_SIGNALS, [SOME_MISSED, "cap"] * 3, ["new", MISSED]],
)
def test_nothing_else_need_be_seen_or_known(signals: list[str]) -> None:
    for log in (log_of(), log_of(HABIT)):
        for sequence in complete(log, signals).sequences:
            assert 1 <= len(sequence) <= MAX_SIGNALS
            assert min(sequence) >= 0


def test_a_quick_answer_takes_few_completions() -> None:
    log = log_of(*[["cap", "belt", "ear", "chin", "nose", "knee"]] * 5)
    for signals in (["cap", MISSED], ["cap", SOME_MISSED]):
        ids = log.vocabulary.encode_many([signals])[0]
        quick = log.complete(ids, quick=True)
        assert quick is not None
        assert len(quick.sequences) <= N_QUICK


def test_similar_sequences_are_completed_with_the_same_luck() -> None:
    log = log_of(["cap", "belt", "ear"], ["ear", "cap", "belt"], ["belt", "ear", "cap"])
    one, other = (complete(log, [name, SOME_MISSED]) for name in ("cap", "belt"))
    assert set(map(len, one.sequences)) == set(map(len, other.sequences))


def test_a_signal_that_appears_soon_may_have_been_missed_before() -> None:
    log = log_of(["cap", MISSED], ["belt", "cap"])
    assert log.n_revisions == 1
    completions = log.plays[0].completions
    assert completions is not None
    assert (CAP, BELT) in completions.sequences


def test_the_order_in_which_plays_are_given_to_the_log_does_not_matter() -> None:
    sequences = [["cap", MISSED], ["belt", "cap"], [SOME_MISSED, "ear"], [MISSED, "belt"]]
    together, single = log_of(*sequences), EncodedLog("steal")
    for signals in sequences:
        single.append([Play(tuple(signals), "none")])
    assert single.plays == together.plays
