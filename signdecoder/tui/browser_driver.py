"""The Textual driver that draws for a browser and ends together with its server."""

from __future__ import annotations

import os
import time
from base64 import b64decode, b64encode
from threading import Thread
from typing import Any

from textual import messages
from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.widget import Widget

from signdecoder.core.platform import wait_for_hang_up
from signdecoder.logs.textfile import MAX_BYTES
from signdecoder.tui.files.screen_files import LogChosen, Upload

_END_SECONDS = 10.0  # the time that the screen has to end


class BrowserDriver(WebDriver):
    """End the screen when the server is gone, even if the server was killed.

    Files go through the server, too: it passes what the screen sends to the browser as a download,
    and what the browser uploads to the screen.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._receiver: Widget | None = None  # of uploads
        self._received = bytearray()

    def start_application_mode(self) -> None:
        """Start to draw, and to watch the server."""
        Thread(target=self._end_with_server, daemon=True).start()
        super().start_application_mode()

    def _end_with_server(self) -> None:
        """End when the server closes our input. Every play in the list is already saved."""
        if not wait_for_hang_up(0):
            return
        self._app.post_message(messages.ExitApp())
        time.sleep(_END_SECONDS)
        os._exit(1)  # the screen hangs, or had not started yet

    def send_file(self, name: str, data: bytes) -> None:
        """Have the browser download a file. May be called in any thread."""
        packet: dict[str, object] = {
            "type": "download", "name": name, "data": b64encode(data).decode(),
        }  # fmt: skip
        self._app.call_later(self.write_meta, packet)  # packets must not be mixed

    def ask_for_file(self, receiver: Widget) -> None:
        """Offer an upload. Each file that arrives is posted to the receiver as `LogChosen`."""
        self._receiver = receiver
        self.write_meta({"type": "upload", "wanted": True})

    def stop_asking(self) -> None:
        """Offer no upload any more."""
        self._receiver = None
        self.write_meta({"type": "upload", "wanted": False})

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Receive a part of an upload, or what Textual sends."""
        match payload:
            case {"type": "upload_part", "data": str(part)}:
                if self._receiver and len(self._received) <= MAX_BYTES:
                    self._received += b64decode(part)
            case {"type": "upload_end", "name": str(name), "complete": bool(complete)}:
                data, self._received = bytes(self._received), bytearray()
                if self._receiver and complete:
                    self._receiver.post_message(LogChosen(Upload(name, data)))
            case _:
                super().on_meta(packet_type, payload)
