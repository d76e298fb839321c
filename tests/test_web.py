"""The door of the server, and a click in a browser's terminal that lands in the store."""

import asyncio
import json
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar, WSMsgType
from aiohttp.test_utils import TestServer

from signdecoder.store import Store
from signdecoder.web.server import ScreenServer

Visit = Callable[[ClientSession, str, str], Coroutine[Any, Any, None]]
COMMAND = (sys.executable, "-c", "print('never run')")


def visit(act: Visit, command: tuple[str, ...] = COMMAND, host: str = "127.0.0.1") -> None:
    """Open a server, and act as a browser with no cookies yet: session, address, token."""

    async def run() -> None:
        server = ScreenServer(command, host, 8000)
        async with (
            TestServer(server.application()) as opened,
            ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
        ):
            await act(session, str(opened.make_url("/")).rstrip("/"), server.door.token)
        async with asyncio.timeout(30):  # asyncio waits in threads for processes to end
            while any("waitpid" in thread.name for thread in threading.enumerate()):
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)

    asyncio.run(run())


async def status_of(answer: Awaitable[Any]) -> int:
    async with await answer as response:
        return int(response.status)


PAGES = ("/", "/page.js", "/ws", "/static/js/textual.js", "/static/", "/download/x", "/nowhere")


@pytest.mark.parametrize("page", PAGES)
def test_without_the_token_nothing_is_given(page: str) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        for query in ("", "?token=", f"?token={token[:-1]}", f"?token={token}x", "?token=é"):
            async with session.get(f"{at}{page}{query}") as response:
                assert response.status == 403
                assert token not in await response.text()

    visit(act)


def test_the_link_is_exchanged_for_a_cookie_that_opens_all(tmp_path: Path) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        async with session.get(f"{at}/?token={token}") as response:
            assert str(response.url) == f"{at}/"  # the token has gone from the address
            assert response.status == 200
            page = await response.text()
            assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert token not in page
        assert f'data-session-websocket-url="ws{at.removeprefix("http")}/ws"' in page
        for path in ("/page.js", "/static/js/textual.js", "/static/css/xterm.css"):
            assert await status_of(session.get(at + path)) == 200
        assert await status_of(session.get(f"{at}/static/")) == 403  # no listing
        (cookie,) = session.cookie_jar
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    visit(act)


def test_a_page_loads_nothing_from_elsewhere() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        async with session.get(f"{at}/?token={token}") as response:
            page = await response.text()
        assert "//" not in page.replace(f"ws{at.removeprefix('http')}/ws", "")

    visit(act)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200), ("localhost", 200), ("LOCALHOST:8000", 200), ("[::1]:8000", 200),
        ("192.168.1.20:8000", 200), ("evil.example", 403), ("127.0.0.1.evil.example:8000", 403),
        ("localhost.evil.example", 403), ("", 403),
    ],
)  # fmt: skip
def test_another_name_that_leads_here_is_not_answered(host: str, status: int) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        cookie = {"Cookie": f"signdecoder_8000={token}", "Host": host}
        assert await status_of(session.get(f"{at}/", headers=cookie)) == status
        if status == 403:
            link = session.get(f"{at}/?token={token}", headers={"Host": host})
            assert await status_of(link) == 403

    visit(act)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_another_page_cannot_open_a_screen(origin: str) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        headers = {
            "Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }  # fmt: skip
        assert await status_of(session.get(f"{at}/ws", headers=headers)) == 403

    visit(act)


def test_the_size_of_the_letters_is_a_number() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        for asked, given in (("20", "20"), ('"><script>', "16"), ("999", "16"), ("²", "16")):
            async with session.get(f"{at}/", params={"fontsize": asked}) as response:
                assert f'data-font-size="{given}"' in await response.text()

    visit(act)


@pytest.mark.slow
def test_clicks_land_in_the_store(tmp_path: Path) -> None:
    db = tmp_path / "store.db"
    command = (sys.executable, "-m", "signdecoder", "ui", "--db", str(db), "--signals", "cap,ear")

    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        async with session.ws_connect(f"{at}/ws?width=80&height=24", origin=at) as socket:
            drawn = ""

            async def until(words: str) -> None:
                nonlocal drawn
                async with asyncio.timeout(60):
                    while words not in drawn:
                        message = await socket.receive()
                        if message.type is WSMsgType.BINARY:
                            drawn += message.data.decode(errors="replace")

            async def send(data: str) -> None:
                await socket.send_str(json.dumps(["stdin", data]))

            await until("Key sign")
            await until("cap")
            await send("\x1b[<0;9;3M\x1b[<0;9;3m")  # on "cap", the first key of the pad
            await until("clear")
            await asyncio.sleep(0.5)
            await send("\r")
            await until("squeeze")
            await send("s")
            await until("1 steal")

    visit(act, command)
    with Store.open(db) as store:
        assert [(play.signals, play.outcome) for play in store.plays()] == [(("cap",), "steal")]


@pytest.mark.slow
def test_there_is_an_end_to_the_screens() -> None:
    idle = "import os; print('__GANGLION__', flush=True); os.read(0, 1)"  # ends when told anything

    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        opened = [await session.ws_connect(f"{at}/ws") for _ in range(8)]
        assert await status_of(session.get(f"{at}/ws")) == 503
        assert await status_of(session.get(f"{at}/")) == 200
        for socket in opened:
            await socket.close()

    visit(act, (sys.executable, "-c", idle))
