"""What the baselines share that are fitted to the whole log anew when plays came."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.baselines.attribution import find_key
from signdecoder.benchmark.baselines.base import KnownPlays, Names, fold_names
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play

_CLIP = 30.0  # log-odds beyond which a probability could no longer be told from 0 or 1


class RefitBaseline(ABC):
    """A contestant that is fitted to all known plays when it is asked and new ones came.

    Until there is a called play and another one, it answers the rate of the called play.
    """

    def __init__(self, play: str = STEAL) -> None:
        self._known = KnownPlays(play)
        self._fitted = 0  # to how many plays

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Remember plays whose outcome is known."""
        self._known.learn(plays)

    def probabilities(self, sequences: Sequence[Sequence[str]]) -> list[float]:
        """Chances of the called play for sequences; what is new is learned first."""
        if not self._learn_news():
            return [self._known.rate] * len(sequences)
        return self._ask([fold_names(names) for names in sequences]) if sequences else []

    def key_sign(self) -> str | None:
        """Name its best guess of the key sign, None where it has none."""
        key = self._find_key() if self._learn_news() else None
        return None if key is None else self._known.write(key)

    def _learn_news(self) -> bool:
        """Fit what came since the last time. False if there is nothing to tell apart yet."""
        if not self._known.both_kinds:
            return False
        if self._fitted < len(self._known.rows):
            self._fit(self._known.rows, self._known.called)
            self._fitted = len(self._known.rows)
        return True

    @abstractmethod
    def _fit(self, rows: Sequence[Names], called: Sequence[bool]) -> None:
        """Fit sequences and whether they called the play; there are both kinds."""

    @abstractmethod
    def _ask(self, rows: Sequence[Names]) -> list[float]:
        """Chances of the called play by the last fit; there is at least one sequence."""

    @abstractmethod
    def _find_key(self) -> str | None:
        """Return the folded name of the key sign by the last fit."""


class RefitNetwork(RefitBaseline):
    """A fitted network with one logit a sequence; the same ``seed`` gives the same answers."""

    every_play = False

    def __init__(self, play: str = STEAL, *, seed: int = 0) -> None:
        super().__init__(play)
        self._seed = seed
        self._arrays: list[NDArray[np.float32]] = []

    def _ask(self, rows: Sequence[Names]) -> list[float]:
        logits = np.clip(self._log_odds(rows).astype(np.float64), -_CLIP, _CLIP)
        return [float(p) for p in 1 / (1 + np.exp(-logits))]

    def _find_key(self) -> str | None:
        known = self._known
        calls = [names for names, on in zip(known.rows, known.called, strict=True) if on]
        vocabulary = list(dict.fromkeys(name for names in known.rows for name in names))
        return find_key(calls, vocabulary, self._log_odds)

    @abstractmethod
    def _log_odds(self, rows: Sequence[Names]) -> NDArray[Any]:
        """Return the logit of each sequence by the last fit: (N,)."""
