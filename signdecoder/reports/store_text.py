"""What is in the store, and what just went in, as JSON documents and as words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from signdecoder.core.play import CONTEXT, Play
from signdecoder.core.sequences import format_signals
from signdecoder.core.text import columns, count, printable
from signdecoder.reports.coach_text import outcome_name

if TYPE_CHECKING:
    from pathlib import Path

    from signdecoder.decoder.prediction import Prediction
    from signdecoder.logs.play_log import Sequences
    from signdecoder.store.copying import StoreCopy
    from signdecoder.store.restore import RestoreResult
    from signdecoder.store.store import ImportResult


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """How many plays of a coach are recorded, and how many of them were the called play."""

    coach: str
    plays: int
    called: int


def play_document(play: Play) -> dict[str, Any]:
    """One play as JSON: the known columns by name, unknown ones together under `extra`."""
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
    """The JSON document of `plays`; a play before which the signs changed is `changed`."""
    return {
        "plays": [
            play_document(play) | ({"changed": True} if index in changes else {})
            for index, play in enumerate(plays)
        ]
    }


def format_plays(plays: Sequence[Play], changes: Collection[int] = ()) -> str:
    """The plays as a table, oldest first; a column of the moment is there if any play fills it.

    ``changes`` are the indices of plays before which a line says that the signs changed.
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
    mark = " " * lines[0].index("game") + "signs changed here"
    for index in sorted(changes, reverse=True):
        lines.insert(1 + index, mark)
    return "\n".join(lines)


def count_outcomes(coach: str, outcomes: Mapping[str, int], play: str) -> OutcomeCounts:
    """How many plays of the coach there are, and how many were the called play."""
    return OutcomeCounts(coach, sum(outcomes.values()), outcomes.get(play, 0))


def coaches_document(tallies: Sequence[OutcomeCounts]) -> dict[str, Any]:
    """The JSON document of `coaches`."""
    return {"coaches": [asdict(tally) for tally in tallies]}


def format_coaches(tallies: Sequence[OutcomeCounts], play: str) -> str:
    """The coaches as a table."""
    rows = [("coach", "plays", outcome_name(play))]
    rows += [(tally.coach, str(tally.plays), str(tally.called)) for tally in tallies]
    return "\n".join(columns(rows, "<>>"))


def import_document(added: Sequence[ImportResult]) -> dict[str, Any]:
    """The JSON document of `import`."""
    return {
        "files": [
            {"file": str(one.file), "added": one.added, "known": one.known, "bad": one.bad}
            for one in added
        ]
    }


def format_imports(added: Sequence[ImportResult]) -> str:
    """What each file brought: plays that are new, plays that were known, bad rows left out."""
    return "\n".join(
        f"{_name_file(one.file)}: {count(one.added, 'play')} added"
        + (f", {one.known} known already" if one.known else "")
        + (f", {count(one.bad, 'bad row')} left out" if one.bad else "")
        for one in added
    )


def _name_file(file: str) -> str:
    return "standard input" if file == "-" else printable(file)


def format_refused_files(
    added: Sequence[ImportResult], refused: Sequence[str], skippable: Sequence[str]
) -> str:
    """Which files were refused, the ways on, and what was taken from the others."""
    names, others = (", ".join(map(printable, files)) for files in (refused, skippable))
    words = f"nothing was taken from {names}: mend what is wrong and read it again"
    if skippable:
        words += f", or take the good rows of {others} with --skip-bad"
    return f"{words}\n{format_imports(added)}" if added else words


def prediction_rows(
    files: Sequence[Sequences], predictions: Sequence[Prediction]
) -> list[list[str]]:
    """The rows of the files, a header first, with `probability` and `verdict` added to each.

    The files' columns are joined; a column that a file lacks is empty in its rows.
    """
    cells = [row for file in files for row in file.cells.to_dict("records")]
    columns = dict.fromkeys(str(name) for file in files for name in file.cells.columns)
    kept = [name for name in columns if name not in ("probability", "verdict")]
    rows = [[*kept, "probability", "verdict"]]
    for row, said in zip(cells, predictions, strict=True):
        answers = [f"{said.probability:.4f}", said.verdict]
        rows.append([*(str(row.get(name, "")) for name in kept), *answers])
    return rows


def format_saved_play(play: Play) -> str:
    """What `log` recorded: the sequence, the outcome, and where it went."""
    said = f"{format_signals(play.signals)} → {outcome_name(play.outcome)}"
    return f"Recorded play {play.id}: {said}   {play.coach} · game {play.game}"


def backup_document(store: Path, copy: StoreCopy) -> dict[str, Any]:
    """The JSON document of `backup`."""
    return {
        "backup": str(copy.file),
        "store": str(store),
        "plays": copy.plays,
        "coaches": copy.coaches,
    }


def format_backup(copy: StoreCopy) -> str:
    """What was backed up, and where it is."""
    return f"Backed up {_copied(copy)} to {printable(str(copy.file))}."


def restore_document(store: Path, done: RestoreResult) -> dict[str, Any]:
    """The JSON document of `restore`; `kept` is the file that keeps what the store held."""
    return {
        "restored": str(done.copy.file),
        "store": str(store),
        "plays": done.copy.plays,
        "coaches": done.copy.coaches,
        "kept": str(done.kept) if done.kept else None,
        "was_damaged": done.was_damaged,
    }


def format_restore(done: RestoreResult) -> str:
    """What was restored, and where that is kept which was there."""
    words = f"Restored {_copied(done.copy)} from {printable(str(done.copy.file))}."
    kept = printable(str(done.kept))
    if done.was_damaged:
        return f"{words}\nWhat was there was damaged; it is kept as it was, in {kept}."
    return f"{words}\nWhat was there is kept in {kept}." if done.kept else words


def _copied(copy: StoreCopy) -> str:
    return f"{count(copy.plays, 'play')} of {count(copy.coaches, 'coach', 'coaches')}"
