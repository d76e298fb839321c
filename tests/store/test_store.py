"""The store: what it imports, keeps, returns and undoes."""

import multiprocessing
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import OUTCOMES
from signdecoder.core.play import CONTEXT, Play
from signdecoder.logs.play_log import PlayLog, load_log
from signdecoder.logs.play_log_writer import write_log
from signdecoder.store.schema import APPLICATION_ID, STEPS
from signdecoder.store.store import ImportResult, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with Store.open(tmp_path / "store" / "plays.db") as opened:
        yield opened


def log_of(*plays: Play, file: str = "game.csv") -> PlayLog:
    """Return a log of these plays, one per line after the header."""
    return PlayLog(file, plays, tuple(range(2, len(plays) + 2)))


def hawks(signs: str, outcome: str = "none", game: str = "g1", date: str = "") -> Play:
    """Return a play of the Hawks."""
    return Play(tuple(signs.split()), outcome, "Hawks", game, date)


def shown(store: Store, coach: str | None = None) -> list[str]:
    """Return the sequences of a coach's plays, in order."""
    return [" ".join(play.signals) for play in store.plays(coach)]


def test_an_empty_store_has_no_plays_or_coaches(store: Store) -> None:
    assert (store.plays(), store.coaches(), store.outcomes()) == ([], [], frozenset())
    assert (store.undo(), store.redo()) == (None, None)


def test_a_play_is_stored_when_add_returns(store: Store) -> None:
    play = Play(
        ("cap", "left ear"), "steal", "Hawks", "g1", "2026-05-01", {"outs": "1"}, {"x": "y"}
    )
    added = store.add(play)
    with Store.open(store.path) as other:
        assert other.plays() == [play]
        assert other.plays()[0].id == added.id == 1


def test_a_play_that_no_log_could_hold_is_refused(store: Store) -> None:
    for wrong in (
        replace(hawks("cap"), coach=" "),
        replace(hawks("cap"), signals=()),
        replace(hawks("cap"), outcome=""),
        replace(hawks("cap"), context={"weather": "wet"}),
        replace(hawks("cap"), context={"note": "a\0"}),
        replace(hawks("cap"), extra={" Signs": "cap"}),
        replace(hawks("cap"), extra={"x": "\ud800"}),
    ):
        with pytest.raises(SigndecoderError):
            store.add(wrong)
    assert store.plays() == []


def test_names_keep_their_first_spelling(store: Store) -> None:
    store.add(Play(("Cap", "belt"), "steal", "The Hawks", "G1"))
    again = store.add(Play(("cap", "BELT", "Ear"), "bunt", "the  hawks", "g1"))
    assert again == Play(("Cap", "belt", "Ear"), "bunt", "The Hawks", "G1")
    store.add_logs([log_of(Play(("EAR", "cap"), "none", "THE HAWKS", "g1"))])
    assert store.plays("the hawks")[2] == Play(("Ear", "Cap"), "none", "The Hawks", "G1")
    assert (store.coaches(), store.outcomes()) == (
        ["The Hawks"],
        frozenset(["steal", "bunt", "none"]),
    )


def test_the_same_file_read_twice_adds_nothing(store: Store) -> None:
    log = log_of(hawks("cap"), hawks("cap"), hawks("belt", "steal"))
    assert store.add_logs([log]) == (ImportResult("game.csv", 3, 0, 0),)
    assert store.add_logs([log]) == (ImportResult("game.csv", 0, 3, 0),)
    assert shown(store) == ["cap", "cap", "belt"]
    assert (
        str(store.undo()).count("Imported game.csv (3 plays)") == 1
    )  # no operation without a change


def test_a_file_that_grew_adds_its_new_rows_in_order(store: Store) -> None:
    store.add_logs([log_of(hawks("b"), hawks("d"), hawks("d"), hawks("x", game="g2"))])
    grown = log_of(
        *(hawks("a"), hawks("b"), hawks("c1"), hawks("c2"), hawks("d"), hawks("d"), hawks("d")),
        *(hawks("x", game="g2"), hawks("y", game="g2")),
    )
    assert store.add_logs([grown]) == (ImportResult("game.csv", 5, 4, 0),)
    assert shown(store) == ["a", "b", "c1", "c2", "d", "d", "d", "x", "y"]


def test_a_file_may_grow_in_one_place_again_and_again(store: Store) -> None:
    rows = ["a", "z"]
    for new in "bcdefg":
        rows[1:1] = [new, f"{new}2"]
        store.add_logs([log_of(*map(hawks, rows))])
        assert shown(store) == rows
    store.add(hawks("end"))
    store.add_logs([log_of(hawks("first"), *map(hawks, rows))])
    assert shown(store) == ["first", *rows, "end"]


@pytest.mark.parametrize("at", [-1, 1, 30])
def test_a_file_may_grow_in_one_place_a_hundred_times(store: Store, at: int) -> None:
    def read(notes: list[str], game: str) -> None:
        plays = [replace(hawks("a", game=game), context={"note": note}) for note in notes]
        store.add_logs([log_of(*plays)])

    read(["o1", "o2", "o3"], "g2")
    rows = [f"row {n}" for n in range(20)]
    read(rows, "g1")
    store.add_change_point("Hawks")
    for n in range(20, 120):
        rows.insert(at, f"row {n}")
        read(rows, "g1")
    store.add(hawks("end"))
    notes = [play.context.get("note", "end") for play in store.plays()]
    assert notes == ["o1", "o2", "o3", *rows, "end"]
    assert store.change_points("Hawks") == {1 + notes.index("row 19")}


def test_plays_edited_or_deleted_do_not_come_back(store: Store) -> None:
    log = log_of(hawks("a"), hawks("b"), hawks("c"), hawks("c"))
    store.add_logs([log])
    store.edit(1, replace(hawks("z", "steal"), coach=""))
    store.delete("play", "2")
    store.delete("play", 4)
    store.rename("signal", "c", "sea")
    assert store.add_logs([log]) == (ImportResult("game.csv", 0, 2, 0, deleted=2),)
    assert shown(store) == ["z", "sea"]
    assert store.add_logs([log_of(*log.plays, hawks("c"))])[0].added == 1


def test_rows_are_not_known_by_a_name_that_plays_had_in_between(store: Store) -> None:
    store.add_logs([log_of(hawks("a", game="first"), hawks("b", game="first"))])
    store.rename("game", "first", "second")
    renamed = log_of(hawks("a", game="second"), hawks("b", game="second"))
    assert store.add_logs([renamed])[0].known == 2  # as they are now
    store.rename("game", "second", "first")
    other = log_of(*(hawks(signal, game="second") for signal in "abc"))
    (result,) = store.add_logs([other])
    assert (result.added, result.known) == (3, 0)
    (again,) = store.add_logs([log_of(hawks("a", game="first"), hawks("b", game="first"))])
    assert (again.added, again.known) == (0, 2)


def test_an_import_can_be_undone_and_repeated(store: Store) -> None:
    store.add(hawks("a"))
    log = log_of(hawks("a"), hawks("b"))
    assert store.add_logs([log])[0].added == 1
    act = store.undo()
    assert act is not None
    assert act.description == "Imported game.csv (1 play)"
    assert shown(store) == ["a"]
    assert store.add_logs([log]) == (ImportResult("game.csv", 1, 1, 0),)
    assert shown(store) == ["a", "b"]


def test_each_imported_file_is_one_operation(store: Store) -> None:
    added = store.add_logs([log_of(hawks("a"), file="x/a.csv"), log_of(hawks("b"), file="-")])
    assert [(file.file, file.added) for file in added] == [("x/a.csv", 1), ("-", 1)]
    assert [act.description for act in (store.undo(), store.undo()) if act] == [
        "Imported standard input (1 play)",
        "Imported a.csv (1 play)",
    ]


def test_a_file_may_have_a_name_that_is_not_text(store: Store) -> None:
    store.add_logs([log_of(hawks("cap"), file="g\udcff.csv")])
    act = store.undo()
    assert act
    act.description.encode()
    assert act.description.endswith(".csv (1 play)")


def test_every_operation_can_be_undone_and_redone(store: Store) -> None:
    states = [store.plays()]
    acts = (
        lambda: store.add(hawks("cap belt", "steal")),
        lambda: store.add_logs([log_of(hawks("ear"), Play(("Ear",), "bunt", "Lions", "g1"))]),
        lambda: store.edit(1, hawks("cap nose", "bunt")),
        lambda: store.rename("signal", "ear", "Left Ear"),
        lambda: store.rename("game", "g1", "g2", coach="Lions"),
        lambda: store.rename("coach", "lions", "HAWKS"),
        lambda: store.delete("play", 2),
        lambda: store.delete("game", "G2"),
        lambda: store.delete("coach", "hawks"),
    )
    words = [
        "cap, belt → steal",
        "Imported game.csv (2 plays)",
        "Edited play 1 (cap, belt → steal)",
        "Renamed signal ear to Left Ear (2 plays)",
        "Renamed game g1 of Lions to g2 (1 play)",
        "Renamed coach Lions to Hawks (1 play)",
        "Deleted play 2 (Left Ear → none)",
        "Deleted game g2 (1 play)",
        "Deleted Hawks (1 play)",
    ]
    for act in acts:
        act()
        states.append(store.plays())
    assert all(one != next_ for one, next_ in pairwise(states))
    undone = []
    for state in reversed(states[:-1]):
        taken = store.undo()
        assert taken is not None
        undone.append(taken.description)
        assert store.plays() == state
    assert undone == words[::-1]
    assert store.undo() is None
    for state, message in zip(states[1:], words, strict=True):
        done = store.redo()
        assert done is not None
        assert done.description == message
        assert store.plays() == state
    assert store.redo() is None


def test_a_new_operation_discards_what_could_be_redone(store: Store) -> None:
    store.add(hawks("a"))
    store.add(hawks("b"))
    store.undo()
    assert store.add(hawks("c")).id == 3
    assert store.redo() is None
    assert shown(store) == ["a", "c"]


def test_plays_are_in_order_of_date_then_game_then_row(store: Store) -> None:
    may, june = "2026-05-01", "2026/06/01"
    store.add_logs([log_of(hawks("j1", game="g3", date=june), hawks("j2", game="g3", date=june))])
    store.add_logs([log_of(hawks("m1", game="g1", date=may), hawks("n1", game="g2", date=may))])
    store.add_logs([log_of(hawks("u", date="May"), hawks("m2", game="G1", date=may))])
    assert shown(store) == ["u", "m1", "m2", "n1", "j1", "j2"]


def test_games_keep_together_and_plays_without_a_game_stand_alone(store: Store) -> None:
    games = ["g1", "", "g2", "g1", "", "g2"]
    for number, game in enumerate(games):
        store.add(hawks(f"s{number}", game=game))
    assert shown(store) == ["s0", "s3", "s1", "s2", "s5", "s4"]
    lions = Play(("x",), "none", "Lions", "g1")
    store.add(lions)
    assert shown(store) == ["s0", "s3", "x", "s1", "s2", "s5", "s4"]
    assert shown(store, "Lions") == ["x"]


def test_renaming_onto_a_name_merges(store: Store) -> None:
    store.add_logs(
        [log_of(hawks("cap belt"), hawks("Hat"), Play(("CAP", "nose"), "steal", "Lions", "G1"))]
    )
    store.rename("signal", "CAP", "hat")
    assert shown(store) == ["Hat belt", "Hat", "hat nose"]
    store.rename("coach", "Lions", "hawks")
    assert store.coaches() == ["Hawks"]
    assert store.plays()[2] == hawks("Hat nose", "steal")
    store.rename("signal", "hat", "HAT", coach="Hawks")
    assert shown(store) == ["HAT belt", "HAT", "HAT nose"]
    store.rename("coach", "hawks", "HAWKS")
    assert store.coaches() == ["HAWKS"]
    store.rename("game", "g1", "Game 1")
    store.rename("game", "game 1", "GAME 1")
    assert {play.game for play in store.plays()} == {"GAME 1"}


def test_coaches_are_in_order_of_appearance(store: Store) -> None:
    for coach in ("Owls", "Hawks", "OWLS", "Ants"):
        store.add(replace(hawks("cap"), coach=coach))
    assert store.coaches() == ["Owls", "Hawks", "Ants"]


def test_outcomes_are_counted_by_coach(store: Store) -> None:
    store.add(replace(hawks("cap"), coach="Owls"))
    store.add_logs([log_of(hawks("a", "steal"), hawks("b", "steal"), hawks("c"))])
    store.delete("play", 2)
    assert store.count_outcomes() == {"Owls": {"none": 1}, "Hawks": {"steal": 1, "none": 1}}
    assert list(store.count_outcomes()) == store.coaches()
    store.rename("coach", "owls", "hawks")
    assert store.count_outcomes() == {"Hawks": {"steal": 1, "none": 2}}


def test_a_name_that_does_not_exist_is_reported(store: Store) -> None:
    store.add(hawks("cap"))
    with pytest.raises(SigndecoderError, match=r'no coach is named "Owls"\. Use one of Hawks'):
        store.delete("coach", "Owls")
    with pytest.raises(SigndecoderError, match='no signal is named "ear"'):
        store.rename("signal", "ear", "nose")
    with pytest.raises(SigndecoderError, match="the signal is called cap already"):
        store.rename("signal", "cap", "cap")
    for number in ("2", "x", "9" * 30, "-1", "²"):
        with pytest.raises(SigndecoderError, match="does not exist"):
            store.delete("play", number)
    store.delete("play", 1)
    with pytest.raises(SigndecoderError, match=r"play 1 does not exist\."):
        store.delete("play", 1)
    with pytest.raises(SigndecoderError, match="Log or import a play first"):
        store.delete("coach", "Hawks")


def test_a_coach_has_40_signals_at_most(store: Store) -> None:
    store.add_logs([log_of(*(hawks(f"s{n}") for n in range(39)))])
    store.add(hawks("S3 s39"))
    with pytest.raises(SigndecoderError, match="too many different signals for"):
        store.add(hawks("s1 s40"))
    log = log_of(hawks("s0", "steal"), hawks("s40"), hawks("s41 s1"), hawks("s1", "steal"))
    with pytest.raises(SigndecoderError) as error:
        store.add_logs([log])
    message = str(error.value).splitlines()
    assert [line.split(" ")[0] for line in message] == ["game.csv:3:", "game.csv:4:"]
    assert len(store.plays()) == 40
    (added,) = store.add_logs([log], skip_bad=True)
    assert (added.added, added.bad, [line for line, _ in added.refused]) == (2, 2, [3, 4])
    with pytest.raises(SigndecoderError, match="different signals"):
        store.edit(1, hawks("s0 s40 s41"))
    store.edit(3, hawks("s40"))  # s2 is in no other play
    assert len(store.plays()) == 42


def test_missed_signals_are_kept_and_cannot_be_named(store: Store) -> None:
    stored = store.add(hawks("cap ? ... belt"))
    assert store.plays()[0].signals == stored.signals == ("cap", "?", "…", "belt")
    assert [signal.name for signal in store.keypad("Hawks")] == ["cap", "belt"]
    assert store.add_logs([log_of(stored)])[0].known == 1
    for name in ("?", "...", "…"):
        with pytest.raises(SigndecoderError, match="is not a name"):
            store.rename("signal", "cap", name)
    store.add_logs([log_of(*(hawks(f"s{n} ? …") for n in range(38)))])  # 40 signals in all
    with pytest.raises(SigndecoderError, match="too many different signals"):
        store.add(hawks("more ?"))


def test_a_missed_signal_can_be_made_a_signal(store: Store) -> None:
    store.add(hawks("cap ? ?"))
    done = store.rename("signal", "?", "question mark", "Hawks")
    assert done.description == "Renamed signal ? of Hawks to question mark (1 play)"
    assert shown(store) == ["cap question mark question mark"]
    assert [signal.name for signal in store.keypad("Hawks")] == ["cap", "question mark"]
    store.undo()
    assert shown(store) == ["cap ? ?"]


def test_a_known_row_stays_known_after_its_signals_are_renamed(store: Store) -> None:
    log = log_of(*(hawks(f"s{n}") for n in range(40)))
    store.add_logs([log])
    for n in range(40):
        store.rename("signal", f"s{n}", f"t{n}")
    assert store.add_logs([log]) == (ImportResult("game.csv", 0, 40, 0),)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
WORDS = st.text("abAB É-='@+,\"", min_size=1, max_size=4).filter(str.strip)
PLAYS = st.builds(
    Play,
    st.lists(WORDS | st.sampled_from(("?", "...")), min_size=1, max_size=4).map(tuple),
    st.sampled_from(OUTCOMES),
    st.sampled_from(["Hawks", "HAWKS", "=Lions", "Owls, Inc."]),
    st.sampled_from(["", "g1", "G1", "'g2", "a\nb"]),
    st.sampled_from(["", "2026-05-01", "20260501", "2026-05-02", "May"]),
    st.dictionaries(st.sampled_from(CONTEXT), CELLS | st.just("a\r\n\tb"), max_size=3),
    st.dictionaries(st.sampled_from(["x", "@y", "Zeta z"]), CELLS, max_size=3),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(PLAYS, max_size=12))
def test_an_export_can_be_imported_without_loss(
    tmp_path_factory: pytest.TempPathFactory, plays: list[Play]
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    with Store.open(folder / "a.db") as one, Store.open(folder / "b.db") as two:
        for play in plays:
            one.add(play)
        write_log(one.plays(), folder / "a.csv")
        log = load_log(folder / "a.csv")
        assert log.bad == ()
        assert one.add_logs([log])[0].added == 0
        two.add_logs([log])
        write_log(two.plays(), folder / "b.csv")
    assert (folder / "b.csv").read_bytes() == (folder / "a.csv").read_bytes()


def _add_many(path: Path, name: str) -> None:
    """Add 25 plays one by one, and a log of 25."""
    with Store.open(path) as store:
        for n in range(25):
            store.add(replace(hawks(f"s{n % 9}"), coach=name))
        store.add_logs([log_of(*(replace(hawks("x"), coach=name) for _ in range(25)))])


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "plays.db"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_add_many, args=(path, f"C{n}")) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    with Store.open(path) as store:
        plays = store.plays()
        assert len({play.id for play in plays}) == 150
        assert [len(store.plays(f"C{n}")) for n in range(3)] == [50, 50, 50]


def test_a_process_that_is_killed_leaves_a_sound_store(tmp_path: Path) -> None:
    path = tmp_path / "plays.db"
    code = (
        "import os, pathlib, sys; from signdecoder.core.play import Play\n"
        "from signdecoder.store.store import Store; s = Store.open(pathlib.Path(sys.argv[1]))\n"
        "s.add(Play(('a',), 'none', 'Hawks'))\n"
        "with s.writing() as db: db.execute('DELETE FROM acts'); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 9
    with Store.open(path) as store:
        assert shown(store) == ["a"]


def _be_interrupted(store: Store) -> None:
    """Begin to empty the store, and be interrupted."""
    with store.writing() as db:
        db.execute("DELETE FROM acts")
        raise KeyboardInterrupt


def test_an_interrupted_operation_changes_nothing(store: Store) -> None:
    store.add(hawks("a"))
    with pytest.raises(KeyboardInterrupt):
        _be_interrupted(store)
    assert shown(store) == ["a"]


def test_the_default_path_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIGNDECODER_DB", str(tmp_path / "new" / "x.db"))
    with Store.open() as store:
        assert store.path == tmp_path / "new" / "x.db" == Store.default_path()
        assert store.path.exists()
    monkeypatch.delenv("SIGNDECODER_DB")
    assert Store.default_path().name == "signdecoder.db"


def refused(path: Path) -> str:
    """Return the error about a store that cannot be opened and read."""
    with pytest.raises(SigndecoderError) as error, Store.open(path) as store:
        store.plays()
    return str(error.value)


@pytest.mark.parametrize("name", [":memory:", "file:a.db?mode=memory", "~no such user/a.db"])
def test_a_store_is_a_file_whatever_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open(Path(name)) as store:
        store.add(hawks("cap"))
    assert (tmp_path / name).is_file()
    with Store.open(Path(name)) as store:
        assert shown(store) == ["cap"]


def test_a_file_that_is_not_a_store_is_left_alone(tmp_path: Path) -> None:
    text, other, folder = tmp_path / "a.csv", tmp_path / "b.db", tmp_path / "c"
    (tmp_path / "one").write_text("x")
    text.write_text("signs,outcome\ncap,none\n")
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    folder.mkdir()
    before = other.read_bytes()
    for path in (text, other, tmp_path / "one"):
        assert refused(path).startswith(
            f"{path} is not a signdecoder store. Give another file with --db PATH."
        )
    assert other.read_bytes() == before
    assert refused(folder) == f"{folder} is a folder, not a store. Give a file with --db PATH."
    assert "cannot be written" in refused(text / "x.db")


def test_a_store_of_a_later_version_is_refused(store: Store) -> None:
    store.close()
    with sqlite3.connect(store.path) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        db.execute("PRAGMA user_version = 99")
    db.close()
    assert refused(store.path) == (
        f"the store {store.path} has version 99, and this signdecoder knows {len(STEPS)}. Update"
        " signdecoder, or give another file with --db PATH."
    )


def test_a_damaged_store_is_reported(store: Store) -> None:
    store.add_logs([log_of(*(hawks(f"s{n % 30}", date=f"d{n}") for n in range(500)))])
    store.close()
    data = bytearray(store.path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    store.path.write_bytes(data)
    message = refused(store.path)
    assert message.startswith(f"the store {store.path} is damaged (")
    assert "Put a backup in its place with `signdecoder restore FILE`" in message


def test_a_store_in_use_is_reported(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signdecoder.store.schema.BUSY_SECONDS", 0.05)
    with (
        Store.open(store.path) as other,
        store.writing(),
        pytest.raises(SigndecoderError, match=r"is in use by another signdecoder\. Try again"),
    ):
        other.add(hawks("a"))
    assert store.plays() == []


def test_a_store_that_cannot_be_written_can_be_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(hawks("a"))
    store.close()
    monkeypatch.setattr(os, "access", lambda path, mode, effective_ids: False)
    with Store.open(store.path) as opened:
        assert opened.read_only
        assert shown(opened) == ["a"]
        assert (opened.coaches(), opened.outcomes()) == (["Hawks"], frozenset(["none"]))
        for act in (opened.undo, lambda: opened.add(hawks("b"))):
            with pytest.raises(
                SigndecoderError, match=r"can only be read\. Change its permissions"
            ):
                act()
