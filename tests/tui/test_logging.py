"""Log plays on the live screen: signals, predictions, outcomes, undo and what is saved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, cast

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from signdecoder.core.keypad import DEFAULT_SIGNALS, assign_keys
from signdecoder.core.moments import Moment
from signdecoder.core.play import Play
from signdecoder.decoder.prediction import Prediction
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.store import Store
from signdecoder.tui.input_queue import SerializedInputApp
from signdecoder.tui.live.gauge import Gauge
from signdecoder.tui.live.key_signs import KeySignPanel
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.widgets.block_letters import draw_letters
from signdecoder.tui.widgets.key_button import KeyButton
from tests.support.fakes import FakeDecoder
from tests.support.live import (
    OUTCOME_KEYS,
    SIGNALS,
    Rig,
    has_plays,
    log,
    n_learned,
    press_at_once,
    sequences,
    text_of,
    until,
    written,
)


def says(gauge: Gauge, verdict: str) -> bool:
    return gauge.prediction is not None and gauge.prediction.verdict == verdict


def test_a_play_takes_one_key_per_signal_and_one_more(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ecbs")
        await log(pilot, screen, "nen")
        assert screen.focused is None

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["ear cap belt steal", "nose ear none"]
    assert [(p.coach, p.game, p.date) for p in rig.plays()] == [
        ("Coach 1", "2026-05-01", "2026-05-01")
    ] * 2


def test_each_signal_updates_the_prediction(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ecbs")
        gauge = screen.query_one(Gauge)
        await until(pilot, lambda: n_learned(screen) == 1)
        for keys, verdict, shown in (("e", "hold", "12% steal"), ("c", "steal", "93% steal")):
            await pilot.press(*keys)
            await until(pilot, partial(says, gauge, verdict))
            assert shown in str(gauge.render())
            assert str(gauge.render()).startswith((draw_letters(verdict.upper()) or [""])[0])
        assert "cap" in str(screen.query_one(KeySignPanel).render())

    rig.open(drive)


def test_another_play_that_is_clearly_called_is_named_first(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ecbs")
        gauge = screen.query_one(Gauge)
        await until(pilot, lambda: n_learned(screen) == 1)
        await pilot.press("e")
        await until(pilot, partial(says, gauge, "hold"))
        assert gauge.prediction is not None
        chances = {"bunt": 0.85, "steal": 0.12, "none": 0.03}
        gauge.prediction = replace(gauge.prediction, chances=chances)
        assert "85% bunt, 12% steal" in str(gauge.render())
        assert "They show the sign for bunt." in str(gauge.render())

    rig.open(drive)


def test_each_outcome_has_a_key_and_arrows_choose_too(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for key in OUTCOME_KEYS:
            await log(pilot, screen, f"c{key}")
        await pilot.press("c", "tab", "e", "down", "enter")  # letters do nothing then
        await until(pilot, partial(has_plays, screen, 8))
        await pilot.press("e", "tab", "9")
        await pilot.press(*"Fake bunt", "enter")
        await until(pilot, partial(has_plays, screen, 9))

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == [
        "cap steal", "cap none", "cap bunt", "cap hit_and_run", "cap squeeze", "cap take",
        "cap unknown", "cap hit_and_run", "ear fake_bunt",
    ]  # fmt: skip


def test_outcomes_do_nothing_on_an_empty_sequence_and_f8_turns_the_last(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("space", "enter", "tab")
        assert not screen.draft.ended
        await log(pilot, screen, "cn")
        await pilot.press("f8")
        await until(pilot, lambda: bool(rig.plays()) and rig.plays()[0].outcome == "steal")
        await until(pilot, lambda: screen.play_log is not None and screen.play_log.is_operation)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: rig.plays()[0].outcome == "none")

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap none"]


def test_undo_covers_signals_count_and_plays_in_turn(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "ces")
        await pilot.press("comma", "b", "escape")
        assert not screen.draft.signals
        await pilot.press("ctrl+z")  # the sequence that was cleared
        assert screen.draft.signals == ("belt",)
        await pilot.press("backspace", "backspace")  # belt, then the ball
        assert screen.situation is None
        await pilot.press("ctrl+z")
        await pilot.press("ctrl+z")
        await until(pilot, partial(has_plays, screen, 0))
        assert list(screen.draft.signals) == ["cap", "ear"]  # to be given another outcome
        await log(pilot, screen, "n")

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap ear none"]


def test_a_signal_key_takes_the_focus_from_the_list(rig: Rig) -> None:
    rig.store("cap steal", "ear none")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f3", "b")
        assert screen.focused is None
        await pilot.press("enter")
        await until(pilot, partial(has_plays, screen, 3))
        assert pilot.app.screen is screen  # no play was opened
        await pilot.press("ctrl+f", *"cap", "enter")
        plays = screen.query_one(PlayList)
        await until(pilot, lambda: plays.has_focus)
        assert plays.picked is not None
        assert plays.picked.signals == ("cap",)

    rig.open(drive)


def test_pasted_text_is_read_as_a_sequence_or_refused(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        pilot.app.post_message(Paste("Cap ear ? nose"))
        await until(pilot, lambda: screen.draft.signals == ("cap", "ear", "?", "nose"))
        for text in ("cap, hat", "cap\near"):
            pilot.app.post_message(Paste(text))
            await until(pilot, lambda: "pasted text is" in text_of(pilot))
            pilot.app.clear_notifications()
        assert screen.draft.signals == ("cap", "ear", "?", "nose")

    rig.open(drive)


def test_a_missed_signal_has_a_key_and_a_button(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await log(pilot, screen, "e?cs")
        assert "ear ? cap" in text_of(pilot)
        await pilot.press("c", "?")
        button = next(b for b in screen.query(KeyButton) if b._key == "?")
        await pilot.click(button)
        await pilot.press("e")
        await until(pilot, lambda: screen.draft.signals == ("cap", "?", "?", "ear"))
        assert [signal.name for signal in screen.keypad] == list(SIGNALS)
        await pilot.press("*", "*", "tab", "?", "tab", "enter")  # none after the end, no two gaps
        await until(pilot, lambda: has_plays(screen, 2))

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["ear ? cap steal", "cap ? ? ear … none"]


def test_a_draft_with_a_missed_signal_survives_a_restart(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c", "?")

    async def look(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: screen.draft.signals == ("cap", "?"))

    rig.open(drive)
    rig.open(look)


def test_letters_in_both_cases_are_two_keys(rig: Rig) -> None:
    plays = [Play(tuple(text), "none", "Coach 1") for text in ("Kpk", "bKB")]
    with Store.open(rig.path) as store:
        store.add_logs([PlayLog("letters.csv", tuple(plays), (2, 3))])

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("k", "K", "P", "B", "enter")
        await until(pilot, lambda: has_plays(screen, 3))

    rig.open(drive, signals=())
    assert rig.plays()[-1].signals == ("k", "K", "p", "B")  # P is no key, so it is p


def test_back_clear_and_repeat_change_the_sequence(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c", "e", "tab", "backspace", "backspace", "b")
        assert screen.draft.signals == ("cap", "belt")
        await pilot.press("escape")
        assert not screen.draft.signals
        await log(pilot, screen, "cbs")
        await pilot.press("slash")
        assert screen.draft.signals == ("cap", "belt")
        await pilot.press("enter")
        await until(pilot, lambda: screen.play_log is not None and len(screen.play_log.plays) == 2)

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap belt steal", "cap belt none"]


def test_undo_and_redo_remove_and_restore_plays(rig: Rig) -> None:
    rig.store("cap steal", "ear none", "belt steal")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for key, count in (("z", 2), ("z", 1), ("y", 2), ("z", 1)):
            await pilot.press(f"ctrl+{key}")
            await until(pilot, partial(has_plays, screen, count))

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap steal"]


def test_a_play_in_the_list_can_be_edited_and_deleted(rig: Rig) -> None:
    rig.store("cap steal", "ear none", "belt steal")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f3", "down", "enter")
        await pilot.pause(0.1)
        await pilot.press("end", *" ? nose", "enter")
        await until(
            pilot,
            lambda: screen.play_log is not None and len(screen.play_log.plays[1].signals) == 3,
        )
        assert screen.query_one(PlayList).has_focus
        await pilot.press("home", "delete")
        await until(pilot, lambda: screen.play_log is not None and len(screen.play_log.plays) == 2)
        await pilot.press("escape")
        assert screen.focused is None

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap steal", "ear ? nose none"]


def test_the_situation_is_saved_once_it_is_counted(rig: Rig) -> None:
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


def test_a_sequence_is_predicted_at_the_moment_that_was_counted(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Moment | None] = []
    predict = FakeDecoder.predict

    def spy(decoder: FakeDecoder, signals: Sequence[str], **given: Any) -> Prediction:
        asked.append(given.get("at"))
        return predict(decoder, signals, **given)

    monkeypatch.setattr(FakeDecoder, "predict", spy)

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: screen.belief is not None)
        await pilot.press("c")
        await until(pilot, lambda: asked[-1:] == [Moment()])
        await pilot.press("semicolon")
        await until(pilot, lambda: asked[-1:] == [Moment(1, "top", 1, 0, 0)])
        asked.clear()
        await pilot.press("e")
        await until(pilot, lambda: len(asked) > 2)  # the prediction, then the weights

    rig.open(drive)
    assert set(asked) == {Moment(1, "top", 1, 0, 0)}


def test_a_new_signal_is_added_to_the_sequence(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c", "plus", *"left ear", "enter")
        await until(pilot, lambda: screen.draft.signals == ("cap", "left ear"))
        await pilot.press("space")
        await until(pilot, lambda: screen.play_log is not None and len(screen.play_log.plays) == 1)
        await until(pilot, lambda: ("left ear", "l") in [(s.name, s.key) for s in screen.keypad])

    rig.open(drive)
    assert rig.plays()[0].signals == ("cap", "left ear")


def test_the_default_keypad_is_saved_with_the_first_play(rig: Rig) -> None:
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


def test_an_imported_coach_gets_the_signals_of_their_plays(rig: Rig) -> None:
    with Store.open(rig.path) as store:
        store.add(Play(("brow", "lip"), "steal", "Coach 1", date="2026-05-01"))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        assert [(s.name, s.key) for s in screen.keypad] == [("brow", "b"), ("lip", "l")]
        await log(pilot, screen, "bs")
        assert [(s.name, s.key) for s in screen.keypad] == [("brow", "b"), ("lip", "l")]

    rig.open(drive, signals=())


def test_f4_records_a_change_of_signs(rig: Rig) -> None:
    rig.store("cap steal")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f4")
        await until(
            pilot, lambda: screen.play_log is not None and screen.play_log.change_points == {1}
        )

    rig.open(drive)


def test_an_unfinished_sequence_survives_a_restart(rig: Rig) -> None:
    async def begin(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c", "e")
        await pilot.press("ctrl+q")

    async def go_on(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: screen.draft.signals == ("cap", "ear"))
        await log(pilot, screen, "bs")

    rig.open(begin)
    rig.open(go_on)
    assert [written(play) for play in rig.plays()] == ["cap ear belt steal"]


def test_logging_goes_on_when_the_decoder_fails(rig: Rig) -> None:
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


def test_a_full_sequence_is_reported_once(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        press_at_once(pilot, *"c" * 70)
        await until(pilot, lambda: len(screen.draft.signals) == 64)
        await until(pilot, lambda: not cast(SerializedInputApp, pilot.app)._held)
        await pilot.pause(0.1)
        notices = [n for n in pilot.app._notifications if "at most 64 signals" in n.message]
        assert len(notices) == 1

    rig.open(drive)


@pytest.mark.slow
def test_a_game_past_midnight_stays_one_game_and_the_next_day_is_another(rig: Rig) -> None:
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


def test_a_screen_left_open_overnight_uses_the_new_date(rig: Rig) -> None:
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


def test_ctrl_d_deletes_the_play_that_is_being_edited(rig: Rig) -> None:
    rig.store("cap belt steal", "ear nose none")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f3", "enter")
        await until(pilot, lambda: len(pilot.app.screen.query("#edit")) == 1)
        await pilot.press("ctrl+d")
        await until(pilot, lambda: sequences(screen) == [("cap", "belt")])

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap belt steal"]
