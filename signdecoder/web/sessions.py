"""The screens that are open: a process each, and the browser that it draws for."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from shlex import join
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

if TYPE_CHECKING:
    from asyncio.subprocess import Process

MOST = 8  # open at once, each a process of some 150 MB
_LARGEST = 64 * 1024  # bytes of a message, which is what is typed or pasted
_COLUMNS, _ROWS = range(10, 401), range(5, 201)
_PATIENCE = 10.0  # seconds that a process has to hear that it is to end, and to end
_DRIVER = "signdecoder.tui.browser_driver:BrowserDriver"


class BrowserSessions:
    """Opens screens, as many as there can be; what they deliver is in ``downloads``."""

    def __init__(self, command: Sequence[str]) -> None:
        # The shell gives its place up, so that it is the screen itself that is ended.
        self._command = f"{'' if sys.platform == 'win32' else 'exec '}{join(command)}"
        self.downloads = DownloadManager()
        self._sockets: set[web.WebSocketResponse] = set()

    @property
    def full(self) -> bool:
        """Are there as many as there can be?"""
        return len(self._sockets) >= MOST

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Show one to a browser, until either has had enough of it."""
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=_LARGEST)

        async def hang_up() -> None:
            await socket.close()

        screen = _BrowserSession(
            self._command, write_bytes=socket.send_bytes, write_str=socket.send_str,
            close=hang_up, download_manager=self.downloads,
        )  # fmt: skip
        self._sockets.add(socket)
        try:
            await socket.prepare(request)
            width, height = (request.query.get(side, "") for side in ("width", "height"))
            await screen.start(_within(width, _COLUMNS, 80), _within(height, _ROWS, 24))
            await _listen(socket, screen)
        finally:
            try:
                await screen.leave()
            finally:
                self._sockets.discard(socket)
        return socket

    async def close(self, _: web.Application) -> None:
        """Have all end: the server does."""
        await asyncio.gather(*(s.close(code=WSCloseCode.GOING_AWAY) for s in self._sockets))


class _BrowserSession(AppService):
    """A process that draws for a browser: where one ends, so does the other."""

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return {**super()._build_environment(width, height), "TEXTUAL_DRIVER": _DRIVER}

    async def run(self) -> None:
        """Hand on what it draws, to its end."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def leave(self) -> None:
        """Have it end, and see to it that it does."""
        process: Process | None = self._process
        if process is None:
            return
        try:
            for ends in (self.stop, process.wait):
                with suppress(TimeoutError):
                    await asyncio.wait_for(ends(), _PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _listen(socket: web.WebSocketResponse, screen: AppService) -> None:
    """Hand on what a browser sends; one that does not speak as ours do is hung up on."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            said = json.loads(message.data)
        except (ValueError, RecursionError):
            said = None
        match said:
            case ["stdin", str(typed)]:
                await screen.send_bytes(typed.encode("utf-8", "replace"))
            case ["resize", {"width": width, "height": height}]:
                await screen.set_terminal_size(
                    _within(width, _COLUMNS, 80), _within(height, _ROWS, 24)
                )
            case ["ping", str() | int() | float() as sent]:
                await socket.send_json(["pong", sent])
            case ["focus", *_]:
                await screen.focus()
            case ["blur", *_]:
                await screen.blur()
            case [str(), *_]:
                continue  # a word that a later page knows
            case _:
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)


def _within(asked: object, sizes: range, usual: int) -> int:
    """The nearest of the sizes; the usual one, where no number was asked for."""
    try:
        number = int(asked) if isinstance(asked, int | str) else usual
    except ValueError:
        number = usual
    return min(max(number, sizes[0]), sizes[-1])
