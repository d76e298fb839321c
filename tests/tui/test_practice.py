"""The practice screen, driven key by key, with a decoder that answers from a table."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Coroutine, Sequence
from threading import Event
from typing import Any, cast

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Footer

from signdecoder.core.play import Play
from signdecoder.core.text import width
from signdecoder.decoder.decoder import Decoder
from signdecoder.practice.match import DecoderView
from signdecoder.practice.rounds import draw_round
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.config import PracticeConfig
from signdecoder.tui.dialogs.help import HelpScreen
from signdecoder.tui.messages import DecoderPredicted
from signdecoder.tui.practice.animated_sequence import AnimatedSequence
from signdecoder.tui.practice.buttons import RoundButtons
from signdecoder.tui.practice.duel import Duel
from signdecoder.tui.practice.keypad import KeySignKeypad
from signdecoder.tui.practice.score import RoundScore
from signdecoder.tui.practice.screen import PracticeScreen
from signdecoder.tui.practice.stage import Stage
from signdecoder.tui.practice.summary import RoundSummary
from signdecoder.tui.widgets.key_button import KeyButton
from tests.support.fakes import FakeDecoder

Drive = Callable[[Pilot[None], PracticeScreen], Coroutine[Any, Any, None]]
MAKES = Callable[[], FakeDecoder]


def open_practice(
    drive: Drive,
    *,
    size: tuple[int, int] = (80, 24),
    decoder: MAKES = FakeDecoder,
    level: int = 2,
    seed: int | None = 417,
    plays: int = 5,
    pace: float = 0.0,
) -> SigndecoderApp:
    setup = PracticeConfig(
        lambda: cast(Decoder, decoder()), level, seed, plays, pace, draw_seed=lambda: 99
    )
    app = SigndecoderApp(setup)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await drive(pilot, cast(PracticeScreen, app.screen))

    asyncio.run(run())
    return app


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(1000):
        await pilot.pause(0.01)
        if true():
            return
    raise AssertionError("it never came")


def at(screen: PracticeScreen, stage: Stage) -> bool:
    """Return whether the round has reached this stage."""
    return screen.stage is stage


async def guess(pilot: Pilot[None], screen: PracticeScreen, key: str) -> None:
    """Guess the current play, and wait for its outcome."""
    await until(pilot, lambda: screen.stage is Stage.ASKED)
    await pilot.press(key)
    await until(pilot, lambda: screen.stage is Stage.SHOWN)


def letter_of(screen: PracticeScreen, signal: str) -> str:
    return next(s.key for s in screen._keypad if s.name == signal)


def words(pilot: Pilot[None]) -> str:
    """Return all text on the screen and in notifications, with single spaces."""
    lines = pilot.app.screen._compositor.render_strips()
    notices = [notification.message for notification in pilot.app._notifications]
    text = "\n".join(["".join(segment.text for segment in line) for line in lines] + notices)
    return re.sub(r"[\s│]+", " ", text)


def footer(screen: PracticeScreen) -> set[str]:
    """What the footer offers."""
    shown = [active.binding for active in screen.active_bindings.values()]
    assert screen.query_one(Footer).display
    return {binding.description for binding in shown if binding.show}


def test_a_round_from_start_to_end() -> None:
    made = draw_round(2, 417, 5)

    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        assert "Level 2 of 5 · seed 417" in words(pilot)
        await pilot.press("enter")
        for n, play in enumerate(made.plays, 1):
            await until(pilot, lambda: screen.stage is Stage.ASKED)
            assert screen.query_one(AnimatedSequence).signals == play.signals
            assert f"play {n} of 5" in words(pilot)
            await guess(pilot, screen, "4" if play.outcome == "steal" else "2")
            await pilot.press("enter")
        await until(pilot, lambda: screen.stage is Stage.OVER)
        shown = words(pilot)
        assert made.rule in shown
        assert "signdecoder practice --level 2 --seed 417 --plays 5" in shown
        assert "Correct: you 5, decoder" in shown
        assert f"Points: you +{round(5 * 18.75)} · decoder" in shown  # 94
        assert "not found by you" in shown
        await pilot.press("enter")
        await until(pilot, lambda: screen.stage is Stage.ASKED)
        assert (screen.level, screen.seed) == (2, 418)

    open_practice(drive)


def test_the_decoders_prediction_is_hidden_until_the_guess() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        await until(pilot, lambda: screen.stage is Stage.ASKED)
        duel = screen.query_one(Duel)
        assert duel.prediction is None
        assert "%" not in words(pilot)
        await guess(pilot, screen, "5")
        first = draw_round(2, 417, 5).plays[0]
        assert duel.prediction == pytest.approx(0.93 if "cap" in first.signals else 0.12)
        assert "95% steal" in words(pilot)
        assert ("93%" if "cap" in first.signals else "12%") in words(pilot)

    open_practice(drive)


@pytest.mark.slow
def test_the_rule_is_hidden_until_the_end() -> None:
    made = draw_round(2, 417, 5)
    clauses = [clause.strip(" .") for clause in made.rule.split(";")]
    favorite = "cap 93"  # what the fake names, and how it would stand in a list

    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        async def look() -> None:
            await pilot.pause()
            shown = words(pilot)
            assert not any(clause in shown for clause in (*clauses, "Key sign:", favorite))

        await look()
        await pilot.press("enter", "enter")
        await look()
        for _ in made.plays[1:]:
            await guess(pilot, screen, "3")
            await look()
            await pilot.press("enter")
        await guess(pilot, screen, "3")
        await pilot.press(letter_of(screen, made.key_signs[0]), "f3")
        await look()
        await pilot.press("f1")
        await look()
        await pilot.press("escape", "enter")
        await until(pilot, lambda: all(clause in words(pilot) for clause in clauses))

    open_practice(drive)


def test_signals_appear_one_by_one_and_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    signals = draw_round(1, 5, 5).plays[0].signals
    shown: list[tuple[str, ...]] = []
    show = AnimatedSequence.show

    def record(
        sequence: AnimatedSequence, signals: tuple[str, ...], weights: tuple[float, ...] = ()
    ) -> None:
        shown.append(signals)
        show(sequence, signals, weights)

    monkeypatch.setattr(AnimatedSequence, "show", record)

    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        await until(pilot, lambda: screen.stage is Stage.ASKED)
        assert list(dict.fromkeys(shown)) == [signals[:n] for n in range(len(signals) + 1)]
        await pilot.pause(0.2)  # nothing more is shown
        assert screen.query_one(AnimatedSequence).signals == shown[-1] == signals

    open_practice(drive, level=1, seed=5, pace=0.05)


def test_enter_shows_the_rest_and_plus_and_minus_change_the_pace() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        assert at(screen, Stage.GIVING)
        await pilot.press("4")  # no guess before all have come
        assert screen.match is not None
        assert screen.match.played == 0
        await pilot.press("minus")
        assert screen._pace == 1.5
        await pilot.press(*["plus"] * 2)
        assert screen._pace == 0.75
        await pilot.press("enter")
        assert at(screen, Stage.ASKED)
        assert screen.query_one(AnimatedSequence).signals == screen.match.round.plays[0].signals
        await guess(pilot, screen, "3")
        await pilot.press("enter", *["plus"] * 3)
        assert at(screen, Stage.ASKED)  # no pace at all: everything at once

    open_practice(drive, pace=1.0)


@pytest.mark.parametrize(
    ("key", "chance"), [("1", 0.05), ("2", 0.25), ("3", 0.5), ("4", 0.75), ("5", 0.95)]
)
def test_each_guess_has_a_key(key: str, chance: float) -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        await guess(pilot, screen, key)
        assert screen.match is not None
        assert screen.match.guesses == (chance,)
        await pilot.press(key)  # no second guess of the same play
        assert screen.match.guesses == (chance,)

    open_practice(drive)


@pytest.mark.slow
def test_level_and_seed_can_be_chosen_only_before_a_round() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        assert screen.seed == 99  # none was given: one was drawn, and is shown
        assert "seed 99" in words(pilot)
        screen.seed = 5
        await pilot.click(RoundSummary)
        await pilot.press("left", "left", "right", "right", "f5")
        assert "Level 3 of 5 · seed 99" in words(pilot)
        await pilot.press(*["right"] * 9)
        assert screen.level == 5
        await pilot.press(*["left"] * 9, "enter")
        await until(pilot, lambda: screen.stage is Stage.ASKED)
        assert screen.match is not None
        assert screen.match.round == draw_round(1, 99, 5)
        await pilot.press("left", "f5")  # no longer
        assert (screen.level, screen.seed) == (1, 99)
        await pilot.press("f2")
        assert at(screen, Stage.START)
        assert "Level 1 of 5 · seed 99" in words(pilot)

    open_practice(drive, seed=None)


def test_a_letter_names_the_key_sign_and_f4_shows_the_rule() -> None:
    made = draw_round(2, 417, 5)

    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        await guess(pilot, screen, "3")
        await pilot.press("f4")
        assert at(screen, Stage.SHOWN)
        assert "Name the key sign first" in words(pilot)
        await pilot.press(letter_of(screen, made.key_signs[0]))
        assert screen.query_one(KeySignKeypad).named == made.key_signs[0]
        assert f"your key sign: {made.key_signs[0]}" in words(pilot)
        await pilot.press("f4")
        assert at(screen, Stage.OVER)
        shown = words(pilot)
        assert f"Key sign: {made.key_signs[0]}, found by you after 1 play," in shown
        assert "You win! Next: level 3." in shown
        other = next(name for name in made.signals if name not in made.key_signs)
        await pilot.press(letter_of(screen, other))  # too late
        assert screen.query_one(KeySignKeypad).named == made.key_signs[0]
        await pilot.press("enter")
        await until(pilot, lambda: screen.stage is Stage.ASKED)
        assert (screen.level, screen.seed) == (3, 418)
        assert screen.query_one(KeySignKeypad).named is None

    open_practice(drive)


def test_the_decoders_key_sign_is_shown_only_at_the_end() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        assert screen.match is not None
        steal = next(n for n, p in enumerate(screen.match.round.plays) if p.outcome == "steal")
        for n in range(steal + 1):
            await guess(pilot, screen, "3")
            if n < steal:
                await pilot.press("enter")
        row = str(screen.query_one(RoundScore).render()).splitlines()[3]
        assert row.split() == ["key", "sign", "—", "93%", "sure"]
        await pilot.press(letter_of(screen, screen.match.round.signals[0]), "f4")
        row = str(screen.query_one(RoundScore).render()).splitlines()[3]
        assert row.split() == ["key", "sign", screen.match.round.signals[0], "cap"]

    open_practice(drive)


def test_a_round_can_be_played_by_touch() -> None:
    async def touch(pilot: Pilot[None], screen: PracticeScreen, place: int) -> None:
        await pilot.pause(0.05)
        cap = screen.query_one(RoundButtons).query(KeyButton)[place]
        await pilot.click(cap)

    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await touch(pilot, screen, 2)  # harder
        assert screen.level == 3
        await touch(pilot, screen, 0)
        await until(pilot, lambda: screen.stage is Stage.ASKED)
        await touch(pilot, screen, 4)
        await until(pilot, lambda: screen.stage is Stage.SHOWN)
        assert screen.match is not None
        assert screen.match.guesses == (0.95,)
        await pilot.click(screen.query_one(KeySignKeypad).query(KeyButton)[1])
        assert screen.match.key == screen.match.round.signals[1]
        await touch(pilot, screen, 1)  # the rule
        assert at(screen, Stage.OVER)
        await touch(pilot, screen, 1)  # choose
        assert at(screen, Stage.START)

    open_practice(drive, size=(40, 24))


def test_f3_shows_only_the_steals() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        for _ in range(3):
            await guess(pilot, screen, "3")
            await pilot.press("enter")
        assert "nothing" in words(pilot)
        await pilot.press("f3")
        await pilot.pause()
        assert "Steals" in words(pilot)
        assert "nothing" not in words(pilot)
        await pilot.press("f3")
        await pilot.pause()
        assert "nothing" in words(pilot)

    open_practice(drive, size=(120, 40))


def test_the_footer_shows_what_works_now() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        always = {"Help", "Quit"}
        assert footer(screen) - {"palette"} == {"Start", "Easier", "Harder", "New seed"} | always
        await pilot.press("enter")
        assert footer(screen) - {"palette"} == {"Show all", "Level", "Steals"} | always
        await pilot.press("enter")
        assert footer(screen) - {"palette"} == {"Guess", "Level", "Steals"} | always
        await guess(pilot, screen, "3")
        assert footer(screen) - {"palette"} == {"Next play", "Rule", "Level", "Steals"} | always

    open_practice(drive, pace=5.0)


def test_help_lists_every_key_that_works() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter", "f1")
        assert isinstance(pilot.app.screen, HelpScreen)
        rows = [row.strip("| ").split(" | ") for row in pilot.app.screen._keys.splitlines()[2:]]
        keys = {key: does for key, does in rows}
        assert keys["⏎"] == "Show all"
        assert {"+", "-", "f1", "f2", "f3"} <= set(keys)
        await pilot.press("escape")
        await until(
            pilot, lambda: "Steal or not?" in words(pilot) or "The coach signs" in words(pilot)
        )

    open_practice(drive, pace=5.0)


@pytest.mark.parametrize("keys", [(), ("enter",), ("enter", "enter"), ("enter", "enter", "4")])
def test_quit_works_at_every_stage(keys: Sequence[str]) -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press(*keys, "ctrl+q")
        assert not pilot.app.is_running or pilot.app._exit

    assert open_practice(drive, pace=5.0).return_code == 0


SEED = 15  # its first two plays have nine signals, the maximum
SIZES = [(40, 24), (80, 24), (200, 60)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_panel_moves_and_nothing_is_cut_off(size: tuple[int, int]) -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        for line in (f"Level 5 of 5 · seed {SEED}", "start", "new seed"):
            assert line in words(pilot)
        await pilot.press("enter")
        panels = "#turn, KeySignKeypad, RoundPlayList, RoundScore, Duel, RoundButtons"
        places: list[tuple[bool, Region]] | None = None
        for _ in range(2):
            for key in ("enter", "5", "enter"):
                await pilot.pause(0.02)
                await until(pilot, lambda: screen.stage is not Stage.WAITING)
                here = [(p.display, p.region) for p in screen.query(panels)]
                assert places in (None, here)
                places = here
                for p in screen.query(panels):
                    assert not p.display or screen.region.contains_region(p.region)
                if screen.stage is Stage.ASKED:
                    assert screen.match is not None
                    signals = screen.match.round.plays[screen.match.played].signals
                    shown = str(screen.query_one(AnimatedSequence).render()).split()
                    assert tuple(shown) == signals
                    lines = str(screen.query_one(AnimatedSequence).render()).rstrip().splitlines()
                    assert len(lines) <= screen.query_one(AnimatedSequence).size.height
                    for word in ("1 sure hold", "3 no idea", "5 sure steal"):
                        assert word in words(pilot)
                await pilot.press(key)
        for y in range(size[1]):
            line = "".join(s.text for s in screen._compositor.render_strips()[y])
            assert width(line.rstrip()) <= size[0]

    open_practice(drive, size=size, level=5, seed=SEED, pace=9.0)


def test_the_summary_scrolls_on_a_small_screen() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        await guess(pilot, screen, "3")
        await pilot.press(screen._keypad[0].key, "f4")
        assert screen.match is not None
        assert screen.match.round.rule.split(";")[0] in words(pilot)
        await pilot.press("tab", "end")
        await until(pilot, lambda: "--level 4 --seed 20088 --plays 5" in words(pilot))

    open_practice(drive, size=(40, 24), level=4, seed=20088)


def test_the_last_of_several_stages_decides_the_buttons() -> None:
    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        steps = screen.query_one(RoundButtons)
        for stages in ([Stage.ASKED, Stage.SHOWN, Stage.START], [Stage.SHOWN, Stage.ASKED]):
            await asyncio.gather(*(steps.show(stage) for stage in stages))
            assert len(steps.query(KeyButton)) == (4 if stages[-1] is Stage.START else 5)

    open_practice(drive)


# --- the decoder's thread -------------------------------------------------------------------------


class Failing(FakeDecoder):
    """Raise an error at the third play."""

    def observe_many(self, plays: Sequence[Play]) -> None:
        if self.n_plays == 2:
            raise ZeroDivisionError("[red]asked[/red] to fail")
        super().observe_many(plays)


def test_a_round_goes_on_when_the_decoder_fails() -> None:
    made = draw_round(2, 417, 5)

    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        notices: dict[str, str] = {}  # a notice goes after some seconds, which a busy machine takes

        def look() -> None:
            notices.update({n.identity: n.message for n in pilot.app._notifications})

        await pilot.press("enter")
        for _ in range(3):
            await guess(pilot, screen, "3")
            look()
            await pilot.press("enter")
            look()
        await guess(pilot, screen, "3")
        look()
        await pilot.press(screen._keypad[0].key, "f4")
        look()
        failure = "The decoder failed (ZeroDivisionError: [red]asked[/red] to fail)."
        assert list(notices.values()) == [f"{failure} You can play on without it."]
        assert screen.match is not None
        assert (screen.match.played, len(screen.match.views)) == (4, 2)
        assert made.rule in words(pilot)

    open_practice(drive, decoder=Failing)


def slow_until(ready: Event) -> type[FakeDecoder]:
    """A decoder that thinks until something is ready."""

    class Slow(FakeDecoder):
        def observe_many(self, plays: Sequence[Play]) -> None:
            ready.wait(20)
            super().observe_many(plays)

    return Slow


def test_keys_work_while_the_decoder_is_computing() -> None:
    ready = Event()

    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter")
        await until(pilot, lambda: screen.stage is Stage.ASKED)
        await pilot.press("5")
        assert at(screen, Stage.WAITING)
        assert "The decoder is still thinking" in words(pilot)
        assert "Steal!" not in words(pilot)
        await pilot.press(letter_of(screen, screen._keypad[0].name))  # keys work meanwhile
        assert screen.query_one(KeySignKeypad).named == screen._keypad[0].name
        ready.set()
        await until(pilot, lambda: screen.stage is Stage.SHOWN)

    open_practice(drive, decoder=slow_until(ready))


def test_predictions_of_an_abandoned_round_are_ignored() -> None:
    ready = Event()

    async def drive(pilot: Pilot[None], screen: PracticeScreen) -> None:
        await pilot.press("enter", "f2", "right", "enter")
        screen.post_message(DecoderPredicted(draw_round(2, 417, 5), DecoderView(0.5)))
        await pilot.pause()
        assert screen.match is not None
        assert not screen.match.views
        ready.set()
        await until(pilot, lambda: screen.match is not None and len(screen.match.views) == 5)
        await pilot.pause(0.1)
        assert screen.match is not None
        assert len(screen.match.views) == 5
        assert screen.match.round.level == 3

    open_practice(drive, decoder=slow_until(ready))


def test_the_real_decoder_plays_without_tensorflow() -> None:
    script = """
import asyncio, sys
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.messages import DecoderPredicted
from signdecoder.tui.config import PracticeConfig
from signdecoder.tui.practice.stage import Stage

async def run():
    app = SigndecoderApp(PracticeConfig(level=1, seed=417, plays=5, pace=0))
    async with app.run_test() as pilot:
        screen = app.screen
        await pilot.press("enter", "4")
        while screen.stage is not Stage.SHOWN:
            await pilot.pause(0.05)
        print(0 < screen.match.views[0].probability < 1)
    print([name for name in ("tensorflow", "keras", "pandas") if name in sys.modules])

asyncio.run(run())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["True", "[]"]
