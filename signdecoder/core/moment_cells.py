"""Cells that say when a play was: inning, half, outs, count and runners, as people write them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LONGEST = 40  # characters of a cell that may be understood
MAX_INNING, MAX_OUTS, MAX_BALLS, MAX_STRIKES = 50, 2, 3, 2
_N_BASES = 3
_FULL = (MAX_BALLS, MAX_STRIKES)
_NUMBERS = {
    word: number
    for number, words in enumerate((
        ("zero",), ("one", "first"), ("two", "second"), ("three", "third"), ("four", "fourth"),
        ("five", "fifth"), ("six", "sixth"), ("seven", "seventh"), ("eight", "eighth"),
        ("nine", "ninth"), ("ten", "tenth"), ("eleven", "eleventh"), ("twelve", "twelfth"),
    ))
    for word in words
}  # fmt: skip
_ORDINAL_ENDS = frozenset({"st", "nd", "rd", "th"})
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"), "-")
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_WHOLE = re.compile(r"(\d)\.0+(?!\d)")  # 3.0, as spreadsheets and DataFrames write it
_NO_ONE = re.compile(r"\bno[\s-]one\b")

_TOP = frozenset(
    {"top", "t", "upper", "up", "away", "visitor", "visitors", "visiting", "v", "▲", "△", "↑"}
)
_BOTTOM = frozenset({"bottom", "bot", "btm", "b", "lower", "down", "home", "h", "▼", "▽", "↓"})
_INNING_WORDS = frozenset({"of", "the", "in", "inning", "innings", "inn", ".", ",", "-", "/"})
_HALF_WORDS = frozenset({"half", "team", "batting"})
_OUT_WORDS = frozenset({"out", "outs", "away", "down", "gone"})
_NONE_OUT = frozenset({"none", "no", "nobody"})
_BETWEEN = frozenset({"-", ":", "/", ",", "and"})
_BALL_WORDS = frozenset({"ball", "balls", "b"})
_STRIKE_WORDS = frozenset({"strike", "strikes", "s", "k"})
_BASE_WORDS = frozenset({
    "base", "bases", "runner", "runners", "man", "men", "on", "at", "is", "are", "the", "and",
    "b", "r", "&", "+", ",", "/", ";", ":",
})  # fmt: skip
_MARKS = frozenset("-_.")  # which stand for a base without a runner
_NOBODY = frozenset({"none", "no", "nobody", "empty", "clear", "nil"})
_SOMEBODY = frozenset({"loaded", "full", "corners"})

Token = int | str


def _tokens(cell: str, *, split_digits: bool = False) -> tuple[Token, ...]:
    """Split a cell into numbers, words and marks; number words become numbers."""
    if len(cell) > _LONGEST:
        return ("",)  # which no reader understands
    text = unicodedata.normalize("NFKC", cell).casefold().translate(_DASHES)
    text = _NO_ONE.sub("nobody", _WHOLE.sub(r"\1", text))
    tokens: list[Token] = []
    after_digit = False
    for token in _TOKEN.findall(text):
        if token.isdecimal():
            tokens += map(int, token) if split_digits else [int(token)]
        elif not (after_digit and token in _ORDINAL_ENDS):
            tokens.append(_NUMBERS.get(token, token))
        after_digit = token.isdecimal()
    return tuple(tokens)


@lru_cache(maxsize=4096)
def read_inning(cell: str) -> tuple[int | None, str | None]:
    """Read an inning, which may name its half.

    Parameters
    ----------
    cell : str
        The cell, such as ``3``, ``3rd``, ``T3`` or ``top of the third``.

    Returns
    -------
    tuple
        The inning and ``top`` or ``bottom``; each None if the cell does not say it.

    Examples
    --------
    >>> read_inning("Top 3"), read_inning("7th"), read_inning("late")
    ((3, 'top'), (7, None), (None, None))
    """
    numbers: list[int] = []
    halves: list[str] = []
    has_half_word = False
    for place, token in enumerate(_tokens(cell)):
        if isinstance(token, int):
            numbers.append(token)
        elif token in _TOP or token in _BOTTOM:
            halves.append("top" if token in _TOP else "bottom")
        elif token in _HALF_WORDS:
            has_half_word = True
        elif token not in _INNING_WORDS or (token == "-" and place == 0):
            return None, None
    if len(numbers) > 1 or len(halves) > 1 or (has_half_word and not halves):
        return None, None
    if numbers and not 1 <= numbers[0] <= MAX_INNING:
        return None, None
    return (numbers[0] if numbers else None), (halves[0] if halves else None)


@lru_cache(maxsize=1024)
def read_outs(cell: str) -> int | None:
    """Read a number of outs.

    Parameters
    ----------
    cell : str
        The cell, such as ``1``, ``none`` or ``two out``.

    Returns
    -------
    int or None
        0 to 2, or None if the cell does not say it.

    Examples
    --------
    >>> read_outs("one out"), read_outs("nobody out"), read_outs("4")
    (1, 0, None)
    """
    rest = [token for token in _tokens(cell) if token not in _OUT_WORDS]
    if len(rest) != 1:
        return None
    outs = 0 if rest[0] in _NONE_OUT else rest[0]
    return outs if isinstance(outs, int) and outs <= MAX_OUTS else None


@lru_cache(maxsize=1024)
def read_count(cell: str) -> tuple[int, int] | None:
    """Read a count: balls, then strikes.

    Parameters
    ----------
    cell : str
        The cell, such as ``3-1``, ``3 balls 1 strike`` or ``full``.

    Returns
    -------
    tuple of int or None
        Balls from 0 to 3 and strikes from 0 to 2, or None if the cell does not say both.

    Examples
    --------
    >>> read_count("3-1"), read_count("full count"), read_count("4-1")
    ((3, 1), (3, 2), None)
    """
    tokens = _tokens(cell)
    if tokens in (("full",), ("full", "count")):
        return _FULL
    if tokens and tokens[-1] in _STRIKE_WORDS:
        tokens = tokens[:-1]
    match tokens:
        case (int() as balls, *between, int() as strikes):
            if between and between[0] in _BALL_WORDS:
                del between[0]
            is_pair = not between or (len(between) == 1 and between[0] in _BETWEEN)
            if is_pair and balls <= MAX_BALLS and strikes <= MAX_STRIKES:
                return balls, strikes
    return None


@lru_cache(maxsize=1024)
def read_balls(cell: str) -> int | None:
    """Read a number of balls.

    Parameters
    ----------
    cell : str
        The cell, such as ``2`` or ``2 balls``.

    Returns
    -------
    int or None
        0 to 3, or None if the cell does not say it.
    """
    return _read_single(cell, _BALL_WORDS, MAX_BALLS)


@lru_cache(maxsize=1024)
def read_strikes(cell: str) -> int | None:
    """Read a number of strikes.

    Parameters
    ----------
    cell : str
        The cell, such as ``1`` or ``1 strike``.

    Returns
    -------
    int or None
        0 to 2, or None if the cell does not say it.
    """
    return _read_single(cell, _STRIKE_WORDS, MAX_STRIKES)


def _read_single(cell: str, units: frozenset[str], most: int) -> int | None:
    match [token for token in _tokens(cell) if token not in units]:
        case [int() as number] if number <= most:
            return number
        case ["none" | "no"]:
            return 0
    return None


@lru_cache(maxsize=4096)
def read_nobody_on(cell: str) -> bool | None:
    """Read whether nobody is on base.

    Parameters
    ----------
    cell : str
        The cell of runners, such as ``none``, ``---``, ``1__``, ``first and third`` or ``loaded``.

    Returns
    -------
    bool or None
        None if the cell does not say it.

    Examples
    --------
    >>> read_nobody_on("_ _ _"), read_nobody_on("1-3"), read_nobody_on("?")
    (True, False, None)
    """
    digits: list[int] = []
    words: list[str] = []
    n_marks = 0
    for token in _tokens(cell, split_digits=True):
        if isinstance(token, int):
            digits.append(token)
        elif token in _MARKS:
            n_marks += 1
        elif token not in _BASE_WORDS:
            words.append(token)
    if any(digit > _N_BASES for digit in digits) or len(words) > 1:
        return None
    if words:
        says_nobody = words[0] in _NOBODY and not any(digits)
        says_somebody = words[0] in _SOMEBODY
        return says_nobody if says_nobody or says_somebody else None
    if digits:
        return not any(digits)
    return True if n_marks >= _N_BASES else None
