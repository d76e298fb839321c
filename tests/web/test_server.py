"""The door of the server, and a click in a browser's terminal that lands in the store."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType, web

from signdecoder.store.store import Store
from signdecoder.web import server, sessions
from signdecoder.web.server import ScreenServer
from tests.long.crowd import run_crowd
from tests.support.shell import Shell

Visit = Callable[[ClientSession, str, str], Coroutine[Any, Any, None]]
COMMAND = (sys.executable, "-c", "print('never run')")


def visit(act: Visit, command: tuple[str, ...] = COMMAND, host: str = "127.0.0.1") -> None:
    """Open a server, and act as a browser with no cookies yet: session, address, token."""

    async def run() -> None:
        opened = ScreenServer(command, host, 8000)
        runner = opened.runner()
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
                port = runner.addresses[0][1]
                await act(session, f"http://127.0.0.1:{port}", opened.guard.token)
        finally:
            await runner.cleanup()
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
        ("localhost.evil.example", 403), ("", 403), ("[::1", 403), ("evil@127.0.0.1:8000", 403),
        ('127.0.0.1:8000"><script>', 403), ("127.0.0.1/evil", 403), ("127.0.0.1:port", 403),
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


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://["]
)
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


def test_what_is_no_text_is_refused() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        for line, more in (
            ("GET /", b"Cookie: signdecoder_8000=\xff\r\n"), ("GET /?token=%ff", b""),
            ("GET /?token=%ed%a0%80", b""), ("GET /", b"Origin: http://[\r\n"),
        ):  # fmt: skip
            assert (await raw(at, request_of(line, "", more))).startswith(b"HTTP/1.1 403 ")
        for line, more in (
            ("GET /" + "a" * 9000, b""), ("GET /", b"X: " + b"a" * 9000 + b"\r\n"),
            ("GET /", b"X: a\r\n" * 5000), ("\x1b[31m", b""),
        ):  # fmt: skip
            assert b" 400 Bad Request" in (await raw(at, request_of(line, token, more)))[:40]

    visit(act)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py",
        "/static/%2e%2e%2f%2e%2e%2fsigndecoder", "/static//etc/passwd", "/../../etc/passwd",
        "/static/js/textual.js%00.txt", "/download/..%2f..%2fetc%2fpasswd", "//etc/passwd",
    ],
)  # fmt: skip
def test_no_path_leads_out(path: str) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        answer = await raw(at, request_of(f"GET {path}", token))
        assert answer.startswith(b"HTTP/1.1 404 ")
        assert b"import" not in answer
        assert b"root:" not in answer

    visit(act)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_is_taken(method: str) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        for path in ("/", "/ws", "/page.js", "/static/js/textual.js", "/download/x"):
            answer = await raw(at, request_of(f"{method} {path}", token))
            assert answer.startswith(b"HTTP/1.1 405 ")

    visit(act)


def test_what_a_stranger_sends_is_not_read_to_its_end() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        body = b"Content-Length: 99999999999\r\n\r\n" + b"x" * 1_000_000
        assert (await raw(at, request_of("POST /", "", body))).startswith(b"HTTP/1.1 403 ")

    visit(act)


def test_every_answer_says_what_a_browser_may_do() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        for line, given, status in (
            ("GET /", "", 403), (f"GET /?token={token}", "", 303), ("GET /", token, 200),
            ("GET /page.js", token, 200), ("GET /static/css/xterm.css", token, 200),
            ("GET /static/", token, 403), ("GET /nowhere", token, 404), ("POST /", token, 405),
        ):  # fmt: skip
            head = (await raw(at, request_of(line, given))).partition(b"\r\n\r\n")[0].decode()
            assert head.startswith(f"HTTP/1.1 {status} ")
            lines = head.split("\r\n")
            for header in (
                "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff",
                "Cache-Control: no-store", "X-Frame-Options: DENY", "Server: signdecoder",
                "Cross-Origin-Resource-Policy: same-origin",
            ):  # fmt: skip
                assert header in lines
            (policy,) = (line for line in lines if line.startswith("Content-Security-Policy: "))
            assert "default-src 'self';" in policy
            assert "frame-ancestors 'none'" in policy
            assert "connect-src 'self' ws://127.0.0.1:8000 wss://127.0.0.1:8000;" in policy

    visit(act)


def test_who_does_not_ask_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_REQUEST_SECONDS", 0.2)

    async def act(session: ClientSession, at: str, token: str) -> None:
        for begun in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "):
            assert await raw(at, begun) == b""

    visit(act)


# Ends when it is told anything.
IDLE = (sys.executable, "-c", "import os; print('__GANGLION__', flush=True); os.read(0, 1)")
# Ends for nobody.
DEAF = (sys.executable, "-c", "import time; print('__GANGLION__', flush=True); time.sleep(60)")


async def closed_with(socket: ClientWebSocketResponse) -> int | None:
    async with asyncio.timeout(30):
        while not socket.closed:
            await socket.receive()
    return socket.close_code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{", 1003), ("{}", 1003), ("[]", 1003), ("[1]", 1003), ('"stdin"', 1003),
        ("[" * 60_000, 1003), (json.dumps(["stdin", "x" * 70_000]), 1009),
    ],
    ids=lambda value: str(value)[:12],
)  # fmt: skip
def test_a_browser_that_talks_nonsense_is_hung_up_on(said: str, code: int) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        socket = await session.ws_connect(f"{at}/ws")
        await socket.send_str('["a word of a later page", {}]')  # passes
        await socket.send_str('["ping", 7]')
        assert json.loads((await socket.receive()).data) == ["pong", 7]
        await socket.send_str(said)
        assert await closed_with(socket) == code

    visit(act, IDLE)


@pytest.mark.parametrize(
    ("asked", "given"),
    [("120", 120), (120, 120), ("", 80), ("wide", 80), (None, 80), (1.5, 80), ([], 80), (0, 10),
     (10**30, 400), ("-5", 10), ("9" * 5000, 80)],
    ids=lambda value: str(value)[:12],
)  # fmt: skip
def test_a_screen_is_neither_too_small_nor_too_large(asked: object, given: int) -> None:
    assert sessions._clamp(asked, sessions._COLUMNS, 80) == given


@pytest.mark.parametrize("command", [IDLE, DEAF], ids=["idle", "deaf"])
def test_there_is_an_end_to_the_screens(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_END_SECONDS", 0.5)

    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        opened = [await session.ws_connect(f"{at}/ws") for _ in range(sessions.MAX_SESSIONS)]
        assert await status_of(session.get(f"{at}/ws")) == 503
        async with session.get(f"{at}/") as response:
            assert response.status == 503
            assert response.headers["Retry-After"] == "10"
            page = await response.text()
        assert "All 8 screens are in use." in page
        assert "//" not in page  # nothing from elsewhere
        await opened[0].close()
        async with asyncio.timeout(30):
            while await status_of(session.get(f"{at}/")) != 200:
                await asyncio.sleep(0.05)
        opened.append(await session.ws_connect(f"{at}/ws"))  # a place is free
        for screen in opened:
            await screen.close()

    visit(act, command)


def test_a_screen_that_ends_by_itself_hangs_up() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        socket = await session.ws_connect(f"{at}/ws")
        assert await closed_with(socket) == 1000

    visit(act, (sys.executable, "-c", "print('__GANGLION__', flush=True)"))


# A screen that hears nothing of it that it is to end.
HANGS = """
from types import SimpleNamespace
from signdecoder.tui import browser_driver
browser_driver._END_SECONDS = 0.1
driver = object.__new__(browser_driver.BrowserDriver)
driver._app = SimpleNamespace(post_message=print)
driver._end_with_server()
"""


def test_a_screen_ends_with_its_server_even_if_it_hangs() -> None:
    ran = subprocess.run(
        [sys.executable, "-u", "-c", HANGS],
        input="",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "ExitApp()\n", "")


@pytest.mark.slow
def test_a_screen_ends_with_its_server(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "signdecoder", "ui", "--db", str(tmp_path / "store.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TEXTUAL_DRIVER": sessions._DRIVER},
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"__GANGLION__\n"
    process.stdin.close()  # as the system does when the server is killed
    process.stdout.read()
    assert process.wait(30) == 0


def screens_words() -> list[str]:
    return [
        f"Up to {sessions.MAX_SESSIONS} browsers can connect. Each has its own screen; all log into"
        " the same play database.",
        "Press Ctrl+C to stop.",
    ]


def test_what_is_said_when_it_begins(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScreenServer, "run", lambda _, ready: ready())
    ran = shell.run("serve", "--port", "8123")
    link, *words = ran.err.splitlines()
    assert re.fullmatch(r"Open http://127\.0\.0\.1:8123/\?token=[\w-]{32}", link)
    assert words == screens_words()
    assert (
        f"a screen of its own, {sessions.MAX_SESSIONS} at once" in shell.run("serve", "--help").out
    )


@pytest.mark.parametrize(
    ("host", "status", "said"),
    [
        ("", 2, "Error: --host is empty. Name an address, 0.0.0.0 for all in the network.\n"),
        ("x" * 300, 1, f"Error: {'x' * 60} port 8123 cannot be served (it is no name of a host). "),
        ("192.0.2.1", 1, "Error: 192.0.2.1 port 8123 cannot be served ("),
        ("no.invalid", 1, "Error: no.invalid port 8123 cannot be served ("),
    ],
    ids=["empty", "long", "another's", "unknown"],
)
def test_a_host_that_cannot_be_had_is_told(shell: Shell, host: str, status: int, said: str) -> None:
    ran = shell.run("serve", "--host", host, "--port", "8123")
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith(said)
    assert status == 2 or ran.err.endswith(". Choose another with --host.\n")


def test_a_port_that_another_has_is_told(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = shell.run("serve", "--port", str(port))
    assert ran.status == 1
    assert ran.err.endswith(". Choose another with --port.\n")


class Browser:
    """A browser with a screen open: what has been drawn, and what is typed."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket, self._drawn = socket, ""

    async def until(self, words: str) -> None:
        """Look on until this has been drawn since the last look."""
        async with asyncio.timeout(60):
            while words not in self._drawn:
                message = await self._socket.receive()
                if message.type is WSMsgType.BINARY:
                    self._drawn += message.data.decode(errors="replace")
        self._drawn = ""

    async def type(self, data: str) -> None:
        await self._socket.send_str(json.dumps(["stdin", data]))


@pytest.mark.slow
def test_clicks_of_two_browsers_land_in_one_store(tmp_path: Path) -> None:
    db = tmp_path / "store.db"
    command = (sys.executable, "-m", "signdecoder", "ui", "--db", str(db), "--signals", "cap,ear")

    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        async with (
            session.ws_connect(f"{at}/ws?width=80&height=24", origin=at) as one,
            session.ws_connect(f"{at}/ws?width=80&height=24", origin=at) as other,
        ):
            browsers = (Browser(one), Browser(other))
            for browser in browsers:
                await browser.until("cap")
            for number, browser in enumerate(browsers, 1):
                await browser.type("\x1b[<0;9;3M\x1b[<0;9;3m")  # on "cap", the first of the pad
                await browser.until("clear")
                await asyncio.sleep(0.5)
                await browser.type("\r")
                await browser.until("squeeze")
                await browser.type("s")
                await browser.until(f"{number} steal")  # the other has heard of the first

    visit(act, command)
    with Store.open(db) as store:
        assert [(p.signals, p.outcome) for p in store.plays()] == [(("cap",), "steal")] * 2


@pytest.mark.slow
def test_a_crowd_of_clients_does_not_block_logging(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = asyncio.run(run_crowd(tmp_path, port, clients=200, plays=3))
    assert (result.logged, result.stored, result.sound) == (6, 6, True)
    assert result.output == screens_words()  # nothing of what strangers sent
    assert result.answers["invalid request: 400"] == 40
    answers = {answer for answer, times in result.answers.items() if times}
    assert {answer for answer in answers if "without" in answer} == {
        "page without the link: 403", "socket without the link: 403",
    }  # fmt: skip
    assert result.answers["socket with the link: a screen to the end"] == sessions.MAX_SESSIONS
    assert {"page with the link: 503", "socket with the link: 503"} <= answers
    assert result.memory < 200
