"""Canonical names: a coach's signals and games are spelled as they were first written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.missed import PLACEHOLDERS, names_in
from signdecoder.core.names import NameKey, fold, quote
from signdecoder.core.play import MAX_VOCABULARY, Play, day_key


def canonicalize_plays(
    plays: Sequence[Play], load: Callable[[str], "NameCanonicalizer"]
) -> list[Play | SigndecoderError]:
    """Spell plays as the earlier plays of their coaches.

    Parameters
    ----------
    plays : sequence of Play
        Plays of any coaches.
    load : callable
        Returns the canonicalizer of a coach. Only one exists at a time: if each row had a coach of
        its own, all of them would take more memory than the log.

    Returns
    -------
    list of Play or SigndecoderError
        Each play, or why it cannot be used.
    """
    keys = [fold(play.coach) for play in plays]
    spelled: list[Play | SigndecoderError] = [*plays]
    names, key = NameCanonicalizer(""), None
    for at in sorted(
        range(len(plays)), key=keys.__getitem__
    ):  # stable: a coach's plays stay in order
        if keys[at] != key:
            names, key = load(plays[at].coach), keys[at]
        try:
            spelled[at] = names.spell(plays[at])
        except SigndecoderError as error:
            spelled[at] = error.with_traceback(None)  # a traceback keeps its frames alive
    return spelled


@dataclass(slots=True)
class NameCanonicalizer:
    """How one coach's names were first written. It learns each new name that it spells.

    Attributes
    ----------
    coach : str
        Name of the coach.
    signals : dict of str to str, optional
        Signals by their key.
    games : dict of str to str, optional
        Games by folded name, or by day if they are called by it.
    key : callable, optional
        How names of signals are compared.
    """

    coach: str
    signals: dict[str, str] = field(default_factory=dict)
    games: dict[str, str] = field(default_factory=dict)
    key: NameKey = fold
    _written: set[str] = field(default_factory=set)  # canonical spellings of signals

    def spell(self, play: Play) -> Play:
        """Spell a play as this coach's earlier plays.

        Parameters
        ----------
        play : Play
            The play.

        Returns
        -------
        Play
            The same play with canonical names.

        Raises
        ------
        SigndecoderError
            If the coach would have more than MAX_VOCABULARY signals.

        Examples
        --------
        >>> names = NameCanonicalizer("Hawks")
        >>> names.spell(Play(("Left Ear",), "none")).signals
        ('Left Ear',)
        >>> names.spell(Play(("left ear",), "none")).signals
        ('Left Ear',)
        """
        signals = self._spell_sequence(play.signals)
        game = self.games.setdefault(day_key(play.game), play.game)
        if (signals, game, self.coach) == (play.signals, play.game, play.coach):
            return play
        return replace(play, signals=signals, game=game, coach=self.coach)

    def _spell_sequence(self, signals: tuple[str, ...]) -> tuple[str, ...]:
        """Return a sequence with canonical names, and remember new ones."""
        if self._written.issuperset(signals):
            return signals
        new = {self.key(signal): signal for signal in reversed(names_in(signals))}
        new = {key: signal for key, signal in new.items() if key not in self.signals}
        count = len(self.signals) + len(new)
        if count > MAX_VOCABULARY:
            raise SigndecoderError(
                f"too many different signals for {self.coach} ({count}, limit {MAX_VOCABULARY})",
                _suggest_fix(next(reversed(new.values()))),
            )
        self.signals |= new
        spelled = tuple(s if s in PLACEHOLDERS else self.signals[self.key(s)] for s in signals)
        self._written.update(spelled)
        return spelled


def _suggest_fix(name: str) -> str:
    """Return what to do about one signal too many, which may be a whole sequence."""
    for character, marks in (("-", "dashes"), (";", "semicolons"), (".", "periods")):
        if character in name:
            touches = f"are the touches in {quote(name)} separated by {marks}"
            return f"{touches}? Use spaces or commas"
    return f"{quote(name)} is new, so write each signal the same way everywhere"
