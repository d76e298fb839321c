"""Why it is thought so: what each signal of a sequence weighs, what would turn it, and the rule.

A weight tells of the whole belief, LSTM and rules, by asking it about other sequences. What the
rule makes of the sequence, and which plays speak for the rule, is told beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from signdecoder.analysis.deciding_plays import DecidingPlays, deciding_plays
from signdecoder.analysis.gate_trace import GateTrace, trace_gates
from signdecoder.analysis.permutation import PermutationTest, permutation_test
from signdecoder.core.names import fold
from signdecoder.core.play import Play
from signdecoder.rules.parts import Part

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.decoder.prediction import Prediction
    from signdecoder.decoder.ranked_rule import NamedRule

_LEAST = 1e-6  # no chance is taken for surer than this
_EVEN = 0.5  # on which side of it a chance lies decides what is likelier


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Another signal in one place, from 0, and the chance of the called play that it would give.

    ``turns``: would the other answer then be the likelier one? ``whichever``: so it is with every
    signal that this coach has shown, and the one named is that which changes least.
    """

    place: int
    sign: str
    probability: float
    turns: bool
    whichever: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is told of why a sequence is thought to call a play, or not.

    ``log`` holds the coach's plays, ``called`` of them called; ``weights`` (T,) are in log-odds,
    ``parts`` (T,) say what each signal is to the likeliest rule. That is None unless the plays bear
    it out, ``proof`` and ``luck`` where there is nothing to decide, or to shuffle. ``trace`` holds
    the LSTM's gates as its leading pair has them, None where none leads.
    """

    coach: str
    log: tuple[Play, ...]
    called: int
    prediction: Prediction
    weights: tuple[float, ...]
    counterfactual: Counterfactual | None
    rule: NamedRule | None
    parts: tuple[Part, ...]
    calls: bool
    proof: DecidingPlays | None
    luck: PermutationTest | None
    agree: bool | None
    trace: GateTrace | None


def explain(
    coach: str, decoder: Decoder, signals: Sequence[str], plays: Sequence[Play]
) -> Explanation:
    """Why the decoder, having read these plays of the coach, says what it does of a sequence."""
    asked = Substitutions(decoder, signals)
    none: tuple[Part, ...] = tuple("" for _ in signals)
    ranked = decoder.rules() if decoder.has_rule else []
    rule = ranked[0] if ranked else None
    return Explanation(
        coach=coach,
        log=tuple(plays),
        called=decoder.n_called,
        prediction=decoder.predict(signals),
        weights=asked.weights(),
        counterfactual=asked.counterfactual(),
        rule=rule,
        parts=rule.parts(signals) if rule else none,
        calls=bool(rule and rule.calls([signals])[0]),
        proof=deciding_plays(decoder) if rule else None,
        luck=permutation_test(plays, decoder.play),
        agree=decoder.experts_agree,
        trace=trace_gates(decoder, signals),
    )


class Substitutions:
    """One sequence, and what would be said of it with another signal in any one place.

    ``said[place]`` holds a chance of the called play for each other signal of this coach; all are
    asked at once, equal ones once.
    """

    def __init__(
        self,
        decoder: Decoder,
        signals: Sequence[str],
        *,
        complete: bool = True,
        places: Sequence[int] | None = None,
    ) -> None:
        self.signals = tuple(signals)
        self.others = {
            place: [name for name in decoder.signals if fold(name) != fold(signals[place])]
            for place in (range(len(signals)) if places is None else places)
        }
        asked = [self.signals]
        asked += [self._put(place, name) for place, names in self.others.items() for name in names]
        once = list(dict.fromkeys(asked))
        chances = dict(zip(once, decoder.opinions(once, complete=complete), strict=True))
        self.probability = chances[self.signals].probability
        self.said = {
            place: [chances[self._put(place, name)].probability for name in names]
            for place, names in self.others.items()
        }

    def _put(self, place: int, name: str) -> tuple[str, ...]:
        return (*self.signals[:place], name, *self.signals[place + 1 :])

    def weights(self) -> tuple[float, ...]:
        """What each signal weighs for the called play, in order."""
        return tuple(self.weight(place) for place in self.said)

    def weight(self, place: int) -> float:
        """By how much the signal there lifts the log-odds beside the mean of all others.

        0 where the coach has shown no other.
        """
        if not self.said[place]:
            return 0.0
        odds = [_log_odds(chance) for chance in self.said[place]]
        return _log_odds(self.probability) - sum(odds) / len(odds)

    def counterfactual(self) -> Counterfactual | None:
        """The change of one signal that turns the verdict most surely, else that which does most.

        A place where whichever other signal turns it comes before all single ones. None where the
        coach has shown no other signal.
        """
        up = self.probability < _EVEN  # then the likelier answer is turned by lifting the chance
        best: tuple[tuple[bool, float], Counterfactual] | None = None
        for place, said in self.said.items():
            if not said:
                continue
            lift = [chance if up else 1 - chance for chance in said]
            whichever = min(lift) > _EVEN
            chosen = min(lift) if whichever else max(lift)
            at = lift.index(chosen)
            found = Counterfactual(
                place, self.others[place][at], said[at], chosen > _EVEN, whichever
            )
            if best is None or (whichever, chosen) > best[0]:
                best = (whichever, chosen), found
        return best[1] if best else None


def weigh_signal(
    decoder: Decoder, signals: Sequence[str], place: int, *, complete: bool = True
) -> float:
    """What the signal at ``place``, from 0, weighs for the called play: log-odds."""
    return Substitutions(decoder, signals, complete=complete, places=[place]).weight(place)


def _log_odds(chance: float) -> float:
    sure = min(max(chance, _LEAST), 1 - _LEAST)
    return log(sure / (1 - sure))
