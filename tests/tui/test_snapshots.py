"""Three screens look as in their saved snapshots."""

import asyncio
from typing import cast

from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from signdecoder.decoder.decoder import Decoder
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.config import PracticeConfig
from signdecoder.tui.dialogs.help import HelpScreen
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.practice.screen import PracticeScreen
from signdecoder.tui.practice.stage import Stage
from signdecoder.tui.widgets.sequence import SequenceChips
from tests.support.fakes import FakeDecoder
from tests.support.live import Rig, until
from tests.support.snapshot import draw_screen

PLAYS = ("ear cap belt steal", "nose ear none", "belt belt cap steal", "ear ear bunt")


def is_settled(screen: LiveScreen) -> bool:
    """Return whether the decoder has caught up with the plays."""
    return screen.belief is not None and None not in screen.belief.past_predictions


def test_live_screen_after_some_plays(rig: Rig, picture: SnapshotAssertion) -> None:
    rig.store(*PLAYS)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: is_settled(screen))
        await pilot.press("e", "c", "b")
        await until(pilot, lambda: len(screen.query_one(SequenceChips).weights) == 3)
        await pilot.pause(0.1)
        assert draw_screen(pilot.app) == picture

    rig.open(drive)


def test_help_of_the_live_screen(rig: Rig, picture: SnapshotAssertion) -> None:
    rig.store(*PLAYS)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: is_settled(screen))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await pilot.pause(0.3)
        assert draw_screen(pilot.app) == picture

    rig.open(drive)


def test_practice_screen_after_a_guess(picture: SnapshotAssertion) -> None:
    config = PracticeConfig(lambda: cast(Decoder, FakeDecoder()), 2, 417, 5, pace=0.0)

    async def run() -> None:
        app = SigndecoderApp(config)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            screen = cast(PracticeScreen, app.screen)
            await pilot.press("enter")
            await until(pilot, lambda: screen.stage is Stage.ASKED)
            await pilot.press("4")
            await until(pilot, lambda: screen.stage is Stage.SHOWN)
            await pilot.press(screen._keypad[0].key)
            await pilot.pause(0.1)
            assert draw_screen(app) == picture

    asyncio.run(run())
