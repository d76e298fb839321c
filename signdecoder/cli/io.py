"""The two streams: data on standard output, everything said besides on standard error.

Python has no stream where the caller closed it: then nobody listens, and nothing is said.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.text import printable


def print_words(text: str, done: str = "") -> None:
    """Print words on standard output; headlines are bold where a terminal shows them.

    ``done`` is what was done already, in a sentence: it stays done where that cannot be printed.
    """
    _write(sys.stdout, _safe_lines(text, bold=_shows_styles(sys.stdout)), done)


def print_json(document: dict[str, Any], done: str = "") -> None:
    """Print one JSON document, in ASCII, so that no locale can spoil it; ``done`` as for words."""
    _write(sys.stdout, json.dumps(document, allow_nan=False) + "\n", done)


def say(text: str) -> None:
    """Say something on standard error; what cannot be said there stops nothing."""
    with suppress(SigndecoderError):
        _write(sys.stderr, _safe_lines(text, bold=False))


def say_line(text: str) -> None:
    """Say one line, whatever names of files stand in it: an end of a line in one is shown."""
    say(printable(text))


def _safe_lines(text: str, *, bold: bool) -> str:
    lines = []
    headline = True
    for line in text.split("\n"):
        shown = printable(line)
        lines.append(f"\x1b[1m{shown}\x1b[0m" if bold and headline and shown else shown)
        headline = not shown
    return "\n".join(lines) + "\n"


def _shows_styles(stream: TextIO | None) -> bool:
    if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def _write(stream: TextIO | None, text: str, done: str = "") -> None:
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    with guard_stream(stream, done):
        # A terminal that cannot show a bar or an arrow shows a question mark, never a traceback.
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()


@contextmanager
def guard_stream(stream: TextIO | None, done: str = "") -> Iterator[None]:
    """Say in a sentence that a stream cannot be written; who closed a pipe has seen enough.

    That is an error, unless the output only tells what is ``done``: who took it for a failure would
    do it twice.
    """
    try:
        yield
    except OSError as error:
        if stream is not None:  # Python would try once more, and complain, when it closes it
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if isinstance(error, BrokenPipeError):
            return
        fault = f"the output cannot be written ({error.strerror})"
        if not done:
            raise SigndecoderError(fault, "make room and try again") from None
        say(f"Note: {done}, but {fault}: do not do it again")


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep what TensorFlow's C++ writes to file descriptor 2 off the user's screen.

    Our own words go on to where they went. SIGNDECODER_DEBUG=1 lets everything through.
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
