"""``signdecoder plays``: list a coach's plays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.answer import Answer
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err
from signdecoder.cli.output import choose_output
from signdecoder.core.names import fold
from signdecoder.core.outcomes import normalize_outcome
from signdecoder.core.text import count

if TYPE_CHECKING:
    from signdecoder.core.play import Play


def plays(
    coach: options.Coach = None,
    game: Annotated[
        str | None, typer.Option(metavar="G", help="List only the plays of this game.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="O", help="List only the plays with this outcome.")
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="List only the plays with this text in any column."),
    ] = None,
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
    wanted = _filter(game, outcome, search)
    kept = [index for index, play in enumerate(listed) if wanted(play)]
    # New signs stand before the first of the kept plays that has them.
    begun = [i for i in changes if kept and i >= kept[0]]
    changes = frozenset(bisect_left(kept, i) for i in begun)
    shown = [listed[index] for index in kept]
    start = max(len(shown) - last, 0) if last else 0
    shown, changes = shown[start:], frozenset(i - start for i in changes if i >= start)
    if not kept and output.is_for_people:
        echo_err("No play is like that." if listed else options.NO_PLAYS)
        return
    answer = Answer(
        "plays",
        table=lambda: play_text.plays_table(shown, changes),
        text=lambda: play_text.format_plays(shown, changes),
        document=lambda: play_text.plays_document(shown, changes),
    )
    output.write(answer, count(len(shown), "play"))


def _filter(game: str | None, outcome: str | None, search: str | None) -> Callable[[Play], bool]:
    """Return whether a play has what the options ask for; capital letters do not matter."""
    from signdecoder.logs.play_log_writer import log_cells, log_columns

    called = normalize_outcome(outcome) if outcome is not None else None

    def wanted(play: Play) -> bool:
        if game is not None and fold(play.game) != fold(game):
            return False
        if called is not None and play.outcome != called:
            return False
        cells = log_cells(play, log_columns([play])) if search is not None else []
        return search is None or any(fold(search) in fold(cell) for cell in cells)

    return wanted


COMMAND = Command(plays, Section.MANAGE, "signdecoder plays --coach Hawks --last 10")
