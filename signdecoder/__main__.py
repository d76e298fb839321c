"""`python -m signdecoder` is the same as `signdecoder`."""

import os
import sys


def main() -> int:
    """Run the command line; an interruption ends it with a word, from the start."""
    try:
        _fill_descriptors()
        # The rest takes a moment to load, in which somebody may think better of it.
        from signdecoder import cli

        return cli.main()
    except KeyboardInterrupt:
        from contextlib import suppress

        with suppress(OSError):
            os.write(2, b"Interrupted.\n")
        return 130


def _fill_descriptors() -> None:
    """Let no file that is opened take the place of a stream that the caller closed.

    What a library says there would else be written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free


if __name__ == "__main__":
    sys.exit(main())
