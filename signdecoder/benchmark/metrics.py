"""The metrics of each decoder, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.cases import Case
from signdecoder.benchmark.rule_match import is_near, wordings
from signdecoder.benchmark.runner import CaseResult, Predictions
from signdecoder.core.outcomes import STEAL
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.simulation.coach import Noise
from signdecoder.simulation.named_log import LEVELS

CRACKED = 0.95  # accuracy on fresh sequences
_MIN_PROBABILITY = 1e-6  # bounds the log loss of one prediction

Floats = NDArray[np.float64]
CaseMask = NDArray[np.bool_]  # (N,): which of the cases


@dataclass(frozen=True, slots=True, eq=False)
class RuleReport:
    """How good one decoder's reports on the rules of N cases are; 1 for yes, 0 for no.

    ``rule_correct`` (N, K): the right rule came first after each of ``n_seen`` (K,) plays, NaN if
    there is none. At the end, (N,): ``no_rule``, it reports that there is no rule;
    ``change_found``, it reports the last change near its place, NaN without a change;
    ``false_change``, it reports a change where there was none.
    """

    n_seen: NDArray[np.int64]
    rule_correct: Floats
    no_rule: Floats
    change_found: Floats
    false_change: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CaseMetrics:
    """One decoder's metrics on N cases, measured after each of ``n_seen`` (A,) plays.

    ``accuracy`` and ``loss`` (N, A) are means over the questions, as shares and in nats;
    ``key_found`` (N, A) is 1 where a key sign was named first, NaN if there is none.
    ``crack_plays`` and ``crack_steals`` (N,) are inf for never. ``p_next`` (N, P) are the
    probabilities given to each next play, ``steal_mask`` (N, P) whether it was a steal.
    """

    decoder: str
    cases: tuple[Case, ...]
    n_seen: NDArray[np.int64]
    accuracy: Floats
    loss: Floats
    key_found: Floats
    crack_plays: Floats
    crack_steals: Floats
    p_next: Floats
    steal_mask: NDArray[np.bool_]
    rule_report: RuleReport

    def index_of(self, n_seen: int) -> int | None:
        """Return the place of this number of plays in ``n_seen``, or None."""
        found = np.flatnonzero(self.n_seen == n_seen)
        return int(found[0]) if len(found) else None


def compute_metrics(results: Sequence[CaseResult]) -> list[CaseMetrics]:
    """Compute the metrics of every decoder, in the order in which they ran."""
    by_decoder: dict[str, list[tuple[Case, Predictions]]] = {}
    for result in results:
        for predictions in result.predictions:
            by_decoder.setdefault(predictions.decoder, []).append((result.case, predictions))
    return [_decoder_metrics(name, pairs) for name, pairs in by_decoder.items()]


def noise_name(noise: Noise) -> str:
    """Return a noise as its three rates, in the order of `--noise`: in percent."""
    return ", ".join(f"{100 * rate:g}%" for rate in (noise.missed, noise.on_own, noise.misread))


def log_loss(p: Floats, happened_mask: NDArray[np.bool_]) -> Floats:
    """Return the log loss in nats of each probability, given what happened."""
    return -np.log(np.maximum(np.where(happened_mask, p, 1 - p), _MIN_PROBABILITY))


def split_cases(cases: Sequence[Case]) -> dict[str, list[tuple[str, CaseMask]]]:
    """Group the cases by family, vocabulary, level and noise: for each name its mask (N,)."""
    kinds: dict[str, list[str]] = {
        "family": [e.family for e in cases],
        "signals": [str(len(e.names)) for e in cases],
        "level": [e.level for e in cases],
        "noise": [noise_name(e.noise) for e in cases],
    }
    order = {"family": list(FAMILY_WEIGHTS), "level": list(LEVELS)}
    split = {}
    for kind, names in kinds.items():
        known = order.get(kind) or sorted(set(names), key=_numbers_in)
        groups = [(name, np.array([n == name for n in names])) for name in known if name in names]
        if len(groups) > 1:
            split[kind] = groups
    return split


def _decoder_metrics(name: str, pairs: Sequence[tuple[Case, Predictions]]) -> CaseMetrics:
    n_seen = pairs[0][1].n_seen
    accuracy = np.empty((len(pairs), len(n_seen)))
    loss, key_found = accuracy.copy(), accuracy.copy()
    crack_plays, crack_steals = np.full(len(pairs), np.inf), np.full(len(pairs), np.inf)
    for n, (case, predictions) in enumerate(pairs):
        question_sets = [case.questions_after(plays) for plays in n_seen.tolist()]
        called_mask = np.array([questions.called_mask for questions in question_sets], np.bool_)
        if len(n_seen):
            accuracy[n] = ((predictions.p_called >= 0.5) == called_mask).mean(axis=1)
            loss[n] = log_loss(predictions.p_called, called_mask).mean(axis=1)
        key_found[n] = [
            key in questions.key_signs if questions.key_signs else np.nan
            for key, questions in zip(predictions.key_signs, question_sets, strict=True)
        ]
        cracked = first_for_good(accuracy[n] >= CRACKED)
        if cracked is not None:
            crack_plays[n] = n_seen[cracked]
            crack_steals[n] = sum(play.outcome == STEAL for play in case.log[: n_seen[cracked]])
    return CaseMetrics(
        name,
        tuple(case for case, _ in pairs),
        n_seen,
        accuracy,
        loss,
        key_found,
        crack_plays,
        crack_steals,
        np.stack([predictions.p_next for _, predictions in pairs]),
        np.array([[play.outcome == STEAL for play in case.log] for case, _ in pairs]),
        _rule_report(pairs),
    )


def _rule_report(pairs: Sequence[tuple[Case, Predictions]]) -> RuleReport:
    """Compare what was reported about the rules with the rules."""
    n_seen = np.array([plays for plays, _ in pairs[0][1].findings], np.int64)
    rule_correct = np.full((len(pairs), len(n_seen)), np.nan)
    no_rule, change_found, false_change = np.full((3, len(pairs)), np.nan)
    for n, (case, predictions) in enumerate(pairs):
        for place, (plays, finding) in enumerate(predictions.findings):
            rule = case.questions_after(plays).rule
            if not rule.is_null:
                rule_correct[n, place] = finding.rule in wordings(rule, case.names)
        if predictions.findings:
            last, changes = predictions.findings[-1][1], [q.since for q in case.question_sets[1:]]
            no_rule[n] = last.says_no_rule
            false_change[n] = any(not is_near(play, changes) for play in last.changes)
            if changes:
                change_found[n] = is_near(changes[-1], last.changes)
    return RuleReport(n_seen, rule_correct, no_rule, change_found, false_change)


def first_for_good(reached: NDArray[np.bool_]) -> int | None:
    """Return the first place from which all are True, or None if the last is False."""
    missed = np.flatnonzero(~reached)
    first = int(missed[-1]) + 1 if len(missed) else 0
    return first if first < len(reached) else None


def _numbers_in(name: str) -> tuple[float, ...]:
    """Return the numbers in a group's name, to sort by."""
    return tuple(float(part) for part in name.replace("%", "").split(","))
