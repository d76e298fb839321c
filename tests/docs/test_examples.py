"""The commands, sessions and Python examples of the pages run, and print what the pages show."""

import re
from pathlib import Path

import pytest

from signdecoder.cli import main
from tests.docs import cli_reference
from tests.docs.console import expand_files, fresh_folder, rewrite_page, sessions
from tests.docs.pages import DOCS, PAGES, README, code_blocks, commands_of

# What a command needs that takes hours, a browser or a terminal is not run.
_NOT_RUN = {"pretrain", "benchmark", "ui", "serve", "practice"}
# Tested in full elsewhere: tuning takes minutes, as do seasons enough for an audit.
_SHORTER = {"train": ["--epochs", "0"], "audit": ["--seasons", "6", "--plays", "10"]}
_SLOW_SESSIONS = {"audit.md"}  # a minute
_QUICK_START = re.findall(r"\.venv/bin/signdecoder ([^&\n]+)", README.read_text("utf-8"))


def _ids(page: Path) -> str:
    return page.relative_to(README.parent).as_posix()


@pytest.mark.slow
@pytest.mark.parametrize("page", [p for p in PAGES if p != cli_reference.PAGE], ids=_ids)
def test_commands_run_in_the_order_of_the_page(page: Path) -> None:
    lines = [*(_QUICK_START if page == README else []), *commands_of(page)]
    with fresh_folder():
        if "import" not in " ".join(lines[:1]):
            assert main(expand_files("import data/demo_game.csv data/season/*.csv")) == 0
        for line in lines:
            arguments = expand_files(line)
            if arguments[0] in _NOT_RUN or page.name == "benchmarks.md":
                continue
            if "--weights" in arguments or page.parent.name == "data":
                continue  # the weights are those of a pretraining; data/ has a test of its own
            assert main([*arguments, *_SHORTER.get(arguments[0], [])]) == 0, line


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [p for p in PAGES if sessions(p) and p.name not in _SLOW_SESSIONS], ids=_ids
)
def test_sessions_print_what_the_page_shows(page: Path) -> None:
    assert rewrite_page(page) == page.read_text("utf-8"), "run python -m tests.docs.console"


@pytest.mark.parametrize("page", [README, DOCS / "python.md"], ids=_ids)
def test_python_examples_run(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for block in code_blocks(page, "python"):
        exec(compile(block.text, page.name, "exec"), {})
    assert capsys.readouterr().out


def test_quick_start_trains_and_asks() -> None:
    assert [line.split()[0] for line in _QUICK_START] == ["train", "query"]


def test_reference_of_commands_is_what_the_commands_say() -> None:
    page = cli_reference.PAGE.read_text("utf-8")
    assert cli_reference.write_reference(page) == page, "run python -m tests.docs.cli_reference"
