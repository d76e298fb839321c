"""List the lowest versions that pyproject.toml declares, as a constraints file for pip.

`python -m tests.project.lowest_versions > FILE`, then `pip install -c FILE -e '.[dev]'` installs
each declared package at its lowest version. Pip chooses versions of all other packages.
"""

import re
import sys
import tomllib
from pathlib import Path

from tests.support.paths import ROOT

_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,]+\])?(?:>=(?P<lowest>[\w.]+),<[\w.]+)?")


def load_requirements(file: Path = ROOT / "pyproject.toml") -> dict[str, list[str]]:
    """Return the requirements as written, by extra; those of the package itself under ``""``."""
    project = tomllib.loads(file.read_text("utf-8"))["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


def lowest_versions(requirements: dict[str, list[str]], own_name: str = "signdecoder") -> list[str]:
    """Return a line ``name==version`` per requirement.

    Raises ValueError if a requirement lacks a bound.
    """
    lines = []
    for requirement in (line for lines in requirements.values() for line in lines):
        found = _REQUIREMENT.fullmatch(requirement)
        if found and found["lowest"]:
            lines.append(f"{found['name']}=={found['lowest']}")
        elif not found or found["name"] != own_name:
            raise ValueError(f"{requirement!r} is not of the form NAME>=LOWEST,<NEXT")
    return lines


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in lowest_versions(load_requirements())))
