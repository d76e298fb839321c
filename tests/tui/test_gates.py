"""The gate screen, driven key by key on a trace of the shipped network."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.app import App
from textual.pilot import Pilot

from signdecoder.analysis.gate_trace import GateTrace, trace_gates
from signdecoder.decoder.decoder import Decoder
from signdecoder.tui.app import SigndecoderApp
from signdecoder.tui.dialogs.help import HelpScreen
from signdecoder.tui.gates.heatmap import GateHeatmap
from signdecoder.tui.gates.screen import GatesScreen

DATA = Path(__file__).parents[2] / "data"
Drive = Callable[[Pilot[None], GatesScreen], Coroutine[Any, Any, None]]
SIZES = [(120, 40), (80, 24), (40, 24)]


class Bench(App[None]):
    """Nothing but the screen, in the style of the app."""

    CSS_PATH = SigndecoderApp.CSS_PATH
    HORIZONTAL_BREAKPOINTS = SigndecoderApp.HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = SigndecoderApp.VERTICAL_BREAKPOINTS
    get_theme_variable_defaults = SigndecoderApp.get_theme_variable_defaults

    def __init__(self, trace: GateTrace) -> None:
        super().__init__()
        self.trace = trace

    def on_mount(self) -> None:
        self.push_screen(GatesScreen(self.trace))


@pytest.fixture(scope="module")
def trace(hawks: Decoder) -> GateTrace:
    return traced(hawks, "chin ear nose belt cap")


def traced(decoder: Decoder, signals: str) -> GateTrace:
    trace = trace_gates(decoder, signals.split())
    assert trace is not None
    return trace


def drive(trace: GateTrace, act: Drive, size: tuple[int, int] = (120, 40)) -> None:
    async def run() -> None:
        app = Bench(trace)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(pilot, cast(GatesScreen, app.screen))

    asyncio.run(run())


def segments(screen: GatesScreen) -> list[list[Segment]]:
    return [list(line) for line in screen._compositor.render_strips()]


def words(screen: GatesScreen) -> str:
    return "\n".join("".join(part.text for part in line) for line in segments(screen))


@pytest.mark.parametrize("size", SIZES)
def test_it_opens_at_the_live_signal_with_the_effect_of_the_key_sign(
    trace: GateTrace, size: tuple[int, int]
) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        shown = words(screen)
        unit = trace.units_by_effect()[0]
        assert f"belt, signal 4 of 5 · unit {unit}" in shown
        assert "ear → belt" in shown
        assert "ΔC = C_t − C_t with a decoy for ear" in shown
        assert f"= {trace.delta_c[3, unit]:+.2f}".replace("-", "−") in shown
        assert "shows when, not why" in shown
        assert "●" in shown
        assert "▶" in shown
        most = f"{abs(trace.delta_c).max():.2f}"  # both ends of the scale
        assert re.search(rf"−{most} +\+{most}", shown)

    drive(trace, act, size)


@pytest.mark.parametrize("size", SIZES[:2])
def test_all_six_equations_are_shown(trace: GateTrace, size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        shown = words(screen)
        for equation in (
            "f_t = σ(W_f x_t + U_f h_t-1 + b_f)", "i_t = σ(W_i x_t + U_i h_t-1 + b_i)",
            "C̃_t = tanh(W_C x_t + U_C h_t-1 + b_C)", "C_t = f_t ⊙ C_t-1 + i_t ⊙ C̃_t",
            "o_t = σ(W_o x_t + U_o h_t-1 + b_o)", "h_t = o_t ⊙ tanh(C_t)",
        ):  # fmt: skip
            assert equation in shown

    drive(trace, act, size)


def test_the_arrows_move_through_signals_and_units(trace: GateTrace) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        second = trace.units_by_effect()[1]
        await pilot.press("left", "left", "down")
        assert f"ear, signal 2 of 5 · unit {second}" in words(screen)
        await pilot.press("left", "left", "up", "up")
        assert f"chin, signal 1 of 5 · unit {trace.units_by_effect()[0]}" in words(screen)
        await pilot.press("end", "right", *["pagedown"] * 9)
        assert f"cap, signal 5 of 5 · unit {trace.units_by_effect()[-1]}" in words(screen)

    drive(trace, act, (80, 24))


def test_the_numbers_of_each_equation_add_up(trace: GateTrace) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        for place in range(3, -1, -1):
            for row in range(3):
                check_the_sums(words(screen), trace, place, trace.units_by_effect()[row])
                await pilot.press("down")
            await pilot.press("up", "up", "up", "left")

    drive(trace, act, (80, 24))


def check_the_sums(shown: str, trace: GateTrace, place: int, unit: int) -> None:
    """The line under C_t: f·(C before) + i·(C̃) = C, within what two places leave open."""
    number = r"([+−]?\d+\.\d\d)"
    found = re.search(rf"= {number}·\({number}\) \+ {number}·\({number}\) = {number}", shown)
    assert found, shown
    f, before, i, new, c = (float(part.replace("−", "-")) for part in found.groups())
    assert f * before + i * new == pytest.approx(c, abs=0.04)
    assert c == pytest.approx(float(trace.gates.cell[place, unit]), abs=0.0051)
    assert before == pytest.approx(
        float(trace.gates.cell[place - 1, unit]) if place else 0.0, abs=0.0051
    )
    assert f == pytest.approx(float(trace.gates.forget[place, unit]), abs=0.0051)


def test_each_value_has_a_map(trace: GateTrace) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        unit = trace.units_by_effect()[0]
        values = {
            "2": trace.gates.forget, "3": trace.gates.input, "4": trace.gates.candidate,
            "5": trace.gates.cell, "6": trace.gates.output, "7": trace.gates.hidden,
            "1": trace.delta_c,
        }  # fmt: skip
        for key, expected in values.items():
            await pilot.press(key)
            row = next(line for line in words(screen).splitlines() if "▸" in line)
            row = row[: row.index("│", row.index("▸"))].replace("−", "-")
            numbers = [float(n) for n in re.findall(r"[+-]?\d+\.\d\d", row)]
            assert numbers == pytest.approx(expected[:, unit].tolist(), abs=0.0051)
        await pilot.press("tab")
        assert "f · forget gate" in words(screen)
        await pilot.press("shift+tab", "shift+tab")
        assert "h · hidden" in words(screen)

    drive(trace, act)


def test_colors_distinguish_values_above_and_below_zero(trace: GateTrace) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        map_ = screen.query_one(GateHeatmap)
        nothing = background_of(map_, 0, 0)  # as at all signals before the key sign
        for row, unit in enumerate(map_.units[:8]):
            for place in range(len(trace.signals)):
                ground = background_of(map_, row, place)
                value = float(trace.delta_c[place, unit])
                if abs(value) < 1e-4:
                    assert ground == nothing
                elif abs(value) > 0.2:  # orange is above, blue below
                    assert ground.triplet
                    assert (ground.triplet.red > ground.triplet.blue) == (value > 0)

    drive(trace, act)


def background_of(map_: GateHeatmap, row: int, place: int) -> Color:
    """The ground of a cell."""
    line = map_.render_line(4 + row)  # four lines stand above the map
    at = 5 + place * map_._cell + 1
    for part in line:
        at -= part.cell_length
        if at < 0:
            assert part.style
            assert part.style.bgcolor
            return part.style.bgcolor
    raise AssertionError("there is no such cell")


def test_a_click_selects_a_cell(trace: GateTrace) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        map_ = screen.query_one(GateHeatmap)
        await pilot.click(GateHeatmap, offset=(2 + 5 + 1 * map_._cell + 1, 1 + 4 + 2))
        assert f"ear, signal 2 of 5 · unit {map_.units[2]}" in words(screen)

    drive(trace, act)


@pytest.mark.parametrize("size", SIZES)
def test_a_long_sequence_scrolls(hawks: Decoder, size: tuple[int, int]) -> None:
    long = traced(hawks, " ".join(["chin", "ear", "nose", "belt"] * 16))

    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        await pilot.press("end")
        assert "belt, signal 64 of 64" in words(screen)
        assert "◆" in words(screen)
        await pilot.press("home")
        assert "chin, signal 1 of 64" in words(screen)
        assert "◆" in words(screen)

    drive(long, act, size)


def test_without_a_key_sign_the_cell_state_is_shown(hawks: Decoder) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        assert "C · cell state" in words(screen)
        assert "Nothing is carried: ear does not come before the last signal." in words(screen)

    drive(traced(hawks, "cap chin belt"), act)


def test_help_opens_and_escape_closes(trace: GateTrace) -> None:
    async def act(pilot: Pilot[None], screen: GatesScreen) -> None:
        opened = []
        for key in ("f1", "escape", "escape"):
            await pilot.press(key)
            opened.append(type(pilot.app.screen))
        assert opened[:2] == [HelpScreen, GatesScreen]
        assert opened[2] is not GatesScreen

    drive(trace, act)
