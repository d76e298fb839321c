"""Sequences from standard input, in place of arguments."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from signdecoder.core.errors import SigndecoderError


def read_signals(arguments: Sequence[str]) -> Sequence[str]:
    """Return the arguments, or the line of standard input that ``-`` stands for."""
    if list(arguments) != ["-"]:
        return arguments
    lines = [line for line in (sys.stdin or ()) if line.strip()]
    if len(lines) != 1:
        raise SigndecoderError(
            f"standard input has {len(lines)} lines, not one sequence",
            "write the signals of one sequence on one line",
        )
    return [lines[0].strip()]
