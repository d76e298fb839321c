"""The options that every command has, before or after its name: --color, --quiet, --verbose."""

from __future__ import annotations

import sys
import time
from typing import Annotated, Any

import typer

from signdecoder.cli.io import COLORS, STREAMS, Streams, echo_err

GROUP = "Everywhere"


def reset_streams() -> None:
    """Forget what an earlier command set."""
    usual = Streams()
    for name in Streams.__slots__:
        setattr(STREAMS, name, getattr(usual, name))


def _set_color(value: str | None) -> None:
    if value is None:
        return
    if value not in COLORS:
        raise typer.BadParameter(f"Use {', '.join(COLORS[:-1])} or {COLORS[-1]}.")
    STREAMS.color = value


def _set_quiet(value: bool) -> None:
    STREAMS.quiet |= value


def _set_verbose(context: typer.Context, value: bool) -> None:
    if not value or STREAMS.verbose:
        return
    STREAMS.verbose = True
    began = time.monotonic()
    context.find_root().call_on_close(lambda: _say_what_it_took(context, began))


def _say_what_it_took(context: typer.Context, began: float) -> None:
    from signdecoder.store.store import Store

    store = context.params.get("db") or Store.default_path()
    echo_err(f"Play database {store} · Python {sys.version.split()[0]}")
    echo_err(f"Took {time.monotonic() - began:.1f} s.")


def _everywhere(
    color: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="Color verdicts: auto (default), always or never.",
            callback=_set_color,
            expose_value=False,
            rich_help_panel=GROUP,
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            help="Print no notes and no progress.",
            callback=_set_quiet,
            expose_value=False,
            rich_help_panel=GROUP,
        ),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Say which play database was used and how long it took; show where an"
            " unexpected error came from.",
            callback=_set_verbose,
            expose_value=False,
            rich_help_panel=GROUP,
        ),
    ] = False,
) -> None:
    pass


def everywhere_options() -> list[Any]:
    """Return the options, to add to a command."""
    single = typer.Typer(rich_markup_mode=None, add_completion=False)
    single.command()(_everywhere)
    command: Any = typer.main.get_command(single)
    return list(command.params)


def add_variables(command: Any, prefix: str) -> None:
    """Let the environment set every option of a command, as PREFIX_OPTION."""
    for option in command.params:
        if option.param_type_name == "option":
            own = f"{prefix}_{option.name.upper()}"
            shared = getattr(option, "rich_help_panel", None) == GROUP
            option.envvar = [own, f"SIGNDECODER_{option.name.upper()}"] if shared else own
            option.show_envvar = False
