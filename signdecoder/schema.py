"""Opening the store's file: what it must be, how it is made, and what is said when it fails."""

import os
import sqlite3
import time
from pathlib import Path

from signdecoder.errors import SigndecoderError
from signdecoder.soundness import distrust, find_oddity
from signdecoder.texts import is_plain_file

APPLICATION_ID = 0x53444543
BUSY_SECONDS = 30.0

# A play is a row of versions for each act that touched it; none is ever changed, so an act can be
# taken back by marking it alone. `place` orders the rows of a game, `day` is the date if it is one.
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
        raise _foreign(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise SigndecoderError(f"{path} is a folder, not a store", "give a file with --db PATH")
        if path.exists():
            if not is_plain_file(path):
                raise _foreign(path)
            with path.open("rb") as file:  # SQLite takes a file of one byte for an empty one
                if file.read(16) not in (b"", b"SQLite format 3\0"):
                    raise _foreign(path)
    except OSError as error:
        raise _shut(path, error.strerror or str(error)) from None
    read_only = path.exists() and not all(
        os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
        for place in (path, path.resolve().parent)
    )
    try:
        return (_open_to_read(path) if read_only else _open_to_write(path)), read_only
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
            _migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Open a store that cannot be written.

    Where even the files beside it cannot be made, nobody can be writing: it is read as it stands.
    """
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        return _read_at(address, path)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        return _read_at(f"{address}&immutable=1", path)


def _read_at(address: str, path: Path) -> sqlite3.Connection:
    """Open a store to read at a URI, which says how."""
    db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _check(db, path)
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


def _check(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is another program's, of a later version than this one knows, or odd."""
    distrust(db)
    db.execute("BEGIN")  # one snapshot, while another process may be making the store
    (owner,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    version = _version(db)
    odd = find_oddity(db, STEPS[:version]) if owner == APPLICATION_ID else ""
    db.execute("COMMIT")
    if owner != APPLICATION_ID and (owner or tables):
        raise _foreign(path)
    if version > len(STEPS):
        raise SigndecoderError(
            f"the store {path} has version {version} and this signdecoder knows {len(STEPS)}",
            "bring signdecoder up to date, or give another store with --db PATH",
        )
    if odd:
        raise SigndecoderError(
            f"the store {path} is not as signdecoder makes it ({odd})",
            "put a copy of it back, or give another store with --db PATH",
        )


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


def _migrate(db: sqlite3.Connection) -> None:
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


def fault(path: Path, error: sqlite3.Error) -> SigndecoderError:
    """Return what is to be said of an error of SQLite: what is wrong and what to do."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return _foreign(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return SigndecoderError(
            f"the store {path} is in use by another signdecoder", "try again when it is done"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _shut(path, str(error))
    if code == sqlite3.SQLITE_FULL:
        return SigndecoderError(f"the store {path} finds the disk full", "make room on it")
    return SigndecoderError(
        f"the store {path} is damaged ({error})",
        "put a copy of it back, or give another store with --db PATH",
    )


def _foreign(path: Path) -> SigndecoderError:
    """Return what is said of a file that some other program wrote."""
    return SigndecoderError(
        f"{path} is not a signdecoder store", "give another file with --db PATH"
    )


def _shut(path: Path, why: str) -> SigndecoderError:
    """Return what is said of a store that cannot be opened or written."""
    return SigndecoderError(
        f"the store {path} cannot be written ({why})",
        "change its permissions, or give another store with --db PATH",
    )
