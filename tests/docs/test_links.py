"""Links between pages, the paths that pages name, and the site that is built of them."""

import importlib.util
import re
from pathlib import Path

import pytest

from tests.docs.modules import PAGE as ARCHITECTURE
from tests.docs.modules import list_modules
from tests.docs.pages import DOCS, PAGES, README, ROOT, commands_of, table_rows

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.M | re.S)


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for link in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
        if link.startswith("https://"):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in _anchors(file), f"{page.name}: {link}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, new = {README}, [README]
    while new:
        page = new.pop()
        for link in _LINK.findall(page.read_text("utf-8")):
            file = (page.parent / link.partition("#")[0]).resolve()
            if file.suffix == ".md" and file.exists() and file not in reached:
                reached.add(file)
                new.append(file)
    assert set(PAGES) <= reached


def test_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 200


def test_every_module_is_named_under_its_package() -> None:
    text = ARCHITECTURE.read_text("utf-8")
    named = {
        f"{heading}/{module}"
        for heading, body in re.findall(r"^### (\w+)\n(.*?)(?=^###|^<!--)", text, re.M | re.S)
        for module in re.findall(r"^\| `([\w/.]+)` \|", body, re.M)
    }
    assert named == set(list_modules()), "run python -m tests.docs.modules"


def test_main_files_exist_in_their_packages() -> None:
    for package, _, files in table_rows(ARCHITECTURE, "Architecture"):
        folder = ROOT / "signdecoder" / package.strip("`")
        assert folder.is_dir(), package
        for word in re.findall(r"`([\w/]+(?:\.\w+|/))`", files):
            assert list(folder.rglob(word.rstrip("/"))), f"{package}: {word}"


def test_answers_name_files_that_exist() -> None:
    text = (DOCS / "where-to-change.md").read_text("utf-8")
    questions, _, below = text.partition("## Answers")
    answers = re.findall(r"^\d+\. `([^`]+)`", below, re.M)
    assert len(answers) == len(re.findall(r"^\d+\. ", questions, re.M))
    for answer in answers:
        assert (ROOT / answer).exists(), answer


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_of_the_project_that_a_page_names_exist(page: Path) -> None:
    for word in re.findall(
        r"`((?:signdecoder|tests|benchmarks|docs|data|\.ci)/[\w./-]+)`", page.read_text("utf-8")
    ):
        assert (ROOT / word).exists(), f"{page.name}: {word}"
    for module in re.findall(r"python -m ((?:tests|benchmarks)[\w.]+)", page.read_text("utf-8")):
        assert importlib.util.find_spec(module), f"{page.name}: {module}"
    for script in re.findall(r"python (benchmarks/[\w/]+\.py)", page.read_text("utf-8")):
        assert (ROOT / script).exists(), f"{page.name}: {script}"


def test_pages_name_every_command() -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    sections = set(re.findall(r"^### (\w+)$", text, re.M))
    for page in PAGES:
        for line in commands_of(page):
            if not line.startswith("-"):
                assert line.split()[0] in sections, f"{page.name}: {line}"
