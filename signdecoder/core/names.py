"""Names of signals, coaches and games: parsed, compared and quoted."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.missed import PLACEHOLDERS, split_missed

MAX_NAME = 40  # characters of a signal's name
MAX_TITLE = 255  # characters of any other name; a file's name may become a game's
LONGEST_COMPOSED = 4  # characters that NFC composes into one, at most

NameKey = Callable[[str], str]  # the key under which a coach's signals are compared

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the key under which names are compared: NFC, case and white space folded.

    Parameters
    ----------
    name : str
        Any text. Text longer than any name is not normalized, because the time of NFC grows with
        the square of combining marks.

    Returns
    -------
    str
        The key.

    Examples
    --------
    >>> fold("  Left\\u00a0EAR ")
    'left ear'
    """
    plain = " ".join(name.split())
    if len(plain) > LONGEST_COMPOSED * MAX_TITLE:
        return plain.casefold()
    plain = unicodedata.normalize("NFC", plain).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())


def is_letter(name: str) -> bool:
    """Return whether a name is one character, with its accents.

    Parameters
    ----------
    name : str
        Name of a signal.

    Returns
    -------
    bool
        True if it is.
    """
    return bool(name) and all(unicodedata.category(mark)[0] == "M" for mark in name[1:])


@lru_cache(maxsize=65536)
def fold_words(name: str) -> str:
    """Return the key of a signal where the case of letters matters: only words are folded.

    Parameters
    ----------
    name : str
        Name of a signal.

    Returns
    -------
    str
        The key. A name of one character is its own.

    Examples
    --------
    >>> fold_words(" K"), fold_words("Cap")
    ('K', 'cap')
    """
    letter = name.strip()
    if len(letter) <= MAX_NAME and is_letter(letter := unicodedata.normalize("NFC", letter)):
        return letter
    return fold(name)


def signal_key(case_matters: bool) -> NameKey:
    """Return how the names of a coach's signals are compared.

    Everything that compares them does so by this key.

    Parameters
    ----------
    case_matters : bool
        Whether letters in upper and in lower case are different signals of the coach.

    Returns
    -------
    callable
        `fold_words` or `fold`.
    """
    return fold_words if case_matters else fold


@lru_cache(maxsize=65536)
def parse_name(text: str, what: str = "signal") -> str:
    """Parse a name: NFC, with white space folded.

    Parameters
    ----------
    text : str
        The name as written. Tabs and line ends are white space.
    what : str, optional
        What it names: ``signal``, ``coach``, ``game``, ``outcome``, ``date``. A signal has at most
        MAX_NAME characters, no ``>`` and no placeholder. Any other name has at most MAX_TITLE.

    Returns
    -------
    str
        The name as it is shown.

    Raises
    ------
    SigndecoderError
        If the name is empty, too long, or has control characters.

    Examples
    --------
    >>> parse_name(" left   ear ")
    'left ear'
    """
    refuse_controls(text, what)
    name = " ".join(text.split())
    if not name:
        raise SigndecoderError(f"the {what} has no name", "write one")
    most = MAX_NAME if what == "signal" else MAX_TITLE
    if len(name) <= LONGEST_COMPOSED * most:  # NFC of more could take hours
        name = " ".join(unicodedata.normalize("NFC", name).split())
    if len(name) > most:
        raise SigndecoderError(
            f"the {what} {quote(name)} has {len(name)} characters (limit {most})", "shorten it"
        )
    if what == "signal" and ">" in name:
        raise SigndecoderError(
            f'the signal {quote(name)} contains ">", which separates signals',
            "leave it out of the name",
        )
    if what == "signal" and not PLACEHOLDERS.isdisjoint(split_missed(name)):
        raise SigndecoderError(
            f"{quote(name)} is not a name, because ? and ... stand for signals that were not seen",
            "give the signal another name",
        )
    return name


def refuse_controls(text: str, what: str) -> None:
    """Refuse control characters except tabs and line ends, which are white space.

    Parameters
    ----------
    text : str
        Any text.
    what : str
        What the text is, for the error.

    Raises
    ------
    SigndecoderError
        If there is one.
    """
    if text.isprintable():
        return
    for character in text:
        if character not in "\t\r\n" and unicodedata.category(character) in ("Cc", "Cs"):
            raise SigndecoderError(
                f"the {what} {quote(text)} contains the control character U+{ord(character):04X}",
                "delete it",
            )


def is_valid_text(text: str) -> bool:
    """Return whether a log could hold a text: no NULs and no half characters.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    bool
        True if it could.
    """
    return not _NO_TEXT.search(text)


def quote(text: str) -> str:
    """Quote a text for use in a sentence: cut short and safe to print.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text in double quotes, at most 60 characters of it.
    """
    excerpt = text if len(text) <= 60 else f"{text[:57]}..."
    return '"' + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in excerpt) + '"'
