"""Check docstrings with numpydoc, with the settings in pyproject.toml.

`python -m tests.project.docstrings [FILE...]` lists faults, in the whole package by default.
"""

import ast
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from numpydoc.hooks.validate_docstrings import parse_config, process_file

ROOT = Path(__file__).parents[2]
_PROPERTIES = {"property", "cached_property"}


def find_faults(files: Iterable[Path]) -> list[str]:
    """List faults as ``FILE:LINE: name: what is wrong``.

    A property is documented like an attribute, without a Returns section.
    """
    config = parse_config(ROOT)
    faults = []
    for file in files:
        skipped = config["exclude_files"]
        if skipped and re.search(skipped, file.as_posix()):
            continue
        attributes = _property_lines(file)
        for place, name, check, words in process_file(file, config):
            line = int(place.rpartition(":")[2])
            if check != "RT01" or line not in attributes:
                faults.append(f"{file.relative_to(ROOT)}:{line}: {name}: {check} {words}")
    return faults


def _property_lines(file: Path) -> set[int]:
    """Find the lines on which properties begin."""
    return {
        node.lineno
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(getattr(d, "id", "") in _PROPERTIES for d in node.decorator_list)
    }


if __name__ == "__main__":
    files = [Path(name).resolve() for name in sys.argv[1:]]
    found = find_faults(files or sorted((ROOT / "signdecoder").rglob("*.py")))
    print(*found, sep="\n")
    sys.exit(bool(found))
