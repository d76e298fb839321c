"""Coaches whose letters in upper and in lower case are different signals.

That is kept as attributes are, a row for each operation that set it, so it is undone and redone
with plays. An import sets it for a coach without plays, and it stays.
"""

import sqlite3

from signdecoder.core.names import NameKey, fold, signal_key
from signdecoder.store.latest import latest_cell
from signdecoder.store.operations import Operation


def load_case_matters(db: sqlite3.Connection, coach: str) -> bool:
    """Load whether letters in upper and in lower case are different signals of a coach.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    bool
        False if nothing was saved.
    """
    return bool(latest_cell(db, "letters", "matters", coach, "i"))


def save_case_matters(db: sqlite3.Connection, operation: Operation, coach: str) -> None:
    """Save that letters in upper and in lower case are different signals of a coach.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation.
    coach : str
        Name of the coach.
    """
    db.execute("INSERT OR REPLACE INTO letters VALUES (?, ?, 1)", (operation.id, fold(coach)))


class SignalKeys:
    """How the signals of each coach are compared, each loaded once.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._keys: dict[str, NameKey] = {}

    def __call__(self, coach: str) -> NameKey:
        """Return how the signals of a coach are compared.

        Parameters
        ----------
        coach : str
            Name of the coach.

        Returns
        -------
        callable
            The key of a name.
        """
        known = fold(coach)
        if known not in self._keys:
            self._keys[known] = signal_key(load_case_matters(self._db, coach))
        return self._keys[known]

    def set_case_matters(self, coach: str) -> None:
        """Compare the signals of a coach by case from now on.

        Parameters
        ----------
        coach : str
            Name of the coach.
        """
        self._keys[fold(coach)] = signal_key(case_matters=True)


def rename_coach(db: sqlite3.Connection, operation: Operation, old: str, new: str) -> None:
    """Tell upper from lower case under a new name of a coach, if the old one does.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation that renames the coach.
    old : str
        Name of the coach.
    new : str
        The new name.
    """
    if load_case_matters(db, old) and not load_case_matters(db, new):
        save_case_matters(db, operation, new)
