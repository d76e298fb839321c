"""``signdecoder changed``: record that a coach changed the signs."""

from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.operations import print_operation


def changed(
    coach: options.Coach = None,
    after: Annotated[
        int | None,
        typer.Option(metavar="ID", min=1, help="Id of the last play with the old signs."),
    ] = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Record that the coach changed the signs here.

    "Here" is after the coach's last play in "signdecoder plays", or after the play that --after
    names by its id. Plays before that no longer count
    as evidence about the new signs. You need not run this if you do not know: signdecoder detects
    changes and reports when they happened.
    """
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        if after is not None and coach is None:
            coach = next((play.coach for play in store.plays_numbered([after])), None)
        operation = store.add_change_point(options.find_coach(store, coach), after)
    print_operation("done", operation, json)


COMMAND = Command(changed, Section.LOG, "signdecoder changed --coach Hawks")
