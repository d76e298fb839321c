"""The Textual driver that draws for a browser and ends together with its server."""

from __future__ import annotations

import os
import select
import sys
import time
from threading import Thread

from textual import messages
from textual.drivers.web_driver import WebDriver

_END_SECONDS = 10.0  # the time that the screen has to end


class BrowserDriver(WebDriver):
    """End the screen when the server is gone, even if the server was killed."""

    def start_application_mode(self) -> None:
        """Start to draw, and to watch the server."""
        if sys.platform != "win32":  # a pipe cannot be polled there
            Thread(target=self._end_with_server, daemon=True).start()
        super().start_application_mode()

    def _end_with_server(self) -> None:
        """End when the server closes our input. Every play in the list is already saved."""
        watch = select.poll()
        watch.register(sys.__stdin__ or 0, 0)  # a hang-up is reported without asking for it
        watch.poll()
        self._app.post_message(messages.ExitApp())
        time.sleep(_END_SECONDS)
        os._exit(1)  # the screen hangs, or had not started yet
