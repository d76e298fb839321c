"""The command that opens practice."""

from __future__ import annotations

from typing import Annotated

import typer

from signdecoder.cli.ui import has_terminal
from signdecoder.core.errors import UsageError


def practice(
    level: Annotated[int, typer.Option(metavar="L", help="From 1, the easiest, to 5.")] = 1,
    seed: Annotated[
        int | None,
        typer.Option(metavar="S", help="Which coach is drawn; without it, anyone."),
    ] = None,
    plays: Annotated[int, typer.Option(metavar="N", help="Plays of a round, 5 to 200.")] = 30,
) -> None:
    """Practise on simulated coaches, against the decoder.

    A coach signs, you say steal or hold and how surely, and name his key sign. After each play you
    see what came and what the decoder thought of it, at the end the rule, who found it when, and
    the score. The same level, seed and plays make the same round: share them. Nothing is stored.
    """
    from signdecoder.practice.rounds import check_round

    check_round(level, seed or 0, plays)
    if not has_terminal():
        raise UsageError(
            "practice needs a terminal to show itself on",
            'run it in one, or make a log to practise on with "signdecoder simulate"',
        )
    from signdecoder.tui.app import SigndecoderApp
    from signdecoder.tui.config import PracticeConfig

    app = SigndecoderApp(PracticeConfig(level=level, seed=seed, plays=plays))
    app.run()
    if app.return_code:  # it was told to end, or met a fault
        raise typer.Exit(app.return_code)
