"""``signdecoder simulate``: make up a coach's log."""

from __future__ import annotations

from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.answer import Answer
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err
from signdecoder.cli.output import choose_output
from signdecoder.core.names import parse_name
from signdecoder.core.text import count


def simulate(
    plays: Annotated[int, typer.Option(metavar="N", min=1, max=120_000, help="Number of plays.")],
    seed: Annotated[
        int, typer.Option(metavar="S", min=0, help="Number that selects the coach and the plays.")
    ],
    coach: Annotated[
        str, typer.Option("--coach", "-c", metavar="NAME", help="Name of the coach.")
    ] = "Simulated coach",
    games: Annotated[int, typer.Option(metavar="G", min=1, help="Number of games.")] = 1,
    family: Annotated[
        str | None, typer.Option(metavar="F", help="Kind of rule (default: random).")
    ] = None,
    wipe_off: Annotated[
        bool, typer.Option("--wipe-off", help="Give the coach a signal that cancels the sign.")
    ] = False,
    other_plays: Annotated[
        float,
        typer.Option(metavar="R", min=0, max=0.9, help="Share of bunts and other plays."),
    ] = 0.0,
    level: Annotated[
        str, typer.Option(metavar="L", help="Level of play (sets steal rate and noise).")
    ] = "classroom",
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Print the rule on standard error, not in the log.")
    ] = False,
    format: options.Format = None,
    json: options.Json = False,
    out: options.Out = None,
) -> None:
    """Simulate a coach and write the log of their plays.

    The same options give the same log. Levels: classroom, youth, high-school, college, pro.
    """
    from signdecoder.reports.play_text import log_table
    from signdecoder.simulation.named_log import simulate as make_log

    output = choose_output(format, json, out, default="csv")
    log = make_log(
        plays,
        seed,
        coach=parse_name(coach, "coach"),
        games=games,
        family=family,
        wipe_off=wipe_off,
        other_plays=other_plays,
        level=level,
    )
    output.write(Answer("plays", table=lambda: log_table(log.plays)), count(plays, "play"))
    if reveal:
        echo_err(f"The rule: {log.rule}")


def _list_families() -> str:
    from signdecoder.core.text import columns
    from signdecoder.rules.registry import FAMILIES
    from signdecoder.simulation.wide_coaches import WIDE_KINDS

    wider = {kind: summary for kind, summary in WIDE_KINDS.items() if kind not in FAMILIES}
    rows = [(f"  {kind}", summary) for kind, summary in wider.items()]
    known = f"Kinds of rule (--family): {', '.join(FAMILIES)}."
    title = "Wider kinds, whose logs say when each play was:"
    return "\n".join((known, "", "\b", title, *columns(rows, "<<")))


COMMAND = Command(
    simulate,
    Section.SIMULATE,
    "signdecoder simulate --plays 40 --seed 7 --out demo.csv",
    more_help=_list_families,
)
