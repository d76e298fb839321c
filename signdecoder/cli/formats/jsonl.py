"""JSON lines: an object for each row."""

from __future__ import annotations

import json

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import Format


def render(answer: Answer) -> bytes:
    """Render a line for each row."""
    records = answer.table().records()
    return "".join(f"{json.dumps(row, allow_nan=False)}\n" for row in records).encode()


FORMAT = Format("jsonl", (".jsonl", ".ndjson"), render)
