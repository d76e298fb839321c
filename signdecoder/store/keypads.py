"""Keypads in the store, one for each coach.

A keypad is kept as plays are, a row for each operation that touched it, so it is undone and redone
with them. Signals that occur in plays but not on the keypad are added when it is loaded. If that
makes too many, signals that never occurred are dropped, the first ones first.
"""

import json
import sqlite3
from collections.abc import Sequence, Set

from signdecoder.core.keypad import (
    DEFAULT_SIGNALS,
    LETTER_KEYS,
    KeypadLayout,
    KeypadSignal,
    assign_keys,
    name_keys,
)
from signdecoder.core.missed import names_in
from signdecoder.core.names import NameKey, fold
from signdecoder.core.play import MAX_VOCABULARY
from signdecoder.store.encoding import check_signals, parse_json
from signdecoder.store.latest import latest_cell, rewrite_cells
from signdecoder.store.letters import SignalKeys
from signdecoder.store.operations import LAST, Operation
from signdecoder.store.revisions import select_revisions
from signdecoder.store.validation import typed_rows

_MOST = 1000  # signals of a saved keypad; the signals of plays come in addition


def load_keypad(db: sqlite3.Connection, coach: str) -> KeypadLayout:
    """Load a coach's keypad: as saved, plus the signals of plays. A new coach gets the defaults.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    KeypadLayout
        The keypad.
    """
    saved = _select(db, coach)
    plays = [revision.play for revision in select_revisions(db, coach)]
    names = [name for play in plays for name in names_in(play.signals)]
    if saved is None and not names:
        return assign_keys(DEFAULT_SIGNALS)
    key = SignalKeys(db)(coach)
    return assign_keys(names, _make_room(saved or (), set(map(key, names)), key), key)


def _make_room(keypad: KeypadLayout, shown: Set[str], key: NameKey) -> KeypadLayout:
    """Drop signals that no play shows until those that plays show fit."""
    unseen = [signal for signal in keypad if key(signal.name) not in shown]
    dropped = unseen[: max(0, len(unseen) + len(shown) - MAX_VOCABULARY)]
    return tuple(signal for signal in keypad if signal not in dropped)


def has_saved_keypad(db: sqlite3.Connection, coach: str) -> bool:
    """Return whether a keypad was saved for a coach. If not, it follows from the plays alone.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    bool
        True if one was saved.
    """
    return _select(db, coach) is not None


def save_keypad(
    db: sqlite3.Connection, operation: Operation, coach: str, keypad: Sequence[KeypadSignal]
) -> None:
    """Save a coach's keypad as an operation leaves it.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation.
    coach : str
        Name of the coach.
    keypad : sequence of KeypadSignal
        The signals and their keys.
    """
    row = (operation.id, fold(coach), _encode(keypad))
    db.execute("INSERT OR REPLACE INTO pads VALUES (?, ?, ?)", row)


def is_on_saved_keypad(
    db: sqlite3.Connection, name: str, coach: str | None, keys: SignalKeys
) -> bool:
    """Return whether a signal is on the keypad that was saved for a coach.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    name : str
        Name of the signal.
    coach : str or None
        Name of the coach, or None for any.
    keys : SignalKeys
        How the signals of each coach are compared.

    Returns
    -------
    bool
        True if it is.
    """
    return any(
        keys(own)(name) in name_keys(keypad, keys(own)) for own, keypad in _select_saved(db, coach)
    )


def rename_signal(
    db: sqlite3.Connection,
    operation: Operation,
    old: str,
    new: str,
    coach: str | None,
    keys: SignalKeys,
) -> None:
    """Rename a signal on keypads; it keeps its key.

    If the new name is on the keypad too, that signal stays and the old one goes.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation that renames it.
    old : str
        Name of the signal.
    new : str
        Its new name.
    coach : str or None
        Coach whose keypad is changed, or None for all.
    keys : SignalKeys
        How the signals of each coach are compared.
    """
    for own, keypad in _select_saved(db, coach):
        key, names = keys(own), name_keys(keypad, keys(own))
        if key(old) not in names:
            continue
        merges = key(new) != key(old) and key(new) in names
        kept = [signal for signal in keypad if not (merges and key(signal.name) == key(old))]
        renamed = [KeypadSignal(new, s.key) if key(s.name) == key(old) else s for s in kept]
        save_keypad(db, operation, own, renamed)


def rename_coach(
    db: sqlite3.Connection, operation: Operation, old: str, new: str, key: NameKey
) -> None:
    """Give a coach's keypad to a new name, after the signals that this one has already.

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
    key : callable
        How the signals of the coach are compared.
    """
    keypad = _select(db, old)
    if keypad is not None and fold(old) != fold(new):
        own = _select(db, new) or ()
        merged = assign_keys([signal.name for signal in keypad], own, key) if own else keypad
        save_keypad(db, operation, new, merged)


def forget_signals(db: sqlite3.Connection, coach: str, signals: Set[str]) -> set[int]:
    """Remove signals from all keypads that a coach ever had.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    coach : str
        Folded name of the coach.
    signals : set of str
        Folded names of the signals.

    Returns
    -------
    set of int
        Numbers of the operations whose keypads changed.
    """

    def _without_signals(cell: str) -> str | None:
        keypad = _parse(cell)
        kept = [signal for signal in keypad if fold(signal.name) not in signals]
        return _encode(kept) if len(kept) < len(keypad) else None

    return rewrite_cells(db, "pads", "signals", coach, _without_signals)


def _select(db: sqlite3.Connection, coach: str) -> KeypadLayout | None:
    """Select the keypad that was saved last for a coach."""
    cell = latest_cell(db, "pads", "signals", coach, "t")
    return None if cell is None else _parse(cell)


def _encode(keypad: Sequence[KeypadSignal]) -> str:
    """Return a keypad as JSON."""
    return json.dumps([[signal.name, signal.key] for signal in keypad], ensure_ascii=False)


def _parse(text: str) -> KeypadLayout:
    """Parse a keypad from its JSON. Raises sqlite3.DataError if it is not valid."""
    pairs = parse_json(text)
    if not isinstance(pairs, list) or len(pairs) > _MOST:
        raise sqlite3.DataError("a keypad is not a list of signals")
    keypad = []
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(p) is str for p in pair)):
            raise sqlite3.DataError("a signal of a keypad is not valid")
        name, key = pair
        if key not in ("", *LETTER_KEYS):
            raise sqlite3.DataError("a key of a keypad is not valid")
        signals = check_signals([name])
        if len(signals) == 1 and names_in(signals):  # early keypads may hold ? as a name
            keypad.append(KeypadSignal(signals[0], key))
    return tuple(keypad)


def _select_saved(db: sqlite3.Connection, coach: str | None) -> list[tuple[str, KeypadLayout]]:
    """Select the keypads saved for a coach, or for all, by folded name of the coach."""
    keys = [fold(coach)] if coach is not None else _select_coach_keys(db)
    return [(key, keypad) for key in keys if (keypad := _select(db, key)) is not None]


def _select_coach_keys(db: sqlite3.Connection) -> list[str]:
    """Select the folded names of the coaches who have a saved keypad."""
    rows = db.execute(f"SELECT DISTINCT coach_key FROM pads WHERE act <= {LAST}")
    return [coach for (coach,) in typed_rows(rows, "t")]
