"""Find phrases in code and pages that are not plain English.

`python -m tests.project.plain_english [FILE or FOLDER...]` lists them, in the whole project by
default. ``phrases.txt`` holds the phrases and what to write instead.
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PHRASES = Path(__file__).with_name("phrases.txt")
_PAGES = {".md", ".html", ".css", ".js", ".tcss", ".toml", ".yml"}
_OURS = ("signdecoder", "tests", "benchmarks", "docs", "data", ".ci")
# From Python 3.12 on, an f-string is several tokens; its text has a type of its own.
_FSTRING_TEXT = getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)
_SKIPPED = {
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    getattr(tokenize, "FSTRING_START", tokenize.NL),
    getattr(tokenize, "FSTRING_END", tokenize.NL),
}
_QUOTES = re.compile(r"""^[rbfuRBFU]*['"]+|['"]+$""")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to avoid, and what to write instead."""

    pattern: re.Pattern[str]
    instead: str


def load_phrases(file: Path = PHRASES) -> list[Phrase]:
    """Load a list with one ``pattern => what to write instead`` per line."""
    phrases = []
    for line in file.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            pattern, arrow, instead = line.partition(" => ")
            assert arrow, f"no => in {line!r}"
            phrases.append(Phrase(re.compile(pattern, re.IGNORECASE), instead))
    return phrases


def prose_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each piece of prose, with single spaces.

    In code, prose is comments, strings and names of tests. Adjacent comment lines are one piece,
    and so are adjacent strings. On a page, each paragraph is a piece.
    """
    text = file.read_text("utf-8")
    if file.suffix != ".py":
        line = 1
        for paragraph in text.split("\n\n"):
            yield line, " ".join(paragraph.split())
            line += paragraph.count("\n") + 2
        return
    begin, kind, parts = 0, 0, list[str]()
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _SKIPPED:
            continue
        token_kind = tokenize.STRING if token.type == _FSTRING_TEXT else token.type
        if parts and token_kind != kind:
            yield begin, " ".join(" ".join(parts).split())
            parts = []
        if token_kind in (tokenize.STRING, tokenize.COMMENT):
            begin, kind = (begin, kind) if parts else (token.start[0], token_kind)
            words = _QUOTES.sub("", token.string)
            parts.append(words if token_kind == tokenize.STRING else words.lstrip("#"))
        elif before == "def" and token.string.startswith("test_"):
            yield token.start[0], token.string.replace("_", " ")
        before = token.string


def find_phrases(files: Iterable[Path], phrases: Iterable[Phrase]) -> list[str]:
    """List phrases as ``FILE:LINE: phrase: what to write instead``."""
    listed = list(phrases)
    return [
        f"{file.relative_to(ROOT)}:{line}: {found[0]!r}: {phrase.instead}"
        for file in files
        for line, text in prose_of(file)
        for phrase in listed
        for found in [phrase.pattern.search(text)]
        if found
    ]


def list_files(roots: Iterable[Path]) -> list[Path]:
    """List the code and pages in some folders."""
    files = []
    for root in roots:
        for file in [root] if root.is_file() else sorted(root.rglob("*")):
            is_known = file.suffix == ".py" or file.suffix in _PAGES
            if is_known and file.is_file():
                files.append(file)
    return files


def project_files() -> list[Path]:
    """List all code and pages of the project."""
    pages = [file for file in ROOT.iterdir() if file.suffix in _PAGES]
    return list_files([*pages, *(ROOT / name for name in _OURS if (ROOT / name).exists())])


if __name__ == "__main__":
    paths = [Path(name).resolve() for name in sys.argv[1:]]
    hits = find_phrases(list_files(paths) if paths else project_files(), load_phrases())
    print(*hits, sep="\n")
    sys.exit(bool(hits))
