"""Scouting pages: their exact text, and that no name in a log can break them."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from math import log
from pathlib import Path
from xml.etree import ElementTree

import pytest

from signdecoder.analysis.coach_summary import summarize_coach
from signdecoder.analysis.deciding_plays import DecidingPlay, DecidingPlays, Rival
from signdecoder.analysis.holdout import HeldOut
from signdecoder.analysis.permutation import PermutationTest
from signdecoder.bayes.online import ChangePoint
from signdecoder.cli import main
from signdecoder.core.play import Play
from signdecoder.decoder.sign_card import CardLine, line_of_rule
from signdecoder.lstm.weights import write_weights
from signdecoder.reports.coach_report import CoachReport, make_report
from signdecoder.reports.scouting.charts import draw_calibration, draw_learning
from signdecoder.reports.scouting.html import write_html
from signdecoder.reports.scouting.markdown import write_markdown
from signdecoder.reports.scouting.page import (
    PrequentialPrediction,
    ScoutingPage,
    calibration_bins,
    running_means,
)
from tests.support.fakes import FakeDecoder
from tests.support.networks import random_weights

PLAYS = [
    Play(("ear", "cap", "belt"), "steal", game="Lions", date="2026-05-01"),
    Play(("cap", "belt"), "steal", game="Lions", date="2026-05-01"),
    Play(("cap", "nose", "belt", "wrist"), "none", game="Bears", date="2026-05-08"),
    Play(("belt",), "unknown", game="Bears", date="2026-05-08"),
    Play(("nose",), "bunt", game="Bears", date="2026-05-08"),
]
RULE = FakeDecoder().rules()[0]
PREDICTIONS = (
    PrequentialPrediction(1, 0.25, True, log(4), log(2)),
    PrequentialPrediction(2, 0.5, True, log(2), log(1.5)),
    PrequentialPrediction(3, 0.25, False, log(4 / 3), log(4)),
    PrequentialPrediction(5, 0.75, False, log(4), log(2.5)),
)
PAGE = ScoutingPage(
    report=CoachReport(
        replace(
            summarize_coach("Hawks", FakeDecoder("steal", PLAYS), PLAYS),  # type: ignore[arg-type]
            changes=(ChangePoint(2, "nose", "cap"),),
            notes=("of 21 different signals the decoder weighs the 20 with most evidence",),
        ),
        PermutationTest(4, 999, 30, 7),
        card=(*line_of_rule(RULE, 2), CardLine("hit_and_run", (), 0.0, 1, "")),
    ),
    plays=tuple(PLAYS),
    deciding=DecidingPlays(
        "belt right after cap = steal",
        (Rival("belt anywhere after cap = steal", 3, 1),),
        (DecidingPlay(2, False, ("key", "", "live", "wipe-off"), (0,), 2.4),),
    ),
    predictions=PREDICTIONS,
    score=HeldOut("in order", 4, 0.871, 0.75, 0.776, 0.5),
    bins=calibration_bins([(p.p_called, p.called) for p in PREDICTIONS]),
    made_by="signdecoder, weights 0123456789ab",
)
MARKDOWN = """\
# Scouting report: Hawks (steal)

5 plays, 2 steals · 2 games · 2026-05-01 to 2026-05-08

**Cracked.** belt right after cap = steal

- Key sign: **cap** (93%)
- This rule: **90%** (probability. It explains every steal (2); it also calls 1 other play)
- Right on: **97%** (of predictions, expected)
- Luck: **unlikely** (37 of 999 random shuffles fit as well)

## Sign card

| play | live signal | key sign | probability | plays |
| --- | --- | --- | ---: | ---: |
| steal | belt | cap | 90% | 2 |
| hit and run | not known yet |  |  | 1 |

## Key sign

| signal | probability | plays that show it |
| --- | ---: | --- |
| cap | 93% | 3 plays, 2 steals |
| belt | 4% | 3 plays, 2 steals |

## Deciding plays

On these plays the rule and a rival disagree, and the outcome supports the rule.

| play | game | signals | outcome | against |
| ---: | --- | --- | --- | --- |
| 3 | Bears | **cap** nose ***belt*** ~~wrist~~ | none | A |

**key sign**, ***live signal***, ~~wipe-off~~; all others are decoys.

## Rivals

- A: belt anywhere after cap = steal (3 plays against it, 1 for it)
- Still possible, 6%: cap anywhere = steal

## Changes of signs

- New signs from play 3: key sign nose → cap.

## How good the predictions were

Each of 4 plays was predicted from those before it. 75% of the predictions were right (base rate\
 alone: 50%). Log loss 0.87 (0.78).

| plays | right | log loss | log loss of the rate so far |
| --- | ---: | ---: | ---: |
| 1 to 5 | 2 of 4 | 0.94 | 0.85 |

| predicted | observed | 95% interval | plays |
| ---: | ---: | ---: | ---: |
| 25% | 50% | 9% to 91% | 2 |
| 50% | 100% | 21% to 100% | 1 |
| 75% | 0% | 0% to 79% | 1 |

Note: of 21 different signals the decoder weighs the 20 with most evidence.

*signdecoder, weights 0123456789ab*
"""


class Outline(HTMLParser):
    """What a browser makes of a page: its tags, its text, and whether every tag is closed."""

    VOID = ("meta", "line", "circle", "polyline")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for name, v in attrs if name in ("href", "src", "action", "data")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data


def test_markdown_in_full() -> None:
    assert write_markdown([PAGE]) == MARKDOWN


def test_html_has_the_same_text_and_loads_nothing() -> None:
    page = write_html([PAGE])
    outline = Outline(page)
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(outline.tags)
    assert outline.links == []
    assert not re.search(r"https?:|//|url\(|@import", page)
    assert "default-src 'none'" in page
    text = " ".join(outline.words.split())
    for words in (
        "Cracked" + PAGE.summary.rules[0].words,
        "Hawks5 plays, 2 steals · 2 games · 2026-05-01 to 2026-05-08",
        "Luckunlikely37 of 999 random shuffles fit as well",
        "cap nose belt wrist",
        "A belt anywhere after cap = steal 3 plays against it, 1 for it",
        "cap anywhere = steal still possible, 6%",
        "New signs from play 3: key sign nose → cap.",
        "Log loss 0.87 (0.78). 1 with an unknown outcome were left out.",
    ):
        assert words in text, words
    assert '<span class="key">cap</span> <span>nose</span> <span class="live">belt</span>' in page
    assert outline.tags.count("svg") == 2


def named(coach: str) -> CoachReport:
    """The report of the page, for a coach of another name."""
    return replace(PAGE.report, summary=replace(PAGE.summary, coach=coach))


def test_several_coaches_share_a_file() -> None:
    lions = replace(PAGE, report=named("Lions"))
    outline = Outline(write_html([PAGE, lions]))
    assert outline.tags.count("article") == 2
    assert outline.links == ["#coach-1", "#coach-2"]
    assert write_markdown([PAGE, lions]) == MARKDOWN + "\n" + MARKDOWN.replace("Hawks", "Lions")


EVIL = "<script>alert(1)</script>|*R* [x](http://a.b) `_$ www.a.b &amp; \u202e"


def test_names_are_escaped_in_html_and_markdown() -> None:
    plays = tuple(replace(p, game=EVIL, signals=(EVIL,) * len(p.signals)) for p in PAGE.plays)
    report = named(EVIL)
    card = line_of_rule(replace(RULE, names=(EVIL, EVIL)), 2)
    report = replace(report, card=(*card, CardLine("hit_and_run", (), 0.0, 1, "")))
    evil = replace(PAGE, report=report, plays=plays)
    outline = Outline(write_html([evil, evil]))
    assert "script" not in outline.tags
    assert set(outline.links) == {"#coach-1", "#coach-2"}
    assert EVIL.replace("\u202e", "\\u202e") in outline.words
    written = write_markdown([evil])
    escaped = (
        r"&lt;script>alert(1)&lt;/script>\|\*R\* \[x\](http\://a.b) \`\_\$ www\.a.b"
        r" &amp;amp; \\u202e"
    )
    assert f"# Scouting report: {escaped} (steal)" in written
    assert written.count(escaped) == 1 + 2 + 1 + 4  # title, card, game, signals
    assert "<script" not in written
    # In a table each row has the cells of its head: no name ends a cell.
    for line in written.splitlines():
        if line.startswith("| 3 |"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 6


def test_the_page_gives_advice_before_the_first_called_play() -> None:
    report = make_report(
        "Hawks",
        FakeDecoder("squeeze", PLAYS),  # type: ignore[arg-type]
        PLAYS,
    )
    nothing = HeldOut("in order", 0, None, None, None, None)
    page = replace(PAGE, report=report, deciding=None, predictions=(), bins=(), score=nothing)
    said = (
        "No squeeze yet.** No squeeze logged yet. Log more plays: two or three of them identify"
        " most signs. Or name a play that was logged with --play: steal (2), bunt (1)."
    )
    assert said in write_markdown([page])
    assert "## How good" not in write_markdown([page])
    assert "svg" not in Outline(write_html([page])).tags


# --- figures and pictures -------------------------------------------------------------------------


def test_a_calibration_bin_has_its_rate_and_wilson_interval() -> None:
    # Wilson's interval of 1 in 2: (0.5 + z²/4 ± z √(0.125 + z²/16)) / (1 + z²/2), z = 1.96.
    two, one = calibration_bins([(0.0, False), (0.1, True), (1.0, True)])
    assert (two.n_predictions, two.predicted, two.observed) == (2, 0.05, 0.5)
    assert [two.low, two.high] == pytest.approx([0.0945, 0.9055], abs=1e-4)
    assert (one.n_predictions, one.predicted, one.high) == (1, 1.0, 1.0)


def test_a_running_mean_covers_the_last_ten_values() -> None:
    assert running_means([1.0, 3.0]) == [1.0, 2.0]
    assert running_means([0.0] * 5 + [1.0] * 10)[-1] == 1.0
    assert running_means([0.0] * 6 + [1.0] * 9)[-1] == 0.9


def parts_of(picture: str, tag: str, kind: str) -> list[dict[str, str]]:
    return [e.attrib for e in ElementTree.fromstring(picture).iter(tag) if e.get("class") == kind]


def test_the_learning_chart_puts_each_play_at_its_place() -> None:
    picture = draw_learning(PREDICTIONS, changes=[3])
    steals, others = parts_of(picture, "circle", "called"), parts_of(picture, "circle", "other")
    # Heights run from 124 (none) to 22 (certain): of a quarter 124 - 0.25 * 102, of a half 73.
    assert [float(dot["cy"]) for dot in steals] == [98.5, 73.0]
    assert [float(dot["cy"]) for dot in others] == [47.5, 98.5]
    # Plays 1 to 5 run from 44 to 348: 76 apart; the change stands before play 3, at 2.5.
    assert [float(dot["cx"]) for dot in steals + others] == [44.0, 120.0, 196.0, 348.0]
    assert [float(line["x1"]) for line in parts_of(picture, "line", "change")] == [158.0]
    (curve,) = parts_of(picture, "polyline", "curve")
    heights = [float(point.split(",")[1]) for point in curve["points"].split()]
    most = log(4)  # the highest: losses of log 4, then their running means
    means = [log(4), log(8) / 2, log(32 / 3) / 3, log(128 / 3) / 4]
    assert heights == pytest.approx([236 - mean / most * 74 for mean in means], abs=0.06)


def test_the_calibration_chart_puts_each_bin_at_its_place() -> None:
    (low, high) = calibration_bins([(0.25, False)] * 3 + [(0.25, True), (0.75, True)])
    dots = parts_of(draw_calibration([low, high]), "circle", "rate")
    # Across from 44 to 338 and up from 236 to 22; the largest dot has the most plays behind it.
    assert [(float(dot["cx"]), float(dot["cy"])) for dot in dots] == [(117.5, 182.5), (264.5, 22.0)]
    assert [float(dot["r"]) for dot in dots] == [9.0, 6.0]


# --- the command ----------------------------------------------------------------------------------

LOG = (
    "signs,outcome\n" + "ear cap belt,steal\ncap nose,none\nnose ear,bunt\ncap ear belt,none\n" * 5
)


@pytest.fixture
def report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """`report` with weights that know nothing, on a store with one coach."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNDECODER_DB", str(tmp_path / "store.db"))
    write_weights(tmp_path / "drawn.json", random_weights())
    (tmp_path / "Hawks.csv").write_text(LOG)
    assert main(["import", "Hawks.csv"]) == 0

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["report", "--weights", "drawn.json", *arguments])
        written = capsys.readouterr()
        return status, written.out, written.err

    return run


@pytest.mark.parametrize("name", ["hawks.html", "hawks.MD"])
def test_report_writes_a_page_instead_of_text(
    report: Callable[..., tuple[int, str, str]], name: str
) -> None:
    assert report("--out", name) == (0, "", f"Wrote {name} (1 coach).\n")
    first = Path(name).read_bytes()
    assert first.startswith(
        b"<!doctype html>" if name.endswith("html") else b"# Scouting report: Hawks"
    )
    assert b"bunt" in first
    assert report("--out", name)[0] == 0
    assert Path(name).read_bytes() == first
    assert not list(Path().glob(".*"))  # nothing half written is left


def test_report_writes_a_page_and_prints_json_together(
    report: Callable[..., tuple[int, str, str]],
) -> None:
    alone = report("--json")
    both = report("--json", "--out", "hawks.html")
    assert both[1] == alone[1]
    assert both[1].startswith('{"version": 1, "coaches": [')
    assert Path("hawks.html").exists()


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        (
            "hawks.pdf",
            2,
            "Error: hawks.pdf: .pdf is not the ending of a known format. Use .csv, .html, .json,"
            " .jsonl, .md, .parquet, .txt or .xlsx, or choose with --format.",
        ),
        (
            "no/hawks.md",
            1,
            "Error: no/hawks.md: the folder does not exist. Create it or choose another.",
        ),
    ],
)
def test_report_refuses_a_page_that_cannot_be_written(
    report: Callable[..., tuple[int, str, str]], name: str, status: int, said: str
) -> None:
    assert report("--out", name) == (status, "", said + "\n")
