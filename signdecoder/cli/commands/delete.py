"""``signdecoder delete``: delete a coach, a game or a play."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.operations import print_operation

_Kind = Literal["coach", "game", "play"]


def delete(
    kind: Annotated[_Kind, typer.Argument(metavar="coach|game|play", hidden=True)],
    name: Annotated[str, typer.Argument(metavar="NAME", hidden=True)],
    coach: options.Coach = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Delete a coach, a game or a play.

    NAME is the name of the coach or the game, or the id of the play in "signdecoder plays".
    "signdecoder undo" restores it.
    """
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        owner = options.find_coach(store, coach) if kind == "game" else None
        operation = store.delete(kind, name, coach=owner)
    print_operation("done", operation, json)


COMMAND = Command(delete, Section.MANAGE, "signdecoder delete play 12")
