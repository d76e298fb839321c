"""Erasing for good: nothing of a coach, a game or a play is left in the store or beside it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from signdecoder.core.attributes import parse_attributes
from signdecoder.core.errors import SigndecoderError, StoreNote
from signdecoder.core.keypad import assign_keys
from signdecoder.core.play import Play
from signdecoder.core.same_plays import parse_same_plays
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.backup import back_up
from signdecoder.store.erasing import Erasure, erase
from signdecoder.store.restore import restore
from signdecoder.store.store import Store
from signdecoder.workspace.decoders import open_decoder
from signdecoder.workspace.saved_beliefs import SavedBelief, load_belief, save_belief

SECRET = Play(
    ("zigzag", "cap"), "steal", "Quimby", "Xylophone", "2026-05-01",
    {"note": "hush-hush"}, {"Wind": "whirl"},
)  # fmt: skip
LIONS = Play(("cap", "ear"), "none", "Lions", "Harbor", "2026-05-02", {"note": "kept"})
TRACES = (b"zigzag", b"quimby", b"xylophone", b"hush", b"whirl")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "plays.db") as opened:
        yield opened


def load(store: Store, *plays: Play, file: str = "season.csv") -> int:
    log = PlayLog(file, plays, tuple(range(2, len(plays) + 2)))
    return store.add_logs([log])[0].added


def traces(store: Store, words: tuple[bytes, ...] = TRACES) -> list[tuple[str, bytes]]:
    """Return what is left of words in the store's file and in all files beside it."""
    return [
        (file.name, word)
        for file in sorted(store.path.parent.iterdir())
        for word in words
        if file.is_file() and word in file.read_bytes().lower()
    ]


def fill(store: Store) -> None:
    """Save everything that a store may hold of two coaches, with every kind of operation."""
    load(store, SECRET, replace(SECRET, signals=("zigzag",), outcome="none"), LIONS)
    load(store, *(replace(SECRET, outcome=name) for name in ("bunt", "slap")), file="quimby.csv")
    store.edit(1, replace(SECRET, signals=("zigzag", "cap", "zigzag")))
    store.add(SECRET)
    store.add_change_point("Quimby")
    store.save_keypad("Quimby", assign_keys(["cap", "zigzag"]))
    store.save_attributes("Quimby", parse_attributes({"zigzag": "whirl"}))
    store.save_same_plays("Quimby", parse_same_plays("delayed_steal"))
    store.save_draft("Quimby", ("zigzag",))
    store.rename("signal", "zigzag", "zigzag two", "Quimby")
    store.delete("play", 2)
    store.add(replace(LIONS, outcome="steal"))
    save_belief(store, "Quimby", "steal", SavedBelief(b"zigzag", "m", 3, "p"))
    save_belief(store, "Lions", "steal", SavedBelief(b"other", "m", 1, "p"))
    store.add(SECRET)
    store.undo()  # what was undone would be redone otherwise


def test_nothing_of_an_erased_coach_is_left(store: Store) -> None:
    fill(store)
    assert {word for _, word in traces(store)} == set(TRACES)
    erasure = erase(store, "coach", "quimby")
    assert (erasure.plan.subject, len(erasure.plan.numbers)) == ("Quimby", 5)
    assert erasure.is_compact
    assert traces(store) == []
    assert [play.coach for play in store.plays()] == ["Lions", "Lions"]
    assert load_belief(store, "Quimby", "steal") is None
    assert load_belief(store, "Lions", "steal") is not None
    assert load(store, SECRET, LIONS) == 1


def test_the_rest_is_undone_and_redone(store: Store) -> None:
    fill(store)
    erase(store, "coach", "Quimby")
    states, words = [store.plays()], []
    while (operation := store.undo()) is not None:
        words.append(operation.description)
        states.append(store.plays())
    assert words == ["cap, ear → steal", "Import, partly erased (1 play left)"]
    assert states[-1] == []
    for state in reversed(states[:-1]):
        assert store.redo() is not None
        assert store.plays() == state
    assert store.redo() is None
    assert traces(store) == []


def test_an_erased_play_leaves_the_others(store: Store) -> None:
    fill(store)
    number = store.add(replace(SECRET, signals=("cap", "hopscotch"), context={"note": "secret"})).id
    store.save_keypad("Quimby", assign_keys(["cap", "zigzag two", "hopscotch"]))
    store.save_attributes("Quimby", parse_attributes({"hopscotch": "skin", "cap": "cloth"}))
    before = [play for play in store.plays() if play.id != number]
    erase(store, "play", str(number))
    assert traces(store, (b"hopscotch", b"secret")) == []
    assert store.plays() == before
    assert [signal.name for signal in store.keypad("Quimby")] == ["cap", "zigzag two"]
    assert store.attributes("Quimby") == {"cap": ("cloth",)}
    assert load_belief(store, "Quimby", "steal") is None


def test_operations_that_did_not_touch_it_keep_their_words(store: Store) -> None:
    store.add(LIONS)
    load(store, replace(LIONS, signals=("hopscotch", "cap")), file="quimby vs lions.csv")
    store.add(replace(SECRET, signals=("hopscotch", "cap")))
    erase(store, "coach", "Quimby")
    words = []
    while (operation := store.undo()) is not None:
        words.append(operation.description)
    assert words == ["Imported … vs lions.csv (1 play)", "cap, ear → none"]


def test_a_deleted_play_can_be_erased(store: Store) -> None:
    store.add(LIONS)
    store.add(SECRET)
    store.delete("play", 2)
    erase(store, "play", "2")
    assert traces(store) == []
    assert len(store.plays()) == 1


def test_an_erased_game_is_gone_from_what_its_plays_were_called(store: Store) -> None:
    load(store, LIONS, replace(LIONS, game="Xylophone"), replace(LIONS, outcome="bunt"))
    store.rename("game", "Xylophone", "Marina")
    store.add(replace(LIONS, game="Xylophone"))
    store.add_change_point("Lions")
    store.add(replace(LIONS, game="Pier"))
    assert store.change_points("Lions") == {4}
    erase(store, "game", "Xylophone", "Lions")
    assert traces(store) == []
    assert [play.game for play in store.plays()] == ["Harbor", "Harbor", "Marina", "Pier"]
    assert store.change_points("Lions") == {3}  # now after the play before
    words = []
    while (operation := store.undo()) is not None:
        words.append(operation.description)
    assert words[0] == "cap, ear → none"
    assert words[1:] == [
        "New signs, partly erased",
        "Renamed game … to Marina (1 play)",
        "Import, partly erased (3 plays left)",
    ]
    while store.redo():
        pass
    assert [play.game for play in store.plays()] == ["Harbor", "Harbor", "Marina", "Pier"]


def test_a_name_that_a_coach_had_earlier_is_erased(store: Store) -> None:
    load(store, SECRET, file="quimby.csv")
    store.rename("coach", "Quimby", "Coach 7")
    erase(store, "coach", "Quimby")
    assert traces(store, (b"quimby",)) == []
    assert [play.coach for play in store.plays()] == ["Coach 7"]


def test_earlier_names_of_an_erased_coach_are_erased(store: Store) -> None:
    fill(store)
    store.rename("coach", "Quimby", "Coach 7")  # a play was deleted before
    erase(store, "coach", "Coach 7")
    assert traces(store, (*TRACES, b"coach 7")) == []


def test_plays_deleted_under_an_earlier_name_of_a_game_are_erased(store: Store) -> None:
    load(store, SECRET, replace(SECRET, outcome="none"), replace(SECRET, coach="Lions"))
    store.delete("play", 1)
    store.rename("game", "Xylophone", "Marina", "Quimby")
    erase(store, "game", "Marina", "Quimby")
    assert [(play.coach, play.game) for play in store.plays()] == [("Lions", "Xylophone")]
    assert traces(store, (b"marina", b"quimby")) == []


def test_what_does_not_exist_cannot_be_erased(store: Store) -> None:
    store.add(LIONS)
    for kind, name in (("coach", "Quimby"), ("game", "g9"), ("play", "7"), ("play", "x")):
        with pytest.raises(SigndecoderError, match=name):
            erase(store, kind, name)  # type: ignore[arg-type]
    assert len(store.plays()) == 1
    assert store.n_erasures() == 0


def test_backups_are_named_also_after_a_restore(store: Store, tmp_path: Path) -> None:
    store.add(SECRET)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    back_up(store, folder / "monday.db")
    back_up(store, folder / "tuesday.db")
    store.add(LIONS)
    restore(store.path, folder / "monday.db")
    kept = tmp_path / "plays.before-restore.db"
    assert kept.exists()
    erasure = erase(store, "coach", "Quimby")
    assert set(erasure.backups) == {
        str(folder / "monday.db"), str(folder / "tuesday.db"), str(kept)
    }  # fmt: skip
    kept.unlink()
    assert traces(store, TRACES[:1]) == []


def test_a_reader_delays_only_the_compaction(store: Store) -> None:
    store.add(SECRET)
    with Store.open(store.path) as other:
        store.outside_transactions(lambda db: db.execute("PRAGMA busy_timeout = 50"))
        with other.reading() as db:
            assert db.execute("SELECT COUNT(*) FROM versions").fetchone() == (1,)
            erasure: Erasure = erase(store, "coach", "Quimby")
            assert not erasure.is_compact
            with pytest.warns(StoreNote, match="traces of them are still"):
                Store.open(store.path).close()
        assert other.plays() == []
    Store.open(store.path).close()  # finishes it
    assert traces(store) == []


def test_a_belief_that_was_learned_before_is_not_saved_afterwards(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(SECRET)

    def erase_first(*arguments: object) -> None:
        erase(store, "coach", "Quimby")
        save_belief(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("signdecoder.workspace.decoders.save_belief", erase_first)
    open_decoder(store, "Quimby")
    assert load_belief(store, "Quimby", "steal") is None
    assert traces(store) == []
