"""Dates as people write them: one order of day and month for a whole file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import quote
from signdecoder.core.play import parse_date

ORDERS = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}
_TIME = r"(?:,?[T ]\s*(?P<time>\d\d?:\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?))?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_NUMBERS = re.compile(
    rf"{_WEEKDAY}(\d\d?)\s*([/.\-])\s*(\d\d?)\s*(?:\2\s*(\d{{4}}|\d\d)?)?{_TIME}", re.ASCII | re.I
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d\d?)(?:st|nd|rd|th)?"
_YEAR = r"(?:[\s,\-/]+(?P<year>\d{4}|'?\d\d))?"
_NAMED = tuple(
    re.compile(rf"{_WEEKDAY}{start}{_YEAR}{_TIME}", re.ASCII | re.I)
    for start in (rf"{_MONTH}[\s\-]*{_DAY}", rf"{_DAY}[\s\-./]*(?:of )?{_MONTH}")
)
_SERIAL = re.compile(r"[34]\d{4}(?:\.0+)?", re.ASCII)  # days since 1899-12-30, 1982 to 2036
_YEAR_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class DateReading:
    """Days by cell, and what was assumed.

    Attributes
    ----------
    days : mapping of str to str
        The day in ISO form, by cell. Cells that were not understood, or that are in ISO form
        already, are left out.
    order : str
        The order of day and month in words; empty if no cell needed one.
    notes : tuple of str
        What was assumed.
    """

    days: Mapping[str, str]
    order: str
    notes: tuple[str, ...]


def read_dates(cells: Iterable[str], given: str | None, near: str, today: date) -> DateReading:
    """Read the dates of a file.

    Parameters
    ----------
    cells : iterable of str
        The cells, in the order of the rows.
    given : str or None
        ``dmy``, ``mdy``, ``ymd`` or a pattern such as ``%d/%m/%Y``.
    near : str
        Text that may name the year, such as the name of the file.
    today : date
        The current day, for dates without a year.

    Returns
    -------
    DateReading
        The days.

    Examples
    --------
    >>> read_dates(["5/14/26", "May 17"], None, "2026", date(2026, 9, 1)).days
    {'5/14/26': '2026-05-14', 'May 17': '2026-05-17'}
    """
    texts = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    if given is not None and given not in ORDERS:
        return DateReading(_by_pattern(texts, given), given, ())
    others = [text for text in texts if given == "ymd" or not parse_date(text)]
    numbers = {text: found for text in others if (found := _NUMBERS.fullmatch(text))}
    notes: list[str] = []
    order = given or _find_order(numbers, notes)
    years = [parse_date(text)[:4] for text in texts if parse_date(text)]
    parts = {
        text: part
        for text in others
        if (part := _split_date(text, numbers.get(text), order)) is not None
    }
    known = {int(year) for year in years} | {year for year, _, _ in parts.values() if year}
    year, why = _guess_year(known, near, today, parts)
    if any(own is None for own, _, _ in parts.values()):
        first = next(text for text, part in parts.items() if part[0] is None)
        notes.append(f"{quote(first)} has no year, and {year} was taken, {why}.")
    days = {
        text: day
        for text, (own, month, number) in parts.items()
        if (day := _iso(own or year, month, number))
    }
    return DateReading(days, ORDERS.get(order, "") if numbers else "", tuple(notes))


def check_date_format(text: str) -> str:
    """Return a valid ``--date-format``.

    Parameters
    ----------
    text : str
        What the user gave.

    Returns
    -------
    str
        ``mdy``, ``dmy``, ``ymd``, or the pattern.

    Raises
    ------
    SigndecoderError
        If it is neither an order nor a pattern.
    """
    plain = re.sub(r"[^a-z]", "", text.lower())
    named = {"dayfirst": "dmy", "monthfirst": "mdy", "yearfirst": "ymd"}
    short = named.get(plain, re.sub(r"([dmy])\1+", r"\1", plain))
    if short in ORDERS and "%" not in text:
        return short
    if "%d" in text and "%" in text.replace("%d", ""):
        return text
    raise SigndecoderError(
        f"the date format {quote(text)} is not known", "use mdy, dmy, ymd or a pattern: %d/%m/%Y"
    )


def _by_pattern(texts: list[str], pattern: str) -> dict[str, str]:
    """Return the days of the texts that fit a pattern."""
    days = {}
    for text in texts:
        try:
            days[text] = datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    return days


def _find_order(numbers: Mapping[str, re.Match[str]], notes: list[str]) -> str:
    """Decide whether the day or the month comes first, for all dates of a file."""
    firsts = [int(found[1]) for found in numbers.values()]
    seconds = [int(found[3]) for found in numbers.values()]
    day_first = any(number > 12 for number in firsts)
    if not numbers or day_first or any(number > 12 for number in seconds):
        return "dmy" if day_first else "mdy"
    shown = next(iter(numbers))
    order = "dmy" if all(found[2] == "." for found in numbers.values()) else "mdy"
    if any(int(found[1]) != int(found[3]) for found in numbers.values()):
        notes.append(
            f"dates such as {quote(shown)} were read with the {ORDERS[order]}. If that is wrong,"
            f" use --date-format {'mdy' if order == 'dmy' else 'dmy'}."
        )
    return order


def _split_date(
    text: str, found: re.Match[str] | None, order: str
) -> tuple[int | None, int, int] | None:
    """Return year, month and day of a date that is not in ISO form."""
    if found is not None:
        first, second = int(found[1]), int(found[3])
        month, day = (second, first) if order == "dmy" else (first, second)
        return _full_year(found[4]), month, day
    for form in _NAMED:
        if named := form.fullmatch(text):
            month = 1 + _MONTHS.index(named["month"][:3].lower())
            return _full_year(named["year"]), month, int(named["day"])
    if _SERIAL.fullmatch(text):
        day_of = date(1899, 12, 30) + timedelta(days=int(float(text)))
        return day_of.year, day_of.month, day_of.day
    return None


def _full_year(text: str | None) -> int | None:
    """Return a year of two or four digits."""
    digits = (text or "").lstrip("'")
    return None if not digits else int(digits) + (2000 if len(digits) == 2 else 0)


def _guess_year(
    known: set[int], near: str, today: date, parts: Mapping[str, tuple[int | None, int, int]]
) -> tuple[int, str]:
    """Return the year of dates without one, and why."""
    if len(known) == 1:
        return next(iter(known)), "as in the other dates"
    named = set(map(int, _YEAR_IN_NAME.findall(near)))
    if len(named) == 1:
        return next(iter(named)), "from the name of the file"
    months = [(month, day) for year, month, day in parts.values() if year is None]
    is_past = not months or max(months) <= (today.month, today.day)
    return (today.year if is_past else today.year - 1), "the latest with these days in the past"


def _iso(year: int, month: int, day: int) -> str:
    """Return a day in ISO form, or an empty text if there is no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
