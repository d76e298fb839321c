"""A Markdown table, as GitHub and most editors show it."""

from __future__ import annotations

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import Format
from signdecoder.core.text import printable
from signdecoder.reports.table import show_cell


def render(answer: Answer) -> bytes:
    """Render the rows between pipes."""
    table = answer.table()
    lines = [_line(table.columns), _line(["---"] * len(table.columns))]
    lines += [_line([show_cell(cell) for cell in row]) for row in table.rows]
    return "".join(f"{line}\n" for line in lines).encode()


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(map(_escape, cells))} |"


def _escape(cell: str) -> str:
    text = printable(cell)
    for mark in "\\|`*_<>[]":
        text = text.replace(mark, f"\\{mark}")
    return text


FORMAT = Format("markdown", (".md", ".markdown"), render)
