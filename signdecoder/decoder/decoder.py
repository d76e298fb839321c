"""The decoder: learn one coach's plays, predict new sequences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Unpack

from signdecoder.core.attributes import NO_ATTRIBUTES, parse_attributes
from signdecoder.core.moments import Moment, parse_context, parse_moment
from signdecoder.core.outcomes import NOT_STEAL, STEAL, parse_outcome
from signdecoder.core.play import Play
from signdecoder.core.same_plays import parse_same_plays
from signdecoder.core.shares import UNKNOWN_SHARE, check_share
from signdecoder.decoder import verdict
from signdecoder.decoder.arguments import (
    MomentCells,
    MomentLike,
    check_keywords,
    parse_contexts,
    parse_signals_argument,
)
from signdecoder.decoder.card_belief import CardBelief
from signdecoder.decoder.ensemble import Ensemble, Floats
from signdecoder.decoder.prediction import HOLD, Opinion, Prediction
from signdecoder.decoder.sign_card import drop_impossible
from signdecoder.lstm.weights import SHIPPED, Weights, read_weights


class Decoder(CardBelief):
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
    unknown_share : float, optional
        The share of coaches whose rule is of no kind that the decoder knows, from 0 to 0.9. The
        larger, the more plays it takes before the decoder claims to have cracked a coach.
    separate : collection of str, optional
        Kinds of steals that this coach calls by a sign of their own, such as ``delayed_steal``.
        The others count as a steal.
    same : collection of collection of str, optional
        Other groups of outcomes that one sign of this coach calls, such as ``["steal", "slap"]``.
        The first outcome is the name of the group.
    case_matters : bool, optional
        True if letters in upper and in lower case are different signals of this coach, as in a log
        of one character a signal. Longer names are always compared without regard to case.

    Attributes
    ----------
    play : str
        The outcome to predict.
    weights : Weights
        The weights of the network.
    attributes : mapping of str to tuple of str
        The attributes that were given, by folded name of the signal.
    same_plays : SamePlays
        The outcomes that count as the same play of this coach.
    case_matters : bool
        Whether letters in upper and in lower case are different signals.

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
        unknown_share: float = UNKNOWN_SHARE,
        separate: Collection[str] | str = (),
        same: Collection[Collection[str] | str] = (),
        case_matters: bool = False,
    ) -> None:
        target = parse_outcome(play, {play})
        if not isinstance(weights, Weights):
            weights = read_weights(Path(weights or SHIPPED))
        self.attributes = parse_attributes(attributes)
        self.same_plays = parse_same_plays(separate, same)
        self.case_matters = case_matters
        super().__init__(target)
        self.weights = weights
        self._unknown_share = check_share(unknown_share)
        self._p_probes: Floats | None = None  # what verdicts go by
        self._explained = 0.0

    @cached_property
    def _ensemble(self) -> Ensemble:
        """The experts, made when first needed: a decoder whose saved belief is read needs none."""
        own = (self.attributes, self._unknown_share, self.same_plays, self.case_matters)
        return Ensemble.begin(self.play, self.weights, *own)

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
        **moment: Unpack[MomentCells],
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
        **moment : int or str
            When the play was: ``inning``, ``half``, ``outs``, ``balls``, ``strikes`` and
            ``runners``, as numbers or as in a log. Leave out what you do not know.

        Raises
        ------
        TypeError
            If both or neither of ``steal`` and ``outcome`` are given.
        SigndecoderError
            If a signal, the outcome or a value of the moment is not valid.
        """
        if (steal is None) == (outcome is None):
            raise TypeError("give exactly one of steal= and outcome=")
        if outcome is None:
            outcome = STEAL if steal else NOT_STEAL
        context = parse_context(check_keywords(moment))
        parsed = parse_signals_argument(signals)
        own = self.same_plays.outcomes_of(self.play)  # names of your own may be among them
        play = Play(parsed, parse_outcome(outcome, own), game=game, context=context)
        self.observe_many([play])

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
        self._card.forget()

    changed = mark_change  # its name in version 0.1

    # --- predictions ------------------------------------------------------------------------------

    def predict(
        self,
        signals: Sequence[str] | str,
        *,
        complete: bool = True,
        stale_confidence: bool = False,
        at: Moment | None = None,
        **moment: Unpack[MomentCells],
    ) -> Prediction:
        """Predict the outcome of one sequence; nothing is learned from it.

        Parameters
        ----------
        signals : sequence of str or str
            The signals in order. A string is split like a cell of a log; a list is one signal each.
        complete : bool
            False if more signals may follow.
        stale_confidence : bool
            True to reuse the confidence estimate behind the verdict and the sign card behind the
            chances of other plays, which cost about 20 and 200 ms to recompute.
            `refresh_confidence` and `read_card` update them.
        at : Moment, optional
            When the play is, if it is parsed already.
        **moment : int or str
            Otherwise when the play is, as in `observe`. The rule of a coach may depend on it.

        Returns
        -------
        Prediction
            Probabilities and verdict.

        Raises
        ------
        SigndecoderError
            If a signal or a value of the moment is not valid.
        """
        now = at or parse_moment(check_keywords(moment))
        if not stale_confidence or self._p_probes is None or not len(self._p_probes):
            self.refresh_confidence()
        parsed = [parse_signals_argument(signals)]
        return self._predict(parsed, complete, [now], stale_card=stale_confidence)[0]

    def predict_many(
        self,
        sequences: Iterable[Sequence[str] | str],
        *,
        complete: bool = True,
        contexts: Iterable[MomentLike] | None = None,
    ) -> list[Prediction]:
        """Predict the outcomes of some sequences; nothing is learned from them.

        Parameters
        ----------
        sequences : iterable of sequences of str, or of str
            The sequences, each as in `predict`.
        complete : bool
            False if more signals may follow.
        contexts : iterable of mapping, optional
            When each of the plays is, such as ``{"outs": 1}``; by default nothing is known of it.

        Returns
        -------
        list of Prediction
            A prediction for each sequence.

        Raises
        ------
        SigndecoderError
            If a signal or a value of a context is not valid, or there are not as many contexts as
            sequences.
        """
        parsed = [parse_signals_argument(sequence) for sequence in sequences]
        moments = parse_contexts(contexts, len(parsed))
        self.refresh_confidence()
        return self._predict(parsed, complete, moments)

    def refresh_confidence(self) -> None:
        """Recompute the confidence estimate that every verdict depends on."""
        self._p_probes = self._ensemble.predict_probes()
        self._explained = self._explained_uncertainty()

    def _predict(
        self,
        sequences: list[tuple[str, ...]],
        complete: bool,
        moments: list[Moment],
        *,
        stale_card: bool = False,
    ) -> list[Prediction]:
        opinions = self.opinions(sequences, complete=complete, moments=moments)
        p_target = [opinion.probability for opinion in opinions]
        p_target = self.rule_out_longer_calls(sequences, p_target, stale=stale_card)
        opinions = [one._replace(probability=p) for one, p in zip(opinions, p_target, strict=True)]
        chances = self.chances(sequences, p_target, stale=stale_card)
        rows = zip(sequences, opinions, moments, chances, strict=True)
        return [self._decide(*row) for row in rows]

    def _decide(
        self,
        signals: tuple[str, ...],
        opinion: Opinion,
        moment: Moment,
        chances: Mapping[str, float],
    ) -> Prediction:
        """Choose a verdict. Nobody on base: the play cannot follow, whatever the signals say."""
        assert self._p_probes is not None
        p, lstm, rules = opinion.probability, opinion.lstm, opinion.rules
        if moment.nobody_on:
            chances = drop_impossible(chances, self.same_plays)
        told = (moment, self.same_plays, chances)
        if moment.nobody_on and self.same_plays.needs_runner(self.play):
            return Prediction(signals, self.play, 0.0, lstm, rules, HOLD, *told)
        n_called = self._ensemble.log.n_called_since_change
        chosen = verdict.choose_verdict(
            p, self.play, self._p_probes, n_called, self._explained, opinion.missed
        )
        return Prediction(signals, self.play, p, lstm, rules, chosen, *told, opinion.missed)

    # --- saving ----------------------------------------------------------------------------------

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
            *(self.play, self.weights, plays, changes, snapshot),
            *(self.attributes, self._unknown_share, self.same_plays, self.case_matters),
        )
        return decoder

    def fresh(self) -> Decoder:
        """Return a decoder like this one that has observed nothing.

        Returns
        -------
        Decoder
            A new decoder.
        """
        return Decoder(
            play=self.play,
            weights=self.weights,
            attributes=self.attributes,
            unknown_share=self._unknown_share,
            separate=self.same_plays.separate,
            same=self.same_plays.same,
            case_matters=self.case_matters,
        )
