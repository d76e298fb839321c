"""What a decoder believes of a coach's signs, and how far it has come."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.online import ChangePoint, OnlineBayes
from signdecoder.bayes.ranking import RankedRule
from signdecoder.core.contexts import CONTEXT_KINDS, ContextKind, context_values
from signdecoder.core.missed import names_in
from signdecoder.core.moments import Moment
from signdecoder.core.names import NameKey
from signdecoder.core.outcomes import Evidence
from signdecoder.core.vocabulary import MAX_SLOTS
from signdecoder.decoder import verdict
from signdecoder.decoder.arguments import parse_signals_argument
from signdecoder.decoder.ensemble import Ensemble
from signdecoder.decoder.prediction import LIKELY, KeySign, Opinion
from signdecoder.decoder.ranked_rule import NamedRule
from signdecoder.decoder.reliability import Reliability, RuleRecord
from signdecoder.lstm.online import OnlineLSTM


class SignBelief(ABC):
    """Hold both experts on one coach, and say what they believe of the coach's signs.

    Parameters
    ----------
    play : str
        The outcome to predict.

    Attributes
    ----------
    play : str
        The outcome to predict.
    """

    def __init__(self, play: str) -> None:
        self.play = play
        self._rules: tuple[list[RankedRule], list[NamedRule]] | None = None

    @property
    @abstractmethod
    def _ensemble(self) -> Ensemble:
        """The experts."""

    @property
    def n_plays(self) -> int:
        """The number of plays that were observed."""
        return len(self._ensemble.log)

    @property
    def n_called(self) -> int:
        """How many of them had the outcome to predict."""
        return self._ensemble.log.n_called

    @property
    def signals(self) -> list[str]:
        """The signals that the coach has shown, in the order in which they appeared."""
        return list(self._ensemble.log.vocabulary.names)

    @property
    def notes(self) -> list[str]:
        """The limits of how the plays were read, one sentence each."""
        n_signals = len(self._ensemble.log.vocabulary)
        if n_signals <= MAX_SLOTS:
            return []
        return [
            f"of {n_signals} different signals the decoder weighs the {MAX_SLOTS} with most"
            " evidence"
        ]

    # --- opinions ---------------------------------------------------------------------------------

    def opinions(
        self,
        sequences: Iterable[Sequence[str]],
        *,
        complete: bool = True,
        moments: Sequence[Moment] | None = None,
        quick: bool = False,
    ) -> list[Opinion]:
        """Return the probabilities of some sequences, without the work that a verdict takes.

        Parameters
        ----------
        sequences : iterable of sequences of str
            Signal names.
        complete : bool
            False if more signals may follow.
        moments : sequence of Moment, optional
            When each of the plays is; by default nothing is known of it.
        quick : bool, optional
            True to try only a few signals in the place of missed ones, which is enough to compare
            many similar sequences.

        Returns
        -------
        list of Opinion
            The probabilities of each sequence.
        """
        ids = self._ensemble.log.vocabulary.encode_many(list(sequences))
        contexts = None if moments is None else [context_values(moment) for moment in moments]
        predictions, missed = self._ensemble.ask(ids, complete, contexts, quick)
        mixed = self._ensemble.mix(predictions)
        return [
            Opinion(float(p), float(lstm), float(rules), float(depends))
            for p, (lstm, rules), depends in zip(mixed, predictions, missed, strict=True)
        ]

    def unseen_signals(self, signals: Sequence[str] | str) -> tuple[str, ...]:
        """Return those signals of a sequence that the coach has never shown.

        Parameters
        ----------
        signals : sequence of str or str
            The sequence, as in `predict`.

        Returns
        -------
        tuple of str
            Each such signal once.
        """
        known = self._ensemble.log.vocabulary
        seen = names_in(parse_signals_argument(signals))
        return tuple(dict.fromkeys(signal for signal in seen if signal not in known))

    @property
    def signal_key(self) -> NameKey:
        """How names of signals are compared."""
        return self._ensemble.log.vocabulary.key

    @property
    def prequential(self) -> NDArray[np.float32]:
        """The probability of the target of each play, as predicted before its outcome was known.

        Of shape (N, 3): by both experts together, by the LSTM, and by the rule posterior. They are
        what `predict` returned right before the play was observed, and stay as they were.
        """
        return self._ensemble.prequential

    # --- the coach's rule -------------------------------------------------------------------------

    def key_signs(self) -> list[KeySign]:
        """Rank the coach's signals by their probability of being the key sign.

        Returns
        -------
        list of KeySign
            Best first. The probabilities sum to at most 1; the rest is that no single signal is.
        """
        lstm, rules = self._key_sign_probs()
        of_lstm, of_rules = self._ensemble.mixture.weights
        return _rank({name: of_lstm * p + of_rules * rules[name] for name, p in lstm.items()})

    def lstm_key_signs(self) -> list[KeySign]:
        """Rank the signals as `key_signs` does, by the LSTM alone.

        Returns
        -------
        list of KeySign
            Best first.
        """
        return _rank(self._key_sign_probs()[0])

    def rules_key_signs(self) -> list[KeySign]:
        """Rank the signals as `key_signs` does, by the rule posterior alone.

        Returns
        -------
        list of KeySign
            Best first.
        """
        return _rank(self._key_sign_probs()[1])

    def _key_sign_probs(self) -> tuple[dict[str, float], dict[str, float]]:
        return self.lstm.key_sign_probs(), self.bayes.key_sign_probs()

    @property
    def experts_agree(self) -> bool | None:
        """Whether both experts name the same key sign.

        None before the first called play, and where the key sign depends on the moment of the
        game: then there are several key signs.
        """
        if not self.n_called or self.context_needed():
            return None
        lstm, rules = (_rank(probs)[0].sign for probs in self._key_sign_probs())
        return lstm == rules

    def rules(self) -> list[NamedRule]:
        """Return the likeliest rules by both experts, best first.

        Returns
        -------
        list of NamedRule
            The rules with their probabilities.
        """
        ranking = self._ensemble.ranking()  # the same list until another play is learned
        if self._rules is None or self._rules[0] is not ranking:
            names, classes = tuple(self.bayes.names), self.bayes.classes
            key = self.signal_key
            rules = [
                NamedRule(ranked.rule, names, self.play, ranked.probability, classes, key)
                for ranked in ranking
            ]
            doubted = sorted(map(self._doubt, rules), key=lambda rule: -rule.probability)
            self._rules = ranking, doubted
        return list(self._rules[1])

    def _doubt(self, rule: NamedRule) -> NamedRule:
        """Return a rule with the probability that it is the coach's, and not one much like it."""
        record, reliability = self.record(rule), Reliability(self._ensemble.unknown_share)
        reliability.learn_record(record)
        p_wrong = reliability.p_wrong(record.rate, verdict.SOME)
        return replace(rule, probability=rule.probability * (1 - p_wrong))

    def record(self, rule: NamedRule) -> RuleRecord:
        """Return what a rule makes of the plays since the last change of signs, asked again.

        Parameters
        ----------
        rule : NamedRule
            A rule about the coach's signals.

        Returns
        -------
        RuleRecord
            How many called plays it explains, and so on.
        """
        return RuleRecord.of_replay(self.replay(rule))

    def replay(self, rule: NamedRule) -> list[tuple[tuple[str, ...], bool, bool]]:
        """Ask a rule again about the plays since the last change of signs.

        Parameters
        ----------
        rule : NamedRule
            A rule about the coach's signals.

        Returns
        -------
        list of tuple
            For each play whose outcome is known, its signals, whether the rule calls it, and
            whether it was run. Plays are left out where that depends on signals that were missed.
        """
        name_of, plays = self._ensemble.log.vocabulary.name_of, self._ensemble.plays_since_change()
        plays = [play for play in plays if play.evidence is not Evidence.SILENT]
        if not plays:
            return []
        whole = [play.completions.sequences if play.completions else (play.signal_ids,)
                 for play in plays]  # fmt: skip
        contexts = [play.context for play, each in zip(plays, whole, strict=True) for _ in each]
        sequences = [tuple(map(name_of, ids)) for each in whole for ids in each]
        by_play = np.split(rule.calls(sequences, contexts), np.cumsum(list(map(len, whole)))[:-1])
        return [
            (tuple(map(name_of, p.signal_ids)), bool(calls[0]), p.evidence is Evidence.CALLED)
            for p, calls in zip(plays, by_play, strict=True)
            if calls.all() or not calls.any()
        ]

    @property
    def has_rule(self) -> bool:
        """Whether a rule of a known kind explains the plays, and is likelier than none."""
        if not self.n_called or self.bayes.posterior.p_no_rule() >= LIKELY:
            return False
        if self.unknown_rule_probability() >= LIKELY:
            return False
        ranked = self.bayes.ranking()
        if ranked and ranked[0].probability >= LIKELY:
            return True
        return self._explained_uncertainty() >= verdict.MIN_EXPLAINED

    def no_rule_probability(self) -> float | None:
        """Return the probability that the signals mean nothing; None before the first play.

        Returns
        -------
        float or None
            The probability.
        """
        return self.bayes.posterior.p_no_rule() if self.n_plays else None

    def unknown_rule_probability(self) -> float:
        """Return the probability that the coach's rule is of no kind that the decoder knows.

        It rises where predictions that were sure do not come true: where much that is called stays
        unexplained. Before the first play it is the share of coaches with such rules.

        Returns
        -------
        float
            The probability.
        """
        rate = float(self._ensemble.predict_probes().mean()) if self.n_plays else 0.5
        return self._ensemble.reliability.p_wrong(rate, verdict.MUCH)

    @property
    def unknown_share(self) -> float:
        """The share of coaches with rules of no known kind, as given before the first play."""
        return self._ensemble.unknown_share

    def context_needed(self) -> ContextKind | None:
        """Return what a question should say of the moment of the game.

        Returns
        -------
        ContextKind or None
            What the coach's rule depends on; None if it is likelier to depend on nothing.
        """
        kind = self.bayes.posterior.context_kind()
        return None if kind is None else CONTEXT_KINDS[kind]

    def change_points(self) -> list[ChangePoint]:
        """Return the changes of signs that are likelier than not, in order.

        Returns
        -------
        list of ChangePoint
            Each with the key signs before and after it.
        """
        return self.bayes.change_points()

    # --- how far the decoder has come -------------------------------------------------------------

    def expected_accuracy(self) -> float | None:
        """Estimate how often predictions are right, in the coach's style; None before any play.

        Never more than the coach's own last plays support, predicted before their outcome.

        Returns
        -------
        float or None
            A number from 0 to 1.
        """
        if not self.n_plays:
            return None
        expected = verdict.expected_accuracy(self._ensemble.predict_probes())
        return min(expected, verdict.supported_accuracy(*self._ensemble.scored()))

    @property
    def cracked(self) -> bool:
        """Whether the expected accuracy is at least 95%, and due to a rule that explains the plays.

        The rule must be of a known kind, and get the coach's own plays right when asked again: a
        rule that explains 17 of 31 steals is not all of it, even if predictions are right.
        """
        accuracy = self.expected_accuracy()
        if accuracy is None or not self.n_called or accuracy < verdict.CRACKED:
            return False
        if not verdict.foresaw_a_call(*self._ensemble.scored()):
            return False
        if self._explained_uncertainty() < verdict.MIN_EXPLAINED:
            return False
        if self.unknown_rule_probability() > verdict.MOST_UNKNOWN:
            return False
        if self._ensemble.share_unexplained() > verdict.MOST_UNEXPLAINED:
            return False
        rules = self.rules()
        return bool(rules) and verdict.explains_enough(self.record(rules[0]))

    def expected_calls_to_crack(self) -> int | None:
        """Estimate how many more called plays it takes to crack the coach.

        Returns
        -------
        int or None
            None if the coach is cracked, before the first called play, and once more called plays
            were seen than it takes if the signs say anything.
        """
        if not self.n_called or self.cracked:
            return None
        n_called = self._ensemble.log.n_called_since_change
        return verdict.expected_calls_to_crack(self.bayes.posterior.entropy(), n_called)

    @property
    def is_uninformative(self) -> bool:
        """Whether the signs barely predict the play although many called plays were seen."""
        n_called = self._ensemble.log.n_called_since_change
        return verdict.is_uninformative(self._ensemble.predict_probes(), n_called)

    def _explained_uncertainty(self) -> float:
        if not self.n_called:
            return 0.0
        by_probes = verdict.explained_uncertainty(self._ensemble.predict_probes())
        return max(by_probes, verdict.explained_before(*self._ensemble.scored()))

    # --- inside -----------------------------------------------------------------------------------

    @property
    def lstm(self) -> OnlineLSTM:
        """The LSTM, for code that inspects it."""
        return self._ensemble.experts.lstm

    @property
    def bayes(self) -> OnlineBayes:
        """The rule posterior, for code that inspects it."""
        return self._ensemble.experts.bayes


def _rank(probs: dict[str, float]) -> list[KeySign]:
    signs = [KeySign(name, float(p)) for name, p in probs.items()]
    return sorted(signs, key=lambda sign: -sign.probability)
