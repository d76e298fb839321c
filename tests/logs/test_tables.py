"""Tables as people keep them: read right without an option, or refused with the one to give."""

import json
from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.moments import moment_of
from signdecoder.core.play import Play, parse_date
from signdecoder.logs.play_log import PlayLog, load_log
from signdecoder.logs.reading import ReadingOptions

FOLDER = Path(__file__).parent / "tables"
TABLES = sorted(
    path.name for path in FOLDER.iterdir() if path.with_name(f"{path.name}.json").exists()
)
REFUSED = {
    "own_codes.csv": (
        ReadingOptions(meanings={"S": "steal", "N": "none", "B": "bunt", "HR": "hit_and_run"}),
        "--map",
    ),
    "own_headings.csv": (
        ReadingOptions(columns={"signs": "Zeichen", "outcome": "Was"}), "--columns",
    ),
}  # fmt: skip


def describe(play: Play, keys: dict[str, object]) -> dict[str, object]:
    """Return what the expected plays of a table say about a play."""
    moment = moment_of(play)
    everything = {
        "signals": list(play.signals), "outcome": play.outcome, "coach": play.coach,
        "game": play.game, "date": parse_date(play.date), "inning": moment.inning,
        "half": moment.half, "outs": moment.outs, "balls": moment.balls, "strikes": moment.strikes,
    }  # fmt: skip
    return {key: everything[key] for key in keys}


def check(name: str, log: PlayLog) -> None:
    expected = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert log.bad == ()
    assert [
        describe(play, keys) for play, keys in zip(log.plays, expected, strict=True)
    ] == expected


@pytest.mark.parametrize("name", [name for name in TABLES if name not in REFUSED])
def test_a_table_is_read_right_without_an_option(name: str) -> None:
    check(name, load_log(FOLDER / name))


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_cannot_be_guessed_is_refused_with_the_option(name: str) -> None:
    options, option = REFUSED[name]
    try:
        said = " ".join(row.what for row in load_log(FOLDER / name).bad)
    except SigndecoderError as error:
        said = str(error)
    assert option in said
    check(name, load_log(FOLDER / name, options=options))
