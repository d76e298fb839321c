"""Plays on their way into the store: spelled as the store spells, within its limits, only once."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from signdecoder.core.canonical import NameCanonicalizer, spell_plays
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, is_valid_text, parse_name
from signdecoder.core.outcomes import normalize_outcome
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS, Play, parse_date
from signdecoder.core.sequences import parse_sequence
from signdecoder.store.history import (
    Revision,
    next_play,
    places_of,
    read_names,
    read_signs,
    spread_places,
)

if TYPE_CHECKING:
    from signdecoder.logs.play_log import PlayLog


def read_spelling(db: sqlite3.Connection, coach: str) -> NameCanonicalizer:
    """Return how the store spells the names of a coach; `coach` itself if he is new."""
    spelling = NameCanonicalizer("")
    for name, game, signs in read_names(db, coach):
        spelling.coach = name
        spelling.games[fold(game)] = game
        spelling.signals |= {fold(signal): signal for signal in read_signs(signs)}
    spelling.coach = spelling.coach or coach
    return spelling


def check_play(play: Play) -> Play:
    """Return a play with its names as they are shown; refuse one that a log could not hold."""
    for name, text in {**play.context, **play.extra}.items():
        if not is_valid_text(name + text):
            raise SigndecoderError(f'the column "{name}" holds what is not text', "take it out")
    for name in play.context:
        if name not in CONTEXT:
            raise SigndecoderError(
                f'there is no context called "{name}"',
                f"use {', '.join(CONTEXT)}, or put it among the extra columns",
            )
    for name in play.extra:
        if not name.strip() or fold(name) in KNOWN_COLUMNS:
            raise SigndecoderError(
                f'an extra column cannot be called "{name}"', "give it another name"
            )
    return replace(
        play,
        signals=parse_sequence(play.signals),
        outcome=normalize_outcome(play.outcome),
        coach=parse_name(play.coach, "coach"),
        game=parse_name(play.game, "game") if play.game.strip() else "",
        date=parse_name(play.date, "date") if play.date.strip() else "",
        context={name: play.context[name] for name in CONTEXT if play.context.get(name)},
    )


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import makes of a log: versions to write, rows refused, and rows already known."""

    versions: list[Revision]
    refused: list[tuple[int, str]]  # the line of the row, what is wrong with it
    known: int


def take_in(db: sqlite3.Connection, log: "PlayLog") -> ImportPlan:
    """Find the plays of a log that the store never held, and spell them as it does.

    The n-th row of an identity is known if n plays of the store ever had it.
    """
    identities = [play.identity for play in log.plays]
    known = places_of(db, set(identities))
    places = _find_places(log.plays, identities, known)
    if places is None:
        spread_places(db)
        places = _find_places(log.plays, identities, places_of(db, set(identities)))
    assert places is not None  # there is room between whole numbers
    number = next_play(db)
    intake = ImportPlan([], [], sum(is_known for is_known, _ in places))
    new = [at for at, (is_known, _) in enumerate(places) if not is_known]
    spelled = spell_plays([log.plays[at] for at in new], partial(read_spelling, db))
    for at, play in zip(new, spelled, strict=True):
        if isinstance(play, SigndecoderError):
            intake.refused.append((log.lines[at], str(play)))
            continue
        id_, place = number + len(intake.versions), places[at][1]
        version = Revision(
            replace(play, id=id_), id_ if place is None else place, identity=identities[at]
        )
        intake.versions.append(version)
    return intake


def _find_places(
    plays: Iterable[Play], identities: list[str], known: Mapping[str, list[float]]
) -> list[tuple[bool, float | None]] | None:
    """Return, for each row, whether it is known, and its place; None puts a new row at the end.

    None instead of all that: between two rows there is no number left, for a file that grew in one
    place some fifty times.

    A new row with a known row of its game after it is put between that and the row before, so that
    a log that grew in the middle keeps its order.
    """
    seen: Counter[str] = Counter()
    own: list[float | None] = []
    for identity in identities:
        held = known.get(identity, ())
        own.append(held[seen[identity]] if seen[identity] < len(held) else None)
        seen[identity] += 1
    if not known:
        return [(False, None)] * len(own)
    blocks = [(fold(play.coach), parse_date(play.date), fold(play.game)) for play in plays]
    ahead: list[tuple[float | None, int]] = []  # the next known row's place, the rows until there
    following: dict[tuple[str, str, str], tuple[float | None, int]] = {}
    for place, block in zip(reversed(own), reversed(blocks), strict=True):
        next_place, steps = following.get(block, (None, 0))
        following[block] = (next_place, steps + 1) if place is None else (place, 1)
        ahead.append((next_place, steps + 1))
    found: list[tuple[bool, float | None]] = []
    before: dict[tuple[str, str, str], float] = {}
    for place, (next_place, steps), block in zip(own, reversed(ahead), blocks, strict=True):
        at = place
        if place is None and next_place is not None:
            last = before.get(block, next_place - 1)
            at = last + (next_place - last) / steps
            if last < next_place and not last < at < next_place:
                return None
        if at is not None:
            before[block] = at
        found.append((place is not None, at))
    return found
