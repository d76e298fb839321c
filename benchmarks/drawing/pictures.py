"""How the pictures of the README are written."""

from __future__ import annotations

import re
from pathlib import Path


def write_picture(drawn: str, path: Path) -> None:
    """Write an SVG that rich has drawn, without the fonts that it would have a viewer fetch.

    Any monospaced one will do.
    """
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S), "utf-8")
