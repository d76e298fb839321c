"""Open, create, rename, merge and delete coaches, games and signals on the live screen."""

from functools import partial
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, TabbedContent

from signdecoder.tui.dialogs.names import NamesScreen
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.widgets.sequence import SequenceChips
from tests.support.live import Rig, has_plays, log, sequences, until, written


async def choose(pilot: Pilot[None], kind: str, name: str) -> None:
    """Move the cursor to a name in the dialog of names."""
    await until(pilot, lambda: isinstance(pilot.app.screen, NamesScreen))
    names = cast(NamesScreen, pilot.app.screen)
    while names.query_one(TabbedContent).active != kind:
        await pilot.press("right")
    await pilot.pause(0.1)
    options = names.query_one(f"#{kind}-list", OptionList)
    await pilot.press("home")
    while True:
        assert options.highlighted is not None
        if f" {name} " in f" {options.get_option_at_index(options.highlighted).prompt} ":
            return
        await pilot.press("down")


@pytest.mark.slow
def test_a_coach_can_be_renamed_and_another_one_created(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("f2", "r")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"Hawks", "enter")
        await until(pilot, lambda: screen.play_log is not None and screen.play_log.coach == "Hawks")
        await pilot.press("f2", "n")
        await pilot.pause(0.1)
        await pilot.press(*"Owls", "enter")
        await until(pilot, lambda: screen.play_log is not None and screen.play_log.coach == "Owls")
        assert screen.play_log is not None
        assert screen.play_log.plays == ()
        await log(pilot, screen, "cn")

    rig.open(drive)
    assert [(play.coach, written(play)) for play in rig.plays()] == [
        ("Hawks", "cap steal"), ("Owls", "cap none"),
    ]  # fmt: skip


@pytest.mark.slow
def test_renaming_a_signal_also_renames_it_in_the_sequence(rig: Rig) -> None:
    async def rename(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("e", "c", "f2")
        await choose(pilot, "signal", "ear")
        await pilot.press("r")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"lobe", "enter")
        await until(pilot, lambda: screen.draft.signals == ("lobe", "cap"))
        await until(pilot, lambda: "lobe" in str(screen.query_one(SequenceChips).render()))

    async def go_on(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: screen.draft.signals == ("lobe", "cap"))

    rig.open(rename)
    rig.open(go_on)


@pytest.mark.slow
def test_a_signal_can_get_another_key(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f2")
        await choose(pilot, "signal", "cap")
        await pilot.press("k")
        await pilot.pause(0.1)
        await pilot.press("x", "enter")
        await until(pilot, lambda: "x" in [s.key for s in screen.keypad])
        await log(pilot, screen, "xs")

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap steal"]


def test_merging_two_signals_can_be_undone(rig: Rig) -> None:
    rig.store("cap ear steal")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f2")
        await choose(pilot, "signal", "ear")
        await pilot.press("r")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"cap", "enter")
        await until(pilot, lambda: sequences(screen) == [("cap", "cap")])
        await pilot.press("ctrl+z")
        await until(pilot, lambda: sequences(screen) == [("cap", "ear")])

    rig.open(drive)


def test_deleting_a_game_or_a_coach_can_be_undone(rig: Rig) -> None:
    rig.store("cap steal")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for kind in ("game", "coach"):
            await pilot.press("f2")
            await choose(pilot, kind, "2026-05-01" if kind == "game" else "Coach 1")
            await pilot.press("delete")
            await until(pilot, partial(has_plays, screen, 0))
            await pilot.press("ctrl+z")
            await until(pilot, partial(has_plays, screen, 1))

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap steal"]


def test_the_next_plays_belong_to_a_new_game(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("f2", "right", "n")
        await pilot.pause(0.1)
        await pilot.press(*"second", "enter")
        await until(pilot, lambda: screen.game == "second")
        await log(pilot, screen, "en")

    rig.open(drive)
    assert [play.game for play in rig.plays()] == ["2026-05-01", "second"]
