"""What workers and widgets tell the screens."""

from __future__ import annotations

from textual.message import Message

from signdecoder.practice.match import DecoderView
from signdecoder.practice.rounds import Round
from signdecoder.session.events import Notice


class ServiceEvent(Message):
    """The desk has told something."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.notice = notice


class SignalGiven(Message):
    """A signal of the pad was touched."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class OutcomeGiven(Message):
    """An outcome was chosen."""

    def __init__(self, outcome: str) -> None:
        super().__init__()
        self.outcome = outcome


class PlayPicked(Message):
    """A play of the list was picked, to be edited."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class StepAsked(Message):
    """The button of the next step was touched: end of the sequence, back, or clear."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action


class SequenceGiven(Message):
    """A practice coach has given all of a sequence."""

    def __init__(self, signals: tuple[str, ...]) -> None:
        super().__init__()
        self.signals = signals


class Believed(Message):
    """The decoder has said what it thinks of the next play of a round; None if it failed."""

    def __init__(self, round: Round, belief: DecoderView | None, trouble: str = "") -> None:
        super().__init__()
        self.round, self.belief, self.trouble = round, belief, trouble
