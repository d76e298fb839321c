"""The words of the domain, read and written back."""

import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signdecoder.core.errors import ExitStatus, SigndecoderError, UsageError
from signdecoder.core.evidence import evidence_of
from signdecoder.core.missed import split_missed
from signdecoder.core.names import MAX_NAME, fold, parse_name
from signdecoder.core.outcomes import (
    OUTCOMES,
    Evidence,
    normalize_outcome,
    parse_outcome,
    parse_steal,
)
from signdecoder.core.play import Play, parse_date
from signdecoder.core.sequences import (
    MAX_SIGNALS,
    format_signals,
    parse_arguments,
    parse_sequence,
    parse_signals,
)

PARTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=">"), min_size=1, max_size=40
)
NAMES = PARTS.map(lambda text: " ".join(unicodedata.normalize("NFC", text).split())).filter(
    lambda name: 0 < len(name) <= MAX_NAME and split_missed(name) == [name] != ["?"]
)
SEQUENCES = st.lists(NAMES | st.sampled_from("?…"), min_size=1, max_size=MAX_SIGNALS).map(
    parse_sequence
)


def test_an_error_says_what_is_wrong_then_how_to_fix_it() -> None:
    assert str(SigndecoderError("a.csv is empty", "give one")) == "a.csv is empty. Give one."
    assert str(SigndecoderError("a.csv is empty")) == "a.csv is empty"
    assert (SigndecoderError.status, UsageError.status) == (ExitStatus.INPUT, ExitStatus.USAGE)


@pytest.mark.parametrize(
    ("cell", "signals"),
    [
        ("cap belt", ("cap", "belt")),
        ("  cap \t belt\nchin ", ("cap", "belt", "chin")),
        ("cap>left ear>belt", ("cap", "left ear", "belt")),
        ("cap | left  ear", ("cap", "left ear")),
        ("cap, left ear", ("cap", "left ear")),
        ("cap,belt,", ("cap", "belt")),
        ("left ear>", ("left ear",)),
        ("a,b|c > d", ("a,b|c", "d")),
        ("a,b|c", ("a,b", "c")),
        ("e\u0301ar", ("\u00e9ar",)),
    ],
)
def test_the_first_separator_that_occurs_separates(cell: str, signals: tuple[str, ...]) -> None:
    assert parse_signals(cell) == signals


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("", "the sequence is empty. Write at least one signal."),
        (" ", "the sequence is empty. Write at least one signal."),
        (
            "cap>>belt",
            'the sequence "cap>>belt" has an empty part between its ">". Write the signal or'
            " delete the separator.",
        ),
        (">cap", "empty part"),
        (">", "empty part"),
        ("cap,,", "empty part"),
        ("cap\x07", 'the sequence "cap\\x07" contains the control character U+0007. Delete it'),
        ("ca\x1cp", "U+001C"),
        ("cap>be\x85lt", "U+0085"),
        ("x" * 41, "has 41 characters (limit 40). Shorten it."),
        ("cap " * 65, "the sequence has 65 signals (limit 64). Shorten it."),
    ],
)
def test_a_bad_sequence_says_why(cell: str, said: str) -> None:
    with pytest.raises(SigndecoderError) as error:
        parse_signals(cell)
    assert said in str(error.value)


def test_the_limits_themselves_are_allowed() -> None:
    assert len(parse_signals("cap " * 64)) == 64
    assert parse_signals("x" * 40) == ("x" * 40,)


def test_compact_takes_each_character_as_a_signal() -> None:
    assert parse_signals("bdh", compact=True) == ("b", "d", "h")
    assert parse_signals("b d\th", compact=True) == ("b", "d", "h")
    assert parse_signals("x\u0323a", compact=True) == (
        "x\u0323",
        "a",
    )  # an accent stays with its letter
    with pytest.raises(SigndecoderError, match="leave --compact out"):
        parse_signals("b>d", compact=True)


MARKS = "a" + "\u0301" * 100_000 + "\u0327" * 100_000  # to bring them into order takes a minute


def test_a_name_that_is_far_too_long_is_refused_at_once() -> None:
    start = process_time()
    for read in (
        *(parse_name, parse_signals, lambda text: parse_signals(text, compact=True)),
        *(lambda text: parse_name(text, "coach"), parse_outcome, parse_steal),
    ):
        with pytest.raises(SigndecoderError):
            read(MARKS)
    assert fold(fold(MARKS)) == fold(f" {MARKS.upper()} ")
    assert process_time() - start < 5


def test_limits_apply_to_names_after_normalization() -> None:
    letter = "\u03b1\u0313\u0300\u0345"  # four characters that are one
    assert parse_name(letter * MAX_NAME) == "\u1f82" * MAX_NAME
    assert parse_name("left" + " " * 1000 + "ear") == "left ear"
    assert parse_signals(letter * MAX_SIGNALS, compact=True) == ("\u1f82",) * MAX_SIGNALS
    with pytest.raises(SigndecoderError, match="limit 40"):
        parse_name(letter * 41)


def test_one_argument_is_a_cell_and_several_are_one_signal_each() -> None:
    assert parse_arguments(["cap, left ear"]) == ("cap", "left ear")
    assert parse_arguments(["cap", "left ear"]) == ("cap", "left ear")
    assert parse_arguments(["bd", "h"], compact=True) == ("b", "d", "h")
    with pytest.raises(SigndecoderError, match="ends with a separator"):
        parse_arguments(["cap,", "belt"])
    with pytest.raises(SigndecoderError, match="which separates"):
        parse_arguments(["cap", "a>b"])


@pytest.mark.parametrize(
    ("cell", "signals"),
    [
        ("cap ? belt", ("cap", "?", "belt")),
        ("cap \uff1f belt", ("cap", "?", "belt")),
        ("cap ?? belt", ("cap", "?", "?", "belt")),
        ("cap, ? ?, belt", ("cap", "?", "?", "belt")),
        ("cap ... belt", ("cap", "…", "belt")),
        ("cap…belt", ("cap", "…", "belt")),
        ("cap...belt....", ("cap", "…", "belt", "…")),
        ("cap, ..., left ear", ("cap", "…", "left ear")),
        ("cap>left ear...>belt", ("cap", "left ear", "…", "belt")),
        ("...,…,cap", ("…", "cap")),
        ("cap … ? ... belt", ("cap", "…", "?", "…", "belt")),
        ("?", ("?",)),
        ("...", ("…",)),
        ("ear? ..", ("ear?", "..")),
        ("cap _ belt", ("cap", "_", "belt")),
    ],
)
def test_placeholders_stand_for_signals_that_were_not_seen(
    cell: str, signals: tuple[str, ...]
) -> None:
    assert parse_signals(cell) == signals
    assert parse_signals(format_signals(signals)) == signals


def test_each_placeholder_counts_as_a_signal_of_a_sequence() -> None:
    assert len(parse_signals("? " * 64)) == 64
    with pytest.raises(SigndecoderError, match="has 65 signals"):
        parse_signals("?" * 65)
    assert parse_signals("... " * 99) == ("…",)


def test_placeholders_in_compact_cells_and_on_the_command_line() -> None:
    assert parse_signals("b?h", compact=True) == ("b", "?", "h")
    assert parse_signals("b\uff1f?h", compact=True) == ("b", "?", "?", "h")
    assert parse_signals("b...h…", compact=True) == ("b", "…", "h", "…")
    assert parse_signals("b_h..", compact=True) == ("b", "_", "h", ".", ".")
    assert parse_arguments(["cap", "?", "_", "...", "left ear"]) == (
        *("cap", "?", "?", "…"), "left ear"
    )  # fmt: skip
    assert parse_arguments(["cap _ belt __"]) == ("cap", "?", "belt", "?", "?")
    assert parse_arguments(["b_h"], compact=True) == ("b", "?", "h")
    assert parse_arguments(["left_ear"]) == ("left_ear",)


@pytest.mark.parametrize("name", ["?", "...", "…", "\uff1f", "??", "cap..."])
def test_a_placeholder_cannot_be_a_name(name: str) -> None:
    with pytest.raises(SigndecoderError, match=r"is not a name, because \? and \.\.\. stand for"):
        parse_name(name)
    assert parse_name(name, "coach") == name


@given(SEQUENCES)
def test_a_formatted_sequence_is_parsed_back(signals: tuple[str, ...]) -> None:
    assert parse_signals(format_signals(signals)) == signals


def test_a_single_signal_with_a_space_is_written_with_a_separator() -> None:
    assert format_signals(("left ear",)) == "left ear>"
    assert format_signals(("left ear", "cap")) == "left ear>cap"
    assert format_signals(("cap", "belt")) == "cap belt"


@given(st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    assert fold(f" {name.upper().lower()}  ") == fold(name.upper().lower())


def test_names_are_compared_folded_and_shown_as_written() -> None:
    assert fold("  Left\u00a0 EAR ") == fold("left ear")
    assert fold("STRASSE") == fold("Straße")
    assert fold("e\u0301") == fold("\u00c9")
    assert parse_name(" Left\u00a0 EAR ") == "Left EAR"
    with pytest.raises(SigndecoderError, match=r"the coach has no name\. Write one\."):
        parse_name(" ", "coach")
    with pytest.raises(SigndecoderError, match=r"U\+DC80"):
        parse_name("\udc80")


@pytest.mark.parametrize("text", ["Hit and Run", "hit-and-run", " HIT_AND_RUN ", "hitandrun"])
def test_case_spaces_and_hyphens_of_an_outcome_do_not_matter(text: str) -> None:
    assert parse_outcome(text) == normalize_outcome(text) == "hit_and_run"


def test_an_outcome_must_be_known_or_declared() -> None:
    assert [parse_outcome(name) for name in OUTCOMES] == list(OUTCOMES)
    assert (
        parse_outcome("Off-Speed", ["off speed"]) == "off_speed" == normalize_outcome("OFF  speed")
    )
    with pytest.raises(SigndecoderError) as error:
        parse_outcome("Maybe")
    assert str(error.value) == (
        f'the outcome "Maybe" is not known. Use {", ".join(OUTCOMES)}, or accept it with'
        " --outcomes maybe."
    )
    with pytest.raises(SigndecoderError, match="Write unknown"):
        parse_outcome(" ")


def test_a_steal_cell_is_yes_or_no() -> None:
    assert {parse_steal(cell) for cell in ("1", "yes", "Y", "TRUE", " t ")} == {"steal"}
    assert {parse_steal(cell) for cell in ("0", "No", "n", "false", "F")} == {"not_steal"}
    with pytest.raises(SigndecoderError, match="neither yes nor no"):
        parse_steal("2")


def test_the_evidence_of_each_outcome_about_the_called_play() -> None:
    evidence = {outcome: evidence_of(outcome, "steal") for outcome in OUTCOMES[:5]}
    assert evidence == {
        "steal": Evidence.CALLED,
        "none": Evidence.NOTHING,
        "unknown": Evidence.SILENT,
        "not_steal": Evidence.NOT_CALLED,
        "bunt": Evidence.OTHER,
    }
    assert evidence_of("not_steal", "bunt") is Evidence.SILENT
    assert evidence_of("steal", "bunt") is Evidence.OTHER
    assert evidence_of("bunt", "bunt") is Evidence.CALLED


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2026-05-01", "2026-05-01"),
        (" 2026/05/01", "2026-05-01"),
        ("20260501", "2026-05-01"),
        ("2026-05-01T19:05:00Z", "2026-05-01"),
        ("2026-05-01 19:05", "2026-05-01"),
        ("2026/5/1", "2026-05-01"),
        ("2026.5.1 7:30", "2026-05-01"),
        ("2026-02-30", ""),
        ("202651", ""),
        ("2026-05/01", ""),
        ("May 1", ""),
        ("", ""),
    ],
)
def test_only_iso_dates_are_parsed(date: str, day: str) -> None:
    assert parse_date(date) == day


def test_identity_folds_names_and_leaves_unknown_columns_out() -> None:
    play = Play(("Cap", "Belt"), "steal", "Hawks", "G1", "2026-05-01", {"inning": "1"})
    same = Play(
        ("cap", "belt"), "steal", "HAWKS", " g1", "2026-05-01", {"inning": " 1 "}, {"x": "1"}
    )
    assert play.identity == same.identity
    others = [
        Play(("cap", "ear"), "steal", "Hawks", "G1", "2026-05-01", {"inning": "1"}),
        Play(("cap", "belt"), "none", "Hawks", "G1", "2026-05-01", {"inning": "1"}),
        Play(("cap", "belt"), "steal", "Lions", "G1", "2026-05-01", {"inning": "1"}),
        Play(("cap", "belt"), "steal", "Hawks", "G2", "2026-05-01", {"inning": "1"}),
        Play(("cap", "belt"), "steal", "Hawks", "G1", "2026-05-02", {"inning": "1"}),
        Play(("cap", "belt"), "steal", "Hawks", "G1", "2026-05-01", {"inning": "2"}),
        Play(("cap", "belt"), "steal", "Hawks", "G1", "2026-05-01", {"outs": "1"}),
    ]
    assert len({play.identity, *(other.identity for other in others)}) == 8
