"""Files on this computer, for a screen in a terminal."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.text import Text, TextType
from textual.widget import Widget
from textual.widgets import DirectoryTree

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import is_plain_file
from signdecoder.core.play import Play
from signdecoder.core.text import printable
from signdecoder.logs.formats import FORMATS, TEXT_SUFFIXES
from signdecoder.logs.play_log import PlayLog, load_log
from signdecoder.logs.play_log_writer import write_log
from signdecoder.tui.files.screen_files import LogChosen, ScreenFiles, Upload

_SUFFIXES = (*TEXT_SUFFIXES, *(suffix for own in FORMATS for suffix in own.suffixes))


class LocalFiles(ScreenFiles):
    """Any file of this computer that the user may use."""

    asks_for_path = True

    def _make_chooser(self) -> Widget:
        """Return the files of the current folder."""
        try:
            folder = Path.cwd()
        except FileNotFoundError:
            raise SigndecoderError(
                "the folder that signdecoder was started in was deleted",
                "quit and start it in another one; your plays are saved",
            ) from None
        return _LogTree(folder)

    def _read(self, source: Path | Upload) -> PlayLog:
        """Read a regular file: reading a pipe might never end."""
        if not isinstance(source, Path):
            raise SigndecoderError("this is not a file of this computer", "choose another")
        if source.exists() and not is_plain_file(source):
            raise SigndecoderError(f"{source.name} is not a regular file", "choose another")
        return load_log(source)

    def _export(self, plays: Sequence[Play], file: str) -> tuple[str, str]:
        """Write a new file."""
        path = Path(os.path.expanduser(file))
        if str(path) == "-":  # which means standard output elsewhere
            raise SigndecoderError("- is not a file name", "choose another name")
        if os.path.lexists(path):
            raise SigndecoderError(f"{path} already exists", "choose another name")
        return str(path), write_log(plays, path)


class _LogTree(DirectoryTree):
    """Show folders, and files that may be play logs."""

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out other files and hidden ones."""
        return [
            p for p in paths
            if not p.name.startswith(".")
            and (self._safe_is_dir(p) or p.suffix.lower() in _SUFFIXES)
        ]  # fmt: skip

    def process_label(self, label: TextType) -> Text:
        """Make file names safe to show."""
        return Text(printable(str(label)))

    def on_directory_tree_file_selected(self, chosen: DirectoryTree.FileSelected) -> None:
        """Pass the file on."""
        chosen.stop()
        self.post_message(LogChosen(chosen.path))
