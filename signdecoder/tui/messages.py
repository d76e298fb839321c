"""The messages that workers and widgets send to the screens."""

from __future__ import annotations

from textual.message import Message

from signdecoder.practice.match import DecoderView
from signdecoder.practice.rounds import Round
from signdecoder.session.events import SessionEvent


class ServiceEvent(Message):
    """The logging service has emitted an event."""

    def __init__(self, event: SessionEvent) -> None:
        super().__init__()
        self.event = event


class SignalPressed(Message):
    """A signal of the keypad was pressed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class OutcomeChosen(Message):
    """An outcome was chosen."""

    def __init__(self, outcome: str) -> None:
        super().__init__()
        self.outcome = outcome


class PlayPicked(Message):
    """A play of the list was picked for editing."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class ActionRequested(Message):
    """A button was pressed that runs an action of the screen."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action


class SequenceGiven(Message):
    """A practice coach has given the whole sequence."""

    def __init__(self, signals: tuple[str, ...]) -> None:
        super().__init__()
        self.signals = signals


class DecoderPredicted(Message):
    """The decoder has predicted the next play of a round; ``view`` is None if it failed."""

    def __init__(self, round: Round, view: DecoderView | None, error: str = "") -> None:
        super().__init__()
        self.round, self.view, self.error = round, view, error
