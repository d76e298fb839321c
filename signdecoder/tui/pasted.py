"""Read pasted text as a sequence of signals."""

from __future__ import annotations

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.keypad import KeypadLayout
from signdecoder.core.missed import PLACEHOLDERS
from signdecoder.core.names import NameKey
from signdecoder.core.sequences import MAX_SIGNALS, parse_signals

_MAX_TEXT = 4000  # characters; a sequence of long names is shorter


def read_pasted(text: str, keypad: KeypadLayout, name_key: NameKey) -> tuple[str, ...]:
    """Return the signals that a text names; they all have to be on the keypad.

    Raises SigndecoderError if the text is not one sequence of such signals.
    """
    text = text.strip()
    if len(text) > _MAX_TEXT or "\n" in text:
        raise SigndecoderError(
            "the pasted text is more than one sequence", "import a log of plays with F5"
        )
    signals = parse_signals(text)
    known = {name_key(signal.name): signal.name for signal in keypad}
    for name in signals:
        if name not in PLACEHOLDERS and name_key(name) not in known:
            raise SigndecoderError(
                f'the pasted text is not a sequence: no signal is called "{name[:40]}"',
                "+ adds one",
            )
    if len(signals) > MAX_SIGNALS:
        raise SigndecoderError(
            f"the pasted sequence has {len(signals)} signals", f"use at most {MAX_SIGNALS}"
        )
    return tuple(known.get(name_key(name), name) for name in signals)
