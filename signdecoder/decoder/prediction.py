"""What a decoder answers: predictions of sequences, and key signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from signdecoder.core.evidence import evidence_of
from signdecoder.core.missed import has_missed
from signdecoder.core.moments import Moment
from signdecoder.core.outcomes import NONE, Evidence
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays

# Verdicts other than the target's name. The last one: the signals that count were missed.
HOLD, NOT_ENOUGH, MISSED_VERDICT = "hold", "not enough plays", "unknown"
_CLEAR = 0.8  # probability from which another play than the target is named
LIKELY = 0.5  # probability from which something is stated: a rule, or that there is none


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the decoder predicts for one sequence.

    Attributes
    ----------
    signals : tuple of str
        The sequence.
    play : str
        The outcome that the probabilities are of, such as ``steal``.
    probability : float
        The probability, by both experts together.
    lstm : float
        The probability by the LSTM.
    rules : float
        The probability by the rule posterior.
    verdict : str
        The name of the play, ``hold``, ``not enough plays``, or ``unknown``: you missed the
        signal that counts.
    moment : Moment, optional
        When the play was, if the question said so. If nobody was on base and the play needs a
        runner, the probability is 0, whatever both experts make of the signals.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.
    chances : mapping of str to float, optional
        The probability of every play that the coach has run, and of ``none``, likeliest first. They
        sum to 1; that of `play` is `probability`.
    missed : float, optional
        For a sequence with missed signals, the probability that seeing them would give the other
        answer: of everything that they may have been, the smaller share of those that call the
        play and those that do not. At most one half; 0 where no signal was missed.

    Examples
    --------
    >>> prediction = Prediction(("cap", "belt"), "steal", 0.93, 0.91, 0.96, "steal")
    >>> prediction.decides, prediction.came_true("steal"), prediction.came_true("unknown")
    (True, True, None)
    """

    signals: tuple[str, ...]
    play: str
    probability: float
    lstm: float
    rules: float
    verdict: str
    moment: Moment = field(default_factory=Moment)
    same_plays: SamePlays = SAME_PLAYS
    chances: Mapping[str, float] = field(default_factory=dict, hash=False)
    missed: float = 0.0

    @property
    def likeliest(self) -> str:
        """The likeliest play, or ``none``; `play` if nothing is known of the others."""
        return next(iter(self.chances), self.play)

    @property
    def other_play(self) -> str | None:
        """Another play than `play` that is called, if one clearly is."""
        likeliest = self.likeliest
        if likeliest in (self.play, NONE) or self.chances.get(likeliest, 0.0) < _CLEAR:
            return None
        return likeliest

    @property
    def hangs_on_missed(self) -> bool:
        """Whether no play is clearly called, or none, because signals were missed."""
        if self.verdict == MISSED_VERDICT:
            return True
        unclear = len(self.chances) > 2 and max(self.chances.values()) < _CLEAR
        return unclear and self.verdict != NOT_ENOUGH and has_missed(self.signals)

    @property
    def decides(self) -> bool:
        """Whether there is a verdict: that the play is called, or that it is not."""
        return self.verdict in (self.play, HOLD)

    def evidence(self, outcome: str) -> Evidence:
        """Return what an outcome says about the prediction.

        Parameters
        ----------
        outcome : str
            What the team did.

        Returns
        -------
        Evidence
            SILENT if the play could not follow, because nobody was on base.
        """
        if self.is_impossible:
            return Evidence.SILENT
        return evidence_of(outcome, self.play, self.same_plays)

    @property
    def is_impossible(self) -> bool:
        """Whether the play cannot follow, because it needs a runner and nobody is on base."""
        return bool(self.moment.nobody_on) and self.same_plays.needs_runner(self.play)

    def came_true(self, outcome: str) -> bool | None:
        """Return whether the verdict was right.

        Parameters
        ----------
        outcome : str
            What the team did.

        Returns
        -------
        bool or None
            None without a verdict, or if the outcome says nothing about the play.
        """
        evidence = self.evidence(outcome)
        if not self.decides or evidence is Evidence.SILENT:
            return None
        return (self.verdict == self.play) == (evidence is Evidence.CALLED)

    @property
    def steal(self) -> float:
        """The probability, by its usual name."""
        return self.probability


class Opinion(NamedTuple):
    """The probability of the target for one sequence.

    Attributes
    ----------
    probability : float
        By both experts together.
    lstm : float
        By the LSTM.
    rules : float
        By the rule posterior.
    missed : float, optional
        The probability that missed signals would give the other answer; see `Prediction`.
    """

    probability: float
    lstm: float
    rules: float
    missed: float = 0.0


@dataclass(frozen=True, slots=True)
class KeySign:
    """A signal and the probability that it is the coach's key sign.

    Attributes
    ----------
    sign : str
        The signal.
    probability : float
        The probability.

    Examples
    --------
    >>> from signdecoder import Decoder
    >>> decoder = Decoder()
    >>> for _ in range(6):
    ...     decoder.observe("cap belt ear", steal=True)
    ...     decoder.observe("ear belt cap", steal=False)
    ...     decoder.observe("belt ear nose", steal=False)
    >>> decoder.key_signs()[0].sign
    'cap'
    """

    sign: str
    probability: float
