"""Running scenarios: what is asked when, the same in any number of processes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from signdecoder.benchmark import runner as results
from signdecoder.benchmark.cases import draw_case
from signdecoder.benchmark.contender import Answers, Contender, ContenderFactory, predict_checked
from signdecoder.benchmark.contenders import DECODERS, contender_factories
from signdecoder.benchmark.rule_match import Finding
from signdecoder.benchmark.runner import CaseResult, run
from signdecoder.benchmark.scenarios import SCENARIOS, Scenario
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.play import Play
from signdecoder.core.progress import Progress
from signdecoder.decoder.decoder import Decoder
from signdecoder.lstm.weights import write_weights
from tests.support.networks import random_weights

SHORT = Scenario("short", coaches=3, plays=12, seeds="tuning")


@dataclass
class Witness:
    """A contender that records what happens to it; it answers with the number of plays learned."""

    every_play: bool = True
    columns: tuple[str, ...] = ("witness",)
    learned: list[Play] = field(default_factory=list)
    asked: list[tuple[int, tuple[tuple[str, ...], ...]]] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)

    def observe_many(self, plays: Sequence[Play]) -> None:
        self.learned += plays

    def mark_change(self) -> None:
        self.changes.append(len(self.learned))

    def predict_proba(self, sequences: Sequence[Sequence[str]]) -> Answers:
        self.asked.append((len(self.learned), tuple(map(tuple, sequences))))
        return np.full((1, len(sequences)), len(self.learned) / 100)

    def key_signs(self) -> tuple[str | None, ...]:
        return ("signal 1",)

    def finding(self) -> Finding | None:
        return Finding(f"rule {len(self.learned)}", False, (4,))


def witness(
    scenario: Scenario, number: int = 0, *, every_play: bool = True
) -> tuple[Witness, CaseResult]:
    contender = Witness(every_play)

    def make(play: str) -> Contender:
        assert play == "steal"
        return contender

    return contender, results.run_case(scenario, [make], 1, number)


def test_each_play_is_predicted_before_it_is_learned() -> None:
    contender, result = witness(SHORT)
    log = result.case.log
    assert contender.learned == list(log)
    assert [seen for seen, _ in contender.asked] == list(range(13))
    for seen, sequences in contender.asked[:-1]:
        assert sequences[-1] == log[seen].signals
    (predictions,) = result.predictions
    assert predictions.p_next.tolist() == [n / 100 for n in range(12)]


def test_questions_are_asked_after_every_play() -> None:
    contender, result = witness(SHORT)
    (questions,) = result.case.question_sets
    assert all(
        sequences[:100] == questions.sequences for seen, sequences in contender.asked if seen
    )
    (predictions,) = result.predictions
    assert predictions.n_seen.tolist() == list(range(1, 13))
    assert predictions.p_called.shape == (12, 100)
    assert predictions.p_called[:, 0].tolist() == [n / 100 for n in range(1, 13)]
    assert predictions.key_signs == ("signal 1",) * 12


def test_findings_are_recorded_at_checkpoints_and_at_the_end() -> None:
    _, result = witness(replace(SHORT, plays=14))
    told = [(seen, finding.rule) for seen, finding in result.predictions[0].findings]
    assert told == [(n, f"rule {n}") for n in (3, 5, 8, 10, 12, 14)]


def test_a_slow_contender_is_asked_at_checkpoints_and_about_few_coaches() -> None:
    _, result = witness(SHORT, every_play=False)
    (predictions,) = result.predictions
    assert predictions.n_seen.tolist() == [3, 5, 8, 10, 12]
    assert np.flatnonzero(~np.isnan(predictions.p_next)).tolist() == [3, 5, 8, 10]
    _, none = witness(SHORT, number=1, every_play=False)
    assert none.predictions == ()


def test_a_change_is_marked_before_the_first_play_under_the_new_rule() -> None:
    contender, result = witness(SCENARIOS["change"])
    before, after = result.case.question_sets
    assert contender.changes == [24]
    asked = dict(contender.asked)
    assert asked[24][:100] == before.sequences
    assert asked[25][:100] == after.sequences


def test_a_long_log_has_fewer_questions_but_each_play_is_predicted() -> None:
    _, result = witness(replace(SCENARIOS["null"], plays=75, family="hot"))
    (predictions,) = result.predictions
    assert predictions.n_seen.tolist() == [*range(1, 61), 70]
    assert not np.isnan(predictions.p_next).any()


def test_next_plays_are_predicted_without_questions_too() -> None:
    _, result = witness(SCENARIOS["null"])
    (predictions,) = result.predictions
    assert predictions.p_called.shape == (0, 0)
    assert not np.isnan(predictions.p_next).any()


def answers_of(results: Sequence[CaseResult]) -> list[bytes]:
    return [p.p_called.tobytes() + p.p_next.tobytes() for s in results for p in s.predictions]


@pytest.mark.slow
def test_any_number_of_processes_gives_the_same_answers() -> None:
    factories = contender_factories(["pair-score", "pair-regression"])
    alone = run(SHORT, factories, workers=1)
    assert [s.case.number for s in alone] == [0, 1, 2]
    assert answers_of(run(SHORT, factories, workers=2)) == answers_of(alone)


def fail(play: str) -> Contender:
    raise SigndecoderError("something is missing", "install it")


def test_a_contender_that_fails_ends_all_processes() -> None:
    with pytest.raises(SigndecoderError, match=r"something is missing\. Install it"):
        run(replace(SHORT, coaches=40), [fail], workers=2)
    assert active_children() == []


class Broken(Witness):
    """Gives an invalid probability."""

    def predict_proba(self, sequences: Sequence[Sequence[str]]) -> Answers:
        return np.array([[0.5, np.nan]])


def test_an_invalid_probability_is_an_error() -> None:
    with pytest.raises(ValueError, match="witness: nan for cap belt is not a probability"):
        predict_checked(Broken(), [["ear"], ["cap", "belt"]])


def test_progress_is_reported_after_each_coach_and_the_environment_is_unchanged() -> None:
    told: list[Progress] = []
    before = dict(os.environ)
    results = run(SHORT, contender_factories(["pair-score"]), workers=0, progress=told.append)
    assert [(p.step, p.steps) for p in told] == [(1, 3), (2, 3), (3, 3)]
    went = np.array([play.outcome == "steal" for s in results for play in s.case.log])
    said = np.concatenate([s.predictions[0].p_next for s in results])
    assert told[-1].loss == pytest.approx(-np.log(np.where(went, said, 1 - said)).mean())
    assert dict(os.environ) == before


def test_our_decoder_gives_three_answers(tmp_path: Path) -> None:
    write_weights(tmp_path / "drawn.json", random_weights())
    case = draw_case(SHORT, 0)
    questions = case.question_sets[0].sequences[:4]
    (make,) = contender_factories(["rules", "mixture", "LSTM"], tmp_path / "drawn.json")
    contender, decoder = make("steal"), Decoder(weights=tmp_path / "drawn.json")
    contender.observe_many(case.log)
    decoder.observe_many(case.log)
    assert contender.columns == ("mixture", "lstm", "rules")
    said = decoder.opinions(questions)
    parts = [[o.probability for o in said], [o.lstm for o in said], [o.rules for o in said]]
    assert contender.predict_proba(questions).tolist() == parts
    named = (decoder.key_signs(), decoder.lstm_key_signs(), decoder.rules_key_signs())
    assert contender.key_signs() == tuple(keys[0].sign for keys in named)


def test_an_informed_decoder_has_columns_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_weights(tmp_path / "drawn.json", random_weights())
    told: list[object] = []
    monkeypatch.setattr(Decoder, "mark_change", lambda decoder: told.append(decoder))
    deaf, told_one = (
        m("steal") for m in contender_factories(["rules"], tmp_path / "drawn.json", informed=True)
    )
    assert (deaf.columns, told_one.columns) == (("rules",), ("rules, told",))
    deaf.mark_change()
    assert told == []
    told_one.mark_change()
    assert len(told) == 1


def test_decoders_are_chosen_by_name() -> None:
    quick: list[ContenderFactory] = contender_factories(["Pair Score", "pair-regression"])
    assert [make("steal").columns for make in quick] == [("pair score",), ("pair regression",)]
    assert len(contender_factories(DECODERS)) == 5  # three of the seven are one decoder's
    with pytest.raises(UsageError, match=r"there is no decoder 'svm'\. Choose among mixture, lstm"):
        contender_factories(["svm"])


@pytest.mark.slow
def test_the_slow_decoders_are_contenders_as_well() -> None:
    for make in contender_factories(["n-gram-net", "plain-lstm"]):
        contender = make("steal")
        assert not contender.every_play
        assert contender.columns[0] in DECODERS
        contender.mark_change()
        assert contender.predict_proba([["cap", "belt"]]).shape == (1, 1)
        assert contender.key_signs() == (None,)
