"""Runs the sessions in the pages: blocks of commands with what they print.

A session is a block in the language `console`; lines that begin with `$ signdecoder` are commands,
the lines below each are what it prints. The sessions of a page share a play database of their own
and run in its order, in a folder that holds the logs of data/.

`python -m tests.docs.console [PAGE...]` writes what the commands print now into the pages.
"""

import io
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from signdecoder.cli import main
from tests.docs.pages import PAGES, ROOT, code_blocks

_PROMPT = "$ signdecoder "


def sessions(page: Path) -> bool:
    """Does a page have sessions?"""
    return bool(code_blocks(page, "console"))


def rewrite_page(page: Path) -> str:
    """Return the page with what its commands print now."""
    text = page.read_text("utf-8")
    with fresh_folder():
        shown = [(block, run_session(block.text)) for block in code_blocks(page, "console")]
    for block, output in reversed(shown):
        text = text[: block.start] + output + text[block.start + len(block.text) :]
    return text


def run_session(block: str) -> str:
    """Return a session, each command followed by what it prints."""
    lines = [line for line in block.splitlines() if line.startswith(_PROMPT)]
    return "".join(f"{line}\n{run_command(line.removeprefix(_PROMPT))}" for line in lines)


def run_command(command: str) -> str:
    """Run one command, and return what it prints on standard output."""
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()) as said:
        status = main(expand_files(command))
    assert status == 0, f"{command}: {said.getvalue()}"
    return printed.getvalue()


def expand_files(command: str) -> list[str]:
    """Return the arguments of a command, with the names of files in place of patterns."""
    return [
        str(found)
        for word in shlex.split(command)
        for found in (sorted(Path().glob(word)) if "*" in word else [word])
    ]


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
    for page in [Path(name).resolve() for name in sys.argv[1:]] or filter(sessions, PAGES):
        page.write_text(rewrite_page(page), "utf-8")
