"""Write scouting pages to a file; the extension of its name selects the format."""

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
    """Check a file name before the pages are made.

    Parameters
    ----------
    path : Path
        The file to write.

    Raises
    ------
    UsageError
        If the extension is not known.
    SigndecoderError
        If the file cannot be written there.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"{path}: a scouting report is written to {' or '.join(ENDINGS)}",
            "change the extension of the file name",
        )
    if not check_target(path).parent.is_dir():
        raise SigndecoderError(f"{path}: the folder does not exist", "create it or choose another")
    if path.is_dir():
        raise SigndecoderError(f"{path}: this is a folder", "name a file in it")


def write_pages(pages: Sequence[ScoutingPage], path: Path) -> None:
    """Write the pages of all coaches to one file, in one step.

    Parameters
    ----------
    pages : sequence of ScoutingPage
        The page of each coach.
    path : Path
        The file to write.
    """
    from signdecoder.reports.scouting.html import write_html
    from signdecoder.reports.scouting.markdown import write_markdown

    check_pages(path)
    write = write_html if path.suffix.lower() == ".html" else write_markdown
    replace_file(path, write(pages).encode())
