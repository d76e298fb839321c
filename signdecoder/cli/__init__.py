"""The command line: commands, their options, and the two streams they write to."""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    from signdecoder.cli.app import run

    return run(arguments)
