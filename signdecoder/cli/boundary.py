"""The one place where an error becomes a sentence on standard error and an exit status."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from signdecoder.cli.io import STREAMS, echo_err, echo_err_line
from signdecoder.core.errors import ExitStatus, SigndecoderError, StoreNote


@contextmanager
def _notes_on_stderr() -> Iterator[None]:
    """Print what a store has to say as a note; other warnings are shown as Python does."""
    show = warnings.showwarning

    def print_note(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        """Print a note, or show another warning."""
        if issubclass(category, StoreNote):
            echo_err_line(f"Note: {message}")
        else:
            show(message, category, filename, lineno, file, line)

    with warnings.catch_warnings():
        warnings.simplefilter("always", StoreNote)
        warnings.showwarning = print_note
        yield


def run_reporting_errors(run: Callable[[], int]) -> int:
    """Run a command and return its exit status; every error becomes one sentence."""
    try:
        with _notes_on_stderr():
            return run()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitStatus.DONE
    except SigndecoderError as error:
        echo_err_line(f"Error: {error}")
        return error.status
    except KeyboardInterrupt:
        echo_err("Interrupted.")
        return ExitStatus.INTERRUPTED
    except OSError as error:
        echo_err_line(f"Error: {error.filename or 'a file'}: {error.strerror or error}")
        return ExitStatus.INPUT
    except MemoryError:
        echo_err("Error: not enough memory. Close other programs or use a smaller file.")
        return ExitStatus.INPUT
    except Exception as bug:
        if os.environ.get("SIGNDECODER_DEBUG") or STREAMS.verbose:
            raise
        echo_err_line(
            f"Error: signdecoder hit an internal error ({type(bug).__name__}: {bug}). "
            "Set SIGNDECODER_DEBUG=1 and run the command again to see where."
        )
        return ExitStatus.INPUT
