"""Text files, loaded within limits: a file may be huge, never end, or not be text at all."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from signdecoder.core.errors import SigndecoderError

MAX_BYTES = 16 * 2**20  # of a file; with a play a row, that is well over 100,000 plays
MAX_LINE = 1_000_000  # characters of a line, and so of most that is read at once
WINDOWS = "cp1252"  # what spreadsheets of Windows save in western languages
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROLS = re.compile(
    rb"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]|\xed[\xa0-\xbf]"
)  # in no such text
_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def load_text(path: Path | str) -> str:
    """Load a text file and take off its byte order mark.

    Parameters
    ----------
    path : Path or str
        File to read, or `-` for standard input. At most MAX_BYTES are read.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    SigndecoderError
        If it does not exist, is too large, empty or not text.
    """
    return decode_text(path, load_bytes(path))


def decode_text(file: Path | str, data: bytes) -> str:
    """Decode the content of a text file in UTF-8, UTF-16 or the western Windows code page.

    Parameters
    ----------
    file : Path or str
        Name of the file, for errors.
    data : bytes
        Its content.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    SigndecoderError
        If it is too large, empty or not text.
    """
    if len(data) > MAX_BYTES:
        raise SigndecoderError(
            f"{file} is larger than {MAX_BYTES >> 20} MiB (the limit)",
            "split it into several files",
        )
    data, encoding = _find_encoding(data)
    if not data.strip():
        raise SigndecoderError(f"{file} is empty", "use a file with a header and one play a row")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = _line_at(data[: error.start].decode(encoding, "replace"))
        raise SigndecoderError(
            f"{file}:{line}: this is not text in UTF-8", "save the file as CSV in UTF-8"
        ) from None
    if not text.strip():  # control characters that Unicode counts as white space
        raise SigndecoderError(f"{file} is empty", "use a file with a header and one play a row")
    if "\0" in text:
        line = _line_at(text[: text.index("\0")])
        raise SigndecoderError(
            f"{file}:{line}: this is not text, because there is a NUL byte",
            "save the file as CSV in UTF-8",
        )
    return text


def _find_encoding(data: bytes) -> tuple[bytes, str]:
    """Return the content without its byte order mark, and its encoding: UTF-8, -16 or Windows."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.removeprefix(mark), encoding
    try:
        data.decode()
    except UnicodeDecodeError:
        # A file with valid characters of UTF-8 is damaged, not in another encoding.
        if data.decode(errors="ignore").isascii() and not _CONTROLS.search(data):
            return data, WINDOWS
    return data, "utf-8"


def is_windows_text(data: bytes) -> bool:
    """Return whether the content of a file is taken for text in a Windows code page.

    Parameters
    ----------
    data : bytes
        The content.

    Returns
    -------
    bool
        True if it is.
    """
    return _find_encoding(data)[1] == WINDOWS


def load_bytes(path: Path | str) -> bytes:
    """Load a file to its end, or until it is too large.

    Parameters
    ----------
    path : Path or str
        File to read, or `-` for standard input. At most one byte more than MAX_BYTES is read.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    SigndecoderError
        If it cannot be read.
    """
    try:
        if str(path) == "-":  # which Python does not have where the caller closed it
            return _read_stream(sys.stdin.buffer) if sys.stdin else b""
        with Path(path).open("rb", buffering=0) as stream:
            return _read_stream(stream)
    except FileNotFoundError:
        raise SigndecoderError(f"{path} does not exist", "check its name") from None
    except IsADirectoryError:
        raise SigndecoderError(f"{path} is a folder", "name the files in it") from None
    except OSError as error:
        raise SigndecoderError(
            f"{path} cannot be read ({error.strerror})", "change its permissions or copy it"
        ) from None
    except ValueError:  # a NUL in its name
        raise SigndecoderError(f"{path} is not a valid file name", "check its name") from None


def _read_stream(stream: BinaryIO) -> bytes:
    """Read the rest of a stream, but stop one byte past the limit."""
    data = bytearray()
    while len(data) <= MAX_BYTES:
        more = stream.read(min(1 << 20, MAX_BYTES + 1 - len(data)))
        if not more:
            break
        data += more
    return bytes(data)


def split_lines(path: Path | str, text: str) -> Iterator[str]:
    """Split a text into lines, as a CSV file has them: they end with CR, LF or both.

    Parameters
    ----------
    path : Path or str
        Name of the file, for the error.
    text : str
        Its text.

    Yields
    ------
    str
        Each line with its end.

    Raises
    ------
    SigndecoderError
        If a line is longer than MAX_LINE.
    """
    for number, found in enumerate(_LINES.finditer(text), start=1):
        if found.end() - found.start() > MAX_LINE:
            raise SigndecoderError(
                f"{path}:{number}: the line is longer than {MAX_LINE:,} characters (the limit)",
                "shorten it",
            )
        yield found.group()


def _line_at(before: str) -> int:
    """Return the number of the line that follows this text."""
    return 1 + sum(1 for _ in re.finditer(r"\r\n|\r|\n", before))
