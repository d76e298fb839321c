"""The command line: commands, their options, and the two streams they write to."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    from signdecoder.cli.boundary import run_reporting_errors

    argv = sys.argv[1:] if arguments is None else list(arguments)
    if argv == ["--version"]:  # does without Typer, which takes most of the time
        from signdecoder.cli.setup import print_setup

        return run_reporting_errors(print_setup)
    from signdecoder.cli.app import run

    return run_reporting_errors(lambda: run(arguments))
