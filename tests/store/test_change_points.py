"""Change points keep their places while the plays around them change."""

import hashlib
import multiprocessing
import os
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store import change_points, schema
from signdecoder.store.editing import DeleteKind
from signdecoder.store.store import Store
from tests.support.store_checks import turn_back


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with Store.open(tmp_path / "plays.db") as opened:
        yield opened


def hawks(sign: str, game: str = "g1", date: str = "", coach: str = "Hawks") -> Play:
    """Return a play of the Hawks, of one signal."""
    return Play((sign,), "none", coach, game, date)


def take_in(store: Store, *plays: Play) -> None:
    """Record plays as a log."""
    store.add_logs([PlayLog("game.csv", plays, tuple(range(2, len(plays) + 2)))])


def shown(store: Store, coach: str = "Hawks") -> str:
    """Return a coach's signals in order, with a `|` wherever the signs changed."""
    plays, changes = store.plays_and_change_points(coach)
    assert (plays, changes) == (store.plays(coach), store.change_points(coach))
    assert changes <= set(range(1, len(plays) + 1))
    words = [("| " if i in changes else "") + play.signals[0] for i, play in enumerate(plays)]
    return " ".join([*words, *(["|"] if len(plays) in changes else [])])


def test_a_change_point_stands_between_the_last_play_and_the_next(store: Store) -> None:
    take_in(store, hawks("a"), hawks("b"), hawks("x", coach="Owls"))
    assert store.change_points("Hawks") == frozenset()
    act = store.add_change_point("HAWKS")
    assert (act.kind, act.description) == ("change", "New signs from play 3")
    assert store.change_points("hawks") == {2}
    store.add(hawks("c"))
    assert store.change_points("Hawks") == {2}
    store.add_change_point("Hawks")
    store.add(hawks("d", "g2"))
    assert (shown(store), shown(store, "Owls")) == ("a b | c | d", "x")


def test_the_last_play_is_the_last_in_order_whenever_it_was_recorded(store: Store) -> None:
    take_in(store, hawks("j", "june", "2026-06-01"), hawks("m", "may", "2026-05-01"))
    assert store.add_change_point("Hawks").description == "New signs from play 3"
    assert shown(store) == "m j |"


def test_a_change_point_is_undone_and_redone(store: Store) -> None:
    store.add(hawks("a"))
    act = store.add_change_point("Hawks")
    store.add(hawks("b"))
    store.undo()
    assert shown(store) == "a |"
    assert store.undo() == act
    assert shown(store) == "a"
    assert store.redo() == act
    assert shown(store) == "a |"
    store.undo()
    store.add(hawks("c"))  # the undone operation cannot be redone
    assert (store.redo(), shown(store)) == (None, "a c")
    store.add_change_point("Hawks")
    assert shown(store) == "a c |"


def test_a_change_point_is_recorded_once_at_each_place(store: Store) -> None:
    take_in(store, hawks("a"), hawks("b"), hawks("x", coach="Owls"))
    store.add_change_point("Hawks")
    with pytest.raises(SigndecoderError) as error:
        store.add_change_point("hawks")
    assert str(error.value) == (
        "new signs of Hawks are recorded already after the last play."
        " Record the plays that came after the change."
    )
    store.add_change_point("Owls")
    assert shown(store, "Owls") == "x |"
    store.delete("play", 2)
    with pytest.raises(SigndecoderError, match="already after the last play"):
        store.add_change_point("Hawks")
    assert [act.kind for act in iter(store.undo, None) if act] == [
        *("delete", "change", "change", "import"),
    ]  # the refused one is not an operation


def test_a_coach_without_plays_is_refused(store: Store) -> None:
    said = 'no plays of the coach "Hawks" are recorded yet. Record the plays from before the change'
    with pytest.raises(SigndecoderError, match=said):
        store.add_change_point("Hawks")
    store.add(hawks("a"))
    store.delete("play", 1)
    with pytest.raises(SigndecoderError, match=said):
        store.add_change_point("Hawks")
    assert store.change_points("Hawks") == frozenset()


def record(store: Store, *games: str) -> None:
    """Record plays a, b, c, … of these games (`game@date`), and a change where there is a `|`."""
    signs = iter("abcdefgh")
    for game in games:
        if game == "|":
            store.add_change_point("Hawks")
        else:
            store.add(hawks(next(signs), *game.split("@")))


def test_a_change_point_keeps_its_place_when_its_play_is_deleted(store: Store) -> None:
    record(store, "g1", "g1", "|", "g1")
    store.delete("play", 2)
    assert shown(store) == "a | c"
    store.delete("play", 1)
    assert shown(store) == "c"  # no play is before it
    take_in(store, hawks("early", "g0", "2020-01-01"), hawks("later", "g1"))
    assert shown(store) == "c later early"
    for _ in range(3):
        store.undo()
    assert shown(store) == "a b | c"


def test_an_earlier_game_imported_late_goes_before_a_change_point(store: Store) -> None:
    record(store, "g1@2026-05-01", "g3@2026-05-03", "|", "g4@2026-05-04")
    store.delete("game", "g3")
    assert shown(store) == "a | c"
    take_in(store, hawks("new", "g2", "2026-05-02"), hawks("old", "g0", "2026-04-01"))
    assert shown(store) == "old a new | c"
    take_in(
        store, hawks("again", "g5", "2026-05-03")
    )  # that day, after the game with the change point
    assert shown(store) == "old a new | again c"


def test_a_log_that_grew_adds_rows_on_either_side_of_a_change_point(store: Store) -> None:
    take_in(store, hawks("a"), hawks("b"))
    store.add_change_point("Hawks")
    store.add(hawks("d"))
    take_in(store, *(hawks(sign) for sign in ("a", "a2", "b", "c", "d", "e")))
    assert shown(store) == "a a2 b | c d e"


def test_a_change_point_stays_when_its_play_moves_past_others(store: Store) -> None:
    record(store, "g1@2026-05-01", "g2@2026-05-02", "|", "g3@2026-05-03")
    store.edit(2, hawks("b", "g2", "2026-05-09"))
    assert shown(store) == "a | c b"
    store.edit(2, hawks("b", "g2", "2026-06-09"))  # the change point no longer follows it
    assert shown(store) == "a | c b"
    store.edit(2, hawks("b", "g0", "2026-04-01"))
    assert shown(store) == "b a | c"


def test_a_play_edited_in_place_keeps_its_change_point(store: Store) -> None:
    record(store, "g1@2026-05-01", "g2@2026-05-02", "|", "g3@2026-05-07")
    store.edit(2, replace(hawks("B", "G2", "2026-05-02"), outcome="steal"))
    assert shown(store) == "a B | c"
    store.edit(2, hawks("b", "g9", "2026-05-05"))  # a corrected date: it passes no other play
    assert shown(store) == "a b | c"
    store.delete("play", 2)
    take_in(store, hawks("x", "g4", "2026-05-04"), hawks("y", "g6", "2026-05-06"))
    assert shown(store) == "a x | y c"
    store.undo()
    store.undo()
    store.undo()
    store.edit(1, hawks("a", "g2", "2026-05-02"))
    assert shown(store) == "a B | c"


def test_a_play_moved_to_another_coach_leaves_its_change_point(store: Store) -> None:
    record(store, "g1", "g1", "|", "g1")
    store.edit(2, hawks("b", coach="Owls"))
    assert (shown(store), shown(store, "Owls")) == ("a | c", "b")
    store.edit(2, hawks("b"))
    assert shown(store) == "a b | c"


def test_a_change_point_follows_its_renamed_coach(store: Store) -> None:
    record(store, "g1", "g1", "|", "g1")
    store.rename("coach", "hawks", "HAWKS")
    assert shown(store) == "a b | c"
    store.rename("coach", "Hawks", "Owls")
    assert (shown(store, "Owls"), store.change_points("Hawks")) == ("a b | c", frozenset())
    store.add(hawks("x"))  # a new coach of the old name has no change point
    assert (shown(store), shown(store, "Owls")) == ("x", "a b | c")
    store.undo()
    store.undo()
    assert (shown(store), store.change_points("Owls")) == ("a b | c", frozenset())


def test_merged_coaches_share_their_change_points(store: Store) -> None:
    record(store, "g1@2026-05-01", "|", "g3@2026-05-03", "g5@2026-05-05", "|")
    for sign, day in (("w", "01"), ("x", "02"), ("y", "04"), ("z", "06")):
        store.add(hawks(sign, "", f"2026-05-{day}", "Owls"))
        if sign in "wx":
            store.add_change_point("Owls")
    store.rename("coach", "Owls", "Hawks")
    assert shown(store) == "a | w | x | b y c | z"
    store.undo()
    assert (shown(store), shown(store, "Owls")) == ("a | b c |", "w | x | y z")
    store.edit(4, hawks("w", "", "2026-05-01", "Hawks"))
    store.delete("play", 4)
    store.rename("coach", "Owls", "Hawks")  # both change points are between a and x now
    assert shown(store) == "a | x | b y c | z"


@pytest.mark.parametrize(("kind", "name"), [("coach", "hawks"), ("game", "g9"), ("play", "2")])
def test_change_points_are_deleted_with_a_coachs_last_play_and_restored_by_undo(
    store: Store, kind: DeleteKind, name: str
) -> None:
    take_in(store, hawks("x", coach="Owls"))
    store.add_change_point("Owls")
    store.add(hawks("a", "g9", "2026-05-01"))
    store.add_change_point("Hawks")
    store.delete(kind, name)
    assert (store.coaches(), shown(store, "Owls")) == (["Owls"], "x |")
    store.add(hawks("b", "g0", "2020-01-01"))  # another coach of that name, before the change point
    assert shown(store) == "b"
    store.undo()
    store.undo()
    assert shown(store) == "a |"
    store.redo()
    assert store.change_points("Hawks") == frozenset()
    store.undo()
    store.edit(2, hawks("a", "g9", "2026-05-01", "Owls"))
    store.add(hawks("b", "g0", "2020-01-01"))
    assert (shown(store), shown(store, "Owls")) == ("b", "x | a")


def test_a_change_point_follows_its_renamed_game(store: Store) -> None:
    record(store, "g1", "g2", "|", "g2", "g3")
    store.rename("game", "g2", "Derby")
    assert shown(store) == "a b | c d"
    store.rename("game", "derby", "g3")
    assert shown(store) == "a b | c d"
    store.add(hawks("z", "g1", coach="Owls"))
    store.rename("game", "g1", "g3", coach="Owls")
    assert shown(store) == "a b | c d"


def test_a_change_point_moves_with_a_game_merged_into_an_earlier_one(store: Store) -> None:
    record(store, "g1", "g2", "g3", "|", "g4")
    store.rename("game", "g3", "g1")
    assert shown(store) == "a c | b d"
    store.undo()
    store.rename("game", "g3", "g1", coach="Hawks")
    assert shown(store) == "a c | b d"


@pytest.mark.parametrize("seed", range(12))
def test_change_points_stay_after_their_plays_in_random_histories_that_can_be_undone(
    store: Store, seed: int
) -> None:
    draw = random.Random(seed)
    with_change: set[int] = set()  # the plays before a change point
    states = [tuple((store.plays(c), store.change_points(c)) for c in ("A", "B", "C"))]
    for number in range(40):
        coach, game = draw.choice("ABC"), draw.choice(["g1", "g2", "g3"])
        date, plays = draw.choice(["", "2026-05-01", "2026-05-02"]), store.plays(coach)
        try:
            match draw.choice(["play", "play", "mark", "mark", "coach", "game", "edit"]):
                case "play":
                    store.add(hawks(f"s{number % 30}", game, date, coach))
                case "mark":
                    store.add_change_point(coach)
                    with_change.add(plays[-1].id or 0)
                case "coach":
                    store.rename("coach", coach, draw.choice("ABC"))
                case "game":
                    whose = draw.choice([None, coach])
                    store.rename("game", game, draw.choice(["g1", "g2", "g3", "g4"]), whose)
                case _:
                    play = draw.choice(plays or [hawks("x")])
                    store.edit(play.id or 0, replace(play, outcome="bunt"))
        except SigndecoderError:
            continue  # no such name, or a change point is there already
        states.append(tuple((store.plays(c), store.change_points(c)) for c in ("A", "B", "C")))
        for plays, changes in states[-1]:
            assert changes == {i + 1 for i, play in enumerate(plays) if play.id in with_change}
    assert len(with_change) >= 2
    for ways, walk in ((store.undo, states[-2::-1]), (store.redo, states[1:])):
        for state in walk:
            assert ways() is not None
            assert tuple((store.plays(c), store.change_points(c)) for c in ("A", "B", "C")) == state


# --- the file -------------------------------------------------------------------------------------


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    """Return a store of version 1, with three plays and an operation that was undone."""
    path = tmp_path / "old.db"
    with Store.open(path) as store:
        take_in(store, hawks("a"), hawks("b"))
        store.add(hawks("c"))
        store.add(hawks("d"))
        store.undo()
    turn_back(path, 1)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'marks'").fetchone()
    db.close()
    return path


def test_the_step_that_stores_of_version_1_were_made_with_is_unchanged() -> None:
    found = hashlib.sha256(schema.STEPS[0].encode()).hexdigest()
    assert found.startswith("5ced04e413f64db3")


def test_a_store_of_version_1_is_migrated(old_store: Path) -> None:
    with Store.open(old_store) as store:
        assert shown(store) == "a b c"
        redone = store.redo()
        assert redone
        assert redone.description == "d → none"
        store.add_change_point("Hawks")
        store.delete("play", 4)
    with Store.open(old_store) as store:
        assert shown(store) == "a b c |"
        for _ in range(5):
            assert store.undo()
        assert (store.undo(), store.coaches()) == (None, [])
    with sqlite3.connect(old_store) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(schema.STEPS),)
    db.close()


def test_a_store_of_version_1_that_cannot_be_written_can_be_read(
    old_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old_store.read_bytes()
    monkeypatch.setattr(os, "access", lambda path, mode, effective_ids: False)
    with Store.open(old_store) as store:
        assert (store.read_only, shown(store)) == (True, "a b c")
        with pytest.raises(SigndecoderError, match="can only be read"):
            store.add_change_point("Hawks")
    assert old_store.read_bytes() == before


def test_a_read_only_store_lists_its_change_points(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(hawks("a"))
    store.add_change_point("Hawks")
    store.close()
    monkeypatch.setattr(os, "access", lambda path, mode, effective_ids: False)
    with Store.open(store.path) as opened:
        assert shown(opened) == "a |"
    empty = store.path.with_name("empty.db")
    empty.touch()
    with pytest.raises(SigndecoderError, match=r"empty\.db is empty and cannot be written. Make"):
        Store.open(empty)


def _add_change_point(path: Path, messages: "Queue[str]") -> None:
    """Migrate a store and record a change point, while other processes do the same."""
    try:
        with Store.open(path) as store:
            messages.put(store.add_change_point("Hawks").description)
    except SigndecoderError as error:
        messages.put(error.message)


def test_of_three_processes_one_records_a_change_point(old_store: Path) -> None:
    context = multiprocessing.get_context("spawn")
    messages = context.Queue()
    markers = [
        context.Process(target=_add_change_point, args=(old_store, messages)) for _ in range(3)
    ]
    for marker in markers:
        marker.start()
    results = sorted(messages.get(timeout=60) for _ in markers)
    for marker in markers:
        marker.join()
    assert results == [
        "New signs from play 4",
        *["new signs of Hawks are recorded already after the last play"] * 2,
    ]
    with Store.open(old_store) as store:
        assert shown(store) == "a b c |"


def test_plays_and_change_points_come_from_the_same_state(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    select = change_points.select_change_points

    def select_late(db: sqlite3.Connection, coach: str) -> frozenset[int]:
        with Store.open(store.path) as other, monkeypatch.context() as patch:
            patch.setattr(change_points, "select_change_points", select)
            other.add(hawks("b"))
            other.add_change_point("Hawks")
        return select(db, coach)

    store.add(hawks("a"))
    with monkeypatch.context() as patch:
        patch.setattr(change_points, "select_change_points", select_late)
        plays, changes = store.plays_and_change_points("Hawks")
    assert (len(plays), changes) == (1, frozenset())
    assert shown(store) == "a b |"
