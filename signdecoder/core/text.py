"""Plain text for a terminal: what is safe to show, aligned columns, percentages and bars."""

import unicodedata
from collections.abc import Sequence

_BLOCKS = " ▏▎▍▌▋▊▉█"
# Categories of characters that control a terminal or change the reading order: controls, formats
# (direction marks, zero widths), surrogates, private ones, line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Formats that Persian, Hindi and emoji need between their letters.
_JOINERS = "\u200c\u200d"
# Letters and marks that are invisible: two different names would look the same.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# Variation selectors, visible only in how they change the character before them.
_MONGOLIAN = frozenset("\u180b\u180c\u180d\u180f")
_IDEOGRAPHIC = frozenset(map(chr, (*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0))))
_OF_EMOJI = frozenset("\ufe0e\ufe0f")
_KEYCAP = "\u20e3"  # which makes an emoji of a digit


def printable(text: str) -> str:
    """Escape every character that could control a terminal or is invisible.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text that is safe to print on one line.

    Examples
    --------
    >>> print(printable("cap\\x1b[31m"))
    cap\\x1b[31m
    """
    if text.isascii() and text.isprintable():
        return text
    around = ("", *text), (*text[1:], "")
    return "".join(map(_escape, text, *around))


def printable_lines(text: str) -> str:
    """Escape the same characters in each line of a text.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text that is safe to print.
    """
    return "\n".join(map(printable, text.split("\n")))


def _escape(character: str, before: str, after: str) -> str:
    if character in _JOINERS and before > "\x7f" and after > "\x7f":
        return character
    if _is_seen(character, before, after):
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_seen(character: str, before: str, after: str) -> bool:
    """Return whether a character is visible, or changes the one before it, and controls nothing."""
    if character in _OF_EMOJI:
        if before.isascii():
            return after == _KEYCAP and before in tuple("0123456789#*")
        return unicodedata.category(before)[0] not in "MCZ" and before not in _UNSEEN
    if character in _IDEOGRAPHIC:
        return _is_named(before, "CJK ")
    if character in _MONGOLIAN:
        return _is_named(before, "MONGOLIAN LETTER ")
    return unicodedata.category(character) not in _UNSAFE and character not in _UNSEEN


def _is_named(character: str, start: str) -> bool:
    return bool(character) and unicodedata.name(character, "").startswith(start)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    `wcwidth` is not used here, because importing its tables takes longer than a quick command.

    Parameters
    ----------
    text : str
        Text without control characters.

    Returns
    -------
    int
        Columns.

    Examples
    --------
    >>> width("cap"), width("日本")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    # What a joiner adds to a wide character is drawn inside it.
    joined = zip(" " + text, text, strict=False)
    return sum(0 if before == "\u200d" else _columns_of(c) for before, c in joined)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, room: int) -> str:
    """Cut the end off a text that is too wide.

    Parameters
    ----------
    text : str
        Text without control characters.
    room : int
        Columns that it may take.

    Returns
    -------
    str
        The text or its start.
    """
    while width(text) > room:
        text = text[:-1]
    return text


def columns(rows: Sequence[Sequence[str]], align: str, gap: str = "  ") -> list[str]:
    """Format rows as lines with aligned columns.

    Parameters
    ----------
    rows : sequence of sequence of str
        Cells, escaped when they are shown.
    align : str
        ``<`` or ``>`` for each column.
    gap : str, optional
        Text between columns.

    Returns
    -------
    list of str
        A line for each row.

    Examples
    --------
    >>> columns([("cap", "9"), ("left ear", "12")], "<>")
    ['cap        9', 'left ear  12']
    """
    printable_rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(width, cells)) for cells in zip(*printable_rows, strict=True)]
    lines = []
    for row in printable_rows:
        cells = []
        for cell, side, wide in zip(row, align, widths, strict=True):
            space = " " * (wide - width(cell))
            cells.append(cell + space if side == "<" else space + cell)
        lines.append(gap.join(cells).rstrip())
    return lines


def percent(share: float) -> str:
    """Format a share as a whole percentage. Only exactly 0 or 1 reads `0%` or `100%`.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str
        The percentage, without a space before the sign.

    Examples
    --------
    >>> percent(0.93), percent(0.999), percent(0.0)
    ('93%', '>99%', '0%')
    """
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def bar(share: float, cells: int = 20) -> str:
    """Draw a bar, to an eighth of a character.

    Parameters
    ----------
    share : float
        How much of it is filled, from 0 to 1.
    cells : int, optional
        Characters of a full bar.

    Returns
    -------
    str
        The bar, padded with spaces.
    """
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    whole, part = divmod(eighths, 8)
    filled = "█" * whole + (_BLOCKS[part] if part else "")
    return filled.ljust(cells)


def count(number: int, noun: str, plural: str = "") -> str:
    """Format a number with its noun.

    Parameters
    ----------
    number : int
        The number.
    noun : str
        The noun in the singular.
    plural : str, optional
        The plural, if it is not the noun with an s.

    Returns
    -------
    str
        Both.

    Examples
    --------
    >>> count(1, "play"), count(31, "play")
    ('1 play', '31 plays')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def round_ticks(last: int) -> list[int]:
    """Choose ticks for an axis of plays: 1 and up to six round numbers.

    Parameters
    ----------
    last : int
        Number of plays.

    Returns
    -------
    list of int
        The ticks.

    Examples
    --------
    >>> round_ticks(40)
    [1, 10, 20, 30, 40]
    """
    step = next(
        s for n in (1, 10, 100, 1000, 10**4, 10**5) for s in (n, 2 * n, 5 * n) if last <= 6 * s
    )
    return [1, *range(step, last + 1, step)] if step > 1 else list(range(1, last + 1))
