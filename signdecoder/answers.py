"""What a decoder answers: of a sequence, of the signs, of the rule."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words, and the chance that it is the coach's; ``key_signs`` by name, if any.

    ``plain_words`` leave its wipe-off and its activator aside.
    """

    words: str
    plain_words: str
    probability: float
    key_signs: tuple[str, ...]
