"""Stores in which ? and ... were names of signals."""

import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from signdecoder.core.errors import StoreNote
from signdecoder.core.keypad import KeypadSignal
from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.store import Store
from tests.support.shell import Shell
from tests.support.store_checks import turn_back

NOTE = (
    '"?" and "..." now stand for signals that were not seen: 2 plays of Hawks, 1 play of Owls. If'
    ' "?" is a signal of this coach, give it a name: signdecoder rename signal "?" "question mark"'
    ' --coach "Hawks". "signdecoder undo" takes that back.'
)
LOG = PlayLog(
    "game.csv",
    (
        Play(("cap", "?"), "steal", "Hawks", "g1"),
        Play(("cap", "...", "belt"), "none", "Hawks", "g1"),
        Play(("ear?", "cap"), "none", "Hawks", "g1"),
        Play(("?",), "none", "Owls", "g1"),
    ),
    (2, 3, 4, 5),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a store of version 4 whose plays, keypad and attributes have such names."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        store.add_logs([LOG])
        store.save_keypad("Hawks", (KeypadSignal("?", "q"), KeypadSignal("cap", "c")))
        store.save_attributes("Hawks", {"?": ("left",), "cap": ("cloth",)})
    turn_back(path, 4)
    return path


def open_silently(path: Path) -> None:
    """Open a store that has nothing to say."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Store.open(path).close()


def test_they_are_read_as_missed_signals_with_one_note(path: Path) -> None:
    with pytest.warns(StoreNote) as said:
        store = Store.open(path)
    assert [str(note.message) for note in said] == [NOTE]
    assert [play.signals for play in store.plays()] == [
        ("cap", "?"), ("cap", "…", "belt"), ("ear?", "cap"), ("?",)
    ]  # fmt: skip
    assert [signal.name for signal in store.keypad("Hawks")] == ["cap", "belt", "ear?"]
    assert store.attributes("Hawks") == {"cap": ("cloth",)}
    open_silently(path)


def test_a_log_is_known_whose_dots_are_now_spelled_in_one_character(path: Path) -> None:
    plays = tuple(
        replace(play, signals=tuple("…" if s == "..." else s for s in play.signals))
        for play in LOG.plays
    )
    with pytest.warns(StoreNote):
        store = Store.open(path)
    assert store.add_logs([replace(LOG, plays=plays)])[0].known == 4


def test_the_note_says_how_to_make_a_signal_of_it_again(path: Path, shell: Shell) -> None:
    ran = shell.run("coaches")
    assert (ran.status, ran.err) == (0, f"Note: {NOTE}\n")
    assert shell.run("coaches").err == ""
    ran = shell.run("rename", "signal", "?", "question mark", "--coach", "Hawks")
    assert ran.out == "Renamed signal ? of Hawks to question mark (1 play)\n"
    assert "question mark" in shell.run("plays", "--coach", "Hawks").out
    shell.run("undo")
    assert "question mark" not in shell.run("plays", "--coach", "Hawks").out


def test_a_store_without_such_names_has_nothing_to_say(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        store.add(Play(("ear?", "cap"), "none", "Hawks"))
    turn_back(tmp_path / "store.db", 5)
    open_silently(tmp_path / "store.db")
