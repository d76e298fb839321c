"""A sequence that is being given."""

from signdecoder.core.sequences import MAX_SIGNALS
from signdecoder.session.draft import Draft


def test_signals_come_one_by_one_until_the_end() -> None:
    draft = Draft().add("cap").add("belt").end()
    assert draft == Draft(("cap", "belt"), ended=True)
    assert draft.add("ear") == draft


def test_back_takes_the_end_back_and_then_the_signals() -> None:
    draft = Draft(("cap", "belt"), ended=True)
    assert draft.back() == Draft(("cap", "belt"))
    assert draft.back().back().back().back() == Draft()


def test_nothing_has_no_end() -> None:
    assert Draft().end() == Draft()


def test_a_sequence_is_full_at_the_most_that_a_log_holds() -> None:
    full = Draft(("cap",) * MAX_SIGNALS)
    assert full.is_full
    assert full.add("ear") == full


def test_a_signal_that_is_renamed_meanwhile() -> None:
    assert Draft(("cap", "ear", "cap")).rename("cap", "bill").signals == ("bill", "ear", "bill")
