"""Text for people, as on a terminal."""

from __future__ import annotations

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import Format
from signdecoder.core.text import printable_lines


def render(answer: Answer) -> bytes:
    """Render the text."""
    return f"{printable_lines(answer.as_text())}\n".encode()


FORMAT = Format("table", (".txt",), render)
