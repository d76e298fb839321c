"""Runs the commands of the pages, and shows in the pages what they print.

A page may have two kinds of commands, run in its order on one play database. In a block without a
language, lines that begin with `signdecoder` only run. A block in the language `console` is a
session: each line that begins with `$ signdecoder` is a command, with what it prints below. Pages
that import nothing themselves begin with the logs of data/.

`python -m tests.docs.console [PAGE...]` writes what the commands print now into the sessions of the
pages.
"""

import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from signdecoder.cli import main
from tests.docs.pages import PAGES, ROOT, code_blocks

_PROMPT = "$ signdecoder "
_COMMAND = re.compile(r"(?:^|\.venv/bin/)signdecoder ([^&\n]+?)(?= &&|$)", re.M)
# What takes hours, needs a terminal, or serves until it is stopped.
_NOT_RUN = {"pretrain", "benchmark", "ui", "serve", "practice"}
# Tuning takes minutes, as do enough seasons for an audit; both are tested elsewhere.
_SHORTER = {"train": ["--epochs", "0"], "audit": ["--seasons", "6", "--plays", "10"]}


def has_commands(page: Path) -> bool:
    """Does a page have commands to run?"""
    return any(_COMMAND.search(block.text) for block in code_blocks(page, "")) or bool(
        code_blocks(page, "console")
    )


def rewrite_page(page: Path) -> str:
    """Run the commands of a page, and return it with what they print now."""
    text = page.read_text("utf-8")
    blocks = [block for block in code_blocks(page) if block.language in ("", "console")]
    everything = "".join(block.text for block in blocks)
    shown = []
    with fresh_folder():
        if not re.search(
            r"^(\$ )?signdecoder import|\.venv/bin/signdecoder train", everything, re.M
        ):
            run_command("import data/demo_game.csv data/season/*.csv")
        for block in blocks:
            if block.language:
                shown.append((block, run_session(block.text)))
            else:
                for command in _COMMAND.findall(block.text):
                    run_shortened(command)
    for block, output in reversed(shown):
        text = text[: block.start] + output + text[block.start + len(block.text) :]
    return text


def run_session(block: str) -> str:
    """Return a session, each command followed by what it prints."""
    lines = [line for line in block.splitlines() if line.startswith(_PROMPT)]
    return "".join(f"{line}\n{run_command(line.removeprefix(_PROMPT))}" for line in lines)


def run_shortened(command: str) -> None:
    """Run a command that prints nothing on the page; one that takes too long is made shorter."""
    name = command.split()[0]
    if name in _NOT_RUN or "--weights" in command:  # those weights would have to be trained
        return
    run_command(" ".join([command, *_SHORTER.get(name, [])]))


def run_command(command: str) -> str:
    """Run one command, and return what it prints on standard output."""
    arguments = [
        str(found)
        for word in shlex.split(command)
        for found in (sorted(Path().glob(word)) if "*" in word else [word])
    ]
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()) as said:
        status = main(arguments)
    assert status == 0, f"{command}: {said.getvalue()}"
    return printed.getvalue()


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Work in a folder with the logs of data/ and an empty play database."""
    before, database = Path.cwd(), os.environ.get("SIGNDECODER_DB")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").symlink_to(ROOT / "data")
        os.environ["SIGNDECODER_DB"] = str(folder / "plays.db")
        os.chdir(folder)
        try:
            yield folder
        finally:
            os.chdir(before)
            os.environ.pop("SIGNDECODER_DB")
            if database is not None:
                os.environ["SIGNDECODER_DB"] = database


if __name__ == "__main__":
    with_sessions = [page for page in PAGES if code_blocks(page, "console")]
    for page in [Path(name).resolve() for name in sys.argv[1:]] or with_sessions:
        page.write_text(rewrite_page(page), "utf-8")
