"""The codes and words by which scorebooks and people write an outcome, in one table."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

# What a code or word means. Case, spaces, hyphens and dots do not matter.
CODES: dict[str, tuple[str, ...]] = {
    "steal": (
        *("SB", "SB2", "SB3", "SBH", "stolen base", "stole", "stolen", "steals", "stealing"),
        *("stole 2nd", "2B stolen", "went", "ran", "go", "runner went"),
    ),
    "caught_stealing": ("CS", "CS2", "CS2(26)", "thrown out stealing"),
    "double_steal": ("SB2;SB3",),
    "delayed_steal": ("delay steal", "delayed"),
    "fake_steal": ("fake", "faked", "bluff"),
    "hit_and_run": ("H&R", "HNR", "H+R", "H/R", "hit & run", "hit n run", "hit + run"),
    "bunt": (
        *("SH", "sac", "sacrifice", "sac bunt", "sacrifice bunt", "sacrifice hit", "bunted"),
        *("bunts", "bunting", "drag bunt", "push bunt"),
    ),
    "squeeze": ("SQ", "SQZ", "squeeze bunt", "safety squeeze", "suicide squeeze", "squeezed"),
    "take": ("T", "took", "taken", "takes", "taking", "take sign"),
    "slap": ("slapped", "slaps", "slap hit"),
    "swing": ("swung", "swings", "swing away", "hit away", "swinging"),
    "none": (
        *("-", "hold", "held", "holds", "stayed", "stay", "stays", "nothing", "nothing on"),
        *("nothing happened", "no play", "no sign"),
    ),
    "not_steal": ("no steal", "did not go", "didn't go", "did not run", "didn't run"),
    "unknown": (
        *("?", "PO", "PO1(13)", "pick off", "picked off", "PB", "passed ball", "WP", "wild pitch"),
        *("BK", "balk", "not seen", "missed", "no pitch", "unk"),
    ),
}
_BASE = r"(?:2nd|3rd|2b|3b|second|third|home|h|2|3|base|a base|the base)"
_FIELDERS = r"(?:[\s(]*\d[\d\s-]*\)?)?"  # who threw to whom, as in CS2(26)
_STOLEN = rf"(?:sb ?[23h]?|stole|steals?|stolen|stealing)(?: (?:of )?{_BASE}(?: base)?)?"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (outcome, re.compile(pattern))
    for outcome, pattern in (
        ("double_steal", r"sb ?[23h] ?[;,/+&] ?sb ?[23h]"),
        ("steal", _STOLEN),
        ("steal", rf"{_BASE}(?: base)? (?:stolen|steal|sb)"),
        ("caught_stealing", rf"(?:cs|caught stealing) ?(?:{_BASE})?{_FIELDERS}"),
        (
            "unknown",
            rf"(?:po|pick(?:ed)? ?off) ?(?:at )?(?:1|1st|first|{_BASE})?{_FIELDERS}",
        ),
        ("unknown", r"\?+"),
        ("none", r"-+"),
    )
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")


def plain_code(text: str) -> str:
    """Return the key under which codes are compared.

    Parameters
    ----------
    text : str
        A code as written.

    Returns
    -------
    str
        Lower case, with single spaces, and without dots and apostrophes.

    Examples
    --------
    >>> plain_code(" Pick-Off "), plain_code("S.B."), plain_code("—")
    ('pick off', 'sb', '-')
    """
    plain = unicodedata.normalize("NFKC", text[:200]).casefold().translate(_DASHES)
    plain = re.sub(r"[.'\u2019`!_]", lambda mark: " " if mark[0] == "_" else "", plain)
    plain = re.sub(r"(?<=\w)-(?=\w)", " ", plain)
    return " ".join(plain.split())


_MEANINGS = {plain_code(code): outcome for outcome, codes in CODES.items() for code in codes}


@lru_cache(maxsize=4096)
def read_code(text: str) -> str | None:
    """Return what a code of a scorebook means.

    Parameters
    ----------
    text : str
        The code as written.

    Returns
    -------
    str or None
        The outcome, or None if no code is written like this.

    Examples
    --------
    >>> read_code("CS2(26)"), read_code("Steals 2nd"), read_code("XX")
    ('caught_stealing', 'steal', None)
    """
    plain = plain_code(text)
    if plain in _MEANINGS:
        return _MEANINGS[plain]
    return next((outcome for outcome, form in _PATTERNS if form.fullmatch(plain)), None)


def suggest_outcome(text: str) -> str | None:
    """Return what an unknown word probably means.

    Parameters
    ----------
    text : str
        The word as written.

    Returns
    -------
    str or None
        An outcome, or None if nothing is near.

    Examples
    --------
    >>> suggest_outcome("stael"), suggest_outcome("attempted steal"), suggest_outcome("off speed")
    ('steal', 'steal', None)
    """
    plain = plain_code(text)
    if re.search(r"\bhr\b|home ?run|\bsf\b|sac(rifice)? fly", plain):
        return None  # a home run, a sacrifice fly: no play that a coach calls
    words = {**_MEANINGS, **{plain_code(outcome): outcome for outcome in CODES}}
    near = get_close_matches(plain, [word for word in words if len(word) > 2], 1, 0.75)
    if near:
        return words[near[0]]
    inside = [word for word in words if len(word) > 3 and re.search(rf"\b{re.escape(word)}", plain)]
    return words[max(inside, key=len)] if inside else None
