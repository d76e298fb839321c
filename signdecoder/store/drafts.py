"""Drafts: sequences that are being entered, kept so that closing a screen loses nothing."""

import json
import sqlite3
from collections.abc import Sequence

from signdecoder.core.names import fold
from signdecoder.store.encoding import parse_sequence_cell
from signdecoder.store.validation import typed_rows


def load_draft(db: sqlite3.Connection, coach: str) -> tuple[str, ...]:
    """Load the sequence that is being entered for a coach.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    tuple of str
        The signals so far.
    """
    query = "SELECT signals FROM drafts WHERE coach_key = ?"
    row = next(typed_rows(db.execute(query, (fold(coach),)), "t"), None)
    return parse_sequence_cell(row[0]) if row else ()


def save_draft(db: sqlite3.Connection, coach: str, signals: Sequence[str]) -> None:
    """Save a sequence that is being entered, in place of the one before.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    coach : str
        Name of the coach.
    signals : sequence of str
        The signals so far.
    """
    row = (fold(coach), json.dumps(signals))
    db.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?)", row)
