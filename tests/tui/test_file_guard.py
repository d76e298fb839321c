"""Files in dialogs: every error is one sentence, and a browser sees none of the server's."""

import ast
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Button, DirectoryTree

import signdecoder.tui
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.session.events import Failed
from signdecoder.tui.files import browser
from signdecoder.tui.files.browser import BrowserFiles
from signdecoder.tui.files.local import LocalFiles
from signdecoder.tui.files.screen_files import LogChosen, Upload
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.messages import ServiceEvent
from tests.support.live import Rig, text_of, until

PLAYS = (Play(("cap", "ear"), "steal", "Hawks"),)
LOG = b"coach,signs,outcome\nHawks,cap ear,steal\n"


class BrowserStandIn(HeadlessDriver):
    """A browser that keeps what it downloads, and that a test uploads files with."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.downloads: dict[str, bytes] = {}
        self.receiver: Widget | None = None

    @property
    def is_web(self) -> bool:
        return True

    def send_file(self, name: str, data: bytes) -> None:
        self.downloads[name] = data

    def ask_for_file(self, receiver: Widget) -> None:
        self.receiver = receiver

    def stop_asking(self) -> None:
        self.receiver = None


@pytest.fixture
def in_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.drivers.headless_driver.HeadlessDriver", BrowserStandIn)


def driver_of(pilot: Pilot[None]) -> BrowserStandIn:
    driver = pilot.app._driver
    assert isinstance(driver, BrowserStandIn)
    return driver


def test_only_one_package_of_the_terminal_ui_opens_files() -> None:
    """A dialog gets files from `ScreenFiles`, which refuses them in a browser."""
    root = Path(signdecoder.tui.__file__).parent
    openers = {
        "open", "load_log", "load_text", "load_table", "write_log", "write_rows", "replace_file",
        "read_text", "read_bytes", "write_text", "write_bytes", "DirectoryTree", "cwd", "home",
        "expanduser", "deliver_text", "deliver_binary", "save_screenshot", "deliver_screenshot",
    }  # fmt: skip
    for file in sorted(root.rglob("*.py")):
        if file.parent.name == "files":
            continue
        names = {
            name.attr if isinstance(name, ast.Attribute) else name.id
            for name in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(name, ast.Attribute | ast.Name)
        }
        assert not names & openers, file


@pytest.mark.usefixtures("in_browser")
@pytest.mark.parametrize("path", ["~/.profile", "../out.csv", "{folder}/out.csv"])
def test_a_browser_cannot_name_a_path_to_export_to(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    folder = rig.path.parent
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    monkeypatch.setenv("HOME", str(folder))
    rig.store("cap ear steal")
    before = {file.name for file in folder.iterdir()}

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        driver = driver_of(pilot)
        await pilot.press("f7")
        await until(pilot, lambda: "Coach 1.csv" in driver.downloads)
        await pilot.press("home", "shift+end", *path.format(folder=folder), "enter")
        said, severity = screen._files.export(PLAYS, path.format(folder=folder))
        assert severity == "error"
        assert said.startswith("in a browser, the files of the server cannot be used. ")
        assert b"cap ear,steal" in driver.downloads["Coach 1.csv"]

    rig.open(drive)
    assert {f.name for f in folder.iterdir() if not f.name.startswith("store.db")} == {
        name for name in before if not name.startswith("store.db")
    }


@pytest.mark.usefixtures("in_browser")
def test_a_browser_imports_what_it_uploads_and_sees_no_folder(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rig.path.parent)
    secret = rig.path.parent / "secret.csv"
    secret.write_bytes(LOG)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        driver = driver_of(pilot)
        await pilot.press("f5")
        await until(pilot, lambda: driver.receiver is not None)
        assert not pilot.app.screen.query(DirectoryTree)
        assert "secret" not in text_of(pilot)
        assert "the button at the bottom of this page" in text_of(pilot)
        assert driver.receiver is not None
        driver.receiver.post_message(LogChosen(secret))
        await until(pilot, lambda: "the files of the server cannot be used" in text_of(pilot))
        assert pilot.app.screen.query_one("#import", Button).disabled
        driver.receiver.post_message(LogChosen(Upload("a.csv", b"no log")))
        await until(pilot, lambda: "a.csv" in text_of(pilot))
        driver.receiver.post_message(LogChosen(Upload("game.csv", LOG)))
        await until(pilot, lambda: "1 play of Hawks" in text_of(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: len(rig.plays()) == 1)
        await until(pilot, lambda: driver.receiver is None)

    rig.open(drive)
    assert rig.plays()[0].game == "game"


@pytest.mark.usefixtures("in_browser")
def test_a_notice_in_a_browser_does_not_name_the_folder_of_the_store(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(rig.path.parent)
    config = rig.config()
    monkeypatch.setattr(rig, "config", lambda *_: replace(config, folder=folder))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        screen.post_message(ServiceEvent(Failed(f"the disk of the store {rig.path} is full")))
        await until(pilot, lambda: "of the store store.db is full" in text_of(pilot))
        assert folder not in text_of(pilot)

    rig.open(drive)


def test_another_server_of_the_screen_exchanges_no_files(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HeadlessDriver, "is_web", True)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f5")
        await until(pilot, lambda: "this page cannot send or get files" in text_of(pilot))
        assert screen._files.export(PLAYS, "out.csv")[1] == "error"

    rig.open(drive)


def test_a_download_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "MAX_DOWNLOAD", 3)

    class Refusing:
        def send_file(self, name: str, data: bytes) -> None:
            raise AssertionError

        def ask_for_file(self, receiver: Widget) -> None: ...

        def stop_asking(self) -> None: ...

    said, severity = BrowserFiles(Refusing()).export(PLAYS, "out.csv")
    assert severity == "error"
    assert "larger than" in said


BAD_NAMES = {
    "too long": ("x" * 300, "cannot be written"),
    "too long a path": ("x/" * 3000 + "out.csv", "cannot be written"),
    "no such folder": ("none/out.csv", "cannot be written"),
    "below a file": ("log.csv/out.csv", "cannot be written"),
    "there already": ("log.csv", "already exists"),
    "a pipe": ("pipe.csv", "already exists"),
    "a link to nothing": ("link.csv", "already exists"),
    "a folder": (".", "already exists"),
    "standard output": ("-", "is not a file name"),
    "a NUL": ("a\0b.csv", "is not a valid file name"),
    "half a character": ("\ud800.csv", "is not a valid file name"),
    "nobody's home": ("~nobody-of-this-name/out.csv", "cannot be written"),
}


@pytest.mark.parametrize("name", BAD_NAMES)
def test_an_export_that_fails_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_bytes(LOG)
    (tmp_path / "link.csv").symlink_to("nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
    file, expected = BAD_NAMES[name]
    said, severity = LocalFiles().export(PLAYS, file)
    assert severity == "error"
    assert expected in said


def deny(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_folder_that_may_not_be_searched_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "stat", deny)
    monkeypatch.setattr(Path, "stat", deny)
    said, severity = LocalFiles().export(PLAYS, str(tmp_path / "out.csv"))
    assert severity == "error"
    assert "(Permission denied)" in said
    with pytest.raises(SigndecoderError, match="Permission denied"):
        LocalFiles().read(tmp_path / "log.csv")


def test_no_home_folder_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str) -> str:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(os.path, "expanduser", fail)
    said, severity = LocalFiles().export(PLAYS, "~/out.csv")
    assert (severity, "Could not determine home directory" in said) == ("error", True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a folder that is in use")
def test_a_deleted_folder_does_not_end_the_screen(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rig.store("cap ear steal")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f5")
        await until(pilot, lambda: "was deleted" in text_of(pilot))
        assert pilot.app.screen is screen
        await pilot.press("f7", "enter")
        await until(pilot, lambda: "cannot be" in text_of(pilot))

    rig.open(drive)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
def test_a_pipe_is_not_read(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(rig.path.parent)
    os.mkfifo(rig.path.parent / "a.csv")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f5")
        await pilot.pause(0.3)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "is not a regular file" in text_of(pilot))

    rig.open(drive)
