"""The live screen at different sizes, with long and strange names, in different themes."""

import gc

import pytest
from textual.color import Color
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from signdecoder.core.text import width
from signdecoder.tui.live.gauge import Gauge
from signdecoder.tui.live.header import LiveHeader
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.widgets.block_letters import draw_letters
from signdecoder.tui.widgets.key_button import KeyButton
from signdecoder.tui.widgets.keypad import Keypad
from tests.support.live import Rig, log, n_learned, text_of, until


def contrast(ink: Color, paper: Color) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21."""

    def light(color: Color) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized
        ]
        return sum(
            share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    dark, bright = sorted((light(ink), light(paper)))
    return (bright + 0.05) / (dark + 0.05)


NAMES = ("[red]cap[/red]", "🧢", "帽子", "belt\u202eleb", "=cmd()")


@pytest.mark.parametrize("size", [(40, 24), (80, 24), (120, 40), (200, 60)], ids=str)
def test_unusual_names_are_shown_safely_at_every_size(rig: Rig, size: tuple[int, int]) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for signal in screen.keypad:
            assert signal.key
            await pilot.press(signal.key)
        await pilot.press("space")
        await until(pilot, lambda: n_learned(screen) == 1)
        for y in range(size[1]):
            line = "".join(segment.text for segment in screen._compositor.render_strips()[y])
            assert width(line.rstrip()) <= size[0]
            assert "\u202e" not in line
        panels = screen.query("LiveHeader, Gauge, Keypad, SequenceChips, KeySignPanel, PlayList")
        assert len(panels) == 6
        assert all(panel.region.right <= size[0] for panel in panels if panel.display)

    rig.open(drive, size=size, signals=NAMES)
    assert rig.plays()[0].signals == NAMES


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (120, 40), (200, 60)], ids=str)
def test_verdict_key_sign_rule_and_all_keys_are_in_view(rig: Rig, size: tuple[int, int]) -> None:
    rig.store("cap belt steal", "ear none")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: n_learned(screen) == 2)
        await pilot.press("c")
        await until(pilot, lambda: "93% steal" in text_of(pilot))
        text = text_of(pilot)
        assert (draw_letters("STEAL") or [""])[1] in text
        assert "right after cap" in text
        for key in screen.query(KeyButton):
            assert screen.get_widget_at(*key.region.offset)[0] is key
        await pilot.press("tab")
        await pilot.pause(0.1)
        assert "squeeze" in text_of(pilot)

    rig.open(drive, size=size)


@pytest.mark.parametrize("back", ["f3", "escape"])
def test_the_plays_take_the_place_of_the_keypad_on_a_narrow_screen(rig: Rig, back: str) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("c", "f3")
        plays = screen.query_one(PlayList)
        await until(pilot, lambda: plays.has_focus and plays.region.height > 6)
        assert "cap" in str(plays.render_line(0))
        assert screen.query_one(Gauge).region.height >= 3
        await pilot.press(back)
        await until(pilot, lambda: screen.query_one(Keypad).display)
        assert screen.draft.signals == ("cap",)

    rig.open(drive, size=(40, 20))


def test_a_long_coach_name_is_cut_short(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.pause(0.1)
        first = text_of(pilot).splitlines()[0]
        assert first.startswith(" Montgomery Feather… ")
        assert "● saved" in first

    rig.open(drive, size=(40, 24), coach="Montgomery Featherstonehaugh 帽子")


@pytest.mark.parametrize("size", [(40, 24), (80, 24), (120, 40)], ids=str)
def test_notices_cover_neither_the_header_nor_the_keypad(rig: Rig, size: tuple[int, int]) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for n in range(12):
            screen.notify(f"{n}: the disk of the store is full. " * 3, severity="error")
        x = size[0] - 6
        shown = range(1, size[1] - 1)
        await until(
            pilot, lambda: any(isinstance(screen.get_widget_at(x, y)[0], Toast) for y in shown)
        )
        await until(pilot, lambda: len(screen.query(Toast)) == 12)
        await pilot.pause(0.2)
        assert screen.get_widget_at(x, 0)[0] is screen.query_one(LiveHeader)
        for key in screen.query_one(Keypad).query(KeyButton):
            assert screen.get_widget_at(*key.region.offset)[0] is key

    rig.shows_notices = True
    rig.open(drive, size=size)


@pytest.mark.parametrize("theme", ["sunlight", "night game"])
@pytest.mark.slow
def test_a_theme_from_the_menu_keeps_quiet_text_readable(rig: Rig, theme: str) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("ctrl+p", *"Theme", "enter")
        await pilot.pause(0.2)
        await pilot.press(*theme, "enter")
        await until(pilot, lambda: pilot.app.theme == theme)
        await pilot.pause(0.1)
        hint = screen.query_one(Gauge).region
        style = screen.get_style_at(hint.x + 1, hint.y)
        assert style.color is not None
        assert style.bgcolor is not None
        quiet, ground = (Color.from_rich_color(c) for c in (style.color, style.bgcolor))
        loud = Color.parse(pilot.app.current_theme.foreground or "")
        assert 4.5 <= contrast(quiet, ground) < contrast(loud, ground)

    rig.open(drive)


@pytest.mark.slow
def test_the_footer_does_not_keep_old_keys_in_memory(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for keys in ["cs", "en", "bs", "cen"] * 2:
            await log(pilot, screen, keys)
        gc.collect()
        kept = [thing for thing in gc.get_objects() if type(thing).__name__ == "FooterKey"]
        assert len(kept) < 40  # of about 130 that were shown

    rig.open(drive)
