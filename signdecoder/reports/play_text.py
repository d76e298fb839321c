"""Plays and coaches as text, tables and JSON documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from signdecoder.core.play import CONTEXT, Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.core.sequences import format_signals
from signdecoder.core.text import columns
from signdecoder.logs.play_log import NO_GAME
from signdecoder.logs.play_log_writer import log_cells, log_columns
from signdecoder.reports.phrases import outcome_name
from signdecoder.reports.table import Cell, Table

if TYPE_CHECKING:
    from signdecoder.decoder.prediction import Prediction
    from signdecoder.logs.sequence_file import Sequences


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """How many plays a coach has.

    Attributes
    ----------
    coach : str
        The coach's name.
    plays : int
        The number of plays.
    called : int
        How many of them were the called play.
    """

    coach: str
    plays: int
    called: int


def play_document(play: Play) -> dict[str, Any]:
    """Return one play as JSON.

    Parameters
    ----------
    play : Play
        The play.

    Returns
    -------
    dict
        The known columns by name; the others together under ``extra``.
    """
    return {
        "id": play.id,
        "coach": play.coach,
        "game": play.game or None,
        "date": play.date or None,
        "signs": list(play.signals),
        "outcome": play.outcome,
        **{name: play.context.get(name) for name in CONTEXT},
        "extra": dict(play.extra),
    }


def plays_document(plays: Sequence[Play], changes: Collection[int] = ()) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder plays``.

    Parameters
    ----------
    plays : sequence of Play
        The plays, oldest first.
    changes : collection of int, optional
        Indices of the plays before which the signs changed; those plays are ``changed``.

    Returns
    -------
    dict
        The document.
    """
    return {
        "plays": [
            play_document(play) | ({"changed": True} if index in changes else {})
            for index, play in enumerate(plays)
        ]
    }


def log_table(plays: Sequence[Play]) -> Table:
    """Return plays as a log that can be imported again.

    Parameters
    ----------
    plays : sequence of Play
        The plays.

    Returns
    -------
    Table
        A row for each play.
    """
    names = log_columns(plays)
    rows = [log_cells(play, names) for play in plays]
    return Table(tuple(names), rows, blanks={"game": NO_GAME})


def plays_table(plays: Sequence[Play], changes: Collection[int] = ()) -> Table:
    """Return plays as a log with their ids.

    Parameters
    ----------
    plays : sequence of Play
        The plays, oldest first.
    changes : collection of int, optional
        Indices of the plays before which the signs changed; if there are any, the column
        ``changed`` says so.

    Returns
    -------
    Table
        A row for each play.
    """
    log = log_table(plays)
    ids = [play.id for play in plays]
    if not changes:
        rows = [[number, *row] for number, row in zip(ids, log.rows, strict=True)]
        return Table(("id", *log.columns), rows, log.blanks)
    rows = [
        [number, *row, index in changes]
        for index, (number, row) in enumerate(zip(ids, log.rows, strict=True))
    ]
    return Table(("id", *log.columns, "changed"), rows, log.blanks)


def format_plays(plays: Sequence[Play], changes: Collection[int] = ()) -> str:
    """Format plays as a table; a context column appears if any play has a value for it.

    Parameters
    ----------
    plays : sequence of Play
        The plays, oldest first.
    changes : collection of int, optional
        Indices of the plays before which the signs changed; a line says so.

    Returns
    -------
    str
        The lines of the table.
    """
    cells = [
        {
            "id": str(play.id),
            "game": play.game,
            "date": play.date if play.date != play.game else "",
            **play.context,
            "outcome": outcome_name(play.outcome),
            "signs": format_signals(play.signals),
        }
        for play in plays
    ]
    moment = [name for name in ("date", *CONTEXT) if any(row.get(name) for row in cells)]
    note = ["note"] if "note" in moment else []
    header = ["id", "game", *(n for n in moment if n != "note"), "outcome", "signs", *note]
    rows = [[" ".join(row.get(name, "").split()) for name in header] for row in cells]
    lines = columns([header, *rows], ">" + "<" * len(header[1:]))
    mark = " " * lines[0].index("game") + "new signs from here"
    for index in sorted(changes, reverse=True):
        lines.insert(1 + index, mark)
    return "\n".join(lines)


def count_outcomes(
    coach: str, outcomes: Mapping[str, int], play: str, same_plays: SamePlays = SAME_PLAYS
) -> OutcomeCounts:
    """Count a coach's plays and called plays.

    Parameters
    ----------
    coach : str
        The coach's name.
    outcomes : mapping of str to int
        How many plays had each outcome.
    play : str
        The called play.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.

    Returns
    -------
    OutcomeCounts
        The two counts.
    """
    called = same_plays.count_called(outcomes, play)
    return OutcomeCounts(coach, sum(outcomes.values()), sum(called.values()))


def coaches_document(counts: Sequence[OutcomeCounts]) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder coaches``.

    Parameters
    ----------
    counts : sequence of OutcomeCounts
        The counts of each coach.

    Returns
    -------
    dict
        The document.
    """
    return {"coaches": [asdict(one) for one in counts]}


def coaches_table(counts: Sequence[OutcomeCounts]) -> Table:
    """Return the coaches as a table.

    Parameters
    ----------
    counts : sequence of OutcomeCounts
        The counts of each coach.

    Returns
    -------
    Table
        A row for each coach.
    """
    rows = [(one.coach, one.plays, one.called) for one in counts]
    return Table(("coach", "plays", "called"), rows)


def format_coaches(counts: Sequence[OutcomeCounts], play: str) -> str:
    """Format the coaches as a table.

    Parameters
    ----------
    counts : sequence of OutcomeCounts
        The counts of each coach.
    play : str
        The called play.

    Returns
    -------
    str
        The lines of the table.
    """
    rows = [("coach", "plays", outcome_name(play))]
    rows += [(one.coach, str(one.plays), str(one.called)) for one in counts]
    return "\n".join(columns(rows, "<>>"))


def prediction_table(files: Sequence[Sequences], predictions: Sequence[Prediction]) -> Table:
    """Return the rows of files with the predictions added.

    Parameters
    ----------
    files : sequence of Sequences
        The sequences, with the cells of their rows.
    predictions : sequence of Prediction
        The prediction for each row.

    Returns
    -------
    Table
        The columns of all files are joined. A column that a file does not have is empty in its
        rows.
    """
    cells = [row for file in files for row in file.rows]
    names = dict.fromkeys(name for file in files for name in file.columns)
    kept = [name for name in names if name not in ("probability", "verdict")]
    rows: list[list[Cell]] = [
        [*(row.get(name, "") for name in kept), round(answer.probability, 4), answer.verdict]
        for row, answer in zip(cells, predictions, strict=True)
    ]
    return Table((*kept, "probability", "verdict"), rows)


def format_saved_play(play: Play) -> str:
    """Format the play that ``signdecoder log`` saved.

    Parameters
    ----------
    play : Play
        The play, with its number.

    Returns
    -------
    str
        One line: the sequence, the outcome, the coach and the game.
    """
    text = f"{format_signals(play.signals)} → {outcome_name(play.outcome)}"
    return f"Saved play {play.id}: {text}   {play.coach} · game {play.game}"
