"""What we are built on: how new it is, under which licence, and whether it is needed.

`python -m tests.support.supply` asks pip twice what it would install, once with the versions that
are installed here and once without, and nobody else. It cannot tell of known weaknesses: what pip
is told has none of them in it.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions, packages_distributions
from pathlib import Path

from tests.project.lowest import ROOT, declared, lowest

_OURS = ("signdecoder", "tests")
_TOOLS = {"pip", "setuptools", "wheel"}  # what an environment is made with
_BROUGHT = {"pytest-xdist": "--dist "}  # options that are a plugin's: settings with them use it
_YANKED = re.compile(r"yanked version: '([^']+)' candidate \(version (\S+) at")
# Words of licences that ask for no more than to be named, SPDX's and those of older fields.
_PERMISSIVE = re.compile(
    r"\b(MIT(-CMU|-0)?|BSD|[023]-?Clause|0BSD|Apache|ISC|ISCL|PSF|Python( Software Foundation)?"
    r"|Zlib|Unlicense|CC0|HPND|BSL-1\.0)\b",
    re.I,
)
# What asks for more, and why we take it all the same.
_TAKEN = {"MPL": "asks for changes to its own files alone, of which we make none"}
# What names no licence in its metadata: read in the file that comes with it.
_READ = {"namex": "Apache License 2.0"}


@dataclass(frozen=True, slots=True)
class Part:
    """One that is installed: its version, the newest that is allowed, its licence."""

    name: str
    version: str
    newest: str
    licence: str
    declared: bool


def key(name: str) -> str:
    """A name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(found: Distribution) -> str:
    """Its licence in a few words, from the newest of the three fields that there have been."""

    def told(field: str) -> list[str]:
        return [str(line) for line in found.metadata.get_all(field) or ()]

    classified = [
        line.rpartition(" :: ")[2]
        for line in told("Classifier")
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    words = told("License-Expression") or classified or [line[:60] for line in told("License")]
    return ", ".join(words).partition("\n")[0] or _READ.get(key(found.metadata["Name"]), "unknown")


def is_permissive(licence: str) -> bool:
    """Does it ask for no more than to be named, whichever of its choices is taken?

    Each part of a conjunction must; of a choice one is enough.
    """
    parts = re.split(r"\bAND\b|,", re.sub(r"[()]", " ", licence))
    return all(
        any(_PERMISSIVE.search(choice) and "GPL" not in choice for choice in part.split(" OR "))
        for part in parts
    )


def imported(package: str) -> set[str]:
    """The packages that the modules of one of ours import, at their top or within a function."""
    names: set[str] = set()
    for file in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - set(_OURS)


def names_of(requirements: Iterable[str]) -> set[str]:
    """The distributions that are declared, without ourselves."""
    return {key(line.partition("==")[0]) for line in lowest({"": [*requirements]})}


def misdeclared(
    requirements: Mapping[str, list[str]], homes: Mapping[str, list[str]]
) -> Iterator[str]:
    """What is imported and not declared, or declared and not used; ``homes`` by package."""
    everywhere = names_of(line for lines in requirements.values() for line in lines)
    shipped = names_of(line for extra in ("", "bench") for line in requirements[extra])
    used: set[str] = set()
    for ours, allowed in (("signdecoder", shipped), ("tests", everywhere)):
        for package in sorted(imported(ours)):
            givers = {key(name) for name in homes.get(package, [])}
            used |= givers & allowed
            if not givers & allowed:
                yield f"{ours} imports {package}, which is not declared"
    tools = (ROOT / "pyproject.toml").read_text("utf-8")
    for name in sorted(everywhere - used):
        set_up = _BROUGHT.get(name, f"[tool.{name}]") in tools
        if not set_up and name.removesuffix("-stubs") not in used:
            yield f"{name} is declared, and nothing imports it"


def resolve(requirements: Iterable[str], pinned: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """What pip would install in an empty environment, by name, and which of it was yanked."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder, "constraints.txt")
        constraints.write_text("".join(f"{line}\n" for line in pinned))
        report = Path(folder, "report.json")
        ran = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet",
             "--report", report, "--constraint", constraints, *requirements],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ran.returncode:
            raise SystemExit(f"pip finds no way to install what is declared:\n{ran.stderr}")
        found = json.loads(report.read_text("utf-8"))["install"]
    versions = {key(i["metadata"]["name"]): i["metadata"]["version"] for i in found}
    return versions, [
        f"{name} {version} was yanked" for name, version in _YANKED.findall(ran.stderr)
    ]


def audit() -> tuple[list[Part], list[str]]:
    """What is installed and needed, and what is wrong with it."""
    requirements = declared()
    wanted = [
        line for lines in requirements.values() for line in lines if not line.startswith(_OURS[0])
    ]
    installed = {key(d.metadata["Name"]): d for d in distributions()}
    ours = installed.pop(_OURS[0], None)
    needed, faults = resolve(wanted, (f"{n}=={d.version}" for n, d in installed.items()))
    newest, _ = resolve(wanted, ())
    direct = names_of(wanted)
    parts = []
    for name in sorted(needed):
        if name not in installed:
            faults.append(f"{name} is needed, and not installed")
            continue
        found = installed[name]
        part = Part(
            name, found.version, newest.get(name, "none"), licence_of(found), name in direct
        )
        parts.append(part)
        if not is_permissive(part.licence) and not any(word in part.licence for word in _TAKEN):
            faults.append(f"{name} {part.version} is under {part.licence}")
    faults += [
        f"{name} is installed, and nothing that is declared needs it"
        for name in sorted(installed.keys() - needed.keys() - _TOOLS)
    ]
    faults += misdeclared(requirements, packages_distributions())
    return parts, faults if ours else [*faults, "signdecoder itself is not installed"]


def main() -> int:
    """Print a line for each part and each fault; 1 if there is a fault."""
    parts, faults = audit()
    for part in parts:
        newer = "" if part.newest == part.version else f"(now {part.newest})"
        mark = "*" if part.declared else " "
        print(f"{mark} {part.name:20} {part.version:16} {newer:22} {part.licence[:36]}")
    older = sum(part.newest != part.version for part in parts)
    print(f"{len(parts)} packages (* declared), {older} with a newer version that is allowed")
    for word, why in _TAKEN.items():
        names = ", ".join(part.name for part in parts if word in part.licence)
        print(f"{word}, which {why}: {names or 'none'}")
    print("Known weaknesses: not looked up, since pip is not told of them.")
    for fault in faults:
        print(f"FAULT: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
