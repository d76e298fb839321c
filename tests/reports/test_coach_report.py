"""Results as words and as documents: worked examples of what a person and a script read."""

from dataclasses import replace

import pytest

from signdecoder.analysis.holdout import HeldOut
from signdecoder.analysis.permutation import MOST_PLAYS, PermutationTest
from signdecoder.bayes.online import ChangePoint
from signdecoder.core.play import Play
from signdecoder.core.text import bar, columns, count, percent, printable, width
from signdecoder.decoder.prediction import KeySign, Prediction
from signdecoder.reports.coach_report import (
    make_report,
    query_document,
    report_document,
    train_document,
)
from signdecoder.reports.coach_text import format_query, format_reports, format_tally
from signdecoder.reports.store_text import (
    OutcomeCounts,
    count_outcomes,
    format_plays,
    play_document,
)
from tests.support.fakes import FakeDecoder

PLAYS = [
    Play(("ear", "cap", "belt"), "steal"),
    Play(("cap", "belt"), "steal"),
    Play(("nose", "cap", "cap"), "none"),
    Play(("belt",), "unknown"),  # teaches nothing, so it is no evidence
    Play(("nose",), "bunt"),
]
LUCK = PermutationTest(plays=4, shuffles=999, better=30, equal=7)
HELD_OUT = HeldOut("games", 12, 0.2104, 0.916, 0.611, 0.7)


def test_the_report_ranks_key_signs_with_their_evidence() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    # cap stands in plays 1, 2 and 3, of which 1 and 2 were steals; play 4 is silent on belt.
    assert report.evidence == {"ear": (1, 1), "cap": (3, 2), "belt": (2, 2), "nose": (2, 0)}
    assert format_reports([replace(report, held_out=HELD_OUT, luck=LUCK)]) == (
        "Hawks · 5 plays, 2 steals · cracked\n"
        "  rule      90%  belt right after cap = steal\n"
        "             6%  cap anywhere = steal\n"
        "  key sign  cap   ██████████████████▋   93%  3 plays, 2 steals\n"
        "            belt  ▊                      4%  2 plays, 2 steals\n"
        "            the LSTM and the rules agree\n"
        "  expected  right on 97% of his plays (95% is cracked)\n"
        "  luck      unlikely: 37 of 999 shuffles of outcomes fit as well (p = 0.038)\n"
        "  held out  every fourth game (12 plays)\n"
        "                       log loss  right\n"
        "            decoder       0.210   92%\n"
        "            base rate     0.611   70%"
    )


def test_without_a_steal_the_report_says_what_to_do() -> None:
    decoder = FakeDecoder("squeeze", PLAYS, notes=["a note"])
    report = make_report("Hawks", decoder, PLAYS)  # type: ignore[arg-type]
    nothing = HeldOut("in order", 0, None, None, None, None)
    assert format_reports([replace(report, held_out=nothing)]) == (
        "Hawks · 5 plays, no squeeze yet · not cracked yet\n"
        "  key sign  no squeeze seen yet: record more plays, two or three of them name most signs;"
        " or ask with --play about one that was seen: steal (2), bunt (1)\n"
        "  held out  nothing: there is no play with a known outcome to predict\n"
        "  note      a note"
    )


def test_key_signs_past_the_sixth_are_summed() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    signs = tuple(KeySign(f"s{n}", 0.125) for n in range(8))
    words = format_reports([replace(report, key_signs=signs)])
    assert "  2 others  █████                 25%\n" in words
    assert "s5" in words
    assert "s6" not in words


def test_documents_hold_what_the_contract_names() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    report = replace(report, luck=LUCK)
    (document,) = report_document([report])["coaches"]
    assert document == {
        "coach": "Hawks",
        "play": "steal",
        "plays": 5,
        "called": 2,
        "key_signs": [{"sign": "cap", "probability": 0.93}, {"sign": "belt", "probability": 0.04}],
        "rule": "belt right after cap = steal",
        "rule_probability": 0.9,
        "no_rule_probability": 0.01,
        "cracked": True,
        "changes": [],
        "luck_probability": 0.038,
    }
    trained = replace(report, held_out=HELD_OUT, tuned=True)
    assert train_document([trained])["coaches"][0] == document | {
        "held_out": {
            "how": "games",
            "plays": 12,
            "log_loss": 0.2104,
            "accuracy": 0.916,
            "base_log_loss": 0.611,
            "base_accuracy": 0.7,
        },
        "tuned": True,
    }


def test_luck_is_possible_or_unlikely_or_nothing_to_speak_of() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    # Two steals in four plays that speak: 6 orders, of which the log's is the best or shares that.
    assert report.luck is not None
    assert report.luck.probability > 0.1
    assert "  luck      possible: " in format_reports([report])
    unshuffled = replace(report, luck=None)
    assert "luck" not in format_reports([unshuffled])
    assert report_document([unshuffled])["coaches"][0]["luck_probability"] is None
    cut = replace(report, plays=500, luck=PermutationTest(MOST_PLAYS, 999, 0, 0))
    assert "(p = 0.001)\n            (those of the last 400 plays)" in format_reports([cut])


def test_a_change_of_signs_is_told_with_both_keys() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    changes = (ChangePoint(30, "cap", "belt"), ChangePoint(60, "belt", "belt"))
    changed = replace(report, changes=changes)
    assert report_document([changed])["coaches"][0]["changes"] == [
        {"play": 31, "before": "cap", "after": "belt"},
        {"play": 61, "before": "belt", "after": "belt"},
    ]
    assert (
        "  changed   signs changed at play 31: the key was cap, is now belt\n"
        "            signs changed at play 61\n"
    ) in format_reports([changed])
    often = replace(report, changes=changes * 4)
    assert "  changed   3 earlier changes\n" in format_reports([often])


def test_without_a_rule_the_report_says_so() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    none = replace(report, finds_rule=False, no_rule_probability=0.8, cracked=False, calls_to_go=2)
    words = format_reports([none])
    assert "  rule      no rule found: these signals may carry nothing (80%)\n" in words
    assert "more steal" not in words
    early = format_reports([replace(none, no_rule_probability=0.2)])
    assert "  rule      no rule found: the plays bear none out so far\n" in early
    assert "about 2 more steals will crack him" in early
    late = format_reports([replace(none, no_rule_probability=0.2, tells_nothing=True)])
    assert "  rule      no rule found: these signals tell next to nothing of his plays\n" in late
    assert "more steal" not in late
    assert report_document([none])["coaches"][0]["rule"] is None
    assert report_document([none])["coaches"][0]["rule_probability"] is None


def test_the_report_says_about_how_many_more_steals_it_takes() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    open_still = replace(report, cracked=False, calls_to_go=2)
    assert "            about 2 more steals will crack him" in format_reports([open_still])
    one = replace(report, cracked=False, calls_to_go=1)
    assert "about 1 more steal will crack him" in format_reports([one])


def test_rounded_key_signs_sum_to_at_most_one() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    thirds = tuple(KeySign(sign, 2 / 3 / 4) for sign in "abcdef")
    rounded = replace(report, key_signs=thirds)
    signs = report_document([rounded])["coaches"][0]["key_signs"]
    assert [sign["probability"] for sign in signs] == [0.166666] * 6


def test_a_query_answers_verdict_first() -> None:
    said = Prediction(("ear", "cap"), "steal", 0.93, 0.91, 0.96, "steal")
    keys = [KeySign("cap", 0.97)]
    answer = ("Hawks", said, 31, 9, keys)
    assert format_query(*answer) == (
        "STEAL  93%   Hawks · 31 plays, 9 steals\nkey sign: cap (97%)"
    )
    assert query_document(*answer) == {
        "coach": "Hawks",
        "signs": ["ear", "cap"],
        "play": "steal",
        "probability": 0.93,
        "lstm": 0.91,
        "rules": 0.96,
        "verdict": "steal",
        "plays": 31,
        "called": 9,
        "key_sign": "cap",
        "key_sign_probability": 0.97,
    }


def test_a_query_that_knows_too_little_says_what_to_do() -> None:
    said = Prediction(("ear",), "hit_and_run", 0.3, 0.3, 0.3, "not enough plays")
    keys = [KeySign("ear", 0.6)]  # by habit alone
    assert format_query("Hawks", said, 3, 0, keys) == (
        "NOT ENOUGH PLAYS  30%   Hawks · 3 plays, no hit and run yet\n"
        "no hit and run seen yet: record more plays, two or three of them name most signs"
    )
    assert format_query("Hawks", said, 3, 1, []).endswith(
        "3 plays, 1 hit and run\n"
        "too little is known of these signals: record more plays with their outcomes"
    )
    document = query_document("Hawks", said, 3, 0, [])
    assert (document["key_sign"], document["key_sign_probability"]) == (None, None)


def test_tallies_speak_of_plays_by_their_names() -> None:
    assert format_tally(1, 1, "steal") == "1 play, 1 steal"
    assert format_tally(8, 3, "hit_and_run") == "8 plays, 3 hit and runs"
    assert format_tally(8, 3, "offspeed") == "8 plays, 3 × offspeed"
    assert count_outcomes("Hawks", {"none": 2, "bunt": 1}, "bunt") == OutcomeCounts("Hawks", 3, 1)


def test_a_play_is_listed_as_it_can_be_written_again() -> None:
    play = Play(("left ear",), "hit_and_run", game="1", id=7)
    listed = "id  game  outcome      signs\n 7  1     hit and run  left ear>"
    assert format_plays([play]) == listed
    assert play_document(play)["date"] is None


def test_plays_are_listed_with_what_is_known_of_the_moment() -> None:
    moment = {"outs": "2", "note": "first\nof two"}
    plays = [
        Play(("cap",), "steal", game="1", date="2026-05-01", context=moment, id=7),
        Play(("ear",), "none", game="2026-05-02", date="2026-05-02", id=8),
    ]
    assert format_plays(plays).splitlines() == [
        "id  game        date        outs  outcome  signs  note",
        " 7  1           2026-05-01  2     steal    cap    first of two",
        " 8  2026-05-02                    none     ear",
    ]
    assert play_document(plays[0])["outs"] == "2"


# --- layout ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0%"), (0.004, "<1%"), (0.934, "93%"), (0.994, "99%"), (0.999, ">99%"), (1, "100%")],
)
def test_only_what_is_certain_reads_as_certain(share: float, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0, "    "), (0.5, "██  "), (0.53125, "██▏ "), (1, "████"), (7, "████")]
)
def test_a_bar_is_drawn_to_an_eighth(share: float, said: str) -> None:
    assert bar(share, 4) == said


def test_columns_are_aligned_by_what_a_terminal_shows() -> None:
    # A wide character takes two columns, a combining one none.
    assert (width("帽子"), width("e\u0301ar")) == (4, 3)
    assert columns([("帽子", "1"), ("cap", "10")], "<>") == ["帽子   1", "cap   10"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cap", "cap"),
        ("mütze 帽子", "mütze 帽子"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\u202eturned", "\\u202eturned"),
        ("\U000e0041", "\\U000e0041"),
        ("می\u200cروم", "می\u200cروم"),  # Persian cannot be spelt without this one
    ],
)
def test_nothing_that_is_shown_can_steer_a_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_count_agrees_with_its_noun() -> None:
    assert (count(1, "play"), count(2, "play"), count(0, "bunt")) == (
        "1 play",
        "2 plays",
        "0 bunts",
    )


def test_unlikely_key_signs_share_a_line() -> None:
    report = make_report("Hawks", FakeDecoder("steal", PLAYS), PLAYS)  # type: ignore[arg-type]
    likely = (KeySign("cap", 0.9), KeySign("ear", 0.05))
    keys = (*likely, KeySign("nose", 0.006), KeySign("hip", 0.004))
    words = format_reports([replace(report, key_signs=keys)])
    assert (
        "  key sign  cap       ██████████████████    90%  3 plays, 2 steals\n"
        "            ear       █                      5%  1 play, 1 steal\n"
        "            2 others  ▎                      1%\n"
    ) in words
