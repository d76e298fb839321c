"""The live screen keeps and shows plays while the store does not accept them."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Timer
from typing import cast

import pytest
from textual.pilot import Pilot

from signdecoder.core.play import Play
from signdecoder.store.errors import disk_full_error
from signdecoder.store.store import Store
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.live.header import LiveHeader
from signdecoder.tui.live.screen import LiveScreen
from tests.session.test_service import Disk
from tests.support.live import Rig, has_plays, log, press_at_once, text_of, until, written
from tests.support.shell import Shell

CAP = Play(("cap", "ear"), "steal", "Coach 1", "2026-05-01", "2026-05-01")


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path / "store.db", monkeypatch)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 24)])
def test_a_play_is_shown_as_not_saved_while_the_disk_is_full(
    disk: Disk, size: tuple[int, int]
) -> None:
    rig = Rig(disk.path)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "eb" + "n")
        disk.is_full = True
        await pilot.press("c", "e", "space")
        await until(pilot, lambda: screen.query_one(LiveHeader).n_pending == 1)
        await until(pilot, lambda: "▲ 1 play not saved yet" in text_of(pilot))
        why = disk_full_error(disk.path).message
        message = f"Not saved yet: {why}. The play is kept and saved as soon as"
        await until(pilot, lambda: message in text_of(pilot))
        assert "do it again" not in text_of(pilot)
        assert has_plays(screen, 1)  # the list shows what is on the disk
        if folder := os.environ.get("SCREENS"):
            pilot.app.save_screenshot(f"full-{size[0]}.svg", folder)
        disk.is_full = False
        screen.service.retry()
        await until(pilot, lambda: has_plays(screen, 2))
        await until(pilot, lambda: screen.query_one(LiveHeader).n_pending == 0)
        await until(pilot, lambda: "● saved " in text_of(pilot))

    rig.open(drive, size=size)
    assert rig.plays()[1] == CAP


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another process's connection, which can hold the store."""
    path = tmp_path / "store.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path, check_same_thread=False, isolation_level=None)) as other:
        yield other


@pytest.mark.parametrize("size", [(120, 40), (40, 24)], ids=str)
def test_a_play_is_shown_as_waiting_while_the_store_is_locked(
    tmp_path: Path, lock: sqlite3.Connection, size: tuple[int, int]
) -> None:
    rig = Rig(tmp_path / "store.db")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "eb" + "n")
        lock.execute("BEGIN IMMEDIATE")
        await pilot.press("c", "e", "space")
        await until(pilot, lambda: "▲ 1 play waiting for the database" in text_of(pilot))
        assert "saved 1" not in text_of(pilot)
        await until(pilot, lambda: "Another signdecoder" in text_of(pilot))
        lock.execute("ROLLBACK")
        await until(pilot, lambda: has_plays(screen, 2))
        await until(pilot, lambda: "waiting for the database" not in text_of(pilot))
        await until(pilot, lambda: "● saved " in text_of(pilot))

    rig.open(drive, size=size)
    assert rig.plays()[1] == CAP


def test_keys_pressed_while_a_coach_is_loading_are_kept(
    tmp_path: Path, lock: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signdecoder.tui.input_queue._MAX_HOLD", 0.1)
    rig = Rig(tmp_path / "store.db")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: len(screen.keypad) > 0)
        lock.execute("BEGIN IMMEDIATE")
        press_at_once(pilot, "c", "space", "f2", "n", *"Owls", "enter", "e", "enter")
        await pilot.pause(1.5)
        lock.execute("ROLLBACK")
        await until(pilot, lambda: screen.play_log is not None and screen.play_log.coach == "Owls")
        await until(pilot, partial(has_plays, screen, 1))  # not the one of the coach before

    rig.open(drive)
    assert [(play.coach, written(play)) for play in rig.plays()] == [
        ("Coach 1", "cap steal"),
        ("Owls", "ear none"),
    ]


@pytest.mark.slow
def test_quitting_while_the_store_is_locked_prints_a_message(
    tmp_path: Path,
    lock: sqlite3.Connection,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signdecoder.tui.app.BLOCKED_SECONDS", 0.2)
    rig = Rig(tmp_path / "store.db")
    app = SigndecoderApp(rig.config())

    async def drive(pilot: Pilot[None]) -> None:
        screen = cast(LiveScreen, app.screen)
        await until(pilot, lambda: len(screen.keypad) > 0)
        lock.execute("BEGIN IMMEDIATE")
        await pilot.press("c", "e", "space")
        Timer(6.0, lambda: lock.execute("ROLLBACK")).start()
        await pilot.press("ctrl+q")

    asyncio.run(app.run_async(headless=True, auto_pilot=drive))
    assert "Another signdecoder is using the database. Waiting to save 1 play …" in (
        capsys.readouterr().err
    )
    assert rig.plays() == [CAP]


def test_plays_not_saved_are_retried_automatically(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signdecoder.tui.live.display._RETRY_SECONDS", 0.05)
    rig = Rig(disk.path)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        disk.is_full = True
        await pilot.press("c", "e", "space")
        await until(pilot, lambda: screen.query_one(LiveHeader).n_pending == 1)
        disk.is_full = False
        await until(pilot, lambda: has_plays(screen, 1))

    rig.open(drive)
    assert rig.plays() == [CAP]


def test_plays_never_saved_are_printed_as_a_log(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signdecoder.cli.screens.has_terminal", lambda: True)
    monkeypatch.setattr(SigndecoderApp, "run", lambda self: None)
    monkeypatch.setattr(SigndecoderApp, "unsaved_plays", (CAP, CAP))
    ran = shell.run("ui")
    assert ran.status == 1
    assert ran.out == (
        "coach,game,date,signs,outcome\n"
        "Coach 1,2026-05-01,2026-05-01,cap ear,steal\n"
        "Coach 1,2026-05-01,2026-05-01,cap ear,steal\n"
    )
    assert ran.err == (
        "Error: 2 plays could not be saved. Put the lines above into a file and import it with "
        '"signdecoder import FILE".\n'
    )
    shell.run("import", shell.write("rest.csv", ran.out))
    with Store.open(shell.folder / "store.db") as store:
        assert store.plays() == [CAP, CAP]
