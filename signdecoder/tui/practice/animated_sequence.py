"""The signals of a practice coach, shown one after another. All of them stay visible."""

from __future__ import annotations

from textual.content import Content
from textual.timer import Timer

from signdecoder.tui.messages import SequenceGiven
from signdecoder.tui.widgets.sequence import SequenceChips

_MIN_SPACED = 4  # lines from which there is an empty line between two rows


class AnimatedSequence(SequenceChips):
    """A sequence without weights, shown signal by signal."""

    def __init__(self) -> None:
        super().__init__()
        self._sequence: tuple[str, ...] = ()
        self._timer: Timer | None = None

    def give(self, signals: tuple[str, ...], pace: float) -> None:
        """Show these signals, ``pace`` seconds apart, then post `SequenceGiven`."""
        self._sequence = signals
        self.show(())
        self.set_pace(pace)

    def set_pace(self, pace: float) -> None:
        """Show the remaining signals at this pace; 0 shows them at once."""
        self.stop()
        if pace:
            self._timer = self.set_interval(pace, self._give_next)
        else:
            self.give_all()

    def give_all(self) -> None:
        """Show all remaining signals."""
        self.stop()
        self.show(self._sequence)
        self.post_message(SequenceGiven(self._sequence))

    def stop(self) -> None:
        """Stop showing signals."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _give_next(self) -> None:
        """Show the next signal."""
        if self._timer is None:
            return
        given = len(self.signals) + 1
        if given >= len(self._sequence):
            self.give_all()
        else:
            self.show(self._sequence[:given])

    def _lines(self, rows: list[tuple[list[Content], list[Content]]]) -> list[Content]:
        """Return one line for each row, with empty lines between them if they fit."""
        lines = [Content.assemble(*names) for names, _ in rows]
        close = self.size.height < _MIN_SPACED
        return lines if close else [line for name in lines for line in (name, Content(""))]
