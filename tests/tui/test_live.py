"""The live screen, driven key by key, with a decoder that answers from a table."""

import asyncio
import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from signal import SIGTERM
from threading import Thread
from typing import Any, cast

import pytest
from textual.binding import Binding
from textual.color import Color
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Button, OptionList, Static, TabbedContent
from textual.widgets._toast import Toast

from signdecoder.analysis.attribution import Explanation
from signdecoder.cli.screens import make_config
from signdecoder.core.keypad import DEFAULT_SIGNALS, assign_keys
from signdecoder.core.play import Play
from signdecoder.core.situation import Situation
from signdecoder.core.text import width
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs import csv_table as tables
from signdecoder.logs.play_log import read_log
from signdecoder.rules.parts import Part
from signdecoder.session.training_process import BackgroundTraining
from signdecoder.store.store import Store
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.config import AppConfig
from signdecoder.tui.dialogs.explanation import ExplanationScreen
from signdecoder.tui.dialogs.help import HelpScreen
from signdecoder.tui.dialogs.import_log import ImportScreen
from signdecoder.tui.dialogs.names import NamesScreen
from signdecoder.tui.dialogs.prompt import PromptScreen
from signdecoder.tui.dialogs.training import TrainingScreen
from signdecoder.tui.input_queue import SerializedInputApp
from signdecoder.tui.labels import OUTCOME_KEYS
from signdecoder.tui.live.gauge import Gauge
from signdecoder.tui.live.header import LiveHeader
from signdecoder.tui.live.key_sign_plot import KeySignPlot
from signdecoder.tui.live.key_signs import KeySignPanel
from signdecoder.tui.live.next_step import NextStep
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.live.training_status import TrainingStatus
from signdecoder.tui.widgets.keypad import Keypad
from signdecoder.tui.widgets.sequence import SequenceChips
from tests.support.fakes import FakeDecoder, open_fake_decoder

Drive = Callable[[Pilot[None], LiveScreen], Coroutine[Any, Any, None]]
SIGNALS = ("cap", "ear", "belt", "nose")


class Rig:
    """Opens the app on a store of its own; each opening is a process that comes anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.recalled = 0
        self.notices = False  # are they drawn?
        self.game = ""
        self.now = datetime(2026, 5, 1, 19, 30)
        self.train: tuple[str, ...] = (
            sys.executable,
            "-c",
            "raise SystemExit('there is nothing to learn from')",
        )

    @staticmethod
    def _explain(
        coach: str, decoder: Decoder, signals: tuple[str, ...], plays: list[Play]
    ) -> Explanation:
        weights = tuple(float(name == "cap") for name in signals)
        said = decoder.predict(signals)
        parts: tuple[Part, ...] = tuple("" for _ in signals)
        return Explanation(
            coach, tuple(plays), 0, said, weights, None, None, parts, False, None, None, None, None
        )

    def _recall(self, store: Store, coach: str) -> Decoder:
        self.recalled += 1
        return cast(Decoder, open_fake_decoder(store, coach))

    def setup(self, coach: str = "Coach 1", signals: tuple[str, ...] = SIGNALS) -> AppConfig:
        return AppConfig(
            partial(Store.open, self.path), self._recall, self.train, coach, self.game,
            lambda: self.now, signals,
        )  # fmt: skip

    def open(
        self,
        drive: Drive,
        size: tuple[int, int] = (120, 40),
        coach: str = "Coach 1",
        signals: tuple[str, ...] = SIGNALS,
    ) -> None:
        async def run() -> None:
            app = SigndecoderApp(self.setup(coach, signals))
            async with app.run_test(size=size, notifications=self.notices) as pilot:
                screen = cast(LiveScreen, app.screen)
                await until(pilot, lambda: len(screen.keypad) > 0)
                await drive(pilot, screen)

        asyncio.run(run())

    def plays(self) -> list[Play]:
        with Store.open(self.path) as store:
            return store.plays()


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    monkeypatch.setattr(
        "signdecoder.session.belief_tracker.explain", Rig._explain
    )  # the fake has no network
    return Rig(tmp_path / "store.db")


async def until(pilot: Pilot[None], true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so."""
    for _ in range(round(seconds / 0.02)):
        await pilot.pause(0.02)
        if true():
            return
    raise AssertionError("it never came")


async def log(pilot: Pilot[None], screen: LiveScreen, keys: str) -> None:
    """Give a play: its signals' keys, Enter, the outcome's key."""
    assert screen.play_log is not None
    before = len(screen.play_log.plays)
    await pilot.press(*keys[:-1], "enter", keys[-1])
    await until(
        pilot, lambda: screen.play_log is not None and len(screen.play_log.plays) == before + 1
    )


def has_plays(screen: LiveScreen, count: int) -> bool:
    return screen.play_log is not None and len(screen.play_log.plays) == count


def says(gauge: Gauge, verdict: str) -> bool:
    return gauge.prediction is not None and gauge.prediction.verdict == verdict


def shown(screen: LiveScreen) -> list[tuple[str, ...]]:
    return [play.signals for play in screen.play_log.plays] if screen.play_log else []


def words(pilot: Pilot[None]) -> str:
    """All that the screen shows, and what was told."""
    lines = pilot.app.screen._compositor.render_strips()
    told = [notification.message for notification in pilot.app._notifications]
    return "\n".join(["".join(segment.text for segment in line) for line in lines] + told)


CHARACTERS = {"enter": "\r", "plus": "+", "slash": "/", "backspace": "\x7f", "escape": "\x1b"}


def give_at_once(pilot: Pilot[None], *keys: str) -> None:
    """Give keys as fast as a terminal does that is fed a text: none waits for the one before."""
    driver = pilot.app._driver
    assert driver is not None
    for key in keys:
        character = CHARACTERS.get(key, key if len(key) == 1 else None)
        driver.send_message(Key("space" if key == " " else key, character))


async def choose(pilot: Pilot[None], kind: str, name: str) -> None:
    """Go to a name in the list of names."""
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


def contrast(ink: Color, paper: Color) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""

    def light(color: Color) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized
        ]
        return sum(
            share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    dark, bright = sorted((light(ink), light(paper)))
    return (bright + 0.05) / (dark + 0.05)


def is_gone(pid: int) -> bool:
    """Has the process ended, though nobody may have asked how? If not, a moment later."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    with suppress(FileNotFoundError):
        if status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
    time.sleep(0.05)
    return False


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
        await until(pilot, lambda: read(screen) == 1)
        for keys, verdict, shown in (("e", "hold", "12%"), ("c", "steal", "93%")):
            await pilot.press(*keys)
            await until(pilot, partial(says, gauge, verdict))
            assert shown in str(gauge.render())
        assert "S T E A L" in str(gauge.render())
        assert "cap" in str(screen.query_one(KeySignPanel).render())

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
        await until(pilot, lambda: screen.play_log is not None and len(screen.play_log.plays) == 1)

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
        await until(pilot, lambda: screen.play_log is not None and len(screen.play_log.plays) == 2)

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
            pilot,
            lambda: screen.play_log is not None and len(screen.play_log.plays[1].signals) == 2,
        )
        assert screen.query_one(PlayList).has_focus
        await pilot.press("home", "delete")
        await until(pilot, lambda: screen.play_log is not None and len(screen.play_log.plays) == 2)
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
        await until(pilot, lambda: screen.play_log is not None and len(screen.play_log.plays) == 1)
        await until(pilot, lambda: ("left ear", "l") in [(s.name, s.key) for s in screen.keypad])

    rig.open(drive)
    assert rig.plays()[0].signals == ("cap", "left ear")


def test_what_was_offered_stays_with_its_keys(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cebn")
        assert screen.keypad == assign_keys(DEFAULT_SIGNALS)
        assert screen.play_log is not None
        await log(pilot, screen, "hs")
        assert screen.play_log.plays[1].signals == ("chin",)
        for count in (1, 0, 0):  # the plays, then that the signals are kept
            await pilot.press("ctrl+z")
            await until(pilot, partial(has_plays, screen, count))
            assert screen.keypad == assign_keys(DEFAULT_SIGNALS)
        await log(pilot, screen, "hs")

    async def come_back(pilot: Pilot[None], screen: LiveScreen) -> None:
        assert screen.keypad == assign_keys(DEFAULT_SIGNALS)

    rig.open(drive, signals=())
    rig.open(come_back, signals=SIGNALS)  # which are for a coach who has none


def test_a_coach_whose_log_was_imported_has_the_signals_of_his_plays(rig: Rig) -> None:
    with Store.open(rig.path) as store:
        store.add(Play(("brow", "lip"), "steal", "Coach 1", date="2026-05-01"))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        assert [(s.name, s.key) for s in screen.keypad] == [("brow", "b"), ("lip", "l")]
        await log(pilot, screen, "bs")
        assert [(s.name, s.key) for s in screen.keypad] == [("brow", "b"), ("lip", "l")]

    rig.open(drive, signals=())


def test_the_signs_changed_key(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("f4")
        await until(
            pilot, lambda: screen.play_log is not None and screen.play_log.change_points == {1}
        )

    rig.open(drive)


def test_a_coach_is_begun_renamed_and_taken_up(rig: Rig) -> None:
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
        await pilot.press("1" if screen.keypad[-1].key == "1" else screen.keypad[-1].key)
        await until(pilot, lambda: len(screen.app._notifications) > 0)
        assert any("The decoder failed" in n.message for n in screen.app._notifications)
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
        for signal in screen.keypad:
            assert signal.key
            await pilot.press(signal.key)
        await pilot.press("enter", "s")
        await until(pilot, lambda: read(screen) == 1)
        for y in range(size[1]):
            line = "".join(segment.text for segment in screen._compositor.render_strips()[y])
            assert width(line.rstrip()) <= size[0]
            assert "\u202e" not in line
        panels = screen.query("LiveHeader, Keypad, #sequence, KeySignPanel, PlayList, KeySignPlot")
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


def why(screen: LiveScreen) -> str:
    """What the explanation says, where it is open."""
    top = screen.app.screen
    return (
        str(top.query_one("#why Static", Static).render())
        if isinstance(top, ExplanationScreen)
        else ""
    )


def test_why_is_asked_of_the_draft_of_a_play_of_the_list_or_of_the_last(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f9")
        assert any("Enter a sequence first" in n.message for n in pilot.app._notifications)
        await log(pilot, screen, "ces")
        await log(pilot, screen, "bnn")
        for keys, name in (([], "nose"), (["e"], "ear"), (["escape", "f3", "down"], "cap")):
            await pilot.press(*keys)
            await pilot.pause(0.1)
            await pilot.press("f9")
            await until(pilot, lambda name=name: name in why(screen))  # type: ignore[misc]
            await pilot.press("escape")

    rig.open(drive)


# --- every key ------------------------------------------------------------------------------------

# After the plays "cap steal" and "ear none" and a nose that is being given: what each key brings.
EFFECTS: dict[str, Callable[[LiveScreen], bool]] = {
    "end": lambda s: s.draft.ended,
    "back": lambda s: s.draft.signals == (),
    "clear": lambda s: s.draft.signals == (),
    "undo": lambda s: has_plays(s, 1),
    "redo": lambda s: any("Nothing to redo" in n.message for n in s.app._notifications),
    "help": lambda s: isinstance(s.app.screen, HelpScreen),
    "names": lambda s: isinstance(s.app.screen, NamesScreen),
    "to_plays": lambda s: s.query_one(PlayList).has_focus,
    "signs_changed": lambda s: s.play_log is not None and s.play_log.change_points == {2},
    "train": lambda s: isinstance(s.app.screen, TrainingScreen),
    "why": lambda s: "nose" in why(s),
    "ball": lambda s: s.situation == Situation(balls=1),
    "strike": lambda s: s.situation == Situation(strikes=1),
    "out": lambda s: s.situation == Situation(outs=1),
    "half": lambda s: s.situation == Situation(half="bottom"),
    "add_signal": lambda s: isinstance(s.app.screen, PromptScreen),
    "import_log": lambda s: isinstance(s.app.screen, ImportScreen),
    "export_log": lambda s: isinstance(s.app.screen, PromptScreen),
    "fold": lambda s: not s.query_one(KeySignPlot).display,
}
# And these, from a state of their own.
AFTER: dict[str, tuple[str, Callable[[LiveScreen], bool]]] = {
    "repeat": ("escape", lambda s: s.draft.signals == ("ear",)),
    "delete_play": ("f3", lambda s: shown(s) == [("cap",)]),
}
KEYS = {b.id: b.key for b in LiveScreen.BINDINGS if isinstance(b, Binding) and b.id}


def test_the_effect_of_every_key_is_known() -> None:
    assert set(KEYS) == set(EFFECTS) | set(AFTER)


@pytest.mark.parametrize("name", KEYS)
def test_every_key_brings_its_effect(rig: Rig, name: str) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await log(pilot, screen, "en")
        await pilot.press("n")
        first, brings = AFTER[name] if name in AFTER else ("", EFFECTS[name])
        if first:
            await pilot.press(first)
            await pilot.pause(0.1)
        assert not brings(screen)
        await pilot.press(KEYS[name])
        await until(pilot, lambda: brings(screen))

    rig.open(drive)


def test_a_signal_is_renamed_while_it_is_being_given(rig: Rig) -> None:
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


# --- in order ---------------------------------------------------------------------------------


def test_a_burst_of_keys_is_taken_in_order(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        give_at_once(
            pilot, *"ceb", "enter", "s", "c", "backspace", "e", "enter", "n", *"bc", "enter", "s",
            "slash", "n", "enter", "u", "c", "e", "escape", "e", "enter", "b", "b",
        )  # fmt: skip
        await until(pilot, lambda: has_plays(screen, 5) and screen.draft.signals == ("belt",))

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == [
        "cap ear belt steal", "ear none", "belt cap steal", "belt cap nose unknown", "ear bunt",
    ]  # fmt: skip


def test_keys_after_one_that_opens_a_dialog_are_the_dialogs(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        give_at_once(pilot, "c", "plus", *"wink", "enter", "plus", *"nod", "enter", "enter", "s")
        give_at_once(pilot, "e", "enter", "o", *"swing", "enter", "b", "enter", "s")
        await until(pilot, partial(has_plays, screen, 3))
        assert [s.name for s in screen.keypad] == [*SIGNALS, "wink", "nod"]
        give_at_once(pilot, "f3", "down", "enter", *"x", "escape", "delete", "escape", "c")
        await until(pilot, lambda: has_plays(screen, 2) and screen.draft.signals == ("cap",))
        give_at_once(pilot, "f9", "escape", "f1", "escape", "e")
        await until(pilot, lambda: screen.draft.signals == ("cap", "ear"))

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap wink nod steal", "belt steal"]


def test_a_coach_who_is_chosen_gets_the_plays_that_follow_at_once(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        give_at_once(pilot, "c", "enter", "s", "f2", "n", *"Owls", "enter", "e", "enter", "n")
        give_at_once(pilot, "f2", "right", "n", *"second", "enter", "e", "enter", "s")
        await until(pilot, partial(has_plays, screen, 2))

    rig.open(drive)
    assert [(play.coach, play.game, said(play)) for play in rig.plays()] == [
        ("Coach 1", "2026-05-01", "cap steal"), ("Owls", "2026-05-01", "ear none"),
        ("Owls", "second", "ear steal"),
    ]  # fmt: skip


def test_what_goes_wrong_while_keys_are_held_does_not_hold_them_for_ever(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = iter([True])
    is_at_work = SigndecoderApp.is_at_work

    def fail_once(app: SigndecoderApp) -> bool:
        if next(faults, False):
            raise ZeroDivisionError
        return is_at_work(app)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        monkeypatch.setattr(SigndecoderApp, "is_at_work", fail_once)
        give_at_once(pilot, "c", "enter", "s", "e", "enter", "n")
        await until(pilot, partial(has_plays, screen, 2))
        assert next(faults, None) is None

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap steal", "ear none"]


# --- names ----------------------------------------------------------------------------------------


def test_a_signal_gets_another_key(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f2")
        await choose(pilot, "signal", "cap")
        await pilot.press("k")
        await pilot.pause(0.1)
        await pilot.press("x", "enter")
        await until(pilot, lambda: "x" in [s.key for s in screen.keypad])
        await log(pilot, screen, "xs")

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap steal"]


def test_two_spellings_of_a_signal_become_one_and_undo_parts_them(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ces")
        await pilot.press("f2")
        await choose(pilot, "signal", "ear")
        await pilot.press("r")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"cap", "enter")
        await until(pilot, lambda: shown(screen) == [("cap", "cap")])
        await pilot.press("ctrl+z")
        await until(pilot, lambda: shown(screen) == [("cap", "ear")])

    rig.open(drive)


def test_a_game_and_a_coach_are_deleted_and_come_back(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        for kind in ("game", "coach"):
            await pilot.press("f2")
            await choose(pilot, kind, "2026-05-01" if kind == "game" else "Coach 1")
            await pilot.press("delete")
            await until(pilot, partial(has_plays, screen, 0))
            await pilot.press("ctrl+z")
            await until(pilot, partial(has_plays, screen, 1))

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap steal"]


def test_the_next_game_begins(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("f2", "right", "n")
        await pilot.pause(0.1)
        await pilot.press(*"second", "enter")
        await until(pilot, lambda: screen.game == "second")
        await log(pilot, screen, "en")

    rig.open(drive)
    assert [play.game for play in rig.plays()] == ["2026-05-01", "second"]


def test_a_game_that_runs_over_midnight_stays_one_and_the_next_day_has_its_own(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        rig.now = datetime(2026, 5, 1, 23, 40)
        await pilot.press("semicolon")
        await log(pilot, screen, "cs")
        rig.now = datetime(2026, 5, 2, 0, 40)
        await log(pilot, screen, "es")
        rig.now = datetime(2026, 5, 2, 18)
        await log(pilot, screen, "bs")
        await pilot.press("f2", "right", "n")
        await pilot.pause(0.1)
        await pilot.press(*"final", "enter")
        await until(pilot, lambda: screen.game == "final" and not screen.loading_coach)
        await log(pilot, screen, "cn")
        rig.now = datetime(2026, 5, 3, 18)
        await log(pilot, screen, "en")

    rig.open(drive)
    assert [(p.game, p.date, p.context.get("outs")) for p in rig.plays()] == [
        ("2026-05-01", "2026-05-01", "1"), ("2026-05-01", "2026-05-01", "1"),
        ("2026-05-02", "2026-05-02", None), ("final", "2026-05-02", None),
        ("final", "2026-05-03", None),
    ]  # fmt: skip


def test_a_screen_that_waited_over_midnight_begins_with_the_day_that_is(rig: Rig) -> None:
    async def wait(pilot: Pilot[None], screen: LiveScreen) -> None:
        rig.now = datetime(2026, 5, 2, 0, 10)
        await log(pilot, screen, "cs")
        rig.now = datetime(2026, 5, 2, 23, 50)

    async def come_back(pilot: Pilot[None], screen: LiveScreen) -> None:
        rig.now = datetime(2026, 5, 3, 0, 10)  # the game is found under way
        await log(pilot, screen, "es")

    rig.open(wait)
    rig.open(come_back)
    assert [(p.game, p.date) for p in rig.plays()] == [("2026-05-02", "2026-05-02")] * 2


# --- files ----------------------------------------------------------------------------------------


def test_a_log_is_looked_at_and_imported(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = rig.path.parent
    monkeypatch.chdir(folder)
    log_file = "coach,signs,outcome\nHawks,cap ear,steal\nHawks,,none\nHawks,ear,none\n"
    (folder / "game.csv").write_text(log_file)
    (folder / "picture.png").write_bytes(b"no log")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f5")
        await pilot.pause(0.3)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Import the valid rows" in words(pilot))
        assert "2 plays of Hawks" in words(pilot)
        assert "cap ear → steal" in words(pilot)
        assert "line 3" in words(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: len(rig.plays()) == 2)
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: len(rig.plays()) == 0)

    rig.open(drive)


def test_a_file_that_is_no_log_is_refused(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(rig.path.parent)
    (rig.path.parent / "a.csv").write_text("[red]x[/red],y\n1,2\n")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f5")
        await pilot.pause(0.3)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "a.csv" in words(pilot) and "signs" in words(pilot))
        assert pilot.app.screen.query_one("#import", Button).disabled

    rig.open(drive)


def test_the_plays_are_exported(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(rig.path.parent)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ces")
        await pilot.press("f7")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"out.csv", "enter")
        await until(pilot, lambda: (rig.path.parent / "out.csv").exists())

    rig.open(drive)
    assert "cap ear,steal" in (rig.path.parent / "out.csv").read_text()


def test_an_export_that_cannot_come_in_again_is_told(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rig.path.parent)
    monkeypatch.setattr(tables, "MAX_ROWS", 1)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ces")
        await log(pilot, screen, "cen")
        await pilot.press("f7")
        await pilot.pause(0.1)
        await pilot.press("home", "shift+end", *"out.csv", "enter")
        await until(
            pilot,
            lambda: any("too large to import again" in n.message for n in pilot.app._notifications),
        )

    rig.open(drive)


# --- training -------------------------------------------------------------------------------------

# Tells of two steps, then waits for a file, or to be stopped.
TRAINER = """
import pathlib, sys, time
try:
    for step in (1, 2):
        print('{"progress": {"step": %d, "steps": 4, "loss": 0.5, "seconds_left": 1}}' % step,
              file=sys.stderr, flush=True)
    while not pathlib.Path(sys.argv[1]).exists():
        time.sleep(0.02)
except KeyboardInterrupt:
    print("Interrupted: nothing was learned.", file=sys.stderr)
    sys.exit(130)
print("Tuned [bold]well[/bold].", file=sys.stderr)
"""


def test_a_training_goes_on_beside_the_game_and_its_weights_are_taken(rig: Rig) -> None:
    ends = rig.path.with_name("end")
    rig.train = (sys.executable, "-c", TRAINER, str(ends))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f6")
        await until(pilot, lambda: "step 2 of at most 4 · loss 0.500" in words(pilot))
        await pilot.press("escape", "c")
        assert screen.query_one(TrainingStatus).display
        assert "step 2 of at most 4" in words(pilot)
        await pilot.press("enter", "s")
        await until(pilot, partial(has_plays, screen, 1))
        await pilot.press("e")
        assert rig.recalled == 1
        ends.touch()
        await until(pilot, lambda: rig.recalled == 2)
        await until(pilot, lambda: "Tuned [bold]well[/bold]." in words(pilot))
        assert not screen.query_one(TrainingStatus).display
        assert screen.draft.signals == ("ear",)  # what was being given goes on

    rig.open(drive)
    assert [said(play) for play in rig.plays()] == ["cap steal"]


def test_a_training_is_stopped(rig: Rig) -> None:
    rig.train = (sys.executable, "-c", TRAINER, str(rig.path.with_name("never")))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f6")
        await until(pilot, lambda: "step 2 of" in words(pilot))
        await pilot.pause(0.5)  # until the dialog has its place
        await pilot.click("#stop")
        await until(pilot, lambda: "Interrupted: nothing was learned." in words(pilot))
        assert screen.training is not None
        assert screen.training.status == 130
        await pilot.press("escape", "f6")  # which begins another
        await until(pilot, lambda: "step 2 of" in words(pilot))
        assert screen.training.is_running

    rig.open(drive)
    assert rig.recalled == 1


def test_a_training_does_not_outlive_the_screen(rig: Rig) -> None:
    begun: list[BackgroundTraining] = []
    rig.train = (sys.executable, "-c", TRAINER, str(rig.path.with_name("never")))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f6")
        await until(pilot, lambda: "step 2 of" in words(pilot))
        assert screen.training is not None
        begun.append(screen.training)

    rig.open(drive)
    process = begun[0]._process
    assert process is not None
    assert any(is_gone(process.pid) for _ in range(200))


def test_a_training_that_cannot_be_says_so(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f6")
        await until(pilot, lambda: "there is nothing to learn from" in words(pilot))

    rig.open(drive)
    assert rig.recalled == 1


# --- the rest -------------------------------------------------------------------------------------


def test_the_plot_folds_and_on_a_narrow_screen_the_plays_take_its_place(rig: Rig) -> None:
    async def wide(pilot: Pilot[None], screen: LiveScreen) -> None:
        plot = screen.query_one(KeySignPlot)
        for displayed in (False, True):
            await pilot.press("f8")
            assert plot.display is displayed

    async def narrow(pilot: Pilot[None], screen: LiveScreen) -> None:
        for shows_plays in (True, False):
            await pilot.press("f8")
            assert screen.query_one("#bottom").display is shows_plays
            assert screen.query_one(KeySignPanel).display is not shows_plays

    rig.open(wide)
    rig.open(narrow, size=(40, 30))


@pytest.mark.parametrize("lines", [24, 40])
@pytest.mark.parametrize("back", ["f3", "escape"])
def test_the_list_of_a_narrow_screen_is_left_as_it_was_come_to(
    rig: Rig, back: str, lines: int
) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.press("c", "enter", "f3")
        await until(pilot, lambda: screen.query_one(PlayList).has_focus)
        await until(pilot, lambda: "cap" in str(screen.query_one(PlayList).render_line(0)))
        await pilot.pause(0.1)
        plays = screen.query_one(PlayList)
        assert plays.region.right <= 40
        assert plays.region.height > 3
        for panel in (screen.query_one(Gauge), screen.query_one(NextStep)):
            assert panel.region.height >= 3
            assert panel.region.bottom < plays.region.y
        assert "squeeze" in words(pilot)  # the keys of the outcomes
        await pilot.press(back)
        await until(pilot, lambda: screen.query_one(KeySignPanel).display)
        assert not screen.query_one("#bottom").display
        assert screen.query_one(Keypad).display
        assert screen.draft.ended

    rig.open(drive, size=(40, lines))


def test_a_long_name_of_a_coach_is_cut_short(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await pilot.pause(0.1)
        first = words(pilot).splitlines()[0]
        assert first.startswith(" Montgomery Feat… ")
        assert "● saved" in first

    rig.open(drive, size=(40, 24), coach="Montgomery Featherstonehaugh 帽子")


def test_a_plot_is_drawn_where_there_comes_to_be_room(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "cs")
        await log(pilot, screen, "es")
        await until(pilot, lambda: read(screen) == 2)
        assert not screen.query_one(KeySignPlot).display
        await pilot.resize_terminal(200, 60)
        await until(pilot, lambda: screen.query_one(KeySignPlot).display)
        await until(pilot, lambda: not screen.query_one(KeySignPlot).has_class("-empty"))
        await until(pilot, lambda: "Chart appears" not in words(pilot))

    rig.open(drive, size=(80, 24))


def test_that_a_sequence_is_full_is_said_once(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        give_at_once(pilot, *"c" * 70)
        await until(pilot, lambda: len(screen.draft.signals) == 64)
        await until(pilot, lambda: not cast(SerializedInputApp, pilot.app)._held)
        await pilot.pause(0.1)
        told = [n for n in pilot.app._notifications if "at most 64 signals" in n.message]
        assert len(told) == 1

    rig.open(drive)


@pytest.mark.parametrize("size", [(40, 24), (80, 24), (120, 40)], ids=str)
def test_what_is_told_does_not_cover_what_is_recorded(rig: Rig, size: tuple[int, int]) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for n in range(12):
            screen.notify(f"{n}: the disk of the store is full. " * 3, severity="error")
        x, bottom = size[0] - 6, size[1] - 4
        await until(pilot, lambda: isinstance(screen.get_widget_at(x, bottom)[0], Toast))
        await until(pilot, lambda: len(screen.query(Toast)) == 12)
        await pilot.pause(0.2)
        assert screen.get_widget_at(x, 0)[0] is screen.query_one(LiveHeader)

    rig.notices = True
    rig.open(drive, size=size)


@pytest.mark.parametrize("theme", ["sunlight", "night game"])
def test_a_theme_is_chosen_from_the_palette(rig: Rig, theme: str) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("ctrl+p", *"Theme", "enter")
        await pilot.pause(0.2)
        await pilot.press(*theme, "enter")
        await until(pilot, lambda: pilot.app.theme == theme)
        await pilot.pause(0.1)
        style = screen.get_style_at(*screen.query_one(SequenceChips).region.offset)
        assert style.color is not None
        assert style.bgcolor is not None
        quiet, ground = (Color.from_rich_color(c) for c in (style.color, style.bgcolor))
        loud = Color.parse(pilot.app.current_theme.foreground or "")
        assert 4.5 <= contrast(quiet, ground) < contrast(loud, ground)

    rig.open(drive)


def test_who_is_told_to_end_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    termios = pytest.importorskip("termios")
    db = tmp_path / "store.db"
    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    command = [sys.executable, "-m", "signdecoder", "ui", "--coach", "Hawks", "--db", str(db)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    drawn = bytearray()

    def draw() -> None:
        with suppress(OSError):  # when the last of them has ended
            while part := os.read(ours, 65536):
                drawn.extend(part)

    Thread(target=draw, daemon=True).start()

    def see(true: Callable[[], bool]) -> None:
        for _ in range(600):
            if true():
                return
            time.sleep(0.05)
        raise AssertionError("it never came")

    see(lambda: b"shoulder" in drawn)
    assert termios.tcgetattr(theirs) != before
    os.write(ours, b"ce")
    see(lambda: has_draft(db, ("cap", "ear")))
    process.terminate()
    assert process.wait(timeout=20) == 128 + SIGTERM
    assert termios.tcgetattr(theirs) == before
    assert has_draft(db, ("cap", "ear"))


def has_draft(db: Path, signals: tuple[str, ...]) -> bool:
    with Store.open(db) as store:
        return store.draft("Hawks") == signals


def test_the_screen_loads_no_tensorflow(tmp_path: Path) -> None:
    script = f"""
import asyncio, sys
from signdecoder.cli.screens import set_up
from signdecoder.core.situation import Situation
from signdecoder.tui.app import SigndecoderApp

async def run():
    app = SigndecoderApp(make_config(None, None, "cap,ear", "steal", {str(tmp_path / "s.db")!r}))
    async with app.run_test() as pilot:
        screen = app.screen
        for keys in (("c", "e", "enter", "s"), ("c", "e")):
            await pilot.press(*keys)
            await pilot.pause(1)
        assert screen.belief.summary.n_plays == 1
        print([name for name in ("tensorflow", "keras", "pandas") if name in sys.modules])

asyncio.run(run())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_long_game_leaves_no_keys_of_the_footer_behind(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for keys in ["cs", "en", "bs", "cen"] * 3:
            await log(pilot, screen, keys)
        gc.collect()
        kept = [thing for thing in gc.get_objects() if type(thing).__name__ == "FooterKey"]
        assert len(kept) < 40  # of some two hundred that were shown

    rig.open(drive)


@pytest.mark.slow
def test_the_demo_game_is_typed_and_read_by_the_real_decoder(tmp_path: Path) -> None:
    game = read_log(Path(__file__).parents[2] / "data" / "demo_game.csv", coach=None).plays
    signals = ",".join(dict.fromkeys(name for play in game for name in play.signals))
    db = tmp_path / "store.db"
    app = SigndecoderApp(make_config("Hawks", "Game 1", signals, "steal", db))
    outcomes = {outcome: key for key, outcome in OUTCOME_KEYS.items()}

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            screen = cast(LiveScreen, app.screen)
            await until(pilot, lambda: len(screen.keypad) > 0)
            keys = {signal.name: signal.key for signal in screen.keypad}
            for play in game:
                await pilot.press(*(keys[name] for name in play.signals), "enter")
                await pilot.press(outcomes[play.outcome])
            await until(pilot, lambda: read(screen) == len(game), seconds=60)
            assert screen.belief is not None
            assert screen.belief.summary.cracked
            best = screen.belief.summary.key_signs[0]
            assert (best.sign, best.probability > 0.9) == ("ear", True)
            assert "belt right after ear = steal" in [
                rule.words for rule in screen.belief.summary.rules
            ]
            assert "ear" in str(screen.query_one(KeySignPanel).render()).splitlines()[0]

    asyncio.run(run())
    with Store.open(db) as store:
        typed = [(p.signals, p.outcome, p.coach, p.game) for p in store.plays()]
    assert typed == [(p.signals, p.outcome, p.coach, p.game) for p in game]


def read(screen: LiveScreen) -> int:
    """How many plays the decoder has read."""
    return screen.belief.summary.n_plays if screen.belief else 0
