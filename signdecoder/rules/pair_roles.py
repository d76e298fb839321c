"""What part each ordered pair of signals plays in a rule: what the network is taught to see in it.

A role is a kind of rule and, where it has one, its number: "k is the indicator of the signal right
after it, l that signal", or "k wipes off". A signal that plays its part alone plays it as the pair
of itself and itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from signdecoder.rules import prior as grammar
from signdecoder.rules.rule import FAMILIES, NO_SIGNAL, Rule


def _names() -> Iterator[str]:
    for family in FAMILIES:
        if family not in ("null", "kth", "position", "count_of", "count_after"):
            yield family
    yield from (f"kth {step}" for step in grammar.KTH)
    yield from (f"position {step}" for step in grammar.PLACES)
    yield from (f"count_of {n}" for n in grammar.COUNTS_OF)
    yield from (f"count_after {n}" for n in grammar.COUNTS_AFTER)
    yield from (f"count_after {n} to a stop" for n in grammar.COUNTS_AFTER)
    yield from ("another play", "on the way", "closing", "wipe-off", "wipes anywhere", "activator")


ROLES = tuple(_names())
_PLACE = {name: place for place, name in enumerate(ROLES)}


def roles_of(system: Rule) -> list[tuple[int, int, int]]:
    """The roles in this rule: (k, l, place in ROLES)."""
    found = [(k, live, _PLACE[role]) for k, live, role in _live(system)]
    if system.wipe_off != NO_SIGNAL:
        role = "wipes anywhere" if system.wipes_anywhere else "wipe-off"
        found.append((system.wipe_off, system.wipe_off, _PLACE[role]))
    if system.activator != NO_SIGNAL:
        found.append((system.activator, system.activator, _PLACE["activator"]))
    return found


def _live(system: Rule) -> Iterator[tuple[int, int, str]]:
    """What makes the rule call its play, and other plays on the same indicator."""
    family, key, second, call = (
        system.family,
        system.indicator,
        system.second,
        system.calls[0],
    )
    match family:
        case "null":
            return
        case "twice" | "sandwich":
            if call != NO_SIGNAL:
                yield call, call, family
            return
        case "count_of":
            yield key, key, f"count_of {call}"
            return
        case "count_after" if second == NO_SIGNAL:
            yield key, key, f"count_after {call}"
            return
        case "count_after":
            yield key, second, f"count_after {call} to a stop"
            return
        case "hot" | "position":
            name = family if family == "hot" else f"position {system.step}"
            yield call, call, name
            if second != NO_SIGNAL:
                yield second, second, name
            for other in system.calls[1:]:
                yield other, other, "another play"
            return
        case "two_after":
            yield key, second, "on the way"
        case "between":
            yield call, second, "closing"
    yield key, call, f"kth {system.step}" if family == "kth" else family
    for other in system.calls[1:]:
        yield key, other, "another play"
