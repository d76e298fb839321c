"""The decoder: what it has seen of a coach, and what it then says of a new sequence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Self

from signdecoder.bayes.online import ChangePoint, OnlineBayes
from signdecoder.core.outcomes import NOT_STEAL, STEAL, parse_outcome
from signdecoder.core.play import Play
from signdecoder.core.sequences import parse_sequence, parse_signals
from signdecoder.decoder import verdict
from signdecoder.decoder.ensemble import Chances, Ensemble
from signdecoder.decoder.prediction import LIKELY, KeySign, Opinion, Prediction
from signdecoder.decoder.ranked_rule import NamedRule
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.lstm.vocabulary import MAX_SLOTS
from signdecoder.lstm.weights import SHIPPED, Weights, read_weights
from signdecoder.store.store import Store
from signdecoder.workspace import tuned_weights as learned
from signdecoder.workspace.belief_cache import recall_advisers


class Decoder:
    """Learns one coach's signs play by play and answers for new sequences.

    ``play`` is the called play. ``weights`` is a file, weights already read, or None for those
    that ship. Needs neither TensorFlow nor Keras.
    """

    def __init__(self, *, play: str = STEAL, weights: Path | str | Weights | None = None) -> None:
        self.play = parse_outcome(play, {play})
        if not isinstance(weights, Weights):
            weights = read_weights(Path(weights or SHIPPED))
        self.weights = weights
        self._advisers = Ensemble(self.play, weights)
        self._own: Chances | None = None  # of the called play, on sequences of his own

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
        decoder = cls(play=play, weights=weights or learned.load_weights(store, play, coach))
        decoder._advisers = recall_advisers(store, coach, decoder.play, decoder.weights)
        return decoder

    def snapshot(self) -> bytes:
        """All that was learned as bytes, which ``resume`` takes back."""
        return self._advisers.snapshot()

    def resume(self, plays: Sequence[Play], changes: Collection[int], snapshot: bytes) -> Self:
        """A decoder like this one that stands where a snapshot was taken, after these plays.

        Raises SigndecoderError where the snapshot is damaged or another's.
        """
        decoder = type(self)(play=self.play, weights=self.weights)
        decoder._advisers = Ensemble.resume(self.play, self.weights, plays, changes, snapshot)
        return decoder

    def fresh(self) -> Self:
        """A decoder like this one that has seen nothing."""
        return type(self)(play=self.play, weights=self.weights)

    @property
    def lstm(self) -> OnlineLSTM:
        """What the LSTM has made of the plays, for those who look inside it."""
        return self._advisers.lstm

    @property
    def plays(self) -> int:
        """How many plays were observed."""
        return len(self._advisers.lstm.log)

    @property
    def called(self) -> int:
        """How many of them were the called play."""
        return self._advisers.called

    @property
    def signals(self) -> list[str]:
        """The signals that this coach has shown, in the order in which they came."""
        return list(self._advisers.lstm.vocabulary.names)

    @property
    def rule_reader(self) -> OnlineBayes:
        """What the rules make of the plays."""
        return self._advisers.rules

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
        self.observe_many(
            [Play(_names_of(signals), parse_outcome(outcome, {self.play}), game=game)]
        )

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Learn from plays in their order."""
        self._advisers.learn(plays)

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
        self.weigh_own()
        return self._predict([_names_of(sequence) for sequence in sequences], complete)

    def predict_soon(self, signals: Sequence[str] | str, *, complete: bool = True) -> Prediction:
        """The same as ``predict``, at once: its verdict goes by what was weighed last.

        ``weigh_own`` brings that up to date; until it does, the plays since count in the
        probability alone.
        """
        if self._own is None or not len(self._own):
            self.weigh_own()
        return self._predict([_names_of(signals)], complete)[0]

    def weigh_own(self) -> None:
        """Weigh how well this coach's own sequences are told apart, which every verdict asks."""
        self._own = self._advisers.own_chances()

    def _predict(self, named: list[tuple[str, ...]], complete: bool) -> list[Prediction]:
        assert self._own is not None
        return [
            Prediction(
                names, self.play, said.probability, said.lstm, said.rules,
                verdict.choose_verdict(
                    said.probability, self.play, self._own, self._advisers.called_since
                ),
            )
            for names, said in zip(named, self.opinions(named, complete=complete), strict=True)
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
        if not self.called:
            return None
        lstm, rules = (_rank(chances)[0].sign for chances in self._advisers.key_chances())
        return lstm == rules

    def rules(self) -> list[NamedRule]:
        """The likeliest rules, best first, by the LSTM and the exact posterior together."""
        names = tuple(self._advisers.rules.names)
        return [
            NamedRule(ranked.rule, names, self.play, ranked.probability)
            for ranked in self._advisers.ranking()
        ]

    @property
    def finds_rule(self) -> bool:
        """Is there a rule to tell of: likelier than none, and one that the plays bear out?"""
        if not self.called or self._advisers.rules.no_rule_chance() >= LIKELY:
            return False
        ranked = self._advisers.rules.ranking()
        if ranked and ranked[0].probability >= LIKELY:
            return True
        return verdict.told_apart(self._advisers.own_chances()) >= verdict.TOLD_APART

    @property
    def tells_nothing(self) -> bool:
        """Do these signals tell next to nothing of the many called plays that were seen?"""
        return verdict.tells_nothing(self._advisers.own_chances(), self._advisers.called_since)

    def calls_to_go(self) -> int | None:
        """About how many more called plays it takes to crack him; None if he is, or nobody can say.

        It is said of nothing before the first called play.
        """
        if not self.called or self.cracked:
            return None
        return verdict.calls_to_go(self._advisers.rules.entropy())

    def no_rule_probability(self) -> float | None:
        """The chance that these signals carry nothing, by the rules; None before the first play."""
        return self._advisers.rules.no_rule_chance() if self.plays else None

    def changes(self) -> list[ChangePoint]:
        """The changes of signs that are likelier than not, in order."""
        return self._advisers.rules.changes()

    def expected_accuracy(self) -> float | None:
        """How often the likelier answer is right on sequences as he gives them, by the belief."""
        return verdict.expected_accuracy(self._advisers.own_chances()) if self.plays else None

    @property
    def cracked(self) -> bool:
        """Is the expected accuracy at least 95%, and owed to the signs?"""
        accuracy = self.expected_accuracy()
        if accuracy is None or not self.called or accuracy < verdict.CRACKED:
            return False
        return verdict.told_apart(self._advisers.own_chances()) >= verdict.TOLD_APART


def _rank(chances: dict[str, float]) -> list[KeySign]:
    signs = [KeySign(name, float(p)) for name, p in chances.items()]
    return sorted(signs, key=lambda key: -key.probability)


def _names_of(signals: Sequence[str] | str) -> tuple[str, ...]:
    return parse_signals(signals) if isinstance(signals, str) else parse_sequence(list(signals))
