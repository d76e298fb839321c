"""The names that people give to the columns of a log, in one table."""

from __future__ import annotations

import re
import unicodedata

from signdecoder.core.play import KNOWN_COLUMNS

# What each column may be called, the likeliest first. Case and marks do not matter.
TITLES: dict[str, tuple[str, ...]] = {
    "signs": (
        *("signs", "sequence", "signals", "touches", "sign sequence", "signal sequence"),
        *("signs given", "signals given", "sign", "signal", "touch", "sequences", "touch sequence"),
        *("coach signs", "coachs signs", "3b coach signs", "third base coach signs", "seq"),
    ),
    "outcome": (
        *("outcome", "result", "what happened", "play", "event", "outcomes", "results", "call"),
        *("play called", "called", "actual", "happened", "play result", "what they did", "action"),
        *("what the runner did", "runner action", "what"),
    ),
    "steal": (
        *("steal", "stole", "stolen", "stolen base", "steal attempt", "runner went", "went"),
        *("runner stole", "is steal", "sb", "did they steal", "stealing"),
    ),
    "coach": ("coach", "opponent", "team", "opp", "vs", "versus", "opposing team", "head coach"),
    "game": ("game", "match", "game id", "game no", "game number", "game name", "gm"),
    "date": ("date", "day", "game date", "date of game", "date played", "when", "datum"),
    "inning": ("inning", "inn", "innings", "in", "i"),
    "half": ("half", "half inning", "top bottom", "top bot", "t b"),
    "outs": ("outs", "out", "o", "no of outs"),
    "balls": ("balls", "ball", "b"),
    "strikes": ("strikes", "strike", "s", "k"),
    "runners": ("runners", "on base", "runners on", "men on", "bases", "base runners", "runner on"),
    "count": ("count", "the count", "b s", "balls strikes", "pitch count b s"),
    "note": ("note",),
}
ROLES = tuple(TITLES)
COUNT = "count"  # the one role that stays a column of its own
# One signal in each column: "Sig 1", "Touch 1", "1st sign", "3".
_NUMBERED = re.compile(
    r"(?:(?:sig|sign|signal|touch|sg|t|s)s? ?(?:no )?(\d\d?)|(\d\d?)(?:st|nd|rd|th)?"
    r"(?: (?:sig|sign|signal|touch))?)"
)
_ABOUT_SIGNS = re.compile(r"(?:number|no|n|count|how many|total) (?:of )?")


def plain_heading(text: str) -> str:
    """Return the key under which headings are compared.

    Parameters
    ----------
    text : str
        A heading as written.

    Returns
    -------
    str
        Lower case words without marks and without what stands in brackets.

    Examples
    --------
    >>> plain_heading("Runner Went? (Y/N)"), plain_heading("sign_sequence")
    ('runner went', 'sign sequence')
    """
    plain = unicodedata.normalize("NFKC", text[:200]).casefold()
    plain = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", plain)
    plain = re.sub(r"['\u2019]", "", plain)
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


_ROLE_OF = {title: role for role, titles in TITLES.items() for title in titles}


def role_of(heading: str) -> tuple[str, int] | None:
    """Return what a column holds by its heading, and how usual the heading is.

    Parameters
    ----------
    heading : str
        The heading as written.

    Returns
    -------
    tuple of (str, int) or None
        The role and the rank of the heading, from 0; None if it says nothing.

    Examples
    --------
    >>> role_of("Signs"), role_of("What happened"), role_of("Wind")
    (('signs', 0), ('outcome', 2), None)
    """
    plain = plain_heading(heading)
    role = _ROLE_OF.get(plain)
    if role is not None:
        return role, TITLES[role].index(plain)
    words = plain.split()
    if words and words[-1] in ("signs", "signals", "touches", "sequence"):
        return None if _ABOUT_SIGNS.match(plain) else ("signs", len(TITLES["signs"]))
    return None


def exact_role(heading: str) -> str | None:
    """Return the role of a heading that is a column name of signdecoder itself.

    Parameters
    ----------
    heading : str
        The heading as written.

    Returns
    -------
    str or None
        The name, or None.
    """
    plain = " ".join(heading.split()).casefold()
    return plain if plain in KNOWN_COLUMNS else None


def signal_number(heading: str) -> int | None:
    """Return which signal of the sequence a column holds.

    Parameters
    ----------
    heading : str
        The heading as written.

    Returns
    -------
    int or None
        Its number, or None if the column holds none.

    Examples
    --------
    >>> signal_number("Sig 3"), signal_number("Touch1"), signal_number("2nd sign")
    (3, 1, 2)
    """
    found = _NUMBERED.fullmatch(plain_heading(heading))
    return int(found[1] or found[2]) if found else None
