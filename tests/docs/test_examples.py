"""The commands, sessions and Python examples of the pages run, and print what the pages show."""

from pathlib import Path

import pytest

from tests.docs import cli_reference
from tests.docs.console import fresh_folder, has_commands, rewrite_page, run_command
from tests.docs.pages import DOCS, PAGES, README, ROOT, code_blocks

# The audit's session takes a minute; commands of the reference are examples for any log; those of
# data/ have a test of their own.
_NOT_RUN = {DOCS / "audit.md", cli_reference.PAGE, ROOT / "data" / "README.md"}


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if has_commands(page) and page not in _NOT_RUN], ids=_name
)
def test_commands_run_and_print_what_the_page_shows(page: Path) -> None:
    assert rewrite_page(page) == page.read_text("utf-8"), "run python -m tests.docs.console"


@pytest.mark.parametrize("page", [README, DOCS / "python.md"], ids=_name)
@pytest.mark.slow
def test_python_examples_run(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with fresh_folder():
        run_command("import data/season/lions.csv")
        for block in code_blocks(page, "python"):
            exec(compile(block.text, page.name, "exec"), {})
    assert capsys.readouterr().out


def test_readme_has_the_two_commands_for_a_fresh_clone() -> None:
    start = "python3 -m venv .venv && .venv/bin/pip install -q "
    blocks = [block.text for block in code_blocks(README, "")]
    assert (
        f"{start}. && .venv/bin/signdecoder train data/demo_game.csv && "
        ".venv/bin/signdecoder query --coach Hawks chin ear belt cap\n"
    ) in blocks
    assert f"{start}-e '.[dev]' && .venv/bin/pytest\n" in blocks


def test_reference_of_commands_is_what_the_commands_say() -> None:
    page = cli_reference.PAGE.read_text("utf-8")
    assert cli_reference.write_reference(page) == page, "run python -m tests.docs.cli_reference"
