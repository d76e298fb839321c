"""The pair score of the web page of 2019, written from its description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from signdecoder.benchmark.baselines.base import KnownPlays, fold_names, laplace, pairs_of
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play

_NO = 0.49  # the most that is said of a sequence that the page answers with "no"


class BigramScore:
    """Adjacent pairs gain a point with a called play and lose one with another, once a play.

    The pair with most points, if it has any, is the rule: a sequence calls the play if it holds
    that pair. Of equal pairs the first in the alphabet is taken, as the page's buttons go from A
    to I. The page only says yes or no; a probability comes from how many past plays with and
    without the pair were called (Laplace), and stays on the page's side of one half.
    """

    name = "pair score"
    every_play = True

    def __init__(self, play: str = STEAL) -> None:
        self._known = KnownPlays(play)
        self._with: Counter[tuple[str, str]] = Counter()  # known plays that hold the pair
        self._called: Counter[tuple[str, str]] = Counter()  # those of them that were called

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Count the pairs of plays whose outcome is known."""
        for names, called in self._known.learn(plays):
            pairs = pairs_of(names)
            self._with.update(pairs)
            if called:
                self._called.update(pairs)

    def top_pair(self) -> tuple[str, str] | None:
        """The pair with most points, or None while a pair that never came would have as many."""
        best = min(self._called, key=lambda pair: (-self._points(pair), pair), default=None)
        return best if best and self._points(best) > 0 else None

    def probabilities(self, sequences: Sequence[Sequence[str]]) -> list[float]:
        """Rates of the called play among past plays that agree on the top pair."""
        pair = self.top_pair()
        called, plays = sum(self._known.called), len(self._known.called)
        if pair is None:
            return [min(_NO, laplace(called, plays))] * len(sequences)
        yes = laplace(self._called[pair], self._with[pair])
        no = min(_NO, laplace(called - self._called[pair], plays - self._with[pair]))
        return [yes if pair in pairs_of(fold_names(names)) else no for names in sequences]

    def key_sign(self) -> str | None:
        """The first signal of the top pair."""
        pair = self.top_pair()
        return self._known.write(pair[0]) if pair else None

    def _points(self, pair: tuple[str, str]) -> int:
        return 2 * self._called[pair] - self._with[pair]
