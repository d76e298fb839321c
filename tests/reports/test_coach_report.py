"""Reports as text and as JSON: worked examples of what people and scripts read."""

import dataclasses
from dataclasses import replace
from typing import Any

import pytest

from signdecoder.analysis.holdout import HeldOut
from signdecoder.analysis.permutation import MOST_PLAYS, PermutationTest
from signdecoder.bayes.online import ChangePoint
from signdecoder.core.contexts import CONTEXT_KINDS
from signdecoder.core.play import Play
from signdecoder.core.text import bar, columns, count, percent, printable, width
from signdecoder.decoder.prediction import KeySign, Prediction
from signdecoder.reports.coach_report import (
    CoachReport,
    make_report,
    query_document,
    report_document,
    train_document,
)
from signdecoder.reports.coach_text import format_query, format_reports
from signdecoder.reports.phrases import format_tally
from signdecoder.reports.play_text import OutcomeCounts, count_outcomes, format_plays, play_document
from tests.support.fakes import FakeDecoder

PLAYS = [
    Play(("ear", "cap", "belt"), "steal"),
    Play(("cap", "belt"), "steal"),
    Play(("nose", "cap", "cap"), "none"),
    Play(("belt",), "unknown"),  # teaches nothing, so it is no evidence
    Play(("nose",), "bunt"),
]
CHANCE = PermutationTest(n_plays=4, n_shuffles=999, n_better=30, n_equal=7)
HELD_OUT = HeldOut("games", 12, 0.2104, 0.916, 0.611, 0.7)


def report_on(play: str = "steal", **changes: Any) -> CoachReport:
    """The report by the fake decoder, with these fields of the summary or the report changed."""
    report = make_report("Hawks", FakeDecoder(play, PLAYS), PLAYS)  # type: ignore[arg-type]
    fields = {f.name for f in dataclasses.fields(CoachReport)}
    own = {name: value for name, value in changes.items() if name in fields}
    rest = {name: value for name, value in changes.items() if name not in fields}
    summary = replace(report.summary, **rest)
    return replace(report, summary=summary, **own)


def test_the_report_ranks_key_signs_with_their_evidence() -> None:
    report = report_on(held_out=HELD_OUT, chance=CHANCE)
    # cap stands in plays 1, 2 and 3, of which 1 and 2 were steals; play 4 is silent on belt.
    assert report.summary.evidence == {"ear": (1, 1), "cap": (3, 2), "belt": (2, 2), "nose": (2, 0)}
    assert format_reports([report]) == (
        "Hawks · cracked · 5 plays, 2 steals\n"
        "  card      steal  belt  90%  seen 2\n"
        "            right after cap\n"
        "  rule      90%  belt right after cap = steal\n"
        "             6%  cap anywhere = steal\n"
        "  explains  every steal (2)\n"
        "            it also calls 1 other play\n"
        "  key sign  cap   ██████████████████▋   93%  3 plays, 2 steals\n"
        "            belt  ▊                      4%  2 plays, 2 steals\n"
        "  expected  97% of predictions right\n"
        "  luck      not luck\n"
        "  held out  92% of 12 plays right, games held out in turn (base rate alone: 70%)"
    )


def test_details_add_statistics_and_what_they_mean() -> None:
    plain = format_reports([report_on(held_out=HELD_OUT, chance=CHANCE)])
    detailed = format_reports([report_on(held_out=HELD_OUT, chance=CHANCE)], details=True)
    for line in (
        "            the network and the rule engine name the same key sign",
        "  luck      not luck: 37 of 999 shuffles fit as well (p = 0.038)",
        "            log loss 0.21 (base rate alone: 0.61)",
        "What it means",
        "  held out  Plays that were predicted before they were learned. Log loss is the",
    ):
        assert line in detailed.splitlines()
        assert line not in plain.splitlines()
    assert max(map(len, detailed.splitlines())) <= 80
    assert "held out" not in format_reports([report_on()], details=True)


def test_the_report_gives_advice_before_the_first_steal() -> None:
    nothing = HeldOut("in order", 0, None, None, None, None)
    assert format_reports([report_on("squeeze", held_out=nothing, notes=("a note",))]) == (
        "Hawks · not cracked yet · 5 plays, no squeeze yet\n"
        "  key sign  No squeeze logged yet. Log more plays: two or three of them identify most"
        " signs. Or name a play that was logged with --play: steal (2), bunt (1).\n"
        "  held out  no play with a known outcome to predict\n"
        "  note      a note"
    )


def test_key_signs_past_the_sixth_are_summed() -> None:
    signs = tuple(KeySign(f"s{n}", 0.125) for n in range(8))
    text = format_reports([report_on(key_signs=signs)])
    assert "  2 others  █████                 25%\n" in text
    assert "s5" in text
    assert "s6" not in text


def test_the_report_says_which_steals_were_logged_as_other_kinds() -> None:
    kinds = {"steal": 4, "double_steal": 2, "delayed_steal": 1, "caught_stealing": 2}
    text = format_reports([report_on(n_plays=31, n_called=9, called_as=kinds)])
    assert text.splitlines()[0] == (
        "Hawks · cracked · 31 plays, 9 steals, of them 2 double steals, 1 delayed steal and"
        " 2 caught stealing"
    )


def test_models_that_name_different_key_signs_are_reported() -> None:
    text = format_reports([report_on(agree=False)])
    assert "            the network and the rule engine name different key signs\n" in text


PARTS = {
    "family": "next",
    "key": ["cap"],
    "live": ["belt"],
    "modifier": None,
    "context": None,
}


def test_report_and_train_documents_have_the_keys_that_scripts_use() -> None:
    report = report_on(chance=CHANCE)
    (document,) = report_document([report])["coaches"]
    assert document == {
        "coach": "Hawks",
        "play": "steal",
        "plays": 5,
        "called": 2,
        "called_as": {"steal": 2},
        "key_signs": [{"sign": "cap", "probability": 0.93}, {"sign": "belt", "probability": 0.04}],
        "rule": "belt right after cap = steal",
        "rule_parts": PARTS,
        "rule_probability": 0.9,
        "no_rule_probability": 0.01,
        "unknown_rule_probability": 0.02,
        "unknown_share": 0.15,
        "explained": {
            "explained": 2,
            "unexplained": 0,
            "not_run": 1,
            "neither": 1,
            "leads": [],
        },
        "cracked": True,
        "depends_on": None,
        "nobody_on": 0,
        "changes": [],
        "luck_probability": 0.038,
        "card": [
            {
                "play": "steal",
                "signals": ["belt"],
                "probability": 0.9,
                "in_a_row": False,
                "seen": 2,
                "rule": "belt right after cap = steal",
                "rule_parts": PARTS,
            }
        ],
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


def test_the_report_says_whether_the_pattern_could_be_luck() -> None:
    report = report_on()
    # Two steals among four plays with known outcomes: 6 orders, and none fits better than the log.
    assert report.chance is not None
    assert report.chance.p_value > 0.1
    assert "  luck      could still be luck" in format_reports([report])
    unshuffled = replace(report, chance=None)
    assert "luck" not in format_reports([unshuffled])
    assert report_document([unshuffled])["coaches"][0]["luck_probability"] is None
    cut = report_on(n_plays=500, chance=PermutationTest(MOST_PLAYS, 999, 0, 0))
    assert "(p = 0.001), on the last 400 plays\n" in format_reports([cut], details=True)


def test_a_change_of_signs_is_reported_with_both_key_signs() -> None:
    changes = (ChangePoint(30, "cap", "belt"), ChangePoint(60, "belt", "belt"))
    back = ChangePoint(45, "belt", "cap", (0, 30))
    changed = report_on(changes=changes)
    assert report_document([changed])["coaches"][0]["changes"] == [
        {"play": 31, "before": "cap", "after": "belt", "returns_to": None},
        {"play": 61, "before": "belt", "after": "belt", "returns_to": None},
    ]
    (again,) = report_document([report_on(changes=(back,))])["coaches"][0]["changes"]
    assert again["returns_to"] == [1, 30]
    assert "from play 46 the signs of plays 1 to 30 again: key sign belt → cap" in format_reports(
        [report_on(changes=(back,))]
    )
    assert (
        "  changed   new signs from play 31: key sign cap → belt\n"
        "            new signs from play 61\n"
    ) in format_reports([changed])
    assert "  changed   3 earlier changes\n" in format_reports([report_on(changes=changes * 4)])


def test_the_report_says_why_there_is_no_rule() -> None:
    def text(**changes: Any) -> str:
        none: dict[str, Any] = {
            "has_rule": False,
            "cracked": False,
            "calls_to_go": 2,
            "no_rule_probability": 0.2,
            "expected_accuracy": 0.8,
        }
        return format_reports([report_on("steal", **{**none, **changes})])

    random = text(no_rule_probability=0.8)
    assert "  rule      no rule found: these signs may be meaningless (80%)\n" in random
    assert "more steal" not in random
    early = text()
    assert "  rule      no rule fits the plays yet\n" in early
    assert "            About 2 more steals should crack it.\n" in early
    late = text(is_uninformative=True)
    assert "  rule      no rule found: these signs barely predict the play\n" in late
    assert "more steal" not in late
    document = report_document([report_on(has_rule=False)])["coaches"][0]
    assert (document["rule"], document["rule_probability"]) == (None, None)


def test_rounded_key_signs_sum_to_at_most_one() -> None:
    thirds = tuple(KeySign(sign, 2 / 3 / 4) for sign in "abcdef")
    signs = report_document([report_on(key_signs=thirds)])["coaches"][0]["key_signs"]
    assert [sign["probability"] for sign in signs] == [0.166666] * 6


def test_query_puts_the_verdict_first() -> None:
    prediction = Prediction(("ear", "cap"), "steal", 0.93, 0.91, 0.96, "steal")
    keys = [KeySign("cap", 0.97)]
    answer = ("Hawks", prediction, 31, 9, keys)
    assert format_query(*answer) == (
        "STEAL · 93% steal   Hawks · 31 plays, 9 steals\nkey sign: cap (97%)"
    )
    assert query_document(*answer) == {
        "coach": "Hawks",
        "signs": ["ear", "cap"],
        "play": "steal",
        "probability": 0.93,
        "lstm": 0.91,
        "rules": 0.96,
        "verdict": "steal",
        "missed": 0.0,
        "plays": 31,
        "called": 9,
        "key_sign": "cap",
        "key_sign_probability": 0.97,
        "depends_on": None,
        "chances": {},
        "card": [],
        "rule": None,
        "rule_parts": None,
    }


def test_query_names_another_play_that_is_called_and_the_chances_of_all() -> None:
    chances = {"bunt": 0.9, "none": 0.06, "steal": 0.04}
    prediction = Prediction(("ear", "cap"), "steal", 0.04, 0.04, 0.04, "hold", chances=chances)
    answer = ("Hawks", prediction, 31, 9, [KeySign("cap", 0.97)])
    assert format_query(*answer, all_plays=True) == (
        "BUNT · 90% bunt   Hawks · 31 plays, 9 steals\n"
        "all plays: bunt 90%, none 6%, steal 4%\n"
        "key sign: cap (97%)"
    )
    assert format_query(*answer).startswith("HOLD · 4% steal")
    assert query_document(*answer)["chances"] == chances


def test_a_missed_signal_that_may_call_any_play_makes_the_answer_unknown() -> None:
    chances = {"none": 0.69, "steal": 0.17, "bunt": 0.14}
    missed = Prediction(("cap", "?"), "steal", 0.17, 0.17, 0.17, "hold", chances=chances)
    lines = format_query("Hawks", missed, 31, 9, [], all_plays=True).splitlines()
    assert lines[0].startswith("UNKNOWN · 17% steal")
    assert lines[-1] == "you missed the signal that counts"
    assert format_query("Hawks", missed, 31, 9, []).startswith("HOLD · 17% steal")
    seen = replace(missed, signals=("cap", "ear"))
    assert format_query("Hawks", seen, 31, 9, [], all_plays=True).startswith("HOLD · 17% steal")


def test_a_play_that_is_not_clearly_called_is_not_the_headline() -> None:
    chances = {"bunt": 0.6, "none": 0.36, "steal": 0.04}
    prediction = Prediction(("ear",), "steal", 0.04, 0.04, 0.04, "hold", chances=chances)
    assert format_query("Hawks", prediction, 31, 9, [], all_plays=True).startswith("HOLD · 4%")


def test_query_gives_advice_without_a_verdict() -> None:
    prediction = Prediction(("ear",), "hit_and_run", 0.3, 0.3, 0.3, "not enough plays")
    keys = [KeySign("ear", 0.6)]  # by habit alone
    assert format_query("Hawks", prediction, 3, 0, keys) == (
        "CAN'T TELL YET · 30% hit and run   Hawks · 3 plays, no hit and run yet\n"
        "No hit and run logged yet. Log more plays: two or three of them identify most signs."
    )
    assert format_query("Hawks", prediction, 3, 1, []).endswith(
        "3 plays, 1 hit and run\n"
        "Too little is known about these signals. Log more plays with their outcomes."
    )
    assert format_query("Hawks", prediction, 60, 1, [], 2) == (
        "NO CLEAR READ · 30% hit and run   Hawks · 60 plays, 1 hit and run\n"
        "Too little is known about these signals. Log more plays with their outcomes."
        " About 2 more hit and runs should crack it."
    )
    document = query_document("Hawks", prediction, 3, 0, [])
    assert (document["key_sign"], document["key_sign_probability"]) == (None, None)


def test_query_asks_for_the_moment_instead_of_more_plays() -> None:
    prediction = Prediction(("ear",), "steal", 0.4, 0.3, 0.5, "not enough plays")
    outs = next(kind for kind in CONTEXT_KINDS if kind.name == "outs")
    assert format_query("Hawks", prediction, 60, 9, [], 2, outs) == (
        "NO CLEAR READ · 40% steal   Hawks · 60 plays, 9 steals\ndepends on outs: give --outs"
    )


def test_query_says_that_the_signal_that_counts_was_missed() -> None:
    missed = Prediction(("cap", "?"), "steal", 0.3, 0.3, 0.3, "unknown", missed=0.3)
    assert format_query("Hawks", missed, 60, 9, [], 2) == (
        "UNKNOWN · 30% steal   Hawks · 60 plays, 9 steals\nyou missed the signal that counts"
    )
    likely = Prediction(("cap", "?"), "steal", 0.12, 0.1, 0.1, "hold", missed=0.12)
    assert format_query("Hawks", likely, 60, 9, [], 2).endswith(
        "what you missed gives the other answer with 12%"
    )
    hardly = Prediction(("ear", "?"), "steal", 0.02, 0.1, 0.1, "hold", missed=0.02)
    assert len(format_query("Hawks", hardly, 60, 9, [], 2).splitlines()) == 1


def test_tallies_name_the_called_play() -> None:
    assert format_tally(1, 1, "steal") == "1 play, 1 steal"
    assert format_tally(8, 3, "hit_and_run") == "8 plays, 3 hit and runs"
    assert format_tally(8, 3, "offspeed") == "8 plays, 3 × offspeed"
    assert format_tally(8, 3, "caught_stealing") == "8 plays, 3 caught stealing"
    steals = {"steal": 2, "double_steal": 3, "none": 1}
    assert count_outcomes("Hawks", steals, "steal") == OutcomeCounts("Hawks", 6, 5)
    assert count_outcomes("Hawks", {"none": 2, "bunt": 1}, "bunt") == OutcomeCounts("Hawks", 3, 1)


def test_a_play_is_listed_as_it_can_be_logged_again() -> None:
    play = Play(("left ear",), "hit_and_run", game="1", id=7)
    listed = "id  game  outcome      signs\n 7  1     hit and run  left ear>"
    assert format_plays([play]) == listed
    assert play_document(play)["date"] is None


def test_plays_are_listed_with_their_context() -> None:
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
def test_only_certainty_reads_as_0_or_100_percent(share: float, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0, "    "), (0.5, "██  "), (0.53125, "██▏ "), (1, "████"), (7, "████")]
)
def test_a_bar_is_drawn_to_an_eighth(share: float, said: str) -> None:
    assert bar(share, 4) == said


def test_columns_are_aligned_by_their_width_on_a_terminal() -> None:
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
def test_control_characters_are_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_count_agrees_with_its_noun() -> None:
    assert (count(1, "play"), count(2, "play"), count(0, "bunt")) == (
        "1 play",
        "2 plays",
        "0 bunts",
    )


def test_unlikely_key_signs_share_a_line() -> None:
    likely = (KeySign("cap", 0.9), KeySign("ear", 0.05))
    keys = (*likely, KeySign("nose", 0.006), KeySign("hip", 0.004))
    words = format_reports([report_on(key_signs=keys)])
    assert (
        "  key sign  cap       ██████████████████    90%  3 plays, 2 steals\n"
        "            ear       █                      5%  1 play, 1 steal\n"
        "            2 others  ▎                      1%\n"
    ) in words
