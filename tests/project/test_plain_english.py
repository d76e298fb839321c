"""Code and pages do without the phrases in phrases.txt, and the finder sees all their prose."""

from pathlib import Path

import pytest

from tests.project import plain_english
from tests.project.plain_english import (
    find_phrases,
    list_files,
    load_phrases,
    project_files,
    prose_of,
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that stands for the project."""
    monkeypatch.setattr(plain_english, "ROOT", tmp_path)
    return tmp_path


def write(root: Path, name: str, text: str) -> Path:
    file = root / name
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("code", "line", "prose"),
    [
        ('\nsay("an old phrase")\n', 2, "an old phrase"),
        ('say(\n    "an old "\n    "phrase"\n)\n', 2, "an old phrase"),
        ('say(f"an {1} old phrase")\n', 1, "old phrase"),
        ('"""First line.\n\nThen an old\nphrase."""\n', 1, "First line. Then an old phrase."),
        ("x = 1\n# an old\n# phrase\n", 2, "an old phrase"),
        ("x = 1  # an old phrase\n", 1, "an old phrase"),
        ("\n\ndef test_an_old_phrase() -> None: ...\n", 3, "test an old phrase"),
    ],
    ids=["string", "adjacent strings", "f-string", "docstring", "comment", "end of line", "test"],
)
def test_prose_in_code_is_found(root: Path, code: str, line: int, prose: str) -> None:
    pieces = list(prose_of(write(root, "x.py", code)))
    assert [begin for begin, text in pieces if prose in text] == [line]


def test_names_other_than_those_of_tests_are_not_prose(root: Path) -> None:
    assert list(prose_of(write(root, "x.py", "def an_old_phrase() -> None: ...\n"))) == []


def test_a_phrase_that_spans_lines_of_a_page_is_found(root: Path) -> None:
    page = write(root, "x.md", "# Title\n\nA page with an old\nphrase in it.\n\nMore.\n")
    assert list(prose_of(page)) == [
        (1, "# Title"),
        (3, "A page with an old phrase in it."),
        (6, "More."),
    ]


def test_a_hit_names_file_line_phrase_and_replacement(root: Path) -> None:
    phrases = load_phrases(write(root, "list.txt", "# comment\n\n\\bold phrase\\b => new words\n"))
    files = [write(root, "x.py", "\n# An Old\n# Phrase.\n"), write(root, "x.md", "all good\n")]
    assert find_phrases(files, phrases) == ["x.py:2: 'Old Phrase': new words"]


def test_code_and_pages_of_the_project_are_searched_but_not_the_list_itself() -> None:
    root = plain_english.ROOT
    files = {file.relative_to(root).as_posix() for file in project_files()}
    assert {"README.md", "pyproject.toml", "signdecoder/cli/__init__.py"} <= files
    assert {"signdecoder/web/page.html", "tests/project/test_plain_english.py"} <= files
    assert "tests/project/phrases.txt" not in files


def test_only_code_and_pages_of_a_folder_are_listed(root: Path) -> None:
    files = [write(root, name, "") for name in ("a.py", "b.md", "c.npz")]
    assert list_files([root]) == files[:2]


def test_the_project_is_written_in_plain_english() -> None:
    assert find_phrases(project_files(), load_phrases()) == []
