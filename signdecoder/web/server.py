"""The server: a page with a terminal in it, and for each page a UI of its own on one store."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

import textual_serve
from aiohttp import web
from textual_serve.server import Server

from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.web.auth import AccessGuard
from signdecoder.web.sessions import MOST, BrowserSessions

_PATIENCE = 10  # seconds in which a connection has to ask for something, in whole
_ANYWHERE = ("0.0.0.0", "::")
_FONT_SIZES = range(6, 41)  # pixels
_FONT_SIZE = 16


class ScreenServer:
    """Shows what a command draws in a terminal to whoever the door lets in."""

    def __init__(self, command: Sequence[str], host: str, port: int) -> None:
        self._host, self._port = host, port
        self.door = AccessGuard(host, port, _own_names())
        self._screens = BrowserSessions(command)
        # Only what has been delivered to a browser is taken from it.
        self._deliveries = Server("", host=host, port=port)
        self._deliveries.download_manager = self._screens.downloads

    @property
    def link(self) -> str:
        """What is to be opened in a browser."""
        host = _reachable(self._host)
        return (
            f"http://{f'[{host}]' if ':' in host else host}:{self._port}/?token={self.door.token}"
        )

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until interrupted. Raises SigndecoderError where host or port cannot be had."""
        if not self._host.strip():  # which would listen everywhere, and be told of nowhere
            raise UsageError("--host is empty", "name an address, 0.0.0.0 for all in the network")
        try:
            asyncio.run(self._run(ready))
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no name of a host"
            raise SigndecoderError(
                f"{self._host:.60} port {self._port} cannot be served ({why or error})",
                f"choose another with {'--host' if _is_of_host(error) else '--port'}",
            ) from None

    async def _run(self, ready: Callable[[], None]) -> None:
        ended = asyncio.Event()
        if sys.platform != "win32":  # there, an interruption ends asyncio.run
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, ended.set)
        runner = self.runner()
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            ready()
            await ended.wait()
        finally:
            await runner.cleanup()

    def runner(self) -> web.AppRunner:
        """What answers connections. It keeps no log, which strangers would fill."""
        return web.AppRunner(
            self.application(), access_log=None, logger=_logger(),
            keepalive_timeout=_PATIENCE, lingering_time=1,
        )  # fmt: skip

    def application(self) -> web.Application:
        """The pages, behind the door."""
        app = web.Application(middlewares=[self.door.middleware])
        app.on_response_prepare.append(self.door.dress)
        app.on_shutdown.append(self._screens.close)
        statics = Path(textual_serve.__file__).parent / "static"
        app.add_routes(
            [
                web.get("/", self._give_page),
                web.get("/page.js", self._give_script),
                web.get("/ws", self._open_screen),
                web.get("/download/{key}", self._deliveries.handle_download),
                web.static("/static", statics, show_index=False),
            ]
        )
        return app

    async def _give_page(self, request: web.Request) -> web.Response:
        if self._screens.full:
            return _turn_away()
        size = request.query.get("fontsize", "")
        page = Template(_read("page.html")).substitute(
            socket=f"{'wss' if request.scheme == 'https' else 'ws'}://{request.host}/ws",
            fontsize=size if size.isdecimal() and int(size) in _FONT_SIZES else _FONT_SIZE,
        )
        return web.Response(text=page, content_type="text/html")

    async def _give_script(self, _: web.Request) -> web.Response:
        return web.Response(text=_read("page.js"), content_type="text/javascript")

    async def _open_screen(self, request: web.Request) -> web.StreamResponse:
        if self._screens.full:
            return _turn_away()
        return await self._screens.open(request)


def _is_of_host(error: OSError | UnicodeError) -> bool:
    """Is it the host that cannot be had, rather than its port?"""
    if isinstance(error, UnicodeError | socket.gaierror):
        return True
    return error.errno == errno.EADDRNOTAVAIL


def _turn_away() -> web.Response:
    """There is no screen left, and when to ask again."""
    page = Template(_read("full.html")).substitute(most=MOST)
    return web.Response(
        status=503, text=page, content_type="text/html", headers={"Retry-After": "10"}
    )


def _logger() -> logging.Logger:
    """What strangers send is not repeated on the terminal, but to who looks for a fault."""
    logger = logging.getLogger("signdecoder.web")
    logger.addHandler(logging.NullHandler())
    logger.propagate = bool(os.environ.get("SIGNDECODER_DEBUG"))
    return logger


def _read(name: str) -> str:
    return files("signdecoder.web").joinpath(name).read_text(encoding="utf-8")


def _own_names() -> frozenset[str]:
    """The names of this machine, as others in the network may know it."""
    name = socket.gethostname()
    return frozenset({name, f"{name}.local", socket.getfqdn()})


def _reachable(host: str) -> str:
    """An address that a browser can open, where the server listens on all."""
    if host not in _ANYWHERE:
        return host
    # No packet is sent: it only asks by which of its addresses this machine would reach others.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
