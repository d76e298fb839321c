"""What a rule explains of a coach's plays, and what it does not, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signdecoder.core.text import count
from signdecoder.reports.phrases import count_play, outcome_name

if TYPE_CHECKING:
    from signdecoder.analysis.coach_summary import CoachSummary
    from signdecoder.analysis.unexplained import Lead

_MOST_OF = 0.75  # share of the called plays that two pairs must explain to be named


def describe_record(summary: CoachSummary) -> list[str]:
    """Say how many of the called plays the rule explains, and what the others have in common.

    Parameters
    ----------
    summary : CoachSummary
        The summary of a coach.

    Returns
    -------
    list of str
        Up to two sentences without their full stops. Without a rule to report, only that the best
        one would explain some of the called plays, if a pair of signals would explain others.
    """
    record = summary.record
    if record is None or (summary.rule is None and not summary.leads):
        return []
    if not summary.rules:
        return _describe_without_rule(record.unexplained, summary)
    called, name = record.explained + record.unexplained, outcome_name(summary.play)
    if record.unexplained:
        by = "" if summary.rule else f" by {summary.rules[0].call}"
        first = f"{record.explained} of {count_play(called, summary.play)}{by}"
        first += f"; {_describe_others(record.unexplained, summary)}"
    else:
        first = f"every {name} ({called})" if called > 1 else f"the only {name}"
    if summary.rule is None or not record.not_run:
        return [first]
    return [first, f"it also calls {count(record.not_run, 'other play')}"]


def _describe_without_rule(called: int, summary: CoachSummary) -> list[str]:
    """Name two pairs of signals that explain most called plays together: perhaps two signs."""
    explained = sum(lead.explained for lead in summary.leads)
    if len(summary.leads) < 2 or explained < _MOST_OF * called:
        return []
    first, second = (f"{lead.explained} show {_words(lead)}" for lead in summary.leads)
    return [f"of {count_play(called, summary.play)} {first} and {second}: perhaps two signs"]


def _describe_others(others: int, summary: CoachSummary) -> str:
    """Describe the called plays that the rule does not explain."""
    left = "the other" if others == 1 else f"the other {others}"
    if not summary.leads:
        return f"no pair of signals stands out in {left}"
    return f"{_list_leads(others, left, summary.leads)}: perhaps a second sign"


def _list_leads(others: int, left: str, leads: Sequence[Lead]) -> str:
    if leads[0].explained == others:
        return f"{left} {'shows' if others == 1 else 'show'} {_words(leads[0])}"
    parts = [f"{_words(lead)} in {lead.explained}" for lead in leads]
    return f"{left} show {' and '.join(parts)}"


def _words(lead: Lead) -> str:
    if lead.is_adjacent:
        return f"{lead.second} right after {lead.first}"
    return f"{lead.first}, then {lead.second}"
