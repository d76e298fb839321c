"""Log files named on the command line: parsed, checked, and saved to the play database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from signdecoder.cli.io import echo_err, echo_err_line
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.text import printable
from signdecoder.logs.reading import ReadingOptions

if TYPE_CHECKING:
    from signdecoder.logs.play_log import PlayLog
    from signdecoder.logs.sequence_file import Sequences
    from signdecoder.store.store import ImportResult, Store


@dataclass(frozen=True, slots=True)
class LogFileOptions:
    """How to parse the files of a command; ``accepted`` are outcomes besides the usual ones.

    ``again`` takes plays that were deleted again. ``reading`` says how to read their cells.
    """

    coach: str | None
    accepted: Collection[str]
    compact: bool
    skip_bad: bool
    again: bool = False
    reading: ReadingOptions = field(default_factory=ReadingOptions)


@dataclass(frozen=True, slots=True)
class RecordedFiles:
    """The result of importing files.

    ``refused`` names the files from which nothing was imported. ``skippable`` are those of them
    that have good rows, which --skip-bad would import. ``coaches`` are those of the good files.
    """

    added: tuple[ImportResult, ...]
    refused: tuple[str, ...]
    skippable: tuple[str, ...]
    coaches: tuple[str, ...]


def record_files(store: Store, files: Sequence[str], how: LogFileOptions) -> RecordedFiles:
    """Save the plays of every good file, and report what is wrong with the others."""
    from signdecoder.store.store import RefusedRows

    added: list[ImportResult] = []
    refused: list[str] = []
    skippable: list[str] = []
    coaches: dict[str, None] = {}
    for file in files:
        try:
            log = _read_log(file, how)
        except SigndecoderError as error:
            echo_err_line(str(error))
            refused.append(file)
            continue
        if log.bad and not how.skip_bad:
            for line in _bad_rows(log):
                echo_err_line(line)
            _echo_notes(log.notes)
            refused.append(file)
            skippable.append(file)
            continue
        _echo_notes(log.notes)
        try:
            added += store.add_logs([log], skip_bad=how.skip_bad, again=how.again)
        except RefusedRows as error:  # one line per row
            echo_err(str(error).replace(file, printable(file)))
            refused.append(file)
            skippable.append(file)
            continue
        coaches |= dict.fromkeys(fold(play.coach) for play in log.plays)
        for line in (*_bad_rows(log), *_name_rows(log.file, added[-1].refused)):
            echo_err_line(line)
        _echo_notes(added[-1].notes)
    imported = tuple(coach for coach in store.coaches() if fold(coach) in coaches)
    return RecordedFiles(tuple(added), tuple(refused), tuple(skippable), imported)


def _name_rows(file: str, rows: Iterable[tuple[int, str]]) -> Iterator[str]:
    return (f"{file}:{line}: {what}" for line, what in rows)


def _bad_rows(read: PlayLog | Sequences) -> Iterator[str]:
    return _name_rows(read.file, ((row.line, row.what) for row in read.bad))


def _read_log(file: str, how: LogFileOptions) -> PlayLog:
    from signdecoder.logs.play_log import load_log

    options = replace(how.reading, coach=how.coach, declared=how.accepted, compact=how.compact)
    return load_log(file, options=options)


def _echo_notes(notes: Iterable[str]) -> None:
    for note in notes:
        echo_err_line(f"Note: {note}")


def load_sequences(
    files: Sequence[str], *, reading: ReadingOptions, skip_bad: bool
) -> list[Sequences]:
    """Load the sequences of files to predict.

    Reports what is wrong with each file, then raises SigndecoderError if any cannot be used.
    """
    from signdecoder.logs.sequence_file import load_sequences

    loaded: list[Sequences] = []
    refused: list[str] = []
    for file in files:
        try:
            sequences = load_sequences(file, options=reading)
        except SigndecoderError as error:
            echo_err_line(str(error))
            refused.append(file)
            continue
        for line in _bad_rows(sequences):
            echo_err_line(line)
        _echo_notes(sequences.notes)
        if sequences.bad and not skip_bad:
            refused.append(file)
        loaded.append(sequences)
    if refused:
        hint = "fix the errors above and retry"
        if not skip_bad and any(sequences.bad for sequences in loaded):
            hint += ", or skip the bad rows with --skip-bad"
        raise SigndecoderError(f"nothing was predicted because of {', '.join(refused)}", hint)
    return loaded
