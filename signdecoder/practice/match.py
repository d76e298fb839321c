"""A match: you against the decoder on one round, with the score of both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play
from signdecoder.decoder.prediction import LIKELY
from signdecoder.decoder.prequential import Column
from signdecoder.practice.rounds import LEVELS, Round, draw_round

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder

# Of a steal, for the guesses sure hold, hold, no idea, steal and sure steal.
GUESS_PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
_NO_IDEA = 25.0  # points added, so that "no idea" scores 0


@dataclass(frozen=True, slots=True)
class DecoderView:
    """The decoder's view of a play: its prediction, and its key sign after the outcome.

    Attributes
    ----------
    probability : float
        The probability of a steal before the outcome is known.
    favorite : str, optional
        The likeliest key sign after the outcome; None before the first steal.
    favorite_probability : float
        The probability of the favorite.
    """

    probability: float
    favorite: str | None = None
    favorite_probability: float = 0.0

    @property
    def key(self) -> str | None:
        """The key sign that the decoder names: its favorite, if it has at least 50%."""
        return self.favorite if self.favorite_probability >= LIKELY else None


def predict_plays(decoder: Decoder, plays: Sequence[Play]) -> Iterator[DecoderView]:
    """Let a decoder predict each play from those before it, then learn it.

    Parameters
    ----------
    decoder : Decoder
        A decoder that has not learned any play yet; it learns these plays.
    plays : sequence of Play
        The plays in order.

    Yields
    ------
    DecoderView
        The decoder's view of each play.
    """
    for play in plays:
        decoder.observe_many([play])
        probability = float(decoder.prequential[-1, Column.TOGETHER])
        best = decoder.key_signs()[0] if decoder.n_called else None
        yield (
            DecoderView(probability, best.sign, best.probability)
            if best
            else DecoderView(probability)
        )


# --- the score ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatchScore:
    """The score of some guesses.

    Attributes
    ----------
    plays : int
        Number of guessed plays.
    right : int
        Number of guesses on the right side of 50%.
    points : float
        Sum of `brier_points`.
    """

    plays: int
    right: int
    points: float


def brier_points(probability: float, outcome: str) -> float:
    """Return the points of one guess: 25 - 100 (p - o)², where o is 1 for a steal, else 0.

    This is the score of Brier (1950), shifted so that 50% gives 0 points. It is a proper score:
    your expected points are highest if you guess the probability that you believe.

    Parameters
    ----------
    probability : float
        The guessed probability of a steal.
    outcome : str
        The outcome of the play.

    Returns
    -------
    float
        The points, from -75 to 25.

    Examples
    --------
    >>> brier_points(0.95, "steal"), brier_points(0.95, "none"), brier_points(0.5, "none")
    (24.75, -65.25, 0.0)
    """
    return _NO_IDEA - 100.0 * (probability - (outcome == STEAL)) ** 2


def score_guesses(probabilities: Sequence[float], plays: Sequence[Play]) -> MatchScore:
    """Score guesses on the first of some plays.

    Parameters
    ----------
    probabilities : sequence of float
        The guessed probabilities of a steal, for as many plays as there are guesses.
    plays : sequence of Play
        The plays in order.

    Returns
    -------
    MatchScore
        The score.
    """
    pairs = [(p, play.outcome) for p, play in zip(probabilities, plays, strict=False)]
    right = sum(p != 0.5 and (p > 0.5) == (outcome == STEAL) for p, outcome in pairs)
    return MatchScore(len(pairs), right, sum(brier_points(p, outcome) for p, outcome in pairs))


def first_play_for_good(
    key_guesses: Sequence[str | None], key_signs: Collection[str]
) -> int | None:
    """Return the play after which the guessed key sign was right and stayed right.

    Parameters
    ----------
    key_guesses : sequence of str or None
        The guessed key sign after each play.
    key_signs : collection of str
        The right key signs.

    Returns
    -------
    int or None
        The play, counted from 1; None if the last guess is wrong.

    Examples
    --------
    >>> first_play_for_good(["cap", None, "ear", "cap", "cap"], {"cap"})
    4
    """
    since = len(key_guesses)
    while since and key_guesses[since - 1] in key_signs:
        since -= 1
    return since + 1 if since < len(key_guesses) else None


@dataclass(frozen=True, slots=True)
class Match:
    """The state of a match. Every action returns a new one.

    Attributes
    ----------
    round : Round
        The round that is played.
    guesses : tuple of float
        The student's probabilities of a steal, one for each guessed play.
    key_guesses : tuple of str or None
        The key sign that the student named, after each guessed play.
    key : str, optional
        The key sign that the student names now.
    views : tuple of DecoderView
        The decoder's views. They may be ahead of the student, or end early if the decoder failed.
    """

    round: Round
    guesses: tuple[float, ...] = ()
    key_guesses: tuple[str | None, ...] = ()
    key: str | None = None
    views: tuple[DecoderView, ...] = ()

    @property
    def played(self) -> int:
        """The number of guessed plays."""
        return len(self.guesses)

    @property
    def is_over(self) -> bool:
        """True if every play was guessed."""
        return self.played == len(self.round.plays)

    def guess(self, probability: float) -> Match:
        """Guess the next play; the named key sign stays.

        Parameters
        ----------
        probability : float
            The probability of a steal.

        Returns
        -------
        Match
            The new state.
        """
        key_guesses = (*self.key_guesses, self.key)
        return replace(self, guesses=(*self.guesses, probability), key_guesses=key_guesses)

    def name(self, key: str) -> Match:
        """Name a key sign, given the plays so far; naming the same one again clears it.

        Parameters
        ----------
        key : str
            The key sign.

        Returns
        -------
        Match
            The new state.
        """
        chosen = None if key == self.key else key
        key_guesses = (*self.key_guesses[:-1], chosen) if self.key_guesses else ()
        return replace(self, key=chosen, key_guesses=key_guesses)

    def add_view(self, view: DecoderView) -> Match:
        """Add the decoder's view of the next play.

        Parameters
        ----------
        view : DecoderView
            The view.

        Returns
        -------
        Match
            The new state.
        """
        return replace(self, views=(*self.views, view))

    @property
    def view(self) -> DecoderView | None:
        """The decoder's view of the last guessed play; None if there is none yet."""
        return self.views[self.played - 1] if 0 < self.played <= len(self.views) else None

    @property
    def student(self) -> MatchScore:
        """The student's score."""
        return score_guesses(self.guesses, self.round.plays)

    @property
    def decoder(self) -> MatchScore:
        """The decoder's score on the same plays."""
        return score_guesses([v.probability for v in self.views[: self.played]], self.round.plays)

    @property
    def student_found_at(self) -> int | None:
        """The play from which the student had the right key sign for good."""
        return first_play_for_good(self.key_guesses, self.round.key_signs)

    @property
    def decoder_found_at(self) -> int | None:
        """The play from which the decoder had the right key sign for good."""
        return first_play_for_good([v.key for v in self.views[: self.played]], self.round.key_signs)

    @property
    def student_won(self) -> bool:
        """True if the student has the key sign, and found it no later or has more points."""
        if self.student_found_at is None:
            return False
        first = self.decoder_found_at is None or self.student_found_at <= self.decoder_found_at
        return first or self.student.points > self.decoder.points

    def next_round(self) -> Round:
        """Draw the next round: the next seed, and one level up if this one was won.

        Returns
        -------
        Round
            The round, with as many plays as this one.
        """
        level = min(self.round.level + self.student_won, len(LEVELS))
        return draw_round(level, self.round.seed + 1, len(self.round.plays))
