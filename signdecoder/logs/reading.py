"""How a file of plays is to be read, and what was decided about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What the user says about files, so that nothing of it is guessed.

    Attributes
    ----------
    coach : str, optional
        Coach of rows that name none.
    declared : collection of str, optional
        Outcomes to accept besides the known ones.
    compact : bool, optional
        Whether each character of a sequence is a signal.
    columns : mapping of str to str, optional
        Heading or number of the column for each role, such as ``{"signs": "Touches"}``.
    separator : str, optional
        What stands between two signals.
    meanings : mapping of str to str, optional
        Outcome that each word of the file means.
    blank : str, optional
        Outcome of a row without one. Without it, it is `none` where other rows are filled.
    date_format : str, optional
        ``dmy``, ``mdy`` or ``ymd``, or a pattern such as ``%d/%m/%Y``.
    sheet : str, optional
        Which sheet of a workbook to read.
    """

    coach: str | None = None
    declared: Collection[str] = ()
    compact: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    separator: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)
    blank: str | None = None
    date_format: str | None = None
    sheet: str | None = None


@dataclass(slots=True)
class Reading:
    """What was decided about a file, for notes and for a preview.

    Attributes
    ----------
    kind : str
        Kind of file, such as ``CSV``.
    encoding : str, optional
        Encoding of a text file.
    header : int, optional
        Line of the column names; 0 if there is none.
    columns : dict of str to str, optional
        Headings that were taken for each role.
    separator : str, optional
        What stands between two signals, in words.
    outcomes : dict of str to str, optional
        What each cell of the outcome column was taken for.
    blank : str, optional
        What a blank outcome was taken for; empty if there was none.
    dates : str, optional
        The order of day and month, in words.
    notes : list of str, optional
        What the reader of the file should know.
    """

    kind: str
    encoding: str = ""
    header: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    separator: str = ""
    outcomes: dict[str, str] = field(default_factory=dict)
    blank: str = ""
    dates: str = ""
    notes: list[str] = field(default_factory=list)
