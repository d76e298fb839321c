"""Libraries that only some tasks need, and the error that says how to install a missing one."""

from importlib.util import find_spec

from signdecoder.core.errors import SigndecoderError


def require(library: str, purpose: str, package: str | None = None) -> None:
    """Check that a library is installed, without loading it.

    Parameters
    ----------
    library : str
        Name of the library, as `import` knows it.
    purpose : str
        What needs it, for the error: ``to train``.
    package : str, optional
        What `pip` calls it, if that is another name.

    Raises
    ------
    SigndecoderError
        If it is not installed. It says how to install it.

    Examples
    --------
    >>> require("sqlite3", "to store plays")
    """
    try:
        is_installed = find_spec(library) is not None
    except (ImportError, ValueError):  # its import is blocked
        is_installed = False
    if not is_installed:
        raise SigndecoderError(
            f"{package or library} is needed {purpose}, and it is not installed",
            f"install it with `pip install {package or library}`",
        )
