"""``signdecoder delete``: delete a coach, a game or a play, also for good."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import ask, print_json, print_text
from signdecoder.cli.operations import print_operation
from signdecoder.core.errors import SigndecoderError, UsageError

if TYPE_CHECKING:
    from signdecoder.store.erasing import ErasurePlan

_Kind = Literal["coach", "game", "play"]


def delete(
    kind: Annotated[_Kind, typer.Argument(metavar="coach|game|play", hidden=True)],
    name: Annotated[str, typer.Argument(metavar="NAME", hidden=True)],
    coach: options.Coach = None,
    for_good: Annotated[
        bool, typer.Option("--for-good", help="Remove it and all traces of it, after a question.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer that question with yes.")] = False,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Delete a coach, a game or a play.

    NAME is the name of the coach or the game, or the id of the play in "signdecoder plays".
    "signdecoder undo" restores it.

    With --for-good nothing restores it, and what was deleted before is removed too. Saved beliefs
    and tuned weights go as well, and so does the history that undo needs for these plays. The file
    is rebuilt. Earlier backups and exports still hold the plays; the backups are named.
    """
    from signdecoder.store.store import Store

    if not for_good:
        if yes:
            raise UsageError("--yes answers the question of --for-good", "give both, or none")
        with Store.open(db) as store:
            owner = options.find_coach(store, coach) if kind == "game" else None
            operation = store.delete(kind, name, coach=owner)
        print_operation("done", operation, json)
        return

    from signdecoder.reports import store_text
    from signdecoder.store.erasing import erase, plan_erasure

    with Store.open(db) as store:
        owner = coach
        if kind == "game" and coach is None and store.coaches():
            owner = options.find_coach(store, None)
        with store.reading() as reading:
            plan = plan_erasure(reading, kind, name, owner)
        if not yes:
            _ask(plan)
        erasure = erase(store, kind, name, owner)
    done = "it is removed"
    if json:
        print_json(store_text.erasure_document(erasure), done)
    else:
        print_text(store_text.format_erasure(erasure), done)


def _ask(plan: ErasurePlan) -> None:
    """Ask whether to remove what is planned. Raises SigndecoderError unless the answer is yes."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            "--for-good asks a question, and there is no terminal, so nothing was deleted",
            "add --yes to answer it",
        )
    if not ask(f"Delete {plan.describe()} for good? Nothing can undo this."):
        raise SigndecoderError("nothing was deleted", "answer y to delete it for good")


COMMAND = Command(delete, Section.MANAGE, "signdecoder delete play 12")
