"""Export plays to a CSV file, and say how it went."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.core.text import count

_SEPARATORS = '/\\:~*?"<>|'  # characters that have a meaning in a path on some system
_MAX_LENGTH = 60  # characters, which every file system accepts

Severity = Literal["information", "warning", "error"]


def suggest_file_name(coach: str) -> str:
    """Return a file name for a coach's plays: their name without characters of a path."""
    plain = "".join("_" if c in _SEPARATORS or not c.isprintable() else c for c in coach)
    return f"{plain.lstrip('.')[:_MAX_LENGTH] or '_'}.csv"


def export_plays(plays: Sequence[Play], file: str) -> tuple[str, Severity]:
    """Write plays to a new file, and return a message for the user."""
    from signdecoder.logs.play_log_writer import write_log

    path = Path(os.path.expanduser(file))
    if path.exists():
        return f"{path} already exists. Choose another name.", "error"
    try:
        excess = write_log(plays, path)
    except (SigndecoderError, OSError) as error:
        return str(error), "error"
    words = f"Exported {count(len(plays), 'play')} to {path}"
    if excess:
        return f"{words}. It is too large to import again ({excess}).", "warning"
    return words, "information"
