"""Near names: slips are found, and other names are left alone."""

import pytest

from signdecoder.core.near_names import find_near


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("bell", ["cap", "belt"], "belt"),
        ("blet", ["belt"], "belt"),
        ("belts", ["belt"], "belt"),
        ("BELL", ["Belt"], "Belt"),
        ("bolls", ["belt"], None),
        ("cup", ["cap"], None),
        ("caps", ["cap"], None),
        ("shouldr", ["shoulder"], "shoulder"),
        ("sholdder", ["shoulder"], "shoulder"),
        ("stael", ["bunt", "steal"], "steal"),
        ("elbow", [], None),
        ("right ear", ["left ear", "right arm"], "right arm"),
    ],
)
def test_slips(name: str, known: list[str], near: str | None) -> None:
    assert find_near(name, known) == near
