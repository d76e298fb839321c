"""Scouting pages as one HTML file that works offline, loads nothing and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from signdecoder.core.outcomes import UNKNOWN
from signdecoder.core.text import percent, printable
from signdecoder.reports.phrases import outcome_name
from signdecoder.reports.scouting import content, tables
from signdecoder.reports.scouting.charts import draw_calibration, draw_learning
from signdecoder.reports.scouting.page import ScoutingPage

_STYLE = Path(__file__).with_name("page.css")
# Whatever a name in a log contains, it cannot make a browser load or run anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# CSS class and name of a signal's role under the rule.
_PARTS = {
    "key": ("key", "key sign"),
    "live": ("live", "live signal"),
    "wipe-off": ("wipe", "wipe-off"),
}


def write_html(pages: Sequence[ScoutingPage]) -> str:
    """Return the HTML document; each coach starts a new page when printed.

    Parameters
    ----------
    pages : sequence of ScoutingPage
        The page of each coach.

    Returns
    -------
    str
        The document.
    """
    names = ", ".join(page.summary.coach for page in pages)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Scouting report: {_safe(names)}</title>\n"
        f"<style>\n{_STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n"
        + _nav(pages)
        + "".join(_article(page, number) for number, page in enumerate(pages, 1))
        + "</body>\n</html>\n"
    )


def _safe(text: str) -> str:
    """Escape text so that it is safe anywhere in the document."""
    return escape(printable(text))


def _nav(pages: Sequence[ScoutingPage]) -> str:
    if len(pages) < 2:
        return ""
    links = (f'<a href="#coach-{n}">{_safe(p.summary.coach)}</a>' for n, p in enumerate(pages, 1))
    return f"<nav>{''.join(links)}</nav>\n"


def _article(page: ScoutingPage, number: int) -> str:
    called = outcome_name(page.summary.play)
    return (
        f'<article id="coach-{number}">\n<header>'
        f'<p class="kind">Scouting report · {_safe(called)}</p>'
        f"<h1>{_safe(page.summary.coach)}</h1>"
        f'<p class="seen">{_safe(content.format_head(page))}</p></header>\n'
        + _verdict(page)
        + f'<div class="pair">{_card(page)}{_keys(page)}</div>\n'
        + _evidence(page)
        + f'<div class="pair">{_rivals(page)}{_changes(page)}</div>\n'
        + _pictures(page)
        + "".join(f'<p class="quiet">Note: {_safe(note)}.</p>\n' for note in page.report.notes)
        + f"<footer>{_safe(page.made_by)}</footer>\n</article>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>\n"


def _verdict(page: ScoutingPage) -> str:
    state, rule = content.format_verdict(page.summary)
    facts = "".join(
        f"<div><dt>{_safe(fact.label)}</dt>"
        f'<dd><span class="figure">{_safe(fact.figure)}</span>{_safe(fact.detail)}</dd></div>'
        for fact in content.list_facts(page.report)
    )
    kind = "verdict cracked" if page.summary.cracked else "verdict"
    return (
        f'<section class="{kind}"><p class="state">{_safe(state)}</p>'
        f'<p class="rule">{_safe(rule)}</p>'
        + (f'<dl class="facts">{facts}</dl>' if facts else "")
        + "</section>\n"
    )


def _card(page: ScoutingPage) -> str:
    head = ("play", "live signal", "key sign", "probability", "plays")
    kinds = ("", "", "", "number", "number")
    return _section("Sign card", _table(head, kinds, map(_cells, tables.card_cells(page))))


def _cells(cells: Iterable[str]) -> list[str]:
    return [_safe(cell) for cell in cells]


def _table(head: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Make a table of cells that are already HTML; ``kinds`` are the classes of the columns."""
    marks = [f' class="{kind}"' if kind else "" for kind in kinds]
    top = "".join(f"<th{mark}>{name}</th>" for name, mark in zip(head, marks, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{cell}</td>" for cell, mark in zip(row, marks, strict=True))
        + "</tr>\n"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table>"


def _keys(page: ScoutingPage) -> str:
    rows = tables.key_rows(page.summary)
    if not rows:
        return ""
    items = "".join(
        f'<li><div class="top"><span>{_safe(row.name)}</span>'
        f"<span>{percent(row.share)}</span></div>"
        f'<div class="bar"><i style="width:{100 * row.share:.1f}%"></i></div>'
        f'<span class="quiet">{_safe(row.detail)}</span></li>\n'
        for row in rows
    )
    return _section("Key sign", f"<ul>{items}</ul>")


def _evidence(page: ScoutingPage) -> str:
    rows = tables.evidence_rows(page)
    if not rows:
        return ""
    head = ("play", "game", "signals", "outcome", "against")
    kinds = ("", "wide", "signs", "", "")
    cells = [
        (str(row.play), _safe(row.game), _signs(row.signals), _safe(row.outcome), row.rivals)
        for row in rows
    ]
    body = f'<p class="quiet">{content.EVIDENCE}</p>' + _table(head, kinds, cells) + _legend(rows)
    return _section("Deciding plays", body)


def _legend(rows: Sequence[tables.EvidenceRow]) -> str:
    shown = tables.roles_shown(rows)
    marks = "".join(
        f'<span class="{kind}">{name}</span>'
        for part, (kind, name) in _PARTS.items()
        if part in shown
    )
    return f'<p class="legend quiet signs">{marks} all others are decoys</p>'


def _signs(signals: Iterable[tuple[str, str]]) -> str:
    """Mark each signal of a sequence with its role under the rule."""
    kinds = {part: f' class="{kind}"' for part, (kind, _) in _PARTS.items()}
    return " ".join(f"<span{kinds.get(part, '')}>{_safe(name)}</span>" for name, part in signals)


def _rivals(page: ScoutingPage) -> str:
    items = [
        f"<li><strong>{letter}</strong> {_safe(rule)} "
        f'<span class="quiet">{_safe(score)}</span></li>'
        for letter, rule, score in tables.rival_rows(page)
    ]
    items += [
        f"<li>{_safe(row.name)} "
        f'<span class="quiet">still possible, {percent(row.share)}</span></li>'
        for row in tables.open_rows(page.summary)
    ]
    return _section("Rivals", f"<ul>{''.join(items)}</ul>") if items else ""


def _changes(page: ScoutingPage) -> str:
    sentences = "".join(f"<p>{_safe(said)}</p>" for said in content.change_sentences(page.summary))
    return _section("Changes of signs", sentences)


def _pictures(page: ScoutingPage) -> str:
    if not page.predictions:
        return ""
    changes = [change.play + 1 for change in page.summary.changes]
    called = _safe(outcome_name(page.summary.play))
    silent = page.summary.outcomes.get(UNKNOWN, 0)
    left_out = f" {silent} with an unknown outcome were left out." if silent else ""
    return _section(
        "How good the predictions were",
        f"<p>{_safe(content.format_score(page))}{left_out}</p>"
        f'<div class="pair"><figure>{draw_learning(page.predictions, changes)}'
        f'<figcaption class="quiet">A filled dot is a {called}, a ring is any other play. Below,'
        " the line is the decoder and the dashes are the rate so far; lower is better."
        "</figcaption></figure>"
        f"<figure>{draw_calibration(page.bins)}"
        '<figcaption class="quiet">Dots on the dashed line mean perfect calibration. The number'
        " beside a dot is its number of plays. Bars are 95% intervals.</figcaption></figure></div>",
    )
