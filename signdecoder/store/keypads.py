"""Pads: the signals that a screen offers for a coach, each with the key that gives it.

A pad is kept as plays are, a row for each act that touched it, so it is undone and done again with
them. What a pad does not hold and plays show is added when it is read. Where that makes too many
signals, those give way that never came, the first ones first.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, parse_name
from signdecoder.core.play import MAX_VOCABULARY
from signdecoder.store.history import LAST, Operation, check_signals, read_json, read_versions

KEYS = "abcdefghijklmnopqrstuvwxyz0123456789"
USUAL: tuple[str, ...] = (
    *("cap", "ear", "nose", "chin", "chest", "belt"),
    *("wrist", "elbow", "thigh", "knee", "shoulder", "clap"),
)


_MOST = 1000  # signals of a pad that the store keeps; those of plays come to those put on it


@dataclass(frozen=True, slots=True)
class PadSignal:
    """A signal of a pad; `key` is one of KEYS, or empty where they have run out."""

    name: str
    key: str


Pad = tuple[PadSignal, ...]


def lay_out(names: Iterable[str], pad: Pad = ()) -> Pad:
    """Add signals to a pad, each with a key of its own; those that it holds stay as they are."""
    held = _names(pad)
    for name in names:
        if fold(name) not in held:
            held.add(fold(name))
            pad = (*pad, PadSignal(name, _choose_key(name, {signal.key for signal in pad})))
    return pad


def _choose_key(name: str, taken: set[str]) -> str:
    """Choose the first free letter of a name, else a free digit, else any free letter."""
    wanted = [*fold(name), *"1234567890", *KEYS]
    return next((key for key in wanted if key in KEYS and key not in taken), "")


def set_key(pad: Pad, name: str, key: str) -> Pad:
    """Give a signal this key; the one that had it takes the key that becomes free.

    Raises SigndecoderError for what is no key, and for a signal that the pad does not hold.
    """
    if len(key) != 1 or key.lower() not in KEYS:
        raise SigndecoderError(f'"{key}" is no key for a signal', "take one letter or one digit")
    key = key.lower()
    old = _find(pad, name).key
    changed = []
    for signal in pad:
        if fold(signal.name) == fold(name):
            changed.append(PadSignal(signal.name, key))
        else:
            changed.append(PadSignal(signal.name, old) if signal.key == key else signal)
    return tuple(changed)


def add_signal(pad: Pad, name: str) -> Pad:
    """Add one new signal. Raises SigndecoderError if the pad holds it already, or is full."""
    name = parse_name(name)
    for signal in pad:
        if fold(signal.name) == fold(name):
            raise SigndecoderError(
                f"{signal.name} is on the pad already", f"its key is {signal.key or 'none'}"
            )
    if len(pad) >= MAX_VOCABULARY:
        raise SigndecoderError(
            f"the pad holds {len(pad)} signals, which is the most",
            "take one off that never comes, or write the same signal in the same way",
        )
    return lay_out([name], pad)


def remove_signal(pad: Pad, name: str) -> Pad:
    """Take a signal off the pad; one that plays show comes back when the pad is read."""
    gone = _find(pad, name)
    return tuple(signal for signal in pad if signal != gone)


def _find(pad: Pad, name: str) -> PadSignal:
    for signal in pad:
        if fold(signal.name) == fold(name):
            return signal
    raise SigndecoderError(f'the pad holds no signal "{name}"', "add it first")


# --- in the store ---------------------------------------------------------------------------------


def read_pad(db: sqlite3.Connection, coach: str) -> Pad:
    """Read a coach's pad: as it was last put, with what his plays show; a new coach's is usual."""
    put = _read(db, coach)
    shown = [signal for version in read_versions(db, coach) for signal in version.play.signals]
    if put is None and not shown:
        return lay_out(USUAL)
    return lay_out(shown, _make_room(put or (), {fold(name) for name in shown}))


def _make_room(pad: Pad, shown: Set[str]) -> Pad:
    """Take as many signals off that no play shows as are too many with those that plays show."""
    unseen = [signal for signal in pad if fold(signal.name) not in shown]
    gone = unseen[: max(0, len(unseen) + len(shown) - MAX_VOCABULARY)]
    return tuple(signal for signal in pad if signal not in gone)


def is_put(db: sqlite3.Connection, coach: str) -> bool:
    """Has a pad been put for this coach? If not, it follows from his plays alone."""
    return _read(db, coach) is not None


def write_pad(db: sqlite3.Connection, act: Operation, coach: str, pad: Sequence[PadSignal]) -> None:
    """Write a coach's pad as an act leaves it."""
    signals = json.dumps([[signal.name, signal.key] for signal in pad], ensure_ascii=False)
    db.execute("INSERT OR REPLACE INTO pads VALUES (?, ?, ?)", (act.id, fold(coach), signals))


def holds(db: sqlite3.Connection, name: str, coach: str | None) -> bool:
    """Is a signal on the pad that was put for this coach, or for any?"""
    return any(fold(name) in _names(pad) for _, pad in _pads(db, coach))


def rename_signal(
    db: sqlite3.Connection, act: Operation, old: str, new: str, coach: str | None
) -> None:
    """Rename a signal, its key staying, on the pads of a coach or of all.

    Where the new name is on the pad too, that one stays and the other goes.
    """
    for key, pad in _pads(db, coach):
        if fold(old) not in _names(pad):
            continue
        merges = fold(new) != fold(old) and fold(new) in _names(pad)
        kept = [signal for signal in pad if not (merges and fold(signal.name) == fold(old))]
        write_pad(
            db,
            act,
            key,
            [PadSignal(new, s.key) if fold(s.name) == fold(old) else s for s in kept],
        )


def rename_coach(db: sqlite3.Connection, act: Operation, old: str, new: str) -> None:
    """Give a coach's pad to the coach that he now is, after what that one has of his own."""
    pad = _read(db, old)
    if pad is not None and fold(old) != fold(new):
        kept = _read(db, new) or ()
        write_pad(db, act, new, lay_out([signal.name for signal in pad], kept) if kept else pad)


def _read(db: sqlite3.Connection, coach: str) -> Pad | None:
    row = db.execute(
        f"SELECT signals, MAX(act) FROM pads WHERE act <= {LAST} AND coach_key = ?", (fold(coach),)
    ).fetchone()
    return _unpack(row[0]) if row[0] else None


def _unpack(text: str) -> Pad:
    """A pad from its JSON. Raises sqlite3.DataError where it is none."""
    pairs = read_json(text)
    if not isinstance(pairs, list) or len(pairs) > _MOST:
        raise sqlite3.DataError("a pad is none")
    pad = []
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(p) is str for p in pair)):
            raise sqlite3.DataError("a signal of a pad is none")
        name, key = pair
        if key not in ("", *KEYS):
            raise sqlite3.DataError("a key of a pad is none")
        pad.append(PadSignal(check_signals([name])[0], key))
    return tuple(pad)


def _pads(db: sqlite3.Connection, coach: str | None) -> list[tuple[str, Pad]]:
    """The pads that were put for a coach, or for all, by folded name of the coach."""
    keys = [fold(coach)] if coach is not None else _coaches(db)
    return [(key, pad) for key in keys if (pad := _read(db, key)) is not None]


def _coaches(db: sqlite3.Connection) -> list[str]:
    found = db.execute(f"SELECT DISTINCT coach_key FROM pads WHERE act <= {LAST}").fetchall()
    return [coach for (coach,) in found]


def _names(pad: Pad) -> set[str]:
    return {fold(signal.name) for signal in pad}
