"""The events that a logging service emits: the log, predictions, beliefs and failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from signdecoder.analysis.attribution import Explanation
from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.keypad import KeypadLayout
from signdecoder.core.names import NameKey, fold
from signdecoder.core.play import Play
from signdecoder.decoder.prediction import Prediction
from signdecoder.session.renames import Renames
from signdecoder.session.replay import PastPrediction

RequestKind = Literal["", "loading", "explaining"]


@dataclass(frozen=True, slots=True)
class LogChanged:
    """Report one coach's plays as they are stored after a change.

    Attributes
    ----------
    coach : str
        The coach whose plays these are.
    plays : tuple of Play
        The plays, in order.
    change_points : frozenset of int
        Numbers of plays before which the user recorded a change of signs.
    keypad : Pad
        The signals offered on screen, with their keys.
    coaches : tuple of (str, int)
        Every coach in the store with their number of plays.
    message : str
        What was done, or an empty string.
    time : datetime
        When it was done.
    draft : tuple of str or None
        The unfinished sequence of an earlier session, given only when a coach has been loaded.
    name_key : callable
        How the names of the coach's signals are compared.
    renames : Renames
        What names that the screen may still hold are called now.
    is_operation : bool
        Whether the screen has just changed the store in another way than by a play, undo or redo.
    """

    coach: str
    plays: tuple[Play, ...]
    change_points: frozenset[int]
    keypad: KeypadLayout
    coaches: tuple[tuple[str, int], ...]
    message: str
    time: datetime
    draft: tuple[str, ...] | None = None
    name_key: NameKey = fold
    renames: Renames = field(default_factory=Renames)
    is_operation: bool = False


@dataclass(frozen=True, slots=True)
class Predicted:
    """Report the prediction for a sequence.

    Attributes
    ----------
    prediction : Prediction
        The prediction.
    complete : bool
        Whether the sequence has ended. More signals may follow one that has not.
    is_current : bool
        Whether the decoder had read the whole log as it is stored.
    """

    prediction: Prediction
    complete: bool
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class Attributed:
    """Report how much each signal of a sequence adds to the prediction.

    Attributes
    ----------
    signals : tuple of str
        The sequence.
    complete : bool
        Whether the sequence has ended.
    weights : tuple of float
        The attribution of each signal, in log-odds of the called play.
    """

    signals: tuple[str, ...]
    complete: bool
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Report the explanation that was asked for.

    Attributes
    ----------
    explanation : Explanation
        The explanation of one sequence.
    """

    explanation: Explanation


@dataclass(frozen=True, slots=True)
class BeliefUpdated:
    """Report what the decoder believes about a coach's signs.

    Attributes
    ----------
    summary : CoachSummary
        What the decoder knows after the plays that it has read.
    past_predictions : tuple of PastPrediction or None
        One for each of those plays; None where it is not computed yet.
    p_before : tuple of float
        For each of those plays, the probability of the called play before its outcome was known.
    """

    summary: CoachSummary
    past_predictions: tuple[PastPrediction | None, ...]
    p_before: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Report how far the decoder has read a log that is new to it.

    Attributes
    ----------
    n_read, n_plays : int
        How many plays it has read, and how many there are.
    """

    n_read: int
    n_plays: int


@dataclass(frozen=True, slots=True)
class ReplayStarted:
    """Report that the decoder reads plays again because an earlier play has changed."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Report that a request failed and changed nothing.

    Attributes
    ----------
    message : str
        What went wrong.
    request : {"", "loading", "explaining"}
        Which request failed, where a screen waits for its answer.
    """

    message: str
    request: RequestKind = ""


@dataclass(frozen=True, slots=True)
class PendingWrites:
    """Report the plays that the store does not accept at the moment. They are kept and retried.

    Attributes
    ----------
    plays : tuple of Play
        The plays; none once all of them are stored.
    reason : str
        Why the store does not accept them.
    """

    plays: tuple[Play, ...]
    reason: str


SessionEvent = (
    LogChanged
    | Predicted
    | Attributed
    | Explained
    | BeliefUpdated
    | Reading
    | ReplayStarted
    | Failed
    | PendingWrites
)
