"""Editing: change a play, rename coaches, games and signals, and delete plays."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from signdecoder.core.canonical import NameCanonicalizer
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import NameKey, fold, parse_name
from signdecoder.core.play import Play, day_key, describe_play
from signdecoder.core.sequences import read_signals
from signdecoder.core.text import count
from signdecoder.store import attributes, change_points, keypads, letters, same_plays
from signdecoder.store.importing import check_play, load_canonicalizer
from signdecoder.store.letters import SignalKeys
from signdecoder.store.operations import Operation, begin_operation
from signdecoder.store.revisions import (
    Revision,
    select_revision,
    select_revisions,
    write_revisions,
)
from signdecoder.store.summaries import select_coaches

RenameKind = Literal["coach", "signal", "game"]
DeleteKind = Literal["coach", "game", "play"]


class PlayChangedError(SigndecoderError):
    """A play is no longer as it was shown, so what was asked for is not done to it."""


def edit_play(
    db: sqlite3.Connection, number: int, play: Play, shown: Play | None = None
) -> Operation:
    """Replace a play by another one in the same place.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    number : int
        Number of the play.
    play : Play
        The play as it should be. Without a coach it stays with its coach.
    shown : Play, optional
        The play as it was shown to the user.

    Returns
    -------
    Operation
        The edit.

    Raises
    ------
    PlayChangedError
        If it is no longer the play that was shown.
    SigndecoderError
        If there is no such play, or a log could not hold the new one.
    """
    old = _find_play(db, str(number), shown)
    changed = check_play(replace(play, coach=play.coach or old.play.coach))
    others = NameCanonicalizer("", key=SignalKeys(db)(changed.coach))
    for revision in select_revisions(db, changed.coach):
        if revision.play.id != old.play.id:
            others.coach = revision.play.coach
            others.spell(revision.play)
    others.coach = others.coach or changed.coach
    changed = replace(others.spell(changed), id=old.play.id)
    following = change_points.find_change_points(db, old)
    order = change_points.select_order(db, old.play.coach) if following else []
    operation = begin_operation(db, "edit", f"Edited play {number} ({describe_play(old.play)})")
    write_revisions(db, operation, [Revision(changed, old.place)])
    if following and change_points.select_order(db, old.play.coach) == order:
        edited = Revision(changed, old.place)
        change_points.move_change_points(db, operation, following, edited)
    change_points.drop_orphaned_change_points(db, operation)
    return operation


def delete_plays(
    db: sqlite3.Connection,
    kind: DeleteKind,
    name: str,
    coach: str | None,
    shown: Play | None = None,
) -> Operation:
    """Delete the plays of a coach or a game, or one play.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    kind : {"coach", "game", "play"}
        What to delete.
    name : str
        Name of the coach or game, or number of the play.
    coach : str or None
        Coach whose game it is, or None for all.
    shown : Play, optional
        If one play is deleted, that play as it was shown to the user.

    Returns
    -------
    Operation
        The deletion.

    Raises
    ------
    PlayChangedError
        If it is no longer the play that was shown.
    SigndecoderError
        If there is nothing of that name.
    """
    if kind == "play":
        revisions = [_find_play(db, name, shown)]
        description = f"Deleted play {revisions[0].play.id} ({describe_play(revisions[0].play)})"
    else:
        revisions = _find_plays(db, kind, name, coach, SignalKeys(db))
        subject = revisions[0].play.coach if kind == "coach" else f"game {revisions[0].play.game}"
        description = f"Deleted {subject}{_of(kind, coach)} ({count(len(revisions), 'play')})"
    operation = begin_operation(db, "delete", description)
    write_revisions(db, operation, (revision._replace(deleted=True) for revision in revisions))
    change_points.drop_orphaned_change_points(db, operation)
    return operation


def rename_plays(
    db: sqlite3.Connection, kind: RenameKind, old: str, new: str, coach: str | None
) -> Operation:
    """Rename a coach, signal or game. If the new name exists already, the two are merged.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    kind : {"coach", "signal", "game"}
        What to rename.
    old : str
        Its name.
    new : str
        The new name.
    coach : str or None
        Coach whose signal or game it is, or None for all.

    Returns
    -------
    Operation
        The renaming.

    Raises
    ------
    SigndecoderError
        If there is nothing of that name, or it has the new name already.
    """
    new_name, old = parse_name(new, kind), _parse_old_name(old, kind)
    keys = SignalKeys(db)
    others: list[Revision] = []  # plays that keep their names, but are compared by case from now on
    if kind == "coach" and letters.load_case_matters(db, old):
        others = [] if letters.load_case_matters(db, new) else select_revisions(db, new)
        keys.set_case_matters(new)
    on_keypad = kind == "signal" and keypads.is_on_saved_keypad(db, old, coach, keys)
    revisions = _find_plays(db, kind, old, coach, keys, may_lack=on_keypad)
    new_revisions = _rename_each(db, kind, revisions, old, new_name, keys)
    if revisions and all(a.play == b.play for a, b in zip(revisions, new_revisions, strict=True)):
        raise SigndecoderError(f"the {kind} is called {new_name} already", "give another name")
    was, now = old, new_name
    if revisions:
        was = _spelling_in(kind, revisions[0].play, was, keys)
        now = _spelling_in(kind, new_revisions[0].play, now, keys)
    renamed = f"Renamed {kind} {was}{_of(kind, coach)} to {now}"
    operation = begin_operation(db, "rename", f"{renamed} ({count(len(revisions), 'play')})")
    if kind == "coach":
        letters.rename_coach(db, operation, old, new_name)
    write_revisions(db, operation, {r.play.id: r for r in (*others, *new_revisions)}.values())
    if kind == "signal":
        keypads.rename_signal(db, operation, old, now, coach, keys)
        attributes.rename_signal(db, operation, old, now, coach)
    elif kind == "coach":
        change_points.rename_coach(db, operation, fold(old), fold(new_name))
        keypads.rename_coach(db, operation, old, new_name, keys(new_name))
        attributes.rename_coach(db, operation, old, new_name)
        same_plays.rename_coach(db, operation, old, new_name)
    elif kind == "game":
        change_points.rename_game(db, operation, fold(old), fold(new_name), coach)
    return operation


def _rename_each(
    db: sqlite3.Connection,
    kind: RenameKind,
    found: list[Revision],
    old: str,
    new: str,
    keys: SignalKeys,
) -> list[Revision]:
    """Return plays with a name changed, spelled as the other plays of their coach."""
    rename = _RENAMINGS[kind]
    new_revisions: list[Revision] = []
    names: dict[str, NameCanonicalizer] = {}
    for revision in found:
        play = rename(revision.play, old, new, keys)
        key = fold(play.coach)
        if key not in names:
            names[key] = _names_after(db, kind, old, play.coach, new, keys)
        new_revisions.append(Revision(names[key].spell(play), revision.place))
    return new_revisions


def _names_after(
    db: sqlite3.Connection, kind: RenameKind, old: str, coach: str, new: str, keys: SignalKeys
) -> NameCanonicalizer:
    """Return how a coach's names are spelled once `old` is called `new`."""
    names = load_canonicalizer(db, coach, keys(coach))
    if kind == "coach" and fold(old) == fold(new):
        names.coach = new
    elif kind == "signal":
        names.signals.pop(names.key(old), None)
    elif kind == "game":
        names.games.pop(day_key(old), None)
    return names


def _rename_coach(play: Play, old: str, new: str, keys: SignalKeys) -> Play:
    return replace(play, coach=new)


def _rename_game(play: Play, old: str, new: str, keys: SignalKeys) -> Play:
    return replace(play, game=new)


def _rename_signal(play: Play, old: str, new: str, keys: SignalKeys) -> Play:
    key = keys(play.coach)
    return replace(play, signals=tuple(new if key(s) == key(old) else s for s in play.signals))


_RENAMINGS: dict[str, Callable[[Play, str, str, SignalKeys], Play]] = {
    "coach": _rename_coach,
    "signal": _rename_signal,
    "game": _rename_game,
}


def _spelling_in(kind: RenameKind, play: Play, name: str, keys: SignalKeys) -> str:
    """Return how a play spells the coach, game or signal of this name."""
    if kind == "signal":
        key = keys(play.coach)
        return next(signal for signal in play.signals if key(signal) == key(name))
    return play.coach if kind == "coach" else play.game


def _of(kind: str, coach: str | None) -> str:
    """Return " of COACH" if a coach was given, else an empty text."""
    return "" if kind == "coach" or coach is None else f" of {coach}"


def _parse_old_name(name: str, kind: str) -> str:
    """Parse the name of something stored. ``?`` may be renamed, which makes a signal of it."""
    signals = read_signals([name]) if kind == "signal" else ()
    return signals[0] if len(signals) == 1 else parse_name(name, kind)


def _find_play(db: sqlite3.Connection, number: str, shown: Play | None) -> Revision:
    """Return the play of a number, which must still be as it was shown."""
    digits = number.strip()
    revision = select_revision(db, int(digits)) if digits.isdecimal() and len(digits) < 20 else None
    if shown is not None and (revision is None or revision.play != shown):
        raise PlayChangedError(
            f"{describe_play(shown)} was {'changed' if revision else 'deleted or undone'} elsewhere"
            " since you saw it, so nothing was done",
            "look at the list again",
        )
    if revision is not None:
        return revision
    raise no_such_play_error(number)


def no_such_play_error(number: str) -> SigndecoderError:
    """Return the error for a number that no play has.

    Parameters
    ----------
    number : str
        The number as it was given.

    Returns
    -------
    SigndecoderError
        The error.
    """
    return SigndecoderError(
        f"play {number} does not exist", "`signdecoder plays` lists the plays with their numbers"
    )


def _shows(play: Play, name: str, key: NameKey) -> bool:
    return key(name) in map(key, play.signals)


def _find_plays(
    db: sqlite3.Connection,
    kind: str,
    name: str,
    coach: str | None,
    keys: SignalKeys,
    may_lack: bool = False,
) -> list[Revision]:
    """Return the plays of a coach, of a game, or with a signal. Unless `may_lack`, require one."""
    name = parse_name(name, kind) if kind != "signal" else name
    if kind == "coach":
        coach, revisions = name, select_revisions(db, name)
    else:
        revisions = select_revisions(db, coach)
        if kind == "game":
            revisions = [r for r in revisions if fold(r.play.game) == fold(name)]
        else:
            revisions = [r for r in revisions if _shows(r.play, name, keys(r.play.coach))]
    if revisions or may_lack:
        return revisions
    coaches = select_coaches(db)
    if coach is not None and fold(coach) not in map(fold, coaches):
        raise SigndecoderError(
            f'no coach is named "{coach}"',
            f"use one of {', '.join(coaches)}" if coaches else "log or import a play first",
        )
    raise no_such_name_error(kind, name)


def no_such_name_error(kind: str, name: str) -> SigndecoderError:
    """Return the error for a name that nothing has.

    Parameters
    ----------
    kind : str
        What should have it, such as ``game``.
    name : str
        The name as it was given.

    Returns
    -------
    SigndecoderError
        The error.
    """
    return SigndecoderError(
        f'no {kind} is named "{name}"', "`signdecoder plays` lists the names in use"
    )
