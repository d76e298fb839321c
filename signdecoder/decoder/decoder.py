"""The decoder: learn one coach's plays, predict new sequences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.online import ChangePoint, OnlineBayes
from signdecoder.core.attributes import NO_ATTRIBUTES, parse_attributes
from signdecoder.core.outcomes import NOT_STEAL, STEAL, parse_outcome
from signdecoder.core.play import Play
from signdecoder.core.sequences import parse_sequence, parse_signals
from signdecoder.core.vocabulary import MAX_SLOTS
from signdecoder.decoder import verdict
from signdecoder.decoder.ensemble import Ensemble, Floats
from signdecoder.decoder.prediction import LIKELY, KeySign, Opinion, Prediction
from signdecoder.decoder.ranked_rule import NamedRule
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.lstm.weights import SHIPPED, Weights, read_weights


class Decoder:
    """Learn one coach's signs play by play and predict new sequences.

    Needs neither TensorFlow nor Keras. Learning one more play costs the same after 10 plays as
    after 500.

    Parameters
    ----------
    play : str
        The outcome to predict.
    weights : Path, str or Weights, optional
        A weights file, or weights that are already loaded; by default the shipped ones.
    attributes : mapping of str to str or collection of str, optional
        What signals have in common, besides words in their names: for each signal its attributes,
        such as ``left`` or ``hand:right``.

    Attributes
    ----------
    play : str
        The outcome to predict.
    weights : Weights
        The weights of the network.
    attributes : mapping of str to tuple of str
        The attributes that were given, by folded name of the signal.

    Examples
    --------
    >>> from signdecoder import Decoder
    >>> decoder = Decoder()
    >>> for _ in range(4):
    ...     decoder.observe(["cap", "belt", "ear"], steal=True)
    ...     decoder.observe("nose cap belt", steal=True)
    ...     decoder.observe(["ear", "cap", "nose"], outcome="none")
    ...     decoder.observe("belt ear cap", steal=False)
    ...     decoder.observe("belt nose ear", steal=False)
    >>> decoder.n_plays, decoder.n_called
    (20, 8)
    >>> prediction = decoder.predict(["ear", "cap", "belt"])
    >>> prediction.verdict, prediction.probability > 0.95
    ('steal', True)
    >>> decoder.key_signs()[0].sign
    'cap'
    """

    def __init__(
        self,
        *,
        play: str = STEAL,
        weights: Path | str | Weights | None = None,
        attributes: Mapping[str, Collection[str] | str] = NO_ATTRIBUTES,
    ) -> None:
        self.play = parse_outcome(play, {play})
        if not isinstance(weights, Weights):
            weights = read_weights(Path(weights or SHIPPED))
        self.weights = weights
        self.attributes = parse_attributes(attributes)
        self._ensemble = Ensemble(self.play, weights, self.attributes)
        self._p_probes: Floats | None = None  # what verdicts go by

    @classmethod
    def from_store(
        cls,
        coach: str,
        *,
        play: str = STEAL,
        db: Path | str | None = None,
        weights: Path | str | Weights | None = None,
    ) -> Decoder:
        """Return the decoder of a coach in the play database, up to date.

        Parameters
        ----------
        coach : str
            The name of the coach.
        play : str
            The outcome to predict.
        db : Path or str, optional
            The database file; by default the one that the commands use.
        weights : Path, str or Weights, optional
            By default the weights that were tuned for this coach, or else the shipped ones.

        Returns
        -------
        Decoder
            A decoder that has learned all plays of the coach.

        Raises
        ------
        SigndecoderError
            If the database or the weights cannot be read.
        """
        # The one import upward, so that the public name stays on the class; see pyproject.toml.
        from signdecoder.workspace.decoders import open_stored_decoder

        return open_stored_decoder(coach, play=play, db=db, weights=weights)

    # --- learning ---------------------------------------------------------------------------------

    def observe(
        self,
        signals: Sequence[str] | str,
        steal: bool | None = None,
        outcome: str | None = None,
        game: str = "",
    ) -> None:
        """Learn one play.

        Parameters
        ----------
        signals : sequence of str or str
            The signals in order. A string is split like a cell of a log; a list is one signal each.
        steal : bool, optional
            True for the outcome ``steal``, False for ``not_steal``, no matter what the decoder
            predicts.
        outcome : str, optional
            What the team did. Give this or ``steal``, not both.
        game : str
            The name of the game; a new name marks a new game.

        Raises
        ------
        TypeError
            If both or neither of ``steal`` and ``outcome`` are given.
        UsageError
            If a signal or the outcome is not valid.
        """
        if (steal is None) == (outcome is None):
            raise TypeError("give exactly one of steal= and outcome=")
        if outcome is None:
            outcome = STEAL if steal else NOT_STEAL
        self.observe_many([Play(_parse(signals), parse_outcome(outcome, {self.play}), game=game)])

    def observe_many(self, plays: Iterable[Play]) -> None:
        """Learn plays.

        Parameters
        ----------
        plays : iterable of Play
            Plays of the coach, in order.
        """
        self._ensemble.learn(plays)

    def catch_up(self, plays: Sequence[Play], changes: Collection[int] = ()) -> None:
        """Learn those plays of a log that are new, with the marked changes of signs.

        Parameters
        ----------
        plays : sequence of Play
            All plays of the coach, in order; the first `n_plays` were observed before.
        changes : collection of int, optional
            Plays, from 0, right before which the user marked a change of signs; the number of
            plays for a change after the last.
        """
        begin = self.n_plays
        for end in sorted({n for n in changes if begin < n <= len(plays)} | {len(plays)}):
            self.observe_many(plays[begin:end])
            if end in changes:
                self.mark_change()
            begin = end

    def mark_change(self) -> None:
        """Forget the coach's rule: the signs are known to have changed after the last play."""
        self._ensemble.mark_change()

    changed = mark_change  # its name in version 0.1

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

    # --- predictions ------------------------------------------------------------------------------

    def predict(
        self,
        signals: Sequence[str] | str,
        *,
        complete: bool = True,
        stale_confidence: bool = False,
    ) -> Prediction:
        """Predict the outcome of one sequence; nothing is learned from it.

        Parameters
        ----------
        signals : sequence of str or str
            The signals in order. A string is split like a cell of a log; a list is one signal each.
        complete : bool
            False if more signals may follow.
        stale_confidence : bool
            True to reuse the confidence estimate behind the verdict, which costs about 20 ms to
            recompute. `refresh_confidence` updates it.

        Returns
        -------
        Prediction
            Probabilities and verdict.
        """
        if not stale_confidence or self._p_probes is None or not len(self._p_probes):
            self.refresh_confidence()
        return self._predict([_parse(signals)], complete)[0]

    def predict_many(
        self, sequences: Iterable[Sequence[str] | str], *, complete: bool = True
    ) -> list[Prediction]:
        """Predict the outcomes of some sequences; nothing is learned from them.

        Parameters
        ----------
        sequences : iterable of sequences of str, or of str
            The sequences, each as in `predict`.
        complete : bool
            False if more signals may follow.

        Returns
        -------
        list of Prediction
            A prediction for each sequence.
        """
        self.refresh_confidence()
        return self._predict([_parse(sequence) for sequence in sequences], complete)

    def refresh_confidence(self) -> None:
        """Recompute the confidence estimate that every verdict depends on."""
        self._p_probes = self._ensemble.predict_probes()

    def _predict(self, sequences: list[tuple[str, ...]], complete: bool) -> list[Prediction]:
        assert self._p_probes is not None
        n_called = self._ensemble.log.n_called_since_change
        return [
            Prediction(
                signals, self.play, opinion.probability, opinion.lstm, opinion.rules,
                verdict.choose_verdict(opinion.probability, self.play, self._p_probes, n_called),
            )
            for signals, opinion in zip(
                sequences, self.opinions(sequences, complete=complete), strict=True
            )
        ]  # fmt: skip

    def opinions(
        self, sequences: Iterable[Sequence[str]], *, complete: bool = True
    ) -> list[Opinion]:
        """Return the probabilities of some sequences, without the work that a verdict takes.

        Parameters
        ----------
        sequences : iterable of sequences of str
            Signal names.
        complete : bool
            False if more signals may follow.

        Returns
        -------
        list of Opinion
            The probabilities of each sequence.
        """
        ids = self._ensemble.log.vocabulary.encode_many(list(sequences))
        predictions = self._ensemble.predict(ids, complete)
        mixed = self._ensemble.mixture.mix(predictions)
        return [
            Opinion(float(p), float(lstm), float(rules))
            for p, (lstm, rules) in zip(mixed, predictions, strict=True)
        ]

    @property
    def prequential(self) -> NDArray[np.float32]:
        """The probability of the target of each play, as predicted before its outcome was known.

        Of shape (N, 3): by both experts together, by the LSTM, and by the rule posterior. They are
        what `predict` returned right before the play was observed, and stay as they were.
        """
        return self._ensemble.prequential

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
        return tuple(dict.fromkeys(s for s in _parse(signals) if s not in known))

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
        """Whether both experts name the same key sign; None before the first called play."""
        if not self.n_called:
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
        names = tuple(self.bayes.names)
        return [
            NamedRule(ranked.rule, names, self.play, ranked.probability)
            for ranked in self._ensemble.ranking()
        ]

    @property
    def has_rule(self) -> bool:
        """Whether a rule is likelier than none and explains the plays."""
        if not self.n_called or self.bayes.posterior.p_no_rule() >= LIKELY:
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

        Returns
        -------
        float or None
            A number from 0.5 to 1.
        """
        if not self.n_plays:
            return None
        return verdict.expected_accuracy(self._ensemble.predict_probes())

    @property
    def cracked(self) -> bool:
        """Whether the expected accuracy is at least 95%, and due to the signs."""
        accuracy = self.expected_accuracy()
        if accuracy is None or not self.n_called or accuracy < verdict.CRACKED:
            return False
        return self._explained_uncertainty() >= verdict.MIN_EXPLAINED

    def expected_calls_to_crack(self) -> int | None:
        """Estimate how many more called plays it takes to crack the coach.

        Returns
        -------
        int or None
            None if the coach is cracked, and before the first called play.
        """
        if not self.n_called or self.cracked:
            return None
        return verdict.expected_calls_to_crack(self.bayes.posterior.entropy())

    @property
    def is_uninformative(self) -> bool:
        """Whether the signs barely predict the play although many called plays were seen."""
        n_called = self._ensemble.log.n_called_since_change
        return verdict.is_uninformative(self._ensemble.predict_probes(), n_called)

    def _explained_uncertainty(self) -> float:
        return verdict.explained_uncertainty(self._ensemble.predict_probes())

    # --- inside, and saving -----------------------------------------------------------------------

    @property
    def lstm(self) -> OnlineLSTM:
        """The LSTM, for code that inspects it."""
        return self._ensemble.experts.lstm

    @property
    def bayes(self) -> OnlineBayes:
        """The rule posterior, for code that inspects it."""
        return self._ensemble.experts.bayes

    def flush_pending(self) -> None:
        """Finish work that learning has put off. Do this before `snapshot` to save all of it."""
        self._ensemble.flush_pending()

    def snapshot(self) -> bytes:
        """Return all that was learned as bytes, for `resume`.

        Returns
        -------
        bytes
            The snapshot.
        """
        return self._ensemble.snapshot()

    def resume(self, plays: Sequence[Play], changes: Collection[int], snapshot: bytes) -> Decoder:
        """Return a decoder like this one that continues from a snapshot.

        Parameters
        ----------
        plays : sequence of Play
            The plays that the snapshot was taken after.
        changes : collection of int
            Plays, from 0, right before which the user marked a change of signs.
        snapshot : bytes
            What `snapshot` returned.

        Returns
        -------
        Decoder
            A new decoder.

        Raises
        ------
        SigndecoderError
            If the snapshot is damaged or belongs to other plays.
        """
        decoder = self.fresh()
        decoder._ensemble = Ensemble.resume(
            self.play, self.weights, plays, changes, snapshot, self.attributes
        )
        return decoder

    def fresh(self) -> Decoder:
        """Return a decoder like this one that has observed nothing.

        Returns
        -------
        Decoder
            A new decoder.
        """
        return Decoder(play=self.play, weights=self.weights, attributes=self.attributes)


def _rank(probs: dict[str, float]) -> list[KeySign]:
    signs = [KeySign(name, float(p)) for name, p in probs.items()]
    return sorted(signs, key=lambda sign: -sign.probability)


def _parse(signals: Sequence[str] | str) -> tuple[str, ...]:
    return parse_signals(signals) if isinstance(signals, str) else parse_sequence(list(signals))
