"""The signals that a practice coach has given: all of them stay in sight."""

from __future__ import annotations

from textual.content import Content

from signdecoder.tui.widgets.chips import Chips

_APART = 4  # lines from which there is one between two rows


class Signs(Chips):
    """A sequence without weights; with less than four lines its rows stand close."""

    def _lines(self, rows: list[tuple[list[Content], list[Content]]]) -> list[Content]:
        lines = [Content.assemble(*names) for names, _ in rows]
        close = self.size.height < _APART
        return lines if close else [line for name in lines for line in (name, Content(""))]
