"""Fixtures that tests of several packages share."""

from pathlib import Path

import pytest

from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import load_log
from tests.support.fakes import install_fake_decoder
from tests.support.paths import DEMO_GAME
from tests.support.shell import Shell


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Return a shell in an empty folder; its commands use the fake decoder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNDECODER_DB", str(tmp_path / "store.db"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SIGNDECODER_DEBUG", "SIGNDECODER_COACH", "NO_COLOR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    install_fake_decoder(monkeypatch)
    return Shell(tmp_path, capsys)


@pytest.fixture(scope="session")
def hawks() -> Decoder:
    """Return the shipped decoder after the demo game, where belt right after ear means steal.

    All tests of a process share it: ask it for predictions, but never change it.
    """
    decoder = Decoder()
    decoder.observe_many(load_log(DEMO_GAME).plays)
    return decoder
