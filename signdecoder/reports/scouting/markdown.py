"""Scouting pages as Markdown, with tables in GitHub's format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import percent, printable
from signdecoder.reports.phrases import outcome_name
from signdecoder.reports.scouting import content, tables
from signdecoder.reports.scouting.page import ScoutingPage

# What a Markdown parser may take for markup or a link. No name begins a line, so markup that only
# works there needs no escape.
_MARKS = re.compile(r"[\\`*_{}\[\]#|~@$^]|:(?=//)|(?<=www)\.", re.IGNORECASE)


# Markup and name of a signal's role under the rule.
_PARTS = {
    "key": ("**", "key sign"),
    "live": ("***", "live signal"),
    "wipe-off": ("~~", "wipe-off"),
}


def write_markdown(pages: Sequence[ScoutingPage]) -> str:
    """Return the Markdown document, one coach after the other.

    Parameters
    ----------
    pages : sequence of ScoutingPage
        The page of each coach.

    Returns
    -------
    str
        The document.
    """
    return "\n".join("\n".join(_lines(page)) for page in pages)


def _safe(text: str) -> str:
    """Escape text so that no Markdown parser sees markup, a link or a tag in it."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKS.sub(lambda found: "\\" + found.group(), plain)


def _lines(page: ScoutingPage) -> list[str]:
    summary = page.summary
    state, rule = content.format_verdict(summary)
    lines = [
        f"# Scouting report: {_safe(summary.coach)} ({_safe(outcome_name(summary.play))})",
        "",
        _safe(content.format_head(page)),
        "",
        f"**{_safe(state)}.** {_safe(rule)}",
        "",
        *(
            f"- {fact.label}: **{_safe(fact.figure)}** ({_safe(fact.detail)})"
            for fact in content.list_facts(page.report)
        ),
        "",
        *_section("Sign card", _card(page)),
        *_section("Key sign", _keys(page)),
        *_section("Deciding plays", _evidence(page)),
        *_section("Rivals", _rivals(page)),
        *_section("Changes of signs", _changes(summary)),
        *_section("How good the predictions were", _trust(page)),
        *(f"Note: {_safe(note)}.\n" for note in page.report.notes),
        f"*{_safe(page.made_by)}*",
        "",
    ]
    return lines


def _section(title: str, body: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *body, ""] if body else []


def _table(head: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """Make a table of cells that are already Markdown; ``align`` has `<` or `>` per column."""
    dashes = ["---:" if side == ">" else "---" for side in align]
    return [f"| {' | '.join(cells)} |" for cells in (head, dashes, *rows)]


def _card(page: ScoutingPage) -> list[str]:
    rows = [[_safe(cell) for cell in cells] for cells in tables.card_cells(page)]
    return _table(("play", "live signal", "key sign", "probability", "plays"), "<<<>>", rows)


def _keys(page: ScoutingPage) -> list[str]:
    rows = [
        (_safe(row.name), percent(row.share), _safe(row.detail))
        for row in tables.key_rows(page.summary)
    ]
    return _table(("signal", "probability", "plays that show it"), "<><", rows) if rows else []


def _evidence(page: ScoutingPage) -> list[str]:
    rows = tables.evidence_rows(page)
    if not rows:
        return []
    cells = [
        (str(row.play), _safe(row.game), _signs(row.signals), _safe(row.outcome), row.rivals)
        for row in rows
    ]
    shown = tables.roles_shown(rows)
    legend = ", ".join(
        f"{mark}{name}{mark}" for part, (mark, name) in _PARTS.items() if part in shown
    )
    table = _table(("play", "game", "signals", "outcome", "against"), "><<<<", cells)
    return [content.EVIDENCE, "", *table, "", f"{legend}; all others are decoys."]


def _signs(signals: Iterable[tuple[str, str]]) -> str:
    marks = {part: mark for part, (mark, _) in _PARTS.items()} | {"": ""}
    return " ".join(f"{marks[part]}{_safe(name)}{marks[part]}" for name, part in signals)


def _rivals(page: ScoutingPage) -> list[str]:
    decided = [
        f"- {letter}: {_safe(rule)} ({_safe(score)})"
        for letter, rule, score in tables.rival_rows(page)
    ]
    return decided + [
        f"- Still possible, {percent(row.share)}: {_safe(row.name)}"
        for row in tables.open_rows(page.summary)
    ]


def _changes(summary: CoachSummary) -> list[str]:
    return [f"- {_safe(sentence)}" for sentence in content.change_sentences(summary)]


def _trust(page: ScoutingPage) -> list[str]:
    if not page.predictions:
        return []
    curve = _table(
        ("plays", "right", "log loss", "log loss of the rate so far"),
        "<>>>",
        tables.learning_curve_rows(page),
    )
    bins = [
        (
            percent(b.predicted),
            percent(b.observed),
            f"{percent(b.low)} to {percent(b.high)}",
            str(b.n_predictions),
        )
        for b in page.bins
    ]
    calibration = _table(("predicted", "observed", "95% interval", "plays"), ">>>>", bins)
    return [_safe(content.format_score(page)), "", *curve, "", *calibration]
