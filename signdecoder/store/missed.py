"""Stores from before ? and ... stood for signals that were not seen, when they were names.

Nothing is rewritten: what the sequences hold is read in another way, as it most likely was meant.
Renaming ? makes a signal of it again.
"""

import sqlite3
from collections import Counter

from signdecoder.core.missed import has_missed
from signdecoder.core.text import count
from signdecoder.store.encoding import parse_sequence_cell
from signdecoder.store.revisions import select_current, select_revisions_where

FIRST_VERSION = 6  # of stores in which they were never names
# Whatever may be read as a placeholder, in the JSON of a sequence.
_MAY_HOLD_ONE = " OR ".join(f"instr(signs, '{mark}')" for mark in ("?", "\uff1f", "…", "..."))


def adopt_placeholders(db: sqlite3.Connection) -> str:
    """Keep known the rows that hold placeholders, and say which plays do.

    A log that is imported again has the identities of today, in which ``...`` is spelled ``…``.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction, with all tables of today.

    Returns
    -------
    str
        What to tell the user; empty if no play holds a placeholder.
    """
    for revision, operation in list(select_revisions_where(db, _MAY_HOLD_ONE)):
        if has_missed(revision.play.signals):
            row = revision.play.identity, revision.play.id, operation
            db.execute("UPDATE versions SET identity = ? WHERE play = ? AND act = ?", row)
    n_plays: Counter[str] = Counter()
    for coach, signs in select_current(db, "coach, signs", "tt", None, f"AND ({_MAY_HOLD_ONE})"):
        n_plays[coach] += has_missed(parse_sequence_cell(signs))
    found = {coach: n for coach, n in n_plays.items() if n}
    if not found:
        return ""
    plays = ", ".join(f"{count(n, 'play')} of {coach}" for coach, n in found.items())
    return (
        f'"?" and "..." now stand for signals that were not seen: {plays}. If "?" is a signal of'
        f' this coach, give it a name: signdecoder rename signal "?" "question mark" --coach'
        f' "{next(iter(found))}". "signdecoder undo" takes that back.'
    )
