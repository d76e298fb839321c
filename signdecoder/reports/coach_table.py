"""The report on coaches as a table: one row for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signdecoder.core.text import percent
from signdecoder.reports.phrases import outcome_name
from signdecoder.reports.sign_card import call_words
from signdecoder.reports.table import Cell, Table

if TYPE_CHECKING:
    from signdecoder.decoder.sign_card import CardLine
    from signdecoder.reports.coach_report import CoachReport

_COLUMNS = (
    *("coach", "play", "plays", "called", "cracked", "key_sign", "key_sign_probability"),
    *("rule", "rule_probability", "no_rule_probability", "unknown_rule_probability"),
    *("expected_accuracy", "luck_probability", "card", "changes", "notes"),
)


def report_table(reports: Sequence[CoachReport]) -> Table:
    """Return the reports as a table.

    Parameters
    ----------
    reports : sequence of CoachReport
        The report on each coach.

    Returns
    -------
    Table
        A row for each coach. Several values of one cell have a semicolon between them.
    """
    return Table(_COLUMNS, [_row(report) for report in reports])


def _row(report: CoachReport) -> list[Cell]:
    summary = report.summary
    key = summary.key_signs[0] if summary.key_signs and summary.n_called else None
    rule = summary.rule
    return [
        *(summary.coach, summary.play, summary.n_plays, summary.n_called, summary.cracked),
        *(key.sign if key else None, key.probability if key else None),
        *(rule.words if rule else None, rule.probability if rule else None),
        *(summary.no_rule_probability, summary.unknown_rule_probability),
        *(summary.expected_accuracy, report.chance.p_value if report.chance else None),
        "; ".join(map(_call, report.card)),
        "; ".join(f"play {change.play + 1}" for change in summary.changes),
        "; ".join(report.notes),
    ]


def _call(line: CardLine) -> str:
    sure = f" ({percent(line.probability)})" if line.known else ""
    return f"{outcome_name(line.play)}: {call_words(line)}{sure}"
