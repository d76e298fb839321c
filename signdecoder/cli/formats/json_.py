"""One JSON document with its version."""

from __future__ import annotations

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import Format
from signdecoder.cli.io import dump_document


def render(answer: Answer) -> bytes:
    """Render the document."""
    return dump_document(answer.as_document()).encode()


FORMAT = Format("json", (".json",), render)
