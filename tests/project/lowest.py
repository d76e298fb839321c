"""The lowest versions that pyproject.toml declares, as a constraints file for pip.

`python -m tests.project.lowest > FILE`, then `pip install -c FILE -e '.[dev]'`: what is installed
is what is declared, at its lowest; what those need in turn is pip's to choose.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DECLARED = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,]+\])?(?:>=(?P<lowest>[\w.]+),<[\w.]+)?")


def declared(file: Path = ROOT / "pyproject.toml") -> dict[str, list[str]]:
    """The requirements as they are written, those of the package under ``""``, else by extra."""
    project = tomllib.loads(file.read_text("utf-8"))["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


def lowest(requirements: dict[str, list[str]], ours: str = "signdecoder") -> list[str]:
    """A line ``name==version`` for each. Raises ValueError where a bound is missing."""
    lines = []
    for written in (line for lines in requirements.values() for line in lines):
        found = _DECLARED.fullmatch(written)
        if found and found["lowest"]:
            lines.append(f"{found['name']}=={found['lowest']}")
        elif not found or found["name"] != ours:
            raise ValueError(f"{written!r} does not read NAME>=LOWEST,<NEXT")
    return lines


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in lowest(declared())))
