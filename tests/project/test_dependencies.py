"""The declared dependencies have both bounds, are all used, and include everything imported."""

import re
from collections.abc import Mapping
from importlib.metadata import PathDistribution, packages_distributions
from pathlib import Path

import pytest

from tests.project.dependencies import (
    _CONFIGURED_IN,
    _YANKED,
    find_misdeclared,
    is_configured,
    is_permissive,
    license_of,
)
from tests.project.lowest_versions import load_requirements, lowest_versions
from tests.support.paths import ROOT

DECLARED = load_requirements()


def faults(requirements: Mapping[str, list[str]]) -> set[str]:
    return set(find_misdeclared(requirements, packages_distributions()))


def test_lowest_versions_are_those_declared() -> None:
    requirements = {"": ["numpy>=2.2,<3", "keras[x]>=3.15.1,<4"], "dev": ["signdecoder[bench]"]}
    assert lowest_versions(requirements) == ["numpy==2.2", "keras==3.15.1"]
    assert "numpy==2.2" in lowest_versions(DECLARED)
    assert len(lowest_versions(DECLARED)) == sum(map(len, DECLARED.values())) - 1


@pytest.mark.parametrize(
    "requirement", ["numpy", "numpy>=2.2", "numpy==2.2", "numpy<3", "numpy>2,<3"]
)
def test_a_requirement_without_both_bounds_is_refused(requirement: str) -> None:
    with pytest.raises(ValueError, match="is not of the form NAME>=LOWEST,<NEXT"):
        lowest_versions({"": [requirement]})


def test_imported_packages_are_declared_and_declared_packages_are_used() -> None:
    assert faults(DECLARED) == set()


def test_an_imported_package_that_is_not_declared_is_found() -> None:
    without_rich = {extra: [r for r in rs if "rich" not in r] for extra, rs in DECLARED.items()}
    assert faults(without_rich) - faults(DECLARED) >= {
        "signdecoder imports rich, which is not declared",
        "tests imports rich, which is not declared",
    }


def test_a_package_declared_only_for_developers_is_not_declared_for_users() -> None:
    without_rich = {extra: [r for r in rs if "rich" not in r] for extra, rs in DECLARED.items()}
    moved = dict(without_rich, dev=[*DECLARED["dev"], "rich>=14.2,<16"])
    assert faults(moved) - faults(DECLARED) == {"signdecoder imports rich, which is not declared"}


@pytest.mark.slow
def test_a_declared_package_that_is_not_used_is_found() -> None:
    spare = {**DECLARED, "": [*DECLARED[""], "attrs>=26.1,<27"]}
    assert faults(spare) - faults(DECLARED) == {"attrs is declared but not used"}


@pytest.mark.parametrize("name", _CONFIGURED_IN)
def test_a_tool_counts_as_used_only_if_the_project_configures_it(name: str, tmp_path: Path) -> None:
    assert is_configured(name)
    assert not is_configured(name, tmp_path)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "mkdocs.yml").write_text("theme: readthedocs\n")
    assert not is_configured(name, tmp_path)


@pytest.mark.parametrize(
    ("license", "permissive"),
    [
        ("MIT", True), ("Apache Software License", True), ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("ISC License (ISCL)", True), ("PSF-2.0", True), ("GPL-3.0-only OR MIT", True),
        ("MIT License, BSD License", True), ("GPL-3.0-only", False), ("MIT AND LGPL-3.0", False),
        ("MIT License, GNU General Public License (GPL)", False), ("unknown", False),
        ("GPL-3.0 WITH GCC-exception", False), ("MPL-2.0", False), ("Proprietary", False),
        ("GNU Affero GPL, with MIT parts", False), ("MITRE", False),
    ],
)  # fmt: skip
def test_permissive_licenses_are_recognized(license: str, permissive: bool) -> None:
    assert is_permissive(license) is permissive


@pytest.mark.parametrize(
    ("fields", "license"),
    [
        ("License-Expression: MIT\nLicense: other", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License\nLicense: see file", "BSD License"),
        ("Classifier: License :: OSI Approved\nLicense: Apache 2", "Apache 2"),
        ("Summary: no license field", "unknown"),
    ],
)
def test_the_license_comes_from_the_newest_metadata_field(
    fields: str, license: str, tmp_path: Path
) -> None:
    folder = tmp_path / "some.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: some\n{fields}\n\n")
    assert license_of(PathDistribution(folder)) == license


def test_a_warning_about_a_yanked_version_is_recognized() -> None:
    warning = (
        "WARNING: The candidate selected for download or install is a yanked version: 'attrs' "
        "candidate (version 21.1.0 at file:///attrs-21.1.0-py2.py3-none-any.whl)\n"
        "Reason for being yanked: Installable but not importable on Python 3.4."
    )
    assert _YANKED.findall(warning) == [("attrs", "21.1.0")]


def test_the_tests_that_run_with_the_lowest_versions_exist() -> None:
    named = re.findall(r"tests/[\w/]+(?:\.py)?", (ROOT / ".ci" / "lowest").read_text("utf-8"))
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []
