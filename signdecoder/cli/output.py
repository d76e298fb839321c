"""Where an answer goes and in which format: --format, --json and --out of every command."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from signdecoder.cli.answer import Answer
from signdecoder.cli.formats import Format, format_of_ending, formats
from signdecoder.cli.io import echo_err_line, guard_stream, print_json, print_text
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.fs import check_target, replace_file
from signdecoder.core.text import printable_lines


@dataclass(frozen=True, slots=True)
class Output:
    """A format, and a file to write; None is standard output."""

    format: Format
    file: str | None

    @property
    def is_for_people(self) -> bool:
        """True for text on standard output."""
        return self.file is None and self.format.name == "table"

    def write(self, answer: Answer, what: str = "", done: str = "") -> None:
        """Write an answer. ``what`` was written, such as ``40 plays``, is said of a file.

        ``done`` names what was done before, as in `print_text`.
        """
        if self.file is not None:
            replace_file(Path(self.file), self.format.render(answer))
            echo_err_line(f"Wrote {what} to {self.file}." if what else f"Wrote {self.file}.")
        elif self.format.name == "table":
            print_text(answer.as_text(), done)
        elif self.format.name == "json":
            print_json(answer.as_document(), done)
        else:
            _write_bytes(self.format.render(answer), done)


def choose_output(
    format: str | None,
    json: bool,
    out: str | None = None,
    default: str = "table",
    also: tuple[str, ...] = (),
) -> Output:
    """Return the output that the options ask for; raise UsageError if they contradict each other.

    Commands call it first, so that nothing is computed for a file that cannot be written. ``also``
    are endings that the command itself knows.
    """
    file = None if out in (None, "-") else out
    named = _find_format(format) if format else None
    if json:
        if named and named.name != "json":
            raise UsageError(
                f"--json is short for --format json, not {named.name}", "leave one of them out"
            )
        named = formats()["json"]
    chosen = named or formats()[default]
    if file is not None:
        chosen = _match_ending(Path(file), named, chosen, also)
    elif chosen.is_binary and sys.stdout and sys.stdout.isatty():
        raise UsageError(
            f"{chosen.name} is not for a screen", f"name a file: --out FILE{chosen.endings[0]}"
        )
    return Output(chosen, file)


def _match_ending(
    path: Path, named: Format | None, default: Format, also: tuple[str, ...]
) -> Format:
    """Return the format of a file: that of its ending, which --format must not contradict."""
    if path.exists() and not path.is_dir() and not path.is_file():  # a pipe or a device
        return default
    if path.is_dir():
        raise SigndecoderError(f"{path}: this is a folder", "name a file in it")
    if not check_target(path).parent.is_dir():
        raise SigndecoderError(f"{path}: the folder does not exist", "create it or choose another")
    of_ending = format_of_ending(path.suffix)
    if named and of_ending not in (None, named):
        raise UsageError(
            f"{path}: the ending is not one of {named.name}",
            f"name the file *{named.endings[0]}, or leave --format out",
        )
    if not named and not of_ending:
        raise UsageError(
            f"{path}: {path.suffix or 'no ending'} is not the ending of a known format",
            f"use {_list_endings(also)}, or choose with --format",
        )
    return named or of_ending or default


def _list_endings(also: tuple[str, ...]) -> str:
    *most, last = sorted({*(one.endings[0] for one in formats().values()), *also})
    return f"{', '.join(most)} or {last}"


def _find_format(name: str) -> Format:
    known = formats()
    if name.lower() in known:
        return known[name.lower()]
    close = get_close_matches(name.lower(), known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"choose one of {', '.join(known)}"
    raise UsageError(f'"{name}" is not a format', hint)


def _write_bytes(data: bytes, done: str) -> None:
    """Write data as it is; on a terminal, control characters are escaped."""
    stream = sys.stdout
    if stream is None:  # the caller closed it
        raise SigndecoderError("there is no standard output to write to", "give a file")
    if stream.isatty():
        data = printable_lines(data.decode()).encode()
    with guard_stream(stream, done):
        stream.flush()
        if hasattr(stream, "buffer"):
            stream.buffer.write(data)
        else:  # a stream of text alone, as in tests
            stream.write(data.decode())
        stream.flush()
