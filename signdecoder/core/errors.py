"""Errors that say what is wrong, where, and what to do."""

from enum import IntEnum
from typing import ClassVar


class ExitStatus(IntEnum):
    """The exit status of a command."""

    DONE = 0
    INPUT = 1
    USAGE = 2
    INTERRUPTED = 130
    ENDED = 143  # by SIGTERM


class SigndecoderError(Exception):
    """Something the user can mend: `message` says what is wrong and where, `hint` what to do."""

    status: ClassVar[ExitStatus] = ExitStatus.INPUT

    def __init__(self, message: str, hint: str = "") -> None:
        """Make one sentence, `message: hint`, of the two."""
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return the one sentence that is shown."""
        return f"{self.message}: {self.hint}" if self.hint else self.message


class UsageError(SigndecoderError):
    """The command was asked for in a way that it does not know."""

    status: ClassVar[ExitStatus] = ExitStatus.USAGE
