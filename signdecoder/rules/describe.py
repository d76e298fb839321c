"""A sign system said in words."""

from __future__ import annotations

from collections.abc import Sequence

from signdecoder.rules.rule import FAMILIES, NO_SIGNAL, Rule

_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def describe(system: Rule, names: Sequence[str], plays: Sequence[str] = ("steal",)) -> str:
    """The rule in words, such as "The signal right after the cap counts; belt means steal."

    ``names`` are the signals' names by number, ``plays`` the plays' in the order of ``calls``.
    """

    def name(signal: int) -> str:
        return "any signal" if signal == NO_SIGNAL else names[signal]

    family = FAMILIES[system.family]
    words = describe_calls(system, names)
    stop = f", up to the {name(system.second)}," if system.second != NO_SIGNAL else ""
    sentence = family.words.format(
        indicator=name(system.indicator),
        second=name(system.second),
        a_second=_a(name(system.second)),
        stop=stop,
        ordinal=_ORDINALS.get(system.step, ""),
        place=_ORDINALS.get(system.step, ""),
        call=", ".join(
            f"{w} means {p.replace('_', ' ')}" for w, p in zip(words, plays, strict=False)
        ),
    )
    if system.activator != NO_SIGNAL:
        sentence += f"; only if {_a(name(system.activator))} comes last"
    if system.wipe_off != NO_SIGNAL:
        where = "anywhere wipes it off" if system.wipes_anywhere else "wipes off all before it"
        sentence += f"; {_a(name(system.wipe_off))} {where}"
    return sentence + "."


def describe_calls(system: Rule, names: Sequence[str]) -> list[str]:
    """What calls each play, in words: a live signal, two of them, or a number where it counts."""
    if FAMILIES[system.family].counts:
        return [str(call) for call in system.calls]
    words = ["any signal" if call == NO_SIGNAL else names[call] for call in system.calls]
    if system.family == "hot" and system.second != NO_SIGNAL:
        words[0] += f" or {names[system.second]}"
    return words


def describe_call(system: Rule, names: Sequence[str]) -> str:
    """What calls the called play, by itself: `belt`, or `3 signals after`."""
    call = describe_calls(system, names)[0]
    if FAMILIES[system.family].counts:
        return f"{call} signals after" if system.family == "count_after" else f"{call} times"
    return call


def _a(noun: str) -> str:
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"
