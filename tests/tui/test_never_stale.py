"""The verdict on the live screen is of this sequence and of what is known now, or it is dimmed."""

from collections.abc import Iterator
from typing import cast

import pytest
from textual.pilot import Pilot

from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.store.store import Store
from signdecoder.tui.live.gauge import Gauge
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.live.screen import LiveScreen
from tests.support.fakes import FakeDecoder
from tests.support.live import Rig, has_plays, n_learned, text_of, until


def verdict(screen: LiveScreen) -> str:
    """Return the verdict that the gauge shows, or "" while it is dimmed."""
    gauge = screen.query_one(Gauge)
    return gauge.prediction.verdict if gauge.prediction and not gauge.is_stale else ""


def test_the_verdict_follows_every_change_of_what_is_known(rig: Rig) -> None:
    rig.store("cap steal", "ear none", "cap steal")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: screen.belief is not None)
        await pilot.press("c")
        await until(pilot, lambda: verdict(screen) == "steal")
        await pilot.press("f4")  # the fake forgets everything
        await until(pilot, lambda: verdict(screen) == "not enough plays")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: verdict(screen) == "steal")
        with Store.open(rig.path) as store:  # somebody else deletes all plays
            store.delete("coach", "Coach 1")
        await until(pilot, lambda: has_plays(screen, 0))
        await until(pilot, lambda: verdict(screen) == "not enough plays")

    rig.open(drive)


def test_the_verdict_is_dimmed_until_it_is_of_this_sequence(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.store("cap steal", "ear none")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await until(pilot, lambda: n_learned(screen) == 2)
        await pilot.press("c")
        await until(pilot, lambda: verdict(screen) == "steal")
        monkeypatch.setattr(screen.service, "request_prediction", lambda *_: None)
        await pilot.press("e")
        gauge = screen.query_one(Gauge)
        assert gauge.is_stale
        assert all("quiet" in str(span.style) for span in gauge.render().spans)
        await pilot.press("backspace", "backspace")
        assert gauge.prediction is None  # an empty sequence has none

    rig.open(drive)


def test_a_log_that_is_being_read_shows_how_far_and_answers_meanwhile(rig: Rig) -> None:
    rig.store(*["cap steal", "ear none"] * 10)

    def read_slowly(store: Store, coach: str) -> Iterator[Decoder]:
        plays = store.plays(coach)
        decoder = FakeDecoder(seen=plays[:5])
        while not rig.path.with_name("go on").exists():
            yield cast(Decoder, decoder)
        decoder.seen = plays
        yield cast(Decoder, decoder)

    rig._open_decoder = read_slowly  # type: ignore[method-assign]

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("c")
        gauge = screen.query_one(Gauge)
        await until(pilot, lambda: gauge.prediction is not None and gauge.n_read == 5)
        assert gauge.is_stale
        assert "Reading 20 plays … · 25%" in text_of(pilot)
        screen.service.record(Play(("ear",), "none", "Coach 1", "2026-05-01", "2026-05-01"))
        await until(pilot, lambda: has_plays(screen, 21))
        rig.path.with_name("go on").touch()
        await until(pilot, lambda: n_learned(screen) == 21)
        await until(pilot, lambda: verdict(screen) == "steal")

    rig.open(drive)


def test_the_cursor_of_the_plays_is_plainly_drawn(rig: Rig) -> None:
    rig.store("cap steal", "ear none", "belt none")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f3", "down")
        plays = screen.query_one(PlayList)
        lines = [{s.style.bgcolor for s in plays.render_line(y) if s.style} for y in range(3)]
        assert lines[0] == lines[2]
        assert len(lines[1]) == 1
        assert lines[1].isdisjoint(lines[0])

    rig.open(drive)
