"""``signdecoder help``: the help of a command."""

from __future__ import annotations

from typing import Annotated

import typer

from signdecoder.cli.command import Command, Section, command_modules
from signdecoder.cli.io import print_text
from signdecoder.core.errors import UsageError


def show_help(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[COMMAND]", hidden=True)] = None,
) -> None:
    """Show the help of a command, as --help does.

    Without COMMAND, lists all commands.
    """
    root = context.find_root()
    if name is None:
        print_text(root.get_help())
        return
    command = root.command.commands.get(name)  # type: ignore[attr-defined]
    if command is None:
        from difflib import get_close_matches

        close = get_close_matches(name, command_modules(), n=1)
        hint = f"did you mean {close[0]}?" if close else '"signdecoder help" lists the commands'
        raise UsageError(f'"{name}" is not a command', hint)
    settings = command.context_settings
    print_text(
        command.get_help(
            command.context_class(command, info_name=f"signdecoder {name}", **settings)
        )
    )


COMMAND = Command(show_help, Section.MANAGE, "signdecoder help report")
