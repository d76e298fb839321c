"""What a scout's page says, before anybody sets it: sentences and cells, as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signdecoder.core.text import count, percent
from signdecoder.reports.coach_report import CoachReport
from signdecoder.reports.coach_text import (
    advice_without_call,
    explain_no_rule,
    format_calls_to_go,
    format_change,
    format_tally,
    open_rivals,
    outcome_name,
)
from signdecoder.reports.scouting.page import ScoutingPage, mean

LETTERS = "ABCDEFGH"  # rivals are called by
EVIDENCE = "On these plays the rule and a rival disagree, and what then happened bore the rule out."
_KEYS = 4  # key signs with a row of their own, at the most
_WORTH = 0.01  # and they must be as likely as this


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the page's head: what it is, the figure, and what it is about."""

    label: str
    figure: str
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a share: of a key sign, or of a rule."""

    name: str
    share: float
    detail: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A play that decided: its number, game, signals with their parts, outcome, and rivals."""

    play: int
    game: str
    signals: tuple[tuple[str, str], ...]
    outcome: str
    rivals: str


def head_words(page: ScoutingPage) -> str:
    """How much was seen: plays, games, days."""
    report = page.report
    words = [format_tally(report.plays, report.called, report.play), count(page.games, "game")]
    if page.dates:
        first, last = page.dates
        words.append(first if first == last else f"{first} to {last}")
    return " · ".join(words)


def verdict_words(report: CoachReport) -> tuple[str, str]:
    """The verdict in two or three words, and the rule or what stands in its place."""
    if not report.called:
        name = outcome_name(report.play)
        return f"No {name} seen yet", _sentence(advice_without_call(report.play, report.seen))
    state = "Cracked" if report.cracked else "Not cracked yet"
    if not report.finds_rule:
        return state, _sentence(explain_no_rule(report))
    return state, report.rules[0].words


def facts_of(report: CoachReport) -> list[Fact]:
    """The figures under the verdict."""
    if not report.called:
        return []
    facts = []
    if report.key_signs:
        key = report.key_signs[0]
        facts.append(Fact("Key sign", key.sign, percent(key.probability)))
    if report.finds_rule:
        facts.append(Fact("This rule", percent(report.rules[0].probability), "probability"))
    if report.expected_accuracy is not None:
        detail = "of his plays, expected"
        if not report.cracked and report.calls_to_go and report.finds_rule:
            detail += f"; {format_calls_to_go(report.calls_to_go, report.play)} to 95%"
        facts.append(Fact("Right on", percent(report.expected_accuracy), detail))
    if report.luck:
        luck = report.luck
        detail = (
            f"p = {luck.probability:.3f}: {luck.as_good} of {luck.shuffles} shuffles fit as well"
        )
        facts.append(Fact("Luck", "unlikely" if luck.is_unlikely else "possible", detail))
    return facts


def key_rows(report: CoachReport) -> list[Row]:
    """The likely key signs with the plays that show them, and the others in one row."""
    if not report.called:
        return []
    likely = max(1, sum(key.probability >= _WORTH for key in report.key_signs[:_KEYS]))
    rows = []
    for key in report.key_signs[:likely]:
        plays, called = report.evidence.get(key.sign, (0, 0))
        tally = format_tally(plays, called, report.play, none="no {}")
        rows.append(Row(key.sign, key.probability, tally))
    rest = report.key_signs[likely:]
    if rest:
        share = sum(key.probability for key in rest)
        rows.append(Row(count(len(rest), "other"), share, "together"))
    return rows


def card_cells(page: ScoutingPage) -> list[tuple[str, str, str, str, str]]:
    """The sign card: play, live signal, key sign, how sure, how often it was seen."""
    rows = []
    for line in page.card:
        name, seen = outcome_name(line.outcome), str(line.seen)
        if line.probability is None:
            rows.append((name, "not known yet", "", "", seen))
        else:
            rows.append((name, line.call or "", line.key or "", percent(line.probability), seen))
    return rows


def evidence_rows(page: ScoutingPage) -> list[EvidenceRow]:
    """The plays that decided, the strongest first."""
    rows = []
    for decided in page.proof.plays if page.proof else ():
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


def parts_shown(rows: Sequence[EvidenceRow]) -> set[str]:
    """What the signals of these plays are to the rule: what a legend must tell of."""
    return {part for row in rows for _, part in row.signals} - {""}


def rival_rows(page: ScoutingPage) -> list[tuple[str, str, str]]:
    """The rivals that were decided against: letter, words, and how the plays stand."""
    rows = []
    for letter, rival in zip(LETTERS, page.proof.rivals if page.proof else (), strict=False):
        score = f"{count(rival.against, 'play')} against it"
        if rival.in_favour:
            score += f", {rival.in_favour} for it"
        rows.append((letter, rival.words, score))
    return rows


def open_rows(report: CoachReport) -> list[Row]:
    """The rivals that are still open."""
    if not report.finds_rule:
        return []
    return [Row(rule.words, rule.probability, "") for rule in open_rivals(report)]


def change_sentences(report: CoachReport) -> list[str]:
    """The changes of signs, or that none was noticed."""
    changes = [_sentence(format_change(change)) for change in report.changes]
    return changes or ["None noticed."]


def score_words(page: ScoutingPage) -> str:
    """How well each play was foretold from those before it."""
    score = page.score
    if score.log_loss is None or score.accuracy is None:
        return "There is no play with a known outcome to predict."
    assert score.base_log_loss is not None
    assert score.base_accuracy is not None
    return (
        f"Each of {count(score.plays, 'play')} was predicted from those before it: right on"
        f" {percent(score.accuracy)} (by the rate so far: {percent(score.base_accuracy)}), log loss"
        f" {score.log_loss:.3f} ({score.base_log_loss:.3f})."
    )


def stretches(page: ScoutingPage, length: int = 10) -> list[tuple[str, str, str, str]]:
    """The learning curve in a table: plays, how many were foretold right, log loss, of the rate."""
    rows = []
    for begin in range(0, len(page.foretold), length):
        part = page.foretold[begin : begin + length]
        right = sum((f.chance >= 0.5) == f.called for f in part)
        numbers = f"{part[0].play} to {part[-1].play}" if len(part) > 1 else str(part[0].play)
        losses = (mean([f.loss for f in part]), mean([f.base_loss for f in part]))
        rows.append((numbers, f"{right} of {len(part)}", f"{losses[0]:.3f}", f"{losses[1]:.3f}"))
    return rows


def _sentence(words: str) -> str:
    """The words with a capital and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
