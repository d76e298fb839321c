"""The README's commands run as they are printed, in order."""

import re
import shlex
from pathlib import Path

import pytest

from signdecoder.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.M | re.S)


@pytest.mark.slow
def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.setenv("SIGNDECODER_DB", str(tmp_path / "x.db"))
    quick = re.findall(r"\.venv/bin/signdecoder ([^&\n]+)", README)
    lines = [
        line.removeprefix("signdecoder ")
        for language, block in BLOCKS
        if not language
        for line in block.splitlines()
        if line.startswith("signdecoder ")
    ]
    assert len(quick) == 2
    assert len(lines) >= 8
    for line in [*quick, *lines]:
        arguments = [
            str(found)
            for word in shlex.split(line)
            for found in (sorted(Path().glob(word)) if "*" in word else [word])
        ]
        if arguments[:1] in (["pretrain"], ["benchmark"]):
            continue  # hours
        if arguments[:1] == ["train"]:
            arguments += ["--epochs", "0"]  # tuning is tested elsewhere
        if arguments[:1] == ["audit"]:
            arguments += ["--seasons", "6", "--plays", "10"]  # minutes
        assert main(arguments) == 0, line


@pytest.mark.slow
def test_the_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    code = next(block for language, block in BLOCKS if language == "python")
    exec(compile(code, "README.md", "exec"), {})
    assert "KeySign" in capsys.readouterr().out


def test_every_module_stands_in_the_list_of_files() -> None:
    modules = {p.name for p in (ROOT / "signdecoder").glob("*.py") if not p.name.startswith("__")}
    listed = set(re.findall(r"`(\w+\.py)`", README))
    assert modules == listed
