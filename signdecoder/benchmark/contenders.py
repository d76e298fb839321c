"""Who sits an exam: the decoder with its three answers, and each decoder it is held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.baselines.base import Baseline
from signdecoder.benchmark.rule_match import Finding
from signdecoder.core.errors import UsageError
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import KeySign
from signdecoder.lstm.weights import SHIPPED, Weights, read_weights

Answers = NDArray[np.float64]
Maker = Callable[[str], "Contender"]
"""Makes an entrant for a called play; can be pickled, because exams are sat in processes."""


class Contender(Protocol):
    """Something that learns one coach's plays and gives one or more answers to each question."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its answers."""

    @property
    def every_play(self) -> bool:
        """Is it quick enough to be asked after each play?"""

    def learn(self, plays: Sequence[Play]) -> None:
        """Learn plays in their order."""

    def tell_change(self) -> None:
        """The signs change here, whether or not it makes use of that."""

    def ask(self, sequences: Sequence[Sequence[str]]) -> Answers:
        """Chances of the called play: (columns, sequences)."""

    def key_signs(self) -> tuple[str | None, ...]:
        """The best guess of the key sign, for each column."""

    def finding(self) -> Finding | None:
        """What it tells of the rule in words, if it does."""


_PARTS = {"mixture": "probability", "lstm": "lstm", "rules": "rules"}
_KEY_SIGNS: Mapping[str, Callable[[Decoder], list[KeySign]]] = {
    "probability": Decoder.key_signs,
    "lstm": Decoder.lstm_key_signs,
    "rules": Decoder.rules_key_signs,
}
_BASELINES = {
    # Where each is: the slow ones import what is slow to load.
    "pair score": "bigram_score.BigramScore",
    "pair regression": "bigram_logistic.BigramLogistic",
    "n-gram net": "ngram_mlp.NGramMLP",
    "plain LSTM": "token_lstm.TokenLSTM",
}
OURS = tuple(_PARTS)
DECODERS = (*OURS, *_BASELINES)
"""Every decoder that can be asked for, by name."""


class Ours:
    """The decoder, whose answer is a mixture of its LSTM's and its rules'.

    One that is ``told`` hears of a change of signs when it comes.
    """

    every_play = True

    def __init__(self, columns: tuple[str, ...], play: str, weights: Weights, told: bool) -> None:
        self.columns = tuple(f"{name}, told" for name in columns) if told else columns
        self._decoder = Decoder(play=play, weights=weights)
        self._parts = [_PARTS[name] for name in columns]
        self._told = told

    def learn(self, plays: Sequence[Play]) -> None:
        """Learn plays in their order."""
        self._decoder.observe_many(plays)

    def tell_change(self) -> None:
        """Hear that the signs change here."""
        if self._told:
            self._decoder.changed()

    def ask(self, sequences: Sequence[Sequence[str]]) -> Answers:
        """Chances of the called play: (columns, sequences)."""
        said = self._decoder.opinions(sequences)
        return np.array([[getattr(o, part) for o in said] for part in self._parts], np.float64)

    def key_signs(self) -> tuple[str | None, ...]:
        """The best guess of the key sign, for each column."""
        found = (_KEY_SIGNS[part](self._decoder) for part in self._parts)
        return tuple(keys[0].sign if keys else None for keys in found)

    def finding(self) -> Finding | None:
        """What its report tells: the likeliest rule, or that there is none, and the changes."""
        rules = self._decoder.rules()
        changes = tuple(change.play for change in self._decoder.changes())
        plain = rules[0].plain_words if rules else None
        return Finding(plain, not self._decoder.finds_rule, changes)


class Outside:
    """A decoder that gives one answer, such as a baseline."""

    def __init__(self, contestant: Baseline) -> None:
        self.columns = (contestant.name,)
        self.every_play = contestant.every_play
        self._contestant = contestant

    def learn(self, plays: Sequence[Play]) -> None:
        """Learn plays in their order."""
        self._contestant.observe_many(plays)

    def tell_change(self) -> None:
        """Go on as before: it has no use for that."""

    def ask(self, sequences: Sequence[Sequence[str]]) -> Answers:
        """Chances of the called play: (columns, sequences)."""
        return np.array([self._contestant.probabilities(sequences)], np.float64)

    def key_signs(self) -> tuple[str | None, ...]:
        """The best guess of the key sign, for each column."""
        return (self._contestant.key_sign(),)

    def finding(self) -> Finding | None:
        """None: it knows no words."""
        return None


def ask_entrant(entrant: Contender, sequences: Sequence[Sequence[str]]) -> Answers:
    """What an entrant says, (columns, sequences); a fault of its own must not pass for an answer.

    Raises ValueError where something is no probability.
    """
    said = entrant.ask(sequences)
    for name, row in zip(entrant.columns, said, strict=True):
        wrong = ~((row >= 0) & (row <= 1))  # so that nan is wrong, too
        if wrong.any():
            at = int(wrong.argmax())
            raise ValueError(f"{name} said {row[at]} of {' '.join(sequences[at])}")
    return said


def enter(names: Sequence[str], weights: Path | None = None, told: bool = False) -> list[Maker]:
    """What makes the entrants for these names of DECODERS; hyphens and case do not matter.

    ``weights`` are those of the LSTM, None for the shipped ones. ``told`` adds our decoder once
    more, told of each change of signs. Raises UsageError for a name that is not known.
    """
    known = {_spelt(name): name for name in DECODERS}
    for name in names:
        if _spelt(name) not in known:
            listed = ", ".join(map(_spelt, DECODERS))
            raise UsageError(f"there is no decoder {name!r}", f"choose among {listed}")
    chosen = [name for name in DECODERS if name in {known[_spelt(n)] for n in names}]
    ours = tuple(name for name in chosen if name in OURS)
    makers: list[Maker] = []
    for hears in (False, True) if told else (False,):
        if ours:
            makers.append(partial(_make_ours, ours, weights or SHIPPED, hears))
    return makers + [partial(_make_outside, name) for name in chosen if name in _BASELINES]


def _spelt(name: str) -> str:
    return name.strip().lower().replace(" ", "-")


def _make_ours(columns: tuple[str, ...], weights: Path, told: bool, play: str) -> Contender:
    return Ours(columns, play, _read_once(weights), told)


@lru_cache(maxsize=2)
def _read_once(path: Path) -> Weights:
    return read_weights(path)


def _make_outside(name: str, play: str) -> Contender:
    module, _, kind = _BASELINES[name].partition(".")
    make = getattr(import_module(f"signdecoder.benchmark.baselines.{module}"), kind)
    return Outside(make(play))
