"""Contenders on a real log: what is learned, what is predicted, and the scores."""

from collections.abc import Sequence
from math import log

import numpy as np
import pytest

from signdecoder.benchmark.contender import Answers, Contender
from signdecoder.benchmark.real_log import BASE, RealLogScore, plan_real_log, run_real_log
from signdecoder.benchmark.real_log_report import real_log_document, real_log_text
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.core.progress import Progress
from tests.benchmark.test_runner import Witness


def a_log(*outcomes: str, coach: str = "Hawks") -> list[Play]:
    return [Play((f"s{n}",), outcome, coach=coach) for n, outcome in enumerate(outcomes)]


def marks_of(log: Sequence[Play], learn: int | None = None) -> RealLogScore:
    plan = plan_real_log("log.csv", "steal", log, learn)
    (mark,) = run_real_log(plan, []).marks
    return mark


def test_the_base_rate_is_scored_play_by_play() -> None:
    mark = marks_of(a_log("none", "unknown", "steal", "bunt"))
    # One call and one other are taken as seen: 1/2, then 1/3 (the unknown is not marked), then 2/4.
    assert (mark.decoder, mark.plays) == (BASE, 3)
    assert mark.log_loss == pytest.approx(-(log(1 / 2) + log(1 / 3) + log(1 / 2)) / 3)
    # One half is a steal said: wrong of the first, right of none, wrong of the last.
    assert mark.accuracy == 0


def test_the_first_plays_are_learned_and_the_rest_predicted() -> None:
    mark = marks_of(a_log("none", "none", "steal", "none"), learn=2)
    assert mark.plays == 2  # by the rate after two: 1/4
    assert mark.log_loss == pytest.approx(-(log(1 / 4) + log(3 / 4)) / 2)
    assert mark.accuracy == 0.5


def test_one_log_is_learned_and_another_predicted() -> None:
    known, asked = a_log("steal", "steal", "none"), a_log("steal", "none", coach="test file")
    plan = plan_real_log("folder/log.csv", "steal", known, None, ("folder/test.csv", asked))
    assert plan.how == "all plays learned, test.csv marked"
    (mark,) = run_real_log(plan, []).marks
    assert (mark.plays, mark.accuracy) == (2, 0.5)
    assert mark.log_loss == pytest.approx(-(log(3 / 5) + log(2 / 5)) / 2)
    plan = plan_real_log("log.csv", "steal", known, 1, ("test.csv", asked))
    assert plan.how == "the first play learned, test.csv marked"
    assert plan.splits[0].learn == tuple(known[:1])


def test_each_coach_has_a_contender_of_their_own() -> None:
    both = [p for pair in zip(a_log("none", "none"), a_log("steal", "steal", coach="Bears"),
                              strict=True) for p in pair]  # fmt: skip
    plan = plan_real_log("log.csv", "steal", both)
    assert [{p.coach for p in split.learn} for split in plan.splits] == [{"Hawks"}, {"Bears"}]
    asked = a_log("steal", coach="bears")
    plan = plan_real_log("log.csv", "steal", both, None, ("test.csv", asked))
    assert [split.scored for split in plan.splits] == [tuple(asked)]


def test_plays_are_ordered_by_date_then_by_game() -> None:
    rows = [("b", "2026-05-02"), ("a", "2026-05-01"), ("b", "2026-05-02"), ("c", "2026-05-01")]
    plays = [Play((f"s{n}",), "none", game=g, date=day) for n, (g, day) in enumerate(rows)]
    plays.append(Play(("s4",), "none", game="a", date="2026-05-01"))
    (split,) = plan_real_log("log.csv", "steal", plays).splits
    assert [p.signals[0] for p in split.learn] == ["s1", "s4", "s3", "s0", "s2"]


@pytest.mark.parametrize(("every_play", "blocks"), [(True, [1] * 9), (False, [1, 1, 2, 4, 1])])
def test_a_slow_contender_is_retrained_when_the_log_has_doubled(
    every_play: bool, blocks: list[int]
) -> None:
    contender = Witness(every_play)

    def make(play: str) -> Contender:
        return contender

    plays = a_log(*["none"] * 9)
    trial = run_real_log(plan_real_log("log.csv", "steal", plays), [make])
    assert [len(sequences) for _, sequences in contender.asked] == blocks
    assert contender.learned == plays
    begins = np.cumsum([0, *blocks[:-1]])
    assert [seen for seen, _ in contender.asked] == begins.tolist()
    assert [mark.decoder for mark in trial.marks] == ["witness", BASE]


class Certain(Witness):
    """Is sure of a steal, each time."""

    def predict_proba(self, sequences: Sequence[Sequence[str]]) -> Answers:
        return np.ones((1, len(sequences)))


def test_the_loss_of_a_certain_wrong_answer_is_bounded() -> None:
    plan = plan_real_log("log.csv", "steal", a_log("steal", "none"))
    told: list[Progress] = []
    mark, _ = run_real_log(plan, [lambda _: Certain()], told.append).marks
    assert mark.log_loss == pytest.approx(-log(1e-6) / 2)
    assert [(p.step, p.steps) for p in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert told[0].loss == 0
    assert told[1].loss == pytest.approx(-log(1e-6) / 2)


@pytest.mark.parametrize(("plays", "learn"), [(3, 3), (3, 9), (0, None)])
def test_a_log_with_nothing_to_predict_is_refused(plays: int, learn: int | None) -> None:
    with pytest.raises(SigndecoderError, match=r"log\.csv: no plays are left to predict"):
        plan_real_log("log.csv", "steal", a_log(*["none"] * plays), learn)


def test_scores_as_text_and_as_json_document() -> None:
    plan = plan_real_log("log.csv", "hit_and_run", a_log("none", "hit_and_run", "unknown"))
    trial = run_real_log(plan, [])
    assert real_log_text(trial) == (
        "log.csv, hit and run: each play from those before it\n"
        "               plays  log loss  right, %\n"
        "  rate so far      2     0.896       0.0"
    )
    document = real_log_document(trial)
    assert (document["log"], document["play"]) == ("log.csv", "hit_and_run")
    assert document["marks"][0]["log_loss"] == pytest.approx(-(log(1 / 2) + log(1 / 3)) / 2)


def test_a_log_of_unknown_outcomes_has_no_scores() -> None:
    trial = run_real_log(plan_real_log("log.csv", "steal", a_log("unknown")), [])
    assert trial.marks == (RealLogScore(BASE, 0, None, None),)
    assert real_log_text(trial).endswith("rate so far      0         –         –")
