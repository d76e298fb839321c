"""The signals that a practice coach gives, one after the other; all of them stay in sight."""

from __future__ import annotations

from textual.content import Content
from textual.timer import Timer

from signdecoder.tui.messages import SequenceGiven
from signdecoder.tui.widgets.sequence import SequenceChips

_APART = 4  # lines from which there is one between two rows


class AnimatedSequence(SequenceChips):
    """A sequence without weights; with less than four lines its rows stand close."""

    def __init__(self) -> None:
        super().__init__()
        self._coming: tuple[str, ...] = ()
        self._timer: Timer | None = None

    def give(self, signals: tuple[str, ...], pace: float) -> None:
        """Give these signals, ``pace`` seconds from one to the next; then announce the end."""
        self._coming = signals
        self.show(())
        self.set_pace(pace)

    def set_pace(self, pace: float) -> None:
        """Give what is still to come at this pace; 0 gives it at once."""
        self.stop()
        if pace:
            self._timer = self.set_interval(pace, self._give_next)
        else:
            self.give_all()

    def give_all(self) -> None:
        """Give all that is still to come."""
        self.stop()
        self.show(self._coming)
        self.post_message(SequenceGiven(self._coming))

    def stop(self) -> None:
        """Give no more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _give_next(self) -> None:
        if self._timer is None:
            return
        given = len(self.signals) + 1
        if given >= len(self._coming):
            self.give_all()
        else:
            self.show(self._coming[:given])

    def _lines(self, rows: list[tuple[list[Content], list[Content]]]) -> list[Content]:
        lines = [Content.assemble(*names) for names, _ in rows]
        close = self.size.height < _APART
        return lines if close else [line for name in lines for line in (name, Content(""))]
