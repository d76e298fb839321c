"""The pair score of the 2019 web page, reimplemented from its description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from signdecoder.benchmark.baselines.base import (
    Baseline,
    KnownPlays,
    bigrams_of,
    fold_names,
    laplace,
)
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play

_NO = 0.49  # the highest probability for a sequence that the page answers with "no"


class BigramScore(Baseline):
    """A bigram gains a point with each called play that contains it and loses one with each other.

    The bigram with the highest positive score is the rule: a sequence that contains it calls the
    play. Ties go to the first in the alphabet, because the page's buttons are labeled A to I. The
    page only answers yes or no. The probability comes from the past plays with and without the
    bigram (Laplace), and stays on the page's side of one half.
    """

    name = "pair score"

    def __init__(self, play: str = STEAL) -> None:
        self._known = KnownPlays(play)
        self._n_plays: Counter[tuple[str, str]] = Counter()  # known plays with the bigram
        self._n_called: Counter[tuple[str, str]] = Counter()  # the called ones among them

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Count the bigrams of plays whose outcome is known."""
        for names, called in self._known.add(plays):
            bigrams = bigrams_of(names)
            self._n_plays.update(bigrams)
            if called:
                self._n_called.update(bigrams)

    def top_pair(self) -> tuple[str, str] | None:
        """Return the bigram with the highest score, or None if no score is positive."""
        best = min(self._n_called, key=lambda pair: (-self._score(pair), pair), default=None)
        return best if best and self._score(best) > 0 else None

    def probabilities(self, sequences: Sequence[Sequence[str]]) -> list[float]:
        """Return the rate of the called play among past plays that agree on the top bigram."""
        pair = self.top_pair()
        n_called, n_plays = sum(self._known.called), len(self._known.called)
        if pair is None:
            return [min(_NO, laplace(n_called, n_plays))] * len(sequences)
        yes = laplace(self._n_called[pair], self._n_plays[pair])
        no = min(_NO, laplace(n_called - self._n_called[pair], n_plays - self._n_plays[pair]))
        return [yes if pair in bigrams_of(fold_names(names)) else no for names in sequences]

    def key_sign(self) -> str | None:
        """Return the first signal of the top bigram."""
        pair = self.top_pair()
        return self._known.spelling(pair[0]) if pair else None

    def _score(self, pair: tuple[str, str]) -> int:
        return 2 * self._n_called[pair] - self._n_plays[pair]
