"""The decoder: what it has seen of a coach, and what it then says of a new sequence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Self

from signdecoder import learned, verdict
from signdecoder.errors import SigndecoderError
from signdecoder.plays import (
    NOT_STEAL,
    STEAL,
    Evidence,
    Play,
    read_outcome,
    read_sequence,
    read_signals,
)
from signdecoder.reader import LogReader
from signdecoder.store import Store
from signdecoder.vocabulary import MAX_SLOTS
from signdecoder.weights import SHIPPED, Weights, read_weights


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is said of one sequence: chances of the called play, and the verdict."""

    signals: tuple[str, ...]
    play: str
    probability: float
    lstm: float
    rules: float
    verdict: str

    @property
    def steal(self) -> float:
        """The probability, by its usual name."""
        return self.probability


@dataclass(frozen=True, slots=True)
class Opinion:
    """Chances of the called play: what the LSTM says, what the rules say, and the mixture."""

    probability: float
    lstm: float
    rules: float


@dataclass(frozen=True, slots=True)
class KeySign:
    """A signal and the chance that it is the coach's key sign."""

    sign: str
    probability: float


class Decoder:
    """Learns one coach's signs play by play and answers for new sequences.

    ``play`` is the called play. ``weights`` is a file, weights already read, or None for those
    that ship. Needs neither TensorFlow nor Keras.
    """

    def __init__(self, *, play: str = STEAL, weights: Path | str | Weights | None = None) -> None:
        self.play = read_outcome(play, {play})
        if not isinstance(weights, Weights):
            weights = read_weights(Path(weights or SHIPPED))
        self.weights = weights
        self._reader = LogReader(self.play, weights)
        self._called = 0

    @classmethod
    def from_store(
        cls,
        coach: str,
        *,
        play: str = STEAL,
        db: Path | str | None = None,
        weights: Path | str | Weights | None = None,
    ) -> Self:
        """The decoder of a coach in the store, his belief up to date and saved."""
        with Store.open(Path(db) if db else None) as store:
            return cls.recall(store, coach, play=play, weights=weights)

    @classmethod
    def recall(
        cls,
        store: Store,
        coach: str,
        *,
        play: str = STEAL,
        weights: Path | str | Weights | None = None,
    ) -> Self:
        """The same from a store that is open. Weights are those given, or learned, or shipped."""
        decoder = cls(play=play, weights=weights or learned.load_weights(store, play))
        plays = store.plays(coach)
        read = decoder._take_back(learned.load_belief(store, coach, decoder.play), plays)
        decoder.observe_many(plays[read:])
        if read < len(plays) and not store.read_only:
            learned.save_belief(
                store,
                coach,
                decoder.play,
                learned.SavedBelief(
                    decoder._reader.snapshot(),
                    decoder.weights.hash,
                    len(plays),
                    _digest(plays, decoder.play),
                ),
            )
        return decoder

    @property
    def plays(self) -> int:
        """How many plays were observed."""
        return len(self._reader.log)

    @property
    def called(self) -> int:
        """How many of them were the called play."""
        return self._called

    @property
    def notes(self) -> list[str]:
        """What a user should know of how the plays were read, a sentence each."""
        signals = len(self._reader.vocabulary.names)
        if signals <= MAX_SLOTS:
            return []
        return [
            f"of {signals} different signals the decoder weighs the {MAX_SLOTS} with most evidence"
        ]

    def observe(
        self,
        signals: Sequence[str] | str,
        steal: bool | None = None,
        outcome: str | None = None,
        game: str = "",
    ) -> None:
        """Learn from one play. Give ``steal`` or ``outcome``; a new ``game`` marks a new game.

        ``steal=True`` is the outcome steal, ``steal=False`` is not_steal, whatever the called play.
        A text for ``signals`` is read like a cell of a log; a list is one signal each.
        """
        if (steal is None) == (outcome is None):
            raise TypeError("give either steal= or outcome=, one of them")
        if outcome is None:
            outcome = STEAL if steal else NOT_STEAL
        self.observe_many([Play(_names_of(signals), read_outcome(outcome, {self.play}), game=game)])

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Learn from plays in their order."""
        before = len(self._reader.log)
        self._reader.learn(plays)
        self._called += _count_called(self._reader, before)

    def predict(self, signals: Sequence[str] | str, *, complete: bool = True) -> Prediction:
        """What is said of a sequence; ``complete=False`` if more signals may come."""
        return self.predict_many([signals], complete=complete)[0]

    def predict_many(
        self, sequences: Iterable[Sequence[str] | str], *, complete: bool = True
    ) -> list[Prediction]:
        """What is said of each of these sequences; nothing is learned from them."""
        named = [_names_of(sequence) for sequence in sequences]
        chances = self.probabilities(named, complete=complete)
        own, called = self._reader.own_chances(), self._called
        verdicts = [verdict.choose_verdict(p, self.play, own, called) for p in chances]
        return [
            Prediction(names, self.play, p, lstm=p, rules=p, verdict=said)
            for names, p, said in zip(named, chances, verdicts, strict=True)
        ]

    def probabilities(
        self, sequences: Iterable[Sequence[str]], *, complete: bool = True
    ) -> list[float]:
        """The probability alone for sequences of names, without the work that a verdict takes."""
        return self._reader.chances(self._reader.vocabulary.look_up(list(sequences)), complete)

    def opinions(
        self, sequences: Iterable[Sequence[str]], *, complete: bool = True
    ) -> list[Opinion]:
        """What is thought of sequences of names, without the work that a verdict takes."""
        return [Opinion(p, p, p) for p in self.probabilities(sequences, complete=complete)]

    def changed(self) -> None:
        """The signs changed here: what was learned of the rule holds no longer."""

    def lstm_key_signs(self) -> list[KeySign]:
        """The key signs by the LSTM alone."""
        return self.key_signs()

    def rules_key_signs(self) -> list[KeySign]:
        """The key signs by the rules alone."""
        return self.key_signs()

    def unknown(self, signals: Sequence[str] | str) -> tuple[str, ...]:
        """Those of these signals that this coach has never shown, each once."""
        known = self._reader.vocabulary
        return tuple(dict.fromkeys(s for s in _names_of(signals) if s not in known))

    def key_signs(self) -> list[KeySign]:
        """The coach's signals by their chance of being the key sign, best first."""
        signs = [KeySign(name, p) for name, p in self._reader.key_chances().items()]
        return sorted(signs, key=lambda key: -key.probability)

    def expected_accuracy(self) -> float | None:
        """How often the likelier answer is right on sequences as he gives them, by the belief."""
        return verdict.expected_accuracy(self._reader.own_chances()) if self.plays else None

    @property
    def cracked(self) -> bool:
        """Is the expected accuracy at least 95 %, and owed to the signs?"""
        accuracy = self.expected_accuracy()
        if accuracy is None or not self._called or accuracy < verdict.CRACKED:
            return False
        return verdict.told_apart(self._reader.own_chances()) >= verdict.TOLD_APART

    def _take_back(self, saved: learned.SavedBelief | None, plays: Sequence[Play]) -> int:
        """Take a saved belief if it is of these weights and these plays; how many has it read?"""
        if saved is None or saved.weights_hash != self.weights.hash:
            return 0
        read = plays[: saved.plays]
        if len(read) < saved.plays or saved.plays_hash != _digest(read, self.play):
            return 0
        try:
            self._reader = LogReader.resume(self.play, self.weights, read, saved.blob)
        except SigndecoderError:  # damaged: the plays are all there, so it is made anew
            return 0
        self._called = _count_called(self._reader)
        return len(read)


def _count_called(reader: LogReader, since: int = 0) -> int:
    return sum(seen.evidence is Evidence.CALLED for seen in reader.log[since:])


def _digest(plays: Iterable[Play], play: str) -> str:
    """A hash of all that a decoder learns from these plays."""
    digest = blake2b(play.encode(), digest_size=16)
    for p in plays:
        digest.update("\x1f".join((p.game, p.outcome, *p.signals, "\x1e")).encode())
    return digest.hexdigest()


def _names_of(signals: Sequence[str] | str) -> tuple[str, ...]:
    return read_signals(signals) if isinstance(signals, str) else read_sequence(list(signals))
