"""Names that look like a slip of the keys for another one."""

from collections.abc import Iterable

from signdecoder.core.names import fold

_LEAST, _LONG = 4, 8  # characters of a name that may be a slip, and of one that may have two


def find_near(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that a name is probably a slip for.

    A slip is one character that is wrong, missing or too many, or two that changed places; in names
    of eight characters or more there may be two. Shorter names than four characters are no slips.

    Parameters
    ----------
    name : str
        A name that is not known.
    known : iterable of str
        The known names, the most likely first.

    Returns
    -------
    str or None
        The closest, or None if none is near.

    Examples
    --------
    >>> find_near("bell", ["cap", "belt"]), find_near("cup", ["cap"])
    ('belt', None)
    """
    if len(name) < _LEAST:
        return None
    most = 2 if len(name) >= _LONG else 1
    near = [
        (slips, one)
        for one in known
        if len(one) >= _LEAST and (slips := count_slips(fold(name), fold(one), most)) <= most
    ]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def count_slips(one: str, other: str, most: int) -> int:
    """Count the slips between two names, by optimal string alignment.

    Parameters
    ----------
    one, other : str
        The names.
    most : int
        Where counting may stop.

    Returns
    -------
    int
        The slips; more than `most` means only that there are more.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            slips = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                slips = min(slips, before[j - 2] + 1)
            row.append(slips)
        before, above = above, row
    return above[-1]
