"""A coach's plays written as a CSV log."""

from __future__ import annotations

import os
from pathlib import Path

from textual.screen import Screen

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.text import count, printable
from signdecoder.session.events import LogChanged

_LEADING = '/\\:~*?"<>|'  # what a path is made of, somewhere
_LONGEST = 60  # characters, which no file system finds too long


def name_file(coach: str) -> str:
    """The name of a file for a coach's plays: his own, but for what would lead elsewhere."""
    plain = "".join("_" if c in _LEADING or not c.isprintable() else c for c in coach)
    return f"{plain.lstrip('.')[:_LONGEST] or '_'}.csv"


def export_log(screen: Screen[None], book: LogChanged, file: str) -> None:
    """Write the file, in a worker's thread, and say on the screen that it is written."""
    from signdecoder.logs.play_log import write_log

    path = Path(os.path.expanduser(file))
    if path.exists():
        words, severity = f"{path} is there already: give another name", "error"
    else:
        try:
            excess = write_log(book.plays, path)
            words, severity = f"{count(len(book.plays), 'play')} written to {path}", "information"
            if excess:
                words = f"{words}, which cannot be imported again ({excess}): cut it into several"
                severity = "warning"
        except (SigndecoderError, OSError) as error:
            words, severity = str(error), "error"
    screen.app.call_from_thread(
        screen.notify, printable(words), severity=severity, timeout=6, markup=False
    )
