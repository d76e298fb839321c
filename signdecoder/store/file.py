"""The store's file while it is open: where it is, and transactions that read or write."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self, TypeVar

from signdecoder.core.fs import real_path
from signdecoder.store import errors, schema, wal

Result = TypeVar("Result")


class StoreFile:
    """Open file of a store. Use it as a context manager, which closes it.

    Every method may raise SigndecoderError, which says what is wrong with the file.

    Parameters
    ----------
    path : Path
        Path of the store.
    db : sqlite3.Connection
        Connection to take over. Use `open` to make one.
    read_only : bool
        True if the file cannot be written.

    Attributes
    ----------
    waiting_since : float or None
        Since when it waits for another process that writes, by the monotonic clock.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._db = db
        self.waiting_since: float | None = None
        self._place = real_path(path)
        self._identity = wal.identify(path, self._place)

    @classmethod
    def open(cls, path: Path | None = None) -> Self:
        """Open a store. If the file does not exist, it is created.

        Parameters
        ----------
        path : Path, optional
            Path of the store, else the user's own.

        Returns
        -------
        StoreFile
            The open store.

        Raises
        ------
        SigndecoderError
            If the file is not a store, is damaged, or cannot be opened.
        """
        place = cls.find(path)
        return cls(place, *schema.connect(place))

    @classmethod
    def find(cls, path: Path | None = None) -> Path:
        """Return where a store is.

        Parameters
        ----------
        path : Path, optional
            Path that was given, else the user's own store.

        Returns
        -------
        Path
            The path with a leading ``~`` expanded.
        """
        return Path(os.path.expanduser(path or cls.default_path()))

    @staticmethod
    def default_path() -> Path:
        """Return where the user's store is: SIGNDECODER_DB, else a file in the data folder.

        Returns
        -------
        Path
            Its path.
        """
        if env_path := os.environ.get("SIGNDECODER_DB"):
            return Path(env_path)
        from platformdirs import user_data_path

        return user_data_path("signdecoder", appauthor=False) / "signdecoder.db"

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def data_version(self) -> int:
        """Return a number that changes whenever another connection has written to the file.

        Returns
        -------
        int
            The number.
        """
        with self.reading() as db:
            (version,) = db.execute("PRAGMA data_version").fetchone()
        return int(version)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that sees one state of the store, even while others write.

        Yields
        ------
        sqlite3.Connection
            The connection.
        """
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that writes: all of its changes are saved, or none.

        Yields
        ------
        sqlite3.Connection
            The connection.

        Raises
        ------
        StoreNotWritableError
            If the file can only be read, or was moved or replaced since it was opened.
        """
        if self.read_only:
            raise errors.read_only_error(self.path)
        with self._transaction("BEGIN IMMEDIATE") as db:
            # SQLite would keep writing to a file that was deleted or moved, and the plays would be
            # lost.
            identity = wal.identify(self.path, self._place)
            if identity is None or identity != self._identity:
                raise errors.replaced_error(self.path)
            yield db

    def outside_transactions(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do something with the connection that cannot be done in a transaction.

        Parameters
        ----------
        work : callable
            What to do. It gets the connection.

        Returns
        -------
        object
            What `work` returns.
        """
        with self._explained_errors():
            return work(self._db)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        """Run a transaction."""
        with self._explained_errors():
            self.waiting_since = monotonic()
            try:
                self._db.execute(begin)
            finally:
                self.waiting_since = None
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained_errors(self) -> Iterator[None]:
        """Turn an error of SQLite into a sentence."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            raise errors.sqlite_error(self.path, error) from None
        except UnicodeDecodeError:  # SQLite quotes in its errors what it finds
            not_text = sqlite3.DatabaseError("it holds something that is not text")
            raise errors.sqlite_error(self.path, not_text) from None
