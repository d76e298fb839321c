"""Play logs named on the command line: read, complained about, recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signdecoder.cli.io import say, say_line
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.text import printable
from signdecoder.store.store import ImportResult, RefusedRows, Store

if TYPE_CHECKING:
    from signdecoder.logs.play_log import PlayLog, Sequences


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of one command are to be read."""

    coach: str | None
    declared: Collection[str]
    compact: bool
    skip_bad: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """What became of the files of one command.

    ``refused`` are the files that nothing was taken from, ``skippable`` those of them that
    --skip-bad could have taken in part.
    """

    added: tuple[ImportResult, ...]
    refused: tuple[str, ...]
    skippable: tuple[str, ...]


def record_files(store: Store, files: Sequence[str], reading: Reading) -> Recording:
    """Record every file that may be taken; what is wrong with the others is said."""
    added: list[ImportResult] = []
    refused: list[str] = []
    skippable: list[str] = []
    for file in files:
        try:
            log = _read_log(file, reading)
        except SigndecoderError as error:
            say_line(str(error))
            refused.append(file)
            continue
        if log.bad and not reading.skip_bad:
            for line in _bad_rows(log):
                say_line(line)
            refused.append(file)
            skippable.append(file)
            continue
        try:
            added += store.add_logs([log], skip_bad=reading.skip_bad)
        except RefusedRows as error:  # a row a line
            say(str(error).replace(file, printable(file)))
            refused.append(file)
            skippable.append(file)
            continue
        for line in (*_bad_rows(log), *_name_rows(log.file, added[-1].refused)):
            say_line(line)
    return Recording(tuple(added), tuple(refused), tuple(skippable))


def _name_rows(file: str, rows: Iterable[tuple[int, str]]) -> Iterator[str]:
    return (f"{file}:{line}: {what}" for line, what in rows)


def _bad_rows(read: PlayLog | Sequences) -> Iterator[str]:
    return _name_rows(read.file, ((row.line, row.what) for row in read.bad))


def _read_log(file: str, reading: Reading) -> PlayLog:
    from signdecoder.logs.play_log import read_log

    log = read_log(file, coach=reading.coach, declared=reading.declared, compact=reading.compact)
    for note in log.notes:
        say_line(f"Note: {note}")
    return log


def read_questions(files: Sequence[str], *, compact: bool, skip_bad: bool) -> list[Sequences]:
    """Read files of sequences to be asked about.

    Raises SigndecoderError where a file cannot be taken, after saying what is wrong with each.
    """
    from signdecoder.logs.play_log import read_sequences

    read: list[Sequences] = []
    refused: list[str] = []
    for file in files:
        try:
            sequences = read_sequences(file, compact=compact)
        except SigndecoderError as error:
            say_line(str(error))
            refused.append(file)
            continue
        for line in _bad_rows(sequences):
            say_line(line)
        if sequences.bad and not skip_bad:
            refused.append(file)
        read.append(sequences)
    if refused:
        hint = "mend what is wrong"
        if not skip_bad and any(sequences.bad for sequences in read):
            hint += ", or take the good rows with --skip-bad"
        raise SigndecoderError(f"nothing was predicted, because of {', '.join(refused)}", hint)
    return read
