"""The command that measures: every decoder side by side, on made-up coaches or on a real log."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signdecoder.cli import options
from signdecoder.cli.io import print_json, print_words, quiet_libraries, say, say_line
from signdecoder.cli.log_files import Reading
from signdecoder.cli.memory import study_memory
from signdecoder.cli.progress import show_progress
from signdecoder.core.errors import ExitStatus, SigndecoderError, UsageError
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play

if TYPE_CHECKING:
    from signdecoder.benchmark.real_log import RealLogPlan
    from signdecoder.benchmark.scenarios import Scenario
    from signdecoder.simulation.coach import Noise


def benchmark(
    exam: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which exam (default: exam).")
    ] = None,
    coaches: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="How many coaches (default: 300).")
    ] = None,
    family: Annotated[
        str | None, typer.Option(metavar="F", help="One kind of rule (default: all but null).")
    ] = None,
    vocabulary: Annotated[
        str | None, typer.Option(metavar="A-B", help="How many different signals, such as 6-12.")
    ] = None,
    noise: Annotated[
        str | None,
        typer.Option(metavar="M,O,R", help="Steals missed, on their own, signals misread, in %."),
    ] = None,
    level: Annotated[
        str | None, typer.Option(metavar="L", help="Where they coach: a level of simulate.")
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option(metavar="S", help="report (default), or tuning: coaches to try out on."),
    ] = None,
    decoders: Annotated[
        str, typer.Option(metavar="A,B", help="Which decoders (default: all).")
    ] = "",
    slow: Annotated[
        int, typer.Option(metavar="N", min=0, help="Coaches for decoders that train on each log.")
    ] = 20,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes at once.")] = 2,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the curves into this SVG file.")
    ] = None,
    log: Annotated[
        str | None, typer.Option(metavar="FILE", help="A real log, in the place of an exam.")
    ] = None,
    play: Annotated[
        str | None, typer.Option(metavar="NAME", help="The play that is called in the log.")
    ] = None,
    learn: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Learn the first N plays, mark the rest.")
    ] = None,
    test: Annotated[
        str | None, typer.Option(metavar="FILE", help="Learn the log, mark this one.")
    ] = None,
    memory: Annotated[
        bool, typer.Option("--memory", help="Which cells carry the indicator past decoys.")
    ] = False,
    gaps: Annotated[
        str | None, typer.Option(metavar="A,B", help="Past how many (default: 2,4,8,16,32,64).")
    ] = None,
    repeats: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Trainings of each cell (default: 3).")
    ] = None,
    outcomes: options.Outcomes = "",
    compact: options.Compact = False,
    skip_bad: options.SkipBad = False,
    weights: options.WeightsFile = None,
    json: options.Json = False,
) -> None:
    """Measure how many plays each decoder needs.

    On simulated coaches, in an exam: exam, noise (outcomes and signals are wrong at times), noises
    (from none to much), flip (one early outcome is wrong), change (the signs change), null (signals
    mean nothing), levels, low (10 to 15 % steals). With --log, on a real log: each play is
    predicted, then learned.

    With --memory, why an LSTM: simple RNN, GRU and LSTM, as large as each other, must carry the
    indicator past decoys to the live signal; how often they are right, and how strong a gradient
    reaches the indicator.

    Decoders: mixture, lstm, rules, pair-score, pair-regression, n-gram-net, plain-lstm.
    """
    simulated: Mapping[str, object] = {
        "exam": exam, "coaches": coaches, "family": family, "vocabulary": vocabulary,
        "noise": noise, "level": level,
    }  # fmt: skip
    real: Mapping[str, object] = {"play": play, "learn": learn, "test": test}
    if memory:
        _refuse({"log": log, **real}, "a real log", "leave it or --memory out")
        _refuse(simulated, "simulated coaches", "leave it or --memory out")
        asked = {"decoders": decoders or None, "weights": weights}
        _refuse(asked, "whole decoders", "leave it or --memory out")
        with _interruptible():
            _show(*study_memory(gaps, repeats, seeds, plot), json=json)
        return
    _refuse({"gaps": gaps, "repeats": repeats}, "what a cell remembers", "ask for --memory")
    if log is not None:
        drawn = {**simulated, "seeds": seeds, "plot": plot}
        _refuse(drawn, "simulated coaches", "leave it or --log out")
        called = options.name_play(play or STEAL)
        own = [name for name in outcomes.split(",") if name.strip()]
        reading = Reading(None, (called, *own), compact, skip_bad)
        _show(*_try(_plan(log, called, learn, test, reading), decoders, weights), json=json)
        return
    _refuse(real, "a real log", "name one with --log")
    from signdecoder.benchmark.scenarios import choose_exam

    chosen = choose_exam(
        exam or "exam",
        coaches=coaches,
        family=family,
        vocabulary=_read_range(vocabulary),
        noise=_read_noise(noise),
        level=level,
        seeds=seeds,
    )
    _show(*_sit(chosen, decoders, weights, slow, workers, plot), json=json)


def _refuse(given: Mapping[str, object], what: str, hint: str) -> None:
    """Refuse options that speak of something else than this run is about."""
    for name, value in given.items():
        if value is not None:
            raise UsageError(f"--{name} speaks of {what}", hint)


def _show(document: dict[str, Any], words: str, *, json: bool) -> None:
    if json:
        print_json(document)
    else:
        print_words(words)


# --- simulated coaches ----------------------------------------------------------------------------


def _sit(
    exam: "Scenario",
    decoders: str,
    weights: Path | None,
    slow: int,
    workers: int,
    plot: Path | None,
) -> tuple[dict[str, Any], str]:
    """Sit the exam; give its document and its words."""
    from signdecoder.benchmark import plots, report
    from signdecoder.benchmark.contenders import enter
    from signdecoder.benchmark.runner import run
    from signdecoder.benchmark.summary import tally

    makers = enter(_names(decoders), weights, told=bool(exam.change_at))
    if plot:
        plots.check_plot(plot)
    with _interruptible(), quiet_libraries(), show_progress("benchmark") as progress:
        sittings = run(exam, makers, slow=slow, workers=workers, progress=progress)
    board = tally(exam, sittings)
    if plot:
        plots.draw_board(board, plot)
        say_line(f"Wrote {plot}.")
    return report.board_document(board), report.board_words(board)


def _read_range(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    low, _, high = text.partition("-")
    try:
        return int(low), int(high or low)
    except ValueError:
        raise UsageError(f"{text!r} is no range of signals", "write it like 6-12") from None


def _read_noise(text: str | None) -> "Noise | None":
    from signdecoder.simulation.coach import Noise

    if text is None:
        return None
    try:
        missed, on_own, misread = (float(part) / 100 for part in text.split(","))
    except ValueError:
        raise UsageError(f"{text!r} are not three rates", "write them in %, like 8,3,3") from None
    if not all(0 <= rate <= 0.5 for rate in (missed, on_own, misread)):
        raise UsageError(f"{text!r} are no rates of noise", "write three from 0 to 50, in %")
    return Noise(missed, on_own, misread)


# --- a real log -----------------------------------------------------------------------------------


def _plan(
    log: str, play: str, learn: int | None, test: str | None, reading: Reading
) -> "RealLogPlan":
    from signdecoder.benchmark.real_log import plan_trial

    plays = _read_plays(log, reading)
    asked = (test, _read_plays(test, reading)) if test else None
    return plan_trial(log, play, plays, learn, asked)


def _read_plays(file: str, reading: Reading) -> tuple[Play, ...]:
    """The plays of a log; the bad rows are said, and skipped only if that was asked for."""
    from signdecoder.logs.play_log import read_log

    log = read_log(file, declared=reading.declared, compact=reading.compact)
    for row in log.bad:
        say_line(f"{log.file}:{row.line}: {row.what}")
    if log.bad and not reading.skip_bad:
        hint = "mend what is wrong, or take the good rows with --skip-bad"
        raise SigndecoderError(f"nothing was measured, because of {file}", hint)
    return log.plays


def _try(plan: "RealLogPlan", decoders: str, weights: Path | None) -> tuple[dict[str, Any], str]:
    """Mark every decoder on a log; give the document and the words."""
    from signdecoder.benchmark.contenders import enter
    from signdecoder.benchmark.real_log import hold_trial
    from signdecoder.benchmark.real_log_report import trial_document, trial_words

    makers = enter(_names(decoders), weights)
    with _interruptible(), quiet_libraries(), show_progress("benchmark") as progress:
        trial = hold_trial(plan, makers, progress)
    return trial_document(trial), trial_words(trial)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Say in a sentence what an interruption leaves."""
    try:
        yield
    except KeyboardInterrupt:
        say("Interrupted: nothing was measured.")
        raise SystemExit(ExitStatus.INTERRUPTED) from None


def _names(decoders: str) -> Sequence[str]:
    from signdecoder.benchmark.contenders import DECODERS

    return decoders.split(",") if decoders else DECODERS
