"""Plays: the words of the domain, read from text and written back."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as calendar_date
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b

from signdecoder.core.errors import SigndecoderError

STEAL, NONE, UNKNOWN, NOT_STEAL = "steal", "none", "unknown", "not_steal"
OUTCOMES: tuple[str, ...] = (
    *(STEAL, NONE, UNKNOWN, NOT_STEAL, "bunt", "hit_and_run", "squeeze", "take"),
    *("delayed_steal", "double_steal", "fake_steal", "slap", "swing", "other"),
)
CONTEXT: tuple[str, ...] = ("inning", "half", "outs", "balls", "strikes", "runners", "note")
KNOWN_COLUMNS: tuple[str, ...] = (
    *("coach", "game", "date"), *CONTEXT[:-1], "signs", "outcome", "steal", "note"
)  # fmt: skip
MAX_SIGNALS = 64  # in a sequence
MAX_NAME = 40  # characters of a signal's name
MAX_TITLE = 255  # characters of any other name, as of a file's, which may become a game's
MAX_VOCABULARY = 40  # different signals of one coach
_LONGEST = 4  # characters that become one by NFC, at the most
SEPARATORS = (">", "|", ",")  # in order of precedence; white space comes last

_STEALS = {"1": STEAL, "yes": STEAL, "y": STEAL, "true": STEAL, "t": STEAL} | {
    "0": NOT_STEAL, "no": NOT_STEAL, "n": NOT_STEAL, "false": NOT_STEAL, "f": NOT_STEAL
}  # fmt: skip
_JOINTS = re.compile(r"[\s_\-\u2010\u2011\u2013]+")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_DAY = re.compile(r"(\d{4})([-/]?)(\d\d)\2(\d\d)(?:[T ]\d\d:?\d\d.*)?", re.ASCII)


class Evidence(IntEnum):
    """What an outcome says about the called play."""

    CALLED = 0
    OTHER = 1  # another play, by name
    NOTHING = 2  # no play at all
    NOT_CALLED = 3  # another play or nothing, it is not known which
    SILENT = 4


@dataclass(frozen=True, slots=True)
class Play:
    """A sequence and its outcome, with its coach and what is known of the moment.

    `context` holds the non-empty cells of CONTEXT, `extra` every column that is not known, in the
    order of its file. `id` is the store's number and no part of what makes two plays equal.
    """

    signals: tuple[str, ...]
    outcome: str
    coach: str = ""
    game: str = ""
    date: str = ""
    context: Mapping[str, str] = field(default_factory=dict, hash=False)
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)
    id: int | None = field(default=None, compare=False)

    @property
    def identity(self) -> str:
        """Return a key that two plays share when they are the same row of a log.

        Columns that are not known play no part in it.
        """
        moment = [" ".join(self.context.get(name, "").split()) for name in CONTEXT]
        parts = [
            fold(self.coach), fold(self.game), fold(self.date), self.outcome, moment,
            [fold(signal) for signal in self.signals],
        ]  # fmt: skip
        return blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def evidence_of(outcome: str, play: str) -> Evidence:
    """Return what `outcome` says about the called play `play`."""
    if outcome == UNKNOWN or (outcome == NOT_STEAL and play != STEAL):
        return Evidence.SILENT
    if outcome == play:
        return Evidence.CALLED
    if outcome == NOT_STEAL:
        return Evidence.NOT_CALLED
    return Evidence.NOTHING if outcome == NONE else Evidence.OTHER


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the key under which names are compared: NFC, case and white space folded.

    What is longer than any name can be is kept from NFC, whose time grows with the square of marks.
    """
    plain = " ".join(name.split())
    if len(plain) > _LONGEST * MAX_TITLE:
        return plain.casefold()
    plain = unicodedata.normalize("NFC", plain).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())


@lru_cache(maxsize=65536)
def read_name(text: str, what: str = "signal") -> str:
    """Return a name as it is shown: NFC, white space folded.

    Tabs and line ends are white space; any other control character is refused, as is an empty
    name. A signal has at most MAX_NAME characters and no `>`, which always separates; any other
    name at most MAX_TITLE.
    """
    _refuse_controls(text, what)
    name = " ".join(text.split())
    if not name:
        raise SigndecoderError(f"the {what} has no name", "write one")
    most = MAX_NAME if what == "signal" else MAX_TITLE
    if len(name) <= _LONGEST * most:  # what is longer stays too long, and NFC would take for ever
        name = " ".join(unicodedata.normalize("NFC", name).split())
    if len(name) > most:
        raise SigndecoderError(
            f"the {what} {quote(name)} has {len(name)} characters",
            f"{most} is the most, shorten it",
        )
    if what == "signal" and ">" in name:
        raise SigndecoderError(
            f'the signal {quote(name)} holds ">", which separates signals',
            "leave it out of the name",
        )
    return name


def read_sequence(names: Sequence[str]) -> tuple[str, ...]:
    """Return a sequence of names, each as it is shown; 1 to MAX_SIGNALS of them."""
    if not names:
        raise SigndecoderError("the sequence is empty", "write at least one signal")
    if len(names) > MAX_SIGNALS:
        raise SigndecoderError(
            f"the sequence has {len(names)} signals", f"{MAX_SIGNALS} is the most, shorten it"
        )
    return tuple(read_name(name) for name in names)


def read_signals(cell: str, compact: bool = False) -> tuple[str, ...]:
    """Return the sequence that a cell of `signs` holds; `compact` takes a character a signal."""
    if compact:
        return read_sequence(_characters(cell))
    separator = next((mark for mark in SEPARATORS if mark in cell), None)
    if separator is None:
        _refuse_controls(cell, "sequence")
        return read_sequence(cell.split())
    parts = cell.split(separator)
    if not parts[-1].strip():
        del parts[-1]
    if not all(part.strip() for part in parts):
        raise SigndecoderError(
            f'the sequence {quote(cell)} has an empty part between its "{separator}"',
            "write the signal or take the separator out",
        )
    return read_sequence(parts)


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
        if marks > _LONGEST * MAX_NAME:
            raise SigndecoderError(
                f"the sequence {quote(cell)} has a signal of more than {MAX_NAME} characters",
                "leave some of its marks out",
            )
    return cell


def name_signals(arguments: Sequence[str], compact: bool = False) -> tuple[str, ...]:
    """Return the sequence given on a command line: one argument is a cell, several a signal each.

    Several arguments that end with a separator (`cap, belt`) are refused rather than taken for
    names with a comma.
    """
    if compact:
        return read_signals("".join(arguments), compact=True)
    if len(arguments) == 1:
        return read_signals(arguments[0])
    for argument in arguments:
        if argument.strip()[-1:] in SEPARATORS:
            raise SigndecoderError(
                f"the signal {quote(argument)} ends with a separator",
                "write the signals with spaces between them, or all of them in one argument",
            )
    return read_sequence(arguments)


def write_signals(signals: Sequence[str]) -> str:
    """Return the cell of `signs` that read_signals reads back to `signals`."""
    if all(" " not in name and not any(mark in name for mark in SEPARATORS) for name in signals):
        return " ".join(signals)
    return f"{signals[0]}>" if len(signals) == 1 else ">".join(signals)


def name_outcome(text: str) -> str:
    """Return the spelling of an outcome, known or not: lower case, `_` between its words."""
    name = _JOINTS.sub("_", fold(read_name(text, "outcome"))).strip("_")
    if not name:
        raise SigndecoderError(f"the outcome {quote(text)} has no letters", "write a name")
    known = {outcome.replace("_", ""): outcome for outcome in OUTCOMES}
    return known.get(name.replace("_", ""), name)


def read_outcome(text: str, declared: Collection[str] = ()) -> str:
    """Return the outcome that `text` names: one of OUTCOMES or of those that were declared."""
    if not text.strip():
        raise SigndecoderError("the outcome is empty", "write unknown where nobody could tell")
    name = name_outcome(text)
    for known in (*OUTCOMES, *map(name_outcome, declared)):
        if known.replace("_", "") == name.replace("_", ""):
            return known
    raise SigndecoderError(
        f"the outcome {quote(text.strip())} is not known",
        f"write {', '.join(OUTCOMES)}, or declare it with --outcomes {name}",
    )


def read_steal(text: str) -> str:
    """Return the outcome that a cell of `steal` means: `steal` or `not_steal`."""
    try:
        return _STEALS[fold(text)]
    except KeyError:
        raise SigndecoderError(
            f"the steal cell {quote(text)} is neither yes nor no",
            "write 1 or 0, yes or no, true or false",
        ) from None


@lru_cache(maxsize=65536)
def day_of(date: str) -> str:
    """Return the day that a date written in an ISO form means, as 2026-05-01, or an empty text."""
    found = _DAY.fullmatch(date.strip())
    if not found:
        return ""
    year, _, month, day = found.groups()
    try:
        return calendar_date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _refuse_controls(text: str, what: str) -> None:
    """Refuse control characters but tabs and line ends, which are white space."""
    if text.isprintable():
        return
    for character in text:
        if character not in "\t\r\n" and unicodedata.category(character) in ("Cc", "Cs"):
            raise SigndecoderError(
                f"the {what} {quote(text)} holds the control character U+{ord(character):04X}",
                "take it out",
            )


def is_text(text: str) -> bool:
    """Can a log hold this? Neither NULs nor halves of characters."""
    return not _NO_TEXT.search(text)


def quote(text: str) -> str:
    """Return `text` between quotes, cut short and made safe to print, for use in a sentence."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return '"' + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown) + '"'
