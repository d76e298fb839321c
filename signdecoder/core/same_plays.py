"""Plays that are called by the same sign, such as a steal and a double steal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import quote
from signdecoder.core.outcomes import (
    NEEDS_RUNNER,
    NONE,
    NOT_STEAL,
    STEAL,
    STEALS,
    UNKNOWN,
    parse_outcome,
)

MAX_NAMES = 100  # outcomes that one coach's groups may name


@dataclass(frozen=True, slots=True)
class SamePlays:
    """Which outcomes count as the same play of one coach, because one sign calls them.

    By default a double steal, a delayed steal and a caught runner are steals. Make one with
    `parse_same_plays`, which checks the names.

    Attributes
    ----------
    separate : tuple of str, optional
        Kinds of steals that have a sign of their own, sorted.
    same : tuple of tuple of str, optional
        Other groups of outcomes with one sign. The first outcome is the name of the group, the
        others are sorted.

    Examples
    --------
    >>> plays = SamePlays()
    >>> plays.canonical("double_steal"), plays.canonical("bunt")
    ('steal', 'bunt')
    >>> SamePlays(separate=("double_steal",)).canonical("double_steal")
    'double_steal'
    """

    separate: tuple[str, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()

    def canonical(self, outcome: str) -> str:
        """Return the play that an outcome counts as.

        Parameters
        ----------
        outcome : str
            The outcome of a play, as it was logged.

        Returns
        -------
        str
            The name of its group; the outcome itself if it is in none.
        """
        for group in self.same:
            if outcome in group:
                return group[0]
        return STEAL if outcome in STEALS and outcome not in self.separate else outcome

    def outcomes_of(self, play: str) -> tuple[str, ...]:
        """List the outcomes that count as a play.

        Parameters
        ----------
        play : str
            The play. If it counts as another one, it is asked about alone.

        Returns
        -------
        tuple of str
            The play itself, then the others.

        Examples
        --------
        >>> SamePlays().outcomes_of("steal")
        ('steal', 'double_steal', 'delayed_steal', 'caught_stealing')
        >>> SamePlays().outcomes_of("double_steal")
        ('double_steal',)
        """
        named = dict.fromkeys((play, *STEALS, *chain.from_iterable(self.same)))
        return tuple(outcome for outcome in named if self.is_called(outcome, play))

    def is_called(self, outcome: str, play: str) -> bool:
        """Return whether a play was called, given the outcome.

        Parameters
        ----------
        outcome : str
            The outcome of a play, as it was logged.
        play : str
            The play that is asked about.

        Returns
        -------
        bool
            True if the outcome is this play or counts as it.
        """
        return outcome == play or self.canonical(outcome) == play

    def needs_runner(self, play: str) -> bool:
        """Return whether a play cannot happen while nobody is on base.

        Parameters
        ----------
        play : str
            The play.

        Returns
        -------
        bool
            True if every outcome that counts as it needs a runner.
        """
        return NEEDS_RUNNER.issuperset(self.outcomes_of(play))

    def count_called(self, outcomes: Mapping[str, int], play: str) -> dict[str, int]:
        """Count the plays that were called, by the outcome that was logged.

        Parameters
        ----------
        outcomes : mapping of str to int
            How many plays had each outcome.
        play : str
            The play that is asked about.

        Returns
        -------
        dict of str to int
            The counts of the outcomes that count as it, except those that never occurred.
        """
        return {o: outcomes[o] for o in self.outcomes_of(play) if outcomes.get(o)}

    def describe(self) -> str:
        """Return the groups in words.

        Returns
        -------
        str
            What differs from SAME_PLAYS.

        Examples
        --------
        >>> parse_same_plays("delayed_steal", [["steal", "slap"]]).describe()
        'separate: delayed_steal; same: steal, slap'
        >>> SamePlays().describe()
        'all kinds of steals are the same'
        """
        groups = [("separate", self.separate), *(("same", group) for group in self.same)]
        words = [f"{label}: {', '.join(names)}" for label, names in groups if names]
        return "; ".join(words) or "all kinds of steals are the same"


SAME_PLAYS = SamePlays()
"""What holds for a coach of whom nothing else was said."""


def parse_same_plays(
    separate: Collection[str] | str = (),
    same: Collection[Collection[str] | str] = (),
    declared: Collection[str] | None = None,
) -> SamePlays:
    """Parse which outcomes count as the same play.

    Parameters
    ----------
    separate : collection of str, or str
        Kinds of steals that have a sign of their own; a string is split at commas.
    same : collection of (collection of str, or str)
        Groups of outcomes with one sign, the name of the group first; a string is one group.
    declared : collection of str, optional
        Outcomes to accept besides OUTCOMES; by default all.

    Returns
    -------
    SamePlays
        The groups.

    Raises
    ------
    SigndecoderError
        If an outcome is not known, is none that a coach calls, or belongs to two groups.

    Examples
    --------
    >>> parse_same_plays("delayed steal", [["steal", "slap"]])
    SamePlays(separate=('delayed_steal',), same=(('steal', 'slap'),))
    """
    own = set(_parse_names(separate, declared))
    if other := sorted(own.difference(STEALS[1:])):
        raise SigndecoderError(
            f"{quote(other[0])} does not count as a steal, so it cannot be made separate",
            f"separate {', '.join(STEALS[1:])}, or join plays with same",
        )
    listed = [same] if isinstance(same, str) else same
    groups = [tuple(_parse_names(group, declared)) for group in listed]
    for group in groups:
        _check_group(group, own)
    named = Counter(chain.from_iterable(groups))
    if len(named) > MAX_NAMES:
        raise SigndecoderError("the groups of same plays name too many plays", "join fewer plays")
    if named and max(named.values()) > 1:
        twice = named.most_common(1)[0][0]
        raise SigndecoderError(
            f"{quote(twice)} is in two groups of same plays", "make them one group"
        )
    ordered = sorted((first, *sorted(rest)) for first, *rest in groups)
    return SamePlays(tuple(sorted(own)), tuple(ordered))


def _check_group(group: tuple[str, ...], separate: Collection[str]) -> None:
    """Raise SigndecoderError if the outcomes of a group cannot have one sign."""
    names = quote(",".join(group))
    if len(group) < 2:
        raise SigndecoderError(
            f"the group of same plays {names} has fewer than two plays",
            "name two, such as steal,slap",
        )
    if STEAL in group[1:]:
        first = ",".join(dict.fromkeys((STEAL, *group)))
        raise SigndecoderError(
            f"the group of same plays {names} does not begin with {STEAL}", f"write {first}"
        )
    if group[0] == STEAL and (both := sorted({*group}.intersection(separate))):
        raise SigndecoderError(
            f"{quote(both[0])} is to be separate and the same as {STEAL}", "choose one of both"
        )


def _parse_names(given: Collection[str] | str, declared: Collection[str] | None) -> dict[str, None]:
    """Return the outcomes that are named, in order, each once."""
    listed = given.split(",") if isinstance(given, str) else given
    names = [
        parse_outcome(name, {name} if declared is None else declared)
        for name in listed
        if name.strip()
    ]
    if no_play := [name for name in names if name in (NONE, UNKNOWN, NOT_STEAL)]:
        raise SigndecoderError(
            f"{quote(no_play[0])} is not a play that a coach calls", "name a play, such as slap"
        )
    return dict.fromkeys(names)
