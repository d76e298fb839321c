"""``--unknown-share``: how common rules of no known kind are, with the shipped decoder."""

import json
from pathlib import Path

import pytest

from signdecoder.cli import main
from tests.support.paths import DEMO_GAME


@pytest.fixture
def hawks_db(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """A store with the demo game."""
    monkeypatch.setenv("SIGNDECODER_DB", str(tmp_path / "store.db"))
    assert not main(["import", str(DEMO_GAME)])
    capsys.readouterr()
    return tmp_path / "store.db"


def report(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, float]:
    assert not main(["report", "--json", *options])
    document: dict[str, float] = json.loads(capsys.readouterr().out)["coaches"][0]
    return document


@pytest.mark.usefixtures("hawks_db")
def test_the_share_is_used_shown_and_changes_nothing_that_is_saved(
    capsys: pytest.CaptureFixture[str],
) -> None:
    usual, wary = report(capsys), report(capsys, "--unknown-share", "0.6")
    assert (usual["unknown_share"], wary["unknown_share"]) == (0.15, 0.6)
    assert usual["unknown_rule_probability"] < wary["unknown_rule_probability"]
    assert report(capsys) == usual
    assert not main(["report", "--unknown-share", "0.6"])
    assert "(before the first play 60%)" in capsys.readouterr().out
    answers = []
    for options in ([], ["--unknown-share", "0.6"]):
        assert not main(["query", "--json", "ear belt cap", *options])
        answers.append(json.loads(capsys.readouterr().out)["probability"])
    assert 0.5 < answers[1] < answers[0]


@pytest.mark.usefixtures("hawks_db")
@pytest.mark.parametrize("command", [["report"], ["query", "ear"], ["predict", str(DEMO_GAME)]])
def test_a_share_that_is_not_one_is_refused(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--unknown-share", "1.5"])
    assert "1.5 is not a share of coaches with unknown rules" in capsys.readouterr().err
