"""Base classes of the baselines that are refitted to the whole log when plays are added."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.baselines.attribution import find_key
from signdecoder.benchmark.baselines.base import Baseline, KnownPlays, Names, fold_names
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play

_CLIP = 30.0  # log-odds; beyond it a probability is rounded to 0 or 1


class RefitBaseline(Baseline):
    """A baseline that is refitted to all known plays when it is asked after new ones.

    Until the log has a called play and another one, it answers the rate of the called play.
    """

    def __init__(self, play: str = STEAL) -> None:
        self._known = KnownPlays(play)
        self._n_fitted = 0

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Remember plays whose outcome is known."""
        self._known.add(plays)

    def probabilities(self, sequences: Sequence[Sequence[str]]) -> list[float]:
        """Return the probability of the called play for each sequence, after learning new plays."""
        if not self._refit():
            return [self._known.rate] * len(sequences)
        return self._predict([fold_names(names) for names in sequences]) if sequences else []

    def key_sign(self) -> str | None:
        """Return its best guess of the key sign, or None if it has none."""
        key = self._find_key() if self._refit() else None
        return None if key is None else self._known.spelling(key)

    def _refit(self) -> bool:
        """Fit to all plays if there are new ones. Return False while there is only one class."""
        if not self._known.has_both_classes:
            return False
        if self._n_fitted < len(self._known.rows):
            self._fit(self._known.rows, self._known.called)
            self._n_fitted = len(self._known.rows)
        return True

    @abstractmethod
    def _fit(self, rows: Sequence[Names], called: Sequence[bool]) -> None:
        """Fit to sequences and whether each was called; there are both kinds."""

    @abstractmethod
    def _predict(self, rows: Sequence[Names]) -> list[float]:
        """Return the probability of the called play from the last fit, for one sequence or more."""

    @abstractmethod
    def _find_key(self) -> str | None:
        """Return the folded name of the key sign from the last fit."""


class RefitNetwork(RefitBaseline):
    """A refitted network with one logit for each sequence; the same seed gives the same answers."""

    every_play = False

    def __init__(self, play: str = STEAL, *, seed: int = 0) -> None:
        super().__init__(play)
        self._seed = seed
        self._arrays: list[NDArray[np.float32]] = []

    def _predict(self, rows: Sequence[Names]) -> list[float]:
        logits = np.clip(self._log_odds(rows).astype(np.float64), -_CLIP, _CLIP)
        return [float(p) for p in 1 / (1 + np.exp(-logits))]

    def _find_key(self) -> str | None:
        known = self._known
        called_rows = [names for names, on in zip(known.rows, known.called, strict=True) if on]
        vocabulary = list(dict.fromkeys(name for names in known.rows for name in names))
        return find_key(called_rows, vocabulary, self._log_odds)

    @abstractmethod
    def _log_odds(self, rows: Sequence[Names]) -> NDArray[Any]:
        """Return the logit of each sequence from the last fit: (N,)."""
