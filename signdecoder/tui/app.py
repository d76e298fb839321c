"""The terminal application: its themes, its size classes, and the screen that it opens."""

from __future__ import annotations

import sys
from asyncio import get_running_loop, to_thread
from collections.abc import Iterable
from pathlib import Path
from signal import SIGTERM
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.screen import Screen
from textual.theme import Theme

from signdecoder.core.play import Play
from signdecoder.core.text import count
from signdecoder.tui.config import AppConfig, PracticeConfig
from signdecoder.tui.input_queue import DIALOG, SerializedInputApp
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.live.screen_base import LATE_SECONDS
from signdecoder.tui.practice.screen import PracticeScreen

# The least columns and lines of each size class, which the style sheet asks for.
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
    """Opens the live screen, or practice; everything else is the screens' own."""

    TITLE = "signdecoder"
    CSS_PATH = Path(__file__).with_name("signdecoder.tcss")  # also of who builds on it
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+q",
            "quit",
            "Quit",
            priority=True,
            tooltip="A play is on disk as soon as it is in the list",
        )
    ]

    def __init__(self, setup: AppConfig | PracticeConfig) -> None:
        super().__init__()
        self._setup = setup
        self._live: LiveScreen | None = None

    @property
    def unrecorded(self) -> tuple[Play, ...]:
        """Plays that were given and that the store has not taken, once the app has ended."""
        return self._live.desk.unrecorded if self._live else ()

    def is_at_work(self) -> bool:
        """Is anything still to be done, or to be told by the desk?"""
        return super().is_at_work() or (self._live is not None and self._live.awaits_desk)

    def has_no_use_for_keys(self) -> bool:
        """Is a coach being taken up? Until then nothing can be given."""
        return self._live is not None and self._live.takes_up

    def _end(self) -> None:
        """End as on quitting; who is told twice ends at once."""
        get_running_loop().remove_signal_handler(SIGTERM)
        self.exit(return_code=128 + SIGTERM)

    async def run_async(self, **options: Any) -> None:
        """Run to the end; where the store lets wait then, say so on the terminal that is back."""
        await super().run_async(**options)
        desk = self._live.desk if self._live else None
        if desk is None or self.is_web or await to_thread(desk.wait, LATE_SECONDS):
            return
        if desk.seconds_at_store:
            plays = desk.on_their_way
            what = f": {count(plays, 'play')} to record" if plays else ""
            words = f"Waiting for another signdecoder at the store{what}."
            print(words, file=sys.stderr, flush=True)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of our own, where a theme has none: frames of panels, and what is said quietly.

        Textual's own muted colour depends on what it stands on, which styled text cannot tell.
        """
        theme = self.current_theme
        loud = Color.parse(theme.foreground or ("#e6e6e6" if theme.dark else "#1e1e1e"))
        ground = Color.parse(theme.background or ("#121212" if theme.dark else "#efefef"))
        return {"frame": "#3a4452", "quiet": ground.blend(loud, 0.7).hex}

    def on_mount(self) -> None:
        """Choose the theme and open the first screen."""
        if sys.platform != "win32":  # there nobody is asked to end
            get_running_loop().add_signal_handler(SIGTERM, self._end)
        for theme in (_NIGHT, _SUN):
            self.register_theme(theme)
        self.theme = _NIGHT.name
        if isinstance(self._setup, PracticeConfig):
            self.push_screen(PracticeScreen(self._setup))
        else:
            self._live = LiveScreen(self._setup)
            self.push_screen(self._live)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the screen, and the themes."""
        for binding in screen.active_bindings.values():
            if binding.enabled and binding.binding.description:
                action = binding.binding.action
                yield SystemCommand(
                    binding.binding.description,
                    binding.tooltip or f"Key: {self.get_key_display(binding.binding)}",
                    lambda action=action: screen.run_worker(
                        screen.run_action(action), group=DIALOG
                    ),
                )
        yield SystemCommand(
            "Theme", "Change the colours; sunlight is the bright one", self.search_themes
        )
