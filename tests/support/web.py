"""Visit the web server as a browser, or with raw bytes."""

import asyncio
import json
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMessage, WSMsgType

from signdecoder.web.server import ScreenServer

Visit = Callable[[ClientSession, str, str], Coroutine[Any, Any, None]]


COMMAND = (sys.executable, "-c", "print('never run')")


def visit(act: Visit, command: tuple[str, ...] = COMMAND, host: str = "127.0.0.1") -> None:
    """Open a server, and act as a browser with no cookies yet: session, address, token."""

    async def run() -> None:
        opened = ScreenServer(command, host, 8000)
        runner = opened.runner()
        await runner.setup()
        listener = await opened.listen(runner, "127.0.0.1", 0)
        try:
            async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
                port = listener.sockets[0].getsockname()[1]
                await act(session, f"http://127.0.0.1:{port}", opened.guard.token)
        finally:
            listener.close()
            await runner.cleanup()
        async with asyncio.timeout(30):  # asyncio waits in threads for processes to end
            while any("waitpid" in thread.name for thread in threading.enumerate()):
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)

    asyncio.run(run())


async def status_of(answer: Awaitable[Any]) -> int:
    async with await answer as response:
        return int(response.status)


async def raw(at: str, request: bytes) -> bytes:
    """What is answered to these bytes, until the server hangs up."""
    port = int(at.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    return answer


def request_of(line: str, token: str, more: bytes = b"") -> bytes:
    cookie = f"Cookie: signdecoder_8000={token}\r\n" if token else ""
    head = f"{line} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nConnection: close\r\n{cookie}"
    return head.encode() + more + b"\r\n"


class Browser:
    """A browser that shows a screen: reads what is drawn, and types."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket, self._drawn = socket, ""
        self.all_drawn = ""

    async def until(self, words: str) -> None:
        """Wait until these words have been drawn since the last call."""
        async with asyncio.timeout(60):
            while words not in self._drawn:
                message = await self._socket.receive()
                self._draw(message)
        self._drawn = ""

    def _draw(self, message: WSMessage) -> None:
        if message.type is WSMsgType.BINARY:
            text = message.data.decode(errors="replace")
            self._drawn += text
            self.all_drawn += text

    async def told(self, kind: str) -> str | None:
        """Wait for the next message of a kind to the page, such as ``["upload", key]``."""
        async with asyncio.timeout(60):
            while True:
                message = await self._socket.receive()
                self._draw(message)
                if message.type is WSMsgType.TEXT and message.json()[0] == kind:
                    key: str | None = message.json()[1]
                    return key

    async def type(self, data: str) -> None:
        await self._socket.send_str(json.dumps(["stdin", data]))
