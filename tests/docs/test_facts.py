"""Tables of the pages against the code: outcomes, columns, limits, statuses, keys of documents."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from signdecoder import __all__ as public_names
from signdecoder.cli import main
from signdecoder.cli.formats import formats
from signdecoder.cli.io import DOCUMENT_VERSION
from signdecoder.core.errors import ExitStatus
from signdecoder.core.names import MAX_NAME, MAX_TITLE
from signdecoder.core.outcome_codes import CODES
from signdecoder.core.outcomes import OUTCOMES
from signdecoder.core.play import KNOWN_COLUMNS, MAX_VOCABULARY
from signdecoder.core.sequences import MAX_SIGNALS
from signdecoder.logs import csv_table, textfile
from signdecoder.lstm.weights import SHIPPED, read_weights
from signdecoder.rules.registry import FAMILIES
from signdecoder.tui.keys import format_table
from tests.docs.pages import DOCS, ROOT, code_words, table_rows

LOG_FORMAT, CLI = DOCS / "log-format.md", DOCS / "cli.md"
SEASON = ROOT / "data" / "season" / "lions.csv"


def _first_words(page: Path, heading: str) -> list[str]:
    return [word for row in table_rows(page, heading) for word in code_words(row[0])]


def test_every_outcome_is_in_the_table() -> None:
    assert _first_words(LOG_FORMAT, "Outcomes") == list(OUTCOMES)


def test_every_code_of_scorebooks_is_in_the_table() -> None:
    rows = table_rows(LOG_FORMAT, "Codes of scorebooks")
    assert {code_words(row[0])[0]: tuple(code_words(row[1])) for row in rows} == CODES


def test_every_column_is_in_the_table() -> None:
    assert set(_first_words(LOG_FORMAT, "Columns")) == set(KNOWN_COLUMNS)


def test_limits_are_those_of_the_code() -> None:
    limits = {row[0]: row[1].replace(",", "") for row in table_rows(LOG_FORMAT, "Limits")}
    assert limits == {
        "size of a file": f"{textfile.MAX_BYTES >> 20} MiB",
        "rows of a file": str(csv_table.MAX_ROWS),
        "cells of a file": str(csv_table.MAX_CELLS),
        "columns of a file": str(csv_table.MAX_COLUMNS),
        "characters of a row": str(textfile.MAX_LINE),
        "signals of a sequence": str(MAX_SIGNALS),
        "characters of a signal's name": str(MAX_NAME),
        "characters of any other name": str(MAX_TITLE),
        "different signals of a coach": str(MAX_VOCABULARY),
    }


def test_every_rule_family_is_in_the_table_of_the_audit() -> None:
    families = [name for name in FAMILIES if name != "null"]
    assert sorted(_first_words(DOCS / "audit.md", "Describing your signs")) == sorted(families)


def test_exit_statuses_are_those_of_the_code() -> None:
    assert [int(row[0]) for row in table_rows(CLI, "Exit statuses")] == [*ExitStatus]


def test_formats_are_those_of_the_code() -> None:
    listed = {row[0]: row[1] for row in table_rows(CLI, "Conventions")}
    assert listed == {
        f"`{one.name}`": ", ".join(f"`{ending}`" for ending in one.endings)
        for one in formats().values()
    }


def test_environment_variables_are_those_that_the_code_reads() -> None:
    code = "".join(p.read_text("utf-8") for p in (ROOT / "signdecoder").rglob("*.py"))
    named = set(re.findall(r'environ\.get\("(\w+)"\)', code))
    named |= {f"SIGNDECODER_{name}" for name in re.findall(r'"SIGNDECODER_(DB|DEBUG)"', code)}
    named |= set(re.findall(r'"(OMP_NUM_THREADS)"', code))
    assert set(_first_words(CLI, "Environment variables")) == named


def test_public_names_are_on_the_page_of_python() -> None:
    page = (DOCS / "python.md").read_text("utf-8")
    assert all(f"`{name}`" in page for name in public_names if not name.startswith("__"))


def test_figures_stand_with_the_hash_of_the_weights() -> None:
    for page in ("benchmarks.md", "model-card.md"):
        assert read_weights(SHIPPED).hash[:12] in (DOCS / page).read_text("utf-8")


# --- documents ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a play database with one season."""
    path = tmp_path_factory.mktemp("docs") / "plays.db"
    assert main(["--db", str(path), "import", str(SEASON)]) == 0
    return path


def _document(database: Path, capsys: pytest.CaptureFixture[str], command: str) -> Any:
    capsys.readouterr()
    assert main(["--db", str(database), *command.split(), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document.pop("version") == DOCUMENT_VERSION
    return document


@pytest.mark.slow
def test_keys_of_documents_are_those_in_the_tables(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = _document(database, capsys, "query ear cap belt")
    assert list(query) == _first_words(CLI, "JSON of query")
    (report,) = _document(database, capsys, "report")["coaches"]
    keys = [row[0] for row in table_rows(CLI, "JSON of report")]
    assert [f"`{key}`" for key in report] == keys
    (train,) = _document(database, capsys, "train --epochs 0")["coaches"]
    added = [row[0].strip("`") for row in table_rows(CLI, "JSON of train")]
    assert [*train] == [*report, *added]
    held_out = re.findall(r'"(\w+)"', table_rows(CLI, "JSON of train")[0][1])
    assert list(train["held_out"]) == held_out
    explain = _document(database, capsys, "explain ear cap belt --gates")
    assert [f"`{key}`" for key in explain if key != "gates"] == [
        row[0] for row in table_rows(CLI, "JSON of explain")
    ]
    for key in explain["gates"]:
        assert f"`{key}`" in CLI.read_text("utf-8")


def test_keys_of_a_play_are_those_in_the_table(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play = _document(database, capsys, "plays --last 1")["plays"][0]
    assert [f"`{key}`" for key in play] == [row[0] for row in table_rows(CLI, "JSON of plays")]


def test_keys_of_short_documents_are_those_in_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database, backup = tmp_path / "plays.db", tmp_path / "backup.db"
    documents = {row[0].strip("`"): row[1] for row in table_rows(CLI, "JSON of the other commands")}
    for command in (
        f"import {SEASON}",
        "coaches",
        "changed",
        "rename signal ear nose",
        "undo",
        f"backup {backup}",
        f"restore {backup}",
        "delete coach Lions",
    ):
        document = _document(database, capsys, command)
        words = re.findall(r'"(\w+)"', documents[command.split()[0]])
        assert _keys(document) == words, command


def _keys(document: Any) -> list[str]:
    """List the keys of a document, those of the first of a list below its own."""
    found: list[str] = []
    for key, value in document.items():
        found.append(key)
        if isinstance(value, list):
            found += _keys(value[0])
    return found


def test_the_page_of_the_live_screen_has_every_key() -> None:
    assert format_table() in (DOCS / "live-screen.md").read_text(encoding="utf-8")
