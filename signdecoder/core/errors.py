"""Errors that say what is wrong, where, and how to fix it."""

from enum import IntEnum
from typing import ClassVar


class ExitStatus(IntEnum):
    """Exit status of a command."""

    DONE = 0
    INPUT = 1
    USAGE = 2
    HUNG_UP = 129  # by SIGHUP
    INTERRUPTED = 130
    ENDED = 143  # by SIGTERM


class SigndecoderError(Exception):
    """Something that you can fix.

    Parameters
    ----------
    message : str
        What is wrong, and where: ``game.csv:3: the sequence is empty``. It has no period.
    hint : str, optional
        What to do about it: ``write at least one signal``.

    Examples
    --------
    >>> print(SigndecoderError("game.csv is empty", "give a file with a header"))
    game.csv is empty. Give a file with a header.
    """

    status: ClassVar[ExitStatus] = ExitStatus.INPUT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return both as sentences: what is wrong, then what to do."""
        if not self.hint:
            return self.message
        stop = "" if self.message.endswith("?") else "."
        hint = self.hint[:1].upper() + self.hint[1:]
        return f"{self.message}{stop} {hint}" + ("" if hint.endswith((".", "?")) else ".")


class UsageError(SigndecoderError):
    """The command line itself is wrong: an option, a value, or how they are combined."""

    status: ClassVar[ExitStatus] = ExitStatus.USAGE


class StoreNote(UserWarning):
    """What the user should know about a play database. It is said once."""
