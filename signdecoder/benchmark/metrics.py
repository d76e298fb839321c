"""What each decoder's papers are worth, examinee by examinee."""

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
_LEAST = 1e-6  # a probability is never taken for less than this

Floats = NDArray[np.float64]
Chosen = NDArray[np.bool_]  # (N,): which of the examinees


@dataclass(frozen=True, slots=True, eq=False)
class RuleReport:
    """What one decoder told in words of N coaches after each of ``after`` (K,) counts of plays.

    1 for yes, 0 for no: ``rule`` (N, K) whether the right one came first, nan where there is none.
    At the end, (N,): ``no_rule`` that there is no rule, ``change`` the last change near its place,
    nan without one, ``made_up`` a change where there was none.
    """

    after: NDArray[np.int64]
    rule: Floats
    no_rule: Floats
    change: Floats
    made_up: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CaseMetrics:
    """One decoder over N examinees, asked after each of ``asked`` (A,) counts of plays.

    ``accuracy`` and ``loss`` (N, A) are means over the questions, in shares and nats; ``key_found``
    (N, A) is 1 where a key sign was named first, nan where there is none to find. ``crack_plays``
    and ``crack_steals`` (N,) are inf for never. ``ahead`` (N, P) is what was said of each next
    play, ``steals`` (N, P) whether it then was one.
    """

    decoder: str
    examinees: tuple[Case, ...]
    asked: NDArray[np.int64]
    accuracy: Floats
    loss: Floats
    key_found: Floats
    crack_plays: Floats
    crack_steals: Floats
    ahead: Floats
    steals: NDArray[np.bool_]
    told: RuleReport

    def at(self, plays: int) -> int | None:
        """Where in ``asked`` so many plays stand, None where they do not."""
        found = np.flatnonzero(self.asked == plays)
        return int(found[0]) if len(found) else None


def grade(sittings: Sequence[CaseResult]) -> list[CaseMetrics]:
    """The grades of every decoder, in the order in which they sat."""
    papers: dict[str, list[tuple[Case, Predictions]]] = {}
    for sitting in sittings:
        for paper in sitting.papers:
            papers.setdefault(paper.decoder, []).append((sitting.examinee, paper))
    return [_grade_decoder(name, sat) for name, sat in papers.items()]


def noise_words(noise: Noise) -> str:
    """A noise by its three rates, as `--noise` takes them: in per cent."""
    return ", ".join(f"{100 * rate:g} %" for rate in (noise.missed, noise.on_own, noise.misread))


def log_loss(said: Floats, happened: NDArray[np.bool_]) -> Floats:
    """The log loss in nats of each probability of what then happened or did not."""
    return -np.log(np.maximum(np.where(happened, said, 1 - said), _LEAST))


def split_examinees(examinees: Sequence[Case]) -> dict[str, list[tuple[str, Chosen]]]:
    """The examinees by all that sets some of them apart: (N,) which of them are of each name."""
    kinds: dict[str, list[str]] = {
        "family": [e.family for e in examinees],
        "signals": [str(len(e.names)) for e in examinees],
        "level": [e.level for e in examinees],
        "noise": [noise_words(e.noise) for e in examinees],
    }
    order = {"family": list(FAMILY_WEIGHTS), "level": list(LEVELS)}
    split = {}
    for kind, names in kinds.items():
        known = order.get(kind) or sorted(set(names), key=_by_number)
        groups = [(name, np.array([n == name for n in names])) for name in known if name in names]
        if len(groups) > 1:
            split[kind] = groups
    return split


def _grade_decoder(name: str, sat: Sequence[tuple[Case, Predictions]]) -> CaseMetrics:
    asked = sat[0][1].asked
    accuracy = np.empty((len(sat), len(asked)))
    loss, found = accuracy.copy(), accuracy.copy()
    plays, steals = np.full(len(sat), np.inf), np.full(len(sat), np.inf)
    for n, (examinee, paper) in enumerate(sat):
        quizzes = [examinee.quiz_after(plays) for plays in asked.tolist()]
        called = np.array([quiz.called for quiz in quizzes], np.bool_)
        if len(asked):
            accuracy[n] = ((paper.answers >= 0.5) == called).mean(axis=1)
            loss[n] = log_loss(paper.answers, called).mean(axis=1)
        found[n] = [
            key in quiz.key_signs if quiz.key_signs else np.nan
            for key, quiz in zip(paper.key_signs, quizzes, strict=True)
        ]
        cracked = first_for_good(accuracy[n] >= CRACKED)
        if cracked is not None:
            plays[n] = asked[cracked]
            steals[n] = sum(play.outcome == STEAL for play in examinee.log[: asked[cracked]])
    went = np.array([[play.outcome == STEAL for play in e.log] for e, _ in sat])
    ahead = np.stack([paper.ahead for _, paper in sat])
    examinees = tuple(examinee for examinee, _ in sat)
    told = _grade_findings(sat)
    return CaseMetrics(
        name, examinees, asked, accuracy, loss, found, plays, steals, ahead, went, told
    )


def _grade_findings(sat: Sequence[tuple[Case, Predictions]]) -> RuleReport:
    """What was told in words, held against what is so."""
    after = np.array([seen for seen, _ in sat[0][1].findings], np.int64)
    rules = np.full((len(sat), len(after)), np.nan)
    none, change, made_up = np.full((3, len(sat)), np.nan)
    for n, (examinee, paper) in enumerate(sat):
        for place, (seen, finding) in enumerate(paper.findings):
            system = examinee.quiz_after(seen).system
            if system.family != "null":
                rules[n, place] = finding.rule in wordings(system, examinee.names)
        if paper.findings:
            last, changes = paper.findings[-1][1], [q.since for q in examinee.quizzes[1:]]
            none[n] = last.says_no_rule
            made_up[n] = any(not is_near(play, changes) for play in last.changes)
            if changes:
                change[n] = last.tells_change(changes[-1])
    return RuleReport(after, rules, none, change, made_up)


def first_for_good(reached: NDArray[np.bool_]) -> int | None:
    """The first place from which on all is reached, None where the end is not."""
    missed = np.flatnonzero(~reached)
    first = int(missed[-1]) + 1 if len(missed) else 0
    return first if first < len(reached) else None


def _by_number(name: str) -> tuple[float, ...]:
    """Names that hold numbers in the order of these."""
    return tuple(float(part) for part in name.replace("%", "").split(","))
