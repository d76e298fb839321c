"""Identity and order of plays depend on the log as it is now and on where rows first came from."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.store import ImportResult, Store
from tests.support.store_checks import turn_back


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "plays.db") as opened:
        yield opened


def row(signs: str, game: str = "g1", coach: str = "Hawks", outcome: str = "none") -> Play:
    """Return a play without a date."""
    return Play(tuple(signs.split()), outcome, coach, game)


def load(store: Store, *plays: Play) -> ImportResult:
    """Import plays as one file."""
    (result,) = store.add_logs([PlayLog("game.csv", plays, tuple(range(2, len(plays) + 2)))])
    return result


def counts(result: ImportResult) -> tuple[int, int, int]:
    """Return how many rows were added, known, and deleted earlier."""
    return result.added, result.known, result.deleted


def shown(store: Store) -> list[str]:
    """Return the game and the sequence of each play, in order."""
    return [f"{play.game} {' '.join(play.signals)}" for play in store.plays()]


# --- which rows are known -------------------------------------------------------------------------


def test_a_coach_renamed_there_and_back_makes_no_row_of_another_known(store: Store) -> None:
    load(store, row("a"), row("b"))
    store.rename("coach", "Hawks", "Lions")
    store.rename("coach", "Lions", "Hawks")
    assert counts(load(store, *(row(signs, coach="Lions") for signs in "abc"))) == (3, 0, 0)
    assert counts(load(store, row("a"), row("b"))) == (0, 2, 0)


def test_a_play_edited_under_a_name_in_between_is_not_known_by_it(store: Store) -> None:
    load(store, row("a"), row("b"))
    store.rename("game", "g1", "g2")
    store.edit(1, row("a", "g2", outcome="bunt"))
    store.rename("game", "g2", "g1")
    assert counts(load(store, row("a", "g2"), row("b", "g2"))) == (2, 0, 0)
    assert counts(load(store, row("a"), row("b"))) == (0, 2, 0)


def test_a_row_is_known_by_what_a_play_was_before_each_edit(store: Store) -> None:
    load(store, row("a"))
    store.edit(1, row("a", outcome="bunt"))
    store.edit(1, row("a", outcome="take"))
    for outcome in ("none", "bunt", "take"):
        assert counts(load(store, row("a", outcome=outcome))) == (0, 1, 0)
    store.undo()
    assert counts(load(store, row("a", outcome="take"))) == (1, 0, 0)


def test_rows_of_an_import_that_was_undone_are_new(store: Store) -> None:
    store.add(row("x"))
    load(store, row("a"), row("b"))
    store.undo()
    assert counts(load(store, row("a"), row("b"), row("x"))) == (2, 1, 0)


def test_deleted_plays_are_counted_apart_and_known_ones_first(store: Store) -> None:
    load(store, row("a"), row("a"), row("b"))
    store.delete("play", 1)
    store.delete("play", 3)
    assert counts(load(store, row("a"), row("a"), row("b"))) == (0, 1, 2)
    assert counts(load(store, row("a"))) == (0, 1, 0)
    assert counts(load(store, row("a"), row("a"), row("a"), row("b"))) == (1, 1, 2)
    assert shown(store) == ["g1 a", "g1 a"]


def test_again_takes_deleted_plays_back_to_their_place(store: Store) -> None:
    rows = [row("a"), row("b"), row("c")]
    load(store, *rows)
    store.edit(2, row("b", outcome="bunt"))
    store.delete("play", 2)
    log = PlayLog("game.csv", tuple(rows), (2, 3, 4))
    (result,) = store.add_logs([log], again=True)
    assert counts(result) == (1, 2, 0)
    assert store.plays() == rows
    assert [play.id for play in store.plays()] == [1, 2, 3]
    assert counts(store.add_logs([log], again=True)[0]) == (0, 3, 0)
    store.undo()
    assert shown(store) == ["g1 a", "g1 c"]
    assert counts(load(store, *rows)) == (0, 2, 1)


def test_again_takes_a_deleted_play_once_if_two_rows_are_its_own(store: Store) -> None:
    load(store, row("a"))
    store.edit(1, row("b"))
    store.delete("play", 1)
    both = PlayLog("game.csv", (row("a"), row("b")), (2, 3))
    assert counts(store.add_logs([both])[0]) == (0, 0, 2)
    assert counts(store.add_logs([both], again=True)[0]) == (1, 1, 0)
    assert shown(store) == ["g1 a"]


def test_a_game_cut_in_two_by_a_name_used_again_is_reported(store: Store) -> None:
    load(store, row("a", "Tigers"), row("b", "Tigers"))
    store.rename("game", "Tigers", "Tigers in May")
    assert load(store, row("a", "Tigers"), row("b", "Tigers")).notes == ()
    result = load(store, row("a", "Tigers"), row("c", "Tigers"))
    assert counts(result) == (1, 1, 0)
    assert result.notes == (
        'Hawks, game "Tigers": 1 play of 2 known as Hawks, game "Tigers in May" now. If this is'
        ' another game, undo the import with "signdecoder undo", and give the game another name or'
        " its date.",
    )


# --- order ----------------------------------------------------------------------------------------


def test_a_name_used_again_begins_a_new_game_at_the_end(store: Store) -> None:
    load(store, row("a", "Tigers"))
    load(store, row("b", "Owls"))
    store.rename("game", "Tigers", "Tigers in May")
    store.add(row("c", "Tigers"))
    assert shown(store) == ["Tigers in May a", "Owls b", "Tigers c"]


def test_a_game_deleted_and_played_again_stands_at_the_end(store: Store) -> None:
    load(store, row("a", "Tigers"))
    load(store, row("b", "Owls"))
    store.delete("game", "Tigers")
    store.add(row("c", "Tigers"))
    assert shown(store) == ["Owls b", "Tigers c"]


def test_an_edit_does_not_interleave_two_games(store: Store) -> None:
    load(store, *(row(signs, "g1") for signs in "abc"), *(row(signs, "g2") for signs in "xyz"))
    store.edit(1, row("a", "g2"))
    assert shown(store) == ["g2 a", "g2 x", "g2 y", "g2 z", "g1 b", "g1 c"]
    store.undo()
    assert shown(store) == ["g1 a", "g1 b", "g1 c", "g2 x", "g2 y", "g2 z"]


def test_two_games_never_share_a_place(store: Store) -> None:
    load(store, row("a", "g1"), row("b", "g2"), row("c", "g1"), row("d", "g2"))
    store.delete("play", 1)  # now both games begin with a row that comes late
    store.delete("play", 2)
    rows = [row("a1", "g3"), row("c", "g1"), row("b1", "g2"), row("b2", "g2"), row("d", "g2")]
    load(store, *rows)
    load(store, row("c1", "g1"), row("c", "g1"))
    assert places_are_distinct(store.path)


def test_a_new_row_stands_right_before_the_next_known_one(store: Store) -> None:
    load(store, row("a"), row("b"), row("c"), row("d"))
    load(store, row("a"), row("n1"), row("n2"), row("n3"), row("d"))
    assert shown(store) == [f"g1 {signs}" for signs in ("a", "b", "c", "n1", "n2", "n3", "d")]


def test_like_rows_stand_for_like_plays_in_the_order_of_the_log(store: Store) -> None:
    load(store, row("a"), row("z"))
    load(store, row("x"), row("a"), row("z"))
    store.edit(3, row("a"))  # now the play with the higher number comes first
    load(store, row("a"), row("b"), row("a"), row("z"))
    assert shown(store) == [f"g1 {signs}" for signs in ("a", "b", "a", "z")]


def grow(store: Store, first: str) -> None:
    """Import a file again and again that grows in one place, until places are renumbered."""
    for n in range(60):
        notes = ["o", *(str(m) for m in range(n + 1)), "end"]
        load(store, *(replace(row(first), context={"note": note}) for note in notes))


@pytest.mark.parametrize("undone", [0, 40])
def test_renumbering_does_not_count_what_was_undone(store: Store, undone: int) -> None:
    load(store, row("a"), row("b"), row("c"))
    grow(store, "other")
    if undone:
        load(store, *(row(f"u{n % 9}", "g0") for n in range(undone)), row("a"))
        store.undo()
    before = shown(store)
    load(store, row("a"), *(row(f"n{n}") for n in range(9)), row("c"))
    store.add(row("last"))
    new = [f"g1 n{n}" for n in range(9)]
    assert shown(store) == [*before[:2], *new, *before[2:], "g1 last"]


def places_are_distinct(path: Path) -> bool:
    """Return whether no two plays have the same place."""
    db = sqlite3.connect(path)
    rows = db.execute("SELECT COUNT(DISTINCT play), COUNT(DISTINCT place) FROM versions")
    plays, places = rows.fetchone()
    db.close()
    return bool(plays == places)


def test_an_old_store_whose_places_passed_its_numbers_adds_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with Store.open(path) as store:
        load(store, row("a"), row("b"))
    db = sqlite3.connect(path)
    db.execute("UPDATE versions SET place = 40.5 WHERE play = 2")
    db.commit()
    db.close()
    turn_back(path, 8)
    with Store.open(path) as store:
        store.add(row("c"))
        assert shown(store) == ["g1 a", "g1 b", "g1 c"]
