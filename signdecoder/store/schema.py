"""Opening the store's file: check it, create it, and migrate older versions."""

import os
import sqlite3
import time
import warnings
from pathlib import Path

from signdecoder.core.errors import SigndecoderError, StoreNote
from signdecoder.core.fs import find_side_file_clash, is_plain_file, real_path
from signdecoder.store import days, errors, missed, revisions, wal
from signdecoder.store.compaction import finish_compaction
from signdecoder.store.errors import OTHER_STORE, StoreError
from signdecoder.store.validation import find_foreign_schema, harden_connection

APPLICATION_ID = 0x53444543
BUSY_SECONDS = 30.0

# The tables have the names that earlier releases gave them: operations are `acts`, revisions are
# `versions`, change points are `marks` and keypads are `pads`.
# A play has a row of versions for each operation that touched it. Rows never change, so undo only
# marks the operation. `place` orders the rows of a game (all may be renumbered, in their order).
# `day` is the date if it could be read, else empty.
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
# A change point says that a coach's signs changed after the place where a play stood. It has a row
# for each operation that touched it, like a play. Its number is that of the operation that made it.
_MARKS = """
CREATE TABLE marks (
  mark INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE,
  coach_key TEXT NOT NULL, day TEXT NOT NULL, game_key TEXT NOT NULL, place REAL NOT NULL,
  play INTEGER NOT NULL, gone INTEGER NOT NULL, PRIMARY KEY (act, mark)) WITHOUT ROWID
"""
# A coach's keypad as an operation left it: a JSON list of [signal, key]. A draft is a sequence that
# is being entered. It is not an operation, because undo has nothing to undo before it is a play.
_PADS = """
CREATE TABLE pads (
  act INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE, coach_key TEXT NOT NULL,
  signals TEXT NOT NULL, PRIMARY KEY (act, coach_key)) WITHOUT ROWID;
CREATE TABLE drafts (coach_key TEXT PRIMARY KEY, signals TEXT NOT NULL)
"""
# The attributes of a coach's signals as an operation left them: a JSON object of lists by signal.
_ATTRIBUTES = """
CREATE TABLE attributes (
  act INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE, coach_key TEXT NOT NULL,
  cell TEXT NOT NULL, PRIMARY KEY (act, coach_key)) WITHOUT ROWID
"""
# Which plays are the same sign of a coach, as an operation left it: a JSON object of two lists.
_SAME_PLAYS = """
CREATE TABLE same_plays (
  act INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE, coach_key TEXT NOT NULL,
  cell TEXT NOT NULL, PRIMARY KEY (act, coach_key)) WITHOUT ROWID
"""
# Whether letters in upper and in lower case are different signals of a coach, as an operation left
# it.
_LETTERS = """
CREATE TABLE letters (
  act INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE, coach_key TEXT NOT NULL,
  matters INTEGER NOT NULL, PRIMARY KEY (act, coach_key)) WITHOUT ROWID
"""
# The last number that was given to a play, also if that play was undone.
_NUMBERS = """
CREATE TABLE numbers (last INTEGER NOT NULL);
INSERT INTO numbers SELECT IFNULL(MAX(play), 0) FROM versions
"""
# No table: dates in identities are days since this version, however they were written.
_DAYS = ""
# Copies of the store, which may hold what is erased later; and each time that rows were erased for
# good, with whether the file was compacted afterwards. It does not say what was erased.
_ERASING = """
CREATE TABLE backups (file TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE erasures (id INTEGER PRIMARY KEY, at TEXT NOT NULL, compacted INTEGER NOT NULL)
"""
# Step n turns a store of version n into one of version n + 1. Steps after the first add tables.
STEPS: tuple[str, ...] = (
    _FIRST,
    _MARKS,
    _PADS,
    _ATTRIBUTES,
    _SAME_PLAYS,
    _LETTERS,
    _NUMBERS,
    _DAYS,
    _ERASING,
)


def connect(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Open a store. If the file does not exist, it is created.

    Parameters
    ----------
    path : Path
        Path of the store.

    Returns
    -------
    db : sqlite3.Connection
        Connection to it.
    read_only : bool
        True if it can only be read.

    Raises
    ------
    StoreError
        If it is not a store, is damaged, or cannot be opened.
    """
    if "\0" in str(path):
        raise errors.not_a_store_error(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise SigndecoderError(f"{path} is a folder, not a store", "give a file with --db PATH")
        if path.exists() and not is_plain_file(path):
            raise errors.not_a_store_error(path)
        # The file is not opened here: closing it would release SQLite's locks if this process has
        # it open already. SQLite refuses any file that it did not write, except a single byte.
        place = real_path(path)
        if beside := wal.find_irregular_file(place):
            raise errors.not_a_regular_file_error(path, beside)
        if clash := find_side_file_clash(place):
            raise errors.side_file_error(path, clash)
        had_log = wal.has_log(place)  # before the size: a store is created file first
        size = place.stat().st_size if place.exists() else 0
        if size and place.stat().st_nlink > 1:
            raise errors.hard_link_error(path)
        if size == 1:
            raise errors.not_a_store_error(path)
        if had_log and not size:
            raise errors.orphaned_wal_error(path, wal.log_of(place))
        if wal.is_damaged(place):
            raise errors.damaged_wal_error(path, wal.log_of(place))
    except OSError as error:
        raise errors.not_writable_error(path, error.strerror or str(error)) from None
    read_only = path.exists() and not all(
        os.access(writable, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
        for writable in (path, place.parent)
    )
    try:
        return (open_to_read(path) if read_only else _open_to_write(path)), read_only
    except sqlite3.Error as error:
        raise errors.sqlite_error(path, error) from None
    except UnicodeError:  # SQLite quotes in its errors what it finds
        not_text = sqlite3.DatabaseError("it holds something that is not text")
        raise errors.sqlite_error(path, not_text) from None


def _open_to_write(path: Path) -> sqlite3.Connection:
    """Open a store to read and write, and migrate it."""
    # SQLite keeps `:memory:` off the disk. An absolute path is a file, whatever its name.
    db = sqlite3.connect(path.absolute(), timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _check(db, path)
        _use_wal(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA cache_size = -65536")  # 64 MiB: an index of a season stays in memory
        if version_of(db) < len(STEPS):
            migrate(db)
        finish_compaction(db)
    except BaseException:
        db.close()
        raise
    return db


def open_to_read(
    path: Path, hint: str = OTHER_STORE, *, unused: bool = False
) -> sqlite3.Connection:
    """Open a store to read.

    If no -shm file can be created beside it, nobody can be writing, and it is opened with
    ``immutable=1``.

    Parameters
    ----------
    path : Path
        Path of the store.
    hint : str, optional
        What to do if the file is not a store.
    unused : bool, optional
        True if no process has the file open, so that it can be opened with ``immutable=1``.

    Returns
    -------
    sqlite3.Connection
        Connection to it.

    Raises
    ------
    StoreError
        If it is not a store, or its newest changes cannot be read.
    """
    place = real_path(path)
    address = f"{place.as_uri()}?mode=ro"
    try:
        return _read_at(f"{address}&immutable=1" if unused else address, path, hint)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        if wal.has_log(place):
            log = wal.log_of(place).name
            raise StoreError(
                f"the newest changes in the store {path} are in {log}, which cannot be read here",
                "copy both files to a folder where you may write, and use --db PATH",
            ) from None
        return _read_at(f"{address}&immutable=1", path, hint)


def _read_at(address: str, path: Path, hint: str) -> sqlite3.Connection:
    """Open a store to read at a URI."""
    db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _check(db, path, hint)
        version = version_of(db)
        if not version:
            raise SigndecoderError(
                f"the store {path} is empty and cannot be written",
                "make it writable once so that it can be set up",
            )
        db.execute("PRAGMA temp_store = MEMORY")
        for step in STEPS[version:]:  # tables that an older store lacks exist in memory
            for statement in step.split(";"):
                db.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE"))
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection, path: Path, hint: str = OTHER_STORE) -> None:
    """Refuse a file of another program, of a later version, or with other tables than ours."""
    harden_connection(db)
    db.execute("BEGIN")  # one snapshot: another process may be creating the store
    (owner,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    version = version_of(db)
    foreign = find_foreign_schema(db, STEPS[:version]) if owner == APPLICATION_ID else ""
    db.execute("COMMIT")
    if owner != APPLICATION_ID and (owner or tables):
        raise errors.not_a_store_error(path, hint)
    if version > len(STEPS):
        raise errors.newer_version_error(path, version, len(STEPS), hint)
    if foreign:
        raise errors.unexpected_content_error(path, foreign, hint)


def version_of(db: sqlite3.Connection) -> int:
    """Return the version of a store's schema.

    Parameters
    ----------
    db : sqlite3.Connection
        Store.

    Returns
    -------
    int
        From 1, or 0 for a file that was just created.
    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def _use_wal(db: sqlite3.Connection) -> None:
    """Turn on the write-ahead log. Wait for others, because SQLite does not wait for this."""
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
    """Migrate a store to the newest version, in one transaction.

    Warns with a StoreNote if anything in it is read in another way from now on.

    Parameters
    ----------
    db : sqlite3.Connection
        Connection outside a transaction.
    """
    note = ""
    db.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(db)
        for step in STEPS[version:]:
            for statement in step.split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(STEPS)}")
        if 0 < version < missed.FIRST_VERSION:
            note = missed.adopt_placeholders(db)
        if 0 < version < days.FIRST_VERSION:
            days.adopt_days(db)
        if 0 < version < revisions.FIRST_ORDERED_VERSION:
            revisions.reserve_places(db)
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    if note:
        warnings.warn(note, StoreNote, stacklevel=2)
