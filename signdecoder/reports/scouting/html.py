"""A scout's pages as one HTML file: it opens offline, asks for nothing, and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from signdecoder.core.outcomes import UNKNOWN
from signdecoder.core.text import percent, printable
from signdecoder.reports.coach_text import outcome_name
from signdecoder.reports.scouting import content as words
from signdecoder.reports.scouting.charts import draw_learning, draw_reliability
from signdecoder.reports.scouting.page import ScoutingPage

_STYLE = Path(__file__).with_name("page.css")
# Whatever a name in a log may hold, a browser fetches nothing and runs nothing for it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# Class and name of what a signal is to the rule.
_PARTS = {
    "key": ("key", "key sign"),
    "live": ("live", "live signal"),
    "wipe-off": ("wipe", "wipes off"),
}


def write_html(pages: Sequence[ScoutingPage]) -> str:
    """The document; each coach is a page of its own when it is printed."""
    names = ", ".join(page.report.coach for page in pages)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Scout report: {_safe(names)}</title>\n"
        f"<style>\n{_STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n"
        + _nav(pages)
        + "".join(_article(page, number) for number, page in enumerate(pages, 1))
        + "</body>\n</html>\n"
    )


def _safe(text: str) -> str:
    """Text that is nothing but text, wherever it stands."""
    return escape(printable(text))


def _nav(pages: Sequence[ScoutingPage]) -> str:
    if len(pages) < 2:
        return ""
    links = (f'<a href="#coach-{n}">{_safe(p.report.coach)}</a>' for n, p in enumerate(pages, 1))
    return f"<nav>{''.join(links)}</nav>\n"


def _article(page: ScoutingPage, number: int) -> str:
    report = page.report
    called = outcome_name(report.play)
    return (
        f'<article id="coach-{number}">\n<header><p class="kind">Scout report · {_safe(called)}</p>'
        f"<h1>{_safe(report.coach)}</h1>"
        f'<p class="seen">{_safe(words.head_words(page))}</p></header>\n'
        + _verdict(page)
        + f'<div class="pair">{_card(page)}{_keys(page)}</div>\n'
        + _evidence(page)
        + f'<div class="pair">{_rivals(page)}{_changes(page)}</div>\n'
        + _pictures(page)
        + "".join(f'<p class="quiet">Note: {_safe(note)}.</p>\n' for note in report.notes)
        + f"<footer>{_safe(page.maker)}</footer>\n</article>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>\n"


def _verdict(page: ScoutingPage) -> str:
    state, rule = words.verdict_words(page.report)
    facts = "".join(
        f"<div><dt>{_safe(fact.label)}</dt>"
        f'<dd><span class="figure">{_safe(fact.figure)}</span>{_safe(fact.detail)}</dd></div>'
        for fact in words.facts_of(page.report)
    )
    kind = "verdict cracked" if page.report.cracked else "verdict"
    return (
        f'<section class="{kind}"><p class="state">{_safe(state)}</p>'
        f'<p class="rule">{_safe(rule)}</p>'
        + (f'<dl class="facts">{facts}</dl>' if facts else "")
        + "</section>\n"
    )


def _card(page: ScoutingPage) -> str:
    head = ("play", "live signal", "key sign", "sure", "seen")
    kinds = ("", "", "", "number", "number")
    return _section("Sign card", _table(head, kinds, map(_cells, words.card_cells(page))))


def _cells(cells: Iterable[str]) -> list[str]:
    return [_safe(cell) for cell in cells]


def _table(head: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already; ``kinds`` are the classes of the columns."""
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
    rows = words.key_rows(page.report)
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
    rows = words.evidence_rows(page)
    if not rows:
        return ""
    head = ("play", "game", "signals", "then", "against")
    kinds = ("", "wide", "signs", "", "")
    cells = [
        (str(row.play), _safe(row.game), _signs(row.signals), _safe(row.outcome), row.rivals)
        for row in rows
    ]
    body = f'<p class="quiet">{words.EVIDENCE}</p>' + _table(head, kinds, cells) + _legend(rows)
    return _section("The plays that decide", body)


def _legend(rows: Sequence[words.EvidenceRow]) -> str:
    shown = words.parts_shown(rows)
    marks = "".join(
        f'<span class="{kind}">{name}</span>'
        for part, (kind, name) in _PARTS.items()
        if part in shown
    )
    return f'<p class="legend quiet signs">{marks} the others are decoys</p>'


def _signs(signals: Iterable[tuple[str, str]]) -> str:
    """A sequence with what each signal is to the rule."""
    kinds = {part: f' class="{kind}"' for part, (kind, _) in _PARTS.items()}
    return " ".join(f"<span{kinds.get(part, '')}>{_safe(name)}</span>" for name, part in signals)


def _rivals(page: ScoutingPage) -> str:
    items = [
        f"<li><strong>{letter}</strong> {_safe(rule)} "
        f'<span class="quiet">{_safe(score)}</span></li>'
        for letter, rule, score in words.rival_rows(page)
    ]
    items += [
        f'<li>{_safe(row.name)} <span class="quiet">still open, {percent(row.share)}</span></li>'
        for row in words.open_rows(page.report)
    ]
    return _section("Rivals", f"<ul>{''.join(items)}</ul>") if items else ""


def _changes(page: ScoutingPage) -> str:
    sentences = "".join(f"<p>{_safe(said)}</p>" for said in words.change_sentences(page.report))
    return _section("Changes of signs", sentences)


def _pictures(page: ScoutingPage) -> str:
    if not page.foretold:
        return ""
    changes = [change.play + 1 for change in page.report.changes]
    called = _safe(outcome_name(page.report.play))
    silent = page.report.seen.get(UNKNOWN, 0)
    left_out = f" {silent} with an unknown outcome are left out." if silent else ""
    return _section(
        "How far to trust it",
        f"<p>{_safe(words.score_words(page))}{left_out}</p>"
        f'<div class="pair"><figure>{draw_learning(page.foretold, changes)}'
        f'<figcaption class="quiet">A filled dot is a {called}, a ring any other play. Below, the'
        " line is the decoder, the dashes the rate so far; lower is better.</figcaption></figure>"
        f"<figure>{draw_reliability(page.bins)}"
        '<figcaption class="quiet">On the dashes all is as it was said. Beside each dot how many'
        " plays it is of; the bars are 95% intervals.</figcaption></figure></div>",
    )
