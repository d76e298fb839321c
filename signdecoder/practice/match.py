"""A student against the decoder on one round: what each says of a play, and the score of both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.prediction import LIKELY
from signdecoder.practice.rounds import LEVELS, Round, draw_round

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder

CHANCES = (0.05, 0.25, 0.5, 0.75, 0.95)  # of a steal: surely hold, hold, no idea, steal, surely
_NO_IDEA = 25.0  # points added, so that "no idea" gives none


@dataclass(frozen=True, slots=True)
class DecoderView:
    """What the decoder says of a play before it has seen its outcome, and what it thinks then.

    ``probability`` is the chance of a steal. After the outcome, ``certainty`` is the chance of its
    ``favourite`` for the key sign; there is none before the first steal.
    """

    probability: float
    favourite: str | None = None
    certainty: float = 0.0

    @property
    def key(self) -> str | None:
        """The key sign that it names: its favourite from an even chance on."""
        return self.favourite if self.certainty >= LIKELY else None


def foretell(decoder: Decoder, plays: Sequence[Play]) -> Iterator[DecoderView]:
    """What a fresh decoder says of each play by those before it: it predicts, then learns."""
    for play in plays:
        probability = decoder.opinions([play.signals])[0].probability
        decoder.observe_many([play])
        best = decoder.key_signs()[0] if decoder.n_called else None
        yield (
            DecoderView(probability, best.sign, best.probability)
            if best
            else DecoderView(probability)
        )


# --- the score ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatchScore:
    """Of so many plays: how many were on the right side of 50%, and the points."""

    plays: int
    right: int
    points: float


def points_of(chance: float, outcome: str) -> float:
    """Points for a chance of a steal: 25 - 100 (chance - what came)², what came being 0 or 1.

    It is Brier's score, which nobody betters by saying what he does not think: no idea gives 0,
    surely right 24.75, surely wrong -65.25.
    """
    return _NO_IDEA - 100.0 * (chance - (outcome == STEAL)) ** 2


def tally(chances: Sequence[float], plays: Sequence[Play]) -> MatchScore:
    """The score of the chances given for the first of these plays."""
    pairs = [(p, play.outcome) for p, play in zip(chances, plays, strict=False)]
    right = sum(p != 0.5 and (p > 0.5) == (outcome == STEAL) for p, outcome in pairs)
    return MatchScore(len(pairs), right, sum(points_of(p, outcome) for p, outcome in pairs))


def had_from(named: Sequence[str | None], key_signs: Collection[str]) -> int | None:
    """The play, from 1, after which the key sign that was named was right and stayed so."""
    since = len(named)
    while since and named[since - 1] in key_signs:
        since -= 1
    return since + 1 if since < len(named) else None


@dataclass(frozen=True, slots=True)
class Match:
    """A round as far as it was played: a chance for each play, and the key sign named after it.

    ``beliefs`` are the decoder's, which may be ahead of the student, or end early if it failed.
    """

    round: Round
    guesses: tuple[float, ...] = ()
    named: tuple[str | None, ...] = ()
    key: str | None = None
    beliefs: tuple[DecoderView, ...] = ()

    @property
    def played(self) -> int:
        """How many plays were guessed."""
        return len(self.guesses)

    @property
    def is_over(self) -> bool:
        """Has every play been guessed?"""
        return self.played == len(self.round.plays)

    def guess(self, chance: float) -> Match:
        """The next play is a steal with this chance; the key sign that was named stays."""
        return replace(self, guesses=(*self.guesses, chance), named=(*self.named, self.key))

    def name(self, key: str) -> Match:
        """Name this key sign, knowing the plays so far; once more takes it back."""
        chosen = None if key == self.key else key
        named = (*self.named[:-1], chosen) if self.named else ()
        return replace(self, key=chosen, named=named)

    def believe(self, belief: DecoderView) -> Match:
        """Take what the decoder says of the next play that it has not spoken of."""
        return replace(self, beliefs=(*self.beliefs, belief))

    @property
    def belief(self) -> DecoderView | None:
        """What the decoder thinks after the last play that was guessed; None if it has failed."""
        return self.beliefs[self.played - 1] if 0 < self.played <= len(self.beliefs) else None

    @property
    def student(self) -> MatchScore:
        """The student's score."""
        return tally(self.guesses, self.round.plays)

    @property
    def decoder(self) -> MatchScore:
        """The decoder's, of the same plays."""
        return tally([b.probability for b in self.beliefs[: self.played]], self.round.plays)

    @property
    def student_had_it(self) -> int | None:
        """The play from which the student had the key sign for good."""
        return had_from(self.named, self.round.key_signs)

    @property
    def decoder_had_it(self) -> int | None:
        """The play from which the decoder had it for good."""
        return had_from([b.key for b in self.beliefs[: self.played]], self.round.key_signs)

    @property
    def is_won(self) -> bool:
        """Has the student the key sign, and had it no later than the decoder, or more points?"""
        if self.student_had_it is None:
            return False
        first = self.decoder_had_it is None or self.student_had_it <= self.decoder_had_it
        return first or self.student.points > self.decoder.points

    def next_round(self) -> Round:
        """The round after this one: the next seed, and a level up where this one was won."""
        level = min(self.round.level + self.is_won, len(LEVELS))
        return draw_round(level, self.round.seed + 1, len(self.round.plays))
