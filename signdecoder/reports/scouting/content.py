"""The sentences of a scouting page, as plain text for any output format."""

from __future__ import annotations

from dataclasses import dataclass

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import count, percent
from signdecoder.reports.coach_report import CoachReport
from signdecoder.reports.coach_text import explain_no_rule, format_change
from signdecoder.reports.explained import describe_record
from signdecoder.reports.phrases import (
    advice_without_call,
    format_calls_to_go,
    format_kinds,
    format_tally,
    outcome_name,
)
from signdecoder.reports.scouting.page import ScoutingPage

EVIDENCE = "On these plays the rule and a rival disagree, and the outcome supports the rule."


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure at the top of the page.

    Attributes
    ----------
    label, figure, detail : str
        What it is, the figure, and what the figure is about.
    """

    label: str
    figure: str
    detail: str


def format_head(page: ScoutingPage) -> str:
    """Format how much was logged: plays, games, dates.

    Parameters
    ----------
    page : ScoutingPage
        The page.

    Returns
    -------
    str
        One line.
    """
    summary = page.summary
    tally = format_tally(summary.n_plays, summary.n_called, summary.play)
    parts = [tally + format_kinds(summary.called_as, summary.play)]
    parts.append(count(page.n_games, "game"))
    if page.dates:
        first, last = page.dates
        parts.append(first if first == last else f"{first} to {last}")
    return " · ".join(parts)


def format_verdict(summary: CoachSummary) -> tuple[str, str]:
    """Format the verdict, and the rule or why there is none.

    Parameters
    ----------
    summary : CoachSummary
        The summary of the coach.

    Returns
    -------
    verdict : str
        Two or three words.
    rule : str
        The rule, or a sentence.
    """
    if not summary.n_called:
        name = outcome_name(summary.play)
        advice = advice_without_call(summary.play, summary.outcomes)
        return f"No {name} yet", advice
    state = "Cracked" if summary.cracked else "Not cracked yet"
    if summary.rule is None:
        return state, _sentence(explain_no_rule(summary))
    return state, summary.rule.words


def list_facts(report: CoachReport) -> list[Fact]:
    """List the figures below the verdict.

    Parameters
    ----------
    report : CoachReport
        The report on the coach.

    Returns
    -------
    list of Fact
        Up to four figures; none before the first called play.
    """
    summary, chance = report.summary, report.chance
    if not summary.n_called:
        return []
    facts = []
    if summary.key_signs:
        key = summary.key_signs[0]
        facts.append(Fact("Key sign", key.sign, percent(key.probability)))
    if summary.rule:
        explained = "; ".join(describe_record(summary))
        detail = f"probability. It explains {explained}" if explained else "probability"
        facts.append(Fact("This rule", percent(summary.rule.probability), detail))
    if summary.expected_accuracy is not None:
        detail = "of predictions, expected"
        if not summary.cracked and summary.calls_to_go and summary.has_rule:
            detail += f". {format_calls_to_go(summary.calls_to_go, summary.play)}"
        facts.append(Fact("Right on", percent(summary.expected_accuracy), detail))
    if chance:
        detail = f"{chance.n_as_good} of {chance.n_shuffles} random shuffles fit as well"
        facts.append(Fact("Luck", "unlikely" if chance.is_unlikely else "possible", detail))
    return facts


def change_sentences(summary: CoachSummary) -> list[str]:
    """List the changes of signs as sentences.

    Parameters
    ----------
    summary : CoachSummary
        The summary of the coach.

    Returns
    -------
    list of str
        A sentence for each change, or one that says that there is none.
    """
    changes = [_sentence(format_change(change)) for change in summary.changes]
    return changes or ["None detected."]


def format_score(page: ScoutingPage) -> str:
    """Format how good the predictions were, each made from the plays before it.

    Parameters
    ----------
    page : ScoutingPage
        The page.

    Returns
    -------
    str
        One or two sentences.
    """
    score = page.score
    if score.log_loss is None or score.accuracy is None:
        return "No play with a known outcome to predict."
    assert score.base_log_loss is not None
    assert score.base_accuracy is not None
    return (
        f"Each of {count(score.plays, 'play')} was predicted from those before it."
        f" {percent(score.accuracy)} of the predictions were right"
        f" (base rate alone: {percent(score.base_accuracy)}). Log loss {score.log_loss:.2f}"
        f" ({score.base_log_loss:.2f})."
    )


def _sentence(text: str) -> str:
    """Add a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
