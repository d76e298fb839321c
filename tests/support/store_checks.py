"""Look into the file of a store from outside."""

import re
import sqlite3
from collections import Counter
from pathlib import Path

from signdecoder.store.schema import STEPS
from signdecoder.store.store import Store


def find_damage(path: Path) -> str:
    """Return what SQLite finds wrong with a store; an empty text if it is sound."""
    db = sqlite3.connect(path)
    try:
        (found,) = db.execute("PRAGMA integrity_check").fetchone()
        return "" if found == "ok" else str(found)
    except sqlite3.Error as error:
        return str(error)
    finally:
        db.close()


def count_plays_by_game(path: Path) -> Counter[str]:
    """Return the number of plays in a store, by game."""
    with Store.open(path) as store:
        return Counter(play.game for play in store.plays())


def turn_back(path: Path, version: int) -> None:
    """Make a store of an earlier version by dropping the tables that it did not have."""
    db = sqlite3.connect(path, isolation_level=None)
    for table in re.findall(r"CREATE TABLE (\w+)", "".join(STEPS[version:])):
        db.execute(f"DROP TABLE {table}")
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
