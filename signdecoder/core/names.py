"""Names of signals, coaches and games: parsed, compared and quoted."""

import re
import unicodedata
from functools import lru_cache

from signdecoder.core.errors import SigndecoderError

MAX_NAME = 40  # characters of a signal's name
MAX_TITLE = 255  # characters of any other name, as of a file's, which may become a game's
LONGEST_COMPOSED = 4  # characters that become one by NFC, at the most

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the key under which names are compared: NFC, case and white space folded.

    What is longer than any name can be is kept from NFC, whose time grows with the square of marks.
    """
    plain = " ".join(name.split())
    if len(plain) > LONGEST_COMPOSED * MAX_TITLE:
        return plain.casefold()
    plain = unicodedata.normalize("NFC", plain).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())


@lru_cache(maxsize=65536)
def parse_name(text: str, what: str = "signal") -> str:
    """Return a name as it is shown: NFC, white space folded.

    Tabs and line ends are white space; any other control character is refused, as is an empty
    name. A signal has at most MAX_NAME characters and no `>`, which always separates; any other
    name at most MAX_TITLE.
    """
    refuse_controls(text, what)
    name = " ".join(text.split())
    if not name:
        raise SigndecoderError(f"the {what} has no name", "write one")
    most = MAX_NAME if what == "signal" else MAX_TITLE
    if len(name) <= LONGEST_COMPOSED * most:  # NFC of more would take for ever
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


def refuse_controls(text: str, what: str) -> None:
    """Refuse control characters but tabs and line ends, which are white space."""
    if text.isprintable():
        return
    for character in text:
        if character not in "\t\r\n" and unicodedata.category(character) in ("Cc", "Cs"):
            raise SigndecoderError(
                f"the {what} {quote(text)} holds the control character U+{ord(character):04X}",
                "take it out",
            )


def is_valid_text(text: str) -> bool:
    """Can a log hold this? Neither NULs nor halves of characters."""
    return not _NO_TEXT.search(text)


def quote(text: str) -> str:
    """Return `text` between quotes, cut short and made safe to print, for use in a sentence."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return '"' + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown) + '"'
