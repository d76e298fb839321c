"""What a browser may do with files: none of the server's, through the screen or past it."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from signdecoder.core.keypad import assign_keys
from signdecoder.core.play import Play
from signdecoder.store.store import Store
from tests.support.web import Browser, status_of, visit

Act = Callable[[Browser, ClientSession, str], Coroutine[Any, Any, None]]


def visit_screen(home: Path, monkeypatch: pytest.MonkeyPatch, act: Act) -> Path:
    """Open the live screen in a browser; the server's home is this folder. Return the store."""
    db = home / "store.db"
    monkeypatch.setenv("HOME", str(home))
    with Store.open(db) as store:
        store.save_keypad("Coach 1", assign_keys(("cap", "ear")))
        store.add(Play(("cap", "ear"), "steal", "Coach 1", "2026-05-01", "2026-05-01"))

    async def run(session: ClientSession, at: str, token: str) -> None:
        await status_of(session.get(f"{at}/?token={token}"))
        async with session.ws_connect(f"{at}/ws?width=80&height=24", origin=at) as socket:
            browser = Browser(socket)
            await browser.until("cap")
            await act(browser, session, at)

    visit(run, (sys.executable, "-m", "signdecoder", "ui", "--db", str(db)))
    return db


@pytest.mark.slow
@pytest.mark.parametrize("path", ["~/.profile", "../.profile", "{home}/.profile"])
def test_an_export_writes_no_file_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    async def act(browser: Browser, session: ClientSession, at: str) -> None:
        await browser.type("\x1b[18~")  # F7
        await asyncio.sleep(1)
        await browser.type(f"\x1b[H\x0b{path.format(home=tmp_path)}\r")
        await asyncio.sleep(2)

    visit_screen(tmp_path, monkeypatch, act)
    assert not (tmp_path / ".profile").exists()


@pytest.mark.slow
def test_an_export_is_a_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(browser: Browser, session: ClientSession, at: str) -> None:
        await browser.type("\x1b[18~")  # F7
        async with session.get(f"{at}/download/{await browser.told('download')}") as response:
            assert "Coach%201.csv" in response.headers["Content-Disposition"]
            assert "cap ear,steal" in await response.text()

    visit_screen(tmp_path, monkeypatch, act)


@pytest.mark.slow
def test_an_upload_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.csv").touch()
    monkeypatch.chdir(tmp_path)

    async def act(browser: Browser, session: ClientSession, at: str) -> None:
        await browser.type("\x1b[15~")  # F5
        key = await browser.told("upload")
        content = b"coach,signs,outcome\nCoach 1,ear cap,none\n"
        upload = session.post(f"{at}/upload/{key}?name=game.csv", data=content)
        assert await status_of(upload) == 204
        await browser.until("1 play of")
        await browser.type("\r")
        assert await browser.told("upload") is None  # the dialog has closed
        assert await status_of(session.post(f"{at}/upload/{key}", data=content)) == 404
        await browser.until("Imported 1 play")
        assert "secret.csv" not in browser.all_drawn

    db = visit_screen(tmp_path, monkeypatch, act)
    with Store.open(db) as store:
        assert ("ear", "cap") in [p.signals for p in store.plays() if p.game == "game"]
