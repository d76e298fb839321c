"""The plays that decided: where the rule and a rival disagree and the outcome bore the rule out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, NoiseRates
from signdecoder.core.outcomes import Evidence
from signdecoder.rules.describe import describe
from signdecoder.rules.matching import plays_called
from signdecoder.rules.parts import Part, find_parts
from signdecoder.rules.rule import (
    CALLED,
    Rule,
    pad_sequences,
)

if TYPE_CHECKING:
    from signdecoder.bayes.online import OnlineBayes
    from signdecoder.decoder.decoder import Decoder

_CONSIDERED = 200  # rivals that are looked at, the best fits first

Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another kind of rule that fits almost as well, in words.

    Of the plays on which the two disagree, the outcome of ``against`` bore out the leading rule,
    and that of ``in_favour`` the rival.
    """

    words: str
    against: int
    in_favour: int


@dataclass(frozen=True, slots=True)
class DecidingPlay:
    """A play that speaks for the leading rule and against the ``rivals``, places in Proof.rivals.

    ``play`` is its number, from 0; ``called``: the rule has it call the play, and it was run. Else
    neither. ``parts`` (T,) say what each of its signals is to the rule. ``weight`` is by how much
    it turns the odds against all these rivals, in nats.
    """

    play: int
    called: bool
    parts: tuple[Part, ...]
    rivals: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class DecidingPlays:
    """Why it is this rule: its closest rivals, and the plays that decided, the strongest first."""

    words: str
    rivals: tuple[Rival, ...]
    plays: tuple[DecidingPlay, ...]


def deciding_plays(decoder: Decoder, *, rivals: int = 3, most: int = 6) -> DecidingPlays | None:
    """The proof of the likeliest rule by the plays since the signs changed; None without a rule.

    Rivals are rules with other signals or of another kind that fit these plays best, weighed by how
    common they are; those that no play has set apart from the rule are none that was decided. Every
    rival has a play among the ``most`` that are told.
    """
    reader = decoder.bayes
    ranking = decoder.rules() if decoder.n_called else []
    plays = [(n, run, e) for n, run, e in reader.plays_since_change() if e is not Evidence.SILENT]
    if not ranking or not plays:
        return None
    leading = ranking[0].rule
    rows = pad_sequences([run for _, run, _ in plays])
    ran = np.array([evidence is Evidence.CALLED for _, _, evidence in plays])
    calls = plays_called(leading, rows) == CALLED
    found: list[tuple[Rival, Truth]] = []
    for rule in _closest(reader, leading, plays, ran):
        disagree = (plays_called(rule, rows) == CALLED) != calls
        against = disagree & (calls == ran)
        known = any((other == against).all() for _, other in found)
        if against.any() and not known:
            words = describe(rule, reader.names, [decoder.play])
            found.append(
                (Rival(words, int(against.sum()), int((disagree & ~against).sum())), against)
            )
        if len(found) == rivals:
            break
    decided = _choose(
        np.array([against for _, against in found]).reshape(len(found), len(plays)),
        _weigh_plays(calls, ran),
        most,
    )
    return DecidingPlays(
        describe(leading, reader.names, [decoder.play]),
        tuple(rival for rival, _ in found),
        tuple(
            DecidingPlay(
                plays[at][0],
                bool(calls[at]),
                find_parts(leading, plays[at][1]),
                tuple(n for n, (_, against) in enumerate(found) if against[at]),
                weight,
            )
            for at, weight in decided
        ),
    )


def _closest(
    reader: OnlineBayes,
    leading: Rule,
    plays: Sequence[tuple[int, tuple[int, ...], Evidence]],
    ran: Truth,
) -> list[Rule]:
    """The rules of other kinds, or about other signals, that fit best; one for each base.

    Before them comes the leading rule without its wipe-off or activator, if it has one.
    """
    hypotheses = reader.posterior.hypotheses
    calls, hits = np.zeros((2, len(hypotheses)), np.int64)
    sequences = [sequence for _, sequence, _ in plays]
    for called, run in zip(hypotheses.matching_rules_of_each(sequences), ran.tolist(), strict=True):
        calls[called] += 1
        hits[called] += run
    fits = _fits(calls, hits, len(plays), int(ran.sum()))
    with np.errstate(divide="ignore"):
        worth = (fits + np.log(hypotheses.prior)).reshape(hypotheses.n_variants, hypotheses.n_bases)
    # (B,) the best variant of each base rule
    best = worth.argmax(axis=0) * hypotheses.n_bases + np.arange(hypotheses.n_bases)
    order = best[np.argsort(-worth.max(axis=0), kind="stable")[:_CONSIDERED]]
    closest = [leading.plain] if leading != leading.plain else []
    taken: set[int] = set()
    for rule_id in map(int, order):
        rule = hypotheses.rule(rule_id)
        twin = hypotheses.equivalent_rule(rule_id) % hypotheses.n_bases
        if hypotheses.prior[rule_id] > 0 and leading.plain != rule.plain and twin not in taken:
            if hypotheses.rule(twin) != leading.plain:
                closest.append(rule)
            taken.add(rule_id % hypotheses.n_bases)
    return closest


def _fits(calls: NDArray[np.int64], hits: NDArray[np.int64], plays: int, run: int) -> Floats:
    """(R,) the log chance of the outcomes by each rule."""
    tally = calls * (plays + 1) + hits  # few are different
    each = np.flatnonzero(np.bincount(tally))
    fits = np.empty(each[-1] + 1)
    fits[each] = NoiseRates().log_likelihood(*np.divmod(each, plays + 1), plays, run)
    return np.asarray(fits[tally])


def _weigh_plays(calls: Truth, ran: Truth) -> Floats:
    """(N,) by how much each play turns the odds against a rule that foretold the contrary, in nats.

    By how often signs are missed and runners go on their own, as the leading rule has it; each rate
    begins with half a case in one.
    """
    missed = ((calls & ~ran).sum() + 0.5) / (calls.sum() + 1)
    own = ((~calls & ran).sum() + 0.5) / ((~calls).sum() + 1)
    return np.where(calls, log((1 - missed) / own), log((1 - own) / missed))


def _choose(against: Truth, weights: Floats, most: int) -> list[tuple[int, float]]:
    """At most so many plays, by place, with what they weigh against all (V, N) rivals together.

    A rival that some plays have spoken against already counts half as much with each of them, so
    that every rival has its plays. The strongest come first, of equals the latest.
    """
    total = weights * against.sum(axis=0)
    chosen: list[int] = []
    heed = np.ones(len(against))
    while len(chosen) < min(most, int((total > 0).sum())):
        gain = weights * (heed @ against)
        gain[chosen] = -1.0
        at = len(gain) - 1 - int(gain[::-1].argmax())
        chosen.append(at)
        heed[against[:, at]] /= 2
    return [(at, float(total[at])) for at in sorted(chosen, key=lambda at: (-total[at], -at))]
