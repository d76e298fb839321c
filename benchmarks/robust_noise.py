"""Meaningless signals: what the decoder says after a thousand plays, for robust_check.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from robust_answers import Answers, ask_plays, points, print_table, rate_of

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.benchmark.cases import draw_case
from signdecoder.benchmark.metrics import log_loss
from signdecoder.benchmark.scenarios import SCENARIOS, Seeds
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import LIKELY
from signdecoder.reports.coach_report import CoachReport, make_report

RATES = (0.15, 0.30, 0.45)  # of steals
PLAYS = (100, 300, 1000)  # learned
ASKED = 100  # fresh plays to ask about afterwards


@dataclass(frozen=True, slots=True, eq=False)
class NoiseResult:
    """The report after some plays, and predictions of fresh ones; ``rate`` is the log's."""

    report: CoachReport
    rate: float
    answers: Answers


def check_noise(coaches: int, seeds: Seeds) -> list[Answers]:
    """Check coaches whose outcomes are independent of their signs; return the answers."""
    found: dict[tuple[float, str], list[NoiseResult]] = {}
    for place, rate in enumerate(RATES):
        scenario = replace(
            SCENARIOS["null"], plays=PLAYS[-1] + ASKED, rate=(rate, rate), seeds=seeds
        )
        for number in range(place * coaches, (place + 1) * coaches):  # a different coach each time
            log, decoder = draw_case(scenario, number).log, Decoder()
            for plays in PLAYS:
                decoder.observe_many(log[decoder.n_plays : plays])
                found.setdefault((rate, f"{plays} plays"), []).append(
                    describe_noise(decoder, log, plays)
                )
                if plays == PLAYS[0]:
                    twice = Decoder()
                    again = [replace(play, game="game 2") for play in log[:plays]]
                    twice.observe_many([*log[:plays], *again])
                    result = describe_noise(twice, [*log[:plays], *again, *log[plays:]], 2 * plays)
                    found.setdefault((rate, f"{plays} plays twice"), []).append(result)
    rows = [(f"{100 * rate:.0f}% steals, {plays}", of) for (rate, plays), of in found.items()]
    print(f"\nmeaningless signals: {coaches} simulated coaches for each rate, the report")
    print_table(
        ("", "p of no rule", "says so", "a rule", "cracked", "not luck"),
        [(name, *report_cells([n.report for n in of])) for name, of in rows],
    )
    print(f"\n{ASKED} fresh plays of each: how far the probability is from the rate, and verdicts")
    print_table(
        ("", "off, %", "LSTM", "worst", "steal, %", "hold, %", "loss", "LSTM", "rate"),
        [(name, *answer_cells(of)) for name, of in rows],
    )
    return [noise.answers for of in found.values() for noise in of]


def describe_noise(decoder: Decoder, log: Sequence[Play], plays: int) -> NoiseResult:
    """Return the report after these plays of a log, and predictions of its last ones."""
    report = make_report("noise", decoder, log[:plays])
    return NoiseResult(report, rate_of(log[:plays]), ask_plays(decoder, log[-ASKED:]))


def report_cells(reports: list[CoachReport]) -> tuple[str, ...]:
    """Return the median probability of no rule, and how many reports claim what."""
    flags = (
        [says_meaningless(r.summary) for r in reports],
        [r.summary.has_rule for r in reports],
        [r.summary.cracked for r in reports],
        [r.chance is not None and r.chance.is_unlikely for r in reports],
    )
    nothing = median(r.summary.no_rule_probability or 0.0 for r in reports)
    return (f"{nothing:.2f}", *(str(sum(those)) for those in flags))


def says_meaningless(summary: CoachSummary) -> bool:
    """Does the report say that the signs may be meaningless, or barely predict the play?"""
    likely = (summary.no_rule_probability or 0.0) >= LIKELY
    return not summary.has_rule and (likely or summary.is_uninformative)


def answer_cells(noises: list[NoiseResult]) -> tuple[str, ...]:
    """Return distances from the rate, shares of verdicts, and log losses with the rate's."""
    off = np.array([np.abs(n.answers.p - n.rate) for n in noises])
    mean, worst = off.mean(axis=(0, 1)), off[..., 0].max()
    decided = np.array([n.answers.decided for n in noises])
    likely = np.array([n.answers.p[:, 0] >= 0.5 for n in noises])
    losses = np.mean([n.answers.losses() for n in noises], axis=0)
    rates = np.mean([log_loss(np.full(ASKED, n.rate), n.answers.called).mean() for n in noises])
    return (
        *(points(mean[0]), points(mean[1]), points(worst)),
        *(points((decided & likely).mean()), points((decided & ~likely).mean())),
        *(f"{loss:.3f}" for loss in (*losses, rates)),
    )
