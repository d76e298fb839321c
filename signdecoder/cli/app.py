"""The Typer application: its options, and the commands that it finds."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperGroup

from signdecoder.cli.command import Section, command_modules, load_command
from signdecoder.cli.everywhere import add_variables, everywhere_options, reset_streams
from signdecoder.cli.help import HELP_OPTIONS, GroupedCommand
from signdecoder.cli.io import echo_err, print_text
from signdecoder.cli.options import Db
from signdecoder.core.errors import ExitStatus
from signdecoder.core.platform import ENDING

if TYPE_CHECKING:
    from typer._click.core import Command as ClickCommand
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

# The exception that Typer raises for a command line it cannot parse; it exports no name for it.
_BadCommandLine = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])

# What Typer says about a value that it refuses, and how that is said here.
_PLAINER = (
    (r"Value error, ", ""),
    (r"Input should be greater than or equal to (\S+)", r"Use \1 or more."),
    (r"Input should be less than or equal to (\S+)", r"Use \1 or less."),
    (r"Input should be a valid integer\b.*", "Write a whole number."),
    (r"Input should be a valid number\b.*", "Write a number."),
)

_SCREENS = (None, "ui", "serve", "practice")  # they end by themselves


class _LazyCommands(MutableMapping[str, Any]):
    """The commands by name; each is imported when it is looked up."""

    def __init__(self) -> None:
        self._loaded: dict[str, ClickCommand] = {}

    def __getitem__(self, name: str) -> ClickCommand:
        if name not in self._loaded:
            if name not in command_modules():
                raise KeyError(name)
            command = load_command(name)
            single = typer.Typer(rich_markup_mode=None, add_completion=False)
            single.command(
                name,
                cls=GroupedCommand,
                help=command.help,
                epilog=f"Example: {command.example}",
                context_settings=HELP_OPTIONS,
            )(command.run)
            made = typer.main.get_command(single)
            made.params += everywhere_options()
            add_variables(made, f"SIGNDECODER_{name.replace('-', '_').upper()}")
            self._loaded[name] = made
        return self._loaded[name]

    def __setitem__(self, name: str, command: ClickCommand) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(command_modules())

    def __len__(self) -> int:
        return len(command_modules())


class _CommandGroup(TyperGroup):
    """A group that imports a command only when it runs, and lists the commands by section."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": _LazyCommands()})
        self.params += everywhere_options()

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the name and the first line of every command."""
        commands = {name: load_command(name) for name in command_modules()}
        wide = max(map(len, commands))
        for section in Section:
            with formatter.section(section.value):
                formatter.write_dl(
                    [
                        (name.ljust(wide), command.summary)
                        for name, command in commands.items()
                        if command.section is section
                    ]
                )


app = typer.Typer(
    name="signdecoder",
    cls=_CommandGroup,
    # Plain help and plain errors: importing rich would cost a query a quarter of its time.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings=HELP_OPTIONS,
)


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    db: Db = None,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version, the play database and the weights."),
    ] = False,
) -> None:
    """Decode a baseball or softball coach's signs from a log of plays.

    Without a command, opens the live screen.
    """
    if context.invoked_subcommand not in _SCREENS:
        context.with_resource(_exit_on_signals())
    if version:
        from signdecoder.cli.setup import print_setup

        raise typer.Exit(print_setup(db))
    if context.invoked_subcommand is None:
        from signdecoder.cli.screens import has_terminal

        if has_terminal():
            load_command("ui").run(db=db)
        else:
            print_text(context.get_help())


@contextmanager
def _exit_on_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does, so that half-written files are removed.

    A signal that is handled or ignored already, as under nohup, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in usual:
        signal.signal(number, _exit)
    try:
        yield
    finally:
        for number in usual:
            signal.signal(number, signal.SIG_DFL)


def _exit(number: int, _: object) -> None:
    signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once
    raise SystemExit(ExitStatus(128 + number))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; may raise what the command raises."""
    reset_streams()
    if "_SIGNDECODER_COMPLETE" in os.environ:  # a shell asks what could come next
        from typer._completion_classes import completion_init

        completion_init()
    try:
        status = app(args=arguments, prog_name="signdecoder", standalone_mode=False)
    except _BadCommandLine as refusal:  # its text repeats the arguments, whatever they contain
        for said, plainer in _PLAINER:
            refusal.message = re.sub(f"^{said}", plainer, refusal.message)
        with StringIO() as page:
            refusal.show(file=page)
            echo_err(page.getvalue().rstrip("\n").expandtabs(4))
        return ExitStatus.USAGE
    if status == ExitStatus.INTERRUPTED:  # Typer turns an interruption into this status
        raise KeyboardInterrupt
    return status if isinstance(status, int) else ExitStatus.DONE
