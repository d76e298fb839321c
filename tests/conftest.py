"""What several test files share: a command line with a store of its own and a fake decoder."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from signdecoder.cli import main
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import read_log
from signdecoder.lstm.online import EncodedPlay, OnlineLSTM
from tests.support.fakes import install_fake_decoder

DEMO_GAME = Path(__file__).parents[1] / "data" / "demo_game.csv"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit status and what it wrote on each stream."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands in a folder, with a store of its own there."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Ran:
        self.capture.readouterr()
        status = main(arguments)
        written = self.capture.readouterr()
        return Ran(status, written.out, written.err)

    def write(self, name: str, text: str | bytes) -> str:
        """Write a file into the folder and return its name."""
        data = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(data)
        return name


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A command line whose decoder is a fake."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNDECODER_DB", str(tmp_path / "store.db"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name in ("SIGNDECODER_DEBUG", "NO_COLOR")]:
        monkeypatch.delenv(name)
    install_fake_decoder(monkeypatch)
    return Shell(tmp_path, capsys)


@pytest.fixture(scope="session")
def hawks() -> Decoder:
    """The shipped decoder after the demo game: belt right after ear calls. Only to be asked."""
    decoder = Decoder()
    decoder.observe_many(read_log(DEMO_GAME).plays)
    return decoder


def count_reading(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many plays are read by each call of any reader."""
    counts: list[int] = []
    read = OnlineLSTM.read

    def watch(reader: OnlineLSTM, plays: Iterable[EncodedPlay]) -> list[float]:
        fresh = list(plays)
        counts.append(len(fresh))
        return read(reader, fresh)

    monkeypatch.setattr(OnlineLSTM, "read", watch)
    return counts
