"""Keypads: which key enters which signal, saved and undone like plays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.keypad import (
    DEFAULT_SIGNALS,
    KEYS,
    add_signal,
    assign_keys,
    remove_signal,
    set_key,
)
from signdecoder.core.play import Play
from signdecoder.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        yield opened


def keys_of(names: str) -> str:
    return " ".join(signal.key for signal in assign_keys(names.split()))


def test_a_signal_whose_letter_is_taken_gets_the_next_letter_or_a_digit() -> None:
    assert keys_of("cap chin chest cheek") == "c h e k"
    assert keys_of("ca ac aac") == "c a 1"
    assert keys_of("ÉTÉ 7th __") == "t 7 1"


def test_the_usual_signals_have_keys_of_their_own_names() -> None:
    pad = assign_keys(DEFAULT_SIGNALS)
    assert all(signal.key in signal.name for signal in pad)
    assert len({signal.key for signal in pad}) == len(DEFAULT_SIGNALS) == 12


@given(st.lists(st.text(min_size=1, max_size=5), max_size=40))
def test_no_two_signals_share_a_key(names: list[str]) -> None:
    keys = [signal.key for signal in assign_keys(names) if signal.key]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(KEYS)


def test_a_key_that_is_taken_is_swapped() -> None:
    pad = set_key(assign_keys(["cap", "ear"]), "EAR", "C")
    assert [(signal.name, signal.key) for signal in pad] == [("cap", "e"), ("ear", "c")]
    with pytest.raises(SigndecoderError, match="Use one letter or one digit"):
        set_key(pad, "cap", "?")
    with pytest.raises(SigndecoderError, match='no signal "nose"'):
        set_key(pad, "nose", "n")


def test_a_signal_is_added_once_and_within_the_limit() -> None:
    pad = add_signal(assign_keys(["cap"]), "left  ear")
    assert pad[-1].name == "left ear"
    with pytest.raises(SigndecoderError, match="left ear is on the keypad already"):
        add_signal(pad, "LEFT EAR")
    with pytest.raises(SigndecoderError, match="the keypad is full"):
        add_signal(assign_keys(f"s{n}" for n in range(40)), "wink")


def test_a_new_coach_gets_the_default_signals_and_others_those_of_their_plays(store: Store) -> None:
    assert [signal.name for signal in store.keypad("Hawks")] == list(DEFAULT_SIGNALS)
    store.add(Play(("brow", "belt", "brow"), "steal", "Hawks"))
    assert [signal.name for signal in store.keypad("hawks")] == ["brow", "belt"]


def test_unused_signals_are_dropped_when_plays_need_their_place(store: Store) -> None:
    store.save_keypad("Hawks", assign_keys([*DEFAULT_SIGNALS, "wink"]))
    for start in (0, 20):
        names = tuple(f"s{n}" for n in range(start, start + 20))
        store.add(Play(names[:-1], "steal", "Hawks"))
    assert [s.name for s in store.keypad("Hawks")][:3] == [*DEFAULT_SIGNALS[-1:], "wink", "s0"]
    assert len(store.keypad("Hawks")) == 40
    store.undo()
    assert [s.name for s in store.keypad("Hawks")][:13] == [*DEFAULT_SIGNALS, "wink"]


def test_a_keypad_is_saved_or_follows_from_the_plays(store: Store) -> None:
    store.add(Play(("cap",), "steal", "Hawks"))
    assert not store.has_saved_keypad("Hawks")
    store.save_keypad("Hawks", assign_keys(["cap"]))
    assert store.has_saved_keypad("hawks")


def test_a_change_of_a_keypad_is_undone_and_redone(store: Store) -> None:
    before = store.keypad("Hawks")
    act = store.save_keypad("Hawks", add_signal(before, "wink"))
    assert act.description == "Added wink (key I)"
    assert store.keypad("Hawks")[-1].name == "wink"
    store.undo()
    assert store.keypad("Hawks") == before
    store.redo()
    assert store.keypad("Hawks")[-1].name == "wink"


def test_a_renamed_signal_keeps_its_key(store: Store) -> None:
    store.save_keypad("Hawks", assign_keys(["cap", "ear"]))
    store.add(Play(("cap", "belt"), "steal", "Hawks"))
    store.rename("signal", "cap", "bill", "Hawks")
    assert [(s.name, s.key) for s in store.keypad("Hawks")] == [
        ("bill", "c"), ("ear", "e"), ("belt", "b"),
    ]  # fmt: skip
    store.undo()
    assert [s.name for s in store.keypad("Hawks")] == ["cap", "ear", "belt"]


def test_a_signal_that_no_play_has_is_renamed_on_the_keypad(store: Store) -> None:
    store.save_keypad("Hawks", assign_keys(["cap", "wink"]))
    act = store.rename("signal", "wink", "blink", "Hawks")
    assert act.description == "Renamed signal wink of Hawks to blink (0 plays)"
    assert [s.name for s in store.keypad("Hawks")] == ["cap", "blink"]


def test_merged_signals_leave_one_on_the_keypad(store: Store) -> None:
    store.save_keypad("Hawks", assign_keys(["cap", "hat"]))
    store.add(Play(("cap", "hat"), "steal", "Hawks"))
    store.rename("signal", "hat", "cap", "Hawks")
    assert [(s.name, s.key) for s in store.keypad("Hawks")] == [("cap", "c")]
    assert store.plays("Hawks")[0].signals == ("cap", "cap")


def test_a_keypad_follows_its_renamed_coach(store: Store) -> None:
    store.save_keypad("Coach 1", assign_keys(["wink"]))
    store.add(Play(("wink",), "steal", "Coach 1"))
    store.rename("coach", "Coach 1", "Hawks")
    assert [s.name for s in store.keypad("Hawks")] == ["wink"]


def test_a_draft_is_saved_and_is_not_an_operation(store: Store) -> None:
    assert store.draft("Hawks") == ()
    store.save_draft("Hawks", ["cap", "left ear"])
    assert store.draft("hawks") == ("cap", "left ear")
    store.save_draft("Hawks", [])
    assert (store.draft("Hawks"), store.undo()) == ((), None)


def test_a_removed_signal_returns_if_plays_have_it(store: Store) -> None:
    store.add(Play(("cap", "ear"), "steal", "Hawks"))
    pad = add_signal(store.keypad("Hawks"), "wink")
    for name in ("wink", "cap"):
        pad = remove_signal(pad, name)
    store.save_keypad("Hawks", pad)
    assert [s.name for s in store.keypad("Hawks")] == ["ear", "cap"]
