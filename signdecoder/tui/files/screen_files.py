"""The files that dialogs may use. No other module of the terminal UI opens files.

Whatever goes wrong with a file is one sentence for the user: the screen never ends over it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from textual.message import Message
from textual.widget import Widget

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.core.text import count
from signdecoder.logs.play_log import PlayLog

_SEPARATORS = '/\\:~*?"<>|'  # characters that have a meaning in a path on some system
_MAX_LENGTH = 60  # characters, which every file system accepts

Severity = Literal["information", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a browser sent: its name and its content."""

    name: str
    data: bytes


class LogChosen(Message):
    """A play log was chosen: a path on this computer, or an upload."""

    def __init__(self, source: Path | Upload) -> None:
        super().__init__()
        self.source = source


class ScreenFiles(ABC):
    """Files that dialogs read and write. Every error is a SigndecoderError."""

    asks_for_path: ClassVar[bool]  # where to export to; a download has no path

    def choose(self) -> Widget:
        """Return a widget to choose a play log with, which posts `LogChosen`."""
        with _one_sentence("the folder"):
            return self._make_chooser()

    def read(self, source: Path | Upload) -> PlayLog:
        """Read a play log that was chosen."""
        with _one_sentence(source.name):
            return self._read(source)

    def export(self, plays: Sequence[Play], file: str) -> tuple[str, Severity]:
        """Export plays, and return a message for the user."""
        try:
            with _one_sentence(file):
                place, excess = self._export(plays, file)
        except SigndecoderError as error:
            return str(error), "error"
        words = f"Exported {count(len(plays), 'play')} to {place}"
        if excess:
            return f"{words}. It is too large to import again ({excess}).", "warning"
        return words, "information"

    @abstractmethod
    def _make_chooser(self) -> Widget:
        """Return the widget of `choose`."""

    @abstractmethod
    def _read(self, source: Path | Upload) -> PlayLog:
        """Read a play log, or refuse to."""

    @abstractmethod
    def _export(self, plays: Sequence[Play], file: str) -> tuple[str, str]:
        """Export plays. Return where to, and which limit of importing that file exceeds."""


@contextmanager
def _one_sentence(what: str) -> Iterator[None]:
    """Turn everything that the system may say about a file into a SigndecoderError."""
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:  # also: no such name, no home folder
        why = error.strerror if isinstance(error, OSError) else None
        raise SigndecoderError(
            f"{what} cannot be used ({why or error})", "choose another"
        ) from None


def suggest_file_name(coach: str) -> str:
    """Return a file name for a coach's plays: their name without characters of a path."""
    plain = "".join("_" if c in _SEPARATORS or not c.isprintable() else c for c in coach)
    return f"{plain.lstrip('.')[:_MAX_LENGTH] or '_'}.csv"


def is_plain_name(file: str) -> bool:
    """Return whether a text is a file name alone: no path, nothing hidden."""
    return file.isprintable() and not file.startswith(".") and not set(file) & set(_SEPARATORS)
