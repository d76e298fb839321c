"""The role of each pair of signals in a rule."""

import pytest

from signdecoder.rules.pair_roles import ROLES, roles_of
from signdecoder.rules.rule import NO_SIGNAL, Rule

CAP, BELT, EAR, CHIN = range(4)


@pytest.mark.parametrize(
    ("rule", "roles"),
    [
        (Rule("next", (BELT,), CAP), {(CAP, BELT, "next")}),
        (
            Rule("next", (BELT,), CAP, more_live=(CHIN,), more_indicators=(EAR,)),
            {(k, live, "next") for k in (CAP, EAR) for live in (BELT, CHIN)},
        ),
        (
            Rule("kth", (BELT, CHIN), CAP, step=3, wipe_off=EAR),
            {(CAP, BELT, "kth 3"), (CAP, CHIN, "another play"), (EAR, EAR, "wipe-off")},
        ),
        (
            Rule("two_after", (BELT,), CAP, second=EAR),
            {(CAP, BELT, "two_after"), (CAP, EAR, "on the way")},
        ),
        (
            Rule("between", (BELT,), CAP, second=CAP),
            {(CAP, BELT, "between"), (BELT, CAP, "closing")},
        ),
        (Rule("count_of", (2, 3), CAP), {(CAP, CAP, "count_of 2")}),
        (
            Rule("count_after", (4,), CAP, second=EAR),
            {(CAP, EAR, "count_after 4 to a stop")},
        ),
        (
            Rule("position", (BELT,), step=-1, wipe_off=EAR, wipes_anywhere=True),
            {(BELT, BELT, "position -1"), (EAR, EAR, "wipes anywhere")},
        ),
        (Rule("hot", (BELT,), second=CHIN), {(BELT, BELT, "hot"), (CHIN, CHIN, "hot")}),
        (Rule("hot", (BELT,), activator=EAR), {(BELT, BELT, "hot"), (EAR, EAR, "activator")}),
        (Rule("twice", (NO_SIGNAL,)), set()),
        (Rule("null", (NO_SIGNAL,)), set()),
    ],
)
def test_a_rule_has_the_roles_of_its_signals(rule: Rule, roles: set[tuple[int, int, str]]) -> None:
    assert {(key, live, ROLES[role]) for key, live, role in roles_of(rule)} == roles


def test_the_network_is_trained_on_the_roles_in_this_order() -> None:
    assert ROLES[:11] == (
        *("next", "anywhere", "before", "hot", "both", "two_after", "between", "twice"),
        *("sandwich", "kth 2", "kth 3"),
    )
    assert ROLES.index("activator") == 30
