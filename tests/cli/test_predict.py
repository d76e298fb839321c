"""Commands that predict, with a decoder that takes `cap` for the key sign."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from signdecoder.cli import main
from signdecoder.core.contexts import CONTEXT_KINDS
from signdecoder.core.moments import Moment
from signdecoder.decoder.prediction import Prediction
from signdecoder.store.store import Store
from signdecoder.workspace.tuned_weights import save_weights
from tests.support.fakes import FakeDecoder
from tests.support.networks import random_weights
from tests.support.shell import Shell

LOG = "signs,outcome\near cap belt,steal\ncap nose,steal\nnose ear,none\n"


@pytest.fixture
def hawks(shell: Shell) -> Shell:
    """A store with three plays of the Hawks."""
    shell.run("import", shell.write("Hawks.csv", LOG))
    return shell


def test_query_prints_the_verdict_and_the_key_sign(hawks: Shell) -> None:
    ran = hawks.run("query", "ear", "cap", "belt")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "STEAL · 93% steal   Hawks · 3 plays, 2 steals\nkey sign: cap (93%)\n"
    assert hawks.run("query", "ear").out.startswith("HOLD · 12% steal   Hawks")


def test_signals_that_the_coach_never_showed_are_noted(hawks: Shell) -> None:
    ran = hawks.run("query", "CAP", "elbow", "left ear", "--json")
    assert (ran.status, ran.err) == (0, 'Note: Hawks has never shown "elbow", "left ear"\n')
    assert ran.document["signs"] == ["CAP", "elbow", "left ear"]


def test_query_prints_one_json_document(hawks: Shell) -> None:
    ran = hawks.run("query", "ear, cap", "--coach", "HAWKS", "--json")
    assert ran.err == ""
    document = ran.document
    assert document.pop("card")[0]["signals"] == ["belt"]
    assert document.pop("rule_parts")["key"] == ["cap"]
    assert document == {
        "coach": "Hawks", "signs": ["ear", "cap"], "play": "steal", "probability": 0.93,
        "lstm": 0.91, "rules": 0.96, "verdict": "steal", "missed": 0.0, "plays": 3, "called": 2,
        "key_sign": "cap", "key_sign_probability": 0.93,
        "depends_on": None, "chances": {}, "rule": "belt right after cap = steal",
    }  # fmt: skip


def test_query_predicts_another_play(hawks: Shell) -> None:
    ran = hawks.run("query", "cap", "--play", "Hit-and-run", "--json")
    assert ran.document["play"] == "hit_and_run"
    assert ran.document["key_sign"] is None
    ran = hawks.run("query", "cap", "--play", "none")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == 'Error: "none" is not a play to predict. Name another play with --play.\n'


def test_query_refuses_a_sequence_that_it_cannot_parse(hawks: Shell) -> None:
    for signals in (("",), ("cap,,ear",), ("x" * 41,), ("cap " * 65,), ("c\x00p",)):
        ran = hawks.run("query", *signals)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("Error: the ")
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", [("query", "cap"), ("report",), ("plays",)])
def test_an_unknown_coach_is_an_error(hawks: Shell, command: tuple[str, ...]) -> None:
    ran = hawks.run(*command, "--coach", "Hawk", "--json")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == 'Error: no coach is named "Hawk" (coaches: Hawks). Use one of these names.\n'


@pytest.mark.parametrize("command", [("query", "cap"), ("report",), ("predict", "a.csv")])
def test_a_store_without_plays_is_an_error(shell: Shell, command: tuple[str, ...]) -> None:
    shell.write("a.csv", LOG)
    ran = shell.run(*command)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        'Error: no plays logged yet. Import a log with "signdecoder import FILE", '
        'or log a play with "signdecoder log SIGNAL... --outcome OUTCOME".\n'
    )


def test_with_several_coaches_query_needs_a_coach_and_report_takes_all(hawks: Shell) -> None:
    hawks.run("log", "cap", "--outcome", "bunt", "--coach", "Lions")
    assert hawks.run("query", "cap").status == 2
    assert hawks.run("query", "cap").err == (
        "Error: the database has several coaches (Hawks, Lions). Choose one with --coach.\n"
    )
    coaches = hawks.run("report", "--json").document["coaches"]
    assert [coach["coach"] for coach in coaches] == ["Hawks", "Lions"]
    assert [coach["key_signs"] != [] for coach in coaches] == [True, False]
    assert hawks.run("report").out == (
        "Hawks · cracked · 3 plays, 2 steals\n"
        "  card      steal  belt  90%  seen 2\n"
        "            right after cap\n"
        "  rule      90%  belt right after cap = steal\n"
        "             6%  cap anywhere = steal\n"
        "  explains  every steal (2)\n"
        "  key sign  cap   ██████████████████▋   93%  2 plays, 2 steals\n"
        "            belt  ▊                      4%  1 play, 1 steal\n"
        "  expected  97% of predictions right\n"
        "  luck      could still be luck\n"
        "\n"
        "Lions · not cracked yet · 1 play, no steal yet\n"
        "  key sign  No steal logged yet. Log more plays: two or three of them identify most signs."
        " Or name a play that was logged with --play: bunt (1).\n"
    )
    detailed = hawks.run("report", "--details").out
    assert "could still be luck: 664 of 999 shuffles fit as well (p = 0.665)\n" in detailed


def test_predict_adds_columns_to_the_rows(hawks: Shell) -> None:
    file = hawks.write("next.csv", "inning;signs;wind\n1;cap>left ear;calm\n2;nose;\n")
    ran = hawks.run("predict", file)
    answered = (
        "inning,signs,wind,probability,verdict\n1,cap>left ear,calm,0.93,steal\n2,nose,,0.12,hold\n"
    )
    assert (ran.status, ran.out, ran.err) == (0, answered, "")
    ran = hawks.run("predict", file, "--out", "answers.csv")
    assert (ran.out, ran.err) == ("", "Wrote 2 rows to answers.csv.\n")
    assert (hawks.folder / "answers.csv").read_text() == answered
    # What was predicted can be asked about again: the columns are not there twice.
    assert hawks.run("predict", "answers.csv").out == answered


def test_predict_joins_the_columns_of_several_files(hawks: Shell) -> None:
    a, b = (
        hawks.write("a.csv", "signs,wind\ncap,=calm\n"),
        hawks.write("b.csv", "outs,signs\n2,ear"),
    )
    assert hawks.run("predict", a, b).out == (
        "signs,wind,outs,probability,verdict\ncap,'=calm,,0.93,steal\near,,2,0.12,hold\n"
    )


def test_predict_refuses_bad_rows_or_skips_them(hawks: Shell) -> None:
    file = hawks.write("a.csv", "signs\ncap\ncap>>ear\n")
    ran = hawks.run("predict", file, "gone.csv", "--out", "answers.csv")
    assert (ran.status, ran.out) == (1, "")
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == [
        "a.csv:3", "gone.csv does not exist. Check its name.", "Error",
    ]  # fmt: skip
    assert not (hawks.folder / "answers.csv").exists()
    ran = hawks.run("predict", file, "--skip-bad")
    assert (ran.status, ran.out) == (0, "signs,probability,verdict\ncap,0.93,steal\n")
    assert ran.err.startswith("a.csv:3: ")


def test_predict_suggests_skip_bad_only_for_files_with_good_rows(hawks: Shell) -> None:
    assert hawks.run("predict", "gone.csv").err.endswith(
        "gone.csv. Fix the errors above and retry.\n"
    )
    bad = hawks.write("a.csv", "signs\ncap>>ear\n")
    assert hawks.run("predict", bad).err.endswith("or skip the bad rows with --skip-bad.\n")


def test_query_and_predict_print_the_decoders_notes(
    hawks: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_decoder(store: Store, coach: str, **_: object) -> FakeDecoder:
        return FakeDecoder("steal", store.plays(coach), ["of 23 signals 20 are weighed"])

    monkeypatch.setattr("signdecoder.workspace.decoders.open_decoder", open_decoder)
    for file in (("query", "cap"), ("predict", hawks.write("a.csv", "signs\ncap\n"))):
        assert hawks.run(*file).err == "Note: of 23 signals 20 are weighed\n"


# --- the moment of the game -----------------------------------------------------------------------


@pytest.fixture
def by_outs(hawks: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same coach, whose rule depends on outs."""

    def open_decoder(store: Store, coach: str, **_: object) -> FakeDecoder:
        return FakeDecoder("steal", store.plays(coach), kind=CONTEXT_KINDS[2])

    monkeypatch.setattr("signdecoder.workspace.decoders.open_decoder", open_decoder)
    return hawks


def test_a_question_without_what_the_rule_depends_on_says_so(by_outs: Shell) -> None:
    needed = "depends on outs: give --outs"
    assert by_outs.run("query", "cap").out.endswith(f"\n{needed}\n")
    assert by_outs.run("query", "cap", "--json").document["depends_on"] == "outs"
    assert needed not in by_outs.run("query", "cap", "--outs", "none").out
    assert f"  note      the rule {needed}\n" in by_outs.run("report").out
    assert by_outs.run("report", "--json").document["coaches"][0]["depends_on"] == "outs"


def test_rows_to_predict_may_say_when_they_are(by_outs: Shell) -> None:
    file = by_outs.write("next.csv", "signs,outs,Count\ncap,1,\nnose,,3-1\ncap,many,\n")
    ran = by_outs.run("predict", file)
    assert ran.status == 0
    assert ran.err == "Note: depends on outs: give --outs (2 rows without it)\n"
    assert ran.out.startswith("signs,outs,Count,probability,verdict\ncap,1,,0.93,steal\n")
    # An option is for the rows that do not say it.
    assert by_outs.run("predict", file, "--outs", "2").err.endswith("(1 row without it)\n")


def test_options_say_when_a_play_is(by_outs: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Moment | None] = []
    predict = FakeDecoder.predict

    def spy(decoder: FakeDecoder, signals: Sequence[str], **given: Any) -> Prediction:
        asked.append(given.get("at"))
        return predict(decoder, signals, **given)

    monkeypatch.setattr(FakeDecoder, "predict", spy)
    by_outs.run("query", "cap", "--inning", "top 3", "--outs", "one", "--balls", "3-1")
    by_outs.run("query", "cap", "--half", "home", "--strikes", "2", "--runners", "1-3")
    assert asked == [
        Moment(3, "top", 1, 3, 1), Moment(half="bottom", strikes=2, nobody_on=False)
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["query", "explain", "predict", "log"])
def test_an_option_that_makes_no_sense_is_an_error(hawks: Shell, command: str) -> None:
    file = hawks.write("a.csv", "signs\ncap\n")
    more = ("--outcome", "none") if command == "log" else ()
    ran = hawks.run(command, file if command == "predict" else "cap", "--outs", "4", *more)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == 'Error: the number of outs "4" cannot be understood. Write 0, 1 or 2.\n'


def test_the_report_counts_plays_with_nobody_on_base(shell: Shell) -> None:
    rows = "cap belt,steal,1\ncap,none,none\nbelt cap,none,---\nbelt,none,\n"
    shell.run("import", shell.write("Hawks.csv", f"signs,outcome,runners\n{rows}"))
    ran = shell.run("report")
    assert "Hawks · not cracked yet · 4 plays, 1 steal\n" in ran.out
    sentence = "2 plays with nobody on base were left out: no steal could follow"
    assert f"  note      {sentence}\n" in ran.out
    assert shell.run("report", "--json").document["coaches"][0]["nobody_on"] == 2
    ran = shell.run("query", "cap", "belt", "--runners", "none")
    assert ran.out.endswith("nobody is on base: no steal can follow\n")


def test_version_shows_the_store_and_the_weights(hawks: Shell) -> None:
    ran = hawks.run("--version")
    assert (ran.status, ran.err) == (0, "")
    version, store, weights = ran.out.splitlines()
    assert version == "signdecoder 0.2.0"
    assert store == f"store    {hawks.folder / 'store.db'}"
    assert weights.startswith("weights  shipped ")
    tuned = random_weights()
    with Store.open(hawks.folder / "store.db") as opened:
        save_weights(opened, "bunt", tuned)
    assert hawks.run("--version").out.splitlines()[3:] == [
        f"         tuned {tuned.hash[:12]} for bunt"
    ]


def test_version_creates_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--db", str(tmp_path / "x.db"), "--version"]) == 0
    assert "x.db" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


ATTRIBUTES = "signal,side\near,left\nnose,left\n"


@pytest.mark.parametrize(
    "command",
    [
        ("query", "ear"), ("explain", "ear cap"), ("report",), ("predict", "next.csv"),
        ("train", "--epochs", "0"), ("log", "ear", "--outcome", "none"),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_attributes_are_saved_for_the_coach(hawks: Shell, command: tuple[str, ...]) -> None:
    hawks.write("next.csv", "signs\near\n")
    file = hawks.write("signals.csv", ATTRIBUTES)
    ran = hawks.run(*command, "--coach", "Hawks", "--attributes", file)
    assert "Saved attributes of 2 signals of Hawks.\n" in ran.err
    with Store.open(hawks.folder / "store.db") as store:
        assert store.attributes("Hawks") == {"ear": ("side:left",), "nose": ("side:left",)}
    assert "Saved attributes" not in hawks.run(*command, "--attributes", file).err


def test_a_bad_file_of_attributes_is_refused(hawks: Shell) -> None:
    file = hawks.write("signals.csv", "signs,side\near,left\n")
    ran = hawks.run("query", "ear", "--attributes", file)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith(
        'signals.csv:1: attributes need a column "signal" and at least one other.'
        " Name the columns in the first row, as in signal,side,material.\n"
    )
