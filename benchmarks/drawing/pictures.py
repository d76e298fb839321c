"""Writes the pictures of the pages."""

from __future__ import annotations

import re
from pathlib import Path


def write_picture(drawn: str, path: Path) -> None:
    """Write an SVG drawn by rich, without the web fonts that a viewer would fetch.

    Any monospaced font will do.
    """
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S), "utf-8")
