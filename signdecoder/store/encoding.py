"""Encoding of the cells of a store: sequences, context and keypads as JSON, checked when read.

A store may come from a stranger. A cell with a value that no log could hold raises
sqlite3.DataError, which the store turns into a sentence.
"""

import json
import sqlite3
from functools import lru_cache
from sys import intern
from typing import Any

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, is_valid_text, parse_name
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS
from signdecoder.core.sequences import MAX_SIGNALS, read_signals

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode_json(value: object) -> str:
    """Return a list or mapping of texts as JSON.

    Parameters
    ----------
    value : list, tuple or dict
        What to encode.

    Returns
    -------
    str
        JSON without white space. An empty value is ``[]``.
    """
    return _JSON.encode(value) if value else "[]"


def parse_json(text: str) -> Any:
    """Parse a cell of JSON.

    Parameters
    ----------
    text : str
        Cell of the store.

    Returns
    -------
    object
        Its value.

    Raises
    ------
    sqlite3.DataError
        If the text is not JSON or nested too deeply.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise sqlite3.DataError("a cell is not valid JSON") from None


@lru_cache(maxsize=65536)
def parse_sequence_cell(text: str) -> tuple[str, ...]:
    """Parse the sequence of a play. Plays with the same sequence share one tuple.

    Parameters
    ----------
    text : str
        JSON list of names.

    Returns
    -------
    tuple of str
        The signals, in order.

    Raises
    ------
    sqlite3.DataError
        If no log could hold such a sequence.
    """
    names = parse_json(text)
    if not isinstance(names, list) or len(names) > MAX_SIGNALS:
        raise sqlite3.DataError("a sequence is not a list of signals")
    return check_signals(names)


def check_signals(names: list[Any]) -> tuple[str, ...]:
    """Check the names and placeholders of signals.

    Parameters
    ----------
    names : list
        Values of a JSON list.

    Returns
    -------
    tuple of str
        The same signals.

    Raises
    ------
    sqlite3.DataError
        If a value is neither the name of a signal nor a placeholder.
    """
    if not all(isinstance(name, str) for name in names):
        raise sqlite3.DataError("a signal is not a name")
    try:
        return read_signals(names)
    except SigndecoderError as error:
        raise sqlite3.DataError(error.message) from None


@lru_cache(maxsize=65536)
def check_name(name: str, what: str) -> str:
    """Check the name of a coach, a game, an outcome or a date.

    Parameters
    ----------
    name : str
        Cell of the store.
    what : str
        What it names, for the error.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    sqlite3.DataError
        If no log could hold such a name.
    """
    try:
        parse_name(name, what)
    except SigndecoderError as error:
        raise sqlite3.DataError(error.message) from None
    if name != " ".join(name.split()):
        raise sqlite3.DataError(f"the name of a {what} is not valid")
    return name


def parse_context_cell(text: str) -> dict[str, str]:
    """Parse the known columns of a play, such as inning and outs.

    Parameters
    ----------
    text : str
        JSON object of texts.

    Returns
    -------
    dict of str to str
        Cells by column.

    Raises
    ------
    sqlite3.DataError
        If a cell is not text or its column is not one of CONTEXT.
    """
    cells = _parse_cells(text)
    if any(name not in CONTEXT for name in cells):
        raise sqlite3.DataError("a cell of a play belongs to no column")
    return cells


def parse_extra_cell(text: str) -> dict[str, str]:
    """Parse the other columns of a play, which are only kept.

    Parameters
    ----------
    text : str
        JSON object of texts.

    Returns
    -------
    dict of str to str
        Cells by column.

    Raises
    ------
    sqlite3.DataError
        If a cell is not text or its column has no name or a known one.
    """
    cells = _parse_cells(text)
    if any(not name.strip() or fold(name) in KNOWN_COLUMNS for name in cells):
        raise sqlite3.DataError("a column of a play is not valid")
    return cells


def _parse_cells(text: str) -> dict[str, str]:
    """Parse a JSON object of texts."""
    if text == "[]":
        return {}
    cells = parse_json(text)
    if not isinstance(cells, dict):
        raise sqlite3.DataError("the cells of a play are not valid")
    for name, cell in cells.items():
        if not (isinstance(cell, str) and is_valid_text(name) and is_valid_text(cell)):
            raise sqlite3.DataError("a cell of a play is not text")
    return {intern(name): cell for name, cell in cells.items()}  # one copy of each column's name
