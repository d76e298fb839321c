"""The live screen, driven key by key, with a decoder that answers from a table."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from signdecoder.decoder import Decoder
from signdecoder.layout import width
from signdecoder.plays import Play
from signdecoder.store import Store
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.screens.live import LiveScreen
from signdecoder.tui.setup import Setup
from signdecoder.tui.widgets.gauge import Gauge
from signdecoder.tui.widgets.key_signs import KeySigns
from signdecoder.tui.widgets.play_list import PlayList
from tests.fakes import FakeDecoder

Drive = Callable[[Pilot[None], LiveScreen], Coroutine[Any, Any, None]]
SIGNALS = ("cap", "ear", "belt", "nose")


def recall_fake(store: Store, coach: str) -> Decoder:
    return cast(Decoder, FakeDecoder.recall(store, coach))


class Rig:
    """Opens the app on a store of its own; each opening is a process that comes anew."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(
        self,
        drive: Drive,
        size: tuple[int, int] = (120, 40),
        coach: str = "Coach 1",
        signals: tuple[str, ...] = SIGNALS,
    ) -> None:
        setup = Setup(
            partial(Store.open, self.path), recall_fake, self.path, coach, "2026-05-01",
            "2026-05-01", signals,
        )  # fmt: skip

        async def run() -> None:
            app = SigndecoderApp(setup)
            async with app.run_test(size=size) as pilot:
                screen = cast(LiveScreen, app.screen)
                await until(pilot, lambda: len(screen.pad) > 0)
                await drive(pilot, screen)

        asyncio.run(run())

    def plays(self) -> list[Play]:
        with Store.open(self.path) as store:
            return store.plays()


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "store.db")


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(400):
        await pilot.pause(0.02)
        if true():
            return
    raise AssertionError("it never came")


async def log(pilot: Pilot[None], screen: LiveScreen, keys: str) -> None:
    """Give a play: its signals' keys, Enter, the outcome's key."""
    assert screen.book is not None
    before = len(screen.book.plays)
    await pilot.press(*keys[:-1], "enter", keys[-1])
    await until(pilot, lambda: screen.book is not None and len(screen.book.plays) == before + 1)


def has_plays(screen: LiveScreen, count: int) -> bool:
    return screen.book is not None and len(screen.book.plays) == count


def says(gauge: Gauge, verdict: str) -> bool:
    return gauge.prediction is not None and gauge.prediction.verdict == verdict


def said(play: Play) -> str:
    return f"{' '.join(play.signals)} {play.outcome}"


def test_a_play_takes_as_many_keys_as_signals_and_two(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ecbs")
        await log(pilot, screen, "nen")
        assert screen.focused is None

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["ear cap belt steal", "nose ear none"]
    assert [(p.coach, p.game, p.date) for p in rig.plays()] == [
        ("Coach 1", "2026-05-01", "2026-05-01")
    ] * 2


def test_the_probability_comes_after_every_signal(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ecbs")
        gauge = screen.query_one(Gauge)
        await until(pilot, lambda: screen.standing is not None and screen.standing.plays == 1)
        for keys, verdict, shown in (("e", "hold", "12 %"), ("c", "steal", "93 %")):
            await pilot.press(*keys)
            await until(pilot, partial(says, gauge, verdict))
            assert shown in str(gauge.render())
        assert "S T E A L" in str(gauge.render())
        assert "cap" in str(screen.query_one(KeySigns).render())

    rig.open(drive)


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("s", "steal"), ("n", "none"), ("b", "bunt"), ("h", "hit_and_run"),
        ("q", "squeeze"), ("t", "take"), ("u", "unknown"),
    ],
)  # fmt: skip
def test_each_outcome_has_a_key(rig: Rig, key: str, outcome: str) -> None:
    rig.open(lambda pilot, screen: log(pilot, screen, f"c{key}"))
    assert [said(play) for play in rig.plays()] == [f"cap {outcome}"]


def test_another_outcome_is_asked_for_by_name(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c", "enter", "o", *"Double steal", "enter")
        await until(pilot, lambda: screen.book is not None and len(screen.book.plays) == 1)

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap double_steal"]


def test_back_clear_and_repeat(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c", "e", "enter", "backspace", "backspace", "b")
        assert screen.draft.signals == ("cap", "belt")
        await pilot.press("escape")
        assert not screen.draft.signals
        await log(pilot, screen, "cbs")
        await pilot.press("slash")
        assert screen.draft.signals == ("cap", "belt")
        await pilot.press("enter", "n")
        await until(pilot, lambda: screen.book is not None and len(screen.book.plays) == 2)

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap belt steal", "cap belt none"]


def test_undo_and_redo(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for keys in ("cs", "en", "bs"):
            await log(pilot, screen, keys)
        for key, count in (("z", 2), ("z", 1), ("y", 2), ("z", 1)):
            await pilot.press(f"ctrl+{key}")
            await until(pilot, partial(has_plays, screen, count))

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap steal"]


def test_a_play_of_the_list_is_edited_and_deleted(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for keys in ("cs", "en", "bs"):
            await log(pilot, screen, keys)
        await pilot.press("f3", "down", "enter")
        await pilot.pause(0.1)
        await pilot.press("end", *" nose", "enter")
        await until(
            pilot, lambda: screen.book is not None and len(screen.book.plays[1].signals) == 2
        )
        assert screen.query_one(PlayList).has_focus
        await pilot.press("home", "delete")
        await until(pilot, lambda: screen.book is not None and len(screen.book.plays) == 2)
        await pilot.press("escape")
        assert screen.focused is None

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap steal", "ear nose none"]


def test_the_moment_is_written_once_anybody_counts(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("full_stop", "comma", "semicolon", "comma")
        await log(pilot, screen, "en")
        await pilot.press("apostrophe")
        await log(pilot, screen, "bs")

    rig.open(drive)
    first, second, third = (play.context for play in rig.plays())
    assert first == {}
    assert second == {"inning": "1", "half": "top", "outs": "1", "balls": "1", "strikes": "0"}
    assert (third["half"], third["outs"], third["balls"]) == ("bottom", "0", "0")


def test_a_new_signal_is_given_at_once(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c", "plus", *"left ear", "enter")
        await until(pilot, lambda: screen.draft.signals == ("cap", "left ear"))
        await pilot.press("enter", "s")
        await until(pilot, lambda: screen.book is not None and len(screen.book.plays) == 1)
        await until(pilot, lambda: ("left ear", "l") in [(s.name, s.key) for s in screen.pad])

    rig.open(drive)
    assert rig.plays()[0].signals == ("cap", "left ear")


def test_the_signs_changed_key(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("f4")
        await until(pilot, lambda: screen.book is not None and screen.book.changes == {1})

    rig.open(drive)


def test_a_coach_is_begun_renamed_and_taken_up(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("f2", "r")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"Hawks", "enter")
        await until(pilot, lambda: screen.book is not None and screen.book.coach == "Hawks")
        await pilot.press("f2", "n")
        await pilot.pause(0.1)
        await pilot.press(*"Owls", "enter")
        await until(pilot, lambda: screen.book is not None and screen.book.coach == "Owls")
        assert screen.book is not None
        assert screen.book.plays == ()
        await log(pilot, screen, "cn")

    rig.open(drive)
    assert [(play.coach, said(play)) for play in rig.plays()] == [
        ("Hawks", "cap steal"), ("Owls", "cap none"),
    ]  # fmt: skip


def test_a_sequence_outlives_the_program(rig: Rig) -> None:
    async def begin(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c", "e")
        await pilot.press("ctrl+q")

    async def go_on(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: screen.draft.signals == ("cap", "ear"))
        await log(pilot, screen, "bs")

    rig.open(begin)
    rig.open(go_on)
    assert [said(play) for play in rig.plays()] == ["cap ear belt steal"]


def test_a_decoder_that_fails_is_a_notice(rig: Rig) -> None:
    fault = FakeDecoder().fault

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("1" if screen.pad[-1].key == "1" else screen.pad[-1].key)
        await until(pilot, lambda: len(screen.app._notifications) > 0)
        assert any("fault of its own" in n.message for n in screen.app._notifications)
        await pilot.press("escape")
        await log(pilot, screen, "en")

    rig.open(drive, signals=("cap", "ear", fault))
    assert len(rig.plays()) == 2


NAMES = ("[red]cap[/red]", "🧢", "帽子", "belt\u202eleb", "=cmd()")


@pytest.mark.parametrize("size", [(40, 24), (80, 24), (120, 40), (200, 60)], ids=str)
def test_names_of_any_kind_are_shown_as_they_are_at_any_size(
    rig: Rig, size: tuple[int, int]
) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for signal in screen.pad:
            assert signal.key
            await pilot.press(signal.key)
        await pilot.press("enter", "s")
        await until(pilot, lambda: screen.standing is not None and screen.standing.plays == 1)
        for y in range(size[1]):
            line = "".join(segment.text for segment in screen._compositor.render_strips()[y])
            assert width(line.rstrip()) <= size[0]
            assert "\u202e" not in line
        panels = screen.query("TopLine, SignalPad, #sequence, KeySigns, PlayList, Emergence")
        assert len(panels) == 6
        assert all(panel.region.right <= size[0] for panel in panels if panel.display)

    rig.open(drive, size=size, signals=NAMES)
    assert rig.plays()[0].signals == NAMES


def test_help_and_palette_open_and_close(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for key in ("f1", "f2", "f5", "ctrl+p"):
            await pilot.press(key)
            await until(pilot, lambda: pilot.app.screen is not screen)
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen)

    rig.open(drive)


def test_every_key_that_does_something_is_in_the_palette(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        titles = {command.title for command in pilot.app.get_system_commands(screen)}
        await pilot.press("c")  # then others work
        titles |= {command.title for command in pilot.app.get_system_commands(screen)}
        for binding in LiveScreen.BINDINGS:
            assert getattr(binding, "description", "") in titles

    rig.open(drive)
