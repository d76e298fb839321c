"""The web server: a page with a terminal, and a screen of its own for each page."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

import textual_serve
from aiohttp import web

from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.core.platform import handle_in_loop
from signdecoder.logs.textfile import MAX_BYTES
from signdecoder.web.auth import AccessGuard
from signdecoder.web.connections import BACKLOG, ConnectionLimit, Warner, count_possible
from signdecoder.web.sessions import MAX_SESSIONS, BrowserSessions

_REQUEST_SECONDS = 10  # in which a connection has to send a whole request
_ALL_INTERFACES = ("0.0.0.0", "::")
_FONT_SIZES = range(6, 41)  # pixels
_FONT_SIZE = 16


class ScreenServer:
    """Show what a command draws in a terminal to browsers that have the link."""

    def __init__(self, command: Sequence[str], host: str, port: int) -> None:
        self._host, self._port = host, port
        self.guard = AccessGuard(host, port, _own_names())
        self._sessions = BrowserSessions(command)
        self._warner = Warner()
        self._limit = ConnectionLimit(count_possible(), self._warner.warn)

    @property
    def link(self) -> str:
        """The link to open in a browser."""
        host = _reachable(self._host)
        return (
            f"http://{f'[{host}]' if ':' in host else host}:{self._port}/?token={self.guard.token}"
        )

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until interrupted. Raise SigndecoderError if host or port cannot be used."""
        if not self._host.strip():  # would listen on all interfaces, with a link to none
            raise UsageError("--host is empty", "give an address, or 0.0.0.0 for your network")
        try:
            asyncio.run(self._run(ready))
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not a valid host name"
            raise SigndecoderError(
                f"cannot listen on {self._host:.60} port {self._port} ({why or error})",
                f"choose another with {'--host' if _is_about_host(error) else '--port'}",
            ) from None

    async def _run(self, ready: Callable[[], None]) -> None:
        """Serve until interrupted."""
        ended = asyncio.Event()
        handle_in_loop((signal.SIGINT, signal.SIGTERM), ended.set)
        if not os.environ.get("SIGNDECODER_DEBUG"):
            asyncio.get_running_loop().set_exception_handler(self._warner.report(_logger()))
        runner = self.runner()
        await runner.setup()
        try:
            listener = await self.listen(runner, self._host, self._port)
            ready()
            await ended.wait()
            listener.close()
        finally:
            await runner.cleanup()

    async def listen(self, runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
        """Listen for connections, but never to too many at once."""
        server = runner.server
        assert server is not None, "setup comes first"
        return await asyncio.get_running_loop().create_server(
            lambda: self._limit.accept(server), host, port, backlog=BACKLOG
        )

    def runner(self) -> web.AppRunner:
        """Return the runner that answers connections. It has no log that strangers could fill."""
        return web.AppRunner(
            self.application(), access_log=None, logger=_logger(),
            keepalive_timeout=_REQUEST_SECONDS, lingering_time=1,
        )  # fmt: skip

    def application(self) -> web.Application:
        """Return the application with all its pages, behind the guard."""
        app = web.Application(middlewares=[self.guard.middleware, self._limit.middleware])
        app.on_response_prepare.append(self.guard.add_security_headers)
        app.on_shutdown.append(self._sessions.close)
        exchange = self._sessions.exchange
        statics = Path(textual_serve.__file__).parent / "static"
        app.add_routes(
            [
                web.get("/", self._send_page),
                web.get("/page.js", self._send_script),
                web.get("/ws", self._open_screen),
                web.get("/download/{key}", exchange.download, allow_head=False),
                web.post("/upload/{key}", exchange.upload),
                web.static("/static", statics, show_index=False),
            ]
        )
        return app

    async def _send_page(self, request: web.Request) -> web.Response:
        """Send the page with the terminal."""
        if self._sessions.full:
            return _turn_away()
        size = request.query.get("fontsize", "")
        page = Template(_load("page.html")).substitute(
            socket=f"{'wss' if request.scheme == 'https' else 'ws'}://{request.host}/ws",
            most=MAX_BYTES,
            mib=MAX_BYTES >> 20,
            fontsize=size if size.isdecimal() and int(size) in _FONT_SIZES else _FONT_SIZE,
        )
        return web.Response(text=page, content_type="text/html")

    async def _send_script(self, _: web.Request) -> web.Response:
        """Send the page's script."""
        return web.Response(text=_load("page.js"), content_type="text/javascript")

    async def _open_screen(self, request: web.Request) -> web.StreamResponse:
        """Open a screen for the page that connects."""
        if self._sessions.full:
            return _turn_away()
        return await self._sessions.open(request)


def _is_about_host(error: OSError | UnicodeError) -> bool:
    """Return whether the host is the problem, not the port."""
    if isinstance(error, UnicodeError | socket.gaierror):
        return True
    return error.errno == errno.EADDRNOTAVAIL


def _turn_away() -> web.Response:
    """Say that all screens are in use, and when to try again."""
    page = Template(_load("full.html")).substitute(most=MAX_SESSIONS)
    return web.Response(
        status=503, text=page, content_type="text/html", headers={"Retry-After": "10"}
    )


def _logger() -> logging.Logger:
    """Return a logger that is silent unless SIGNDECODER_DEBUG is set."""
    logger = logging.getLogger("signdecoder.web")
    logger.addHandler(logging.NullHandler())
    logger.propagate = bool(os.environ.get("SIGNDECODER_DEBUG"))
    return logger


def _load(name: str) -> str:
    """Return the text of a file of this package."""
    return files("signdecoder.web").joinpath(name).read_text(encoding="utf-8")


def _own_names() -> frozenset[str]:
    """Return the host names of this machine."""
    name = socket.gethostname()
    return frozenset({name, f"{name}.local", socket.getfqdn()})


def _reachable(host: str) -> str:
    """Return an address that a browser can open, if the server listens on all interfaces."""
    if host not in _ALL_INTERFACES:
        return host
    # No packet is sent. This only asks which of its addresses this machine would use.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
