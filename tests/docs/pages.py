"""The pages for people, and the blocks of code in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = (
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "benchmarks" / "README.md",
    ROOT / "data" / "README.md",
    *sorted(DOCS.rglob("*.md")),
)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block of code: its language, its text, and where the text begins in the page."""

    language: str
    text: str
    start: int


def code_blocks(page: Path, language: str | None = None) -> list[CodeBlock]:
    """List the blocks of a page, or those in one language."""
    return [
        CodeBlock(found[1], found[2], found.start(2))
        for found in _BLOCK.finditer(page.read_text("utf-8"))
        if language is None or found[1] == language
    ]


def commands_of(page: Path) -> Iterator[str]:
    """Yield the signdecoder commands in the blocks without a language, without the name."""
    for block in code_blocks(page, ""):
        for line in block.text.splitlines():
            if line.startswith("signdecoder "):
                yield line.removeprefix("signdecoder ")


def table_rows(page: Path, heading: str) -> list[list[str]]:
    """List the cells of the first table below a heading, without the table's header."""
    text = page.read_text("utf-8")
    start = re.search(rf"^#+ {re.escape(heading)}$", text, re.M)
    assert start, f"{page.name} has no heading {heading!r}"
    rows: list[list[str]] = []
    for line in text[start.end() :].splitlines():
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line.strip("|"))
            rows.append([cell.strip().replace("\\|", "|") for cell in cells])
        elif rows:
            break
    assert rows, f"{page.name} has no table below {heading!r}"
    return rows[2:]


def code_words(cell: str) -> list[str]:
    """List what stands between backquotes in a cell."""
    return re.findall(r"`([^`]+)`", cell)
