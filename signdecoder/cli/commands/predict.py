"""``signdecoder predict``: predict every row of CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from signdecoder.cli import options, reading_options
from signdecoder.cli.answer import Answer
from signdecoder.cli.command import Command, Section
from signdecoder.cli.decoders import echo_notes, open_coach
from signdecoder.cli.io import echo_err_line
from signdecoder.cli.output import choose_output
from signdecoder.cli.progress import track
from signdecoder.core.contexts import is_missing
from signdecoder.core.moments import parse_moment
from signdecoder.core.names import fold
from signdecoder.core.outcomes import STEAL
from signdecoder.core.shares import UNKNOWN_SHARE
from signdecoder.core.text import count

if TYPE_CHECKING:
    from signdecoder.decoder.prediction import Prediction
    from signdecoder.logs.sequence_file import Sequences
    from signdecoder.store.store import Store


def predict(
    files: options.Files,
    coach: options.Coach = None,
    play: options.PlayName = STEAL,
    inning: options.Inning = None,
    half: options.Half = None,
    outs: options.Outs = None,
    balls: options.Balls = None,
    strikes: options.Strikes = None,
    runners: options.Runners = None,
    compact: options.Compact = False,
    skip_bad: options.SkipBad = False,
    columns: reading_options.Columns = "",
    separator: reading_options.Separator = None,
    sheet: reading_options.Sheet = None,
    weights: options.WeightsFile = None,
    attributes: options.AttributesFile = None,
    separate: options.Separate = None,
    same: options.Same = None,
    unknown_share: options.UnknownShare = UNKNOWN_SHARE,
    db: options.Db = None,
    format: options.Format = None,
    json: options.Json = False,
    out: options.Out = None,
) -> None:
    """Predict every row of a CSV.

    Each CSV needs a "signs" column; - is standard input. The output has the same rows with the
    columns "probability" and "verdict" added. A row with a coach in its column "coach" is predicted
    from that coach's plays. If the CSV has the columns inning, half, outs, balls, strikes or
    runners, they count as in a log. An option holds for the rows that leave it blank.
    """
    from signdecoder.cli.log_files import load_sequences
    from signdecoder.reports.play_text import prediction_table
    from signdecoder.store.store import Store

    output = choose_output(format, json, out, default="csv")
    given = options.moment_cells(inning, half, outs, balls, strikes, runners)
    parse_moment(given)  # what cannot be understood is an error here, but not in a row
    reading = replace(
        reading_options.parse_reading(columns, separator, sheet=sheet), compact=compact
    )
    questions = load_sequences(files, reading=reading, skip_bad=skip_bad)
    sequences = [signals for file in questions for signals in file.signals]
    moments = [moment for file in questions for moment in file.moments(given)]
    predictions: dict[int, Prediction] = {}
    with Store.open(db) as store:
        for name, rows in track("predict", [*_rows_by_coach(store, questions, coach).items()]):
            _, decoder = open_coach(
                store, name, play, weights, attributes, unknown_share, separate, same
            )
            echo_notes(decoder)
            asked = [moments[row] for row in rows]
            answers = decoder.predict_many([sequences[row] for row in rows], contexts=asked)
            predictions |= zip(rows, answers, strict=True)
            needed = decoder.context_needed()
            n_missing = sum(needed is not None and is_missing(one, needed) for one in asked)
            if needed and n_missing:
                missing = count(n_missing, "row")
                echo_err_line(f"Note: {needed.request} ({missing} without it)")
    in_order = [predictions[row] for row in range(len(sequences))]
    answer = Answer("predictions", table=lambda: prediction_table(questions, in_order))
    output.write(answer, count(len(sequences), "row"))


def _rows_by_coach(
    store: Store, files: Sequence[Sequences], coach: str | None
) -> dict[str, list[int]]:
    """Return the rows of each coach: that of the column, else --coach, else the only coach."""
    cells = [
        next((cell for column, cell in row.items() if fold(column) == "coach"), "")
        for file in files
        for row in file.rows
    ]
    names = {
        cell: options.find_coach(store, cell.strip() or coach) for cell in dict.fromkeys(cells)
    }
    rows: dict[str, list[int]] = {}
    for number, cell in enumerate(cells):
        rows.setdefault(names[cell], []).append(number)
    return rows or {options.find_coach(store, coach): []}


COMMAND = Command(
    predict,
    Section.PREDICT,
    "signdecoder predict next_game.csv --coach Hawks --out answers.csv",
)
