"""``signdecoder report``: what is known of each coach's signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.answer import Answer
from signdecoder.cli.command import Command, Section
from signdecoder.cli.decoders import open_coach
from signdecoder.cli.io import echo_err_line
from signdecoder.cli.output import choose_output
from signdecoder.cli.progress import track
from signdecoder.core.outcomes import STEAL
from signdecoder.core.shares import UNKNOWN_SHARE
from signdecoder.core.text import count

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.reports.coach_report import CoachReport
    from signdecoder.reports.scouting.page import ScoutingPage
    from signdecoder.store.store import Store


def report(
    coach: options.Coaches = None,
    play: options.PlayName = STEAL,
    details: options.Details = False,
    weights: options.WeightsFile = None,
    attributes: options.AttributesFile = None,
    separate: options.Separate = None,
    same: options.Same = None,
    unknown_share: options.UnknownShare = UNKNOWN_SHARE,
    db: options.Db = None,
    format: options.Format = None,
    json: options.Json = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Write a scouting report to FILE.html or FILE.md, or the table to another"
            " ending; - is standard output.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
) -> None:
    """Report each coach's sign card, rule, key sign and evidence.

    Also shows other rules that are still possible, changes of signs, how often predictions should
    be right, whether the pattern could be chance, and how many more steals it should take. A
    scouting report (--out) adds the deciding plays, and how good past predictions were.
    """
    from signdecoder.reports.coach_report import make_report, report_document
    from signdecoder.reports.coach_table import report_table
    from signdecoder.reports.coach_text import format_reports
    from signdecoder.reports.scouting.writer import ENDINGS, check_pages, write_pages
    from signdecoder.store.store import Store

    page = out if out and format is None and out.suffix.lower() in ENDINGS else None
    if page:
        check_pages(page)
    output = choose_output(format, json, None if page or out is None else str(out), also=ENDINGS)
    with Store.open(db) as store:
        called_play = options.find_play(store, play)
        pairs: list[tuple[CoachReport, Decoder]] = []
        for name in track("report", options.find_coaches(store, coach)):
            _, decoder = open_coach(
                store, name, called_play, weights, attributes, unknown_share, separate, same
            )
            pairs.append((make_report(name, decoder, store.plays(name)), decoder))
        if page:
            pages = [_scout(store, *pair) for pair in pairs]
            write_pages(pages, page)
            echo_err_line(f"Wrote {page} ({count(len(pages), 'coach', 'coaches')}).")
    if page and output.is_for_people:
        return
    reports = [known for known, _ in pairs]
    answer = Answer(
        "coaches",
        table=lambda: report_table(reports),
        text=lambda: format_reports(reports, details=details),
        document=lambda: report_document(reports),
    )
    output.write(answer, count(len(reports), "coach", "coaches"))


def _scout(store: Store, report: CoachReport, decoder: Decoder) -> ScoutingPage:
    from signdecoder.reports.scouting.page import make_scouting_page

    plays = store.plays(report.summary.coach)[: decoder.n_plays]
    return make_scouting_page(report, decoder, plays)


COMMAND = Command(report, Section.PREDICT, "signdecoder report --coach Hawks")
