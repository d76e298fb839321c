"""What the report says of plays that the rule does not explain, and of unknown kinds of rules."""

from dataclasses import replace

import pytest

from signdecoder.analysis.coach_summary import CoachSummary, summarize_coach
from signdecoder.analysis.unexplained import Lead
from signdecoder.core.play import Play
from signdecoder.decoder.ranked_rule import NamedRule
from signdecoder.decoder.reliability import RuleRecord
from signdecoder.reports.coach_report import CoachReport
from signdecoder.reports.coach_text import format_reports
from signdecoder.reports.explained import describe_record
from tests.support.fakes import FakeDecoder

PLAYS = [Play(("cap", "belt"), "steal"), Play(("cap", "belt"), "steal"), Play(("ear",), "none")]
LEG = Lead("leg", "front", False, 14, 0)
ARM = Lead("arm", "front", True, 3, 0)


def summary(record: RuleRecord, *leads: Lead) -> CoachSummary:
    known = summarize_coach("Hawks", FakeDecoder(seen=PLAYS), PLAYS)  # type: ignore[arg-type]
    return replace(known, record=record, leads=leads)


def test_without_a_rule_two_pairs_that_explain_most_plays_are_named() -> None:
    belt = Lead("cap", "belt", True, 17, 0)
    two = replace(summary(RuleRecord(0, 31, 0, 9), belt, LEG), rules=(), has_rule=False)
    assert describe_record(two) == [
        "of 31 steals 17 show belt right after cap and 14 show leg, then front: perhaps two signs"
    ]
    assert describe_record(replace(two, leads=(belt,))) == []
    assert describe_record(replace(two, leads=(belt, LEG._replace(explained=2)))) == []


class _WithoutRules(FakeDecoder):
    def rules(self) -> list[NamedRule]:
        return []

    @property
    def has_rule(self) -> bool:
        return False


def test_a_coach_with_two_signs_and_no_rule_has_both_named() -> None:
    plays = [
        *[Play(("ear", "cap", "belt"), "steal"), Play(("leg", "front", "nose"), "steal")] * 4,
        *[Play(("belt", "cap", "front"), "none"), Play(("nose", "leg", "ear"), "none")] * 4,
    ]
    known = summarize_coach("Hawks", _WithoutRules(seen=plays), plays)  # type: ignore[arg-type]
    (sentence,) = describe_record(known)
    assert sentence.startswith("of 8 steals 4 show ")
    assert sentence.endswith(": perhaps two signs")


@pytest.mark.parametrize(
    ("record", "leads", "sentences"),
    [
        (RuleRecord(12, 0, 0, 9), (), ["every steal (12)"]),
        (RuleRecord(1, 0, 3, 9), (), ["the only steal", "it also calls 3 other plays"]),
        (
            RuleRecord(17, 14, 0, 9),
            (LEG,),
            ["17 of 31 steals; the other 14 show leg, then front: perhaps a second sign"],
        ),
        (
            RuleRecord(17, 14, 0, 9),
            (LEG._replace(explained=9), ARM),
            [
                "17 of 31 steals; the other 14 show leg, then front in 9 and front right after arm"
                " in 3: perhaps a second sign"
            ],
        ),
        (
            RuleRecord(17, 2, 1, 9),
            (),
            [
                "17 of 19 steals; no pair of signals stands out in the other 2",
                "it also calls 1 other play",
            ],
        ),
    ],
)
def test_the_report_says_what_the_rule_explains_and_what_it_does_not(
    record: RuleRecord, leads: tuple[Lead, ...], sentences: list[str]
) -> None:
    assert describe_record(summary(record, *leads)) == sentences
    text = format_reports([CoachReport(summary(record, *leads))])
    assert f"  explains  {sentences[0]}\n" in text


def test_nothing_is_said_to_be_explained_without_a_rule() -> None:
    assert describe_record(replace(summary(RuleRecord(3, 0, 0, 1)), has_rule=False)) == []


def test_a_pair_that_explains_what_the_best_rule_does_not_is_named_without_a_rule_too() -> None:
    known = replace(summary(RuleRecord(12, 8, 0, 40), ARM), has_rule=False, cracked=False)
    (sentence,) = describe_record(known)
    assert sentence == (
        "12 of 20 steals by belt; the other 8 show front right after arm in 3: perhaps a second"
        " sign"
    )
    close = replace(known, calls_to_go=1, expected_accuracy=0.98)
    assert "should crack it" not in format_reports([CoachReport(close)])
    far = replace(close, expected_accuracy=0.9)
    assert "should crack it" in format_reports([CoachReport(far)])


def test_a_rule_of_no_known_kind_is_an_answer() -> None:
    known = summary(RuleRecord(3, 4, 0, 9))
    unknown = replace(known, has_rule=False, cracked=False, unknown_rule_probability=0.83)
    text = format_reports([CoachReport(unknown)])
    assert "none of the known kinds of rule fits (83%)" in text
    assert "should crack it" not in text


def test_the_share_of_unknown_rules_is_shown_if_it_is_not_the_usual_one_and_in_detail() -> None:
    known = summary(RuleRecord(3, 0, 0, 9))
    line = "  unknown   a rule of no known kind: 2% (before the first play 15%)\n"
    assert line not in format_reports([CoachReport(known)])
    assert line in format_reports([CoachReport(known)], details=True)
    other = replace(known, unknown_share=0.4)
    assert line.replace("15%", "40%")[:-1] in format_reports([CoachReport(other)])
