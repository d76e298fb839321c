"""Uploads and downloads, for a screen in a browser. No path leads to the server's files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from textual.widget import Widget
from textual.widgets import Label

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog, read_log
from signdecoder.logs.play_log_writer import format_log
from signdecoder.tui.files.screen_files import ScreenFiles, Upload, is_plain_name

MAX_DOWNLOAD = 32 * 2**20  # bytes, which the server keeps until the browser has fetched them


@runtime_checkable
class Browser(Protocol):
    """A browser that can send files and get them."""

    def send_file(self, name: str, data: bytes) -> None:
        """Have the browser download a file."""

    def ask_for_file(self, receiver: Widget) -> None:
        """Offer an upload. Each file that arrives is posted to the receiver as `LogChosen`."""

    def stop_asking(self) -> None:
        """Offer no upload any more."""


class BrowserFiles(ScreenFiles):
    """Only what the browser sends, and what it downloads. Everything else is refused.

    ``browser`` is None if another server than ours shows the screen.
    """

    asks_for_path = False

    def __init__(self, browser: Browser | None) -> None:
        self._browser = browser

    def _make_chooser(self) -> Widget:
        """Return a label that says where to upload a file."""
        return _UploadPrompt(self._find_browser())

    def _read(self, source: Path | Upload) -> PlayLog:
        """Read an upload."""
        if not isinstance(source, Upload):
            raise _refuse()
        return read_log(source.name, source.data)

    def _export(self, plays: Sequence[Play], file: str) -> tuple[str, str]:
        """Have the browser download the plays."""
        if not is_plain_name(file):
            raise _refuse()
        browser = self._find_browser()
        data, excess = format_log(plays)
        if len(data) > MAX_DOWNLOAD:
            raise SigndecoderError(
                f"this export is larger than {MAX_DOWNLOAD >> 20} MiB (the limit)",
                'use "signdecoder export" on the computer that serves this page',
            )
        browser.send_file(file, data)
        return f"{file}, which your browser downloads", excess

    def _find_browser(self) -> Browser:
        """Return the browser, or raise SigndecoderError."""
        if self._browser is None:
            raise SigndecoderError(
                "this page cannot send or get files", 'open one of "signdecoder serve"'
            )
        return self._browser


class _UploadPrompt(Label):
    """Offer an upload for as long as this is shown."""

    def __init__(self, browser: Browser) -> None:
        super().__init__("Choose the file with the button at the bottom of this page.")
        self._browser = browser

    def on_mount(self) -> None:
        """Show the button."""
        self._browser.ask_for_file(self)

    def on_unmount(self) -> None:
        """Hide the button."""
        self._browser.stop_asking()


def _refuse() -> SigndecoderError:
    """Return the error for a path."""
    return SigndecoderError(
        "in a browser, the files of the server cannot be used",
        "export as a download, import as an upload",
    )
