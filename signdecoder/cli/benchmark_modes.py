"""The three modes of `benchmark`: simulated coaches, a real log, and the memory study."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from signdecoder.cli import options
from signdecoder.cli.answer import Answer
from signdecoder.cli.io import echo_err, echo_err_line, silence_libraries
from signdecoder.cli.log_files import LogFileOptions
from signdecoder.cli.progress import show_progress
from signdecoder.core.errors import ExitStatus, SigndecoderError, UsageError
from signdecoder.core.outcomes import STEAL
from signdecoder.core.play import Play

if TYPE_CHECKING:
    from signdecoder.simulation.coach import Noise


@dataclass(frozen=True, slots=True)
class BenchmarkOptions:
    """The options of `benchmark` as they were typed."""

    exam: str | None
    coaches: int | None
    family: str | None
    vocabulary: str | None
    noise: str | None
    level: str | None
    seeds: str | None
    decoders: str
    slow: int
    workers: int
    plot: Path | None
    log: str | None
    play: str | None
    learn: int | None
    test: str | None
    gaps: str | None
    repeats: int | None
    outcomes: str
    compact: bool
    skip_bad: bool
    weights: Path | None


Mode = Callable[[BenchmarkOptions], Answer]


# --- simulated coaches ----------------------------------------------------------------------------


def run_simulated(given: BenchmarkOptions) -> Answer:
    """Compare the decoders on simulated coaches."""
    from signdecoder.benchmark import plots, report, runner
    from signdecoder.benchmark.contenders import contender_factories
    from signdecoder.benchmark.scenarios import choose_scenario
    from signdecoder.benchmark.summary import summarize

    scenario = choose_scenario(
        given.exam or "exam",
        coaches=given.coaches,
        family=given.family,
        vocabulary=_parse_range(given.vocabulary),
        noise=_parse_noise(given.noise),
        level=given.level,
        seeds=given.seeds,
    )
    factories = contender_factories(
        _decoder_names(given), given.weights, informed=bool(scenario.change_at)
    )
    if given.plot:
        plots.check_plot(given.plot)
    with _report_interruption(), silence_libraries(), show_progress("benchmark") as progress:
        results = runner.run(
            scenario, factories, slow=given.slow, workers=given.workers, progress=progress
        )
    summary = summarize(scenario, results)
    if given.plot:
        plots.draw_summary(summary, given.plot)
        echo_err_line(f"Wrote {given.plot}.")
    return Answer(
        "standings",
        table=lambda: report.summary_table(summary),
        text=lambda: report.summary_text(summary),
        document=lambda: report.summary_document(summary),
    )


def _parse_range(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    low, _, high = text.partition("-")
    try:
        return int(low), int(high or low)
    except ValueError:
        raise UsageError(f"{text!r} is not a range of signals", "write it like 6-12") from None


def _parse_noise(text: str | None) -> "Noise | None":
    from signdecoder.simulation.coach import Noise

    if text is None:
        return None
    try:
        missed, on_own, misread = (float(part) / 100 for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"{text!r} is not a list of three rates", "write them in percent, like 8,3,3"
        ) from None
    if not all(0 <= rate <= 0.5 for rate in (missed, on_own, misread)):
        raise UsageError(
            f"{text!r} has rates of noise that are too large", "write three percentages, 0 to 50"
        )
    return Noise(missed, on_own, misread)


# --- a real log -----------------------------------------------------------------------------------


def run_real_log(given: BenchmarkOptions) -> Answer:
    """Compare the decoders on a real log."""
    from signdecoder.benchmark import real_log
    from signdecoder.benchmark import real_log_report as report
    from signdecoder.benchmark.contenders import contender_factories

    assert given.log is not None
    play = options.normalize_play(given.play or STEAL)
    own = [name for name in given.outcomes.split(",") if name.strip()]
    reading = LogFileOptions(None, (play, *own), given.compact, given.skip_bad)
    plays = _load_plays(given.log, reading)
    test = (given.test, _load_plays(given.test, reading)) if given.test else None
    plan = real_log.plan_real_log(given.log, play, plays, given.learn, test)
    factories = contender_factories(_decoder_names(given), given.weights)
    with _report_interruption(), silence_libraries(), show_progress("benchmark") as progress:
        result = real_log.run_real_log(plan, factories, progress)
    return Answer(
        "marks",
        table=lambda: report.real_log_table(result),
        text=lambda: report.real_log_text(result),
        document=lambda: report.real_log_document(result),
    )


def _load_plays(file: str, reading: LogFileOptions) -> tuple[Play, ...]:
    """Return the plays of a log; print its bad rows, and fail unless they may be skipped."""
    from signdecoder.logs.play_log import load_log

    log = load_log(file, declared=reading.accepted, compact=reading.compact)
    for row in log.bad:
        echo_err_line(f"{log.file}:{row.line}: {row.what}")
    if log.bad and not reading.skip_bad:
        raise SigndecoderError(
            f"{file}: nothing was measured because of these rows",
            "fix the rows, or use the good rows only with --skip-bad",
        )
    return log.plays


# --- the memory study -----------------------------------------------------------------------------


def run_memory(given: BenchmarkOptions) -> Answer:
    """Compare how long recurrent cells can remember."""
    from signdecoder.benchmark.memory import report, study

    plan = study.plan_study(_parse_gaps(given.gaps), given.repeats, given.seeds)
    if given.plot:
        from signdecoder.benchmark.plots import check_plot

        check_plot(given.plot)
    with _report_interruption(), silence_libraries(), show_progress("benchmark") as progress:
        result = study.run_study(plan, progress)
    if given.plot:
        from signdecoder.benchmark.memory.plot import draw_study

        draw_study(result, given.plot)
        echo_err_line(f"Wrote {given.plot}.")
    return Answer(
        "runs",
        table=lambda: report.study_table(result),
        text=lambda: report.study_text(result),
        document=lambda: report.study_document(result),
    )


def _parse_gaps(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"{text!r} is not a list of numbers of decoys", "write them like 2,4,8"
        ) from None


# --- all modes ------------------------------------------------------------------------------------


@contextmanager
def _report_interruption() -> Iterator[None]:
    """Say that nothing was measured if the user interrupts."""
    try:
        yield
    except KeyboardInterrupt:
        echo_err("Interrupted: nothing was measured.")
        raise SystemExit(ExitStatus.INTERRUPTED) from None


def _decoder_names(given: BenchmarkOptions) -> Sequence[str]:
    from signdecoder.benchmark.contenders import DECODERS

    return given.decoders.split(",") if given.decoders else DECODERS
