"""Build a rule from the roles that a coach names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signdecoder.core.errors import UsageError
from signdecoder.core.names import fold, parse_name
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import (
    NO_SIGNAL,
    NULL,
    Rule,
)

_COUNTS = range(1, 10)


@dataclass(frozen=True, slots=True)
class RoleInput:
    """The roles of a rule as the coach names them: signals, or numbers if the rule counts.

    ``others`` are the other plays, each with its live signal. ``signals`` are all signals of the
    coach, if they are listed. ``more_keys`` and ``more_lives`` do the same as the key sign and as
    the live signal.
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
    more_keys: tuple[str, ...] = ()
    more_lives: tuple[str, ...] = ()


def build_rule(role_input: RoleInput) -> tuple[Rule, tuple[str, ...]]:
    """Return the rule, and the names of its signals by number, with ``signals`` first.

    Raises UsageError if a role is missing, superfluous or contradictory.
    """
    _check_parts(role_input)
    numbers = _SignalNumbers(role_input.signals)
    family = FAMILIES[role_input.family]
    counts = family.counts
    lives = [role_input.live, *(live for _, live in role_input.others)]
    _refuse_doubles(role_input, _name_roles(role_input))
    key, second = numbers.number(role_input.key), numbers.number(role_input.second)
    calls = [_parse_count(live) if counts else numbers.number(live) for live in lives]
    if counts and len(set(calls)) < len(calls):
        raise UsageError("two plays have the same number", "give each play its own number")
    return (
        Rule(
            role_input.family,
            tuple(calls),
            indicator=key,
            second=key if family.form.second_is_key and role_input.second is None else second,
            step=_choose_ordinal(role_input),
            wipe_off=numbers.number(role_input.wipe_off),
            wipes_anywhere=role_input.wipes_all,
            more_live=tuple(numbers.number(name) for name in role_input.more_lives),
            more_indicators=tuple(numbers.number(name) for name in role_input.more_keys),
        ),
        tuple(numbers.names),
    )


def _name_roles(role_input: RoleInput) -> list[tuple[str, str | None]]:
    """List the signals with a role, each with the name of the role."""
    roles = [("key", key) for key in (role_input.key, *role_input.more_keys)]
    roles += [("second", role_input.second), ("wipe-off", role_input.wipe_off)]
    if not FAMILIES[role_input.family].counts:
        roles += [("live signal", live) for live in (role_input.live, *role_input.more_lives)]
        roles += [(f"live signal of {play}", live) for play, live in role_input.others]
    return roles


class _SignalNumbers:
    """The names of signals by number; a list of all signals is complete."""

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
                f'"{name}" is not among your signals ({listed})',
                "correct the name, or add it to --signals",
            )
        self.names.append(parse_name(name))
        return len(self.names) - 1


def _check_parts(role_input: RoleInput) -> None:
    """Raise UsageError unless exactly the roles of this family are named."""
    family = role_input.family
    if family == NULL:
        raise UsageError("signs without meaning cannot be cracked", "choose another --family")
    if family not in FAMILIES:
        listed = ", ".join(name for name in FAMILIES if name != NULL)
        raise UsageError(f"there is no family {family!r}", f"choose one of {listed}")
    needs = FAMILIES[family].form.needs
    given = {"key": role_input.key, "live": role_input.live, "second": role_input.second}
    for part, name in given.items():
        if name is None and needs[part] == "must":
            raise UsageError(
                f"the family {family} needs a {_NOUNS[part]}", f"name it with --{part}"
            )
        if name is not None and not needs[part]:
            raise UsageError(f"the family {family} has no {_NOUNS[part]}", f"remove --{part}")
    if (role_input.more_keys or role_input.more_lives) and not FAMILIES[family].takes_sets:
        raise UsageError(
            f"the family {family} takes one signal in each role",
            "remove the others, with the comma",
        )
    if role_input.wipes_all and role_input.wipe_off is None:
        raise UsageError("--wipes-all needs a wipe-off", "name it with --wipe-off")
    if role_input.others and role_input.live is None:
        raise UsageError(
            "any signal may call the steal, so none is left for another play",
            "name the steal's signal with --live, or remove --also",
        )


_NOUNS = {"key": "key sign", "live": "live signal", "second": "second signal"}


def _refuse_doubles(role_input: RoleInput, roles: Sequence[tuple[str, str | None]]) -> None:
    """Raise UsageError if one signal has two roles, except the two keys of the family between."""
    roles_by_name: dict[str, str] = {}
    for role, name in roles:
        if name is None:
            continue
        is_known = fold(name) in roles_by_name
        before = roles_by_name.setdefault(fold(name), role)
        if is_known and before == role:
            raise UsageError(f'"{name}" is named twice as the {role}', "name it once")
        if before != role and not (
            FAMILIES[role_input.family].form.second_is_key and (before, role) == ("key", "second")
        ):
            raise UsageError(
                f'"{name}" is both the {before} and the {role}', "choose two different signals"
            )


def _parse_count(text: str | None) -> int:
    if text is None or not text.isdecimal() or int(text) not in _COUNTS:
        raise UsageError(
            f'"{text}" is not a number of signals',
            "write a number from 1 to 9, because this family counts",
        )
    return int(text)


def _choose_ordinal(role_input: RoleInput) -> int:
    form = FAMILIES[role_input.family].form
    if not form.ordinals:
        if role_input.ordinal is not None:
            raise UsageError(f"the family {role_input.family} has no ordinal", "remove --ordinal")
        return form.default_step
    ordinal = form.default_step if role_input.ordinal is None else role_input.ordinal
    if ordinal not in form.ordinals:
        listed = ", ".join(map(str, form.ordinals))
        raise UsageError(
            f"the family {role_input.family} has no ordinal {ordinal}", f"write one of {listed}"
        )
    return ordinal
