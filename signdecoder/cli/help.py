"""The help of a command: its options by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from signdecoder.cli import options
from signdecoder.cli.everywhere import GROUP as EVERYWHERE

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}
_FIRST = "Options"
_GROUPS = (
    _FIRST,
    options.COACH,
    options.MOMENT,
    options.READING,
    options.MODEL,
    options.OUTPUT,
    EVERYWHERE,
)


def group_of(option: Any) -> str:
    """Return the group that an option is listed in."""
    if option.name == "help":
        return EVERYWHERE
    return getattr(option, "rich_help_panel", None) or _FIRST


class GroupedCommand(TyperCommand):
    """A command whose help lists the options by group."""

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the name and the help of every option, under the headings of the groups."""
        listed = [
            (group_of(option), option.get_help_record(ctx)) for option in self.get_params(ctx)
        ]
        for group in _GROUPS:
            records = [record for own, record in listed if own == group and record]
            if records:
                with formatter.section(group):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how the environment sets an option, and the example."""
        options = [p for p in self.params if p.param_type_name == "option" and p.envvar]
        if options:
            variable = options[0].envvar
            formatter.write_paragraph()
            formatter.write_text(
                f"Every option may be set in the environment: {variable} is {options[0].opts[0]}."
            )
        super().format_epilog(ctx, formatter)
