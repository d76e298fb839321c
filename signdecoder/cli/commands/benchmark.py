"""The command `benchmark`: its options, and which of three modes they ask for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from signdecoder.cli import benchmark_modes, options
from signdecoder.cli.benchmark_modes import BenchmarkOptions
from signdecoder.cli.command import Command, Section
from signdecoder.cli.output import choose_output
from signdecoder.core.errors import UsageError


def benchmark(
    exam: Annotated[
        str | None, typer.Option(metavar="NAME", help="Scenario to run (default: exam).")
    ] = None,
    coaches: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Number of coaches (default: 300).")
    ] = None,
    family: Annotated[
        str | None,
        typer.Option(metavar="F", help="Only this kind of rule (default: all except null)."),
    ] = None,
    vocabulary: Annotated[
        str | None, typer.Option(metavar="A-B", help="Number of different signals, such as 6-12.")
    ] = None,
    noise: Annotated[
        str | None,
        typer.Option(
            metavar="M,O,R",
            help="Steals missed, steals on their own and signals misread, in percent.",
        ),
    ] = None,
    level: Annotated[
        str | None, typer.Option(metavar="L", help="Level of play, as in simulate.")
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option(metavar="S", help="report (default), or tuning: coaches to experiment on."),
    ] = None,
    decoders: Annotated[str, typer.Option(metavar="A,B", help="Decoders (default: all).")] = "",
    slow: Annotated[
        int, typer.Option(metavar="N", min=0, help="Coaches for decoders that train on each log.")
    ] = 20,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Number of processes.")] = 2,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the charts to this SVG file.")
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Use a real log, not simulated coaches."),
    ] = None,
    play: Annotated[
        str | None, typer.Option("--play", "-p", metavar="NAME", help="The called play of the log.")
    ] = None,
    learn: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Learn N plays, then predict the rest.")
    ] = None,
    test: Annotated[
        str | None, typer.Option(metavar="FILE", help="Learn the log, then predict this one.")
    ] = None,
    memory: Annotated[
        bool, typer.Option("--memory", help="Compare how long recurrent cells can remember.")
    ] = False,
    gaps: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Numbers of decoys (default: 2,4,8,16,32,64)."),
    ] = None,
    repeats: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Trainings of each cell (default: 3).")
    ] = None,
    outcomes: options.Outcomes = "",
    compact: options.Compact = False,
    skip_bad: options.SkipBad = False,
    weights: options.WeightsFile = None,
    format: options.Format = None,
    json: options.Json = False,
    out: options.Out = None,
) -> None:
    """Measure how many plays each decoder needs.

    Without --log, on simulated coaches in a scenario (--exam): exam, noise (some outcomes and
    signals are wrong), noises (from none to much), flip (one early outcome is wrong), change (the
    signs change), null (the signs have no meaning), levels, low (10 to 15% steals). With --log, on
    a real log: each play is predicted, then learned.

    With --memory, the reason for an LSTM: a simple RNN, a GRU and an LSTM of equal size carry the
    indicator past decoys to the live signal. The table shows how often they are right and how
    strong a gradient reaches the indicator.

    Decoders: mixture, lstm, rules, pair-score, pair-regression, n-gram-net, plain-lstm.
    """
    output = choose_output(format, json, out)
    given = BenchmarkOptions(
        exam=exam, coaches=coaches, family=family, vocabulary=vocabulary, noise=noise, level=level,
        seeds=seeds, decoders=decoders, slow=slow, workers=workers, plot=plot, log=log, play=play,
        learn=learn, test=test, gaps=gaps, repeats=repeats, outcomes=outcomes, compact=compact,
        skip_bad=skip_bad, weights=weights,
    )  # fmt: skip
    output.write(_choose_mode(given, memory)(given))


_SIMULATED = ("exam", "coaches", "family", "vocabulary", "noise", "level")
_REAL = ("play", "learn", "test")


def _choose_mode(given: BenchmarkOptions, memory: bool) -> benchmark_modes.Mode:
    """Return the mode that the options ask for; raise UsageError for options of another mode."""
    if memory:
        _refuse(given, ("log", *_REAL), "a real log", "remove it or --memory")
        _refuse(given, _SIMULATED, "simulated coaches", "remove it or --memory")
        _refuse(given, ("decoders", "weights"), "comparing decoders", "remove it or --memory")
        return benchmark_modes.run_memory
    _refuse(given, ("gaps", "repeats"), "the memory study", "add --memory")
    if given.log is not None:
        drawn = (*_SIMULATED, "seeds", "plot")
        _refuse(given, drawn, "simulated coaches", "remove it or --log")
        return benchmark_modes.run_real_log
    _refuse(given, _REAL, "a real log", "name one with --log")
    return benchmark_modes.run_simulated


def _refuse(given: BenchmarkOptions, names: tuple[str, ...], what: str, hint: str) -> None:
    """Raise UsageError if one of these options was given."""
    values: Mapping[str, object] = {name: getattr(given, name) for name in names}
    for name, value in values.items():
        if value not in (None, ""):
            raise UsageError(f"--{name} is for {what}", hint)


COMMAND = Command(benchmark, Section.SIMULATE, "signdecoder benchmark --coaches 52 --seeds tuning")
