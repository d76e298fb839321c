"""What part each pair plays in a rule."""

import numpy as np
import pytest

from signdecoder.rules.pair_roles import ROLES, roles_of
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.rules.rule import NO_SIGNAL, Rule
from signdecoder.simulation.sampling import draw_rule

CAP, BELT, EAR, CHIN = range(4)


def _named(rule: Rule) -> set[tuple[int, int, str]]:
    return {(key, live, ROLES[role]) for key, live, role in roles_of(rule)}


@pytest.mark.parametrize(
    ("rule", "roles"),
    [
        (Rule("next", (BELT,), CAP), {(CAP, BELT, "next")}),
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
        (Rule("twice", (NO_SIGNAL,)), set()),
        (Rule("null", (NO_SIGNAL,)), set()),
    ],
)
def test_roles(rule: Rule, roles: set[tuple[int, int, str]]) -> None:
    assert _named(rule) == roles


@pytest.mark.parametrize("family", [f for f in FAMILY_WEIGHTS if f != "null"])
def test_every_system_that_can_be_drawn_has_roles_for_its_signals(family: str) -> None:
    rng = np.random.default_rng(6)
    for _ in range(50):
        rule = draw_rule(rng, 8, family, n_others=2)
        found = roles_of(rule)
        assert {s for key, live, _ in found for s in (key, live)} == set(rule.roles)
