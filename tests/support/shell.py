"""Run commands in the process of the tests, and check what every command must keep to."""

import contextlib
import io
import json
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from signdecoder.cli import main
from signdecoder.cli.io import DOCUMENT_VERSION


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The exit status of a command and what it wrote to each stream."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document that was printed, without its version."""
        document = json.loads(self.out)
        assert document.pop("version") == DOCUMENT_VERSION
        return document


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands in a folder that has its own store."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> CommandResult:
        """Run a command and return its result."""
        self.capture.readouterr()
        status = main(arguments)
        written = self.capture.readouterr()
        return CommandResult(status, written.out, written.err)

    def write(self, name: str, text: str | bytes) -> str:
        """Write a file into the folder and return its name."""
        data = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(data)
        return name


def run_checked(arguments: list[str]) -> int:
    """Run a command on a short log as standard input, and return its exit status.

    Raises AssertionError if the status is not 0, 1 or 2; if the command fails without an error
    message, or with output; or if it shows control or invisible characters.
    """
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(b"signs,outcome\ncap,none\n,x\n"))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(arguments)
    finally:
        sys.stdin = stdin
    out.seek(0)
    message, output = err.getvalue(), out.read()
    assert status in (0, 1, 2), f"status {status}"
    assert status == 0 or message, "it fails without a message"
    assert status == 0 or not output, "it fails and writes to standard output"
    writes_table = {"-", "predict", "simulate"} & set(arguments)  # for other programs to read
    shown = message if writes_table else message + output
    odd = {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert not odd - set("\n\u200c\u200d"), f"it shows {odd!r}"
    return status
