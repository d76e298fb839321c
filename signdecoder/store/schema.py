"""Opening the store's file: what it must be, and how it is made."""

import os
import sqlite3
import time
from pathlib import Path

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import is_plain_file, real_path
from signdecoder.store import wal as ahead
from signdecoder.store.errors import (
    ELSEWHERE,
    StoreError,
    fault,
    foreign,
    gone,
    linked,
    log_damaged,
    newer,
    odd,
    shut,
    stranger,
)
from signdecoder.store.validation import distrust, find_oddity

APPLICATION_ID = 0x53444543
BUSY_SECONDS = 30.0

# A play is a row of versions for each act that touched it; none is ever changed, so an act can be
# taken back by marking it alone. `place` orders the rows of a game (all may be numbered anew, in
# their order), `day` is the date if it is one.
_FIRST = """
CREATE TABLE acts (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, words TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0);
CREATE TABLE versions (
  play INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE,
  place REAL NOT NULL, coach_key TEXT NOT NULL, coach TEXT NOT NULL,
  game_key TEXT NOT NULL, game TEXT NOT NULL, day TEXT NOT NULL, date TEXT NOT NULL,
  signs TEXT NOT NULL, outcome TEXT NOT NULL, context TEXT NOT NULL, extra TEXT NOT NULL,
  identity TEXT NOT NULL, gone INTEGER NOT NULL,
  PRIMARY KEY (play, act)) WITHOUT ROWID;
CREATE INDEX versions_act ON versions (act);
CREATE INDEX versions_identity ON versions (identity, act, place);
CREATE INDEX versions_coach ON versions (coach_key);
CREATE INDEX versions_game ON versions (game_key, day, place, act);
CREATE TABLE weights (
  play TEXT PRIMARY KEY, arrays BLOB NOT NULL, meta TEXT NOT NULL);
CREATE TABLE beliefs (
  coach_key TEXT NOT NULL, play TEXT NOT NULL, blob BLOB NOT NULL, weights_hash TEXT NOT NULL,
  plays INTEGER NOT NULL, plays_hash TEXT NOT NULL, PRIMARY KEY (coach_key, play))
"""
# A mark says that a coach's signs changed after the place where a play stood. It is a row for each
# act that touched it, like a play, and its number is that of the act which made it.
_MARKS = """
CREATE TABLE marks (
  mark INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE,
  coach_key TEXT NOT NULL, day TEXT NOT NULL, game_key TEXT NOT NULL, place REAL NOT NULL,
  play INTEGER NOT NULL, gone INTEGER NOT NULL, PRIMARY KEY (act, mark)) WITHOUT ROWID
"""
# A coach's pad as an act left it: a JSON list of [signal, key]. A draft is a sequence that is being
# given, and no act: a play comes of it.
_PADS = """
CREATE TABLE pads (
  act INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE, coach_key TEXT NOT NULL,
  signals TEXT NOT NULL, PRIMARY KEY (act, coach_key)) WITHOUT ROWID;
CREATE TABLE drafts (coach_key TEXT PRIMARY KEY, signals TEXT NOT NULL)
"""
# Step n makes a store of version n into one of version n + 1; those after the first add tables.
STEPS: tuple[str, ...] = (_FIRST, _MARKS, _PADS)


def connect(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Open the store at `path`, made if it is not there, and say whether it can only be read."""
    if "\0" in str(path):
        raise foreign(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise SigndecoderError(f"{path} is a folder, not a store", "give a file with --db PATH")
        if path.exists() and not is_plain_file(path):
            raise foreign(path)
        # The file is not opened here: closing it again would take SQLite's locks off it, if this
        # process has it open besides. SQLite refuses what it did not write, but for a single byte.
        place = real_path(path)
        if beside := ahead.find_stranger(place):
            raise stranger(path, beside)
        had_log = ahead.has_log(place)  # before the size: who makes a store begins with its file
        size = place.stat().st_size if place.exists() else 0
        if size and place.stat().st_nlink > 1:
            raise linked(path)
        if size == 1:
            raise foreign(path)
        if had_log and not size:
            raise gone(path, ahead.log_of(place))
        if ahead.is_damaged(place):
            raise log_damaged(path, ahead.log_of(place))
    except OSError as error:
        raise shut(path, error.strerror or str(error)) from None
    read_only = path.exists() and not all(
        os.access(writable, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
        for writable in (path, place.parent)
    )
    try:
        return (open_to_read(path) if read_only else _open_to_write(path)), read_only
    except sqlite3.Error as error:
        raise fault(path, error) from None
    except UnicodeError:  # SQLite quotes in its errors what it finds
        raise fault(path, sqlite3.DatabaseError("what it holds is no text")) from None


def _open_to_write(path: Path) -> sqlite3.Connection:
    """Open a store to read and write, bringing its schema up to date."""
    # SQLite would keep `:memory:` off the disk; a whole path is a file, whatever its name.
    db = sqlite3.connect(path.absolute(), timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _check(db, path)
        _keep_log_ahead(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA cache_size = -65536")  # 64 MiB: an index of a season stays in memory
        if _version(db) < len(STEPS):
            migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def open_to_read(
    path: Path, elsewhere: str = ELSEWHERE, *, still: bool = False
) -> sqlite3.Connection:
    """Open a store that cannot be written; `elsewhere` is the way on where it is no store.

    Where even the files beside it cannot be made, nobody can be writing: it is read as it stands,
    as is one that is `still`, which nobody has open.
    """
    place = real_path(path)
    address = f"{place.as_uri()}?mode=ro"
    try:
        return _read_at(f"{address}&immutable=1" if still else address, path, elsewhere)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        if ahead.has_log(place):
            log = ahead.log_of(place).name
            raise StoreError(
                f"the newest acts in the store {path} are in {log}, which cannot be read here",
                "copy both files where you may write, and use the copy with --db PATH",
            ) from None
        return _read_at(f"{address}&immutable=1", path, elsewhere)


def _read_at(address: str, path: Path, elsewhere: str) -> sqlite3.Connection:
    """Open a store to read at a URI, which says how."""
    db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _check(db, path, elsewhere)
        version = _version(db)
        if not version:
            raise SigndecoderError(
                f"the store {path} is empty and cannot be written",
                "make it writable once, so that it can be set up",
            )
        db.execute("PRAGMA temp_store = MEMORY")
        for step in STEPS[version:]:  # what an earlier store lacks is empty, for this reader alone
            for statement in step.split(";"):
                db.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE"))
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection, path: Path, elsewhere: str = ELSEWHERE) -> None:
    """Refuse a file that is another program's, of a later version than this one knows, or odd."""
    distrust(db)
    db.execute("BEGIN")  # one snapshot, while another process may be making the store
    (owner,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    version = _version(db)
    oddity = find_oddity(db, STEPS[:version]) if owner == APPLICATION_ID else ""
    db.execute("COMMIT")
    if owner != APPLICATION_ID and (owner or tables):
        raise foreign(path, elsewhere)
    if version > len(STEPS):
        raise newer(path, version, len(STEPS), elsewhere)
    if oddity:
        raise odd(path, oddity, elsewhere)


def _version(db: sqlite3.Connection) -> int:
    """Return the version of the store's schema, 0 for a file that was just made."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def _keep_log_ahead(db: sqlite3.Connection) -> None:
    """Turn on the write-ahead log, waiting for others: SQLite itself does not wait for this."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)


def migrate(db: sqlite3.Connection) -> None:
    """Take the steps that the store has not taken, all of them or none."""
    db.execute("BEGIN IMMEDIATE")
    try:
        for step in STEPS[_version(db) :]:
            for statement in step.split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(STEPS)}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
