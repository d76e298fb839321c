"""Downloads and uploads: only with the link, each key for one purpose, all of it bounded."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from signdecoder.logs.textfile import MAX_BYTES
from signdecoder.web import exchange
from signdecoder.web.exchange import FileExchange
from tests.support.web import Browser, raw, request_of, status_of, visit

# A screen that asks for a file, and sends each that arrives back as a download.
ECHO = """
import base64, json, os, sys
def send(**packet):
    data = json.dumps(packet).encode()
    os.write(1, b"M" + len(data).to_bytes(4, "big") + data)
os.write(1, b"__GANGLION__\\n")
send(type="deliver_file_start", key="k", path="/etc/passwd", open_method="browser")
send(type="upload", wanted=True)
content = b""
while head := sys.stdin.buffer.read(5):
    packet = json.loads(sys.stdin.buffer.read(int.from_bytes(head[1:], "big")))
    if packet["type"] == "quit":
        break
    if packet["type"] == "upload_part":
        content += base64.b64decode(packet["data"])
    if packet["type"] == "upload_end":
        name = packet["name"] if packet["complete"] else "incomplete"
        send(type="download", name=name, data=base64.b64encode(content).decode())
        content = b""
"""
Act = Callable[[Browser, ClientSession, str, str], Coroutine[Any, Any, None]]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_PAUSE_SECONDS", 0.0)


def exchange_files(act: Act) -> None:
    """Open a screen that sends files back, and act with the key for uploads and the token."""

    async def run(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        async with session.ws_connect(f"{at}/ws", origin=at) as socket:
            browser = Browser(socket)
            key = await browser.told("upload")
            await act(browser, session, f"{at}/upload/{key}", token)

    visit(run, (sys.executable, "-c", ECHO))


def test_an_upload_reaches_the_screen_and_a_download_works_once() -> None:
    content = b"signs,outcome\ncap ear,steal\n" * 10_000  # several parts

    async def act(browser: Browser, session: ClientSession, upload: str, token: str) -> None:
        query = {"name": 'C:\\logs\\../"Hawks" ü\n.csv'}
        assert await status_of(session.post(upload, data=content, params=query)) == 204
        link = f"{upload.partition('/upload/')[0]}/download/{await browser.told('download')}"
        assert await status_of(session.head(link)) == 405  # looking does not use it up
        async with session.get(link) as response:
            assert response.status == 200
            assert response.content_type == "text/csv"
            disposition = response.headers["Content-Disposition"]
            assert disposition == "attachment; filename*=UTF-8''%22Hawks%22%20%C3%BC_.csv"
            assert await response.read() == content
        assert await status_of(session.get(link)) == 404

    exchange_files(act)


def test_files_need_the_cookie_and_a_page_of_this_server() -> None:
    async def act(browser: Browser, session: ClientSession, upload: str, token: str) -> None:
        assert await status_of(session.post(upload, data=b"x")) == 204
        at = upload.partition("/upload/")[0]
        link = f"{at}/download/{await browser.told('download')}"
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            assert await status_of(session.post(upload, data=b"x", headers=headers)) == 403
            assert await status_of(session.get(link, headers=headers)) == 403
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as stranger:
            for query in ("", f"?token={token}"):  # the link alone opens nothing but the page
                assert await status_of(stranger.post(upload + query, data=b"x")) == 403
                assert await status_of(stranger.get(link + query)) == 403
        assert await status_of(session.get(link)) == 200  # no one else has used it up

    exchange_files(act)


def test_an_upload_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless() -> Any:
        for _ in range(MAX_BYTES // 2**20 + 1):
            yield b"x" * 2**20

    async def act(browser: Browser, session: ClientSession, upload: str, token: str) -> None:
        at, path = upload.partition("/upload/")[0], "/upload/" + upload.rpartition("/")[2]
        length = f"Content-Length: {MAX_BYTES + 1}\r\n".encode()
        answer = await raw(at, request_of(f"POST {path}", token, length))
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert answer.endswith(b"\r\n\r\nThe file is larger than 16 MiB (the limit).\n")
        chunked = status_of(session.post(upload, data=endless()))
        with suppress(ConnectionError):  # it may hang up while the rest is being sent
            assert await chunked == 413
        incomplete = f"{at}/download/{await browser.told('download')}"
        async with session.get(incomplete) as response:
            assert response.headers["Content-Disposition"].endswith("''incomplete")
        monkeypatch.setattr(exchange, "_UPLOAD_SECONDS", 0.2)
        slow = await raw(at, request_of(f"POST {path}", token, b"Content-Length: 9\r\n\r\nx"))
        assert slow.startswith(b"HTTP/1.1 408 ")
        monkeypatch.setattr(exchange, "_PAUSE_SECONDS", 60.0)
        assert await status_of(session.post(upload, data=b"x")) == 429

    exchange_files(act)


def test_no_file_can_be_sent_to_a_screen_that_did_not_ask() -> None:
    async def act(browser: Browser, session: ClientSession, upload: str, token: str) -> None:
        assert await status_of(session.post(upload[:-1], data=b"x")) == 404
        assert await status_of(session.get(upload)) == 405

    exchange_files(act)


def test_an_upload_stops_when_the_dialog_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the rest of the file could reach the next dialog, as if it were all of it."""
    opened: list[FileExchange] = []
    create = FileExchange.__init__

    def remember(files: FileExchange) -> None:
        create(files)
        opened.append(files)

    monkeypatch.setattr(FileExchange, "__init__", remember)

    async def two_parts() -> Any:
        yield b"x" * exchange._PART
        (files,) = opened
        (screen,) = files._uploads.values()
        while screen not in files._busy:
            await asyncio.sleep(0.01)
        files.expect(screen)
        yield b"y" * exchange._PART

    async def act(browser: Browser, session: ClientSession, upload: str, token: str) -> None:
        assert await status_of(session.post(upload, data=two_parts())) == 404
        link = f"{upload.partition('/upload/')[0]}/download/{await browser.told('download')}"
        async with session.get(link) as response:
            assert response.headers["Content-Disposition"].endswith("''incomplete")

    exchange_files(act)


def test_a_screen_keeps_few_downloads_and_none_after_its_end() -> None:
    class Screen:
        async def send_meta(self, data: object) -> bool:
            return True

    async def run() -> None:
        files, one, other = FileExchange(), Screen(), Screen()
        kept = files.offer(other, "b.csv", b"")
        keys = [files.offer(one, "a.csv", b"") for _ in range(5)]
        assert set(files._downloads) == {kept, *keys[-2:]}
        files.expect(one)
        files.forget(one)
        assert set(files._downloads) == {kept}
        assert not files._uploads

    asyncio.run(run())
