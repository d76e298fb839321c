"""Sequences of signals: parsed from a cell or a command line, and formatted as a cell."""

import unicodedata
from collections.abc import Sequence

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.missed import MISSED, SOME_MISSED, spell_missed, split_missed
from signdecoder.core.names import (
    LONGEST_COMPOSED,
    MAX_NAME,
    parse_name,
    quote,
    refuse_controls,
)

MAX_SIGNALS = 64  # in a sequence
SEPARATORS = (">", "|", ",")  # in order of precedence; white space comes last


def parse_sequence(names: Sequence[str]) -> tuple[str, ...]:
    """Parse a list of names as a sequence.

    Parameters
    ----------
    names : sequence of str
        Signals as written, 1 to MAX_SIGNALS of them. ``?`` is one signal that was not seen, ``...``
        any number of them.

    Returns
    -------
    tuple of str
        The signals as they are shown, `MISSED` and `SOME_MISSED` among them.

    Raises
    ------
    SigndecoderError
        If there are none or too many, or a name is not valid.

    Examples
    --------
    >>> parse_sequence(["cap", "?", "...", "belt"])
    ('cap', '?', '…', 'belt')
    """
    signals = read_signals(names)
    if not signals:
        raise SigndecoderError("the sequence is empty", "write at least one signal")
    if len(signals) > MAX_SIGNALS:
        raise SigndecoderError(
            f"the sequence has {len(signals)} signals (limit {MAX_SIGNALS})", "shorten it"
        )
    return signals


def read_signals(names: Sequence[str]) -> tuple[str, ...]:
    """Read the names and placeholders of a list of any length.

    Parameters
    ----------
    names : sequence of str
        Signals as written.

    Returns
    -------
    tuple of str
        The signals as they are shown. Dots that follow dots are left out.

    Raises
    ------
    SigndecoderError
        If a name is not valid.
    """
    signals: list[str] = []
    for name in names:
        for part in split_missed(name):
            if part in (MISSED, SOME_MISSED):
                if part == MISSED or signals[-1:] != [SOME_MISSED]:
                    signals.append(part)
            else:
                signals.append(parse_name(part))
    return tuple(signals)


def parse_signals(cell: str, compact: bool = False) -> tuple[str, ...]:
    """Parse a cell of the column ``signs``.

    Parameters
    ----------
    cell : str
        The cell. The first of ``>``, ``|`` and ``,`` that occurs separates, else white space.
        ``?`` is one signal that was not seen, and ``...`` any number of them.
    compact : bool, optional
        Take each character as a signal.

    Returns
    -------
    tuple of str
        The signals, in order.

    Raises
    ------
    SigndecoderError
        If the sequence is empty, too long, or a name is not valid.

    Examples
    --------
    >>> parse_signals("cap, left ear, belt")
    ('cap', 'left ear', 'belt')
    >>> parse_signals("b?h...d", compact=True)
    ('b', '?', 'h', '…', 'd')
    """
    return parse_sequence(split_characters(cell) if compact else split_sequence(cell))


def split_sequence(cell: str) -> list[str]:
    """Split a cell at the first of ``>``, ``|`` and ``,`` that occurs, else at white space.

    Parameters
    ----------
    cell : str
        The cell.

    Returns
    -------
    list of str
        What stands between the separators.

    Raises
    ------
    SigndecoderError
        If a part is empty, or there are control characters.
    """
    separator = next((mark for mark in SEPARATORS if mark in cell), None)
    if separator is None:
        refuse_controls(cell, "sequence")
        return cell.split()
    parts = cell.split(separator)
    if not parts[-1].strip():
        del parts[-1]
    if not all(part.strip() for part in parts):
        raise SigndecoderError(
            f'the sequence {quote(cell)} has an empty part between its "{separator}"',
            "write the signal or delete the separator",
        )
    return parts


def split_characters(cell: str) -> list[str]:
    """Split a compact cell into its characters, each with its accents.

    Parameters
    ----------
    cell : str
        The cell.

    Returns
    -------
    list of str
        The characters.

    Raises
    ------
    SigndecoderError
        If one of them is a separator, or has too many accents.
    """
    signals: list[str] = []
    text = spell_missed(" ".join(cell.split()))
    for character in unicodedata.normalize("NFC", _refuse_marks(text)):
        if character in SEPARATORS:
            raise SigndecoderError(
                f'the sequence {quote(cell)} contains "{character}", but --compact takes each'
                " character as a signal",
                "delete the separators, or leave --compact out",
            )
        if signals and unicodedata.category(character).startswith("M"):
            signals[-1] += character
        elif not character.isspace():
            signals.append(character)
    return signals


def _refuse_marks(cell: str) -> str:
    """Return a compact cell, but refuse one with so many marks in a row that NFC would take hours.

    They would all belong to one signal, which would be too long.
    """
    marks = 0
    for character in cell if not cell.isascii() else "":
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > LONGEST_COMPOSED * MAX_NAME:
            raise SigndecoderError(
                f"the sequence {quote(cell)} has a signal of more than {MAX_NAME} characters",
                "delete some of its accents",
            )
    return cell


def parse_arguments(arguments: Sequence[str], compact: bool = False) -> tuple[str, ...]:
    """Parse the sequence of a command line.

    Parameters
    ----------
    arguments : sequence of str
        One argument is a cell, several are a signal each. Several that end with a separator
        (``cap, belt``) are refused, so that no name gets a comma. ``_`` is ``?`` here, which
        shells take for the name of a file.
    compact : bool, optional
        Take each character as a signal.

    Returns
    -------
    tuple of str
        The signals, in order.

    Raises
    ------
    SigndecoderError
        If the sequence is not valid.

    Examples
    --------
    >>> parse_arguments(["cap", "_", "left ear"])
    ('cap', '?', 'left ear')
    """
    if compact:
        return parse_signals("".join(arguments).replace("_", MISSED), compact=True)
    if len(arguments) == 1:
        return parse_sequence([_unshell(part) for part in split_sequence(arguments[0])])
    for argument in arguments:
        if argument.strip()[-1:] in SEPARATORS:
            raise SigndecoderError(
                f"the signal {quote(argument)} ends with a separator",
                "put spaces between the signals, or write all of them in one argument",
            )
    return parse_sequence([_unshell(argument) for argument in arguments])


def _unshell(part: str) -> str:
    """Return a part of a command line, with question marks for an argument of underscores."""
    return part.replace("_", MISSED) if not part.strip().strip("_") else part


def format_signals(signals: Sequence[str]) -> str:
    """Format a sequence as a cell of ``signs`` that `parse_signals` parses back.

    Parameters
    ----------
    signals : sequence of str
        The signals.

    Returns
    -------
    str
        The cell.

    Examples
    --------
    >>> format_signals(["cap", "belt"]), format_signals(["left ear", "cap"])
    ('cap belt', 'left ear>cap')
    """
    if all(" " not in name and not any(mark in name for mark in SEPARATORS) for name in signals):
        return " ".join(signals)
    return f"{signals[0]}>" if len(signals) == 1 else ">".join(signals)
