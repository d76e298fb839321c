"""Stores that are damaged or that do harm: SQLite files with the application id of a store.

`python -m tests.long.hostile_stores` runs commands on all of them.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

from signdecoder.core.attributes import parse_attributes
from signdecoder.core.keypad import DEFAULT_SIGNALS, assign_keys
from signdecoder.core.play import Play
from signdecoder.core.same_plays import parse_same_plays
from signdecoder.logs.play_log import load_log
from signdecoder.store.schema import APPLICATION_ID, STEPS
from signdecoder.store.store import Store
from signdecoder.workspace.tuned_weights import save_weights
from tests.support.networks import random_weights
from tests.support.paths import DEMO_GAME

# A change to a good store: SQL statements, or "cut N" or "flip SEED" for its bytes.
Damage = tuple[str, ...]

_TEXTS = (
    "''", "'x'", "x'00ff'", "17", "1.5", "CAST(x'ff' AS TEXT)", "'a' || char(27) || '[31mb'",
    "'a' || char(0)", "'a' || char(10) || 'b'", "printf('%.*c', 300, 'x')", "'[bold]x[/]'",
    "'../../x'", "'=1+1'", "'a' || char(8238) || 'b'",
)  # fmt: skip
_DOCUMENTS = (
    *_TEXTS, "'{}'", "'null'", "'[null]'", "'[1]'", "'[[]]'", "'[\"\"]'", "'\"cap\"'",
    "'[\"\\ud800\"]'", "'[\"a\\u0000\"]'", "'[\"a\\u001bb\"]'", "'[\"a>b\"]'", "'[NaN]'",
    "'{\"note\": 3}'", "'{\"note\": \"\\ud800\"}'", "'{\"signs\": \"x\"}'", "'{\"\": \"x\"}'",
    "'{\"odd\": \"x\"}'", "'{\"odd\": [3]}'", "'{\"odd\": [\":\"]}'",
    "'[[\"cap\", \"ab\"]]'", "'[[\"cap\", 3]]'", "'[[\"cap\"]]'",
    "printf('%.*c', 100000, '[')", "printf('%.*c', 3000000, 'x')",
    f"'{json.dumps(['cap'] * 65)}'", f"'{json.dumps(['x' * 41])}'",
)  # fmt: skip
_NUMBERS = ("-1", "0", "9e999", "1e308", "'x'", "x'00'", str(2**62), str(2**53), "1.5")
_COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "acts": {"id": _NUMBERS, "at": _TEXTS, "kind": _TEXTS, "words": _TEXTS, "undone": _NUMBERS},
    "versions": {
        "play": _NUMBERS, "act": _NUMBERS, "place": _NUMBERS, "coach_key": _TEXTS,
        "coach": _TEXTS, "game_key": _TEXTS, "game": _TEXTS, "day": _TEXTS, "date": _TEXTS,
        "signs": _DOCUMENTS, "outcome": _TEXTS, "context": _DOCUMENTS, "extra": _DOCUMENTS,
        "identity": _TEXTS, "gone": _NUMBERS,
    },
    "weights": {"play": _TEXTS, "arrays": _TEXTS, "meta": _DOCUMENTS},
    "beliefs": {
        "coach_key": _TEXTS, "play": _TEXTS, "blob": (*_TEXTS, "zeroblob(100000)"),
        "weights_hash": _TEXTS, "plays": _NUMBERS, "plays_hash": _TEXTS,
    },
    "marks": {
        "mark": _NUMBERS, "act": _NUMBERS, "coach_key": _TEXTS, "day": _TEXTS,
        "game_key": _TEXTS, "place": _NUMBERS, "play": _NUMBERS, "gone": _NUMBERS,
    },
    "pads": {"act": _NUMBERS, "coach_key": _TEXTS, "signals": _DOCUMENTS},
    "attributes": {"act": _NUMBERS, "coach_key": _TEXTS, "cell": _DOCUMENTS},
    "same_plays": {"act": _NUMBERS, "coach_key": _TEXTS, "cell": _DOCUMENTS},
    "numbers": {"last": _NUMBERS},
    "drafts": {"coach_key": _TEXTS, "signals": _DOCUMENTS},
}  # fmt: skip
SCHEMA_CHANGES: tuple[Damage, ...] = (
    *((f"DROP TABLE {name}",) for name in _COLUMNS),
    *((f"ALTER TABLE {name} ADD COLUMN odd",) for name in _COLUMNS),
    *((f"ALTER TABLE {n} RENAME TO t", f"CREATE VIEW {n} AS SELECT * FROM t") for n in _COLUMNS),
    *(
        (f"CREATE TRIGGER odd AFTER INSERT ON {name} BEGIN DELETE FROM versions; END",)
        for name in ("acts", "versions", "drafts", "beliefs")
    ),
    ("CREATE TABLE odd (a)",),
    ("CREATE TABLE \"a\x1b[31m\" (a)",),
    ("CREATE VIEW odd AS SELECT load_extension('/tmp/x.so')",),
    ("CREATE INDEX odd ON acts (abs(id))",),
    ("DROP INDEX versions_coach",),
    ("CREATE UNIQUE INDEX odd ON versions (play)",),
    ("CREATE VIRTUAL TABLE odd USING fts5 (a)",),
    ("ANALYZE", "UPDATE sqlite_stat1 SET stat = '1 1 1 1 1 1 1 1 1 1 1 1'"),
    ("PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = 'odd' WHERE name = 'acts'"),
    ("PRAGMA writable_schema = ON", "UPDATE sqlite_master SET rootpage = 2 WHERE type = 'table'"),
    ("PRAGMA writable_schema = ON", "UPDATE sqlite_master SET rootpage = 99999"),
    ("PRAGMA writable_schema = ON", "DELETE FROM sqlite_master"),
    *((f"PRAGMA user_version = {n}",) for n in (-1, 0, 1, 2, len(STEPS) + 1, 2**31 - 1)),
    *((f"PRAGMA application_id = {owner}",) for owner in (0, 1, APPLICATION_ID + 1)),
    ("PRAGMA encoding = 'UTF-16'", "VACUUM"),
    ("PRAGMA journal_mode = DELETE", "PRAGMA page_size = 65536", "VACUUM"),
    ("DELETE FROM versions",),
    ("DELETE FROM acts",),
    ("UPDATE acts SET undone = 1",),
    ("INSERT INTO weights VALUES ('bunt', zeroblob(30000000), '{}')",),
    ("INSERT INTO weights VALUES ('bunt', zeroblob(60000000), '{}')",),
    ("INSERT INTO beliefs VALUES ('x', 'steal', zeroblob(60000000), '', 0, '')",),
)  # fmt: skip
CELL_CHANGES: tuple[Damage, ...] = tuple(
    (f"UPDATE OR IGNORE {table} SET {column} = {value}",)
    for table, columns in _COLUMNS.items()
    for column, values in columns.items()
    for value in values
)
BYTE_CHANGES: tuple[Damage, ...] = (
    *((f"cut {at}",) for at in (0, 1, 15, 16, 17, 50, 99, 100, 101, 1000, 4096, 5000, 12000)),
    *((f"flip {seed}",) for seed in range(60)),
)


def make_store(path: Path) -> None:
    """Write a store with plays of two coaches, a sign change, a keypad, a draft and weights."""
    log = load_log(DEMO_GAME)
    with Store.open(path) as store:
        store.add_logs([log])
        store.add(Play(("cap", "left ear"), "bunt", "Lions", "1"))
        store.add_change_point("Lions")
        store.save_keypad("Lions", assign_keys(DEFAULT_SIGNALS))
        store.save_same_plays("Lions", parse_same_plays("delayed_steal", ["steal,slap"]))
        store.save_attributes("Lions", parse_attributes({"left ear": ["side:left", "skin"]}))
        store.save_draft("Hawks", ("ear", "cap"))
        save_weights(store, "steal", random_weights())


def damage_store(good: Path, path: Path, damage: Damage) -> None:
    """Copy a good store and damage the copy. Statements that SQLite refuses have no effect."""
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        name.unlink(missing_ok=True)
    shutil.copy(good, path)
    verb, _, rest = damage[0].partition(" ")
    if verb == "cut":
        path.write_bytes(path.read_bytes()[: int(rest)])
    elif verb == "flip":
        rng, data = Random(int(rest)), bytearray(path.read_bytes())
        for _ in range(rng.choice((1, 4, 64))):
            data[rng.randrange(rng.choice((100, 4096, len(data))))] = rng.randrange(256)
        path.write_bytes(data)
    else:
        _run(path, damage)


def _run(path: Path, damage: Damage) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in damage:
            try:
                db.execute(statement)
            except sqlite3.Error:
                break
    finally:
        db.close()


def list_damages() -> Iterator[Damage]:
    """Yield every kind of damage."""
    yield from (*SCHEMA_CHANGES, *CELL_CHANGES, *BYTE_CHANGES)
