"""Only a browser that opened the secret link gets an answer."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.support.web import raw, request_of, status_of, visit

PAGES = ("/", "/page.js", "/ws", "/static/js/textual.js", "/static/", "/download/x", "/nowhere")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_served_without_the_token(page: str) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        for query in ("", "?token=", f"?token={token[:-1]}", f"?token={token}x", "?token=é"):
            async with session.get(f"{at}{page}{query}") as response:
                assert response.status == 403
                assert token not in await response.text()

    visit(act)


def test_the_link_sets_a_cookie_that_opens_every_page(tmp_path: Path) -> None:
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


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200), ("localhost", 200), ("LOCALHOST:8000", 200), ("[::1]:8000", 200),
        ("192.168.1.20:8000", 200), ("evil.example", 403), ("127.0.0.1.evil.example:8000", 403),
        ("localhost.evil.example", 403), ("", 403), ("[::1", 403), ("evil@127.0.0.1:8000", 403),
        ('127.0.0.1:8000"><script>', 403), ("127.0.0.1/evil", 403), ("127.0.0.1:port", 403),
    ],
)  # fmt: skip
def test_only_addresses_and_our_own_host_names_are_answered(host: str, status: int) -> None:
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
def test_a_page_from_elsewhere_cannot_open_a_screen(origin: str) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        headers = {
            "Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }  # fmt: skip
        assert await status_of(session.get(f"{at}/ws", headers=headers)) == 403

    visit(act)


def test_malformed_requests_are_refused() -> None:
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


def test_the_body_of_a_refused_request_is_not_read() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        body = b"Content-Length: 99999999999\r\n\r\n" + b"x" * 1_000_000
        assert (await raw(at, request_of("POST /", "", body))).startswith(b"HTTP/1.1 403 ")

    visit(act)


def test_every_response_has_the_security_headers() -> None:
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
