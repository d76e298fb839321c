"""Importing: use the store's spelling, keep its limits, and skip plays that it has already."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from signdecoder.core.canonical import NameCanonicalizer, canonicalize_plays
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.letters import LetterCases, find_letter_cases
from signdecoder.core.missed import names_in
from signdecoder.core.names import NameKey, fold, is_valid_text, parse_name
from signdecoder.core.outcomes import normalize_outcome
from signdecoder.core.play import CONTEXT, KNOWN_COLUMNS, Play, day_key, parse_date
from signdecoder.core.sequences import parse_sequence
from signdecoder.core.text import count
from signdecoder.store.days import explain_redated
from signdecoder.store.encoding import parse_sequence_cell
from signdecoder.store.letters import SignalKeys, load_case_matters
from signdecoder.store.places import StoredPlay, find_places, match_rows, select_answers
from signdecoder.store.revisions import Revision, next_play_id
from signdecoder.store.summaries import has_plays, select_names

if TYPE_CHECKING:
    from signdecoder.logs.play_log import PlayLog


def load_canonicalizer(db: sqlite3.Connection, coach: str, key: NameKey) -> NameCanonicalizer:
    """Load the store's spelling of a coach's names.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.
    coach : str
        Name of the coach. A new coach is spelled like this.
    key : callable
        How the names of this coach's signals are compared.

    Returns
    -------
    NameCanonicalizer
        Spelling of the coach, the games and the signals.
    """
    names = NameCanonicalizer("", key=key)
    for name, game, sequence in select_names(db, coach):
        names.coach = name
        names.games[day_key(game)] = game
        seen = names_in(parse_sequence_cell(sequence))
        names.signals |= {key(signal): signal for signal in seen}
    names.coach = names.coach or coach
    return names


def check_play(play: Play) -> Play:
    """Check that a log could hold a play.

    Parameters
    ----------
    play : Play
        Any play.

    Returns
    -------
    Play
        The play with its names as they are shown.

    Raises
    ------
    SigndecoderError
        If a log could not hold it.
    """
    for name, text in {**play.context, **play.extra}.items():
        if not is_valid_text(name + text):
            raise SigndecoderError(
                f'the column "{name}" holds something that is not text', "remove it"
            )
    for name in play.context:
        if name not in CONTEXT:
            raise SigndecoderError(
                f'there is no context called "{name}"',
                f"use {', '.join(CONTEXT)}, or put it in `extra`",
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


class ImportPlan(NamedTuple):
    """What importing a log would do.

    Attributes
    ----------
    revisions : list of Revision
        Revisions to write.
    refused : list of tuple of (int, str)
        Line of each refused row, and what is wrong with it.
    n_known : int
        Rows that the store has already.
    n_deleted : int
        Rows whose plays were deleted, and that are not taken again.
    case_matters : list of str
        Coaches for whom the case of letters matters from now on.
    notes : list of str
        What the reader should know about letters in both cases and about names.
    """

    revisions: list[Revision]
    refused: list[tuple[int, str]]
    n_known: int
    n_deleted: int
    case_matters: list[str]
    notes: list[str]


class ImportResult(NamedTuple):
    """Result of importing a file.

    Attributes
    ----------
    file : str
        Name of the file.
    added : int
        Plays added.
    known : int
        Plays that the store had already.
    bad : int
        Rows that could not be imported, refused ones included.
    refused : tuple of (int, str), optional
        Line and reason of each row that is valid but that the store cannot take.
    notes : tuple of str, optional
        What the reader should know about letters in both cases and about names.
    deleted : int, optional
        Rows whose plays were deleted earlier, and that were not taken again.
    """

    file: str
    added: int
    known: int
    bad: int
    refused: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    deleted: int = 0


class RefusedRows(SigndecoderError):
    """Rows of a log that the store cannot take, one a line. Nothing is wrong with the store."""


def plan_import(db: sqlite3.Connection, log: "PlayLog", *, again: bool = False) -> ImportPlan:
    """Find the plays of a log that the store does not know, and spell them as it does.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a writing transaction.
    log : PlayLog
        The log.
    again : bool, optional
        Take rows whose plays were deleted back to where these stood.

    Returns
    -------
    ImportPlan
        What to write.
    """
    keys = SignalKeys(db)
    case_matters, notes = _decide_cases(db, log.plays, keys)
    identities = [play.identity_by(keys(play.coach)) for play in log.plays]
    matches = match_rows(identities, select_answers(db, set(identities)))
    new = [at for at, match in enumerate(matches) if match is None]
    notes += explain_redated(db, [log.plays[at] for at in new], len(matches), keys)
    notes += _explain_renamed(log.plays, matches)
    deleted = {at: match for at, match in enumerate(matches) if match and match.deleted}
    taken_again = {match.number: at for at, match in reversed(deleted.items())} if again else {}
    n_deleted = 0 if again else len(deleted)
    n_known = len(matches) - len(new) - len(taken_again) - n_deleted
    plan = ImportPlan([], [], n_known, n_deleted, case_matters, notes)
    places = find_places(db, log.plays, matches)
    next_id = next_play_id(db)
    taken = sorted({*new, *taken_again.values()})
    spelled = canonicalize_plays(
        [log.plays[at] for at in taken],
        lambda coach: load_canonicalizer(db, coach, keys(coach)),
    )
    for at, play in zip(taken, spelled, strict=True):
        if isinstance(play, SigndecoderError):
            plan.refused.append((log.lines[at], str(play)))
        elif (match := matches[at]) is not None:
            old = replace(play, id=match.number)
            plan.revisions.append(Revision(old, match.place, identity=identities[at]))
        else:
            added = replace(play, id=next_id)
            place = places.get(at, float(next_id))
            plan.revisions.append(Revision(added, place, identity=identities[at]))
            next_id += 1
    return plan


def _explain_renamed(plays: Sequence[Play], matches: Sequence[StoredPlay | None]) -> list[str]:
    """Say which games of a log have new rows and others that are stored in a game renamed since.

    They may be two games of one name, and the second one would be cut in two.
    """
    by_game: dict[tuple[str, str, str], list[int]] = {}
    for at, play in enumerate(plays):
        key = fold(play.coach), parse_date(play.date), day_key(play.game)
        by_game.setdefault(key, []).append(at)
    notes: list[str] = []
    for (coach, _, game), rows in by_game.items():
        elsewhere = Counter(
            (match.coach, match.game)
            for match in (matches[at] for at in rows)
            if match and (fold(match.coach), day_key(match.game)) != (coach, game)
        )
        if elsewhere and any(matches[at] is None for at in rows):
            notes += [
                f"{_name_game(plays[rows[0]].coach, plays[rows[0]].game)}: {count(n, 'play')} of"
                f" {len(rows)} known as {_name_game(*names)} now. If this is another game, undo the"
                ' import with "signdecoder undo", and give the game another name or its date.'
                for names, n in elsewhere.items()
            ]
    return notes


def _name_game(coach: str, game: str) -> str:
    """Return how a note names a game."""
    return f'{coach}, game "{game}"' if game else f"{coach}, no game"


def _decide_cases(
    db: sqlite3.Connection, plays: Sequence[Play], keys: SignalKeys
) -> tuple[list[str], list[str]]:
    """Return for which coaches the case of letters matters from now on, and what to say of it.

    They have no plays yet, so nothing stored would be read in another way. `keys` learns of them.
    """
    by_coach: dict[str, list[Play]] = {}
    for play in plays:
        by_coach.setdefault(fold(play.coach), []).append(play)
    coaches: list[str] = []
    notes: list[str] = []
    for own in by_coach.values():
        coach, cases = own[0].coach, find_letter_cases(play.signals for play in own)
        if not cases.pairs or load_case_matters(db, coach):
            continue
        if cases.matter and not has_plays(db, coach):
            coaches.append(coach)
            keys.set_case_matters(coach)
            notes.append(f"{coach}: upper and lower case are different signals here: {cases}.")
        else:
            notes.append(_explain_merge(coach, cases))
    return coaches, notes


def _explain_merge(coach: str, cases: LetterCases) -> str:
    """Return why letters in both cases stay the same signal, and how to change that."""
    merged = f"{coach}: upper and lower case are the same signals here ({cases})"
    if not cases.matter:
        return f"{merged}, because upper case only begins sequences or fills whole ones."
    return (
        f"{merged}, because earlier plays were saved so. To tell them apart, delete this coach with"
        ' "signdecoder delete coach" and import all the logs again.'
    )
