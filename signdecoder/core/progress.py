"""Progress of a training: a value, a line protocol for other programs, and an estimate of time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

# In the environment of a command that trains: print each step as a line for another program.
AS_LINES = {"SIGNDECODER_PROGRESS": "lines"}


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a training.

    Attributes
    ----------
    step : int
        Steps done.
    steps : int
        All steps.
    loss : float
        Running loss in nats.
    seconds_left : float
        Estimate of the time left.
    """

    step: int
    steps: int
    loss: float
    seconds_left: float


def format_progress(progress: Progress) -> str:
    """Format progress as a line that `parse_progress` parses.

    Parameters
    ----------
    progress : Progress
        The progress.

    Returns
    -------
    str
        One line of JSON.
    """
    return json.dumps({"progress": asdict(progress)})


def parse_progress(line: str) -> Progress | None:
    """Parse a line of progress.

    Parameters
    ----------
    line : str
        Line that a training printed.

    Returns
    -------
    Progress or None
        The progress, or None if the line is something else.
    """
    try:
        return Progress(**json.loads(line)["progress"])
    except (ValueError, KeyError, TypeError):
        return None


def about(seconds: float) -> str:
    """Return a duration as people say it.

    Parameters
    ----------
    seconds : float
        The duration.

    Returns
    -------
    str
        The duration, rounded to ten seconds below a minute, else to minutes.

    Examples
    --------
    >>> about(34), about(236), about(4000)
    ('about 30 s', 'about 4 min', 'about 1 h 7 min')
    """
    minutes = round(seconds / 60)
    if seconds < 55:
        return f"about {max(10, 10 * round(seconds / 10))} s"
    hours, minutes = divmod(max(1, minutes), 60)
    return f"about {hours} h {minutes} min" if hours else f"about {minutes} min"


class Clock:
    """Count steps, smooth the loss and estimate the time left.

    Parameters
    ----------
    step : int
        Steps done before.
    steps : int
        All steps.

    Attributes
    ----------
    later : float
        The seconds that other work between the steps will still take.
    """

    def __init__(self, step: int, steps: int) -> None:
        self.step, self.steps, self.loss, self.later = step, steps, float("nan"), 0.0
        self._begun = time.monotonic()
        self.begin_stage()

    def begin_stage(self) -> None:
        """Begin a stage with a loss and a pace of its own."""
        self._first, self._compiled = self.step, time.monotonic()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave other work out of the pace of the steps.

        Yields
        ------
        None
            While the other work is done.
        """
        begin = time.monotonic()
        yield
        self._compiled += time.monotonic() - begin

    @property
    def passed(self) -> float:
        """Return the seconds since the clock was made."""
        return time.monotonic() - self._begun

    def tick(self, loss: float, progress: Callable[[Progress], None]) -> None:
        """Count a step and report progress.

        Parameters
        ----------
        loss : float
            Loss of the step in nats.
        progress : callable
            Called with the progress.
        """
        now = time.monotonic()
        done = self.step - self._first
        if done:
            self.loss = 0.99 * self.loss + 0.01 * loss
            a_step = (now - self._compiled) / done
        else:  # the first step is mostly XLA compiling, and says little about the others
            self.loss, a_step = loss, (now - self._compiled) / 20
            self._compiled = now
        self.step += 1
        left = a_step * (self.steps - self.step) + self.later
        progress(Progress(self.step, self.steps, self.loss, left))
