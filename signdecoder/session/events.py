"""What a desk tells of: the book, an answer, what is thought of the signs, and trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from signdecoder.analysis.attribution import Explanation
from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.play import Play
from signdecoder.decoder.prediction import Prediction
from signdecoder.session.replay import PastPrediction
from signdecoder.store.keypads import Pad

Errand = Literal["", "opening", "explaining"]


@dataclass(frozen=True, slots=True)
class LogChanged:
    """One coach's plays as they are recorded, after something was done.

    ``changes`` are numbers of plays before which the signs changed, ``coaches`` all in the store
    with how many plays each has. ``done`` says in words what was done, and ``at`` when. ``draft``
    is the sequence that was being given when somebody left, told of when a coach is taken up.
    """

    coach: str
    plays: tuple[Play, ...]
    changes: frozenset[int]
    pad: Pad
    coaches: tuple[tuple[str, int], ...]
    done: str
    at: datetime
    draft: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Predicted:
    """What is said of a sequence; ``complete`` if no more signals come."""

    prediction: Prediction
    complete: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """What each signal of a sequence weighs for the called play: log-odds, in order."""

    signals: tuple[str, ...]
    complete: bool
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Why it is thought so of a sequence that somebody asked about."""

    explanation: Explanation


@dataclass(frozen=True, slots=True)
class BeliefUpdated:
    """What the decoder knows of the coach after the plays that it has read.

    ``points`` has one prediction for each of those plays. There are fewer than in the log while the
    decoder catches up.
    """

    summary: CoachSummary
    points: tuple[PastPrediction | None, ...]


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """The decoder reads plays again, because some of those that it had read have changed."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Something could not be done; nothing was changed. ``of`` says what, if that matters."""

    words: str
    of: Errand = ""


@dataclass(frozen=True, slots=True)
class PendingWrites:
    """Plays that the store could not take, and why; none once it has them.

    They are held, and tried again.
    """

    plays: tuple[Play, ...]
    why: str


Notice = (
    LogChanged
    | Predicted
    | Weighed
    | Explained
    | BeliefUpdated
    | CatchingUp
    | Failed
    | PendingWrites
)
