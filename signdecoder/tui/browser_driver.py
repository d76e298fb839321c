"""The driver that draws for a browser, and does not outlive the server that it draws through."""

from __future__ import annotations

import os
import select
import sys
import time
from threading import Thread

from textual import messages
from textual.drivers.web_driver import WebDriver

_PATIENCE = 10.0  # seconds that the screen has to end


class BrowserDriver(WebDriver):
    """Ends the screen where the server has gone, however that ended."""

    def start_application_mode(self) -> None:
        """Begin to draw, and to watch."""
        if sys.platform != "win32":  # where a pipe cannot be watched
            Thread(target=self._end_with_server, daemon=True).start()
        super().start_application_mode()

    def _end_with_server(self) -> None:
        """End when nobody is left to write to us; all that was said to be recorded is on disk."""
        watch = select.poll()
        watch.register(sys.__stdin__ or 0, 0)  # a hang-up is told though nothing is asked for
        watch.poll()
        self._app.post_message(messages.ExitApp())
        time.sleep(_PATIENCE)
        os._exit(1)  # it was cut off while it began, or it hangs
