"""Stores from strangers: clear errors for any content, and no trigger ever runs."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.session.events import Failed, SessionEvent
from signdecoder.session.service import LoggingService
from signdecoder.store.restore import restore
from signdecoder.store.store import Store
from signdecoder.store.validation import MOST_BYTES
from signdecoder.workspace.saved_beliefs import load_belief
from signdecoder.workspace.tuned_weights import find_weights
from tests.support.fakes import read_fake_decoder
from tests.support.hostile_stores import (
    BYTE_CHANGES,
    CELL_CHANGES,
    SCHEMA_CHANGES,
    Damage,
    damage_store,
    make_store,
)
from tests.support.shell import Shell, run_checked

COMMANDS = (
    ("plays", "--coach", "Hawks"), ("export", "out.csv"),
    ("log", "cap", "--outcome", "none", "--coach", "Hawks"),
)  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "good.db"
    make_store(path)
    return path


def try_commands(shell: Shell, good: Path, damages: Sequence[Damage]) -> list[int]:
    """Damage a store in each way, and return the statuses of the commands."""
    statuses = []
    for damage in damages:
        damage_store(good, shell.folder / "store.db", damage)
        statuses += [run_checked(list(command)) for command in COMMANDS]
    return statuses


def test_a_store_with_another_schema_is_refused(
    shell: Shell, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNDECODER_DEBUG", "1")  # an internal error is raised
    assert set(try_commands(shell, good, SCHEMA_CHANGES[::2])) == {0, 1}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (("CREATE TRIGGER x AFTER INSERT ON acts BEGIN DELETE FROM acts; END",), "its trigger x"),
        (("ALTER TABLE acts RENAME TO a", "CREATE VIEW acts AS SELECT * FROM a"), "its table acts"),
        (("DROP INDEX versions_coach",), "its index versions_coach"),
        (("CREATE TABLE odd (a)",), "its table odd"),
        (("ALTER TABLE pads ADD COLUMN odd",), "its table pads"),
        (("PRAGMA user_version = 0",), "its table acts"),
    ],
)
def test_a_foreign_table_index_or_trigger_is_reported(
    tmp_path: Path, good: Path, damage: Damage, said: str
) -> None:
    damage_store(good, tmp_path / "x.db", damage)
    wanted = re.escape(f"x.db has unexpected content ({said} is not signdecoder's). Put")
    with pytest.raises(SigndecoderError, match=wanted):
        Store.open(tmp_path / "x.db")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("versions", "signs", "x'00ff'"), ("versions", "place", "9e999"),
        ("versions", "play", "-1"), ("versions", "gone", "'x'"), ("acts", "words", "x'17'"),
        ("acts", "id", str(2**62)), ("weights", "arrays", "'x'"), ("beliefs", "plays", "1.5"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused_when_it_is_read(
    tmp_path: Path, good: Path, table: str, column: str, value: str
) -> None:
    path = tmp_path / "x.db"
    damage_store(good, path, ("INSERT INTO beliefs VALUES ('hawks', 'steal', x'', '', 1, '')",))
    with sqlite3.connect(path) as db:
        one = f"WHERE {column} = (SELECT MAX({column}) FROM {table})"
        db.execute(f"UPDATE {table} SET {column} = {value} {one}")
    reads: dict[str, Callable[[Store], object]] = {
        "versions": lambda store: store.plays(),
        "acts": lambda store: [*iter(store.undo, None)],
        "weights": lambda store: find_weights(store, "steal"),
        "beliefs": lambda store: load_belief(store, "Hawks", "steal"),
    }
    with (
        Store.open(path) as store,
        pytest.raises(SigndecoderError, match=r"a value of another type|a number is out of range"),
    ):
        reads[table](store)
    with pytest.raises(SigndecoderError, match=r"x\.db is damaged"):
        restore(tmp_path / "store.db", path)


def test_values_that_no_log_could_hold_are_refused(
    shell: Shell, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNDECODER_DEBUG", "1")
    assert set(try_commands(shell, good, CELL_CHANGES[::12])) == {0, 1}


def test_changed_bytes_of_a_store_end_in_an_error_message(
    shell: Shell, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNDECODER_DEBUG", "1")
    assert set(try_commands(shell, good, BYTE_CHANGES[::4])) <= {0, 1}


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("signs", "[" * 100_000, "a cell is not valid JSON"),
        ("signs", "[]", "a sequence is empty"),
        ("signs", '["\\ud800"]', "contains the control character U+D800"),
        ("signs", '["cap", 3]', "a signal is not a name"),
        pytest.param(
            "signs", f'["a{200_000 * chr(0x301)}{200_000 * chr(0x327)}"]', "has 400001", id="marks"
        ),
        ("context", '{"note": 3}', "a cell of a play is not text"),
        ("context", '{"odd": "x"}', "a cell of a play belongs to no column"),
        ("extra", '{"signs": "x"}', "a column of a play is not valid"),
        ("coach", "a\x1b[31m", "contains the control character U+001B"),
        ("coach", "a\nb", "the name of a coach is not valid"),
        ("game", "x" * 300, "has 300 characters"),
    ],
)
def test_a_play_that_no_log_could_hold_is_reported(
    tmp_path: Path, good: Path, column: str, text: str, said: str
) -> None:
    damage_store(good, tmp_path / "x.db", ("SELECT 1",))
    with sqlite3.connect(tmp_path / "x.db") as db:
        db.execute(f"UPDATE versions SET {column} = ?", (text,))
    with (
        Store.open(tmp_path / "x.db") as store,
        pytest.raises(SigndecoderError, match=rf"x\.db is damaged \(.*{re.escape(said)}"),
    ):
        store.plays()


def test_an_sqlite_error_that_quotes_invalid_text_is_reported(tmp_path: Path, good: Path) -> None:
    """Found by the fuzzer: SQLite quotes the invalid name of a table in its error."""
    damage_store(
        good,
        tmp_path / "x.db",
        (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = 'x', name = CAST(x'ac20' AS TEXT) WHERE name = 'acts'",
        ),
    )
    with pytest.raises(
        SigndecoderError, match=r"x\.db is damaged \(it holds something that is not text\)"
    ):
        Store.open(tmp_path / "x.db")


def test_a_value_that_is_too_large_is_not_fetched(tmp_path: Path, good: Path) -> None:
    damage_store(
        good,
        tmp_path / "x.db",
        (f"INSERT INTO beliefs VALUES ('hawks', 'steal', zeroblob({MOST_BYTES + 1}), '', 0, '')",),
    )
    with (
        Store.open(tmp_path / "x.db") as store,
        pytest.raises(SigndecoderError, match=r"x\.db is damaged \(.*too big"),
        store.reading() as db,
    ):
        db.execute("SELECT blob FROM beliefs").fetchone()


def test_a_pipe_or_device_is_not_a_store(tmp_path: Path) -> None:
    for path in (Path("/dev/null"), Path("/dev/zero"), tmp_path / "a\0b"):
        with pytest.raises(SigndecoderError, match="is not a signdecoder store"):
            Store.open(path)


def test_the_service_reports_a_damaged_store(tmp_path: Path, good: Path) -> None:
    """The store opens, but its signs are not a list."""
    damage_store(good, tmp_path / "x.db", ("UPDATE versions SET signs = '{}'",))
    events: list[SessionEvent] = []
    path = tmp_path / "x.db"
    service = LoggingService(lambda: Store.open(path), read_fake_decoder, events.append)  # type: ignore[arg-type]
    service.load_coach("Hawks")
    service.record(Play(("cap",), "none", "Hawks"))
    service.undo()
    service.close()
    service.run()
    failures = [event.message for event in events if isinstance(event, Failed)]
    assert failures
    assert all(
        "x.db is damaged (a sequence is not a list of signals)" in words for words in failures
    )
