"""The six equations of the LSTM, with the numbers of one unit at one step."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.analysis.gate_trace import GateTrace
from signdecoder.core.text import printable
from signdecoder.reports.gate_text import signed
from signdecoder.reports.gate_values import VALUES
from signdecoder.tui.gates.heatmap import MARK

_KERAS_ORDER = ("input", "forget", "candidate", "output")  # of the terms in a trace


class GateEquations(Widget):
    """Show each equation and its numbers. The value shown in the map is highlighted."""

    place: reactive[int] = reactive(0)
    unit: reactive[int] = reactive(0)
    view: reactive[int] = reactive(MARK)
    brief: reactive[bool] = reactive(False, layout=True)  # the chosen equation alone
    airy: reactive[bool] = reactive(False, layout=True)  # an empty line after each

    def __init__(self, trace: GateTrace) -> None:
        super().__init__()
        self._trace = trace

    def render(self) -> Content:
        """Draw the signal and its input features, then the equations."""
        name = printable(self._trace.signals[self.place])
        head = f"{name}, signal {self.place + 1} of {len(self._trace.signals)} · unit {self.unit}"
        lines = [Content.styled(head, "bold")]
        if not self.brief:
            lines += [Content(self._input_line()), Content("")]
        for view, (equation, sum_) in enumerate(zip(self._equations(), self._sums(), strict=True)):
            if view != self.view and self.brief:
                continue
            chosen = view == self.view
            lines += [
                Content.styled(equation, "bold $accent" if chosen else "$secondary"),
                Content.styled(f"   {sum_}", "bold" if chosen else ""),
                *[Content("")] * (self.airy and not self.brief),
            ]
        return Content("\n").join(lines)

    def _input_line(self) -> str:
        """The input x: is the signal the first or second of the pair, or one of the last two?"""
        names = (*map(printable, self._trace.candidate.pair), "=t-1", "=t-2")
        values = self._trace.inputs[self.place]
        return "x_t: " + " · ".join(
            f"{name} {x:.0f}" for name, x in zip(names, values, strict=True)
        )

    def _equations(self) -> list[str]:
        """The equations in symbols, in the order of the views."""
        carried = self._trace.carried
        first = self._trace.signals[carried.start] if carried else self._trace.candidate.key
        mark = f"ΔC = C_t − C_t with a decoy for {printable(first)}"
        return [mark, *(value.equation for value in VALUES)]

    def _sums(self) -> list[str]:
        """The same equations in numbers."""
        place, unit, gates = self.place, self.unit, self._trace.gates
        f, i, new, c, o, h = (float(getattr(gates, value.field)[place, unit]) for value in VALUES)
        before = float(gates.cell[place - 1, unit]) if place else 0.0
        mark = float(self._trace.delta_c[place, unit])
        return [
            f"= {signed(c)} − ({signed(c - mark)}) = {signed(mark)}",
            f"= σ({self._terms('forget')}) = {f:.2f}",
            f"= σ({self._terms('input')}) = {i:.2f}",
            f"= tanh({self._terms('candidate')}) = {signed(new)}",
            f"= {f:.2f}·({signed(before)}) + {i:.2f}·({signed(new)}) = {signed(c)}",
            f"= σ({self._terms('output')}) = {o:.2f}",
            f"= {o:.2f}·tanh({signed(c)}) = {signed(h)}",
        ]

    def _terms(self, gate: str) -> str:
        """The three terms of a gate, W x, U h and b, such as `+0.42 −1.20 +3.10`."""
        units = self._trace.gates.cell.shape[1]
        column = _KERAS_ORDER.index(gate) * units + self.unit
        return " ".join(signed(float(term)) for term in self._trace.terms[:, self.place, column])
