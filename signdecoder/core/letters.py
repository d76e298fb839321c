"""Letters as signals: whether a coach's log tells upper case from lower case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from signdecoder.core.missed import names_in
from signdecoder.core.names import fold, is_letter


class LetterCases(NamedTuple):
    """Letters that a log writes in both cases.

    Attributes
    ----------
    pairs : tuple of (str, str)
        Each of them in upper and in lower case, sorted.
    matter : bool
        Whether they are different signals. Upper case that only begins sequences, or fills whole
        ones, is how people and their keyboards write.
    """

    pairs: tuple[tuple[str, str], ...]
    matter: bool

    def __str__(self) -> str:
        """Return the pairs as a list: ``K and k, P and p``."""
        return ", ".join(f"{upper} and {lower}" for upper, lower in self.pairs)


NO_LETTERS = LetterCases((), matter=False)


def find_letter_cases(sequences: Iterable[Sequence[str]]) -> LetterCases:
    """Find the letters that sequences of one character a signal show in both cases.

    Parameters
    ----------
    sequences : iterable of sequence of str
        The sequences of one coach. Missed signals do not count.

    Returns
    -------
    LetterCases
        The letters; none if a signal has more than one character.

    Examples
    --------
    >>> str(find_letter_cases([("K", "p", "k"), ("P", "b")])), find_letter_cases([("b", "K")])
    ('K and k, P and p', LetterCases(pairs=(), matter=False))
    """
    forms: defaultdict[str, set[str]] = defaultdict(set)
    amid_lower: set[str] = set()  # in upper case, after another signal and with lower case around
    for signals in set(sequences):
        names = names_in(signals)
        if not all(map(is_letter, names)):
            return NO_LETTERS
        for name in names:
            forms[fold(name)].add(name)
        if any(name != name.upper() for name in names):
            amid_lower.update(name for name in signals[1:] if name != name.lower())
    pairs = tuple(
        (upper, lower)
        for own in forms.values()
        for upper in sorted(own)
        for lower in sorted(own)
        if upper != lower == upper.lower()
    )
    matter = any(upper in amid_lower for upper, _ in pairs)
    return LetterCases(tuple(sorted(pairs)), matter) if pairs else NO_LETTERS
