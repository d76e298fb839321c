"""Files of attributes."""

from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.logs.attributes_file import load_attributes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "signals.csv"


@pytest.mark.parametrize(
    "text",
    [
        "signal,side,material\nLeft ear,left,skin\nCap,,cloth\n\nchin,,\n",
        "\ufeffside;Signal;material\r\nLEFT;left  ear;skin\r\n;cap;cloth\r\n",
        "signal,attribute\nleft ear,side:left\nleft ear,material: skin\ncap,material:cloth\n",
        'signal\tside\tmaterial\n"left ear"\tleft\tskin\ncap\t\tcloth\n',
    ],
)
def test_a_row_gives_the_attributes_of_a_signal(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="")
    assert load_attributes(path) == {
        "left ear": ("material:skin", "side:left"),
        "cap": ("material:cloth",),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"signals\.csv is empty"),
        ("left ear,left\n", r'signals\.csv:1: attributes need a column "signal"'),
        ("signal\near\n", r"signals\.csv:1: attributes need .* at least one other"),
        ("signal,side,side\n", r'signals\.csv:1: there are two columns "side"'),
        ("signal,side,\n", r"signals\.csv:1: a column has no name"),
        ("signal" + ",a" * 64, r"there are two columns"),
        ("signal," + ",".join(f"c{n}" for n in range(64)), r"the header has 65 columns"),
        ("signal,side\n\near,left,x\n", r"signals\.csv:3: the row has 3 cells and the header 2"),
        ("signal,side\n,left\n", r"signals\.csv:2: the signal has no name"),
        ("signal,side\near," + "x" * 41, r"signals\.csv:2: .* is not an attribute"),
        ('signal,side\near,"left', r"signals\.csv:2: this is not CSV"),
        ("signal,a\n" + "".join(f"s{n},x\n" for n in range(1001)), r"signals\.csv: 1001 signals"),
        ("signal,a\n" + "s,x\n" * 5001, r"signals\.csv:\d+: more than 5,000 rows"),
    ],
)
def test_a_file_that_is_not_valid_is_refused(path: Path, text: str, message: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(SigndecoderError, match=message):
        load_attributes(path)
