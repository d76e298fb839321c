"""Sequences of signals: parsed from a cell or a command line, and formatted as a cell."""

import unicodedata
from collections.abc import Sequence

from signdecoder.core.errors import SigndecoderError
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
    """Return a sequence of names, each as it is shown; 1 to MAX_SIGNALS of them."""
    if not names:
        raise SigndecoderError("the sequence is empty", "write at least one signal")
    if len(names) > MAX_SIGNALS:
        raise SigndecoderError(
            f"the sequence has {len(names)} signals", f"{MAX_SIGNALS} is the most, shorten it"
        )
    return tuple(parse_name(name) for name in names)


def parse_signals(cell: str, compact: bool = False) -> tuple[str, ...]:
    """Return the sequence that a cell of `signs` holds; `compact` takes a character a signal."""
    if compact:
        return parse_sequence(_characters(cell))
    separator = next((mark for mark in SEPARATORS if mark in cell), None)
    if separator is None:
        refuse_controls(cell, "sequence")
        return parse_sequence(cell.split())
    parts = cell.split(separator)
    if not parts[-1].strip():
        del parts[-1]
    if not all(part.strip() for part in parts):
        raise SigndecoderError(
            f'the sequence {quote(cell)} has an empty part between its "{separator}"',
            "write the signal or take the separator out",
        )
    return parse_sequence(parts)


def _characters(cell: str) -> list[str]:
    """Return the signals of a compact cell: its characters, each with the accents it carries."""
    signals: list[str] = []
    for character in unicodedata.normalize("NFC", _refuse_marks(" ".join(cell.split()))):
        if character in SEPARATORS:
            raise SigndecoderError(
                f'the sequence {quote(cell)} holds "{character}", but one character a signal was'
                " asked for",
                "write the signals without separators, or leave --compact out",
            )
        if signals and unicodedata.category(character).startswith("M"):
            signals[-1] += character
        elif not character.isspace():
            signals.append(character)
    return signals


def _refuse_marks(cell: str) -> str:
    """Return a compact cell; refuse one with so many marks in a row that NFC would take for ever.

    They would all be of one signal, which would be too long.
    """
    marks = 0
    for character in cell if not cell.isascii() else "":
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > LONGEST_COMPOSED * MAX_NAME:
            raise SigndecoderError(
                f"the sequence {quote(cell)} has a signal of more than {MAX_NAME} characters",
                "leave some of its marks out",
            )
    return cell


def parse_arguments(arguments: Sequence[str], compact: bool = False) -> tuple[str, ...]:
    """Return the sequence given on a command line: one argument is a cell, several a signal each.

    Several arguments that end with a separator (`cap, belt`) are refused rather than taken for
    names with a comma.
    """
    if compact:
        return parse_signals("".join(arguments), compact=True)
    if len(arguments) == 1:
        return parse_signals(arguments[0])
    for argument in arguments:
        if argument.strip()[-1:] in SEPARATORS:
            raise SigndecoderError(
                f"the signal {quote(argument)} ends with a separator",
                "write the signals with spaces between them, or all of them in one argument",
            )
    return parse_sequence(arguments)


def format_signals(signals: Sequence[str]) -> str:
    """Return the cell of `signs` that read_signals reads back to `signals`."""
    if all(" " not in name and not any(mark in name for mark in SEPARATORS) for name in signals):
        return " ".join(signals)
    return f"{signals[0]}>" if len(signals) == 1 else ">".join(signals)
