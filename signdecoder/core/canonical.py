"""How a coach's names are spelled: as they were first written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.play import MAX_VOCABULARY, Play


def canonicalize_plays(
    plays: Sequence[Play], begin: Callable[[str], "NameCanonicalizer"]
) -> list[Play | SigndecoderError]:
    """Return plays as those of their coaches are spelled, or why one cannot be taken.

    `begin` gives a coach's spelling. There is one at a time: where each row has a coach of its own,
    all of them would take more memory than the log.
    """
    keys = [fold(play.coach) for play in plays]
    spelled: list[Play | SigndecoderError] = [*plays]
    spelling, key = NameCanonicalizer(""), None
    for at in sorted(range(len(plays)), key=keys.__getitem__):  # a coach's stay in order
        if keys[at] != key:
            spelling, key = begin(plays[at].coach), keys[at]
        try:
            spelled[at] = spelling.spell(plays[at])
        except SigndecoderError as error:
            spelled[at] = error.with_traceback(None)  # a trace keeps its frames alive
    return spelled


@dataclass(slots=True)
class NameCanonicalizer:
    """How one coach's names were first written: by folded name. It grows with what is spelled."""

    coach: str
    signals: dict[str, str] = field(default_factory=dict)
    games: dict[str, str] = field(default_factory=dict)
    _written: set[str] = field(default_factory=set)  # the signals that are spelled so

    def spell(self, play: Play) -> Play:
        """Return the play as this coach's plays are spelled; past the limit of signals, refuse."""
        signals = self._spell_sequence(play.signals)
        game = self.games.setdefault(fold(play.game), play.game)
        if (signals, game, self.coach) == (play.signals, play.game, play.coach):
            return play
        return replace(play, signals=signals, game=game, coach=self.coach)

    def _spell_sequence(self, signals: tuple[str, ...]) -> tuple[str, ...]:
        """Return a sequence with its signals spelled, and remember those that are new."""
        if self._written.issuperset(signals):
            return signals
        new = {fold(signal): signal for signal in reversed(signals)}
        new = {key: signal for key, signal in new.items() if key not in self.signals}
        count = len(self.signals) + len(new)
        if count > MAX_VOCABULARY:
            raise SigndecoderError(
                f'"{next(reversed(new.values()))}" would make {count} different signals of the'
                f" coach {self.coach}",
                f"{MAX_VOCABULARY} is the most, so write the same signal in the same way",
            )
        self.signals |= new
        spelled = tuple(self.signals[fold(signal)] for signal in signals)
        self._written.update(spelled)
        return spelled
