"""What is declared: each with a lowest version that there is, each of them used, none forgotten."""

from importlib.metadata import PathDistribution, packages_distributions
from pathlib import Path

import pytest

from tests.project.lowest import declared, lowest
from tests.support.supply import _YANKED, is_permissive, licence_of, misdeclared


def test_the_lowest_versions_are_those_that_are_declared() -> None:
    requirements = {"": ["numpy>=2.2,<3", "keras[x]>=3.15.1,<4"], "dev": ["signdecoder[bench]"]}
    assert lowest(requirements) == ["numpy==2.2", "keras==3.15.1"]
    everything = lowest(declared())
    assert "numpy==2.2" in everything
    assert len(everything) == sum(len(lines) for lines in declared().values()) - 1


@pytest.mark.parametrize("written", ["numpy", "numpy>=2.2", "numpy==2.2", "numpy<3", "numpy>2,<3"])
def test_a_bound_that_is_missing_is_told(written: str) -> None:
    with pytest.raises(ValueError, match="does not read NAME>=LOWEST,<NEXT"):
        lowest({"": [written]})


def test_what_is_imported_is_declared_and_what_is_declared_is_used() -> None:
    homes = packages_distributions()
    assert list(misdeclared(declared(), homes)) == []
    forgotten = {extra: [r for r in rs if "rich" not in r] for extra, rs in declared().items()}
    assert list(misdeclared(forgotten, homes)) == [
        "signdecoder imports rich, which is not declared",
        "tests imports rich, which is not declared",
    ]
    moved = dict(forgotten, dev=[*declared()["dev"], "rich>=14.2,<16"])  # not what users install
    assert "signdecoder imports rich, which is not declared" in misdeclared(moved, homes)
    spare = {**declared(), "": [*declared()[""], "attrs>=26.1,<27"]}
    assert list(misdeclared(spare, homes)) == ["attrs is declared, and nothing imports it"]


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True), ("Apache Software License", True), ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("ISC License (ISCL)", True), ("PSF-2.0", True), ("GPL-3.0-only OR MIT", True),
        ("MIT License, BSD License", True), ("GPL-3.0-only", False), ("MIT AND LGPL-3.0", False),
        ("MIT License, GNU General Public License (GPL)", False), ("unknown", False),
        ("GPL-3.0 WITH GCC-exception", False), ("MPL-2.0", False), ("Proprietary", False),
        ("GNU Affero GPL, with MIT parts", False), ("MITRE", False),
    ],
)  # fmt: skip
def test_a_licence_is_permissive(licence: str, permissive: bool) -> None:
    assert is_permissive(licence) is permissive


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ("License-Expression: MIT\nLicense: other", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License\nLicense: see file", "BSD License"),
        ("Classifier: License :: OSI Approved\nLicense: Apache 2", "Apache 2"),
        ("Summary: nothing said", "unknown"),
    ],
)
def test_a_licence_is_read(fields: str, licence: str, tmp_path: Path) -> None:
    folder = tmp_path / "some.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: some\n{fields}\n\n")
    assert licence_of(PathDistribution(folder)) == licence


def test_a_yanked_version_is_noticed() -> None:
    said = (
        "WARNING: The candidate selected for download or install is a yanked version: 'attrs' "
        "candidate (version 21.1.0 at file:///attrs-21.1.0-py2.py3-none-any.whl)\n"
        "Reason for being yanked: Installable but not importable on Python 3.4."
    )
    assert _YANKED.findall(said) == [("attrs", "21.1.0")]
