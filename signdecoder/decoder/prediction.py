"""What a decoder answers: of a sequence, and of the signs."""

from __future__ import annotations

from dataclasses import dataclass

from signdecoder.core.outcomes import Evidence, evidence_of

HOLD, NOT_ENOUGH = "hold", "not enough plays"  # verdicts beside the called play's name
LIKELY = 0.5  # chance from which a thing is said outright: that there is no rule, or which it is


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is said of one sequence: chances of the called play, and the verdict."""

    signals: tuple[str, ...]
    play: str
    probability: float
    lstm: float
    rules: float
    verdict: str

    @property
    def decides(self) -> bool:
        """Is there a verdict: that the play is called, or that it is not?"""
        return self.verdict in (self.play, HOLD)

    def came_true(self, outcome: str) -> bool | None:
        """Did the team do as the verdict said? None without one, or where nobody knows."""
        evidence = evidence_of(outcome, self.play)
        if not self.decides or evidence is Evidence.SILENT:
            return None
        return (self.verdict == self.play) == (evidence is Evidence.CALLED)

    @property
    def steal(self) -> float:
        """The probability, by its usual name."""
        return self.probability


@dataclass(frozen=True, slots=True)
class Opinion:
    """Chances of the called play: what the LSTM says, what the rules say, and the mixture."""

    probability: float
    lstm: float
    rules: float


@dataclass(frozen=True, slots=True)
class KeySign:
    """A signal and the chance that it is the coach's key sign."""

    sign: str
    probability: float
