"""Audit the packages that signdecoder depends on: versions, licenses, and whether each is used.

`python -m tests.project.dependencies` asks pip what it would install, once with the versions that
are installed here and once without. It does not look up security advisories.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions, packages_distributions
from pathlib import Path

from tests.project.lowest_versions import load_requirements, lowest_versions
from tests.support.paths import ROOT

_OWN_FOLDERS = ("signdecoder", "tests", "benchmarks")
_INSTALLERS = {"pip", "setuptools", "wheel"}  # part of a new environment
# Tools that are run, not imported: the file that configures each, and what it says there.
_CONFIGURED_IN = {
    "import-linter": ("pyproject.toml", "[tool.importlinter]"),
    "mkdocs": ("mkdocs.yml", "site_name:"),
    "mkdocs-material": ("mkdocs.yml", "name: material"),
    "odfpy": ("signdecoder/logs/formats.py", 'engine="odf"'),  # which pandas then imports
    "mypy": ("pyproject.toml", "[tool.mypy]"),
    "pytest-xdist": ("pyproject.toml", "--dist "),
    "ruff": ("pyproject.toml", "[tool.ruff]"),
}
_YANKED = re.compile(r"yanked version: '([^']+)' candidate \(version (\S+) at")
# Words of licenses that only ask for attribution: those of SPDX and of older metadata fields.
_PERMISSIVE = re.compile(
    r"\b(MIT(-CMU|-0)?|BSD|[023]-?Clause|0BSD|Apache|ISC|ISCL|PSF|Python( Software Foundation)?"
    r"|Zlib|Unlicense|CC0|HPND|BSL-1\.0)\b",
    re.I,
)
# Other licenses that are acceptable, and why.
_ACCEPTED = {"MPL": "asks only to publish changes to its own files, and there are none"}
# Packages without a license in their metadata; these are from the license file.
_FROM_LICENSE_FILE = {"namex": "Apache License 2.0"}


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package, with the newest version that is allowed."""

    name: str
    version: str
    newest: str
    license: str
    declared: bool


def normalize(name: str) -> str:
    """Return the name of a distribution as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def license_of(distribution: Distribution) -> str:
    """Return the license in a few words, from the newest of three metadata fields."""

    def field(name: str) -> list[str]:
        return [str(line) for line in distribution.metadata.get_all(name) or ()]

    classifiers = [
        line.rpartition(" :: ")[2]
        for line in field("Classifier")
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    words = field("License-Expression") or classifiers or [line[:60] for line in field("License")]
    name = normalize(distribution.metadata["Name"])
    return ", ".join(words).partition("\n")[0] or _FROM_LICENSE_FILE.get(name, "unknown")


def is_permissive(license: str) -> bool:
    """Return whether a license only asks for attribution.

    Every part of a conjunction must be permissive, but only one option of a choice.
    """
    parts = re.split(r"\bAND\b|,", re.sub(r"[()]", " ", license))
    return all(
        any(_PERMISSIVE.search(choice) and "GPL" not in choice for choice in part.split(" OR "))
        for part in parts
    )


@cache
def imported_packages(folder: str) -> frozenset[str]:
    """Return the third-party packages that the modules in a folder of the project import."""
    files = list((ROOT / folder).rglob("*.py"))
    names: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    own_modules = {*_OWN_FOLDERS, *(file.stem for file in files if folder == "benchmarks")}
    return frozenset(names - set(sys.stdlib_module_names) - own_modules)


def distribution_names(requirements: Iterable[str]) -> set[str]:
    """Return the names of the required distributions, without signdecoder itself."""
    lines = lowest_versions({"": [*requirements]})
    return {normalize(line.partition("==")[0]) for line in lines}


def is_configured(name: str, root: Path = ROOT) -> bool:
    """Return whether the project configures a tool that is not imported."""
    file, text = _CONFIGURED_IN.get(name, ("", ""))
    path = root / file
    return path.is_file() and text in path.read_text("utf-8")


def find_misdeclared(
    requirements: Mapping[str, list[str]], distributions_of: Mapping[str, list[str]]
) -> Iterator[str]:
    """Yield packages that are imported but not declared, or declared but not used.

    ``distributions_of`` has the distributions that provide each importable package.
    """
    everywhere = distribution_names(line for lines in requirements.values() for line in lines)
    shipped = distribution_names(line for extra in ("", "bench") for line in requirements[extra])
    used: set[str] = set()
    for folder in _OWN_FOLDERS:
        allowed = shipped if folder == "signdecoder" else everywhere
        for package in sorted(imported_packages(folder)):
            providers = {normalize(name) for name in distributions_of.get(package, [])}
            used |= providers & allowed
            if not providers & allowed:
                yield f"{folder} imports {package}, which is not declared"
    for name in sorted(everywhere - used):
        if name.removesuffix("-stubs") not in used and not is_configured(name):
            yield f"{name} is declared but not used"


def resolve(requirements: Iterable[str], pinned: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Ask pip what it would install in an empty environment.

    Return the versions by name, and a sentence for each version that was yanked.
    """
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder, "constraints.txt")
        constraints.write_text("".join(f"{line}\n" for line in pinned))
        report = Path(folder, "report.json")
        completed = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet",
             "--report", report, "--constraint", constraints, *requirements],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if completed.returncode:
            raise SystemExit(f"pip cannot install the declared packages:\n{completed.stderr}")
        found = json.loads(report.read_text("utf-8"))["install"]
    versions = {normalize(i["metadata"]["name"]): i["metadata"]["version"] for i in found}
    return versions, [
        f"{name} {version} was yanked" for name, version in _YANKED.findall(completed.stderr)
    ]


def audit() -> tuple[list[Package], list[str]]:
    """Return the packages that are installed and needed, and the faults found."""
    requirements = load_requirements()
    wanted = [
        line
        for lines in requirements.values()
        for line in lines
        if not line.startswith("signdecoder")
    ]
    installed = {normalize(d.metadata["Name"]): d for d in distributions()}
    own = installed.pop("signdecoder", None)
    needed, faults = resolve(wanted, (f"{n}=={d.version}" for n, d in installed.items()))
    newest, _ = resolve(wanted, ())
    direct = distribution_names(wanted)
    packages = []
    for name in sorted(needed):
        if name not in installed:
            faults.append(f"{name} is needed but not installed")
            continue
        found = installed[name]
        package = Package(
            name, found.version, newest.get(name, "none"), license_of(found), name in direct
        )
        packages.append(package)
        if not is_permissive(package.license) and not any(
            word in package.license for word in _ACCEPTED
        ):
            faults.append(f"{name} {package.version} has the license {package.license}")
    faults += [
        f"{name} is installed, but no declared package needs it"
        for name in sorted(installed.keys() - needed.keys() - _INSTALLERS)
    ]
    faults += find_misdeclared(requirements, packages_distributions())
    return packages, faults if own else [*faults, "signdecoder itself is not installed"]


def main() -> int:
    """Print a line for each package and each fault; return 1 if there is a fault."""
    packages, faults = audit()
    for package in packages:
        newer = "" if package.newest == package.version else f"(now {package.newest})"
        mark = "*" if package.declared else " "
        print(f"{mark} {package.name:20} {package.version:16} {newer:22} {package.license[:36]}")
    older = sum(package.newest != package.version for package in packages)
    print(f"{len(packages)} packages (* declared), {older} with a newer version that is allowed")
    for word, why in _ACCEPTED.items():
        names = ", ".join(package.name for package in packages if word in package.license)
        print(f"{word}, which {why}: {names or 'none'}")
    print("Security advisories were not looked up.")
    for fault in faults:
        print(f"FAULT: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
