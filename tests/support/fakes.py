"""A decoder with fixed predictions, so that tests of front ends need no network."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from signdecoder.bayes.online import ChangePoint
from signdecoder.core.contexts import ContextKind
from signdecoder.core.moments import Moment, parse_moment
from signdecoder.core.names import NameKey, fold
from signdecoder.core.outcomes import UNKNOWN
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.decoder.prediction import KeySign, Opinion, Prediction
from signdecoder.decoder.ranked_rule import NamedRule
from signdecoder.decoder.sign_card import CardLine, line_of_rule
from signdecoder.rules.rule import Rule
from signdecoder.store.store import Store


@dataclass
class FakeDecoder:
    """A decoder whose key sign is `cap`: it predicts a steal for a sequence with a cap."""

    play: str = "steal"
    seen: list[Play] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fault: str = "a signal that makes it fail"
    kind: ContextKind | None = None
    same_plays: SamePlays = SAME_PLAYS

    @property
    def n_plays(self) -> int:
        return len(self.seen)

    @property
    def n_called(self) -> int:
        return sum(play.outcome == self.play for play in self.seen)

    @property
    def cracked(self) -> bool:
        return self.n_called >= 2

    @property
    def is_uninformative(self) -> bool:
        return False

    def expected_accuracy(self) -> float:
        return 0.97

    def unseen_signals(self, signals: Sequence[str]) -> tuple[str, ...]:
        known = {fold(signal) for play in self.seen for signal in play.signals}
        return tuple(signal for signal in signals if fold(signal) not in known)

    @property
    def experts_agree(self) -> bool | None:
        return True if self.n_called else None

    @property
    def has_rule(self) -> bool:
        return self.n_called > 0

    def rules(self) -> list[NamedRule]:
        names = ("cap", "belt")
        return [
            NamedRule(Rule("next", calls=(1,), indicator=0), names, self.play, 0.9),
            NamedRule(Rule("hot", calls=(0,)), names, self.play, 0.06),
        ]

    def card(self) -> list[CardLine]:
        return line_of_rule(self.rules()[0], self.n_called) if self.n_called else []

    def read_card(self) -> None:
        """Read nothing."""

    def replay(self, rule: NamedRule) -> list[tuple[tuple[str, ...], bool, bool]]:
        known = [play for play in self.seen if play.outcome != UNKNOWN]
        return [(p.signals, "cap" in p.signals, p.outcome == self.play) for p in known]

    def unknown_rule_probability(self) -> float:
        return 0.02

    @property
    def unknown_share(self) -> float:
        return 0.15

    def no_rule_probability(self) -> float:
        return 0.01

    def context_needed(self) -> ContextKind | None:
        return self.kind

    def change_points(self) -> list[ChangePoint]:
        return []

    def expected_calls_to_crack(self) -> int | None:
        return None if self.cracked else 2

    def key_signs(self) -> list[KeySign]:
        return [KeySign("cap", 0.93), KeySign("belt", 0.04)] if self.n_called else []

    def predict(
        self,
        signals: Sequence[str],
        *,
        complete: bool = True,
        stale_confidence: bool = False,
        at: Moment | None = None,
        **cells: str | None,
    ) -> Prediction:
        moment = at or parse_moment(cells)
        if stale_confidence and self.fault in signals:
            raise ZeroDivisionError("the fake was asked to fail")
        probability = 0.93 if "cap" in signals else 0.12
        verdict = self.play if probability > 0.5 else "hold"
        if not self.n_called:
            verdict = "not enough plays"
        return Prediction(tuple(signals), self.play, probability, 0.91, 0.96, verdict, moment)

    def refresh_confidence(self) -> None:
        pass

    def opinions(
        self,
        sequences: Sequence[Sequence[str]],
        *,
        complete: bool = True,
        moments: Sequence[Moment] | None = None,
        quick: bool = False,
    ) -> list[Opinion]:
        predictions = self.predict_many(sequences, contexts=moments)
        return [Opinion(p.probability, p.lstm, p.rules) for p in predictions]

    @property
    def prequential(self) -> NDArray[np.float32]:
        predictions = self.predict_many([play.signals for play in self.seen])
        rows = [[p.probability, p.lstm, p.rules] for p in predictions]
        return np.array(rows, np.float32).reshape(-1, 3)

    @property
    def signal_key(self) -> NameKey:
        return fold

    @property
    def signals(self) -> list[str]:
        return list(dict.fromkeys(name for play in self.seen for name in play.signals))

    def observe_many(self, plays: Sequence[Play]) -> None:
        self.seen += plays

    def mark_change(self) -> None:
        self.seen.clear()

    def snapshot(self) -> bytes:
        return len(self.seen).to_bytes(4)

    def resume(
        self, plays: Sequence[Play], changes: Collection[int], snapshot: bytes
    ) -> "FakeDecoder":
        since = max(changes, default=0)
        assert int.from_bytes(snapshot) == len(plays) - since
        return FakeDecoder(self.play, list(plays[since:]), fault=self.fault)

    def fresh(self) -> "FakeDecoder":
        return FakeDecoder(self.play, fault=self.fault)

    def predict_many(
        self,
        sequences: Sequence[Sequence[str]],
        *,
        contexts: Sequence[Moment] | None = None,
    ) -> list[Prediction]:
        moments = contexts or [Moment()] * len(sequences)
        pairs = zip(sequences, moments, strict=True)
        return [self.predict(signals, at=moment) for signals, moment in pairs]


def open_fake_decoder(
    store: Store,
    coach: str,
    *,
    play: str = "steal",
    weights: Path | None = None,
    unknown_share: float = 0.15,
) -> FakeDecoder:
    """Open a fake that has seen the coach's plays."""
    return FakeDecoder(play, store.plays(coach))


def read_fake_decoder(store: Store, coach: str) -> Iterator[FakeDecoder]:
    """Open the same fake in one step."""
    yield open_fake_decoder(store, coach)


def install_fake_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the decoder by the fake."""
    # In this order: a module first imported while the class is replaced would keep the fake.
    monkeypatch.setattr("signdecoder.workspace.decoders.open_decoder", open_fake_decoder)
    monkeypatch.setattr("signdecoder.decoder.decoder.Decoder", FakeDecoder)
