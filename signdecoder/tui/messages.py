"""What workers and widgets tell the screens."""

from __future__ import annotations

from textual.message import Message

from signdecoder.notices import Notice


class Told(Message):
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
