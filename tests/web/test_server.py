"""The web server: its pages, its link, and requests that it refuses."""

import asyncio
import re
import socket
from pathlib import Path

import pytest
from aiohttp import ClientSession

from signdecoder.web import server, sessions
from signdecoder.web.server import ScreenServer
from tests.long.crowd import run_crowd
from tests.support.shell import Shell
from tests.support.web import raw, request_of, status_of, visit


def test_the_page_loads_nothing_from_elsewhere() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        async with session.get(f"{at}/?token={token}") as response:
            page = await response.text()
        assert "//" not in page.replace(f"ws{at.removeprefix('http')}/ws", "")

    visit(act)


def test_the_font_size_is_a_number_within_limits() -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        for asked, given in (("20", "20"), ('"><script>', "16"), ("999", "16"), ("²", "16")):
            async with session.get(f"{at}/", params={"fontsize": asked}) as response:
                assert f'data-font-size="{given}"' in await response.text()

    visit(act)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py",
        "/static/%2e%2e%2f%2e%2e%2fsigndecoder", "/static//etc/passwd", "/../../etc/passwd",
        "/static/js/textual.js%00.txt", "/download/..%2f..%2fetc%2fpasswd", "//etc/passwd",
    ],
)  # fmt: skip
def test_no_path_leads_outside_the_static_files(path: str) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        answer = await raw(at, request_of(f"GET {path}", token))
        assert answer.startswith(b"HTTP/1.1 404 ")
        assert b"import" not in answer
        assert b"root:" not in answer

    visit(act)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_get_requests_are_accepted(method: str) -> None:
    async def act(session: ClientSession, at: str, token: str) -> None:
        for path in ("/", "/ws", "/page.js", "/static/js/textual.js", "/download/x"):
            answer = await raw(at, request_of(f"{method} {path}", token))
            assert answer.startswith(b"HTTP/1.1 405 ")

    visit(act)


def test_a_connection_without_a_whole_request_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_REQUEST_SECONDS", 0.2)

    async def act(session: ClientSession, at: str, token: str) -> None:
        for begun in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "):
            assert await raw(at, begun) == b""

    visit(act)


def startup_lines() -> list[str]:
    return [
        f"Up to {sessions.MAX_SESSIONS} browsers can connect. Each has its own screen; all log into"
        " the same play database.",
        "Press Ctrl+C to stop.",
    ]


def test_serve_prints_the_link_and_the_limit(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScreenServer, "run", lambda _, ready: ready())
    ran = shell.run("serve", "--port", "8123")
    link, *words = ran.err.splitlines()
    assert re.fullmatch(r"Open http://127\.0\.0\.1:8123/\?token=[\w-]{32}", link)
    assert words == startup_lines()
    assert f"Up to {sessions.MAX_SESSIONS} browsers" in shell.run("serve", "--help").out


@pytest.mark.parametrize(
    ("host", "status", "said"),
    [
        ("", 2, "Error: --host is empty. Give an address, or 0.0.0.0 for your network.\n"),
        ("x" * 300, 1, f"Error: cannot listen on {'x' * 60} port 8123 (not a valid host name). "),
        ("192.0.2.1", 1, "Error: cannot listen on 192.0.2.1 port 8123 ("),
        ("no.invalid", 1, "Error: cannot listen on no.invalid port 8123 ("),
    ],
    ids=["empty", "long", "another's", "unknown"],
)
def test_a_host_that_cannot_be_used_is_an_error(
    shell: Shell, host: str, status: int, said: str
) -> None:
    ran = shell.run("serve", "--host", host, "--port", "8123")
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith(said)
    assert status == 2 or ran.err.endswith(". Choose another with --host.\n")


def test_a_port_in_use_is_an_error(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = shell.run("serve", "--port", str(port))
    assert ran.status == 1
    assert ran.err.endswith(". Choose another with --port.\n")


@pytest.mark.slow
def test_a_crowd_of_clients_does_not_block_logging(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = asyncio.run(run_crowd(tmp_path, port, clients=200, plays=3))
    assert (result.logged, result.stored, result.sound) == (6, 6, True)
    assert result.output == startup_lines()  # nothing of what strangers sent
    assert result.answers["invalid request: 400"] == 40
    answers = {answer for answer, times in result.answers.items() if times}
    assert {answer for answer in answers if "without" in answer} == {
        "page without the link: 403", "socket without the link: 403",
    }  # fmt: skip
    assert result.answers["socket with the link: a screen to the end"] == sessions.MAX_SESSIONS
    assert {"page with the link: 503", "socket with the link: 503"} <= answers
    assert result.memory < 200
