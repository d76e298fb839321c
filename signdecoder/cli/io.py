"""The two streams: data goes to standard output, everything else to standard error.

Where the caller closed a stream, Python has none, and nothing is written.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TextIO

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.text import printable


@dataclass(slots=True)
class Streams:
    """How the two streams are written; the options of a command set it."""

    color: str = "auto"
    quiet: bool = False
    verbose: bool = False


STREAMS = Streams()
COLORS = ("auto", "always", "never")
_UNLESS_QUIET = ("Note: ", "Wrote ")  # how messages begin that --quiet leaves out

# What the verdict at the start of a headline looks like, and the codes of its color.
_VERDICT = re.compile(r"([A-Z][A-Z ]*)(?= · |\.? )")
_YELLOW = ("UNKNOWN", "NOT ENOUGH PLAYS", "NOT CRACKED YET")
_CODES = {"HOLD": "1;31"} | dict.fromkeys(_YELLOW, "1;33")
_CALLED = "1;32"  # any other verdict names a play

DOCUMENT_VERSION = 1  # rises when a key of any document is removed or changes its meaning


def print_text(text: str, done: str = "") -> None:
    """Print text on standard output; headlines are bold on a terminal.

    ``done`` names what was done before printing, such as ``Saved the play``. If printing fails, the
    note that reports it says that this is done.
    """
    _write(sys.stdout, _safe_lines(text, bold=_shows_styles(sys.stdout)), done)


def print_json(document: dict[str, Any], done: str = "") -> None:
    """Print one JSON document in ASCII, so that no locale can change it; ``done`` as for text."""
    _write(sys.stdout, dump_document(document), done)


def dump_document(document: dict[str, Any]) -> str:
    """Return a JSON document with its version first, as one line of ASCII."""
    return json.dumps({"version": DOCUMENT_VERSION} | document, allow_nan=False) + "\n"


def echo_err(text: str) -> None:
    """Write text to standard error; a failure to do so is ignored. --quiet leaves out notes."""
    if STREAMS.quiet and text.startswith(_UNLESS_QUIET):
        return
    with suppress(SigndecoderError):
        _write(sys.stderr, _safe_lines(text, bold=False))


def echo_err_line(text: str) -> None:
    """Write one line to standard error; line ends in file names are escaped."""
    echo_err(printable(text))


def ask(question: str) -> bool:
    """Ask a question on standard error. The answer is yes only if it begins with a y."""
    _write(sys.stderr, f"{printable(question)} [y/N] ")
    return sys.stdin.readline().strip().lower().startswith("y")


def _safe_lines(text: str, *, bold: bool) -> str:
    lines = []
    headline = True
    for line in text.split("\n"):
        escaped = printable(line)
        lines.append(_emphasize(escaped) if bold and headline and escaped else escaped)
        headline = not escaped
    return "\n".join(lines) + "\n"


def _emphasize(headline: str) -> str:
    """Make a headline bold, and color the verdict that it begins with."""
    verdict = _VERDICT.match(headline)
    if not verdict or len(verdict[1]) < 3:
        return f"\x1b[1m{headline}\x1b[0m"
    code, rest = _CODES.get(verdict[1], _CALLED), headline[verdict.end() :]
    return f"\x1b[{code}m{verdict[1]}\x1b[0m\x1b[1m{rest}\x1b[0m"


def _shows_styles(stream: TextIO | None) -> bool:
    if STREAMS.color != "auto":
        return STREAMS.color == "always"
    if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def _write(stream: TextIO | None, text: str, done: str = "") -> None:
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    with guard_stream(stream, done):
        # A terminal that cannot show a bar or an arrow prints a question mark, never a traceback.
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()


@contextmanager
def guard_stream(stream: TextIO | None, done: str = "") -> Iterator[None]:
    """Report in one sentence that a stream cannot be written; a closed pipe is no error.

    If the output only confirms what is ``done``, the report is a note and not an error. An error
    would lead the user to run the command a second time.
    """
    try:
        yield
    except OSError as error:
        if stream is not None:  # else Python tries again at exit and prints a traceback
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if isinstance(error, BrokenPipeError):
            return
        if not done:
            fault = f"cannot write the output ({error.strerror})"
            raise SigndecoderError(fault, "free some disk space and try again") from None
        echo_err(
            f"Note: {done}, but the confirmation could not be printed ({error.strerror})."
            " Do not repeat the command."
        )


@contextmanager
def silence_libraries() -> Iterator[None]:
    """Hide what TensorFlow's C++ code writes to file descriptor 2.

    Our own messages still reach standard error. SIGNDECODER_DEBUG=1 lets everything through.
    """
    replaced = sys.stderr is not sys.__stderr__
    if replaced or not sys.stderr or os.environ.get("SIGNDECODER_DEBUG"):
        yield
        return
    theirs = sys.stderr
    ours = os.dup(2)
    silence = os.open(os.devnull, os.O_WRONLY)
    sys.stderr = os.fdopen(ours, "w", encoding=theirs.encoding)
    os.dup2(silence, 2)
    os.close(silence)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(ours, 2)
        sys.stderr.close()
        sys.stderr = theirs
