"""The tables of a scouting page, as cells of plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import count, percent
from signdecoder.reports.coach_text import open_rivals
from signdecoder.reports.phrases import (
    format_tally,
    outcome_name,
)
from signdecoder.reports.scouting.page import ScoutingPage, mean
from signdecoder.reports.sign_card import call_words

LETTERS = "ABCDEFGH"  # names of the rivals


_MOST_KEYS = 4  # key signs with a row of their own


_LEAST_KEY = 0.01  # probability of a key sign with a row of its own


@dataclass(frozen=True, slots=True)
class Row:
    """A key sign or a rule with its probability.

    Attributes
    ----------
    name : str
        The key sign or the rule.
    share : float
        The probability.
    detail : str
        The evidence.
    """

    name: str
    share: float
    detail: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A play that supports the rule.

    Attributes
    ----------
    play : int
        The number of the play, from 1.
    game : str
        The game.
    signals : tuple of (str, str)
        Each signal with its role under the rule.
    outcome : str
        The outcome.
    rivals : str
        Letters of the rivals that the play contradicts.
    """

    play: int
    game: str
    signals: tuple[tuple[str, str], ...]
    outcome: str
    rivals: str


def key_rows(summary: CoachSummary) -> list[Row]:
    """List the likely key signs with their evidence, and the others in one row.

    Parameters
    ----------
    summary : CoachSummary
        The summary of the coach.

    Returns
    -------
    list of Row
        The rows; none before the first called play.
    """
    if not summary.n_called:
        return []
    likely = max(1, sum(key.probability >= _LEAST_KEY for key in summary.key_signs[:_MOST_KEYS]))
    rows = []
    for key in summary.key_signs[:likely]:
        plays, called = summary.evidence.get(key.sign, (0, 0))
        tally = format_tally(plays, called, summary.play, none="no {}")
        rows.append(Row(key.sign, key.probability, tally))
    rest = summary.key_signs[likely:]
    if rest:
        share = sum(key.probability for key in rest)
        rows.append(Row(count(len(rest), "other"), share, "together"))
    return rows


def card_cells(page: ScoutingPage) -> list[tuple[str, str, str, str, str]]:
    """List the cells of the sign card.

    Parameters
    ----------
    page : ScoutingPage
        The page.

    Returns
    -------
    list of tuple
        Play, live signal, key sign, probability of the rule, number of plays.
    """
    rows = []
    for line in page.report.card:
        keys = " or ".join(line.known.key_signs) if line.known else ""
        sure = percent(line.probability) if line.known else ""
        rows.append((outcome_name(line.play), call_words(line), keys, sure, str(line.seen)))
    return rows


def evidence_rows(page: ScoutingPage) -> list[EvidenceRow]:
    """List the deciding plays, strongest first.

    Parameters
    ----------
    page : ScoutingPage
        The page.

    Returns
    -------
    list of EvidenceRow
        The rows; none without a rule.
    """
    rows = []
    for decided in page.deciding.plays if page.deciding else ():
        play = page.plays[decided.play]
        rows.append(
            EvidenceRow(
                decided.play + 1,
                play.game,
                tuple(zip(play.signals, decided.parts, strict=True)),
                outcome_name(play.outcome),
                ", ".join(LETTERS[rival] for rival in decided.rivals),
            )
        )
    return rows


def roles_shown(rows: Sequence[EvidenceRow]) -> set[str]:
    """Collect the roles of signals that a legend has to name.

    Parameters
    ----------
    rows : sequence of EvidenceRow
        The deciding plays.

    Returns
    -------
    set of str
        The roles, without that of decoys.
    """
    return {role for row in rows for _, role in row.signals} - {""}


def rival_rows(page: ScoutingPage) -> list[tuple[str, str, str]]:
    """List the rivals that the deciding plays contradict.

    Parameters
    ----------
    page : ScoutingPage
        The page.

    Returns
    -------
    list of tuple
        Letter, rule, and the plays for and against it.
    """
    rows = []
    for letter, rival in zip(LETTERS, page.deciding.rivals if page.deciding else (), strict=False):
        score = f"{count(rival.against, 'play')} against it"
        if rival.in_favour:
            score += f", {rival.in_favour} for it"
        rows.append((letter, rival.words, score))
    return rows


def open_rows(summary: CoachSummary) -> list[Row]:
    """List the rivals that are still possible.

    Parameters
    ----------
    summary : CoachSummary
        The summary of the coach.

    Returns
    -------
    list of Row
        The rules with their probabilities.
    """
    if not summary.has_rule:
        return []
    return [Row(rule.words, rule.probability, "") for rule in open_rivals(summary)]


def learning_curve_rows(page: ScoutingPage, length: int = 10) -> list[tuple[str, str, str, str]]:
    """List the learning curve as a table.

    Parameters
    ----------
    page : ScoutingPage
        The page.
    length : int, optional
        Predictions in a row.

    Returns
    -------
    list of tuple
        Plays, right predictions, log loss, log loss of the rate so far.
    """
    rows = []
    for begin in range(0, len(page.predictions), length):
        part = page.predictions[begin : begin + length]
        right = sum((p.p_called >= 0.5) == p.called for p in part)
        numbers = f"{part[0].play} to {part[-1].play}" if len(part) > 1 else str(part[0].play)
        losses = (mean([p.loss for p in part]), mean([p.base_loss for p in part]))
        rows.append((numbers, f"{right} of {len(part)}", f"{losses[0]:.2f}", f"{losses[1]:.2f}"))
    return rows
