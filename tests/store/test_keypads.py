"""The pad: which key gives which signal, kept and undone as plays are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.store.keypads import (
    KEYS,
    USUAL,
    add_signal,
    is_put,
    lay_out,
    remove_signal,
    set_key,
)
from signdecoder.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        yield opened


def keys_of(names: str) -> str:
    return " ".join(signal.key for signal in lay_out(names.split()))


def test_letters_that_clash_get_the_next_of_the_name_then_a_digit() -> None:
    assert keys_of("cap chin chest cheek") == "c h e k"
    assert keys_of("ca ac aac") == "c a 1"
    assert keys_of("ÉTÉ 7th __") == "t 7 1"


def test_the_usual_signals_have_keys_of_their_own_names() -> None:
    pad = lay_out(USUAL)
    assert all(signal.key in signal.name for signal in pad)
    assert len({signal.key for signal in pad}) == len(USUAL) == 12


@given(st.lists(st.text(min_size=1, max_size=5), max_size=40))
def test_no_two_signals_share_a_key(names: list[str]) -> None:
    keys = [signal.key for signal in lay_out(names) if signal.key]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(KEYS)


def test_a_key_that_is_taken_is_changed_for_the_old_one() -> None:
    pad = set_key(lay_out(["cap", "ear"]), "EAR", "C")
    assert [(signal.name, signal.key) for signal in pad] == [("cap", "e"), ("ear", "c")]
    with pytest.raises(SigndecoderError, match="Take one letter or one digit"):
        set_key(pad, "cap", "?")
    with pytest.raises(SigndecoderError, match='no signal "nose"'):
        set_key(pad, "nose", "n")


def test_a_signal_is_added_once_and_within_the_limit() -> None:
    pad = add_signal(lay_out(["cap"]), "left  ear")
    assert pad[-1].name == "left ear"
    with pytest.raises(SigndecoderError, match="left ear is on the pad already"):
        add_signal(pad, "LEFT EAR")
    with pytest.raises(SigndecoderError, match="which is the most"):
        add_signal(lay_out(f"s{n}" for n in range(40)), "wink")


def test_a_new_coach_gets_the_usual_signals_and_another_those_of_his_plays(store: Store) -> None:
    assert [signal.name for signal in store.pad("Hawks")] == list(USUAL)
    store.add(Play(("brow", "belt", "brow"), "steal", "Hawks"))
    assert [signal.name for signal in store.pad("hawks")] == ["brow", "belt"]


def test_what_never_came_gives_way_where_plays_show_too_many(store: Store) -> None:
    store.put_pad("Hawks", lay_out([*USUAL, "wink"]), "the pad")
    for start in (0, 20):
        names = tuple(f"s{n}" for n in range(start, start + 20))
        store.add(Play(names[:-1], "steal", "Hawks"))
    assert [s.name for s in store.pad("Hawks")][:3] == [*USUAL[-1:], "wink", "s0"]
    assert len(store.pad("Hawks")) == 40
    store.undo()
    assert [s.name for s in store.pad("Hawks")][:13] == [*USUAL, "wink"]


def test_a_pad_is_put_or_follows_from_the_plays(store: Store) -> None:
    store.add(Play(("cap",), "steal", "Hawks"))
    with store.reading() as db:
        assert not is_put(db, "Hawks")
    store.put_pad("Hawks", lay_out(["cap"]), "the pad")
    with store.reading() as db:
        assert is_put(db, "hawks")


def test_what_is_done_to_a_pad_is_undone_with_the_rest(store: Store) -> None:
    before = store.pad("Hawks")
    act = store.put_pad("Hawks", add_signal(before, "wink"), "the new signal wink")
    assert act.words == "the new signal wink of Hawks"
    assert store.pad("Hawks")[-1].name == "wink"
    store.undo()
    assert store.pad("Hawks") == before
    store.redo()
    assert store.pad("Hawks")[-1].name == "wink"


def test_a_renamed_signal_keeps_its_key(store: Store) -> None:
    store.put_pad("Hawks", lay_out(["cap", "ear"]), "the pad")
    store.add(Play(("cap", "belt"), "steal", "Hawks"))
    store.rename("signal", "cap", "bill", "Hawks")
    assert [(s.name, s.key) for s in store.pad("Hawks")] == [
        ("bill", "c"), ("ear", "e"), ("belt", "b"),
    ]  # fmt: skip
    store.undo()
    assert [s.name for s in store.pad("Hawks")] == ["cap", "ear", "belt"]


def test_a_signal_that_no_play_shows_is_renamed_on_the_pad(store: Store) -> None:
    store.put_pad("Hawks", lay_out(["cap", "wink"]), "the pad")
    act = store.rename("signal", "wink", "blink", "Hawks")
    assert act.words == "the renaming of signal wink to blink of Hawks (0 plays)"
    assert [s.name for s in store.pad("Hawks")] == ["cap", "blink"]


def test_two_spellings_that_merge_leave_one_on_the_pad(store: Store) -> None:
    store.put_pad("Hawks", lay_out(["cap", "hat"]), "the pad")
    store.add(Play(("cap", "hat"), "steal", "Hawks"))
    store.rename("signal", "hat", "cap", "Hawks")
    assert [(s.name, s.key) for s in store.pad("Hawks")] == [("cap", "c")]
    assert store.plays("Hawks")[0].signals == ("cap", "cap")


def test_a_pad_goes_with_its_coach(store: Store) -> None:
    store.put_pad("Coach 1", lay_out(["wink"]), "the pad")
    store.add(Play(("wink",), "steal", "Coach 1"))
    store.rename("coach", "Coach 1", "Hawks")
    assert [s.name for s in store.pad("Hawks")] == ["wink"]


def test_a_sequence_that_is_being_given_is_kept_apart_from_the_acts(store: Store) -> None:
    assert store.draft("Hawks") == ()
    store.keep_draft("Hawks", ["cap", "left ear"])
    assert store.draft("hawks") == ("cap", "left ear")
    store.keep_draft("Hawks", [])
    assert (store.draft("Hawks"), store.undo()) == ((), None)


def test_a_signal_is_taken_off_unless_plays_show_it(store: Store) -> None:
    store.add(Play(("cap", "ear"), "steal", "Hawks"))
    pad = add_signal(store.pad("Hawks"), "wink")
    for name in ("wink", "cap"):
        pad = remove_signal(pad, name)
    store.put_pad("Hawks", pad, "fewer signals")
    assert [s.name for s in store.pad("Hawks")] == ["ear", "cap"]
