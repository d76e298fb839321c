"""The options of `signdecoder audit`: what a coach tells of his signs."""

from typing import Annotated

import typer

Family = Annotated[str, typer.Option(metavar="F", help="The kind of rule, see above.")]
Key = Annotated[str | None, typer.Option(metavar="SIGNAL", help="The key sign, or indicator.")]
Live = Annotated[
    str | None,
    typer.Option(metavar="SIGNAL", help="The steal's live signal; a number if the rule counts."),
]
Second = Annotated[
    str | None,
    typer.Option(
        metavar="SIGNAL",
        help="The second signal; between: the key that closes (default: the key again);"
        " hot: another live signal; count_after: where the count ends.",
    ),
]
Ordinal = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Which signal is live; kth: 2 (default) to 5; position: 1 to 5, or -1, the last"
        " (default).",
    ),
]
WipeOff = Annotated[
    str | None, typer.Option(metavar="SIGNAL", help="The signal that cancels all before it.")
]
WipesAll = Annotated[bool, typer.Option("--wipes-all", help="It cancels what follows it as well.")]
Also = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PLAY=SIGNAL",
        help="Another play and its live signal, such as bunt=ear; can be repeated.",
    ),
]
Steals = Annotated[
    float | None,
    typer.Option(metavar="R", help="The share of plays that call a steal, such as 0.3."),
]
Others = Annotated[
    float | None,
    typer.Option(metavar="R", help="That of all other plays together (default: 0.2)."),
]
Signals = Annotated[
    str | None,
    typer.Option(
        metavar="N|A,B",
        help="How many different signals you use, or all their names (default: 6 to 12).",
    ),
]
Length = Annotated[
    float | None,
    typer.Option(metavar="L", help="How many signals you usually give in a play."),
]
StealLength = Annotated[
    float | None,
    typer.Option(metavar="L", help="How many when you call a steal, if it differs."),
]
Log = Annotated[
    str | None,
    typer.Option(
        metavar="CSV",
        help="Your own log, or a list of your sequences: your habits are taken from it.",
    ),
]
Seasons = Annotated[
    int, typer.Option(metavar="N", min=6, help="Simulated seasons: more are more exact.")
]
Plays = Annotated[int, typer.Option(metavar="N", min=10, max=60, help="Plays of a season.")]
Seed = Annotated[int, typer.Option(metavar="S", min=0, help="Which seasons are simulated.")]
