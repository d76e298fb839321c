"""Files on their way between screens and their browsers: downloads and uploads.

They are kept in memory. Nothing that a browser sends names a file of this computer.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from aiohttp import web

from signdecoder.logs.textfile import MAX_BYTES

_MAX_DOWNLOADS = 2  # that wait for a screen's browser; an earlier one is forgotten
_UPLOAD_SECONDS = 120.0  # in which a whole file has to arrive
_PAUSE_SECONDS = 1.0  # between two uploads to a screen
_PART = 48 * 1024  # bytes of an upload that are passed on at once
_MAX_NAME = 255  # characters of a file name


class Screen(Protocol):
    """A screen that takes packets."""

    async def send_meta(self, data: dict[str, str | int | bool | None]) -> bool:
        """Send a packet."""


@dataclass(frozen=True, slots=True)
class _Download:
    """A file that waits for the browser of a screen."""

    screen: Screen
    name: str
    data: bytes


class FileExchange:
    """Downloads, each behind a link that works once, and uploads that a screen asked for."""

    def __init__(self) -> None:
        self._downloads: dict[str, _Download] = {}
        self._uploads: dict[str, Screen] = {}
        self._last_upload: dict[Screen, float] = {}
        self._busy: set[Screen] = set()

    def offer(self, screen: Screen, name: str, data: bytes) -> str:
        """Keep a file for a screen's browser, and return the key of its link."""
        waiting = [key for key, one in self._downloads.items() if one.screen is screen]
        for key in waiting[: len(waiting) + 1 - _MAX_DOWNLOADS]:
            del self._downloads[key]
        key = secrets.token_urlsafe(24)
        self._downloads[key] = _Download(screen, name, data)
        return key

    def expect(self, screen: Screen) -> str:
        """Let a screen's browser upload files, and return the key for it."""
        self.stop_expecting(screen)
        key = secrets.token_urlsafe(24)
        self._uploads[key] = screen
        return key

    def stop_expecting(self, screen: Screen) -> None:
        """Refuse uploads to a screen from now on."""
        self._uploads = {key: one for key, one in self._uploads.items() if one is not screen}

    def forget(self, screen: Screen) -> None:
        """Forget a screen that has ended, and its files."""
        self.stop_expecting(screen)
        self._downloads = {
            key: one for key, one in self._downloads.items() if one.screen is not screen
        }
        self._last_upload.pop(screen, None)

    async def download(self, request: web.Request) -> web.Response:
        """Send a file. Its link works once."""
        found = self._downloads.pop(request.match_info["key"], None)
        if found is None:
            return _say(404, "This link was used or is too old. Export again.")
        name = quote(found.name[:_MAX_NAME], safe="", errors="replace")
        return web.Response(
            body=found.data, content_type="text/csv", charset="utf-8",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )  # fmt: skip

    async def upload(self, request: web.Request) -> web.Response:
        """Pass a file on to the screen that asked for one."""
        key = request.match_info["key"]
        screen = self._uploads.get(key)
        if screen is None:
            return _not_expected()
        if (request.content_length or 0) > MAX_BYTES:
            return _too_large()
        last, now = self._last_upload.get(screen), time.monotonic()
        if screen in self._busy or (last is not None and now - last < _PAUSE_SECONDS):
            return _say(429, "Another file has just been sent. Wait a second.")
        self._last_upload[screen] = now
        self._busy.add(screen)
        size, complete = 0, False
        try:
            async with asyncio.timeout(_UPLOAD_SECONDS):
                async for part in request.content.iter_chunked(_PART):
                    size += len(part)
                    if size > MAX_BYTES:
                        return _too_large()
                    if key not in self._uploads:  # the dialog was closed meanwhile
                        return _not_expected()
                    await screen.send_meta(
                        {"type": "upload_part", "data": b64encode(part).decode()}
                    )
            complete = True
        except TimeoutError:
            return _say(408, f"The file took longer than {_UPLOAD_SECONDS:.0f} seconds to send.")
        finally:
            self._busy.discard(screen)
            name = _plain(request.query.get("name", ""))
            with suppress(ConnectionError):
                await screen.send_meta({"type": "upload_end", "name": name, "complete": complete})
        return web.Response(status=204)


def _plain(name: str) -> str:
    """Return a file name without folders and without what no one can read."""
    last = name.replace("\\", "/").rpartition("/")[2][-_MAX_NAME:]
    return "".join(c if c.isprintable() else "_" for c in last) or "upload.csv"


def _not_expected() -> web.Response:
    """Refuse a file that no screen asked for."""
    return _say(404, "No file is expected now. Open the import dialog first.")


def _too_large() -> web.Response:
    """Refuse a file that is too large."""
    return _say(413, f"The file is larger than {MAX_BYTES >> 20} MiB (the limit).")


def _say(status: int, words: str) -> web.Response:
    """Refuse a request in words, and hang up: the rest of its body is not read."""
    response = web.Response(status=status, text=f"{words}\n")
    response.force_close()
    return response
