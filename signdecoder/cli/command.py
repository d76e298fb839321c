"""How a command is declared: one file in ``signdecoder/cli/commands`` is one command.

The file is named like the command (``import_.py`` is ``import``) and sets ``COMMAND``. Nothing else
has to be edited: the application finds the file, lists it in the help, and imports it when needed.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from inspect import cleandoc
from typing import Any

from signdecoder.cli import commands


class Section(StrEnum):
    """A heading in the list of commands, in the order of the list."""

    SCREENS = "Screens"
    PREDICT = "Predict and explain"
    LOG = "Log plays"
    MANAGE = "Manage the play database"
    SIMULATE = "Simulate and measure"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: the function that runs it, its section of the help, and an example.

    ``more_help`` returns text for the end of the help that takes an import of the library to know.
    """

    run: Callable[..., None]
    section: Section
    example: str
    more_help: Callable[[], str] | None = None

    @property
    def summary(self) -> str:
        """The first line of the help."""
        return (self.run.__doc__ or "").strip().split("\n")[0]

    @property
    def help(self) -> str:
        """The whole help, which is complete only when asked for."""
        parts = [cleandoc(self.run.__doc__ or ""), *([self.more_help()] if self.more_help else [])]
        return "\n\n".join(parts)


@cache
def command_modules() -> dict[str, str]:
    """Return the module of each command by the command's name, without importing any."""
    names = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))
    return {name.strip("_").replace("_", "-"): f"{commands.__name__}.{name}" for name in names}


def load_command(name: str) -> Command:
    """Import the file of one command."""
    module: Any = import_module(command_modules()[name])
    command: Command = module.COMMAND
    return command
