"""Cases: simulated coaches that no other seed draws, and their questions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from signdecoder.benchmark.cases import Case, QuestionSet, draw_case
from signdecoder.benchmark.questions import CALLING, NEAR, draw_questions, find_near_misses
from signdecoder.benchmark.scenarios import FAMILIES, SCENARIOS, Scenario, choose_scenario
from signdecoder.core.errors import UsageError
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.rules.matching import plays_called
from signdecoder.rules.prior import DRAWN_FAMILIES
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    Rule,
    Sequences,
)
from signdecoder.simulation.coach import Noise
from signdecoder.simulation.sampling import draw_coach

EXAM = SCENARIOS["exam"]


def to_numbers(case: Case, sequences: Sequence[Sequence[str]]) -> Sequences:
    """Named sequences as rows of numbers."""
    rows = np.full((len(sequences), max(map(len, sequences))), BLANK, np.int16)
    for row, names in zip(rows, sequences, strict=True):
        row[: len(names)] = [case.names.index(name) for name in names]
    return rows


def calls(case: Case, questions: QuestionSet, sequences: Sequence[Sequence[str]]) -> list[bool]:
    """Which of the sequences call the play by the rule of a quiz."""
    return list(plays_called(questions.rule, to_numbers(case, sequences)) == CALLED)


def outcomes(plays: Sequence[Play]) -> list[str]:
    return [play.outcome for play in plays]


def test_every_family_is_equally_common_within_the_ranges_of_the_scenario() -> None:
    drawn = [draw_case(EXAM, n) for n in range(2 * len(FAMILIES))]
    assert Counter(e.family for e in drawn) == dict.fromkeys(FAMILIES, 2)
    assert set(FAMILIES) == set(DRAWN_FAMILIES) - {"null"}
    assert all(6 <= len(e.names) <= 12 and len(e.log) == 40 for e in drawn)
    share = np.mean([play.outcome == STEAL for e in drawn for play in e.log])
    assert 0.15 <= share <= 0.45


@pytest.mark.parametrize("number", range(len(FAMILIES)))
def test_half_of_the_questions_call_the_play_and_clean_outcomes_agree(number: int) -> None:
    case = draw_case(EXAM, number)
    (questions,) = case.question_sets
    assert len(questions.sequences) == 2 * CALLING
    assert questions.called_mask.tolist() == calls(case, questions, questions.sequences)
    assert questions.called_mask.sum() == CALLING
    went = [play.outcome == STEAL for play in case.log]
    assert went == calls(case, questions, [play.signals for play in case.log])


def test_a_near_miss_has_all_signs_of_a_call_except_one() -> None:
    cap, ear, belt, nose = range(4)
    rule = Rule("next", (belt, nose), cap, wipe_off=ear)
    sequences = np.array(
        [
            [cap, belt, nose],  # calls
            [cap, belt, ear],  # wiped off
            [belt, cap, nose],  # the other play, but cap and belt are there
            [nose, nose, belt],  # a belt alone
            [ear, nose, cap],  # a cap and a wipe-off
        ],
        np.int16,
    )
    called = plays_called(rule, sequences)
    assert called.tolist() == [1, 0, 2, 0, 0]
    assert find_near_misses(rule, sequences, called).tolist() == [1, 2, 4]


def test_any_signal_of_a_role_will_do_for_a_near_miss() -> None:
    cap, ear, belt, nose, chin = range(5)
    rule = Rule("next", (belt,), cap, wipe_off=chin, more_live=(nose,), more_indicators=(ear,))
    sequences = np.array([[nose, ear], [belt, nose], [ear, chin], [ear, nose]], np.int16)
    called = plays_called(rule, sequences)
    assert find_near_misses(rule, sequences, called).tolist() == [0, 2]


def test_most_questions_that_do_not_call_are_near_misses_where_there_are_any() -> None:
    rng = np.random.default_rng(4)
    coach = draw_coach(rng, 8, 8, rate=0.3, family="next", wipe_off=False, hides=True)
    questions = draw_questions(coach, rng)
    assert questions is not None
    calls = plays_called(coach.rule, questions.sequences)
    assert (calls == CALLED).tolist() == questions.called_mask.tolist()
    assert len(find_near_misses(coach.rule, questions.sequences, calls)) >= NEAR
    rows = [tuple(row) for row in questions.sequences[CALLING:].tolist()]
    assert len(set(rows)) > CALLING // 2


def test_a_case_does_not_depend_on_other_cases() -> None:
    first, again = draw_case(EXAM, 5), draw_case(replace(EXAM, coaches=9), 5)
    assert (first.log, first.names) == (again.log, again.names)
    assert first.question_sets[0].sequences == again.question_sets[0].sequences


def test_tuning_and_reporting_never_see_the_same_coach() -> None:
    logs = {
        draw_case(replace(EXAM, seeds=seeds), number).log
        for seeds in ("tuning", "report")
        for number in range(13)
    }
    assert len(logs) == 26


def test_noise_affects_the_log_and_not_the_questions() -> None:
    clean, noisy = draw_case(EXAM, 2), draw_case(SCENARIOS["noise"], 2)
    assert noisy.noise == Noise(0.08, 0.03, 0.03)
    assert noisy.question_sets[0].sequences == clean.question_sets[0].sequences
    assert noisy.log != clean.log


def test_one_of_the_first_ten_outcomes_is_wrong() -> None:
    for number in range(6):
        clean, flipped = draw_case(EXAM, number), draw_case(SCENARIOS["flip"], number)
        pairs = zip(clean.log, flipped.log, strict=True)
        wrong = [n for n, (right, said) in enumerate(pairs) if right != said]
        assert len(wrong) == 1
        assert wrong[0] < 10
        steals = [log[wrong[0]].outcome == STEAL for log in (clean.log, flipped.log)]
        assert sorted(steals) == [False, True]


def test_signs_change_at_the_play_of_the_scenario() -> None:
    for number in range(4):
        case = draw_case(SCENARIOS["change"], number)
        before, after = case.question_sets
        assert after.since == 24
        assert len(case.log) == 50
        shown = [play.signals for play in case.log]
        went = [play.outcome == STEAL for play in case.log]
        assert went[:24] == calls(case, before, shown)[:24]
        assert went[24:] == calls(case, after, shown)[24:]
        called = [s for s, called in zip(after.sequences, after.called_mask, strict=True) if called]
        assert np.mean(calls(case, before, called)) <= 0.5
        # Play 25 is the first under the new rule: after 24 plays nobody can know of it.
        assert case.questions_after(24) is before
        assert case.questions_after(25) is after


def test_signs_without_meaning_have_no_questions() -> None:
    case = draw_case(SCENARIOS["null"], 1)
    assert case.question_sets[0].sequences == ()
    assert case.question_sets[0].key_signs == frozenset()
    assert 0 < outcomes(case.log).count(STEAL) < 60


def test_every_family_comes_at_every_level() -> None:
    scenario = replace(SCENARIOS["levels"], levels=("classroom", "youth"), plays=20)
    drawn = [draw_case(scenario, n) for n in range(2 * len(FAMILIES))]
    assert len({(e.family, e.level) for e in drawn}) == 2 * len(FAMILIES)
    assert {len(e.names) for e in drawn} == {8}
    assert len({play.game for play in drawn[0].log}) == 3


def test_options_change_a_scenario() -> None:
    scenario = choose_scenario("low", coaches=7, family="next", vocabulary=(5, 6), seeds="tuning")
    assert scenario == replace(
        SCENARIOS["low"], coaches=7, family="next", vocabulary=(5, 6), seeds="tuning"
    )
    assert choose_scenario(noise=Noise(0.1)).noises == (Noise(0.1),)
    assert choose_scenario(level="pro") == replace(SCENARIOS["levels"], levels=("pro",))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("exams", {}, "there is no scenario 'exams'"),
        ("exam", {"family": "pair"}, "there is no family 'pair'"),
        ("exam", {"level": "majors"}, "there is no level 'majors'"),
        ("exam", {"seeds": "mine"}, "there is no kind of seeds 'mine'"),
        ("exam", {"vocabulary": (9, 6)}, "9 to 6 is not a valid range of signals"),
        ("exam", {"vocabulary": (6, 21)}, "6 to 21 is not a valid range of signals"),
        ("exam", {"level": "pro", "vocabulary": (6, 8)}, "a level sets its own signals"),
        ("change", {"level": "pro"}, "the scenario 'change' has no levels"),
        ("change", {"family": "null"}, "signs without meaning cannot change"),
    ],
)
def test_invalid_options_of_a_scenario_are_refused(
    name: str, options: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        choose_scenario(name, **options)  # type: ignore[arg-type]


def test_scenarios_have_names_and_checkpoints() -> None:
    assert [scenario.name for scenario in SCENARIOS.values()] == list(SCENARIOS)
    assert Scenario().checkpoints == (3, 5, 8, 10, 12, 15, 20, 30, 40)
