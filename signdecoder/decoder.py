"""The decoder: what it has seen of a coach, and what it then says of a new sequence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Self

from signdecoder import learned, verdict
from signdecoder.advisers import Advisers
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
from signdecoder.rule_reader import Change
from signdecoder.store import Store
from signdecoder.vocabulary import MAX_SLOTS
from signdecoder.weights import SHIPPED, Weights, read_weights
from signdecoder.wording import describe


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


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words, and the chance that it is the coach's; ``key_signs`` by name, if any."""

    words: str
    probability: float
    key_signs: tuple[str, ...]


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
        self._advisers = Advisers(self.play, weights)
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
        plays, changes = store.plays_and_changes(coach)
        saved = learned.load_belief(store, coach, decoder.play)
        if decoder._take_back(saved, plays, changes) or store.read_only:
            return decoder
        belief = learned.SavedBelief(
            decoder._advisers.snapshot(),
            decoder.weights.hash,
            len(plays),
            _digest(plays, decoder.play, changes),
        )
        learned.save_belief(store, coach, decoder.play, belief)
        return decoder

    @property
    def plays(self) -> int:
        """How many plays were observed."""
        return len(self._advisers.lstm.log)

    @property
    def called(self) -> int:
        """How many of them were the called play."""
        return self._called

    @property
    def notes(self) -> list[str]:
        """What a user should know of how the plays were read, a sentence each."""
        signals = len(self._advisers.lstm.vocabulary.names)
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
        before = self.plays
        self._advisers.learn(plays)
        self._called += self._count_called(before)

    def changed(self) -> None:
        """The signs changed here: what was learned of the rule holds no longer."""
        self._advisers.changed()

    def predict(self, signals: Sequence[str] | str, *, complete: bool = True) -> Prediction:
        """What is said of a sequence; ``complete=False`` if more signals may come."""
        return self.predict_many([signals], complete=complete)[0]

    def predict_many(
        self, sequences: Iterable[Sequence[str] | str], *, complete: bool = True
    ) -> list[Prediction]:
        """What is said of each of these sequences; nothing is learned from them."""
        named = [_names_of(sequence) for sequence in sequences]
        opinions = self.opinions(named, complete=complete)
        own, called = self._advisers.own_chances(), self._called
        return [
            Prediction(
                names, self.play, said.probability, said.lstm, said.rules,
                verdict.choose_verdict(said.probability, self.play, own, called),
            )
            for names, said in zip(named, opinions, strict=True)
        ]  # fmt: skip

    def opinions(
        self, sequences: Iterable[Sequence[str]], *, complete: bool = True
    ) -> list[Opinion]:
        """What is thought of sequences of names, without the work that a verdict takes."""
        numbers = self._advisers.lstm.vocabulary.look_up(list(sequences))
        chances = self._advisers.chances(numbers, complete)
        mixed = self._advisers.mixture.mix(chances)
        return [
            Opinion(float(p), float(lstm), float(rules))
            for p, (lstm, rules) in zip(mixed, chances, strict=True)
        ]

    def unknown(self, signals: Sequence[str] | str) -> tuple[str, ...]:
        """Those of these signals that this coach has never shown, each once."""
        known = self._advisers.lstm.vocabulary
        return tuple(dict.fromkeys(s for s in _names_of(signals) if s not in known))

    # --- what is thought of the signs -------------------------------------------------------------

    def key_signs(self) -> list[KeySign]:
        """The coach's signals by their chance of being the key sign, best first."""
        lstm, rules = self._advisers.key_chances()
        trust, other = self._advisers.mixture.weights
        return _rank({name: trust * p + other * rules[name] for name, p in lstm.items()})

    def lstm_key_signs(self) -> list[KeySign]:
        """The same by the LSTM alone."""
        return _rank(self._advisers.key_chances()[0])

    def rules_key_signs(self) -> list[KeySign]:
        """The same by the rules alone."""
        return _rank(self._advisers.key_chances()[1])

    @property
    def agree(self) -> bool | None:
        """Do the LSTM and the rules name the same key sign? None before the first called play."""
        if not self._called:
            return None
        lstm, rules = (_rank(chances)[0].sign for chances in self._advisers.key_chances())
        return lstm == rules

    def rules(self) -> list[Rule]:
        """The likeliest rules in words, best first."""
        names = self._advisers.rules.names
        return [
            Rule(
                describe(ranked.system, names, [self.play]),
                ranked.probability,
                tuple(names[key] for key in ranked.system.key_signs if key >= 0),
            )
            for ranked in self._advisers.rules.ranking()
        ]

    @property
    def finds_rule(self) -> bool:
        """Is there a rule to tell of: likelier than none, and one that the plays bear out?"""
        if not self._called or self._advisers.rules.no_rule_chance() >= verdict.NO_RULE:
            return False
        ranked = self._advisers.rules.ranking()
        if ranked and ranked[0].probability >= verdict.NO_RULE:
            return True
        return verdict.told_apart(self._advisers.own_chances()) >= verdict.TOLD_APART

    def calls_to_go(self) -> int | None:
        """About how many more called plays it takes to crack him; None if he is, or nobody can say.

        It is said of nothing before the first called play.
        """
        if not self._called or self.cracked:
            return None
        return verdict.calls_to_go(self._advisers.rules.entropy())

    def no_rule_probability(self) -> float | None:
        """The chance that these signals carry nothing, by the rules; None before the first play."""
        return self._advisers.rules.no_rule_chance() if self.plays else None

    def changes(self) -> list[Change]:
        """The changes of signs that are likelier than not, in order."""
        return self._advisers.rules.changes()

    def expected_accuracy(self) -> float | None:
        """How often the likelier answer is right on sequences as he gives them, by the belief."""
        return verdict.expected_accuracy(self._advisers.own_chances()) if self.plays else None

    @property
    def cracked(self) -> bool:
        """Is the expected accuracy at least 95 %, and owed to the signs?"""
        accuracy = self.expected_accuracy()
        if accuracy is None or not self._called or accuracy < verdict.CRACKED:
            return False
        return verdict.told_apart(self._advisers.own_chances()) >= verdict.TOLD_APART

    # --- what was learned before ------------------------------------------------------------------

    def _take_back(
        self, saved: learned.SavedBelief | None, plays: Sequence[Play], changes: Collection[int]
    ) -> bool:
        """Know these plays and changes, with the help of a saved belief; was it all there?"""
        read = self._resume(saved, plays, changes) if saved else 0
        up_to_date = bool(saved) and read == len(plays) == self.plays
        if up_to_date and saved:
            up_to_date = saved.plays_hash == _digest(plays, self.play, changes)
        for begin, end in pairwise([read, *sorted(n for n in changes if n > read), len(plays)]):
            self.observe_many(plays[begin:end])
            if end in changes:
                self.changed()
        return up_to_date

    def _resume(
        self, saved: learned.SavedBelief, plays: Sequence[Play], changes: Collection[int]
    ) -> int:
        """Take a saved belief if it is of these weights, plays and changes; how many plays?"""
        read = plays[: saved.plays]
        if saved.weights_hash != self.weights.hash or len(read) < saved.plays:
            return 0
        # The signs may have changed right after those plays, and that may be news.
        since = [n for n in changes if n < len(read)]
        heard = [n for n in changes if n <= len(read)]
        if saved.plays_hash not in (
            _digest(read, self.play, since), _digest(read, self.play, heard)
        ):  # fmt: skip
            return 0
        try:
            self._advisers = Advisers.resume(self.play, self.weights, read, since, saved.blob)
        except SigndecoderError:  # damaged: the plays are all there, so it is made anew
            self._advisers = Advisers(self.play, self.weights)
            return 0
        self._called = self._count_called()
        if len(read) in changes:
            self.changed()
        return len(read)

    def _count_called(self, since: int = 0) -> int:
        log = self._advisers.lstm.log[since:]
        return sum(seen.evidence is Evidence.CALLED for seen in log)


def _rank(chances: dict[str, float]) -> list[KeySign]:
    signs = [KeySign(name, float(p)) for name, p in chances.items()]
    return sorted(signs, key=lambda key: -key.probability)


def _digest(plays: Iterable[Play], play: str, changes: Collection[int]) -> str:
    """A hash of all that a decoder learns from these plays and changes."""
    digest = blake2b(play.encode(), digest_size=16)
    for p in plays:
        digest.update("\x1f".join((p.game, p.outcome, *p.signals, "\x1e")).encode())
    digest.update(" ".join(map(str, sorted(changes))).encode())
    return digest.hexdigest()


def _names_of(signals: Sequence[str] | str) -> tuple[str, ...]:
    return read_signals(signals) if isinstance(signals, str) else read_sequence(list(signals))
