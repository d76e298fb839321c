"""The sequence that is being entered."""

from signdecoder.core.sequences import MAX_SIGNALS
from signdecoder.session.draft import Draft


def test_signals_are_added_until_the_sequence_ends() -> None:
    draft = Draft().add("cap").add("belt").end()
    assert draft == Draft(("cap", "belt"), ended=True)
    assert draft.add("ear") == draft


def test_back_reopens_the_sequence_and_then_removes_signals() -> None:
    draft = Draft(("cap", "belt"), ended=True)
    assert draft.back() == Draft(("cap", "belt"))
    assert draft.back().back().back().back() == Draft()


def test_an_empty_sequence_cannot_end() -> None:
    assert Draft().end() == Draft()


def test_a_sequence_is_full_at_the_limit_of_a_log() -> None:
    full = Draft(("cap",) * MAX_SIGNALS)
    assert full.is_full
    assert full.add("ear") == full


def test_rename_changes_every_use_of_a_signal() -> None:
    assert Draft(("cap", "ear", "cap")).rename("cap", "bill").signals == ("bill", "ear", "bill")
