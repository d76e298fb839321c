"""Import and export CSV files on the live screen."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from signdecoder.logs import csv_writer
from signdecoder.tui.live.screen import LiveScreen
from tests.support.live import Rig, text_of, until


def test_a_file_is_previewed_and_imported(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = rig.path.parent
    monkeypatch.chdir(folder)
    log_file = "coach,signs,outcome\nHawks,cap ear,steal\nHawks,,none\nHawks,ear,none\n"
    (folder / "game.csv").write_text(log_file)
    (folder / "picture.png").write_bytes(b"no log")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f5")
        await pilot.pause(0.3)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Import the valid rows" in text_of(pilot))
        assert "2 plays of Hawks" in text_of(pilot)
        assert "cap ear → steal" in text_of(pilot)
        assert "line 3" in text_of(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: len(rig.plays()) == 2)
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: len(rig.plays()) == 0)

    rig.open(drive)


def test_a_file_that_is_not_a_log_cannot_be_imported(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rig.path.parent)
    (rig.path.parent / "a.csv").write_text("[red]x[/red],y\n1,2\n")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f5")
        await pilot.pause(0.3)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "a.csv" in text_of(pilot) and "signs" in text_of(pilot))
        assert pilot.app.screen.query_one("#import", Button).disabled

    rig.open(drive)


def test_plays_are_exported(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.store("cap ear steal")
    monkeypatch.chdir(rig.path.parent)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f7")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"out.csv", "enter")
        await until(pilot, lambda: (rig.path.parent / "out.csv").exists())

    rig.open(drive)
    assert "cap ear,steal" in (rig.path.parent / "out.csv").read_text()


def test_an_export_too_large_to_import_is_reported(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rig.path.parent)
    monkeypatch.setattr(csv_writer, "MAX_ROWS", 1)
    rig.store("cap ear steal", "cap ear none")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f7")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"out.csv", "enter")
        await until(
            pilot,
            lambda: any("too large to import again" in n.message for n in pilot.app._notifications),
        )

    rig.open(drive)
