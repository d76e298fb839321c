"""Connections stay below the limit of open files, and the terminal stays quiet."""

import asyncio
import errno
import logging
import sys

import pytest
from aiohttp import ClientConnectionError, ClientSession, ClientTimeout

from signdecoder.web import server
from signdecoder.web.connections import Warner, count_possible
from tests.support.web import status_of, visit

LINE = "Too many connections at once. Those without the link are closed first.\n"


def test_idle_strangers_make_room_for_the_link(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "count_possible", lambda: 5)

    async def act(session: ClientSession, at: str, token: str) -> None:
        port = int(at.rpartition(":")[2])
        idle = []
        for _ in range(50):
            idle.append(await asyncio.open_connection("127.0.0.1", port))
            await asyncio.sleep(0)
        for _ in range(3):  # is let in, and stays so
            assert await status_of(session.get(f"{at}/?token={token}")) == 200
            idle += [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        await asyncio.sleep(0.1)
        assert sum(not reader.at_eof() for reader, _ in idle) <= 5
        for _, writer in idle:
            writer.close()

    visit(act)
    assert capsys.readouterr().err == LINE  # once in a minute


def test_a_holder_of_the_link_cannot_open_more_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "count_possible", lambda: 2)

    async def act(session: ClientSession, at: str, token: str) -> None:
        async with (
            ClientSession(cookies={"signdecoder_8000": token}) as one,
            ClientSession(cookies={"signdecoder_8000": token}) as other,
            ClientSession(timeout=ClientTimeout(total=5)) as third,
        ):
            for visitor in (one, other):  # both connections are kept open
                async with visitor.get(f"{at}/page.js") as response:
                    assert response.status == 200
                    await response.read()
            with pytest.raises(ClientConnectionError):
                await third.get(f"{at}/page.js")
            async with one.get(f"{at}/page.js") as response:
                assert response.status == 200

    visit(act)


def test_errors_of_connections_are_one_line_a_minute(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr("signdecoder.web.connections.time.monotonic", lambda: now)
    logger = logging.getLogger("signdecoder.web.test")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    handle = Warner().report(logger)
    for _ in range(1000):
        handle(None, {"message": "accept", "exception": OSError(errno.EMFILE, "Too many")})
        handle(None, {"message": "reset", "exception": ConnectionResetError()})
    assert capsys.readouterr().err == LINE
    now = 61.0
    handle(None, {"message": "accept", "exception": OSError(errno.ENFILE, "Too many")})
    assert capsys.readouterr().err == LINE


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of open files")
@pytest.mark.parametrize(("files", "most"), [(1024, 512), (256, 92), (64, 16), (-1, 512)])
def test_the_limit_leaves_files_for_everything_else(
    monkeypatch: pytest.MonkeyPatch, files: int, most: int
) -> None:
    import resource

    limit = resource.RLIM_INFINITY if files < 0 else files
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert count_possible() == most
