"""What signals have in common: a side, a part of the body, skin or cloth, or what a file says.

Some coaches give meaning to a whole class of signals: any touch on the left, any touch of skin. The
classes come from the names of the signals, such as `left ear`, `ear:left` or `ear (right hand)`,
and from attributes that somebody gives for them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import MAX_NAME, fold, parse_name, quote

Attributes = Mapping[str, tuple[str, ...]]
"""For each signal, by folded name, its attributes: `left`, or `hand:right` for a kind and a value.
"""
NO_ATTRIBUTES: Attributes = MappingProxyType({})
MAX_SIGNALS, MAX_OF_SIGNAL = 1000, 16  # with attributes, and attributes of one signal
MAX_CLASSES = 24
_MOST_NAMED = 4  # signals of a class that its words list

_SIDE, _HAND, _PART, _MATERIAL = "side", "hand", "part", "material"
_SIDES = {"left": "left", "right": "right", "l": "left", "r": "right"}
_SKIN = frozenset({
    "arm", "brow", "cheek", "chin", "ear", "elbow", "eye", "face", "finger", "forearm", "forehead",
    "hair", "hand", "head", "jaw", "knuckle", "lip", "lobe", "mouth", "neck", "nose", "palm",
    "skin", "thumb", "wrist",
})  # fmt: skip
_CLOTH = frozenset({
    "belt", "bill", "brim", "buckle", "cap", "cloth", "collar", "cuff", "glove", "hat", "helmet",
    "jacket", "jersey", "letter", "logo", "number", "pant", "pocket", "shirt", "shoe", "shoelace",
    "sleeve", "sock", "uniform", "visor",
})  # fmt: skip
_FILLERS = frozenset({
    "a", "an", "and", "at", "in", "of", "on", "or", "sign", "signal", "the", "to", "touch", "with",
})  # fmt: skip
_GROUP = re.compile(r"\(([^()]*)\)")
_WORD = re.compile(r"[^\W\d_]+")


class AttributeClass(NamedTuple):
    """Signals that have something in common.

    Attributes
    ----------
    words : str
        What stands for any of them in a rule: `a left signal (left ear, left hand)`.
    signals : frozenset of str
        The names of the signals, at least two.
    """

    words: str
    signals: frozenset[str]


def attribute_classes(
    names: Sequence[str], attributes: Attributes = NO_ATTRIBUTES
) -> tuple[AttributeClass, ...]:
    """Find the classes of a coach's signals.

    Parameters
    ----------
    names : sequence of str
        The signals.
    attributes : mapping of str to tuple of str, optional
        Attributes of the signals, in addition to those in their names.

    Returns
    -------
    tuple of AttributeClass
        At most `MAX_CLASSES`. No two have the same signals, and none has all of them.

    Examples
    --------
    >>> for found in attribute_classes(["left ear", "right ear", "left hand", "cap", "belt"]):
    ...     print(found.words)
    a left signal (left ear, left hand)
    an ear signal (left ear, right ear)
    a cloth signal (belt, cap)
    a skin signal (left ear, left hand, right ear)
    """
    members: dict[tuple[str, str], set[str]] = {}
    for name in dict.fromkeys(names):
        given = [_split(attribute) for attribute in attributes.get(fold(name), ())]
        for attribute in (*given, *_attributes_in(name)):
            members.setdefault(attribute, set()).add(name)
    if not any(kind == _MATERIAL for kind, _ in _given(attributes)):
        members |= _materials(names)
    order = {attribute: place for place, attribute in enumerate(sorted(_given(attributes)))}
    found: dict[frozenset[str], str] = {}
    for attribute in sorted(members, key=lambda each: (order.get(each, len(order)), *_rank(each))):
        signals = frozenset(members[attribute])
        if 2 <= len(signals) < len(set(names)) and signals not in found:
            found[signals] = f"{_phrase(*attribute)} ({_list(signals)})"
    classes = [AttributeClass(words, signals) for signals, words in found.items()]
    return tuple(classes[:MAX_CLASSES])


def parse_attributes(given: Mapping[str, Collection[str] | str]) -> Attributes:
    """Check the attributes of signals.

    Parameters
    ----------
    given : mapping of str to str or collection of str
        For each signal its attributes, such as ``left`` or ``hand:right``.

    Returns
    -------
    mapping of str to tuple of str
        The same by folded names, sorted.

    Raises
    ------
    SigndecoderError
        If a name is not valid, or there are too many.

    Examples
    --------
    >>> parse_attributes({"Ear": ["left", "Hand: right"]})
    {'ear': ('hand:right', 'left')}
    """
    parsed: dict[str, tuple[str, ...]] = {}
    for name, values in given.items():
        signal = fold(parse_name(name))
        listed = [values] if isinstance(values, str) else values
        own = {*parsed.get(signal, ()), *map(_parse_attribute, listed)}
        if len(own) > MAX_OF_SIGNAL:
            raise SigndecoderError(
                f"the signal {quote(name)} has {len(own)} attributes (limit {MAX_OF_SIGNAL})",
                "leave some out",
            )
        if own:
            parsed[signal] = tuple(sorted(own))
    if len(parsed) > MAX_SIGNALS:
        raise SigndecoderError(
            f"{len(parsed)} signals have attributes (limit {MAX_SIGNALS})", "leave some out"
        )
    return parsed


def _parse_attribute(text: str) -> str:
    kind, _, value = (fold(part) for part in parse_name(text, "attribute").partition(":"))
    attribute = f"{kind}:{value}" if kind and value else kind or value
    if not attribute or len(attribute) > MAX_NAME:
        raise SigndecoderError(
            f"{quote(text)} is not an attribute",
            f"write a word, or a kind and a value as in hand:right, in {MAX_NAME} characters",
        )
    return attribute


def _split(attribute: str) -> tuple[str, str]:
    """Return the kind of an attribute and its value."""
    kind, _, value = attribute.rpartition(":")
    if kind:
        return kind, value
    word = _singular(value)
    if word in _SIDES:
        return _SIDE, _SIDES[word]
    return (_MATERIAL if word in ("skin", "cloth") else _PART), word


def _given(attributes: Attributes) -> set[tuple[str, str]]:
    return {_split(attribute) for own in attributes.values() for attribute in own}


def _attributes_in(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a name says: its words, and each group in parentheses as a whole."""
    folded = fold(name)
    for word in _words(_GROUP.sub(" ", folded)):
        yield _split(word)
    for group in _GROUP.findall(folded):
        for part in group.split(","):
            words = _words(part)
            side = _SIDES.get(words[0], "") if words else ""
            if side and words[1:] == ["hand"]:
                yield _HAND, side
            elif words:
                yield _split(" ".join(words))


def _words(text: str) -> list[str]:
    """List the words of a text that say something: no numbers, fillers or single letters."""
    words = [_singular(word) for word in _WORD.findall(text)]
    return [w for w in words if w not in _FILLERS and (len(w) > 1 or w in _SIDES)]


def _singular(word: str) -> str:
    return word[:-1] if word[:-1] in _SKIN | _CLOTH and word.endswith("s") else word


def _materials(names: Sequence[str]) -> dict[tuple[str, str], set[str]]:
    """Return which names are of skin and of cloth, if there are at least two of each."""
    members: dict[tuple[str, str], set[str]] = {
        (_MATERIAL, "cloth"): set(),
        (_MATERIAL, "skin"): set(),
    }
    for name in names:
        words = set(_words(_GROUP.sub(" ", fold(name))))
        if bool(words & _SKIN) != bool(words & _CLOTH):
            members[_MATERIAL, "skin" if words & _SKIN else "cloth"].add(name)
    return members if all(len(own) >= 2 for own in members.values()) else {}


def _rank(attribute: tuple[str, str]) -> tuple[int, str, str]:
    """Return the order of classes: sides first, materials last."""
    kind, value = attribute
    return {_SIDE: 0, _HAND: 1, _MATERIAL: 3}.get(kind, 2), kind, value


def _phrase(kind: str, value: str) -> str:
    """Return what to call a signal with an attribute."""
    if kind == _HAND and value in _SIDES:
        return f"a {value}-hand signal"
    if kind in (_SIDE, _PART, _MATERIAL):
        return f"{'an' if value[:1] in tuple('aeiou') else 'a'} {value} signal"
    return f"a signal with {kind} {value}"


def _list(signals: Collection[str]) -> str:
    listed = sorted(signals, key=lambda name: (fold(name), name))
    if len(listed) <= _MOST_NAMED:
        return ", ".join(listed)
    return f"{', '.join(listed[: _MOST_NAMED - 1])} and {len(listed) - _MOST_NAMED + 1} more"
