"""Names that were changed elsewhere while a screen is open, found by the numbers of its plays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from signdecoder.core.missed import PLACEHOLDERS
from signdecoder.core.names import fold
from signdecoder.core.play import Play


@dataclass(frozen=True, slots=True)
class Renames:
    """Hold what the names on a screen are called now.

    Attributes
    ----------
    coaches, games, signals : mapping of str to str
        The new name of each folded old one.

    Examples
    --------
    >>> renames = Renames(coaches={"hawks": "Falcons"})
    >>> renames.apply(Play(("cap",), "steal", "Hawks")).coach
    'Falcons'
    """

    coaches: Mapping[str, str] = field(default_factory=dict)
    games: Mapping[str, str] = field(default_factory=dict)
    signals: Mapping[str, str] = field(default_factory=dict)

    def apply(self, play: Play) -> Play:
        """Return a play with the names of now.

        Parameters
        ----------
        play : Play
            A play with the names that the screen showed.

        Returns
        -------
        Play
            The play as it should be stored.
        """
        return replace(
            play,
            coach=self.coaches.get(fold(play.coach), play.coach),
            game=self.games.get(fold(play.game), play.game),
            signals=tuple(self.signals.get(fold(name), name) for name in play.signals),
        )

    def then(self, later: Renames) -> Renames:
        """Return these renames followed by later ones.

        Parameters
        ----------
        later : Renames
            What was renamed since.

        Returns
        -------
        Renames
            Both together.
        """
        return Renames(
            _chain(self.coaches, later.coaches),
            _chain(self.games, later.games),
            _chain(self.signals, later.signals),
        )

    def without_signals(self, names: Iterable[str]) -> Renames:
        """Return these renames without those of some signals.

        Parameters
        ----------
        names : iterable of str
            Signals that exist: their plays were corrected one by one.

        Returns
        -------
        Renames
            The others.
        """
        exist = set(map(fold, names))
        signals = {old: new for old, new in self.signals.items() if old not in exist}
        return replace(self, signals=signals)

    def describe(self) -> str:
        """Describe what each name is now.

        Returns
        -------
        str
            An empty text if nothing was renamed.
        """
        kinds = (("coach", self.coaches), ("game", self.games), ("signal", self.signals))
        names = [
            f"the {kind} is called {name} now" for kind, names in kinds for name in names.values()
        ]
        return f"Renamed elsewhere: {', '.join(names)}" if names else ""


def find_renames(shown: Sequence[Play], now: Iterable[Play]) -> Renames:
    """Find what was renamed between two states of the same plays.

    A name was renamed if no play keeps it and most have another one in its place.

    Parameters
    ----------
    shown : sequence of Play
        Plays of one coach with their numbers.
    now : iterable of Play
        The same plays as they are now, in any order; some may be gone.

    Returns
    -------
    Renames
        What the names are now.
    """
    later = {play.id: play for play in now}
    pairs = [(play, later[play.id]) for play in shown if play.id in later]
    signals = chain.from_iterable(
        zip(old.signals, new.signals, strict=True)
        for old, new in pairs
        if len(old.signals) == len(new.signals)
    )
    return Renames(
        _find_renamed((old.coach, new.coach) for old, new in pairs),
        _find_renamed((old.game, new.game) for old, new in pairs if old.game and new.game),
        _find_renamed((old, new) for old, new in signals if old not in PLACEHOLDERS),
    )


def _find_renamed(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the new names of those that no pair keeps."""
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for old, new in pairs:
        names[fold(old)][new] += 1
    return {
        old: after.most_common(1)[0][0]
        for old, after in names.items()
        if old not in map(fold, after)
    }


def _chain(first: Mapping[str, str], later: Mapping[str, str]) -> dict[str, str]:
    """Return where names lead after both steps, without those that come back."""
    steps = {old: later.get(fold(new), new) for old, new in first.items()}
    steps |= {old: new for old, new in later.items() if old not in steps}
    return {old: new for old, new in steps.items() if fold(new) != old}
