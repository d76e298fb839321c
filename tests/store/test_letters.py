"""Coaches whose letters in upper and in lower case are different signals, in the store."""

from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.backup import back_up
from signdecoder.store.store import Store

NOTE = "Hawks: upper and lower case are different signals here: K and k, P and p."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "store.db")


def play(text: str, coach: str = "Hawks") -> Play:
    return Play(tuple(text), "none", coach, "g1")


def log_of(*texts: str, coach: str = "Hawks", file: str = "game.csv") -> PlayLog:
    plays = tuple(play(text, coach) for text in texts)
    return PlayLog(file, plays, tuple(range(2, len(plays) + 2)))


def shown(store: Store, coach: str = "Hawks") -> list[str]:
    return ["".join(p.signals) for p in store.plays(coach)]


def test_an_import_for_a_new_coach_decides_it_and_everything_follows(store: Store) -> None:
    log = log_of("Kpk", "bPp", "kpk")
    assert store.add_logs([log])[0].notes == (NOTE,)
    assert store.case_matters("HAWKS")
    assert shown(store) == ["Kpk", "bPp", "kpk"]
    assert store.add_logs([log])[0].known == 3
    assert store.add_logs([log_of("KPK", "kpk", "KPk")])[0].added == 2  # kpk is known, KPK is not
    assert store.add(play("BK")).signals == ("B", "K")
    assert "".join(signal.name for signal in store.keypad("Hawks")) == "KpkbPB"
    assert store.edit(1, play("kPk")).description == "Edited play 1 (K, p, k → none)"
    assert shown(store)[0] == "kPk"
    assert store.rename("signal", "K", "cap", "Hawks").description.endswith("to cap (3 plays)")
    assert "k" in {name for p in store.plays() for name in p.signals}


def test_it_is_undone_and_redone_with_the_import(store: Store) -> None:
    store.add_logs([log_of("Kpk", "bPp")])
    store.undo()
    assert not store.case_matters("Hawks")
    store.redo()
    assert store.case_matters("Hawks")


def test_plays_that_are_stored_folded_stay_so_and_a_note_says_how_to_change_it(
    store: Store,
) -> None:
    store.add(play("kp"))
    log = log_of("Kpk", "bPp")
    (note,) = store.add_logs([log])[0].notes
    assert note.startswith(
        "Hawks: upper and lower case are the same signals here (K and k, P and p), because earlier"
    )
    assert not store.case_matters("Hawks")
    assert shown(store) == ["kp", "kpk", "bpp"]
    store.delete("coach", "Hawks")
    assert store.add_logs([log])[0].added == 2
    assert (store.case_matters("Hawks"), shown(store)) == (True, ["Kpk", "bPp"])


def test_capitals_that_only_begin_sequences_are_no_other_signals(store: Store) -> None:
    (note,) = store.add_logs([log_of("Kpb", "kpb")])[0].notes
    assert "same signals here (K and k), because upper case only begins sequences" in note
    assert shown(store) == ["Kpb", "Kpb"]


def test_renaming_and_merging_coaches_keep_it(store: Store) -> None:
    store.add_logs([log_of("Kpk", "bPp")])
    store.rename("coach", "Hawks", "Lions")
    assert store.case_matters("Lions")
    lions = log_of("kp", "bp", coach="Owls", file="owls.csv")
    store.add_logs([lions])
    store.rename("coach", "Lions", "Owls")
    assert store.case_matters("Owls")
    assert shown(store, "Owls") == ["Kpk", "bPp", "kp", "bp"]
    assert store.add_logs([lions])[0].known == 2
    store.undo()
    assert not store.case_matters("Owls")
    store.rename("coach", "Owls", "Lions")  # the other way round
    assert store.case_matters("Lions")
    assert "K" in "".join(shown(store, "Lions"))


def test_a_backup_keeps_it(store: Store, tmp_path: Path) -> None:
    store.add_logs([log_of("Kpk", "bPp")])
    back_up(store, tmp_path / "copy.db")
    with Store.open(tmp_path / "copy.db") as copy:
        assert copy.case_matters("Hawks")


def test_the_limit_of_signals_counts_both_cases(store: Store) -> None:
    letters = "abcdefghijklmnopqrst"
    store.add_logs([log_of("bB" + letters, "aA" + letters.upper())])
    with pytest.raises(SigndecoderError, match="too many different signals"):
        store.add(play("Z"))
