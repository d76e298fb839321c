"""The moment of a play is read as people write it; what cannot be understood is not noted."""

import pytest

from signdecoder.core.contexts import CONTEXT_KINDS, NO_CONTEXT, context_values
from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.moments import Moment, moment_of, parse_moment, read_moment
from signdecoder.core.play import Play


def read(**cells: object) -> Moment:
    return read_moment(cells)


@pytest.mark.parametrize(
    ("cell", "inning", "half"),
    [
        *[(cell, 3, None) for cell in ("3", "3rd", "three", "Third", " 3 ", "\uff13", "3.0")],
        ("inning 3", 3, None),
        *[(cell, 3, "top") for cell in ("Top 3", "T3", "3T", "top of the 3rd", "TOP-3", "▲3")],
        *[(cell, 4, "bottom") for cell in ("bot 4", "B4", "Bottom of the fourth", "4 ▼")],
        ("bottom", None, "bottom"),
        *[(cell, None, None) for cell in ("", "late", "0", "-3", "3.5", "51", "3-4", "TB3")],
        ("3" * 99, None, None),
    ],
)  # fmt: skip
def test_innings(cell: str, inning: int | None, half: str | None) -> None:
    assert read(inning=cell) == Moment(inning=inning, half=half)


@pytest.mark.parametrize("cell", ["top", "T", "Away", "visitors", "top half", "visiting team"])
def test_the_away_team_bats_in_the_top_half(cell: str) -> None:
    assert read(half=cell).half == "top"
    assert read(half="home").half == read(half="B").half == "bottom"


@pytest.mark.parametrize(
    ("cell", "outs"),
    [
        *[(cell, 0) for cell in ("0", "none", "no outs", "nobody out", "No one out")],
        *[(cell, 1) for cell in ("1", "one", "1 out", "one away", "\uff11")],
        *[(cell, 2) for cell in ("2", "two out", "2 outs", "2.0", "two down")],
        *[(cell, None) for cell in ("", "3", "4", "-1", "?", "1.5", "1 2")],
    ],
)
def test_outs(cell: str, outs: int | None) -> None:
    assert read(outs=cell).outs == outs


def test_a_whole_count_may_be_in_any_of_its_columns() -> None:
    for column in ("balls", "strikes", "count"):
        for cell in (
            *("3-1", "3–1", "3:1", "3 and 1", "three and one", "3 balls 1 strike"),
            "\uff13\uff0d\uff11",
        ):
            assert read(**{column: cell}) == Moment(balls=3, strikes=1), cell
    assert read(count="full") == Moment(balls=3, strikes=2)
    assert read(balls="2", strikes="1 strike") == Moment(balls=2, strikes=1)


@pytest.mark.parametrize("cell", ["4-1", "3-3", "-3-1", "31", "1-Mar", "3-1-2", "3"])
def test_an_impossible_count_is_not_noted(cell: str) -> None:
    assert read(count=cell) == Moment()


@pytest.mark.parametrize(
    "cell",
    ["none", "None", "empty", "bases empty", "0", "000", "---", "_ _ _", "\uff0d\uff0d\uff0d",
     "nobody", "no one on", "No runners", "nobody on base", "0 on", "\uff10"],
)  # fmt: skip
def test_nobody_on_base(cell: str) -> None:
    assert read(runners=cell).nobody_on is True


@pytest.mark.parametrize(
    "cell",
    ["1", "1b", "first", "1-3", "1__", "12-", "-2-", "loaded", "bases loaded", "103", "1st & 3rd",
     "runner on 2nd", "R1, R3", "first and third", "corners", "1,2"],
)  # fmt: skip
def test_somebody_on_base(cell: str) -> None:
    assert read(runners=cell).nobody_on is False


@pytest.mark.parametrize("cell", ["", "-", "--", "?", "unknown", "n/a", "4", "no runner on first"])
def test_unclear_runners_are_not_noted(cell: str) -> None:
    assert read(runners=cell).nobody_on is None


def test_cells_that_contradict_each_other_are_not_noted() -> None:
    assert read(inning="Top 3", half="bottom") == Moment(inning=3)
    assert read(balls="3-1", strikes="2") == Moment(balls=3)
    assert read(balls="3-1", strikes="1") == Moment(balls=3, strikes=1)


def test_numbers_are_read_like_their_text() -> None:
    assert read(inning=7, outs=0, balls=1.0, strikes=None) == Moment(inning=7, outs=0, balls=1)


def test_context_values() -> None:
    assert context_values(Moment()) == NO_CONTEXT == (-1, -1, -1, -1, -1)
    assert context_values(Moment(1, "top", 0, 2, 1)) == (0, 0, 0, 0, 0)
    assert context_values(Moment(6, "bottom", 2, 1, 1)) == (1, 2, 2, 1, 1)
    assert context_values(Moment(balls=3)) == NO_CONTEXT


def test_every_value_has_words_and_every_kind_says_what_to_give() -> None:
    assert [kind.name for kind in CONTEXT_KINDS] == [
        "inning_parity", "inning_rotation", "outs", "ahead", "half"
    ]  # fmt: skip
    assert all(len(kind.value_words) == kind.n_values for kind in CONTEXT_KINDS)
    assert CONTEXT_KINDS[2].request == "depends on outs: give --outs"
    assert CONTEXT_KINDS[3].request == "depends on the count: give --balls and --strikes"


def test_a_log_holds_the_context_of_each_play() -> None:
    log = EncodedLog("steal")
    log.append([
        Play(("cap",), "steal", context={"inning": "bot 2", "outs": "one out", "note": "3-1"}),
        Play(("cap",), "none", extra={"Count": "2-0"}),
        Play(("cap",), "none", context={"outs": "many"}),
    ])  # fmt: skip
    contexts = [play.context for play in log.plays]
    assert contexts == [(1, 1, 1, -1, 1), (-1, -1, -1, 0, -1), NO_CONTEXT]


def test_the_columns_win_over_no_count() -> None:
    play = Play(("cap",), "none", context={"balls": "1"}, extra={"count": "57"})
    assert moment_of(play) == Moment(balls=1)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"outs": 4}, 'the number of outs "4" cannot be understood. Write 0, 1 or 2.'),
        ({"inning": "bottom"}, 'the inning "bottom" cannot be understood. Write a number'),
        ({"balls": 4}, 'the number of balls "4" cannot be understood. Write 0 to 3'),
        ({"runners": "?"}, 'the cell of runners "?" cannot be understood. Write none'),
        ({"inning": "T3", "half": "b"}, 'the inning "T3" and the half "b" disagree. Correct one'),
    ],
)
def test_what_somebody_enters_must_be_understood(cells: dict[str, object], message: str) -> None:
    with pytest.raises(SigndecoderError) as error:
        parse_moment(cells)
    assert message in str(error.value)


def test_blank_values_may_be_entered() -> None:
    assert parse_moment({"outs": None, "inning": " ", "half": "top"}) == Moment(half="top")
