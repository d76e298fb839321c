"""A play: a sequence of signals, its outcome, and the moment of the game."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_date
from functools import lru_cache
from hashlib import blake2b

from signdecoder.core.names import NameKey, fold

CONTEXT: tuple[str, ...] = ("inning", "half", "outs", "balls", "strikes", "runners", "note")
KNOWN_COLUMNS: tuple[str, ...] = (
    *("coach", "game", "date"), *CONTEXT[:-1], "signs", "outcome", "steal", "note"
)  # fmt: skip
MAX_VOCABULARY = 40  # different signals of one coach

_DAY = re.compile(
    r"(\d{4})(?:(?P<mark>[-/.])(\d\d?)(?P=mark)(\d\d?)|(\d\d)(\d\d))"
    r"(?:[T ]\s*(?P<time>\d\d?:?\d\d.*))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Play:
    """A sequence and its outcome, with the coach and the moment of the game.

    Attributes
    ----------
    signals : tuple of str
        The signals, in order.
    outcome : str
        What the team then did, such as ``steal``, ``none`` or ``unknown``.
    coach : str, optional
        Who gave the signals.
    game : str, optional
        Name of the game.
    date : str, optional
        Date as it was written.
    context : mapping of str to str, optional
        Cells of the columns CONTEXT that are not empty.
    extra : mapping of str to str, optional
        Cells of all other columns, in the order of the file.
    id : int, optional
        Number in the store. Two plays are equal whatever their numbers.

    Examples
    --------
    >>> play = Play(("cap", "belt", "ear"), "steal", coach="Hawks", game="2026-05-01")
    >>> play.signals[1], play.outcome
    ('belt', 'steal')
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
        """Return a key that two plays share if they are the same row of a log.

        Columns that signdecoder does not know are not part of it.
        """
        return self.identity_by(fold)

    def identity_by(self, key: NameKey) -> str:
        """Return the identity of a play of a coach whose signals are compared by a key.

        Parameters
        ----------
        key : callable
            How names of signals are compared.

        Returns
        -------
        str
            The identity. It never equals one by another key, so that a log whose letters were
            merged can be deleted and imported again.
        """
        return identify_row(self, key, day_key)


def identify_row(play: Play, key: NameKey, when: NameKey) -> str:
    """Return the identity of a play.

    Parameters
    ----------
    play : Play
        The play.
    key : callable
        How names of signals are compared.
    when : callable
        How dates and names of games are compared.

    Returns
    -------
    str
        The identity.
    """
    moment = [" ".join(play.context.get(name, "").split()) for name in CONTEXT]
    parts = [
        fold(play.coach), when(play.game), when(play.date), play.outcome, moment,
        [key(signal) for signal in play.signals],
    ]  # fmt: skip
    if key is not fold:
        parts.append("by case")
    return blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=65536)
def parse_date(date: str) -> str:
    """Parse a date in ISO form.

    Parameters
    ----------
    date : str
        Date as written, such as 2026-05-01, 20260501, 2026/05/01 or 2026/5/1, with or without a
        time.

    Returns
    -------
    str
        The day as 2026-05-01, or an empty text if it is in another form.

    Examples
    --------
    >>> parse_date("2026/05/01 19:30"), parse_date("May 1")
    ('2026-05-01', '')
    """
    match = _DAY.fullmatch(date.strip())
    if not match:
        return ""
    year, _, month, day, short_month, short_day, _ = match.groups()
    try:
        return calendar_date(
            int(year), int(month or short_month), int(day or short_day)
        ).isoformat()
    except ValueError:
        return ""


def day_key(text: str) -> str:
    """Return a key that two dates share if they are the same day, however they are written.

    A time of day stays part of it, except for midnight, which spreadsheets add to a day.

    Parameters
    ----------
    text : str
        A date as written, or a game that may be called by its date.

    Returns
    -------
    str
        The key. That of any other text is its folded form.

    Examples
    --------
    >>> day_key("2026/5/1"), day_key("20260501 00:00:00"), day_key("2026-05-01T19:30")
    ('2026-05-01', '2026-05-01', '2026-05-01 1930')
    """
    day = parse_date(text)
    match = _DAY.fullmatch(text.strip()) if day else None
    if match is None:
        return fold(text)
    time = fold(match["time"] or "").replace(":", "")
    return f"{day} {time}" if time.strip("0.") else day


def describe_play(play: Play) -> str:
    """Describe a play in one line.

    Parameters
    ----------
    play : Play
        The play.

    Returns
    -------
    str
        Its signals and its outcome.

    Examples
    --------
    >>> describe_play(Play(("chin", "ear", "left ear"), "passed_ball"))
    'chin, ear, left ear → passed ball'
    """
    return f"{', '.join(play.signals)} → {play.outcome.replace('_', ' ')}"
