"""``signdecoder rename``: rename a coach, a signal or a game."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.operations import print_operation

_Kind = Literal["coach", "signal", "game"]


def rename(
    kind: Annotated[_Kind, typer.Argument(metavar="coach|signal|game", hidden=True)],
    old: Annotated[str, typer.Argument(metavar="OLD", hidden=True)],
    new: Annotated[str, typer.Argument(metavar="NEW", hidden=True)],
    coach: options.Coach = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Rename a coach, a signal or a game.

    If NEW already exists, the two are merged. "signdecoder undo" reverts it.
    """
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        owner = None if kind == "coach" else options.find_coach(store, coach)
        operation = store.rename(kind, old, new, coach=owner)
    print_operation("done", operation, json)


COMMAND = Command(rename, Section.MANAGE, "signdecoder rename signal hat cap --coach Hawks")
