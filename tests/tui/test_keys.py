"""Every key of the live screen has its effect, in the order in which keys are pressed."""

from collections.abc import Callable
from functools import partial

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from signdecoder.core.situation import Situation
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.dialogs.explanation import ExplanationScreen
from signdecoder.tui.dialogs.help import HelpScreen
from signdecoder.tui.dialogs.import_log import ImportScreen
from signdecoder.tui.dialogs.names import NamesScreen
from signdecoder.tui.dialogs.prompt import PromptScreen
from signdecoder.tui.dialogs.training import TrainingScreen
from signdecoder.tui.keys import LIVE_KEYS
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.live.play_search import PlaySearch
from signdecoder.tui.live.screen import LiveScreen
from tests.support.live import (
    SIGNALS,
    Rig,
    has_plays,
    log,
    press_at_once,
    sequences,
    until,
    written,
)


def why(screen: LiveScreen) -> str:
    """Return the text of the explanation, if it is open."""
    top = screen.app.screen
    return (
        str(top.query_one("#why Static", Static).render())
        if isinstance(top, ExplanationScreen)
        else ""
    )


def test_help_and_menu_open_and_close(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for key in ("f1", "f2", "f5", "ctrl+p"):
            await pilot.press(key)
            await until(pilot, lambda: pilot.app.screen is not screen)
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen)

    rig.open(drive)


def test_every_key_is_in_the_menu(rig: Rig) -> None:
    rig.store("cap steal")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        titles = {command.title for command in pilot.app.get_system_commands(screen)}
        assert {key.title for key in LIVE_KEYS} <= titles

    rig.open(drive)


@pytest.mark.slow
def test_f9_explains_the_sequence_the_selected_play_or_the_last_one(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f9")
        assert any("Enter a sequence first" in n.message for n in pilot.app._notifications)
        for play in ("ces", "bnn"):
            await log(pilot, screen, play)
        for keys, name in (([], "nose"), (["e"], "ear"), (["escape", "f3", "down"], "cap")):
            await pilot.press(*keys)
            await pilot.pause(0.1)
            await pilot.press("f9")
            await until(pilot, lambda name=name: name in why(screen))  # type: ignore[misc]
            await pilot.press("escape")

    rig.open(drive)


# The effect of each key after the plays "cap steal" and "ear none", with nose being entered.
EFFECTS: dict[str, Callable[[LiveScreen], bool]] = {
    "stole": lambda s: sequences(s)[2:] == [("nose",)],
    "stayed": lambda s: sequences(s)[2:] == [("nose",)],
    "other": lambda s: s.draft.ended,
    "back": lambda s: s.draft.signals == (),
    "clear": lambda s: s.draft.signals == (),
    "undo": lambda s: s.draft.signals == (),
    "redo": lambda s: any("Nothing to redo" in n.message for n in s.app._notifications),
    "help": lambda s: isinstance(s.app.screen, HelpScreen),
    "missed": lambda s: s.draft.signals == ("nose", "?"),
    "missed_some": lambda s: s.draft.signals == ("nose", "…"),
    "flip": lambda s: s.play_log is not None and s.play_log.plays[1].outcome == "steal",
    "search": lambda s: s.query_one(PlaySearch).has_focus,
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
}


# The effect of keys that need another key first.
AFTER: dict[str, tuple[str, Callable[[LiveScreen], bool]]] = {
    "repeat": ("escape", lambda s: s.draft.signals == ("ear",)),
    "delete_play": ("f3", lambda s: sequences(s) == [("cap",)]),
}


KEYS = {key.id: key.key for key in LIVE_KEYS}


def test_every_key_has_an_expected_effect() -> None:
    assert set(KEYS) == set(EFFECTS) | set(AFTER)


@pytest.mark.parametrize("name", KEYS)
def test_each_key_has_its_effect(rig: Rig, name: str) -> None:
    rig.store("cap steal", "ear none")
    first, has_effect = AFTER[name] if name in AFTER else ("", EFFECTS[name])

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("n")
        if first:
            await pilot.press(first)
            await pilot.pause(0.1)
        assert not has_effect(screen)
        await pilot.press(KEYS[name])
        await until(pilot, lambda: has_effect(screen))

    rig.open(drive)


@pytest.mark.slow
def test_a_burst_of_keys_is_handled_in_order(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        press_at_once(
            pilot, *"ceb", "space", "c", "backspace", "e", "enter", *"bc", "space",
            "slash", "n", "tab", "0", "c", "e", "escape", "e", "tab", "1", "b",
        )  # fmt: skip
        await until(pilot, lambda: has_plays(screen, 5) and screen.draft.signals == ("belt",))

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == [
        "cap ear belt steal", "ear none", "belt cap steal", "belt cap nose unknown", "ear bunt",
    ]  # fmt: skip


@pytest.mark.slow
def test_keys_after_one_that_opens_a_dialog_go_to_the_dialog(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        press_at_once(pilot, "c", "plus", *"wink", "enter", "plus", *"nod", "enter", "space")
        press_at_once(pilot, "e", "tab", "9", *"swing", "enter", "b", "space")
        await until(pilot, partial(has_plays, screen, 3))
        assert [s.name for s in screen.keypad] == [*SIGNALS, "wink", "nod"]
        press_at_once(pilot, "f3", "down", "enter", *"x", "escape", "delete", "escape", "c")
        await until(pilot, lambda: has_plays(screen, 2) and screen.draft.signals == ("cap",))
        press_at_once(pilot, "f9", "escape", "f1", "escape", "e")
        await until(pilot, lambda: screen.draft.signals == ("cap", "ear"))

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap wink nod steal", "belt steal"]


@pytest.mark.slow
def test_keys_pressed_while_a_coach_is_loaded_go_to_that_coach(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        press_at_once(pilot, "c", "space", "f2", "n", *"Owls", "enter", "e", "enter")
        press_at_once(pilot, "f2", "right", "n", *"second", "enter", "e", "space")
        await until(pilot, partial(has_plays, screen, 2))

    rig.open(drive)
    assert [(play.coach, play.game, written(play)) for play in rig.plays()] == [
        ("Coach 1", "2026-05-01", "cap steal"), ("Owls", "2026-05-01", "ear none"),
        ("Owls", "second", "ear steal"),
    ]  # fmt: skip


def test_an_error_while_keys_are_held_releases_them(
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
        press_at_once(pilot, "c", "space", "e", "enter")
        await until(pilot, partial(has_plays, screen, 2))
        assert next(faults, None) is None

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap steal", "ear none"]
