"""How far a training has come, for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps done and to do, the running loss in nats, and an estimate in seconds."""

    step: int
    steps: int
    loss: float
    seconds_left: float
