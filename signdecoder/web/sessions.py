"""Browser sessions: a screen in its own process for each open browser page."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from signdecoder.web.exchange import FileExchange

if TYPE_CHECKING:
    from asyncio.subprocess import Process

MAX_SESSIONS = 8  # open at once, each a process of about 150 MB
_MAX_MESSAGE = 64 * 1024  # bytes of a message, which holds what is typed or pasted
_COLUMNS, _ROWS = range(10, 401), range(5, 201)
_END_SECONDS = 10.0  # time for a process to end after the request to do so
_DRIVER = "signdecoder.tui.browser_driver:BrowserDriver"


class BrowserSessions:
    """Open up to `MAX_SESSIONS` screens. Their files go through ``exchange``."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self.exchange = FileExchange()
        self._sockets: set[web.WebSocketResponse] = set()

    @property
    def full(self) -> bool:
        """Whether no more screens can be opened."""
        return len(self._sockets) >= MAX_SESSIONS

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Show a screen to a browser until one of them ends."""
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=_MAX_MESSAGE)

        async def close_socket() -> None:
            await socket.close()

        screen = _BrowserSession(
            "", write_bytes=socket.send_bytes, write_str=socket.send_str,
            close=close_socket, download_manager=DownloadManager(),  # which stays empty
        )  # fmt: skip
        screen.arguments, screen.exchange = self._command, self.exchange
        self._sockets.add(socket)
        try:
            await socket.prepare(request)
            width, height = (request.query.get(side, "") for side in ("width", "height"))
            await screen.start(_clamp(width, _COLUMNS, 80), _clamp(height, _ROWS, 24))
            await _forward_input(socket, screen)
        finally:
            try:
                await screen.end()
            finally:
                self.exchange.forget(screen)
                self._sockets.discard(socket)
        return socket

    async def close(self, _: web.Application) -> None:
        """Close all sessions, because the server is shutting down."""
        await asyncio.gather(*(s.close(code=WSCloseCode.GOING_AWAY) for s in self._sockets))


class _BrowserSession(AppService):
    """A screen in its own process. It ends with its browser page, and the page with it."""

    arguments: tuple[str, ...]
    exchange: FileExchange

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the screen without a shell, whose quoting differs between operating systems."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self.arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE, env=self._build_environment(width, height),
        )  # fmt: skip
        self._stdin = process.stdin
        return process

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return {**super()._build_environment(width, height), "TEXTUAL_DRIVER": _DRIVER}

    async def run(self) -> None:
        """Send what the screen draws, until it ends."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def on_meta(self, data: bytes) -> None:
        """Do what the screen asks for: exchange a file, or end. Nothing else is passed on."""
        match json.loads(data):
            case {"type": "exit"}:
                await self.remote_close()
            case {"type": "download", "name": str(name), "data": str(content)}:
                key = self.exchange.offer(self, name, b64decode(content))
                await self.remote_write_str(json.dumps(["download", key]))
            case {"type": "upload", "wanted": True}:
                await self.remote_write_str(json.dumps(["upload", self.exchange.expect(self)]))
            case {"type": "upload", "wanted": False}:
                self.exchange.stop_expecting(self)
                await self.remote_write_str(json.dumps(["upload", None]))

    async def on_packed(self, payload: bytes) -> None:
        """Ignore what only Textual's own downloads send."""

    async def end(self) -> None:
        """Ask the process to end, and kill it if it does not."""
        process: Process | None = self._process
        if process is None:
            return
        try:
            for step in (self.stop, process.wait):
                with suppress(TimeoutError):
                    await asyncio.wait_for(step(), _END_SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _forward_input(socket: web.WebSocketResponse, screen: AppService) -> None:
    """Forward what a browser sends. Close the connection if a message is malformed."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            received = json.loads(message.data)
        except (ValueError, RecursionError):
            received = None
        match received:
            case ["stdin", str(typed)]:
                await screen.send_bytes(typed.encode("utf-8", "replace"))
            case ["resize", {"width": width, "height": height}]:
                await screen.set_terminal_size(
                    _clamp(width, _COLUMNS, 80), _clamp(height, _ROWS, 24)
                )
            case ["ping", str() | int() | float() as sent]:
                await socket.send_json(["pong", sent])
            case ["focus", *_]:
                await screen.focus()
            case ["blur", *_]:
                await screen.blur()
            case [str(), *_]:
                continue  # a message type of a newer page
            case _:
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)


def _clamp(value: object, sizes: range, default: int) -> int:
    """Return the nearest allowed size, or the default if no number was given."""
    try:
        number = int(value) if isinstance(value, int | str) else default
    except ValueError:
        number = default
    return min(max(number, sizes[0]), sizes[-1])
