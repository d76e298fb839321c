"""Could it be luck? A permutation test: outcomes are shuffled within games, the signs are not.

The score of a log is how much likelier its outcomes are under the rules of the grammar, all of
them together and weighed by their prior, than without any rule: the Bayes factor of "there is a
rule" (noise integrated out as in ``tallies``, no change of signs). Shuffling keeps how often the
play was called in each game and takes from it all that the signs could have said. If signs mean
nothing, the log is but one more shuffle, whatever the coach's habits are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, NoiseRates, Places
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.core.duplicates import find_repeats, split_games
from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence, evidence_of
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import MAX_SLOTS

SHUFFLES = 999
UNLIKELY = 0.05  # the chance up to which luck is called unlikely
MOST_PLAYS = 400  # the last plays that are tested; more would only cost time
_MOST_RULES = 4000  # that differ on these plays, the most common a priori
_FEWEST_SIGNALS = 4  # the grammar has no pairs for fewer
_SEED = 6
_DIGITS = 9  # of a log score: equal scores differ by rounding alone

Outcomes = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """How a log's score stands among those of its shuffles.

    ``better`` of ``shuffles`` score higher, ``equal`` the same; ``plays`` were tested.
    """

    plays: int
    shuffles: int
    better: int
    equal: int

    @property
    def as_good(self) -> int:
        """How many shuffles score as well as the log, or better."""
        return self.better + self.equal

    @property
    def probability(self) -> float:
        """The p-value: the chance of such a score, or a better one, if the signs mean nothing.

        (1 + as good) / (1 + shuffles). A tie counts against the log, so that one steal in twenty
        plays is never less likely than 1 in 20.
        """
        return (1 + self.as_good) / (1 + self.shuffles)

    @property
    def is_unlikely(self) -> bool:
        """Is it unlikely that luck alone explains the log?"""
        return self.probability <= UNLIKELY

    @property
    def is_cut_short(self) -> bool:
        """Were as many plays tested as are tested at the most?"""
        return self.plays == MOST_PLAYS


def permutation_test(
    plays: Sequence[Play], play: str, *, shuffles: int = SHUFFLES
) -> PermutationTest | None:
    """The permutation test of whether the signs tell the called play ``play``.

    ``plays`` are one coach's, in order; those that say nothing of the called play stay out. None
    where there is nothing to shuffle: no game with a called play and one that was not. The same
    plays give the same answer. A game that is there twice is tested once: to find its outcomes
    with the same signs again is no luck.
    """
    again = {r.begin + n for r in find_repeats(plays) for n in range(r.plays)}
    once = [p for n, p in enumerate(plays) if n not in again]
    told = [p for p in once if evidence_of(p.outcome, play) is not Evidence.SILENT][-MOST_PLAYS:]
    called = np.array([evidence_of(p.outcome, play) is Evidence.CALLED for p in told], np.bool_)
    games = split_games(told)
    if all(called[game].all() or not called[game].any() for game in games):
        return None
    outcomes = _shuffle(called, games, shuffles)
    scores = _score_outcomes(_number_signals(told), outcomes)
    return PermutationTest(
        len(told),
        shuffles,
        better=int((scores[1:] > scores[0]).sum()),
        equal=int((scores[1:] == scores[0]).sum()),
    )


def _shuffle(called: Outcomes, games: Sequence[slice], shuffles: int) -> Outcomes:
    """(1 + shuffles, N) the outcomes as they were, then shuffled within games."""
    rng = np.random.default_rng(_SEED)
    rows = np.tile(called, (1 + shuffles, 1))
    for game in games:
        rows[1:, game] = rng.permuted(rows[1:, game], axis=1)
    return rows


def _number_signals(plays: Sequence[Play]) -> list[tuple[int, ...]]:
    """The sequences in numbers: 0 is the signal that most plays show, and so on.

    Past MAX_SLOTS they are below zero: signals that no rule is about. Outcomes play no part in
    this, or shuffles would no longer be the log's equals.
    """
    shown: dict[str, int] = {}
    sequences = [tuple(map(fold, p.signals)) for p in plays]
    for sequence in sequences:
        for name in dict.fromkeys(sequence):
            shown[name] = shown.get(name, 0) + 1
    ranked = sorted(shown, key=lambda name: -shown[name])
    number = {name: n if n < MAX_SLOTS else -2 - n for n, name in enumerate(ranked)}
    return [tuple(number[name] for name in sequence) for sequence in sequences]


# --- the score ------------------------------------------------------------------------------------


def _score_outcomes(sequences: Sequence[tuple[int, ...]], outcomes: Outcomes) -> Floats:
    """(S,) the log score of each row of ``outcomes`` (S, N), of N sequences of signal numbers."""
    kinds = list(dict.fromkeys(sequences))  # equal sequences are one: K of them
    kind = {sequence: n for n, sequence in enumerate(kinds)}
    of = np.array([kind[sequence] for sequence in sequences])
    shown, prior = _distinct_rules(kinds)
    counts = np.bincount(of, minlength=len(kinds))
    runs = np.zeros((len(outcomes), len(kinds)), np.float32)
    for play, k in enumerate(of):
        runs[:, k] += outcomes[:, play]
    hits = (shown @ runs.T).astype(np.int64)  # (D, S) called plays that were run; counts are exact
    calls = (shown @ counts).astype(np.int64)  # (D,) plays that the rule calls
    ratio = np.exp(_log_ratios(calls, len(sequences), int(outcomes[0].sum())))
    rows = np.arange(len(calls))[:, None]
    total = prior @ ratio[rows, hits]
    return np.asarray(np.round(np.log(total), _DIGITS))


def _distinct_rules(
    sequences: Sequence[tuple[int, ...]],
) -> tuple[NDArray[np.float32], Floats]:
    """Rules that differ on these K sequences: (D, K) which of them each calls, (D,) their prior.

    Rules that call the same sequences are one; rules that call none of them are left out.
    """
    known = {signal for sequence in sequences for signal in sequence if signal >= 0}
    rules = Hypotheses(max(_FEWEST_SIGNALS, len(known)))
    called = rules.matching_rules_of_each(sequences)
    marks = np.random.default_rng(_SEED).integers(1, 2**63, len(sequences), np.int64)
    pattern = np.zeros(len(rules), np.int64)  # a rule's: the marks of all that it calls, XORed
    for mark, mine in zip(marks, called, strict=True):
        pattern[mine] ^= mark
    live = np.flatnonzero(pattern)
    _, first, same = np.unique(pattern[live], return_index=True, return_inverse=True)
    prior = np.bincount(same, rules.prior[live]).astype(np.float64)
    kept = np.argsort(-prior, kind="stable")[:_MOST_RULES]
    place = np.full(len(rules), -1)
    place[live[first[kept]]] = np.arange(len(kept))
    shown = np.zeros((len(kept), len(sequences)), np.float32)
    for k, mine in enumerate(called):
        at = place[mine]
        shown[at[at >= 0], k] = 1
    return shown, prior[kept]


def _log_ratios(calls: Places, plays: int, run: int) -> Floats:
    """(D, run + 1) how much likelier the outcomes are by a rule than without one: log ratios.

    The rule calls ``calls`` (D,) of ``plays`` plays; column h is for h of these that were run, of
    ``run`` in all. Where that cannot be, the ratio means nothing.
    """
    each, row = np.unique(calls, return_inverse=True)
    h, n = (a.ravel() for a in np.meshgrid(np.arange(run + 1), each))
    possible = (h <= n) & (n - h <= plays - run)
    logs = np.full(len(h), -np.inf)
    logs[possible] = NoiseRates().log_likelihood(n[possible], h[possible], plays, run)
    return np.asarray((logs - _log_chance_without(plays, run)).reshape(-1, run + 1)[row])


def _log_chance_without(plays: int, run: int) -> float:
    """The log chance of these outcomes without a rule, at a rate drawn evenly from 0 to 1."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, plays + 2)))])
    return float(logs[run] + logs[plays - run] - logs[plays + 1])
