"""A scout's pages as Markdown, tables as GitHub has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from signdecoder.core.text import percent, printable
from signdecoder.reports.coach_text import outcome_name
from signdecoder.reports.scouting import content as words
from signdecoder.reports.scouting.page import ScoutingPage

# What a reader may take for a mark or a link. No name begins a line, so marks that must are free.
_MARKS = re.compile(r"[\\`*_{}\[\]#|~@$^]|:(?=//)|(?<=www)\.", re.IGNORECASE)


# Mark and name of what a signal is to the rule.
_PARTS = {
    "key": ("**", "key sign"),
    "live": ("***", "live signal"),
    "wipe-off": ("~~", "wipes off"),
}


def write_markdown(pages: Sequence[ScoutingPage]) -> str:
    """The document, coach after coach."""
    return "\n".join("\n".join(_lines(page)) for page in pages)


def _safe(text: str) -> str:
    """Text that no Markdown reader takes for a mark, a link or a tag."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKS.sub(lambda found: "\\" + found.group(), plain)


def _lines(page: ScoutingPage) -> list[str]:
    report = page.report
    state, rule = words.verdict_words(report)
    lines = [
        f"# Scout report: {_safe(report.coach)} ({_safe(outcome_name(report.play))})",
        "",
        _safe(words.head_words(page)),
        "",
        f"**{_safe(state)}.** {_safe(rule)}",
        "",
        *(
            f"- {fact.label}: **{_safe(fact.figure)}**, {_safe(fact.detail)}"
            for fact in words.facts_of(report)
        ),
        "",
        *_section("Sign card", _card(page)),
        *_section("Key sign", _keys(page)),
        *_section("The plays that decide", _evidence(page)),
        *_section("Rivals", _rivals(page)),
        *_section("Changes of signs", [f"- {_safe(s)}" for s in words.change_sentences(report)]),
        *_section("How far to trust it", _trust(page)),
        *(f"Note: {_safe(note)}.\n" for note in report.notes),
        f"*{_safe(page.maker)}*",
        "",
    ]
    return lines


def _section(title: str, body: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *body, ""] if body else []


def _table(head: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already; ``align`` holds `<` or `>` for each column."""
    dashes = ["---:" if side == ">" else "---" for side in align]
    return [f"| {' | '.join(cells)} |" for cells in (head, dashes, *rows)]


def _card(page: ScoutingPage) -> list[str]:
    rows = [[_safe(cell) for cell in cells] for cells in words.card_cells(page)]
    return _table(("play", "live signal", "key sign", "sure", "seen"), "<<<>>", rows)


def _keys(page: ScoutingPage) -> list[str]:
    rows = [
        (_safe(row.name), percent(row.share), _safe(row.detail))
        for row in words.key_rows(page.report)
    ]
    return _table(("signal", "chance", "plays that show it"), "<><", rows) if rows else []


def _evidence(page: ScoutingPage) -> list[str]:
    rows = words.evidence_rows(page)
    if not rows:
        return []
    cells = [
        (str(row.play), _safe(row.game), _signs(row.signals), _safe(row.outcome), row.rivals)
        for row in rows
    ]
    shown = words.parts_shown(rows)
    legend = ", ".join(
        f"{mark}{name}{mark}" for part, (mark, name) in _PARTS.items() if part in shown
    )
    table = _table(("play", "game", "signals", "then", "against"), "><<<<", cells)
    return [words.EVIDENCE, "", *table, "", f"{legend}; the others are decoys."]


def _signs(signals: Iterable[tuple[str, str]]) -> str:
    marks = {part: mark for part, (mark, _) in _PARTS.items()} | {"": ""}
    return " ".join(f"{marks[part]}{_safe(name)}{marks[part]}" for name, part in signals)


def _rivals(page: ScoutingPage) -> list[str]:
    decided = [
        f"- {letter}: {_safe(rule)} ({_safe(score)})"
        for letter, rule, score in words.rival_rows(page)
    ]
    return decided + [
        f"- Still open, {percent(row.share)}: {_safe(row.name)}"
        for row in words.open_rows(page.report)
    ]


def _trust(page: ScoutingPage) -> list[str]:
    if not page.foretold:
        return []
    curve = _table(
        ("plays", "foretold right", "log loss", "of the rate so far"), "<>>>", words.stretches(page)
    )
    bins = [
        (
            percent(b.said),
            percent(b.happened),
            f"{percent(b.low)} to {percent(b.high)}",
            str(b.predictions),
        )
        for b in page.bins
    ]
    said = _table(("said", "came", "95% interval", "plays"), ">>>>", bins)
    return [_safe(words.score_words(page)), "", *curve, "", *said]
