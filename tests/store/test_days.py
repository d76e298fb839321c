"""Dates are compared as days, however they are written."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from signdecoder.core.names import fold
from signdecoder.core.play import Play, identify_row
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.store import Store
from tests.support.store_checks import turn_back

WORDS = ("cap", "ear", "belt", "nose", "cap", "chin", "belt", "chin", "ear", "nose", "cap", "cap")
SEASON = tuple(
    Play((first, second), "steal" if n % 3 else "none", "Hawks", day, day)
    for day in ("2026-05-01", "2026-05-08")
    for n, (first, second) in enumerate(pairwise(WORDS))
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "plays.db") as opened:
        yield opened


def log_of(plays: tuple[Play, ...]) -> PlayLog:
    return PlayLog("season.csv", plays, tuple(range(2, len(plays) + 2)))


def rewritten(plays: tuple[Play, ...], old: str, new: str) -> tuple[Play, ...]:
    """Return plays as a spreadsheet writes their days."""
    return tuple(
        replace(play, date=play.date.replace(old, new), game=play.game.replace(old, new))
        for play in plays
    )


@pytest.mark.parametrize(
    ("old", "new"), [("-", "/"), ("-0", "-"), ("-", ""), ("2026-05-0", "2026/5/"), ("-05", "-05")]
)
def test_a_log_whose_dates_were_rewritten_is_known(store: Store, old: str, new: str) -> None:
    store.add_logs([log_of(SEASON)])
    (again,) = store.add_logs([log_of(rewritten(SEASON, old, new))])
    assert (again.added, again.known) == (0, len(SEASON))
    store.undo()
    store.add_logs([log_of(rewritten(SEASON, old, new))])
    (again,) = store.add_logs([log_of(SEASON)])
    assert (again.added, again.known) == (0, len(SEASON))


def test_new_rows_of_a_rewritten_log_go_to_the_same_game(store: Store) -> None:
    store.add_logs([log_of(SEASON)])
    grown = (*SEASON, replace(SEASON[-1], signals=("wink",)))
    (again,) = store.add_logs([log_of(rewritten(grown, "-", "/"))])
    assert again.added == 1
    assert {play.game for play in store.plays()} == {"2026-05-01", "2026-05-08"}


def test_plays_at_different_times_of_a_day_are_different(store: Store) -> None:
    first = replace(SEASON[0], date="2026-05-01 13:00")
    second = replace(SEASON[0], date="2026-05-01T19:30")
    midnight = replace(SEASON[0], date="2026/05/01 00:00:00")
    for play in (first, second, SEASON[0]):
        assert store.add_logs([log_of((play,))])[0].added == 1
    assert store.add_logs([log_of((midnight,))])[0].known == 1
    assert store.add_logs([log_of((replace(second, date="20260501 1930"),))])[0].known == 1


def test_an_older_store_knows_its_rows_and_sorts_them_by_day(store: Store) -> None:
    late = rewritten(SEASON, "2026-05-0", "2026/5/")
    store.add_logs([log_of(late)])
    store.add_change_point("Hawks")
    store.add(replace(SEASON[0], date="2026-06-01", game="June"))
    plays, path = store.plays(), store.path
    store.close()
    db = sqlite3.connect(path)
    with db:  # as version 7 wrote it
        for play in plays:
            row = identify_row(play, fold, fold), play.id
            db.execute("UPDATE versions SET identity = ? WHERE play = ?", row)
        db.execute("UPDATE versions SET day = '' WHERE date LIKE '%/%'")
        db.execute("UPDATE marks SET day = ''")
    db.close()
    turn_back(path, 7)
    with Store.open(path) as opened:
        assert opened.plays() == plays
        assert opened.change_points("Hawks") == {len(SEASON)}
        (again,) = opened.add_logs([log_of(SEASON)])
        assert (again.added, again.known) == (0, len(SEASON))
        early = replace(SEASON[0], date="2026-01-01", game="January")
        opened.add(early)
        assert opened.plays()[0] == early


def test_a_log_whose_rows_are_known_except_for_their_dates_is_named(store: Store) -> None:
    assert store.add_logs([log_of(SEASON)])[0].notes == ()
    months = tuple(
        replace(play, date=f"5/{play.date[-1]}/2026", game=f"5/{play.date[-1]}/2026")
        for play in SEASON
    )
    (result,) = store.add_logs([log_of(months)])
    assert result.added == len(SEASON)
    (note,) = result.notes
    assert note == (
        "Most of these 22 plays are stored already with other dates or games. If this is a file"
        " that you imported before, and a spreadsheet rewrote its dates, undo the import with"
        ' "signdecoder undo".'
    )
    store.undo()
    other = tuple(replace(play, date="2026-05-15", game="x") for play in SEASON[::-1])
    assert store.add_logs([log_of(other)])[0].notes == ()  # the same plays in another order
