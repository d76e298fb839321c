"""Screens in browsers: each in a process of its own, all on one store."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from signdecoder.store.store import Store
from signdecoder.web import sessions
from tests.support.web import Browser, status_of, visit

# Ends on any input.
IDLE = (sys.executable, "-c", "import os; print('__GANGLION__', flush=True); os.read(0, 1)")


# Does not end by itself.
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
def test_a_malformed_message_closes_the_connection(said: str, code: int) -> None:
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
def test_the_terminal_size_is_kept_within_limits(asked: object, given: int) -> None:
    assert sessions._clamp(asked, sessions._COLUMNS, 80) == given


@pytest.mark.parametrize("command", [IDLE, DEAF], ids=["idle", "deaf"])
def test_no_more_screens_than_the_limit_are_opened(
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


def test_a_screen_that_ends_closes_the_connection() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        socket = await session.ws_connect(f"{at}/ws")
        assert await closed_with(socket) == 1000

    visit(act, (sys.executable, "-c", "print('__GANGLION__', flush=True)"))


# A screen that does not react to the request to end.
HANGS = """
from types import SimpleNamespace
from signdecoder.tui import browser_driver
browser_driver._END_SECONDS = 0.1
driver = object.__new__(browser_driver.BrowserDriver)
driver._app = SimpleNamespace(post_message=print)
driver._end_with_server()
"""


def test_a_hanging_screen_ends_with_its_server() -> None:
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


@pytest.mark.slow
def test_clicks_in_two_browsers_are_stored_in_one_database(tmp_path: Path) -> None:
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
                await browser.type("\x1b[<0;9;9M\x1b[<0;9;9m")  # on "cap", the first of the keypad
                await asyncio.sleep(0.5)
                await browser.type(" ")
                await browser.until(
                    f"{number} steal"
                )  # the other browser shows the play of the first

    visit(act, command)
    with Store.open(db) as store:
        assert [(p.signals, p.outcome) for p in store.plays()] == [(("cap",), "steal")] * 2
