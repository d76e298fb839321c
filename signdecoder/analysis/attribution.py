"""Why a sequence is predicted as it is: weights of signals, a counterfactual, and the rule.

A weight is an attribution by substitution: the prediction is compared with the predictions for the
same sequence with other signals in one position, as in occlusion (Zeiler and Fergus 2014) and LIME
(Ribeiro, Singh and Guestrin 2016). It describes the mixture of both models. What the rule makes of
the sequence, and which plays support the rule, is listed beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from signdecoder.analysis.deciding_plays import DecidingPlays, deciding_plays
from signdecoder.analysis.gate_trace import GateTrace, trace_gates
from signdecoder.analysis.permutation import PermutationTest, permutation_test
from signdecoder.core.contexts import ContextKind, context_values
from signdecoder.core.missed import PLACEHOLDERS
from signdecoder.core.moments import Moment
from signdecoder.core.play import Play
from signdecoder.rules.parts import Part

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.decoder.prediction import Prediction
    from signdecoder.decoder.ranked_rule import NamedRule

_LEAST = 1e-6  # probabilities are clipped to this before log-odds are taken
_EVEN = 0.5  # the more likely answer changes here


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Another signal in one position, and what the prediction would then be.

    Attributes
    ----------
    place : int
        The position, from 0.
    sign : str
        The signal to put there.
    probability : float
        The probability of the called play after the change.
    reverses : bool
        Whether the other answer would then be more likely.
    any_other : bool
        Whether every other signal of the coach reverses the prediction there; ``sign`` is then the
        one that changes the probability least.
    """

    place: int
    sign: str
    probability: float
    reverses: bool
    any_other: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that explains one prediction.

    Attributes
    ----------
    coach : str
        The coach's name.
    log : tuple of Play
        The coach's plays.
    n_called : int
        How many of them were the called play.
    prediction : Prediction
        The prediction to explain.
    weights : tuple of float, shape (T,)
        How much each signal raises the log-odds of the called play.
    counterfactual : Counterfactual or None
        The one change that matters most; None if the coach has shown no other signal.
    rule : NamedRule or None
        The most probable rule; None if the plays support none.
    parts : tuple of str, shape (T,)
        The role of each signal under the rule.
    is_called : bool
        Whether the rule has the sequence call the play.
    deciding : DecidingPlays or None
        The plays that support the rule; None without one.
    chance : PermutationTest or None
        Whether the pattern could be chance; None if there is nothing to shuffle.
    agree : bool or None
        Whether both models name the same key sign.
    trace : GateTrace or None
        The LSTM's gates for the leading pair of signals; None if none leads.
    context_needed : ContextKind, optional
        What the coach's rule depends on.
    """

    coach: str
    log: tuple[Play, ...]
    n_called: int
    prediction: Prediction
    weights: tuple[float, ...]
    counterfactual: Counterfactual | None
    rule: NamedRule | None
    parts: tuple[Part, ...]
    is_called: bool
    deciding: DecidingPlays | None
    chance: PermutationTest | None
    agree: bool | None
    trace: GateTrace | None
    context_needed: ContextKind | None = None


def explain(
    coach: str,
    decoder: Decoder,
    signals: Sequence[str],
    plays: Sequence[Play],
    moment: Moment | None = None,
) -> Explanation:
    """Explain what a decoder predicts for a sequence.

    Parameters
    ----------
    coach : str
        The coach's name.
    decoder : Decoder
        A decoder that has read the plays.
    signals : sequence of str
        The sequence.
    plays : sequence of Play
        The coach's plays, in order.
    moment : Moment, optional
        When the play is; it stays the same while signals are replaced.

    Returns
    -------
    Explanation
        The explanation.
    """
    substitutions = Substitutions(decoder, signals, moment=moment)
    context = context_values(moment or Moment())
    none: tuple[Part, ...] = tuple("" for _ in signals)
    ranked = decoder.rules() if decoder.has_rule else []
    rule = ranked[0] if ranked else None
    return Explanation(
        coach=coach,
        log=tuple(plays),
        n_called=decoder.n_called,
        prediction=decoder.predict(signals, at=moment),
        weights=substitutions.weights(),
        counterfactual=substitutions.counterfactual(),
        rule=rule,
        parts=rule.parts(signals, context) if rule else none,
        is_called=bool(rule and rule.calls([signals], [context])[0]),
        deciding=deciding_plays(decoder) if rule else None,
        chance=permutation_test(plays, decoder.play, decoder.same_plays, decoder.signal_key),
        agree=decoder.experts_agree,
        trace=trace_gates(decoder, signals),
        context_needed=decoder.context_needed(),
    )


class Substitutions:
    """A sequence, and the predictions with another signal in any one position.

    All sequences are predicted at once, equal ones once.

    Parameters
    ----------
    decoder : Decoder
        The decoder.
    signals : sequence of str
        The sequence.
    complete : bool, optional
        Whether the sequence has ended.
    places : sequence of int, optional
        The positions to vary, from 0; all by default.
    moment : Moment, optional
        When the play is.
    """

    def __init__(
        self,
        decoder: Decoder,
        signals: Sequence[str],
        *,
        complete: bool = True,
        places: Sequence[int] | None = None,
        moment: Moment | None = None,
    ) -> None:
        self.signals = tuple(signals)
        key = decoder.signal_key
        self.others = {
            place: [
                name
                for name in decoder.signals
                if signals[place] not in PLACEHOLDERS and key(name) != key(signals[place])
            ]
            for place in (range(len(signals)) if places is None else places)
        }
        sequences = [self.signals]
        sequences += [self._put(at, name) for at, names in self.others.items() for name in names]
        unique = list(dict.fromkeys(sequences))
        moments = [moment or Moment()] * len(unique)
        predicted = decoder.opinions(unique, complete=complete, moments=moments, quick=True)
        opinions = dict(zip(unique, predicted, strict=True))
        self.probability = opinions[self.signals].probability
        self.p_called = {
            place: [opinions[self._put(place, name)].probability for name in names]
            for place, names in self.others.items()
        }

    def _put(self, place: int, name: str) -> tuple[str, ...]:
        return (*self.signals[:place], name, *self.signals[place + 1 :])

    def weights(self) -> tuple[float, ...]:
        """Return the weight of the signal in each position.

        Returns
        -------
        tuple of float
            The weights in log-odds, in order.
        """
        return tuple(self.weight(place) for place in self.p_called)

    def weight(self, place: int) -> float:
        """Return how much a signal raises the log-odds compared with an average signal there.

        Parameters
        ----------
        place : int
            The position, from 0.

        Returns
        -------
        float
            The weight in log-odds; 0 if the coach has shown no other signal, or this one was
            missed.
        """
        if not self.p_called[place]:
            return 0.0
        odds = [_log_odds(p) for p in self.p_called[place]]
        return _log_odds(self.probability) - sum(odds) / len(odds)

    def counterfactual(self) -> Counterfactual | None:
        """Find the change of one signal that matters most.

        A position where every other signal reverses the prediction comes before single changes.

        Returns
        -------
        Counterfactual or None
            The change that reverses the prediction most clearly, else the one that moves it most.
            None if the coach has shown no other signal.
        """
        up = self.probability < _EVEN  # a higher probability then reverses the answer
        best: tuple[tuple[bool, float], Counterfactual] | None = None
        for place, p_called in self.p_called.items():
            if not p_called:
                continue
            p_reversed = [p if up else 1 - p for p in p_called]
            any_other = min(p_reversed) > _EVEN
            chosen = min(p_reversed) if any_other else max(p_reversed)
            at = p_reversed.index(chosen)
            found = Counterfactual(
                place, self.others[place][at], p_called[at], chosen > _EVEN, any_other
            )
            if best is None or (any_other, chosen) > best[0]:
                best = (any_other, chosen), found
        return best[1] if best else None


def weigh_signal(
    decoder: Decoder,
    signals: Sequence[str],
    place: int,
    *,
    complete: bool = True,
    moment: Moment | None = None,
) -> float:
    """Return the weight of the signal in one position.

    Parameters
    ----------
    decoder : Decoder
        The decoder.
    signals : sequence of str
        The sequence.
    place : int
        The position, from 0.
    complete : bool, optional
        Whether the sequence has ended.
    moment : Moment, optional
        When the play is.

    Returns
    -------
    float
        The weight in log-odds.
    """
    varied = Substitutions(decoder, signals, complete=complete, places=[place], moment=moment)
    return varied.weight(place)


def _log_odds(p: float) -> float:
    clipped = min(max(p, _LEAST), 1 - _LEAST)
    return log(clipped / (1 - clipped))
