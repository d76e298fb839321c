"""Outcomes of plays: their names, and what each is evidence of."""

import re
from collections.abc import Collection
from enum import IntEnum

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, parse_name, quote

STEAL, NONE, UNKNOWN, NOT_STEAL = "steal", "none", "unknown", "not_steal"
OUTCOMES: tuple[str, ...] = (
    *(STEAL, NONE, UNKNOWN, NOT_STEAL, "bunt", "hit_and_run", "squeeze", "take"),
    *("delayed_steal", "double_steal", "fake_steal", "slap", "swing", "other"),
)

_STEALS = {"1": STEAL, "yes": STEAL, "y": STEAL, "true": STEAL, "t": STEAL} | {
    "0": NOT_STEAL, "no": NOT_STEAL, "n": NOT_STEAL, "false": NOT_STEAL, "f": NOT_STEAL
}  # fmt: skip
_JOINTS = re.compile(r"[\s_\-\u2010\u2011\u2013]+")


class Evidence(IntEnum):
    """What an outcome says about the called play."""

    CALLED = 0
    OTHER = 1  # another play, by name
    NOTHING = 2  # no play at all
    NOT_CALLED = 3  # another play or nothing, it is not known which
    SILENT = 4


def evidence_of(outcome: str, play: str) -> Evidence:
    """Return what `outcome` says about the called play `play`."""
    if outcome == UNKNOWN or (outcome == NOT_STEAL and play != STEAL):
        return Evidence.SILENT
    if outcome == play:
        return Evidence.CALLED
    if outcome == NOT_STEAL:
        return Evidence.NOT_CALLED
    return Evidence.NOTHING if outcome == NONE else Evidence.OTHER


def normalize_outcome(text: str) -> str:
    """Return the spelling of an outcome, known or not: lower case, `_` between its words."""
    name = _JOINTS.sub("_", fold(parse_name(text, "outcome"))).strip("_")
    if not name:
        raise SigndecoderError(f"the outcome {quote(text)} has no letters", "write a name")
    known = {outcome.replace("_", ""): outcome for outcome in OUTCOMES}
    return known.get(name.replace("_", ""), name)


def parse_outcome(text: str, declared: Collection[str] = ()) -> str:
    """Return the outcome that `text` names: one of OUTCOMES or of those that were declared."""
    if not text.strip():
        raise SigndecoderError("the outcome is empty", "write unknown where nobody could tell")
    name = normalize_outcome(text)
    for known in (*OUTCOMES, *map(normalize_outcome, declared)):
        if known.replace("_", "") == name.replace("_", ""):
            return known
    raise SigndecoderError(
        f"the outcome {quote(text.strip())} is not known",
        f"write {', '.join(OUTCOMES)}, or declare it with --outcomes {name}",
    )


def parse_steal(text: str) -> str:
    """Return the outcome that a cell of `steal` means: `steal` or `not_steal`."""
    try:
        return _STEALS[fold(text)]
    except KeyError:
        raise SigndecoderError(
            f"the steal cell {quote(text)} is neither yes nor no",
            "write 1 or 0, yes or no, true or false",
        ) from None
