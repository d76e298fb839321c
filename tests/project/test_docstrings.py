"""Public names of the library packages have complete docstrings."""

from tests.project.docstrings import find_faults
from tests.support.paths import ROOT


def test_docstrings_have_no_faults() -> None:
    assert find_faults(sorted((ROOT / "signdecoder").rglob("*.py"))) == []
