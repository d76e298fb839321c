"""The two streams: data on standard output, everything said besides on standard error."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from signdecoder.errors import SigndecoderError
from signdecoder.layout import printable


def print_words(text: str) -> None:
    """Print words on standard output; headlines are bold where a terminal shows them."""
    _write(sys.stdout, _safe_lines(text, bold=_shows_styles(sys.stdout)))


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document, in ASCII, so that no locale can spoil it."""
    _write(sys.stdout, json.dumps(document, allow_nan=False) + "\n")


def say(text: str) -> None:
    """Say something on standard error."""
    _write(sys.stderr, _safe_lines(text, bold=False))


def _safe_lines(text: str, *, bold: bool) -> str:
    lines = []
    headline = True
    for line in text.split("\n"):
        shown = printable(line)
        lines.append(f"\x1b[1m{shown}\x1b[0m" if bold and headline and shown else shown)
        headline = not shown
    return "\n".join(lines) + "\n"


def _shows_styles(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    with guard_stream(stream):
        # A terminal that cannot show a bar or an arrow shows a question mark, never a traceback.
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()


@contextmanager
def guard_stream(stream: TextIO) -> Iterator[None]:
    """Say in a sentence that a stream cannot be written; who closed a pipe has seen enough."""
    try:
        yield
    except OSError as error:
        # Python would try once more, and complain, when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise SigndecoderError(
                f"the output cannot be written ({error.strerror})", "make room and try again"
            ) from None


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep what TensorFlow's C++ writes to file descriptor 2 off the user's screen.

    Our own words go on to where they went. SIGNDECODER_DEBUG=1 lets everything through.
    """
    replaced = sys.stderr is not sys.__stderr__
    if replaced or os.environ.get("SIGNDECODER_DEBUG"):
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
