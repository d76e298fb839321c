"""A play: a sequence of signals, its outcome, and the moment of the game."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_date
from functools import lru_cache
from hashlib import blake2b

from signdecoder.core.names import fold

CONTEXT: tuple[str, ...] = ("inning", "half", "outs", "balls", "strikes", "runners", "note")
KNOWN_COLUMNS: tuple[str, ...] = (
    *("coach", "game", "date"), *CONTEXT[:-1], "signs", "outcome", "steal", "note"
)  # fmt: skip
MAX_VOCABULARY = 40  # different signals of one coach

_DAY = re.compile(r"(\d{4})([-/]?)(\d\d)\2(\d\d)(?:[T ]\d\d:?\d\d.*)?", re.ASCII)


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


@lru_cache(maxsize=65536)
def parse_date(date: str) -> str:
    """Return the day that a date written in an ISO form means, as 2026-05-01, or an empty text."""
    found = _DAY.fullmatch(date.strip())
    if not found:
        return ""
    year, _, month, day = found.groups()
    try:
        return calendar_date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


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
