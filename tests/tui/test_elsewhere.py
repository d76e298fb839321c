"""What happens to the store elsewhere while the live screen is open."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from signdecoder.core.play import Play
from signdecoder.session.service import LoggingService
from signdecoder.store.store import Store
from signdecoder.tui.live.screen import LiveScreen
from tests.support.live import Rig, log, sequences, text_of, until, written


def test_a_play_is_not_deleted_or_edited_in_place_of_the_one_shown(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoggingService, "refresh", lambda _: None)  # changes at the same moment
    rig.shows_notices = True
    rig.store("cap belt steal", "ear nose none")
    bears = Play(("ear",), "bunt", "Bears", "2026-05-01", "2026-05-01")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f3", "enter")  # the newest play
        await until(pilot, lambda: len(pilot.app.screen.query("#edit")) == 1)
        with Store.open(rig.path) as store:
            store.undo()
            store.add(bears)
        await pilot.click("#delete")
        await until(pilot, lambda: "was deleted or undone elsewhere" in text_of(pilot))
        await until(pilot, lambda: sequences(screen) == [("cap", "belt")])
        with Store.open(rig.path) as store:
            store.edit(1, replace(store.plays()[0], outcome="bunt", coach="Coach 1"))
        await pilot.press("delete")
        await until(pilot, lambda: "was changed elsewhere" in text_of(pilot))

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap belt bunt", "ear bunt"]


def test_the_screen_goes_on_under_names_that_were_changed_elsewhere(rig: Rig) -> None:
    rig.store("cap belt steal", "ear nose none")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        with Store.open(rig.path) as store:
            store.rename("coach", "Coach 1", "Falcons")
            store.rename("game", "2026-05-01", "Opener")
        await log(pilot, screen, "ces")
        assert screen.play_log is not None
        assert (screen.play_log.coach, screen.game) == ("Falcons", "Opener")
        await log(pilot, screen, "en")

    rig.open(drive)
    assert {(play.coach, play.game) for play in rig.plays()} == {("Falcons", "Opener")}
    assert len(rig.plays()) == 4
