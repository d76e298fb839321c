"""Pairs of signals that would explain called plays which the rule does not."""

from signdecoder.analysis.unexplained import find_leads

ELSEWHERE = [("front", "leg"), ("leg", "cap"), ("ear", "front"), ("cap", "ear", "leg")]


def test_the_pair_that_all_unexplained_plays_show_is_named() -> None:
    (lead,) = find_leads(
        [("leg", "front", "cap"), ("ear", "leg", "front"), ("leg", "front", "nose")], ELSEWHERE
    )
    assert lead == ("leg", "front", True, 3, 0)


def test_anything_may_stand_between_if_the_pair_is_not_always_adjacent() -> None:
    (lead,) = find_leads([("leg", "ear", "front"), ("leg", "nose", "front")], ELSEWHERE)
    assert lead == ("leg", "front", False, 2, 0)


def test_a_second_pair_explains_what_the_first_leaves() -> None:
    plays = [("leg", "front")] * 3 + [("nose", "wrist")] * 2
    assert [lead[:2] for lead in find_leads(plays, ELSEWHERE)] == [
        ("leg", "front"),
        ("nose", "wrist"),
    ]


def test_a_pair_that_other_plays_show_as_well_tells_nothing() -> None:
    plays = [("leg", "front"), ("leg", "front")]
    assert find_leads(plays, [("leg", "front")] * 2) == ()
    assert find_leads([("leg", "front")], ELSEWHERE) == (), "one play is no pattern"
    assert find_leads([], ELSEWHERE) == ()
