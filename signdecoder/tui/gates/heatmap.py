"""A heat map of one value of the LSTM: one row per unit, one column per signal."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from textual.color import Color
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from signdecoder.analysis.gate_trace import GateTrace
from signdecoder.core.text import cut, percent, printable, width
from signdecoder.lstm.cell import Floats
from signdecoder.reports.gate_text import signed
from signdecoder.reports.gate_values import VALUES

Tones = NDArray[np.int64]
Palette = dict[int, str]  # styles by tone

MARK = 0  # the view of the change made by the key sign; the others are VALUES, from 1
_LABEL = 5  # columns of a unit's number
_HEAD, _FOOT = 4, 1  # lines above the map and below it
_MOST_CELL, _NUMBERED = 14, 6  # columns of the widest cell, and of the narrowest with a number
_TONES = 30  # of a color, from none to full
_RAMP = 10  # steps of the scale below the map
_GAMMA = 0.7  # below 1, to make small values visible
_BARS = "·▁▂▃▄▅▆▇█"
_BRACKETED = 9  # columns of the narrowest cell with brackets


class GateHeatmap(Widget):
    """Draw the map, an arrow from the key sign to the live signal above it, and the scale."""

    place: reactive[int] = reactive(0)
    row: reactive[int] = reactive(0)
    view: reactive[int] = reactive(MARK)

    class Picked(Message):
        """A cell was clicked."""

        def __init__(self, place: int, row: int) -> None:
            super().__init__()
            self.place, self.row = place, row

    def __init__(self, trace: GateTrace) -> None:
        super().__init__()
        self._trace = trace
        self.units = trace.units_by_effect()

    @property
    def values(self) -> Floats:
        """The values that the map shows, (T, H)."""
        if self.view == MARK:
            return self._trace.delta_c
        return getattr(self._trace.gates, VALUES[self.view - 1].field)  # type: ignore[no-any-return]

    @property
    def is_signed(self) -> bool:
        """Whether these values may be negative."""
        return self.view == MARK or VALUES[self.view - 1].signed

    @property
    def scale(self) -> float:
        """The value drawn in full color: the largest one, but at least 1."""
        return max(1.0, float(abs(self.values).max()))

    @property
    def _cell(self) -> int:
        room = self.size.width - _LABEL
        return max(1, min(_MOST_CELL, room // len(self._trace.signals)))

    @property
    def _places(self) -> range:
        """The signals that fit. The selected one is always among them."""
        most = max(1, (self.size.width - _LABEL) // self._cell)
        first = min(max(0, self.place - most // 2), max(0, len(self._trace.signals) - most))
        return range(first, min(len(self._trace.signals), first + most))

    @property
    def _rows(self) -> range:
        most = max(1, self.size.height - _HEAD - _FOOT)
        first = min(max(0, self.row - most // 2), max(0, len(self.units) - most))
        return range(first, min(len(self.units), first + most))

    def render(self) -> Content:
        """Draw the arrow, the signals, the rule line, the map and the scale."""
        lines = [self._arrow(), self._names(), self._rule(), Content("")]
        values, scale, palette = self.values, self.scale, self._palette()
        tones = np.rint(values / scale * _TONES).astype(int)  # (T, H)
        for row in self._rows:
            unit = self.units[row]
            if row == self.row:
                lines.append(self._selected_unit(unit, values[:, unit], tones[:, unit], palette))
            else:
                lines.append(self._unit(unit, tones[:, unit], palette))
        lines += [Content("")] * (self.size.height - _FOOT - len(lines))
        return Content("\n").join([*lines, self._legend(palette)])

    # --- above the map ----------------------------------------------------------------------------

    def _arrow(self) -> Content:
        """An arrow from the key sign to the live signal, with the share of memory kept."""
        carried, cell, places = self._trace.carried, self._cell, self._places
        if carried is None or not {carried.start, carried.end} <= set(places):
            return Content("")
        begin = (carried.start - places.start) * cell
        room = (carried.end - carried.start) * cell + 1
        kept_label = f" {percent(carried.kept_in_all)} kept "
        kept_label = kept_label if len(kept_label) + 2 <= room - 2 else ""
        line = kept_label.center(room - 2, "─")
        return Content.assemble(
            " " * (_LABEL + begin + cell // 2), Content.styled("●", "bold $accent"),
            Content.styled(line, "$accent"),
            Content.styled("▶" if carried.found else "┤", "bold $success"),
        )  # fmt: skip

    def _names(self) -> Content:
        parts = [Content(" " * _LABEL)]
        for place in self._places:
            style = self._part_style(place)
            if place == self.place:
                style += " reverse"
            name = cut(printable(self._trace.signals[place]), max(1, self._cell - 1))
            space = self._cell - width(name)
            left = space // 2
            parts += [
                Content(" " * left), Content.styled(name, style), Content(" " * (space - left))
            ]  # fmt: skip
        return Content.assemble(*parts)

    def _part_style(self, place: int) -> str:
        name, candidate = self._trace.signals[place], self._trace.candidate
        if name.casefold() == candidate.key.casefold():
            return "bold $accent"
        return "bold $success" if name.casefold() == candidate.live.casefold() else "$secondary"

    def _rule(self) -> Content:
        """How clearly the rule shows after each signal."""
        parts = [Content.styled("rule ", "$secondary")]
        for place in self._places:
            shown = float(self._trace.shown[place])
            words = percent(shown) if self._cell >= _NUMBERED else _BARS[round(shown * 8)]
            style = "bold $success" if shown >= 0.5 else "$secondary"
            parts.append(Content.styled(words.center(self._cell), style))
        return Content.assemble(*parts)

    # --- the map ----------------------------------------------------------------------------------

    def _unit(self, unit: int, tones: Tones, palette: Palette) -> Content:
        """A row of the map; neighbours of one tone are drawn together."""
        cell, places = self._cell, self._places
        parts = [Content.styled(f"  {unit:>2} ", "$secondary")]
        for tone, alike in groupby(tones[places.start : places.stop].tolist()):
            parts.append(Content.styled(" " * cell * len(list(alike)), palette[tone]))
        return Content.assemble(*parts)

    def _selected_unit(self, unit: int, values: Floats, tones: Tones, palette: Palette) -> Content:
        """The selected row, with numbers if they fit."""
        cell = self._cell
        parts = [Content.styled(f"▸ {unit:>2} ", "bold")]
        for place in self._places:
            here = place == self.place
            words = ("◆" if here else "") if cell < _NUMBERED else self._number(values[place])
            if here and cell >= _BRACKETED:
                words = f"[{words}]"
            style = palette[tones[place]]
            parts.append(Content.styled(words.center(cell), f"bold {style}" if here else style))
        return Content.assemble(*parts)

    def _number(self, value: float) -> str:
        return signed(float(value)) if self.is_signed else f"{value:.2f}"

    def _palette(self) -> Palette:
        """The style of each tone: one color above 0, another below, the background at 0."""
        colours = self.app.theme_variables
        ground, ink = Color.parse(colours["surface"]), Color.parse(colours["foreground"])
        above, below = (
            Color.parse(colours[name])
            for name in (("accent", "primary") if self.is_signed else ("success", "success"))
        )
        palette = {}
        for tone in range(-_TONES, _TONES + 1):
            full = above if tone > 0 else below
            colour = ground.blend(ink, 0.05).blend(full, (abs(tone) / _TONES) ** _GAMMA)
            palette[tone] = f"{colour.get_contrast_text(1.0).hex6} on {colour.hex6}"
        return palette

    def _legend(self, palette: Palette) -> Content:
        """The scale of the colors."""
        least = -_TONES if self.is_signed else 0
        tones = range(least, _TONES + 1, (_TONES - least) // _RAMP)
        ramp = [Content.styled(" ", palette[tone]) for tone in tones]
        low, high = (self._number(tone / _TONES * self.scale) for tone in (least, _TONES))
        return Content.assemble(
            " " * _LABEL, Content.styled(f"{low} ", "$secondary"), *ramp,
            Content.styled(f" {high}", "$secondary"),
        )  # fmt: skip

    def on_click(self, event: Click) -> None:
        """Select the cell that was clicked."""
        offset = event.get_content_offset(self)
        if offset is None or offset.x < _LABEL:
            return
        place = self._places.start + (offset.x - _LABEL) // self._cell
        row = self._rows.start + offset.y - _HEAD
        if place in self._places:
            self.post_message(self.Picked(place, row if row in self._rows else self.row))
