"""Attributes of a coach's signals in the store.

They are kept as keypads are, a row for each operation that touched them, so they are undone and
redone with plays.
"""

import sqlite3
from collections.abc import Set

from signdecoder.core.attributes import NO_ATTRIBUTES, Attributes, parse_attributes
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.missed import names_in
from signdecoder.core.names import fold
from signdecoder.store.encoding import encode_json, parse_json
from signdecoder.store.latest import latest_cell, rewrite_cells
from signdecoder.store.operations import LAST, Operation
from signdecoder.store.validation import typed_rows


def load_attributes(db: sqlite3.Connection, coach: str) -> Attributes:
    """Load the attributes that were saved last for a coach's signals.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach.

    Returns
    -------
    mapping of str to tuple of str
        The attributes by folded name of the signal; empty if none were saved.
    """
    cell = latest_cell(db, "attributes", "cell", coach, "t")
    return NO_ATTRIBUTES if cell is None else _parse(cell)


def save_attributes(
    db: sqlite3.Connection, operation: Operation, coach: str, attributes: Attributes
) -> None:
    """Save the attributes of a coach's signals as an operation leaves them.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    operation : Operation
        The operation.
    coach : str
        Name of the coach.
    attributes : mapping of str to tuple of str
        The attributes by name of the signal.
    """
    row = (operation.id, fold(coach), encode_json(dict(attributes)))
    db.execute("INSERT OR REPLACE INTO attributes VALUES (?, ?, ?)", row)


def rename_signal(
    db: sqlite3.Connection, operation: Operation, old: str, new: str, coach: str | None
) -> None:
    """Give the attributes of a signal to its new name, in addition to those that it has.

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
        Coach whose signal it is, or None for all.
    """
    rows = db.execute(f"SELECT DISTINCT coach_key FROM attributes WHERE act <= {LAST}")
    keys = [fold(coach)] if coach is not None else [key for (key,) in typed_rows(rows, "t")]
    for key in keys:
        attributes = dict(load_attributes(db, key))
        if fold(old) == fold(new) or not (moved := attributes.pop(fold(old), ())):
            continue
        attributes[fold(new)] = tuple(sorted({*attributes.get(fold(new), ()), *moved}))
        save_attributes(db, operation, key, attributes)


def rename_coach(db: sqlite3.Connection, operation: Operation, old: str, new: str) -> None:
    """Give the attributes of a coach's signals to a new name, which keeps those that it has.

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
    attributes = load_attributes(db, old)
    if attributes and fold(old) != fold(new):
        save_attributes(db, operation, new, {**attributes, **load_attributes(db, new)})


def forget_signals(db: sqlite3.Connection, coach: str, signals: Set[str]) -> set[int]:
    """Remove signals from all attributes that were ever saved for a coach.

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
        Numbers of the operations whose attributes changed.
    """

    def _without_signals(cell: str) -> str | None:
        saved = _parse(cell)
        kept = {name: own for name, own in saved.items() if fold(name) not in signals}
        return encode_json(kept) if len(kept) < len(saved) else None

    return rewrite_cells(db, "attributes", "cell", coach, _without_signals)


def _parse(text: str) -> Attributes:
    """Parse attributes from their JSON. Raises sqlite3.DataError if they are not valid."""
    given = [] if text == "[]" else parse_json(text)
    if given == []:
        return NO_ATTRIBUTES
    if not isinstance(given, dict) or not all(isinstance(own, list) for own in given.values()):
        raise sqlite3.DataError("attributes are not lists by signal")
    if not all(isinstance(attribute, str) for own in given.values() for attribute in own):
        raise sqlite3.DataError("an attribute is not text")
    try:  # early stores may hold attributes of ?, which is no longer a name
        return parse_attributes({name: given[name] for name in names_in(given)})
    except SigndecoderError as error:
        raise sqlite3.DataError(error.message) from None
