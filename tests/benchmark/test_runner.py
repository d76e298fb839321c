"""Sitting exams: who is asked what and when, the same in any number of processes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from signdecoder.benchmark import runner as sittings
from signdecoder.benchmark.cases import draw_examinee
from signdecoder.benchmark.contenders import DECODERS, Answers, Contender, Maker, ask_entrant, enter
from signdecoder.benchmark.rule_match import Finding
from signdecoder.benchmark.runner import CaseResult, run
from signdecoder.benchmark.scenarios import EXAMS, Scenario
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.play import Play
from signdecoder.core.progress import Progress
from signdecoder.decoder.decoder import Decoder
from signdecoder.lstm.weights import write_weights
from tests.support.networks import random_weights

SHORT = Scenario("short", coaches=3, plays=12, seeds="tuning")


@dataclass
class Witness:
    """An entrant that writes down what happens to it; it says how many plays it has learned."""

    every_play: bool = True
    columns: tuple[str, ...] = ("witness",)
    learned: list[Play] = field(default_factory=list)
    asked: list[tuple[int, tuple[tuple[str, ...], ...]]] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)

    def learn(self, plays: Sequence[Play]) -> None:
        self.learned += plays

    def tell_change(self) -> None:
        self.changes.append(len(self.learned))

    def ask(self, sequences: Sequence[Sequence[str]]) -> Answers:
        self.asked.append((len(self.learned), tuple(map(tuple, sequences))))
        return np.full((1, len(sequences)), len(self.learned) / 100)

    def key_signs(self) -> tuple[str | None, ...]:
        return ("signal 1",)

    def finding(self) -> Finding | None:
        return Finding(f"rule {len(self.learned)}", False, (4,))


def witness(
    exam: Scenario, number: int = 0, *, every_play: bool = True
) -> tuple[Witness, CaseResult]:
    entrant = Witness(every_play)

    def make(play: str) -> Contender:
        assert play == "steal"
        return entrant

    return entrant, sittings.sit_exam(exam, [make], 1, number)


def test_each_play_is_predicted_before_it_is_learned() -> None:
    entrant, sitting = witness(SHORT)
    log = sitting.examinee.log
    assert entrant.learned == list(log)
    assert [seen for seen, _ in entrant.asked] == list(range(13))
    for seen, sequences in entrant.asked[:-1]:
        assert sequences[-1] == log[seen].signals
    (paper,) = sitting.papers
    assert paper.ahead.tolist() == [n / 100 for n in range(12)]


def test_the_questions_come_after_every_play() -> None:
    entrant, sitting = witness(SHORT)
    (quiz,) = sitting.examinee.quizzes
    assert all(sequences[:100] == quiz.sequences for seen, sequences in entrant.asked if seen)
    (paper,) = sitting.papers
    assert paper.asked.tolist() == list(range(1, 13))
    assert paper.answers.shape == (12, 100)
    assert paper.answers[:, 0].tolist() == [n / 100 for n in range(1, 13)]
    assert paper.key_signs == ("signal 1",) * 12


def test_what_it_tells_in_words_is_noted_at_checkpoints_and_at_the_end() -> None:
    _, sitting = witness(replace(SHORT, plays=14))
    told = [(seen, finding.rule) for seen, finding in sitting.papers[0].findings]
    assert told == [(n, f"rule {n}") for n in (3, 5, 8, 10, 12, 14)]


def test_a_slow_entrant_is_asked_at_checkpoints_and_about_few_coaches() -> None:
    _, sitting = witness(SHORT, every_play=False)
    (paper,) = sitting.papers
    assert paper.asked.tolist() == [3, 5, 8, 10, 12]
    assert np.flatnonzero(~np.isnan(paper.ahead)).tolist() == [3, 5, 8, 10]
    _, none = witness(SHORT, number=1, every_play=False)
    assert none.papers == ()


def test_a_change_is_told_before_the_first_play_under_the_new_rule() -> None:
    entrant, sitting = witness(EXAMS["change"])
    before, after = sitting.examinee.quizzes
    assert entrant.changes == [24]
    asked = dict(entrant.asked)
    assert asked[24][:100] == before.sequences
    assert asked[25][:100] == after.sequences


def test_a_long_log_is_asked_about_at_times_but_each_play_is_predicted() -> None:
    _, sitting = witness(replace(EXAMS["null"], plays=75, family="hot"))
    (paper,) = sitting.papers
    assert paper.asked.tolist() == [*range(1, 61), 70]
    assert not np.isnan(paper.ahead).any()


def test_where_nothing_is_asked_the_next_plays_are_still_predicted() -> None:
    _, sitting = witness(EXAMS["null"])
    (paper,) = sitting.papers
    assert paper.answers.shape == (0, 0)
    assert not np.isnan(paper.ahead).any()


def answers_of(sittings: Sequence[CaseResult]) -> list[bytes]:
    return [p.answers.tobytes() + p.ahead.tobytes() for s in sittings for p in s.papers]


@pytest.mark.slow
def test_any_number_of_processes_gives_the_same_answers() -> None:
    makers = enter(["pair-score", "pair-regression"])
    alone = run(SHORT, makers, workers=1)
    assert [s.examinee.number for s in alone] == [0, 1, 2]
    assert answers_of(run(SHORT, makers, workers=2)) == answers_of(alone)


def fail(play: str) -> Contender:
    raise SigndecoderError("something is missing", "install it")


def test_an_entrant_that_fails_ends_all_processes() -> None:
    with pytest.raises(SigndecoderError, match=r"something is missing\. Install it"):
        run(replace(SHORT, coaches=40), [fail], workers=2)
    assert active_children() == []


class Broken(Witness):
    """Says what is no probability."""

    def ask(self, sequences: Sequence[Sequence[str]]) -> Answers:
        return np.array([[0.5, np.nan]])


def test_what_is_no_probability_is_no_answer() -> None:
    with pytest.raises(ValueError, match="witness said nan of cap belt"):
        ask_entrant(Broken(), [["ear"], ["cap", "belt"]])


def test_progress_is_told_after_each_coach_and_the_environment_is_left_alone() -> None:
    told: list[Progress] = []
    before = dict(os.environ)
    sittings = run(SHORT, enter(["pair-score"]), workers=0, progress=told.append)
    assert [(p.step, p.steps) for p in told] == [(1, 3), (2, 3), (3, 3)]
    went = np.array([play.outcome == "steal" for s in sittings for play in s.examinee.log])
    said = np.concatenate([s.papers[0].ahead for s in sittings])
    assert told[-1].loss == pytest.approx(-np.log(np.where(went, said, 1 - said)).mean())
    assert dict(os.environ) == before


def test_the_decoder_gives_its_three_answers(tmp_path: Path) -> None:
    write_weights(tmp_path / "drawn.json", random_weights())
    examinee = draw_examinee(SHORT, 0)
    questions = examinee.quizzes[0].sequences[:4]
    (make,) = enter(["rules", "mixture", "LSTM"], tmp_path / "drawn.json")
    entrant, decoder = make("steal"), Decoder(weights=tmp_path / "drawn.json")
    entrant.learn(examinee.log)
    decoder.observe_many(examinee.log)
    assert entrant.columns == ("mixture", "lstm", "rules")
    said = decoder.opinions(questions)
    parts = [[o.probability for o in said], [o.lstm for o in said], [o.rules for o in said]]
    assert entrant.ask(questions).tolist() == parts
    named = (decoder.key_signs(), decoder.lstm_key_signs(), decoder.rules_key_signs())
    assert entrant.key_signs() == tuple(keys[0].sign for keys in named)


def test_one_that_is_told_has_columns_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_weights(tmp_path / "drawn.json", random_weights())
    told: list[object] = []
    monkeypatch.setattr(Decoder, "changed", lambda decoder: told.append(decoder))
    deaf, told_one = (m("steal") for m in enter(["rules"], tmp_path / "drawn.json", told=True))
    assert (deaf.columns, told_one.columns) == (("rules",), ("rules, told",))
    deaf.tell_change()
    assert told == []
    told_one.tell_change()
    assert len(told) == 1


def test_every_decoder_can_be_asked_for_by_its_name() -> None:
    quick: list[Maker] = enter(["Pair Score", "pair-regression"])
    assert [make("steal").columns for make in quick] == [("pair score",), ("pair regression",)]
    assert len(enter(DECODERS)) == 5  # three of the seven are one decoder's
    with pytest.raises(UsageError, match=r"there is no decoder 'svm'\. Choose among mixture, lstm"):
        enter(["svm"])


@pytest.mark.slow
def test_the_slow_decoders_are_entrants_as_well() -> None:
    for make in enter(["n-gram-net", "plain-lstm"]):
        entrant = make("steal")
        assert not entrant.every_play
        assert entrant.columns[0] in DECODERS
        entrant.tell_change()
        assert entrant.ask([["cap", "belt"]]).shape == (1, 1)
        assert entrant.key_signs() == (None,)
