"""The signals that a practice coach has given: all of them stay in sight."""

from __future__ import annotations

from textual.content import Content

from signdecoder.tui.widgets.chips import Chips


class Signs(Chips):
    """A sequence without weights; where there is little room its rows close up."""

    def _lines(self, rows: list[tuple[list[Content], list[Content]]]) -> list[Content]:
        apart = 2 * len(rows) - 1 <= self.size.height
        lines = [Content.assemble(*names) for names, _ in rows]
        return [line for name in lines for line in (name, Content(""))] if apart else lines
