"""A CSV log from a file picker, looked at before it is read into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text, TextType
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, DirectoryTree, Label

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.sequences import format_signals
from signdecoder.core.text import count, printable
from signdecoder.logs.play_log import PlayLog, read_log
from signdecoder.store.store import Store
from signdecoder.tui.labels import outcome_words

_SUFFIXES = (".csv", ".tsv", ".txt")
_ROWS, _FAULTS = 4, 5  # that are shown

Taking = Callable[[Store], str]  # does it, and says in words what it did


class _Logs(DirectoryTree):
    """Folders, and files that may be logs."""

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave the others out, and what is hidden."""
        return [
            p for p in paths
            if not p.name.startswith(".") and (p.is_dir() or p.suffix.lower() in _SUFFIXES)
        ]  # fmt: skip

    def process_label(self, label: TextType) -> Text:
        """Show names that somebody else may have given."""
        return Text(printable(str(label)))


class ImportScreen(ModalScreen[Taking | None]):
    """Shows what a file holds; answers with what puts it into the store."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, coach: str, folder: Path | None = None) -> None:
        super().__init__()
        self._coach, self._folder = coach, folder or Path.cwd()
        self._log: PlayLog | None = None

    def compose(self) -> ComposeResult:
        """The files, the preview, the buttons."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Import a log"
            yield _Logs(self._folder)
            yield Label("Choose a CSV file with Enter.", id="preview", markup=False)
            yield Label("", classes="trouble", markup=False)
            with Horizontal():
                yield Button("Leave", id="leave")
                yield Button("Import", variant="primary", id="import", disabled=True)

    def on_directory_tree_file_selected(self, chosen: DirectoryTree.FileSelected) -> None:
        """Look at the file."""
        self._look_at(chosen.path)

    @work(thread=True, exclusive=True)
    def _look_at(self, path: Path) -> None:
        try:
            log, trouble = read_log(path, coach=None), ""
        except SigndecoderError as error:
            log, trouble = None, str(error)
        self.app.call_from_thread(self._show, log, trouble)

    def _show(self, log: PlayLog | None, trouble: str) -> None:
        self._log = log
        preview, faults = self.query_one("#preview", Label), self.query_one(".trouble", Label)
        button = self.query_one("#import", Button)
        if log is None:
            preview.update("")
            faults.update(printable(trouble))
            button.disabled = True
            return
        coaches = sorted({play.coach for play in log.plays})
        head = (
            f"{count(len(log.plays), 'play')} of {', '.join(map(printable, coaches)) or 'nobody'}"
        )
        rows = [
            f"{printable(format_signals(p.signals))} → {outcome_words(p.outcome)}"
            for p in log.plays[:_ROWS]
        ]
        more = [f"… and {len(log.plays) - _ROWS} more"] if len(log.plays) > _ROWS else []
        preview.update("\n".join([head, *rows, *more]))
        bad = [f"line {row.line}: {printable(row.what)}" for row in log.bad]
        left = [f"… and {len(bad) - _FAULTS} more bad rows"] if len(bad) > _FAULTS else []
        faults.update("\n".join([*bad[:_FAULTS], *left]))
        button.disabled = not log.plays
        button.label = "Import the good rows" if bad else "Import"
        button.refresh(layout=True)  # its new label has another width
        button.focus()

    def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Import, or leave."""
        log = self._log
        if pressed.button.id == "leave" or log is None:
            self.dismiss(None)
            return

        def take(store: Store) -> str:
            (added,) = store.add_logs([log], skip_bad=True)
            words = f"imported {count(added.added, 'play')}"
            words += f", {added.known} known already" if added.known else ""
            return words + (f", {count(added.bad, 'bad row')} left out" if added.bad else "")

        self.dismiss(take)

    def action_leave(self) -> None:
        """Answer with nothing."""
        self.dismiss(None)
