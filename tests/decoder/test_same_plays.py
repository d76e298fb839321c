"""The decoder learns plays that one sign calls as one play."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

import pytest

from signdecoder import Decoder
from signdecoder.analysis.coach_summary import summarize_coach
from signdecoder.analysis.holdout import score, score_in_order
from signdecoder.analysis.permutation import permutation_test
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import STEALS
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SamePlays, parse_same_plays
from signdecoder.training.coach_logs import encode_log
from tests.support.decoders import SEQUENCES, WEIGHTS, draw_plays, predict_all

LOG = draw_plays(24, games=4)
SLAPS = parse_same_plays(same=["steal,slap"])


def log_steals_as(kinds: Sequence[str]) -> list[Play]:
    """Return the log with each steal as one of these kinds, in turn."""
    kind = cycle(kinds)
    return [replace(p, outcome=next(kind)) if p.outcome == "steal" else p for p in LOG]


def learn(plays: Sequence[Play], **options: object) -> Decoder:
    decoder = Decoder(weights=WEIGHTS, **options)  # type: ignore[arg-type]
    decoder.observe_many(plays)
    return decoder


@pytest.fixture(scope="module")
def cracked() -> Decoder:
    """A decoder of a coach who calls a steal or a slap by a belt right after the cap."""
    decoder = Decoder(same=SLAPS.same)
    for n, text in enumerate(("nose cap belt ear", "ear cap belt", "cap belt nose") * 3):
        decoder.observe(text, outcome=("steal", "slap")[n % 2])
    for text in ("cap nose belt", "belt cap ear", "ear nose", "nose belt ear cap", "cap ear") * 2:
        decoder.observe(text, outcome="none")
    return decoder


def test_a_mixed_log_teaches_what_steals_alone_teach() -> None:
    assert predict_all(learn(log_steals_as(STEALS))) == predict_all(learn(LOG))
    slaps = log_steals_as(("steal", "slap"))
    assert predict_all(learn(slaps, same=["steal,slap"])) == predict_all(learn(LOG))
    assert predict_all(learn(slaps)) != predict_all(learn(LOG))


def test_a_separate_kind_of_steal_teaches_what_a_bunt_teaches() -> None:
    kinds = ("steal", "delayed_steal")
    apart = learn(log_steals_as(kinds), separate=["delayed_steal"])
    assert predict_all(apart) == predict_all(learn(log_steals_as(("steal", "bunt"))))
    alone = learn(log_steals_as(kinds), play="delayed_steal")
    squeezes = learn(log_steals_as(("steal", "squeeze")), play="squeeze")
    assert predict_all(alone) == predict_all(squeezes)


def test_a_prediction_comes_true_by_any_play_that_is_the_same(cracked: Decoder) -> None:
    said = cracked.predict("ear cap belt")
    assert said.verdict == "steal"
    assert [said.came_true(o) for o in ("steal", "double_steal", "slap", "bunt", "unknown")] == [
        *(True, True, True, False, None)
    ]


def test_no_steal_is_impossible_where_a_slap_is_the_same(cracked: Decoder) -> None:
    assert cracked.predict("ear cap belt", runners="none").probability > 0.5
    assert learn(LOG).predict("ear cap belt", runners="none").probability == 0


def test_a_decoder_keeps_its_groups() -> None:
    decoder = learn(log_steals_as(("steal", "slap")), same=SLAPS.same, separate="delayed_steal")
    assert decoder.fresh().same_plays == decoder.same_plays
    plays = log_steals_as(("steal", "slap"))
    resumed = decoder.resume(plays, [], decoder.snapshot())
    assert (resumed.same_plays, resumed.n_called) == (decoder.same_plays, decoder.n_called)
    assert predict_all(resumed) == pytest.approx(predict_all(decoder))
    with pytest.raises(SigndecoderError, match="does not count as a steal"):
        Decoder(weights=WEIGHTS, separate=["slap"])


def test_names_of_your_own_can_be_the_same() -> None:
    decoder = Decoder(weights=WEIGHTS, same=[["steal", "pitch out"]])
    decoder.observe(SEQUENCES[0], outcome="Pitch-out")
    assert decoder.n_called == 1


@pytest.mark.parametrize(
    ("kinds", "own"), [(STEALS, parse_same_plays()), (("steal", "slap"), SLAPS)]
)
def test_scores_tests_counts_and_training_use_the_same_groups(
    kinds: Sequence[str], own: SamePlays
) -> None:
    plays = log_steals_as(kinds)
    decoder, plain = learn(plays, same=own.same), learn(LOG)
    assert (score(plays, "steal", WEIGHTS, own).loss == score(LOG, "steal", WEIGHTS).loss).all()
    assert (score_in_order(decoder, plays).loss == score_in_order(plain, LOG).loss).all()
    assert permutation_test(plays, "steal", own) == permutation_test(LOG, "steal")
    encoded = encode_log(plays, "steal", own).evidence
    assert encoded.tolist() == encode_log(LOG, "steal").evidence.tolist()
    summary, expected = summarize_coach("A", decoder, plays), summarize_coach("A", plain, LOG)
    assert (summary.evidence, summary.n_called) == (expected.evidence, expected.n_called)
    assert set(summary.called_as) == set(kinds)
    assert sum(summary.called_as.values()) == summary.n_called
