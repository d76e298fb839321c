"""DataFrames: plays go in and out of pandas without loss."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.logs.frames import frame_from_plays, plays_from_frame
from tests.support.paths import DEMO_GAME

PLAYS = (
    Play(("left ear", "cap"), "steal", "Hawks", "G1", "2026-05-01", {"outs": "1"}, {"wind": "=in"}),
    Play(("cap",), "none", "Lions", "G1", "", {}, {"wind": ""}),
)


def test_plays_come_back_from_a_frame() -> None:
    frame = frame_from_plays(PLAYS)
    assert list(frame.columns) == ["coach", "game", "date", "signs", "outcome", "outs", "wind"]
    assert plays_from_frame(frame) == PLAYS


def test_a_csv_file_that_pandas_read_gives_the_same_plays() -> None:
    from signdecoder.logs.play_log import load_log

    log = load_log(DEMO_GAME, coach="Hawks")
    frame = pd.read_csv(DEMO_GAME)
    plays = plays_from_frame(frame, coach="Hawks")
    assert [(p.signals, p.outcome, p.context) for p in plays] == [
        (p.signals, p.outcome, p.context) for p in log.plays
    ]


def test_cells_may_be_numbers_dates_lists_or_missing() -> None:
    frame = pd.DataFrame(
        {
            "Signs": [["left ear", "cap"], "belt"],
            "steal": [True, False],
            "inning": [3, None],
            "date": [pd.Timestamp("2026-05-01"), pd.NaT],
            "speed": [1.5, float("nan")],
        }
    )
    first, second = plays_from_frame(frame, coach="Hawks")
    assert (first.signals, first.outcome, first.context) == (
        ("left ear", "cap"), "steal", {"inning": "3"},
    )  # fmt: skip
    assert first.date.startswith("2026-05-01")
    assert (second.outcome, second.date, second.context) == ("not_steal", "", {})
    assert [play.extra["speed"] for play in (first, second)] == ["1.5", ""]


def test_bad_rows_and_columns_are_reported() -> None:
    with pytest.raises(SigndecoderError, match="frame:2: the sequence is empty"):
        plays_from_frame(pd.DataFrame({"signs": ["cap", ""], "steal": [1, 1]}))
    with pytest.raises(SigndecoderError, match='has no column "signs"'):
        plays_from_frame(pd.DataFrame({"a": ["cap"], "steal": [1]}))
    with pytest.raises(SigndecoderError, match='has two columns "signs"'):
        plays_from_frame(pd.DataFrame([["a", "b"]], columns=["signs", "Signs"]))
    with pytest.raises(SigndecoderError, match="neither a column"):
        plays_from_frame(pd.DataFrame({"signs": ["cap"]}))


BLOCKED = """
import sys
for name in ("tensorflow", "keras", "pandas"):
    sys.modules[name] = None
from signdecoder.cli import main
"""


def run_without_libraries(folder: Path, program: str) -> str:
    """Run a program where TensorFlow, Keras and pandas cannot be imported."""
    ran = subprocess.run(
        [sys.executable, "-c", BLOCKED + program],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ran.stdout + ran.stderr


def test_logging_and_predicting_need_neither_tensorflow_nor_pandas(tmp_path: Path) -> None:
    program = f"""
db = ["--db", "x.db"]
assert main([*db, "import", {str(DEMO_GAME)!r}, "--coach", "Hawks"]) == 0
assert main([*db, "log", "cap", "ear", "--outcome", "steal", "--coach", "Hawks"]) == 0
assert main([*db, "query", "cap", "ear", "--coach", "Hawks"]) == 0
assert main([*db, "predict", {str(DEMO_GAME)!r}, "--coach", "Hawks", "--out", "out.csv"]) == 0
assert main([*db, "export", "all.csv"]) == 0
print("all done")
"""
    assert "all done" in run_without_libraries(tmp_path, program)


def test_a_missing_library_is_reported_with_the_command_to_install_it(tmp_path: Path) -> None:
    program = """
main(["pretrain", "--steps", "1", "--out", "x.json"])
from signdecoder.logs.frames import frame_from_plays
try:
    frame_from_plays([])
except Exception as error:
    print(error)
"""
    said = run_without_libraries(tmp_path, program)
    assert "tensorflow is needed to train, and it is not installed. Install it with" in said
    assert "pandas is needed to make a DataFrame, and it is not installed. Install it" in said
