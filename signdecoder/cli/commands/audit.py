"""``signdecoder audit``: test your own signs against simulated opponents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.answer import Answer
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err, echo_err_line, silence_libraries
from signdecoder.cli.output import choose_output
from signdecoder.core.errors import ExitStatus, SigndecoderError, UsageError
from signdecoder.core.missed import has_missed
from signdecoder.core.names import parse_name
from signdecoder.core.text import count

if TYPE_CHECKING:
    from signdecoder.rules.family import RuleFamily


def audit(
    family: Annotated[str, typer.Option(metavar="F", help="Kind of rule (see above).")] = "next",
    key: Annotated[
        str | None,
        typer.Option(
            metavar="SIGNAL",
            help="The key sign, or indicator; several with commas, if any will do.",
        ),
    ] = None,
    live: Annotated[
        str | None,
        typer.Option(
            metavar="SIGNAL",
            help="The live signal for steal, or several with commas; a number if it counts.",
        ),
    ] = None,
    second: Annotated[
        str | None,
        typer.Option(
            metavar="SIGNAL",
            help="The second signal. between: closes the pair (default: the key again);"
            " hot: another live signal; count_after: ends the count.",
        ),
    ] = None,
    ordinal: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Position of the live signal. kth: 2 (default) to 5; position: 1 to 5, or -1 for"
            " the last (default).",
        ),
    ] = None,
    wipe_off: Annotated[
        str | None, typer.Option(metavar="SIGNAL", help="Signal that cancels all before it.")
    ] = None,
    wipes_all: Annotated[
        bool, typer.Option("--wipes-all", help="The wipe-off also cancels what follows it.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLAY=SIGNAL",
            help="Another play and its live signal, such as bunt=ear; may be repeated.",
        ),
    ] = None,
    steals: Annotated[
        float | None,
        typer.Option(metavar="R", help="Share of plays that are steals, such as 0.3."),
    ] = None,
    others: Annotated[
        float | None,
        typer.Option(metavar="R", help="Share of plays with another sign (default: 0.2)."),
    ] = None,
    signals: Annotated[
        str | None,
        typer.Option(
            metavar="N|A,B",
            help="Number of different signals, or all their names (default: 6 to 12).",
        ),
    ] = None,
    length: Annotated[
        float | None,
        typer.Option(metavar="L", help="Typical number of signals in a sequence."),
    ] = None,
    steal_length: Annotated[
        float | None,
        typer.Option(metavar="L", help="The same for steals, if different."),
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(
            metavar="CSV",
            help="Log or list of your own sequences, to copy your habits from.",
        ),
    ] = None,
    compact: options.Compact = False,
    seasons: Annotated[
        int, typer.Option(metavar="N", min=6, help="Seasons to simulate; more give more precision.")
    ] = 21,
    plays: Annotated[
        int, typer.Option(metavar="N", min=10, max=60, help="Plays in a season.")
    ] = 40,
    seed: Annotated[
        int, typer.Option(metavar="S", min=0, help="Number that selects the seasons.")
    ] = 0,
    weights: options.WeightsFile = None,
    details: options.Details = False,
    format: options.Format = None,
    json: options.Json = False,
    out: options.Out = None,
) -> None:
    """Test your own signs: how soon are they cracked, and why?

    Opponents log every play of your simulated seasons. The audit reports when they crack your
    signs, what gives the signs away, and what would help. Describe your rule, and say how
    often you steal (--steals) or give your own sequences (--log). Anything else you leave out is
    filled in with typical values.
    """
    from signdecoder.audit.coach_spec import build_coach_spec
    from signdecoder.audit.headline import audit_headline
    from signdecoder.audit.report import audit_document, audit_table, audit_text
    from signdecoder.audit.rule_input import RoleInput
    from signdecoder.audit.run import audit as run_audit
    from signdecoder.cli.progress import show_progress

    output = choose_output(format, json, out)
    number, names = _parse_signals(signals)
    (key, more_keys), (live, more_lives) = _split(key), _split(live)
    plays_also = _parse_plays(also or [])
    described = RoleInput(
        family, key, live, second, wipe_off, wipes_all, ordinal, plays_also, names,
        more_keys, more_lives,
    )  # fmt: skip
    spec = build_coach_spec(
        described,
        steals=steals,
        others=others,
        count=number,
        length=length,
        call_length=steal_length,
        sequences=_load_sequences(log, compact) if log is not None else (),
    )
    try:
        with silence_libraries(), show_progress("audit", with_loss=False) as progress:
            result = run_audit(
                spec, seed=seed, seasons=seasons, plays=plays, weights=weights, progress=progress
            )
    except KeyboardInterrupt:
        echo_err("Interrupted. Nothing was measured.")
        raise SystemExit(ExitStatus.INTERRUPTED) from None
    answer = Answer(
        "changes",
        table=lambda: audit_table(result),
        text=lambda: audit_text(result) if details else audit_headline(result),
        document=lambda: audit_document(result),
    )
    output.write(answer)


def _split(text: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Split signals at their commas into the first and the others."""
    if text is None:
        return None, ()
    first, *others = text.split(",")
    return first, tuple(others)


def _parse_signals(text: str | None) -> tuple[int | None, tuple[str, ...]]:
    """Parse --signals as a number of signals, or as their names."""
    if text is None:
        return None, ()
    if text.strip().isdecimal():
        return int(text), ()
    names = tuple(parse_name(part) for part in text.split(",") if part.strip())
    if len(names) < 2:
        raise UsageError(
            f'--signals: "{text}" is not a number or a list of signals',
            "write a number such as 9, or names such as cap,belt,ear,nose",
        )
    return None, names


def _parse_plays(also: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Parse --also: the other plays, each with its live signal."""
    pairs: list[tuple[str, str]] = []
    for text in also:
        play, equals, signal = text.partition("=")
        if not (equals and play.strip() and signal.strip()):
            raise UsageError(
                f'--also: "{text}" is not a play with its live signal', "write it like bunt=ear"
            )
        name = options.normalize_play(play)
        if name == "steal" or name in dict(pairs):
            raise UsageError(f"--also: two live signals for {name}", "name one")
        pairs.append((name, parse_name(signal)))
    return tuple(pairs)


def _load_sequences(file: str, compact: bool) -> tuple[tuple[str, ...], ...]:
    """Load the coach's own sequences; raise SigndecoderError for bad rows or several coaches."""
    from signdecoder.logs.sequence_file import load_sequences

    sequences = load_sequences(file, compact=compact)
    for row in sequences.bad:
        echo_err_line(f"{sequences.file}:{row.line}: {row.what}")
    if sequences.bad:
        raise SigndecoderError(f"{file} has bad rows, nothing was measured", "fix them and retry")
    if "coach" in sequences.columns:
        coaches = sorted({row["coach"].strip() for row in sequences.rows} - {""})
        if len(coaches) > 1:
            raise SigndecoderError(
                f"{file} has plays of several coaches ({', '.join(coaches)})",
                "use a log of your own plays only",
            )
    if not sequences.signals:
        raise SigndecoderError(f"{file} has no sequences", "use a log with plays")
    n_missed = sum(map(has_missed, sequences.signals))
    if n_missed:
        raise SigndecoderError(
            f"{file} has ? or ... in {count(n_missed, 'sequence')}, but you know all of your own",
            "write the signals, or delete these rows",
        )
    return sequences.signals


def _list_families() -> str:
    """Return a table of the kinds of rule and the options that each takes."""
    from signdecoder.core.text import columns
    from signdecoder.rules.registry import FAMILIES

    rows = [
        (f"  {family.name}", family.summary, " ".join(_options_of(family)))
        for family in FAMILIES.values()
        if any(family.form.needs.values())
    ]
    title = "Kinds of rule (--family), and the options of each ([optional]):"
    return "\n".join(("\b", title, *columns(rows, "<<<")))


def _options_of(family: RuleFamily) -> Iterator[str]:
    for signal, need in family.form.needs.items():
        if need:
            option = f"--{signal} N" if signal == "live" and family.counts else f"--{signal}"
            yield option if need == "must" else f"[{option}]"
    if family.form.ordinals:
        yield "[--ordinal]"


COMMAND = Command(
    audit,
    Section.SIMULATE,
    "signdecoder audit --family next --key cap --live belt --steals 0.3",
    more_help=_list_families,
)
