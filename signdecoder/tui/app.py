"""The Textual application: themes, size classes, and the first screen."""

from __future__ import annotations

import os
import sys
from asyncio import to_thread
from collections.abc import Iterable
from pathlib import Path
from signal import SIGTERM
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.screen import Screen
from textual.theme import Theme

from signdecoder.core.platform import handle_in_loop, stop_handling_in_loop
from signdecoder.core.play import Play
from signdecoder.core.text import count, printable
from signdecoder.tui.config import AppConfig, PracticeConfig
from signdecoder.tui.files.browser import Browser, BrowserFiles
from signdecoder.tui.files.local import LocalFiles
from signdecoder.tui.files.screen_files import ScreenFiles
from signdecoder.tui.input_queue import DIALOG, SerializedInputApp
from signdecoder.tui.live.display import BLOCKED_SECONDS
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.practice.screen import PracticeScreen

# The least columns and lines of each size class, as the style sheet uses them.
_WIDTHS = [(0, "-narrow"), (64, "-normal"), (110, "-wide"), (170, "-huge")]
_HEIGHTS = [(0, "-short"), (32, "-tall"), (48, "-towering")]
_NIGHT = Theme(
    name="night game", primary="#5b9bd5", secondary="#7f8fa6", accent="#ffb454",
    success="#7fd962", warning="#59c2ff", error="#f26d78", foreground="#e6e6e6",
    background="#0f141a", surface="#171d25", panel="#222b36", dark=True,
)  # fmt: skip
_SUN = Theme(
    name="sunlight", primary="#003a8c", secondary="#404040", accent="#7a2e00",
    success="#005c1f", warning="#00308f", error="#8b0000", foreground="#000000",
    background="#ffffff", surface="#ffffff", panel="#e4e4e4", dark=False,
    variables={"quiet": "#303030", "border": "#000000", "frame": "#707070"},
)  # fmt: skip


class SigndecoderApp(SerializedInputApp):
    """Open the live screen or the practice screen."""

    TITLE = "signdecoder"
    CSS_PATH = Path(__file__).with_name(
        "signdecoder.tcss"
    )  # absolute, so that subclasses elsewhere find it
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+q",
            "quit",
            "Quit",
            priority=True,
            tooltip="Every play in the list is saved",
        ),
        Binding(
            "ctrl+p", "command_palette", "Menu", show=False, priority=True, tooltip="All commands"
        ),
    ]

    def __init__(self, config: AppConfig | PracticeConfig) -> None:
        super().__init__()
        self._config = config
        self._live: LiveScreen | None = None

    @property
    def unsaved_plays(self) -> tuple[Play, ...]:
        """Plays that the store has not accepted. Ask for them once the app has ended."""
        return self._live.service.unsaved_plays if self._live else ()

    def is_at_work(self) -> bool:
        """Return whether the last key still has an effect to come."""
        return super().is_at_work() or (
            self._live is not None and self._live.is_waiting_for_service
        )

    def ignores_keys(self) -> bool:
        """Return whether keys have to wait, because a coach is being loaded."""
        return self._live is not None and self._live.loading_coach

    def _end(self) -> None:
        """Quit on SIGTERM. A second SIGTERM ends the process at once."""
        stop_handling_in_loop(SIGTERM)
        self.exit(return_code=128 + SIGTERM)

    async def run_async(self, **options: Any) -> None:
        """Run the app. If the store is still locked at the end, say so on the terminal."""
        await super().run_async(**options)
        service = self._live.service if self._live else None
        if service is None or self.is_web or await to_thread(service.wait, BLOCKED_SECONDS):
            return
        if service.seconds_blocked:
            n_plays = service.n_in_flight
            what = f" to save {count(n_plays, 'play')}" if n_plays else ""
            words = f"Another signdecoder is using the database. Waiting{what} …"
            print(words, file=sys.stderr, flush=True)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return colors for frames and for quiet text, for themes that have none.

        Textual's own muted color depends on the background, which styled text does not know.
        """
        theme = self.current_theme
        loud = Color.parse(theme.foreground or ("#e6e6e6" if theme.dark else "#1e1e1e"))
        ground = Color.parse(theme.background or ("#121212" if theme.dark else "#efefef"))
        return {"frame": "#3a4452", "quiet": ground.blend(loud, 0.7).hex}

    def on_mount(self) -> None:
        """Choose the theme and open the first screen."""
        handle_in_loop((SIGTERM,), self._end)
        for theme in (_NIGHT, _SUN):
            self.register_theme(theme)
        self.theme = _NIGHT.name
        if isinstance(self._config, PracticeConfig):
            self.push_screen(PracticeScreen(self._config))
        else:
            self._live = LiveScreen(self._config, self._find_files())
            self.push_screen(self._live)

    def notify(self, message: str, **options: Any) -> None:
        """Show a notice, but no folder of the server in a browser."""
        folder = self._config.folder if isinstance(self._config, AppConfig) else ""
        if self.is_web and folder:
            message = message.replace(printable(folder + os.sep), "")
        super().notify(message, **options)

    def _find_files(self) -> ScreenFiles:
        """Return the files that dialogs may use: in a browser, none of this computer."""
        if self.is_web:
            return BrowserFiles(self._driver if isinstance(self._driver, Browser) else None)
        return LocalFiles()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield every action of the screen, and the themes."""
        listed: set[str] = set()  # an action with two keys is listed once
        for binding in screen.active_bindings.values():
            title = binding.binding.description
            if binding.enabled and title and title not in listed:
                listed.add(title)
                action = binding.binding.action
                yield SystemCommand(
                    title,
                    binding.tooltip or f"Key: {self.get_key_display(binding.binding)}",
                    lambda action=action: screen.run_worker(
                        screen.run_action(action), group=DIALOG
                    ),
                )
        yield SystemCommand(
            "Theme", "Change the colors: night game, or sunlight for outdoors", self.search_themes
        )
