"""The decoders that can be compared: ours with its three answers, and the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path

import numpy as np

from signdecoder.benchmark.contender import Answers, Contender, ContenderFactory
from signdecoder.benchmark.rule_match import Finding
from signdecoder.core.errors import UsageError
from signdecoder.core.optional import require
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import KeySign
from signdecoder.lstm.weights import SHIPPED, Weights, read_weights

_PARTS = {"mixture": "probability", "lstm": "lstm", "rules": "rules"}
_KEY_SIGNS = {"probability": "key_signs", "lstm": "lstm_key_signs", "rules": "rules_key_signs"}
_BASELINES = {
    # Where each one is defined. They are imported on demand: the networks load TensorFlow.
    "pair score": "bigram_score.BigramScore",
    "pair regression": "bigram_logistic.BigramLogistic",
    "n-gram net": "ngram_mlp.NGramMLP",
    "plain LSTM": "token_lstm.TokenLSTM",
}
OURS = tuple(_PARTS)
DECODERS = (*OURS, *_BASELINES)
"""Every decoder that can be compared, by name."""


class DecoderContender:
    """Our decoder as a contender: the mixture, its LSTM and its rules are its columns.

    With ``informed``, it learns where the signs change.
    """

    every_play = True

    def __init__(
        self, columns: tuple[str, ...], play: str, weights: Weights, informed: bool
    ) -> None:
        self.columns = tuple(f"{name}, told" for name in columns) if informed else columns
        self._decoder = Decoder(play=play, weights=weights)
        self._parts = [_PARTS[name] for name in columns]
        self._informed = informed

    def observe_many(self, plays: Sequence[Play]) -> None:
        """Learn plays in order."""
        self._decoder.observe_many(plays)

    def mark_change(self) -> None:
        """Record a change of signs, if this decoder is informed."""
        if self._informed:
            self._decoder.mark_change()

    def predict_proba(self, sequences: Sequence[Sequence[str]]) -> Answers:
        """Return the probability of the called play: (columns, sequences)."""
        opinions = self._decoder.opinions(sequences)
        return np.array([[getattr(o, part) for o in opinions] for part in self._parts], np.float64)

    def key_signs(self) -> tuple[str | None, ...]:
        """Return the best guess of the key sign for each column."""
        ranked: list[list[KeySign]] = [
            getattr(self._decoder, _KEY_SIGNS[part])() for part in self._parts
        ]
        return tuple(keys[0].sign if keys else None for keys in ranked)

    def finding(self) -> Finding | None:
        """Return what its report says: the likeliest rule, if there is one, and the changes."""
        rules = self._decoder.rules()
        changes = tuple(change.play for change in self._decoder.change_points())
        plain = rules[0].plain_words if rules else None
        return Finding(plain, not self._decoder.has_rule, changes)


def contender_factories(
    names: Sequence[str], weights: Path | None = None, informed: bool = False
) -> list[ContenderFactory]:
    """Return the factories for these names of DECODERS; hyphens and case do not matter.

    ``weights`` are the LSTM's, None for the shipped ones. ``informed`` adds our decoder a second
    time, informed about each change of signs. Raises UsageError for an unknown name.
    """
    known = {_slug(name): name for name in DECODERS}
    for name in names:
        if _slug(name) not in known:
            listed = ", ".join(map(_slug, DECODERS))
            raise UsageError(f"there is no decoder {name!r}", f"choose among {listed}")
    chosen = [name for name in DECODERS if name in {known[_slug(n)] for n in names}]
    ours = tuple(name for name in chosen if name in OURS)
    factories: list[ContenderFactory] = []
    for is_informed in (False, True) if informed else (False,):
        if ours:
            factories.append(partial(_make_ours, ours, weights or SHIPPED, is_informed))
    return factories + [partial(_make_baseline, name) for name in chosen if name in _BASELINES]


def _slug(name: str) -> str:
    return name.strip().lower().replace(" ", "-")


def _make_ours(columns: tuple[str, ...], weights: Path, informed: bool, play: str) -> Contender:
    return DecoderContender(columns, play, _load_weights(weights), informed)


@lru_cache(maxsize=2)
def _load_weights(path: Path) -> Weights:
    return read_weights(path)


def _make_baseline(name: str, play: str) -> Contender:
    module, _, kind = _BASELINES[name].partition(".")
    if module in ("ngram_mlp", "token_lstm"):
        require("tensorflow", f"for the baseline {name}")
    baseline: Contender = getattr(import_module(f"signdecoder.benchmark.baselines.{module}"), kind)(
        play
    )
    return baseline
