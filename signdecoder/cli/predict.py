"""Commands that ask: query, predict, report, explain."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.io import guard_stream, print_json, print_words, say, say_line
from signdecoder.cli.log_files import read_questions
from signdecoder.core.outcomes import STEAL
from signdecoder.core.sequences import parse_arguments
from signdecoder.core.text import count, printable
from signdecoder.reports import coach_report as reporting
from signdecoder.reports import coach_text as report_words
from signdecoder.reports.scouting.writer import check_pages, write_pages
from signdecoder.reports.store_text import answer_rows
from signdecoder.store.store import Store

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.reports.coach_report import CoachReport
    from signdecoder.reports.scouting.page import ScoutingPage


def query(
    signals: options.Signals,
    coach: options.Coach = None,
    play: options.PlayName = STEAL,
    compact: options.Compact = False,
    weights: options.WeightsFile = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Say whether a sequence calls a steal.

    SIGNAL... is the sequence, in order. One argument is read like a cell of a log ("ear, cap,
    belt"); several are one signal each.
    """

    sequence = parse_arguments(signals, compact)
    with Store.open(db) as store:
        name, decoder = _recall(store, coach, play, weights)
    _say_notes(_notes_on(decoder, name, sequence))
    answer = (
        name,
        decoder.predict(sequence),
        decoder.plays,
        decoder.called,
        decoder.key_signs(),
    )
    if json:
        print_json(reporting.query_document(*answer))
    else:
        print_words(report_words.query_words(*answer, decoder.calls_to_go()))


def _recall(
    store: Store, coach: str | None, play: str, weights: Path | None
) -> tuple[str, Decoder]:
    """The coach that is meant, and the decoder that has read his plays."""
    from signdecoder.decoder.decoder import Decoder

    name, called_play = options.find_coach(store, coach), options.find_play(store, play)
    return name, Decoder.recall(store, name, play=called_play, weights=weights)


def _notes_on(decoder: Decoder, coach: str, sequence: Sequence[str]) -> list[str]:
    """What to know of how the plays were read, and of a sequence that is asked about."""
    strangers = ", ".join(f'"{sign}"' for sign in decoder.unknown(sequence))
    return [*decoder.notes, *([f"{coach} has never shown {strangers}"] if strangers else [])]


def _say_notes(notes: Iterable[str]) -> None:
    for note in notes:
        say(f"Note: {note}")


def predict(
    files: options.Files,
    coach: options.Coach = None,
    play: options.PlayName = STEAL,
    out: Annotated[
        str, typer.Option(metavar="FILE", help="Where the rows go; - is standard output.")
    ] = "-",
    compact: options.Compact = False,
    skip_bad: options.SkipBad = False,
    weights: options.WeightsFile = None,
    db: options.Db = None,
) -> None:
    """Say it for each row of a file.

    Each CSV needs a column "signs" (- is standard input). Its rows come back with the columns
    probability and verdict.
    """
    from signdecoder.logs.csv_table import guard, write_rows

    questions = read_questions(files, compact=compact, skip_bad=skip_bad)
    with Store.open(db) as store:
        _, decoder = _recall(store, coach, play, weights)
    _say_notes(decoder.notes)
    sequences = [signals for file in questions for signals in file.signals]
    rows = answer_rows(questions, decoder.predict_many(sequences))
    with guard_stream(sys.stdout):
        write_rows([[guard(cell) for cell in row] for row in rows], out)
    if out != "-":
        say_line(f"Wrote {count(len(sequences), 'row')} to {out}.")


def report(
    coach: options.Coach = None,
    play: options.PlayName = STEAL,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page a coach instead: FILE.html or FILE.md."),
    ] = None,
    weights: options.WeightsFile = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Tell the rule of every coach, and rank his key signs.

    With rival rules, the evidence, changes of signs, how often the answers are expected to be
    right, whether it could all be luck, and about how many more steals it takes. With --out, a
    scout's page: the sign card too, the plays that decided, and how well it went.
    """
    if out:
        check_pages(out)
    with Store.open(db) as store:
        called_play = options.find_play(store, play)
        names = options.find_coaches(store, coach)
        read = [_read_coach(store, name, called_play, weights) for name in names]
        reports = [report for report, _ in read]
        if out:
            write_pages([_scout(store, known, of, weights) for known, of in read], out)
            say_line(f"Wrote {out} ({count(len(read), 'coach', 'coaches')}).")
    if json:
        print_json(reporting.report_document(reports))
    elif not out:
        print_words(report_words.report_words(reports))


def explain(
    signals: options.Signals,
    coach: options.Coach = None,
    play: options.PlayName = STEAL,
    compact: options.Compact = False,
    weights: options.WeightsFile = None,
    db: options.Db = None,
    gates: Annotated[
        bool, typer.Option("--gates", help="Show the LSTM's gates, signal by signal.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Tell why: what each signal weighs, what would turn the answer, the rule and its proof.

    SIGNAL... is the sequence, in order, as for query. A weight is by how much a signal lifts the
    log-odds of the called play beside the mean of all others in its place.
    """
    from signdecoder.analysis.attribution import explain as explain_sequence
    from signdecoder.reports.explanation_text import explain_document, explain_words
    from signdecoder.reports.gate_text import gate_document, gate_lines

    sequence = parse_arguments(signals, compact)
    with Store.open(db) as store:
        name, decoder = _recall(store, coach, play, weights)
        plays = store.plays(name)
    _say_notes(_notes_on(decoder, name, sequence))
    told = explain_sequence(name, decoder, sequence, plays)
    if json:
        shown = {"gates": gate_document(told.trace)} if gates else {}
        print_json(explain_document(told) | shown)
    else:
        shown_lines = ["", *gate_lines(told.trace)] if gates else []
        print_words("\n".join([explain_words(told), *shown_lines]))


def _read_coach(
    store: Store, name: str, play: str, weights: Path | None
) -> tuple[CoachReport, Decoder]:
    from signdecoder.decoder.decoder import Decoder

    decoder = Decoder.recall(store, name, play=play, weights=weights)
    return reporting.report_coach(name, decoder, store.plays(name)), decoder


def _scout(
    store: Store, report: CoachReport, decoder: Decoder, weights: Path | None
) -> ScoutingPage:
    from signdecoder.reports.scouting.page import scout_coach

    def recall(play: str) -> Decoder:
        return type(decoder).recall(store, report.coach, play=play, weights=weights)

    plays, changes = store.plays_and_changes(report.coach)
    return scout_coach(report, decoder, plays, changes, recall)


def describe_setup(db: Path | None) -> str:
    """Where the store is and which weights it is asked with, as `--version` says it."""
    from signdecoder.lstm.weights import SHIPPED, read_weights
    from signdecoder.workspace.tuned_weights import find_weights, tuned_plays

    path = db or Store.default_path()
    lines = [
        f"store    {printable(str(path))}",
        f"weights  shipped {read_weights(SHIPPED).hash[:12]}",
    ]
    if path.exists():  # to tell of a store is no reason to make one
        with Store.open(path) as store:
            for play in tuned_plays(store):
                tuned = find_weights(store, play)
                lines += [f"         tuned {tuned.hash[:12]} for {play}"] if tuned else []
    return "\n".join(lines)
