"""Keep connections below the limit of open files, so that strangers cannot use them all up."""

from __future__ import annotations

import asyncio
import errno
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from signdecoder.core.platform import max_open_files

MAX_CONNECTIONS = 512
BACKLOG = 64  # connections that may be accepted at once, before any is counted
_RESERVED = BACKLOG + 100  # files for these, the screens and everything else
_FEWEST = 16
_QUIET_SECONDS = 60.0  # after a line on the terminal
_NO_MORE_FILES = (errno.EMFILE, errno.ENFILE)


class ConnectionLimit:
    """Accept connections up to a limit. One that has not shown the link makes room for the next."""

    def __init__(self, most: int, warn: Callable[[], None]) -> None:
        self._most, self._warn = most, warn
        self._admitted: set[asyncio.BaseProtocol] = set()

    @property
    def middleware(self) -> Middleware:
        """The middleware after the guard: whoever gets here has shown the link."""

        @web.middleware
        async def admit(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            self._admitted.add(request.protocol)
            return await handler(request)

        return admit

    def accept(self, server: web.Server) -> asyncio.BaseProtocol:
        """Return what handles the next connection."""
        known = server.connections
        self._admitted.intersection_update(known)
        opened = [one for one in known if one.transport is not None]
        if len(opened) >= self._most:
            self._warn()
            oldest = next((one for one in opened if one not in self._admitted), None)
            if oldest is None:
                return _HangUp()
            oldest.force_close()
        return server()


class _HangUp(asyncio.Protocol):
    """End a connection at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()


class Warner:
    """Say on the terminal that there are too many connections, once a minute at most."""

    def __init__(self) -> None:
        self._silent_until = float("-inf")

    def warn(self) -> None:
        """Say so, unless it was said in the last minute."""
        now = time.monotonic()
        if now < self._silent_until:
            return
        self._silent_until = now + _QUIET_SECONDS
        words = "Too many connections at once. Those without the link are closed first."
        print(words, file=sys.stderr, flush=True)

    def report(self, logger: logging.Logger) -> Callable[[Any, dict[str, Any]], None]:
        """Return the handler of errors outside of any request."""

        def handle(_: object, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, OSError) and error.errno in _NO_MORE_FILES:
                self.warn()
            else:
                logger.error(context["message"], exc_info=error)

        return handle


def count_possible() -> int:
    """Return how many connections the limit of open files leaves room for."""
    most = max_open_files()
    if most is None:
        return MAX_CONNECTIONS
    return min(MAX_CONNECTIONS, max(_FEWEST, most - _RESERVED))
