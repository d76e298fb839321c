"""Deciding plays: where the rule and a rival disagree and the outcome supports the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, NoiseRates
from signdecoder.core.encoded_log import EncodedPlay
from signdecoder.core.outcomes import Evidence
from signdecoder.rules.by_context import AnyRule
from signdecoder.rules.describe import describe
from signdecoder.rules.matching import plays_called
from signdecoder.rules.parts import Part, find_parts
from signdecoder.rules.rule import CALLED, pad_sequences

if TYPE_CHECKING:
    from signdecoder.bayes.online import OnlineBayes
    from signdecoder.decoder.decoder import Decoder

_MOST_RIVALS = 200  # rivals to consider, the best fits first
_BATCH = 64  # plays whose rules are held at once: those of one play take some 50 kB

Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another kind of rule that fits almost as well.

    Attributes
    ----------
    words : str
        The rule in words.
    against, in_favour : int
        Plays on which the two rules disagree and the outcome supports the leading rule, and plays
        on which it supports the rival.
    """

    words: str
    against: int
    in_favour: int


@dataclass(frozen=True, slots=True)
class DecidingPlay:
    """A play that supports the leading rule and contradicts some rivals.

    Attributes
    ----------
    play : int
        The number of the play, from 0.
    called : bool
        Whether the rule calls the play and the team ran it; else neither happened.
    parts : tuple of str, shape (T,)
        The role of each of its signals under the rule.
    rivals : tuple of int
        Indices of the rivals that it contradicts.
    weight : float
        By how much it lowers the log-odds of all these rivals together, in nats.
    """

    play: int
    called: bool
    parts: tuple[Part, ...]
    rivals: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class DecidingPlays:
    """The closest rivals of a rule, and the plays that contradict them.

    Attributes
    ----------
    words : str
        The rule in words.
    rivals : tuple of Rival
        The rivals, best fit first.
    plays : tuple of DecidingPlay
        The plays, strongest first.
    """

    words: str
    rivals: tuple[Rival, ...]
    plays: tuple[DecidingPlay, ...]


def deciding_plays(decoder: Decoder, *, rivals: int = 3, most: int = 6) -> DecidingPlays | None:
    """Find the plays that support the most probable rule over its rivals.

    Only plays since the last change of signs count, and only where it does not depend on signals
    that were missed whether the rule calls them. Rivals are the rules with other signals or of
    another kind that fit these plays best, weighted by their prior. A rival that no play tells
    apart from the rule is left out. Every rival has a play among those returned.

    Parameters
    ----------
    decoder : Decoder
        The decoder.
    rivals : int, optional
        Most rivals to return.
    most : int, optional
        Most plays to return.

    Returns
    -------
    DecidingPlays or None
        The rivals and the plays; None without a rule.
    """
    reader = decoder.bayes
    ranking = decoder.rules() if decoder.n_called else []
    since = [(n, p) for n, p in reader.plays_since_change() if p.evidence is not Evidence.SILENT]
    if not ranking or not since:
        return None
    leading = ranking[0].rule
    _, is_sure = _calls(leading, [play for _, play in since])
    if not is_sure.any():
        return None
    numbers, plays = zip(*(each for each, sure in zip(since, is_sure, strict=True) if sure),
                         strict=True)  # fmt: skip
    was_called = np.array([p.evidence is Evidence.CALLED for p in plays])
    calls, _ = _calls(leading, plays)
    found: list[tuple[Rival, Truth]] = []
    for rule in _closest(reader, leading, plays, was_called):
        called, is_sure = _calls(rule, plays)
        disagree = is_sure & (called != calls)
        against = disagree & (calls == was_called)
        known = any((other == against).all() for _, other in found)
        if against.any() and not known:
            words = describe(rule, reader.names, [decoder.play], reader.classes)
            found.append(
                (Rival(words, int(against.sum()), int((disagree & ~against).sum())), against)
            )
        if len(found) == rivals:
            break
    decided = _choose(
        np.array([against for _, against in found]).reshape(len(found), len(plays)),
        _weigh_plays(calls, was_called),
        most,
    )
    return DecidingPlays(
        describe(leading, reader.names, [decoder.play], reader.classes),
        tuple(rival for rival, _ in found),
        tuple(
            DecidingPlay(
                numbers[at],
                bool(calls[at]),
                find_parts(leading, plays[at].signal_ids, plays[at].context),
                tuple(n for n, (_, against) in enumerate(found) if against[at]),
                weight,
            )
            for at, weight in decided
        ),
    )


def _calls(rule: AnyRule, plays: Sequence[EncodedPlay]) -> tuple[Truth, Truth]:
    """Return (N,) whether a rule calls plays, and (N,) whether it does whatever was missed."""
    whole = [
        play.completions.sequences if play.completions else (play.signal_ids,) for play in plays
    ]
    sizes = np.array(list(map(len, whole)))
    rows = pad_sequences([sequence for each in whole for sequence in each])
    contexts = [play.context for play, n in zip(plays, sizes, strict=True) for _ in range(n)]
    called = plays_called(rule, rows, contexts) == CALLED
    n_called = np.add.reduceat(called.astype(np.int64), np.cumsum(sizes) - sizes)
    return n_called == sizes, (n_called == sizes) | (n_called == 0)


def _closest(
    reader: OnlineBayes,
    leading: AnyRule,
    plays: Sequence[EncodedPlay],
    was_called: Truth,
) -> list[AnyRule]:
    """List the rules of other kinds or with other signals that fit best, one for each base rule.

    The leading rule without its wipe-off or activator, if it has one, comes first.
    """
    hypotheses = reader.posterior.hypotheses
    calls, hits = np.zeros((2, len(hypotheses)), np.int64)
    for begin in range(0, len(plays), _BATCH):
        part = slice(begin, begin + _BATCH)
        found = hypotheses.matching_rules_of_each([play.signal_ids for play in plays[part]])
        for matching, hit in zip(found, was_called[part].tolist(), strict=True):
            calls[matching] += 1
            hits[matching] += hit
    log_fits = _log_fits(calls, hits, len(plays), int(was_called.sum()))
    with np.errstate(divide="ignore"):
        log_posterior = (log_fits + np.log(hypotheses.prior)).reshape(
            hypotheses.n_variants, hypotheses.n_bases
        )
    # (B,) the best variant of each base rule
    best = log_posterior.argmax(axis=0) * hypotheses.n_bases + np.arange(hypotheses.n_bases)
    order = best[np.argsort(-log_posterior.max(axis=0), kind="stable")[:_MOST_RIVALS]]
    closest: list[AnyRule] = [leading.plain] if leading != leading.plain else []
    taken: set[int] = set()
    for rule_id in map(int, order):
        rule = hypotheses.rule(rule_id)
        twin = hypotheses.equivalent_rule(rule_id) % hypotheses.n_bases
        if hypotheses.prior[rule_id] > 0 and leading.plain != rule.plain and twin not in taken:
            if hypotheses.rule(twin) != leading.plain:
                closest.append(rule)
            taken.add(rule_id % hypotheses.n_bases)
    return closest


def _log_fits(calls: NDArray[np.int64], hits: NDArray[np.int64], plays: int, run: int) -> Floats:
    """Return the log probability of the outcomes under each rule: (R,)."""
    tally, place = np.unique(calls * (plays + 1) + hits, return_inverse=True)  # few are different
    fits = NoiseRates().log_likelihood(*np.divmod(tally, plays + 1), plays, run)
    return np.asarray(fits[place])


def _weigh_plays(calls: Truth, was_called: Truth) -> Floats:
    """Return how much each play lowers the log-odds of a rule that predicted the opposite: (N,).

    This depends on how often signs are missed and runners go on their own under the leading rule.
    Both rates start from half a case in one play (Jeffreys' prior).
    """
    missed = ((calls & ~was_called).sum() + 0.5) / (calls.sum() + 1)
    own = ((~calls & was_called).sum() + 0.5) / ((~calls).sum() + 1)
    return np.where(calls, log((1 - missed) / own), log((1 - own) / missed))


def _choose(against: Truth, weights: Floats, most: int) -> list[tuple[int, float]]:
    """Choose at most ``most`` plays by their weight against all rivals (V, N) together.

    Each chosen play halves the importance of the rivals that it contradicts, so that every rival
    gets its plays. Returns indices and weights, strongest first; among equals the latest first.
    """
    total = weights * against.sum(axis=0)
    chosen: list[int] = []
    importance = np.ones(len(against))
    while len(chosen) < min(most, int((total > 0).sum())):
        gain = weights * (importance @ against)
        gain[chosen] = -1.0
        at = len(gain) - 1 - int(gain[::-1].argmax())
        chosen.append(at)
        importance[against[:, at]] /= 2
    return [(at, float(total[at])) for at in sorted(chosen, key=lambda at: (-total[at], -at))]
