"""``signdecoder practice``: reading signs against the decoder."""

from __future__ import annotations

from typing import Annotated

import typer

from signdecoder.cli import screens
from signdecoder.cli.command import Command, Section
from signdecoder.core.errors import UsageError


def practice(
    level: Annotated[int, typer.Option(metavar="L", help="Difficulty: 1 (easiest) to 5.")] = 1,
    seed: Annotated[
        int | None,
        typer.Option(metavar="S", help="Number that selects the coach (default: random)."),
    ] = None,
    plays: Annotated[int, typer.Option(metavar="N", help="Plays in a round, 5 to 200.")] = 30,
) -> None:
    """Practice reading simulated coaches, against the decoder.

    A coach gives signs. You predict steal or hold, say how confident you are, and name the key
    sign. After each play you see the outcome and the decoder's prediction. At the end you see the
    rule, who found it first, and the score. The same level, seed and number of plays give the same
    round, so you can share it. Nothing is saved.
    """
    from signdecoder.practice.rounds import validate_round

    validate_round(level, seed or 0, plays)
    if not screens.has_terminal():
        raise UsageError(
            "practice needs a terminal",
            'run it in one, or make a log to practice on with "signdecoder simulate"',
        )
    from signdecoder.tui.app import SigndecoderApp
    from signdecoder.tui.config import PracticeConfig

    app = SigndecoderApp(PracticeConfig(level=level, seed=seed, plays=plays))
    app.run()
    if app.return_code:  # a signal ended it, or an internal error
        raise typer.Exit(app.return_code)


COMMAND = Command(practice, Section.SCREENS, "signdecoder practice --level 2 --seed 417")
