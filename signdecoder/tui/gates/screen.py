"""The LSTM opened up: its gates over one sequence, step by step."""

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
from signdecoder.reports.gate_text import VALUES, carried_sentences, headline
from signdecoder.tui.dialogs.help import HelpScreen
from signdecoder.tui.gates.equations import GateEquations
from signdecoder.tui.gates.heatmap import MARK, GateHeatmap

_BESIDE = 64  # columns from which on the equations stand beside the map
_AIRY = 36  # lines from which on they are set apart
_SYMBOLS = ("ΔC", *(value.symbol for value in VALUES))
_TITLES = (
    "what the {} changes in C",
    *(f"{value.name}: {value.does}" for value in VALUES),
)
_HELP = """\
## The gates

One LSTM reads the signals of a play, once for each pair of signals; this is the pair that most of
its vote goes to. A row is one of its units, a column a signal. What the **key sign** writes into
the **cell state C** has to get past the decoys to the **live signal**: as long as the forget gate
f stays near 1, it does.

**ΔC** is C less what C would be with a decoy in the key sign's place: 0 up to there, and after it
all that the cells know of the key sign. The units that bring most of it to the live signal come
first. The line **rule** says how surely the rule shows after each signal.

Orange lies above 0, blue below; green is a gate, from shut to open. To the right are the equations
with the numbers of the chosen signal and unit: x is what the network is told of the signal (is it
the first of the pair, the second, the same as the one before, as the one before that), W, U and b
are what it has learned.

This shows *when* the network writes, keeps and shows something, not *why* it answers so.
"""


class GatesScreen(Screen[None]):
    """The map of one value, the six equations beside it with the numbers of one step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Leave", key_display="esc"),
        Binding("left", "move(-1, 0)", "Signal", key_display="←→"),
        Binding("right", "move(1, 0)", "Next signal", show=False),
        Binding("up", "move(0, -1)", "Unit", key_display="↑↓"),
        Binding("down", "move(0, 1)", "Next unit", show=False),
        Binding("home", "move(-1000, 0)", "First signal", show=False),
        Binding("end", "move(1000, 0)", "Last signal", show=False),
        Binding("pageup", "move(0, -10)", "Ten units up", show=False),
        Binding("pagedown", "move(0, 10)", "Ten units down", show=False),
        Binding("tab,v", "turn(1)", "Value", key_display="tab", priority=True),
        Binding("shift+tab", "turn(-1)", "Value before", show=False, priority=True),
        *(
            Binding(str(place), f"see({place - 1})", f"Show {symbol}", show=False)
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
        """Whose view it is; the values; the map and the equations; what is carried."""
        yield Static(headline(self._trace), id="gate-head", markup=False)
        yield Static(id="gate-values", markup=False)
        with Container(id="gates"):
            yield GateHeatmap(self._trace)
            with VerticalScroll(id="gate-equations", can_focus=False) as equations:
                equations.border_title = "One step, one unit"
                equations.border_subtitle = "a trace of when, not of why"
                yield GateEquations(self._trace)
        yield Static("\n".join(carried_sentences(self._trace)), id="gate-carried", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin where the live signal comes."""
        carried = self._trace.carried
        self.place = carried.end if carried else len(self._trace.signals) - 1
        if carried is None:  # there is nothing to see in ΔC
            self.view = 1 + next(n for n, value in enumerate(VALUES) if value.field == "cell")
        self._show()

    def on_resize(self, event: Resize) -> None:
        """Where there is little room only the chosen equation is told."""
        sums = self.query_one(GateEquations)
        sums.brief, sums.airy = event.size.width < _BESIDE, event.size.height >= _AIRY
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
        if not self.query(GateHeatmap):  # not composed yet
            return
        map_, sums = self.query_one(GateHeatmap), self.query_one(GateEquations)
        map_.view = sums.view = self.view
        map_.place = sums.place = self.place
        map_.row = self.row
        sums.unit = map_.units[self.row]
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

    # --- acts -------------------------------------------------------------------------------------

    def action_move(self, signals: int, units: int) -> None:
        """Go on by so many signals and units."""
        self.place = min(max(0, self.place + signals), len(self._trace.signals) - 1)
        self.row = min(max(0, self.row + units), len(self.query_one(GateHeatmap).units) - 1)

    def action_turn(self, steps: int) -> None:
        """Turn to the next value."""
        self.view = (self.view + steps) % len(_SYMBOLS)

    def action_see(self, view: int) -> None:
        """Show this value."""
        self.view = view

    @on(GateHeatmap.Picked)
    def _pick(self, picked: GateHeatmap.Picked) -> None:
        self.place, self.row = picked.place, picked.row

    def action_help(self) -> None:
        """Help on the gates, and the keys."""
        keys = [
            (self.app.get_key_display(active.binding), active.binding.description)
            for active in self.active_bindings.values()
            if active.binding.description
        ]
        self.app.push_screen(HelpScreen(_HELP, keys))
