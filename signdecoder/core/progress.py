"""How far a training has come, for whoever shows it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

# In the environment of a command that trains: every step is told as a line for another program.
AS_LINES = {"SIGNDECODER_PROGRESS": "lines"}


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps done and to do, the running loss in nats, and an estimate in seconds."""

    step: int
    steps: int
    loss: float
    seconds_left: float


def write_progress(progress: Progress) -> str:
    """The line that ``read_progress`` reads."""
    return json.dumps({"progress": asdict(progress)})


def read_progress(line: str) -> Progress | None:
    """How far it has come, if this line tells it."""
    try:
        return Progress(**json.loads(line)["progress"])
    except (ValueError, KeyError, TypeError):
        return None


class Clock:
    """Counts steps, smooths the loss and estimates what is left."""

    def __init__(self, step: int, steps: int) -> None:
        self.step, self.steps, self.loss = step, steps, float("nan")
        self._begun = time.monotonic()
        self.begin_stage()

    def begin_stage(self) -> None:
        """What is learned from here on is something else, and so are its loss and its pace."""
        self._first, self._compiled = self.step, time.monotonic()

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._begun

    def tick(self, loss: float, progress: Callable[[Progress], None]) -> None:
        """One step more with this loss, which is told to ``progress``."""
        now = time.monotonic()
        done = self.step - self._first
        if done:
            self.loss = 0.99 * self.loss + 0.01 * loss
            a_step = (now - self._compiled) / done
        else:  # the first step is mostly XLA's compiling and says little of the others
            self.loss, a_step = loss, (now - self._compiled) / 20
            self._compiled = now
        self.step += 1
        progress(Progress(self.step, self.steps, self.loss, a_step * (self.steps - self.step)))
