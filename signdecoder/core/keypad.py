"""Keypad: the signals that a screen offers for a coach, each with the key that enters it."""

from collections.abc import Iterable
from typing import NamedTuple

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.missed import names_in
from signdecoder.core.names import NameKey, fold, parse_name
from signdecoder.core.play import MAX_VOCABULARY

KEYS = "abcdefghijklmnopqrstuvwxyz0123456789"
LETTER_KEYS = KEYS + KEYS[:26].upper()  # where the case of letters matters
DEFAULT_SIGNALS: tuple[str, ...] = (
    *("cap", "ear", "nose", "chin", "chest", "belt"),
    *("wrist", "elbow", "thigh", "knee", "shoulder", "clap"),
)


class KeypadSignal(NamedTuple):
    """A signal of a keypad.

    Attributes
    ----------
    name : str
        Name of the signal, as it is shown.
    key : str
        One of LETTER_KEYS, or empty once all keys are taken.
    """

    name: str
    key: str


KeypadLayout = tuple[KeypadSignal, ...]  # in the order in which a screen shows them


def assign_keys(
    names: Iterable[str], keypad: KeypadLayout = (), name_key: NameKey = fold
) -> KeypadLayout:
    """Add signals to a keypad, each with a key of its own.

    Parameters
    ----------
    names : iterable of str
        Signals to add. Those that the keypad has already are skipped, and so are placeholders.
    keypad : KeypadLayout, optional
        Keypad to add to. Its keys stay as they are.

    name_key : callable, optional
        How names of signals are compared.

    Returns
    -------
    KeypadLayout
        The keypad with the new signals at its end.

    Examples
    --------
    >>> [(signal.name, signal.key) for signal in assign_keys(["cap", "chin", "ear"])]
    [('cap', 'c'), ('chin', 'h'), ('ear', 'e')]
    """
    known = name_keys(keypad, name_key)
    for name in names_in(names):
        if name_key(name) not in known:
            known.add(name_key(name))
            keypad = (
                *keypad,
                KeypadSignal(name, _choose_key(name, {s.key for s in keypad}, name_key)),
            )
    return keypad


def _choose_key(name: str, taken: set[str], name_key: NameKey) -> str:
    """Choose the first free letter of a name, else a free digit, else any free letter."""
    candidates = [*name_key(name), *"1234567890", *KEYS]
    return next((key for key in candidates if key in LETTER_KEYS and key not in taken), "")


def set_key(keypad: KeypadLayout, name: str, key: str, name_key: NameKey = fold) -> KeypadLayout:
    """Give a signal another key. A signal that has this key takes the one that becomes free.

    Parameters
    ----------
    keypad : KeypadLayout
        Keypad to change.
    name : str
        Signal that gets the key.
    key : str
        One letter or digit.

    name_key : callable, optional
        How names of signals are compared.

    Returns
    -------
    KeypadLayout
        The changed keypad.

    Raises
    ------
    SigndecoderError
        If the key is not one letter or digit, or the signal is not on the keypad.
    """
    if len(key) != 1 or key.lower() not in KEYS:
        raise SigndecoderError(f'"{key}" is not a key for a signal', "use one letter or one digit")
    key = name_key(key)
    old = _find(keypad, name, name_key).key
    changed = []
    for signal in keypad:
        if name_key(signal.name) == name_key(name):
            changed.append(KeypadSignal(signal.name, key))
        else:
            changed.append(KeypadSignal(signal.name, old) if signal.key == key else signal)
    return tuple(changed)


def add_signal(keypad: KeypadLayout, name: str, name_key: NameKey = fold) -> KeypadLayout:
    """Add one new signal.

    Parameters
    ----------
    keypad : KeypadLayout
        Keypad to add to.
    name : str
        Name of the signal.

    name_key : callable, optional
        How names of signals are compared.

    Returns
    -------
    KeypadLayout
        The keypad with the signal at its end.

    Raises
    ------
    SigndecoderError
        If the keypad has the signal already or is full.
    """
    name = parse_name(name)
    for signal in keypad:
        if name_key(signal.name) == name_key(name):
            raise SigndecoderError(
                f"{signal.name} is on the keypad already", f"its key is {signal.key or 'not set'}"
            )
    if len(keypad) >= MAX_VOCABULARY:
        raise SigndecoderError(
            f"the keypad is full ({len(keypad)} signals)",
            "remove a signal that the coach never gives, or use the same name for the same signal",
        )
    return assign_keys([name], keypad, name_key)


def remove_signal(keypad: KeypadLayout, name: str, name_key: NameKey = fold) -> KeypadLayout:
    """Take a signal off the keypad. A signal that occurs in plays returns on the next load.

    Parameters
    ----------
    keypad : KeypadLayout
        Keypad to change.
    name : str
        Signal to remove.

    name_key : callable, optional
        How names of signals are compared.

    Returns
    -------
    KeypadLayout
        The keypad without the signal.

    Raises
    ------
    SigndecoderError
        If the signal is not on the keypad.
    """
    removed = _find(keypad, name, name_key)
    return tuple(signal for signal in keypad if signal != removed)


def describe_change(old: KeypadLayout, new: KeypadLayout, name_key: NameKey = fold) -> str:
    """Describe what was changed on a keypad, in one sentence without a period.

    Parameters
    ----------
    old : KeypadLayout
        Keypad before the change.
    new : KeypadLayout
        Keypad after the change.

    name_key : callable, optional
        How names of signals are compared.

    Returns
    -------
    str
        The first difference found, such as ``Added left ear (key L)``.

    Examples
    --------
    >>> keypad = assign_keys(["cap", "belt"])
    >>> describe_change(keypad, add_signal(keypad, "left ear"))
    'Added left ear (key L)'
    >>> describe_change(keypad, set_key(keypad, "belt", "x"))
    'Key of belt is now X'
    """
    before = {name_key(signal.name): signal for signal in old}
    after = {name_key(signal.name): signal for signal in new}
    for name, signal in after.items():
        if name not in before:
            return f"Added {signal.name}" + (
                f" (key {_shown(signal.key, name_key)})" if signal.key else ""
            )
    for name, signal in before.items():
        if name not in after:
            return f"Removed {signal.name} from the keypad"
    changed = [signal for name, signal in after.items() if signal.key != before[name].key]
    if len(changed) == 1:
        return f"Key of {changed[0].name} is now {_shown(changed[0].key, name_key)}"
    if changed:
        return f"Swapped the keys of {changed[0].name} and {changed[1].name}"
    return "Saved the keypad"


def _shown(key: str, name_key: NameKey) -> str:
    """Return a key as messages show it: in upper case, unless both cases are keys."""
    return key.upper() if name_key is fold else key


def name_keys(keypad: KeypadLayout, name_key: NameKey = fold) -> set[str]:
    """Return the keys of the names on a keypad.

    Parameters
    ----------
    keypad : KeypadLayout
        Any keypad.

    name_key : callable, optional
        How names of signals are compared.

    Returns
    -------
    set of str
        Names as they are compared.
    """
    return {name_key(signal.name) for signal in keypad}


def _find(keypad: KeypadLayout, name: str, name_key: NameKey) -> KeypadSignal:
    """Return the signal of this name. Raises SigndecoderError if there is none."""
    for signal in keypad:
        if name_key(signal.name) == name_key(name):
            return signal
    raise SigndecoderError(f'the keypad has no signal "{name}"', "add it first")
