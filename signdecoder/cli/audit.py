"""The command with which a coach tries his own signs on simulated opponents."""

from collections.abc import Sequence
from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.output import print_json, print_words, quiet_libraries, say
from signdecoder.cli.progress import show_progress
from signdecoder.errors import ExitStatus, SigndecoderError, UsageError
from signdecoder.plays import read_name


def audit(
    family: Annotated[str, typer.Option(metavar="F", help="The kind of rule, see above.")] = "next",
    key: Annotated[
        str | None, typer.Option(metavar="SIGNAL", help="The key sign, or indicator.")
    ] = None,
    live: Annotated[
        str | None,
        typer.Option(
            metavar="SIGNAL", help="The steal's live signal; a number if the rule counts."
        ),
    ] = None,
    second: Annotated[
        str | None,
        typer.Option(
            metavar="SIGNAL",
            help="The second signal; between: the key that closes (default: the key again);"
            " hot: another live signal; count_after: where the count ends.",
        ),
    ] = None,
    ordinal: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Which signal is live; kth: 2 (default) to 5; position: 1 to 5, or -1, the last"
            " (default).",
        ),
    ] = None,
    wipe_off: Annotated[
        str | None, typer.Option(metavar="SIGNAL", help="The signal that cancels all before it.")
    ] = None,
    wipes_all: Annotated[
        bool, typer.Option("--wipes-all", help="It cancels what follows it as well.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLAY=SIGNAL",
            help="Another play and its live signal, such as bunt=ear; can be repeated.",
        ),
    ] = None,
    steals: Annotated[
        float | None,
        typer.Option(metavar="R", help="The share of plays that call a steal, such as 0.3."),
    ] = None,
    others: Annotated[
        float | None,
        typer.Option(metavar="R", help="That of all other plays together (default: 0.2)."),
    ] = None,
    signals: Annotated[
        str | None,
        typer.Option(
            metavar="N|A,B",
            help="How many different signals you use, or all their names (default: 6 to 12).",
        ),
    ] = None,
    length: Annotated[
        float | None,
        typer.Option(metavar="L", help="How many signals you usually give in a play."),
    ] = None,
    steal_length: Annotated[
        float | None,
        typer.Option(metavar="L", help="How many when you call a steal, if it differs."),
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(
            metavar="CSV",
            help="Your own log, or a list of your sequences: your habits are taken from it.",
        ),
    ] = None,
    compact: options.Compact = False,
    seasons: Annotated[
        int, typer.Option(metavar="N", min=6, help="Simulated seasons: more are more exact.")
    ] = 21,
    plays: Annotated[
        int, typer.Option(metavar="N", min=10, max=60, help="Plays of a season.")
    ] = 40,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Which seasons are simulated.")] = 0,
    weights: options.WeightsFile = None,
    json: options.Json = False,
) -> None:
    """Try your own signs: how soon are they cracked, what gives them away, what would help?

    Opponents log every play of simulated seasons of yours. What you do not tell is as typical
    coaches have it.

    \b
    Kinds of rule (--family), and what to name of each:
      next         the signal right after the key           --key --live
      kth          the second one after the key             --key --live --ordinal
      anywhere     any signal after the key                 --key --live
      before       the signal right before the key          --key --live
      both         key and live signal, in any order        --key --live
      two_after    key, second and live signal in a row     --key --second --live
      between      a signal between the key and the second  --key --live --second
      hot          the live signal alone, without a key     --live --second
      position     the last signal, or the first            --live --ordinal
      twice        the same signal twice running            --live, if only that
      sandwich     the same again two places later          --live, if only that
      count_of     how many times the key comes             --key --live 2
      count_after  how many signals follow the key          --key --live 3 --second
    """
    from signdecoder.audit.roles import Told
    from signdecoder.audit.signs import make_signs
    from signdecoder.audit.trial import audit as run_audit
    from signdecoder.audit.words import audit_document, audit_words

    number, names = _read_signals(signals)
    told = Told(
        family, key, live, second, wipe_off, wipes_all, ordinal, _read_others(also or []), names
    )
    signs = make_signs(
        told,
        steals=steals,
        others=others,
        count=number,
        length=length,
        call_length=steal_length,
        sequences=_read_own(log, compact) if log is not None else (),
    )
    try:
        with quiet_libraries(), show_progress("audit") as progress:
            done = run_audit(
                signs, seed=seed, seasons=seasons, plays=plays, weights=weights, progress=progress
            )
    except KeyboardInterrupt:
        say("Interrupted: nothing was measured.")
        raise typer.Exit(ExitStatus.INTERRUPTED) from None
    if json:
        print_json(audit_document(done))
    else:
        print_words(audit_words(done))


def _read_signals(text: str | None) -> tuple[int | None, tuple[str, ...]]:
    """How many signals there are, or their names."""
    if text is None:
        return None, ()
    if text.strip().isdecimal():
        return int(text), ()
    names = tuple(read_name(part) for part in text.split(",") if part.strip())
    if len(names) < 2:
        raise UsageError(
            f'"{text}" is neither a number nor a list of signals',
            "write it like 9, or like cap,belt,ear,nose",
        )
    return None, names


def _read_others(also: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The other plays, each with what is live for it."""
    pairs: list[tuple[str, str]] = []
    for text in also:
        play, equals, signal = text.partition("=")
        if not (equals and play.strip() and signal.strip()):
            raise UsageError(f'"{text}" is no play with its live signal', "write it like bunt=ear")
        name = options.name_play(play)
        if name == "steal" or name in dict(pairs):
            raise UsageError(f"there are two live signals for {name}", "name one")
        pairs.append((name, read_name(signal)))
    return tuple(pairs)


def _read_own(file: str, compact: bool) -> tuple[tuple[str, ...], ...]:
    """The coach's own sequences. Raises SigndecoderError where a row is bad or not his."""
    from signdecoder.logs import read_sequences

    read = read_sequences(file, compact=compact)
    for row in read.bad:
        say(f"{read.file}:{row.line}: {row.what}")
    if read.bad:
        raise SigndecoderError(f"nothing was measured, because of {file}", "mend what is wrong")
    if "coach" in read.cells:
        coaches = sorted({name.strip() for name in read.cells["coach"] if name.strip()})
        if len(coaches) > 1:
            raise SigndecoderError(
                f"{file} holds the plays of several coaches ({', '.join(coaches)})",
                "give a log of your own plays alone",
            )
    if not read.signals:
        raise SigndecoderError(f"{file} holds no sequences", "give a log with plays")
    return read.signals
