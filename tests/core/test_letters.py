"""Letters as signals: when upper and lower case are different ones."""

import pytest

from signdecoder.core.keypad import add_signal, assign_keys, describe_change, set_key
from signdecoder.core.letters import NO_LETTERS, find_letter_cases
from signdecoder.core.names import fold, fold_words
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sequences", "pairs", "matter"),
    [
        (["Kpk", "bPp"], "K and k, P and p", True),
        (["bKp", "kb"], "K and k", True),
        (["É" + "bé", "bÉ?"], "É and é", True),
        (["kbd", "pKd", "?…k"], "K and k", True),
        (["Kbd", "kpb", "Bkd"], "B and b, K and k", False),  # a keyboard that begins sentences
        (["KBD", "kbd"], "B and b, D and d, K and k", False),  # caps lock
        (["KPB", "dKf"], "", False),
        (["kpb", "17a"], "", False),
    ],
)
def test_case_matters_if_both_are_used_within_sequences(
    sequences: list[str], pairs: str, matter: bool
) -> None:
    found = find_letter_cases(tuple(signals) for signals in sequences)
    assert (str(found), found.matter) == (pairs, matter)


def test_names_of_several_characters_are_words() -> None:
    assert find_letter_cases([("K", "p", "k"), ("b", "K", "cap")]) == NO_LETTERS


def test_letters_keep_their_case_and_words_do_not() -> None:
    assert [fold_words(name) for name in ("K", "k", "Cap", "e\u0301", "\u00e9")] == [
        "K", "k", "cap", "\u00e9", "\u00e9"
    ]  # fmt: skip
    vocabulary = Vocabulary(fold_words)
    assert vocabulary.add(("K", "k", "Cap", "cap", "K"), Evidence.CALLED) == (0, 1, 2, 2, 0)
    assert "p" not in vocabulary
    assert vocabulary.encode_many([("k", "P", "p")]) == [(1, 3, 4)]


def test_the_same_row_by_another_key_is_another_one() -> None:
    play, shouted = Play(("k", "p"), "none"), Play(("K", "p"), "none")
    assert play.identity == shouted.identity == play.identity_by(fold)
    keys = {play.identity, play.identity_by(fold_words), shouted.identity_by(fold_words)}
    assert len(keys) == 3


def test_letters_in_both_cases_have_keys_in_both_cases() -> None:
    keypad = assign_keys(["K", "k", "Cap"], (), fold_words)
    assert [(signal.name, signal.key) for signal in keypad] == [
        ("K", "K"),
        ("k", "k"),
        ("Cap", "c"),
    ]
    changed = set_key(keypad, "k", "Q", fold_words)
    assert describe_change(keypad, changed, fold_words) == "Key of k is now Q"
    assert add_signal(keypad, "p", fold_words)[-1].key == "p"
    assert [signal.key for signal in assign_keys(["K", "k"])] == ["k"]
