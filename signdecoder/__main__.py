"""`python -m signdecoder` is the same as `signdecoder`."""

import gc
import os
import sys

# How to tell each BLAS library that NumPy may be built with how many threads to use.
_BLAS_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_OBJECTS_PER_SEARCH = 20_000  # new objects until Python looks for garbage among them


def main() -> int:
    """Run the command line; Ctrl+C ends it with a message, even while it is loading."""
    try:
        _open_closed_streams()
        use_one_blas_thread()
        _look_for_garbage_less_often()
        # Loading the rest takes a moment, in which the user may press Ctrl+C.
        from signdecoder import cli

        return cli.main()
    except KeyboardInterrupt:
        from contextlib import suppress

        with suppress(OSError):
            os.write(2, b"Interrupted.\n")
        return 130


def use_one_blas_thread() -> None:
    """Make NumPy use one thread, unless the user set a number of threads.

    All matrices of a decoder are small. On a busy machine, more threads multiply the processor time
    of a query and save no time. This has to happen before NumPy is imported. Processes that are
    started from here inherit it. TensorFlow has threads of its own and keeps them.
    """
    if not any(name in os.environ for name in _BLAS_THREADS):
        os.environ.update(dict.fromkeys(_BLAS_THREADS, "1"))


def _look_for_garbage_less_often() -> None:
    """Let modules be loaded without a search for garbage every few hundred objects.

    They make many objects, all of which stay: the searches take 5% of a query and find nothing.
    """
    gc.set_threshold(_OBJECTS_PER_SEARCH, *gc.get_threshold()[1:])


def _open_closed_streams() -> None:
    """Open /dev/null in place of standard streams that the caller closed.

    Else the next file to be opened would take the place of a stream, and messages would go into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number


if __name__ == "__main__":
    sys.exit(main())
