"""Permutation test: could the pattern be chance? Shuffles outcomes within games, but not signs.

The score of a log is the log Bayes factor of "there is a rule": how much more probable the outcomes
are under all rules, weighted by their prior, than without a rule. Noise is integrated out as in
``bayes.counts``, and the signs do not change. Shuffling keeps how often the play was called in each
game and removes everything that the signs could say about it. If the signs mean nothing, the log
is exchangeable with its shuffles, whatever the coach's habits are, and the p-value is valid
(Phipson and Smyth 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.counts import Floats, NoiseRates, Places
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.core.duplicates import find_repeats, split_games
from signdecoder.core.evidence import evidence_in
from signdecoder.core.missed import names_in
from signdecoder.core.names import NameKey, fold
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.core.vocabulary import MAX_SLOTS

SHUFFLES = 999
UNLIKELY = 0.05  # p-value up to which chance is called unlikely
MOST_PLAYS = 400  # only the last plays are tested, to save time
_MOST_RULES = 4000  # rules that differ on these plays, those with the highest prior
_FEWEST_SIGNALS = 4  # there are no pair rules for fewer
_SEED = 6
_MISSED = -1000  # number of a signal that was missed in the first place; others are below it
_DIGITS = 9  # of a log score; equal scores differ only by rounding

Outcomes = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """How the score of a log compares with the scores of its shuffles.

    Attributes
    ----------
    n_plays : int
        The number of plays that were tested.
    n_shuffles : int
        The number of shuffles.
    n_better, n_equal : int
        How many shuffles score higher than the log, and how many score the same.
    """

    n_plays: int
    n_shuffles: int
    n_better: int
    n_equal: int

    @property
    def n_as_good(self) -> int:
        """The number of shuffles that score at least as high as the log."""
        return self.n_better + self.n_equal

    @property
    def p_value(self) -> float:
        """The probability of such a score or a higher one if the signs mean nothing.

        It is (1 + as good) / (1 + shuffles) (Phipson and Smyth 2010). A tie counts against the log,
        so one steal in twenty plays never has a p-value below 1/20.
        """
        return (1 + self.n_as_good) / (1 + self.n_shuffles)

    @property
    def is_unlikely(self) -> bool:
        """Whether chance alone is an unlikely explanation."""
        return self.p_value <= UNLIKELY

    @property
    def is_cut_short(self) -> bool:
        """Whether the number of plays reached the limit, so that earlier plays may be left out."""
        return self.n_plays == MOST_PLAYS


def permutation_test(
    plays: Sequence[Play],
    play: str,
    same_plays: SamePlays = SAME_PLAYS,
    key: NameKey = fold,
    *,
    shuffles: int = SHUFFLES,
) -> PermutationTest | None:
    """Test whether the signs predict the called play better than chance.

    The result is deterministic. A game that occurs twice in the log is tested once, because its
    second copy would always fit.

    Parameters
    ----------
    plays : sequence of Play
        One coach's plays, in order. Plays that say nothing about the called play are left out.
    play : str
        The called play.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.
    key : callable, optional
        How names of signals are compared.
    shuffles : int, optional
        The number of shuffles.

    Returns
    -------
    PermutationTest or None
        The result; None if no game has both a called play and one that was not called.

    References
    ----------
    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical
    Applications in Genetics and Molecular Biology 9(1).
    """
    repeated = {r.begin + n for r in find_repeats(plays) for n in range(r.plays)}
    once = [p for n, p in enumerate(plays) if n not in repeated]
    given = [(p, evidence_in(p, play, same_plays)) for p in once]
    told = [(p, evidence) for p, evidence in given if evidence is not Evidence.SILENT]
    known = [p for p, _ in told[-MOST_PLAYS:]]
    called = np.array([e is Evidence.CALLED for _, e in told[-MOST_PLAYS:]], np.bool_)
    games = split_games(known)
    if all(called[game].all() or not called[game].any() for game in games):
        return None
    outcomes = _shuffle(called, games, shuffles)
    scores = _score_outcomes(_number_signals(known, key), outcomes)
    return PermutationTest(
        len(known),
        shuffles,
        n_better=int((scores[1:] > scores[0]).sum()),
        n_equal=int((scores[1:] == scores[0]).sum()),
    )


def _shuffle(called: Outcomes, games: Sequence[slice], shuffles: int) -> Outcomes:
    """Return the outcomes as logged, then shuffled within games: (1 + shuffles, N)."""
    rng = np.random.default_rng(_SEED)
    rows = np.tile(called, (1 + shuffles, 1))
    for game in games:
        rows[1:, game] = rng.permuted(rows[1:, game], axis=1)
    return rows


def _number_signals(plays: Sequence[Play], key: NameKey) -> list[tuple[int, ...]]:
    """Number the signals of the sequences: 0 is the signal that most plays show, and so on.

    Numbers past MAX_SLOTS are negative: no rule is about these signals. A signal that was missed
    has a negative number of its own. Outcomes must not matter here, or the log would no longer be
    exchangeable with its shuffles.
    """
    shown: dict[str, int] = {}
    sequences = [tuple(map(key, p.signals)) for p in plays]
    for sequence in sequences:
        for name in dict.fromkeys(names_in(sequence)):
            shown[name] = shown.get(name, 0) + 1
    ranked = sorted(shown, key=lambda name: -shown[name])
    number = {name: n if n < MAX_SLOTS else -2 - n for n, name in enumerate(ranked)}
    return [
        tuple(number.get(name, _MISSED - place) for place, name in enumerate(sequence))
        for sequence in sequences
    ]


# --- the score ------------------------------------------------------------------------------------


def _score_outcomes(sequences: Sequence[tuple[int, ...]], outcomes: Outcomes) -> Floats:
    """Return the log score of each row of outcomes (S, N) for N sequences: (S,)."""
    kinds = list(dict.fromkeys(sequences))  # equal sequences are merged: K remain
    kind = {sequence: n for n, sequence in enumerate(kinds)}
    of = np.array([kind[sequence] for sequence in sequences])
    shown, prior = _distinct_rules(kinds)
    counts = np.bincount(of, minlength=len(kinds))
    runs = np.zeros((len(outcomes), len(kinds)), np.float32)
    for play, k in enumerate(of):
        runs[:, k] += outcomes[:, play]
    hits = (shown @ runs.T).astype(
        np.int64
    )  # (D, S) plays that the rule calls and the team ran; exact
    calls = (shown @ counts).astype(np.int64)  # (D,) plays that the rule calls
    ratio = np.exp(_log_ratios(calls, len(sequences), int(outcomes[0].sum())))
    rows = np.arange(len(calls))[:, None]
    total = prior @ ratio[rows, hits]
    return np.asarray(np.round(np.log(total), _DIGITS))


def _distinct_rules(
    sequences: Sequence[tuple[int, ...]],
) -> tuple[NDArray[np.float32], Floats]:
    """Return which of K sequences each distinct rule calls (D, K), and the priors (D,).

    Rules that call the same sequences are merged; rules that call none are left out.
    """
    known = {signal for sequence in sequences for signal in sequence if signal >= 0}
    rules = Hypotheses(max(_FEWEST_SIGNALS, len(known)))
    called = rules.matching_rules_of_each(sequences)
    marks = np.random.default_rng(_SEED).integers(1, 2**63, len(sequences), np.int64)
    pattern = np.zeros(len(rules), np.int64)  # per rule: XOR of the marks of the sequences it calls
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
    """Return the log ratio of the outcomes' probability with and without a rule: (D, run + 1).

    The rule calls ``calls`` (D,) of ``plays`` plays. In column h, the team ran h of them, and
    ``run`` plays in all. Impossible combinations have no meaning.
    """
    each, row = np.unique(calls, return_inverse=True)
    h, n = (a.ravel() for a in np.meshgrid(np.arange(run + 1), each))
    possible = (h <= n) & (n - h <= plays - run)
    logs = np.full(len(h), -np.inf)
    logs[possible] = NoiseRates().log_likelihood(n[possible], h[possible], plays, run)
    return np.asarray((logs - _log_chance_without(plays, run)).reshape(-1, run + 1)[row])


def _log_chance_without(plays: int, run: int) -> float:
    """Return the log probability of the outcomes at a rate drawn uniformly from 0 to 1."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, plays + 2)))])
    return float(logs[run] + logs[plays - run] - logs[plays + 1])
