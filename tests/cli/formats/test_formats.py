"""Every format renders the same rows: numbers, missing cells, and text like a formula."""

import io
import json

import openpyxl
import pandas as pd
import pytest

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import formats
from signdecoder.core.errors import SigndecoderError
from signdecoder.reports.table import Table

TABLE = Table(
    ("coach", "plays", "right", "cracked"),
    [("=1+1", 3, 0.25, True), ("a|b, c", -2, None, False)],
    blanks={"coach": "'"},
)
ANSWER = Answer("coaches", table=lambda: TABLE)


def _render(name: str, answer: Answer = ANSWER) -> bytes:
    return formats()[name].render(answer)


def test_every_format_is_found_and_has_an_ending_of_its_own() -> None:
    assert [*formats()] == ["csv", "json", "jsonl", "markdown", "parquet", "table", "xlsx"]
    endings = [ending for one in formats().values() for ending in one.endings]
    assert len(endings) == len(set(endings))


def test_table() -> None:
    assert _render("table").decode() == (
        "coach   plays  right  cracked\n"
        "=1+1        3   0.25  yes\n"
        "a|b, c     -2         no\n"
    )  # fmt: skip
    assert Table(("coach",), []).aligned() == "coach"


def test_json() -> None:
    document = json.loads(_render("json"))
    assert document == {"version": 1, "coaches": TABLE.records()}


def test_jsonl() -> None:
    assert [json.loads(line) for line in _render("jsonl").splitlines()] == TABLE.records()


def test_csv_guards_formulas_and_leaves_numbers() -> None:
    assert _render("csv").decode() == (
        'coach,plays,right,cracked\n\'=1+1,3,0.25,true\n"a|b, c",-2,,false\n'
    )


def test_markdown_escapes_its_marks() -> None:
    assert _render("markdown").decode() == (
        "| coach | plays | right | cracked |\n| --- | --- | --- | --- |\n"
        "| =1+1 | 3 | 0.25 | yes |\n| a\\|b, c | -2 |  | no |\n"
    )


def test_parquet_keeps_the_types_and_null() -> None:
    frame = pd.read_parquet(io.BytesIO(_render("parquet")))
    assert [*frame.columns] == [*TABLE.columns]
    assert frame["plays"].tolist() == [3, -2]
    assert frame["right"].isna().tolist() == [False, True]
    assert frame["cracked"].tolist() == [True, False]
    mixed = Answer("x", table=lambda: Table(("a",), [(1,), ("b",), (None,)]))
    read = pd.read_parquet(io.BytesIO(_render("parquet", mixed)))
    assert read["a"].tolist()[:2] == ["1", "b"]


def test_xlsx_has_no_formula_and_keeps_numbers() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(_render("xlsx"))).active
    assert sheet.title == "coaches"
    header, first, second = sheet.iter_rows()
    assert [cell.value for cell in header] == [*TABLE.columns]
    assert header[0].font.bold
    assert [cell.value for cell in first] == ["'=1+1", 3, 0.25, True]
    assert first[0].data_type == "s"
    assert [cell.value for cell in second] == ["a|b, c", -2, None, False]


def test_xlsx_refuses_what_excel_does_not_open() -> None:
    control = Answer("x", table=lambda: Table(("a",), [("bell \a",)]))
    with pytest.raises(SigndecoderError, match="control characters"):
        _render("xlsx", control)
    long = Answer("x", table=lambda: Table(("a",), [("x" * 32_768,)]))
    with pytest.raises(SigndecoderError, match="at most 32,767 characters in a cell, not 32,768"):
        _render("xlsx", long)


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_spreadsheet_has_the_mark_of_an_empty_cell(name: str) -> None:
    empty = Answer("x", table=lambda: Table(("game",), [("",)], blanks={"game": "'"}))
    data = _render(name, empty)
    if name == "csv":
        assert data == b"game\n'\n"
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        assert sheet["A2"].value == "'"
