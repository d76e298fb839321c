"""The dialog that picks a CSV file, previews it, and imports it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Label

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.sequences import format_signals
from signdecoder.core.text import count, printable
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.store import Store
from signdecoder.tui.files.screen_files import LogChosen, ScreenFiles, Upload
from signdecoder.tui.labels import outcome_label

_HOW = "Choose a CSV file and press Enter."
_N_ROWS, _N_ERRORS = 4, 5  # that are shown

ImportWork = Callable[[Store], str]  # imports the file, and returns what it did


class ImportScreen(ModalScreen[ImportWork | None]):
    """Preview a file. The answer imports it, or is None if cancelled.

    Raise SigndecoderError if no file can be chosen, for example because the folder is gone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, files: ScreenFiles) -> None:
        super().__init__()
        self._files = files
        self._chooser: Widget = files.choose()
        self._log: PlayLog | None = None

    def compose(self) -> ComposeResult:
        """Lay out the files, the preview and the buttons."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Import a CSV file"
            yield self._chooser
            yield Label(_HOW if self._files.asks_for_path else "", id="preview", markup=False)
            yield Label("", classes="error", markup=False)
            with Horizontal():
                yield Button("Cancel", id="cancel")
                yield Button("Import", variant="primary", id="import", disabled=True)

    def on_log_chosen(self, chosen: LogChosen) -> None:
        """Preview the file."""
        self._preview(chosen.source)

    @work(thread=True, exclusive=True)
    def _preview(self, source: Path | Upload) -> None:
        """Read the file in a thread."""
        try:
            log, message = self._files.read(source), ""
        except SigndecoderError as error:
            log, message = None, str(error)
        self.app.call_from_thread(self._show, log, message)

    def _show(self, log: PlayLog | None, message: str) -> None:
        """Show the first plays and the errors of a file."""
        self._log = log
        preview, errors = self.query_one("#preview", Label), self.query_one(".error", Label)
        button = self.query_one("#import", Button)
        if log is None:
            preview.update("")
            errors.update(printable(message))
            button.disabled = True
            return
        coaches = sorted({play.coach for play in log.plays})
        head = f"{count(len(log.plays), 'play')} of {', '.join(map(printable, coaches)) or '–'}"
        rows = [
            f"{printable(format_signals(p.signals))} → {outcome_label(p.outcome)}"
            for p in log.plays[:_N_ROWS]
        ]
        more = [f"… and {len(log.plays) - _N_ROWS} more"] if len(log.plays) > _N_ROWS else []
        preview.update("\n".join([head, *rows, *more]))
        bad = [f"line {row.line}: {printable(row.what)}" for row in log.bad]
        rest = [f"… and {len(bad) - _N_ERRORS} more bad rows"] if len(bad) > _N_ERRORS else []
        errors.update("\n".join([*bad[:_N_ERRORS], *rest]))
        button.disabled = not log.plays
        button.label = "Import the valid rows" if bad else "Import"
        button.refresh(layout=True)  # the new label may be wider
        button.focus()

    def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Import the file, or cancel."""
        log = self._log
        if pressed.button.id == "cancel" or log is None:
            self.dismiss(None)
            return

        def work(store: Store) -> str:
            (result,) = store.add_logs([log], skip_bad=True)
            words = f"Imported {count(result.added, 'play')}"
            words += f", {result.known} already there" if result.known else ""
            words += f", {result.deleted} deleted earlier" if result.deleted else ""
            words += f", {count(result.bad, 'bad row')} skipped" if result.bad else ""
            return ". ".join([words, *result.notes])

        self.dismiss(work)

    def action_cancel(self) -> None:
        """Answer None."""
        self.dismiss(None)
