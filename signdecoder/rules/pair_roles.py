"""The role of each ordered pair of signals in a rule: what the network is taught to recognize.

A role is a kind of rule, with its number if it has one: "k is the indicator of the signal right
after it, l that signal", or "k wipes off". A signal with a role of its own has it as the pair of
itself and itself.
"""

from __future__ import annotations

from signdecoder.rules.family import ANOTHER_PLAY, CLOSING, ON_THE_WAY
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import NO_SIGNAL, Rule

_WIPE_OFF, _WIPES_ANYWHERE, _ACTIVATOR = "wipe-off", "wipes anywhere", "activator"
# In the order of the network's outputs while it is trained. Roles of later families follow.
_TRAINED = (
    *("next", "anywhere", "before", "hot", "both", "two_after", "between", "twice", "sandwich"),
    *("kth 2", "kth 3", "position 1", "position -1", "position 2", "position 3"),
    *("count_of 2", "count_of 3"),
    *(f"count_after {n}" for n in (2, 3, 4, 5)),
    *(f"count_after {n} to a stop" for n in (2, 3, 4, 5)),
    *(ANOTHER_PLAY, ON_THE_WAY, CLOSING, _WIPE_OFF, _WIPES_ANYWHERE, _ACTIVATOR),
)


def role_names() -> tuple[str, ...]:
    """List the roles of all families, and those of modifiers.

    Returns
    -------
    tuple of str
        The names; a role is known by its index.
    """
    defined = (name for family in FAMILIES.values() for name in family.role_names)
    return (*_TRAINED, *(name for name in defined if name not in _TRAINED))


ROLES = role_names()
"""The roles of all families that the package defines."""


def roles_of(rule: Rule) -> list[tuple[int, int, int]]:
    """List the roles of pairs of signals in a rule.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    list of (int, int, int)
        The signals k and l of each pair, and the index of its role in `role_names()`.
    """
    index = {name: n for n, name in enumerate(role_names())}
    family = FAMILIES[rule.family]
    named = dict.fromkeys(role for one in rule.readings for role in family.pair_roles(one))
    roles = [(k, live, index[name]) for k, live, name in named]
    if rule.wipe_off != NO_SIGNAL:
        name = _WIPES_ANYWHERE if rule.wipes_anywhere else _WIPE_OFF
        roles.append((rule.wipe_off, rule.wipe_off, index[name]))
    if rule.activator != NO_SIGNAL:
        roles.append((rule.activator, rule.activator, index[_ACTIVATOR]))
    return roles
