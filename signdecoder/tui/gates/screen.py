"""The screen that shows the LSTM's gates over one sequence, step by step."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer, Static

from signdecoder.analysis.gate_trace import GateTrace
from signdecoder.reports.gate_text import carried_sentences, headline
from signdecoder.reports.gate_values import VALUES
from signdecoder.tui.dialogs.help import HelpScreen, list_keys
from signdecoder.tui.gates.equations import GateEquations
from signdecoder.tui.gates.heatmap import MARK, GateHeatmap

_MIN_BESIDE = 64  # columns from which the equations stand beside the map
_MIN_AIRY = 36  # lines from which there are empty lines between them
_SYMBOLS = ("ΔC", *(value.symbol for value in VALUES))
_TITLES = (
    "effect of the {}",
    *(f"{value.name}: {value.does}" for value in VALUES),
)
_HELP = """\
## The gates

The network reads the signals of a play once for each pair of signals. This is the pair with most
of its vote. Each row is one unit, and each column is one signal. The **key sign** writes into the
**cell state C**, and that has to survive the decoys until the **live signal**. It does while the
forget gate f stays near 1.

**ΔC** is the part of C that comes from the key sign: C minus what C would be with a decoy in its
place. The units that carry most of it to the live signal come first. The line **rule** shows how
clearly the rule has appeared after each signal.

Orange is above 0 and blue below. Green is a gate, from closed to open. The equations use the
numbers of the selected signal and unit. x is the input: is the signal the first of the pair, the
second, the same as the last one, or the same as the one before? W, U and b are learned.

This shows *when* the network writes, keeps and uses something, not *why*.
"""


class GatesScreen(Screen[None]):
    """Show the map of one value, beside the six equations with the numbers of one step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close", key_display="esc"),
        Binding("left", "move(-1, 0)", "Signal", key_display="←→"),
        Binding("right", "move(1, 0)", "Next signal", show=False),
        Binding("up", "move(0, -1)", "Unit", key_display="↑↓"),
        Binding("down", "move(0, 1)", "Next unit", show=False),
        Binding("home", "move(-1000, 0)", "First signal", show=False),
        Binding("end", "move(1000, 0)", "Last signal", show=False),
        Binding("pageup", "move(0, -10)", "Ten units up", show=False),
        Binding("pagedown", "move(0, 10)", "Ten units down", show=False),
        Binding("tab,v", "turn(1)", "Value", key_display="tab", priority=True),
        Binding("shift+tab", "turn(-1)", "Previous value", show=False, priority=True),
        *(
            Binding(str(place), f"show({place - 1})", f"Show {symbol}", show=False)
            for place, symbol in enumerate(_SYMBOLS, 1)
        ),
        Binding("f1", "help", "Help"),
    ]
    view: reactive[int] = reactive(MARK)
    place: reactive[int] = reactive(0)
    row: reactive[int] = reactive(0)

    def __init__(self, trace: GateTrace) -> None:
        super().__init__()
        self._trace = trace

    def compose(self) -> ComposeResult:
        """Lay out the pair of signals, the values, the map, the equations and a summary."""
        yield Static(headline(self._trace), id="gate-head", markup=False)
        yield Static(id="gate-values", markup=False)
        with Container(id="gates"):
            yield GateHeatmap(self._trace)
            with VerticalScroll(id="gate-equations", can_focus=False) as equations:
                equations.border_title = "One step, one unit"
                equations.border_subtitle = "shows when, not why"
                yield GateEquations(self._trace)
        yield Static("\n".join(carried_sentences(self._trace)), id="gate-carried", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Select the live signal."""
        carried = self._trace.carried
        self.place = carried.end if carried else len(self._trace.signals) - 1
        if carried is None:  # ΔC is empty then
            self.view = 1 + next(n for n, value in enumerate(VALUES) if value.field == "cell")
        self._show()

    def on_resize(self, event: Resize) -> None:
        """Show only the selected equation where there is little room."""
        equations = self.query_one(GateEquations)
        equations.brief, equations.airy = (
            event.size.width < _MIN_BESIDE,
            event.size.height >= _MIN_AIRY,
        )
        self._show()

    def watch_view(self) -> None:
        """Show another value."""
        self._show()

    def watch_place(self) -> None:
        """Show another signal."""
        self._show()

    def watch_row(self) -> None:
        """Show another unit."""
        self._show()

    def _show(self) -> None:
        """Show the selected value, signal and unit in all widgets."""
        if not self.query(GateHeatmap):  # not composed yet
            return
        map_, equations = self.query_one(GateHeatmap), self.query_one(GateEquations)
        map_.view = equations.view = self.view
        map_.place = equations.place = self.place
        map_.row = self.row
        equations.unit = map_.units[self.row]
        title = _TITLES[self.view].format(self._trace.candidate.parts[0])
        map_.border_title = f"{_SYMBOLS[self.view]} · {title}"
        narrow = self.query_one(GateEquations).brief
        symbols = [
            Content.styled(
                f" {symbol} " if narrow else f" {n} {symbol} ",
                "bold reverse" if n == self.view + 1 else "",
            )
            for n, symbol in enumerate(_SYMBOLS, 1)
        ]
        self.query_one("#gate-values", Static).update(Content(" ").join(symbols), layout=False)

    # --- actions ----------------------------------------------------------------------------------

    def action_move(self, signals: int, units: int) -> None:
        """Move by this many signals and units."""
        self.place = min(max(0, self.place + signals), len(self._trace.signals) - 1)
        self.row = min(max(0, self.row + units), len(self.query_one(GateHeatmap).units) - 1)

    def action_turn(self, steps: int) -> None:
        """Go to the next value."""
        self.view = (self.view + steps) % len(_SYMBOLS)

    def action_show(self, view: int) -> None:
        """Show this value."""
        self.view = view

    @on(GateHeatmap.Picked)
    def _select(self, picked: GateHeatmap.Picked) -> None:
        """Select the cell that was clicked."""
        self.place, self.row = picked.place, picked.row

    def action_help(self) -> None:
        """Show help on the gates, and the keys."""
        self.app.push_screen(HelpScreen(_HELP, list_keys(self)))
