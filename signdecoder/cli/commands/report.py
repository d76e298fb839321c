"""``signdecoder report``: what is known of each coach's signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.decoders import open_coach
from signdecoder.cli.io import echo_err_line, print_json, print_text
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
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a scouting report (one section per coach) to FILE.html or FILE.md.",
        ),
    ] = None,
    details: options.Details = False,
    weights: options.WeightsFile = None,
    attributes: options.AttributesFile = None,
    separate: options.Separate = None,
    same: options.Same = None,
    unknown_share: options.UnknownShare = UNKNOWN_SHARE,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Report each coach's sign card, rule, key sign and evidence.

    Also shows other rules that are still possible, changes of signs, how often predictions should
    be right, whether the pattern could be chance, and how many more steals it should take. A
    scouting report (--out) adds the deciding plays, and how good past predictions were.
    """
    from signdecoder.reports.coach_report import make_report, report_document
    from signdecoder.reports.coach_text import format_reports
    from signdecoder.reports.scouting.writer import check_pages, write_pages
    from signdecoder.store.store import Store

    if out:
        check_pages(out)
    with Store.open(db) as store:
        called_play = options.find_play(store, play)
        pairs: list[tuple[CoachReport, Decoder]] = []
        for name in options.find_coaches(store, coach):
            _, decoder = open_coach(
                store, name, called_play, weights, attributes, unknown_share, separate, same
            )
            pairs.append((make_report(name, decoder, store.plays(name)), decoder))
        if out:
            pages = [_scout(store, *pair) for pair in pairs]
            write_pages(pages, out)
            echo_err_line(f"Wrote {out} ({count(len(pages), 'coach', 'coaches')}).")
    reports = [known for known, _ in pairs]
    if json:
        print_json(report_document(reports))
    elif not out:
        print_text(format_reports(reports, details=details))


def _scout(store: Store, report: CoachReport, decoder: Decoder) -> ScoutingPage:
    from signdecoder.reports.scouting.page import make_scouting_page

    plays = store.plays(report.summary.coach)[: decoder.n_plays]
    return make_scouting_page(report, decoder, plays)


COMMAND = Command(report, Section.PREDICT, "signdecoder report --coach Hawks")
