"""Which signals each kind of rule takes, and how a coach's own words become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signdecoder.core.errors import UsageError
from signdecoder.core.names import fold, parse_name
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import (
    NO_SIGNAL,
    Rule,
)

_ORDINALS = {"kth": (2, 3, 4, 5), "position": (1, 2, 3, 4, 5, -1)}
_USUAL = {"kth": 2, "position": -1}
_COUNTS = range(1, 10)
_MUST, _MAY = "must", "may"
_KEY_AND_LIVE = {"key": _MUST, "live": _MUST}
TAKES: Mapping[str, Mapping[str, str]] = {
    # What the coach must name of his rule, and what he may.
    **dict.fromkeys(("next", "kth", "anywhere", "before", "both", "count_of"), _KEY_AND_LIVE),
    "two_after": _KEY_AND_LIVE | {"second": _MUST},
    "between": _KEY_AND_LIVE | {"second": _MAY},
    "count_after": _KEY_AND_LIVE | {"second": _MAY},
    "hot": {"live": _MUST, "second": _MAY},
    "position": {"live": _MUST},
    "twice": {"live": _MAY},
    "sandwich": {"live": _MAY},
}


@dataclass(frozen=True, slots=True)
class RoleInput:
    """A rule in a coach's own words: names of signals, or numbers where the rule counts.

    ``others`` are the other plays with what is live for each, ``signals`` all signals that he uses
    as far as he names them.
    """

    family: str = "next"
    key: str | None = None
    live: str | None = None
    second: str | None = None
    wipe_off: str | None = None
    wipes_all: bool = False
    ordinal: int | None = None
    others: tuple[tuple[str, str], ...] = ()
    signals: tuple[str, ...] = ()


def build_rule(told: RoleInput) -> tuple[Rule, tuple[str, ...]]:
    """The rule, and the names of its signals by their numbers: those of ``signals`` come first.

    Raises UsageError where something is missing, too much, or contradicts itself.
    """
    _check_parts(told)
    roll = _Roll(told.signals)
    counts = FAMILIES[told.family].counts
    lives = [told.live, *(live for _, live in told.others)]
    roles = {"key": told.key, "second": told.second, "wipe-off": told.wipe_off}
    if not counts:
        roles |= {"live signal": told.live}
        roles |= {f"live signal of {play}": live for play, live in told.others}
    _refuse_doubles(told, roles)
    key, second = roll.number(told.key), roll.number(told.second)
    calls = [_read_count(live) if counts else roll.number(live) for live in lives]
    if counts and len(set(calls)) < len(calls):
        raise UsageError("two plays have the same number", "give each play its own")
    return (
        Rule(
            told.family,
            tuple(calls),
            indicator=key,
            second=key if told.family == "between" and told.second is None else second,
            step=_read_ordinal(told),
            wipe_off=roll.number(told.wipe_off),
            wipes_anywhere=told.wipes_all,
        ),
        tuple(roll.names),
    )


class _Roll:
    """The names of signals by number; who uses more signals than he lists is told so."""

    def __init__(self, listed: Sequence[str]) -> None:
        self.names = list(listed)
        self._open = not listed

    def number(self, name: str | None) -> int:
        if name is None:
            return NO_SIGNAL
        known = {fold(own): n for n, own in enumerate(self.names)}
        if fold(name) in known:
            return known[fold(name)]
        if not self._open:
            listed = ", ".join(self.names)
            raise UsageError(
                f'there is no signal "{name}" among yours ({listed})',
                "correct the name, or add it with --signals",
            )
        self.names.append(parse_name(name))
        return len(self.names) - 1


def _check_parts(told: RoleInput) -> None:
    """Does the coach name what this kind of rule takes, and nothing else?"""
    family = told.family
    if family == "null":
        raise UsageError("signals that mean nothing cannot be cracked", "take another --family")
    if family not in TAKES:
        raise UsageError(f"there is no family {family!r}", f"choose one of {', '.join(TAKES)}")
    given = {"key": told.key, "live": told.live, "second": told.second}
    for part, name in given.items():
        if name is None and TAKES[family].get(part) == _MUST:
            raise UsageError(
                f"the family {family} needs a {_NOUNS[part]}", f"name it with --{part}"
            )
        if name is not None and part not in TAKES[family]:
            raise UsageError(f"the family {family} has no {_NOUNS[part]}", f"leave --{part} out")
    if told.wipes_all and told.wipe_off is None:
        raise UsageError("there is no wipe-off to wipe all", "name it with --wipe-off")
    if told.others and told.live is None:
        raise UsageError(
            "any signal may call the steal, which leaves none for another play",
            "name the steal's with --live, or leave --also out",
        )


_NOUNS = {"key": "key sign", "live": "live signal", "second": "second signal"}


def _refuse_doubles(told: RoleInput, roles: Mapping[str, str | None]) -> None:
    """Refuse one signal in two roles; a bracket may open and close with the same."""
    seen: dict[str, str] = {}
    for role, name in roles.items():
        if name is None:
            continue
        before = seen.setdefault(fold(name), role)
        if before != role and not (
            told.family == "between" and (before, role) == ("key", "second")
        ):
            raise UsageError(f'"{name}" is both the {before} and the {role}', "name two signals")


def _read_count(text: str | None) -> int:
    if text is None or not text.isdecimal() or int(text) not in _COUNTS:
        raise UsageError(
            f'"{text}" is no count of signals', "this family counts: write a number from 1 to 9"
        )
    return int(text)


def _read_ordinal(told: RoleInput) -> int:
    allowed = _ORDINALS.get(told.family)
    if allowed is None:
        if told.ordinal is not None:
            raise UsageError(f"the family {told.family} has no ordinal", "leave --ordinal out")
        return 2 if told.family == "sandwich" else 1
    ordinal = _USUAL[told.family] if told.ordinal is None else told.ordinal
    if ordinal not in allowed:
        listed = ", ".join(map(str, allowed))
        raise UsageError(f"{told.family} has no ordinal {ordinal}", f"write one of {listed}")
    return ordinal
