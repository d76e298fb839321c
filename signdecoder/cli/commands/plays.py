"""``signdecoder plays``: list a coach's plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.answer import Answer
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err
from signdecoder.cli.output import choose_output
from signdecoder.core.text import count

if TYPE_CHECKING:
    from signdecoder.core.play import Play


def plays(
    coach: options.Coach = None,
    last: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="List only the last N plays.")
    ] = None,
    db: options.Db = None,
    format: options.Format = None,
    json: options.Json = False,
    out: options.Out = None,
) -> None:
    """List a coach's plays, oldest first.

    Also shows sign changes that you recorded with "signdecoder changed".
    """
    from signdecoder.reports import play_text
    from signdecoder.store.store import Store

    output = choose_output(format, json, out)
    listed: list[Play] = []
    changes: frozenset[int] = frozenset()
    with Store.open(db) as store:
        if store.coaches():
            listed, changes = store.plays_and_change_points(options.find_coach(store, coach))
    start = max(len(listed) - last, 0) if last else 0
    listed, changes = listed[start:], frozenset(i - start for i in changes if i >= start)
    if not listed and output.is_for_people:
        echo_err(options.NO_PLAYS)
        return
    answer = Answer(
        "plays",
        table=lambda: play_text.plays_table(listed, changes),
        text=lambda: play_text.format_plays(listed, changes),
        document=lambda: play_text.plays_document(listed, changes),
    )
    output.write(answer, count(len(listed), "play"))


COMMAND = Command(plays, Section.MANAGE, "signdecoder plays --coach Hawks --last 10")
