"""Edits of what the store holds: a play changed, names changed, plays deleted."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from signdecoder.core.canonical import NameCanonicalizer
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, parse_name
from signdecoder.core.play import Play
from signdecoder.core.sequences import format_signals
from signdecoder.store import change_points as marks
from signdecoder.store import keypads as pads
from signdecoder.store.history import (
    Operation,
    Revision,
    begin_act,
    first_places,
    read_version,
    read_versions,
    write_versions,
)
from signdecoder.store.importing import check_play, read_spelling

Renamed = Literal["coach", "signal", "game"]
Deleted = Literal["coach", "game", "play"]


def say_plays(count: int) -> str:
    """Return a number of plays in words."""
    return "1 play" if count == 1 else f"{count} plays"


def say_play(play: Play) -> str:
    """Return a play in words."""
    return f"{format_signals(play.signals)}, {play.outcome}"


def edit_play(db: sqlite3.Connection, number: int, play: Play) -> Operation:
    """Put another play in the place of play `number`; without a coach it stays with his."""
    old = _find_play(db, str(number))
    changed = check_play(replace(play, coach=play.coach or old.play.coach))
    others = NameCanonicalizer("")
    for version in read_versions(db, changed.coach):
        if version.play.id != old.play.id:
            others.coach = version.play.coach
            others.spell(version.play)
    others.coach = others.coach or changed.coach
    changed = replace(others.spell(changed), id=old.play.id)
    marked = marks.find_marks(db, old)
    order = marks.read_order(db, old.play.coach) if marked else []
    act = begin_act(db, "edit", f"the edit of play {number} ({say_play(old.play)})")
    write_versions(db, act, [Revision(changed, old.place)])
    if marked and marks.read_order(db, old.play.coach) == order:
        marks.move_marks(db, act, marked, Revision(changed, old.place))
    marks.drop_marks(db, act)
    return act


def delete_plays(db: sqlite3.Connection, kind: Deleted, name: str, coach: str | None) -> Operation:
    """Delete a coach's plays, a game's (of one coach or of all), or the play of a number."""
    if kind == "play":
        found = [_find_play(db, name)]
        words = f"the deletion of play {found[0].play.id} ({say_play(found[0].play)})"
    else:
        found = _find_plays(db, kind, name, coach)
        shown = found[0].play.coach if kind == "coach" else found[0].play.game
        words = f"the deletion of {kind} {shown}{_of(kind, coach)} ({say_plays(len(found))})"
    act = begin_act(db, "delete", words)
    write_versions(db, act, (replace(version, gone=True) for version in found))
    marks.drop_marks(db, act)
    return act


def rename_plays(
    db: sqlite3.Connection, kind: Renamed, old: str, new: str, coach: str | None
) -> Operation:
    """Give a coach, signal or game another name; onto a name that exists, the two become one."""
    shown = parse_name(new, kind)
    on_pad = kind == "signal" and pads.holds(db, old, coach)
    found = _find_plays(db, kind, old, coach, may_lack=on_pad)
    change = _RENAMINGS[kind]
    changed: list[Revision] = []
    spellings: dict[str, NameCanonicalizer] = {}
    for version in found:
        play = change(version.play, fold(old), shown)
        key = fold(play.coach)
        if key not in spellings:
            spellings[key] = _spelling_after(db, kind, old, play.coach, shown)
        changed.append(Revision(spellings[key].spell(play), version.place))
    if found and all(a.play == b.play for a, b in zip(found, changed, strict=True)):
        raise SigndecoderError(f"the {kind} {shown} is called that already", "give another name")
    was, now = parse_name(old, kind), shown
    if found:
        was, now = _names(kind, found[0].play, fold(was)), _names(kind, changed[0].play, fold(now))
    words = f"the renaming of {kind} {was} to {now}{_of(kind, coach)} ({say_plays(len(found))})"
    act = begin_act(db, "rename", words)
    write_versions(db, act, changed)
    if kind == "signal":
        pads.rename_signal(db, act, old, now, coach)
    elif kind == "coach":
        marks.rename_coach(db, act, fold(old), fold(shown))
        pads.rename_coach(db, act, old, shown)
    elif kind == "game":
        marks.rename_game(db, act, fold(old), fold(shown), coach)
    return act


def _spelling_after(
    db: sqlite3.Connection, kind: Renamed, old: str, coach: str, new: str
) -> NameCanonicalizer:
    """Return how a coach's names are spelled once `old` is called `new`."""
    spelling = read_spelling(db, coach)
    gone = fold(old)
    if kind == "coach" and gone == fold(new):
        spelling.coach = new
    elif kind == "signal":
        spelling.signals.pop(gone, None)
    elif kind == "game":
        spelling.games.pop(gone, None)
    return spelling


def _rename_coach(play: Play, old: str, new: str) -> Play:
    return replace(play, coach=new)


def _rename_game(play: Play, old: str, new: str) -> Play:
    return replace(play, game=new)


def _rename_signal(play: Play, old: str, new: str) -> Play:
    return replace(
        play, signals=tuple(new if fold(signal) == old else signal for signal in play.signals)
    )


_RENAMINGS: dict[str, Callable[[Play, str, str], Play]] = {
    "coach": _rename_coach,
    "signal": _rename_signal,
    "game": _rename_game,
}


def _names(kind: Renamed, play: Play, key: str) -> str:
    """Return how a play shows the coach, game or signal of this folded name."""
    if kind == "signal":
        return next(signal for signal in play.signals if fold(signal) == key)
    return play.coach if kind == "coach" else play.game


def _of(kind: str, coach: str | None) -> str:
    """Return whose game or signal it is, where that was asked for."""
    return "" if kind == "coach" or coach is None else f" of {coach}"


def _find_play(db: sqlite3.Connection, number: str) -> Revision:
    """Return the play of a number."""
    digits = number.strip()
    version = read_version(db, int(digits)) if digits.isdecimal() and len(digits) < 20 else None
    if version is not None:
        return version
    raise SigndecoderError(
        f"there is no play {number}", "`signdecoder plays` lists them with their numbers"
    )


def _find_plays(
    db: sqlite3.Connection, kind: str, name: str, coach: str | None, may_lack: bool = False
) -> list[Revision]:
    """Return the plays of a coach, of a game, or with a signal; none only where there may be."""
    key = fold(parse_name(name, kind))
    if kind == "coach":
        coach, found = name, read_versions(db, name)
    else:
        found = read_versions(db, coach)
        if kind == "game":
            found = [version for version in found if fold(version.play.game) == key]
        else:
            found = [v for v in found if key in map(fold, v.play.signals)]
    if found or may_lack:
        return found
    coaches = list(first_places(db))
    if coach is not None and fold(coach) not in map(fold, coaches):
        raise SigndecoderError(
            f'there is no coach "{coach}" in the store',
            f"it has {', '.join(coaches)}" if coaches else "it is empty",
        )
    raise SigndecoderError(
        f'there is no {kind} "{name}" in the store', "`signdecoder plays` lists what there is"
    )
