"""A scout's pages into a file: the ending of its name says how they are set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.fs import check_target, replace_file

if TYPE_CHECKING:
    from signdecoder.reports.scouting.page import ScoutingPage

ENDINGS = (".html", ".md")


def check_pages(path: Path) -> None:
    """Raise now what ``write_pages`` would: UsageError for an ending that is not known."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"{path}: a page ends with {' or '.join(ENDINGS)}", "let the file's name end so"
        )
    if not check_target(path).parent.is_dir():
        raise SigndecoderError(f"{path}: there is no such folder", "make it, or name another")
    if path.is_dir():
        raise SigndecoderError(f"{path}: this is a folder", "name a file")


def write_pages(pages: Sequence[ScoutingPage], path: Path) -> None:
    """Write the pages, one file for all coaches: the old file or the new one, never half of it."""
    from signdecoder.reports.scouting.html import write_html
    from signdecoder.reports.scouting.markdown import write_markdown

    check_pages(path)
    write = write_html if path.suffix.lower() == ".html" else write_markdown
    replace_file(path, write(pages).encode())
